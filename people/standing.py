"""Where units stood, for many rows of a file at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from people.models import OrgNode, OrgPath


class Standing:
    """The dated places of the units that a file names, fetched once per unit."""

    def __init__(self) -> None:
        self._paths: dict[int, list[OrgPath]] = {}

    def fetch(self, nodes: Iterable[OrgNode]) -> None:
        missing = {node.pk for node in nodes} - set(self._paths)
        if not missing:
            return
        self._paths.update({pk: [] for pk in missing})
        for path in OrgPath.objects.filter(node__in=missing).order_by("node", "valid_from"):
            self._paths[path.node_id].append(path)

    def at(self, node: OrgNode, on: date) -> OrgPath | None:
        """``None`` where the unit did not exist then. ``fetch`` comes first."""
        return next((path for path in self._paths[node.pk] if path.valid_from <= on < path.valid_to), None)
