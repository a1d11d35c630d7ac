from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from core.asked import read_whole
from core.clock import plant_today
from core.together import read_together
from people.doors import StaffRequired
from reports.figures.names import Name, nodes_asked, nodes_named
from reports.models import MonthPack, PackVersion


class OnePack(StaffRequired):
    """Finds the pack among those in scope and asks for the right at its plant."""

    action = "pack.read"
    asks_node = True
    kwargs: dict[str, Any]

    @cached_property
    def pack(self) -> MonthPack:
        packs = self.access.scoped(MonthPack.objects.select_related("plant", "job"), "plant")
        pack = get_object_or_404(packs, pk=self.kwargs["pk"])
        self.require(pack.plant)
        return pack

    @cached_property
    def versions(self) -> list[PackVersion]:
        """The newest first, without their figures."""
        return self._versions_and_plant[0]

    @cached_property
    def plant_name(self) -> Name:
        return self._versions_and_plant[1]

    @cached_property
    def _versions_and_plant(self) -> tuple[list[PackVersion], Name]:
        versions = self.pack.versions.select_related("submitted_by").defer("snapshot").order_by("-number")
        found, spans = read_together(versions, nodes_asked([self.pack.plant_id]))
        return found, nodes_named(spans, plant_today())[self.pack.plant_id]

    @cached_property
    def latest(self) -> PackVersion | None:
        return self.versions[0] if self.versions else None

    @cached_property
    def version(self) -> PackVersion | None:
        """The one asked for, else the latest."""
        asked = self.request.GET.get("version", "")
        rows = self.pack.versions.select_related("built_by", "submitted_by").prefetch_related("files").order_by("-number")
        if not asked:
            return rows.first()
        return get_object_or_404(rows, number=read_whole(asked) or 0)
