"""The table of the organisation: one row per unit and date from which its name, place and leader hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Min, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.clock import BEGINNING
from core.errors import Faulty, NotAllowed, Required, Unknown
from core.tables import Choice, Code, Column, Loader, LoadRow, TableKind, Text, ValidFrom
from core.tables.loaders import rewrite
from core.tables.reading import FileRow
from core.templatetags.fo import day
from people.errors import NotYetOpen
from people.models import OrgKind, OrgNode, OrgSpan, Staff
from people.models.organisation import ORG_RANK
from people.services.leaders import leader_number, open_leaders

FIELDS = ("name", "name_zh", "parent", "leader_staff_no")


class KindStays(Faulty):
    code = "kind_stays"
    sentence = _("%(code)s is a %(kind)s and stays one.")


class ParentNotHigher(Faulty):
    code = "parent_not_higher"
    sentence = _("A %(kind)s cannot stand below %(parent)s, which is a %(parent_kind)s.")


@dataclass
class _Unit:
    """One code of the file: its node, and its spans by date, those of the database and those to come."""

    node: OrgNode
    spans: dict[date, OrgSpan] = field(default_factory=dict)

    def before(self, on: date) -> OrgSpan | None:
        """The span that holds just before ``on``."""
        dates = sorted(self.spans)
        at = bisect_left(dates, on)
        return self.spans[dates[at - 1]] if at else None


class OrganisationLoader(Loader):
    """Parents may stand below their children, so rows are settled together when the file has been read.

    A later row of a code is a dated move, renaming or change of leader; what it leaves blank stays as it was before that date.
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._held: list[LoadRow] = []

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        # A leader that a page appointed has no number from a file.
        return OrgSpan.objects.order_by("pk").annotate(leader_no=Coalesce(F("leader__staff_no"), F("leader_staff_no")))

    def take(self, chunk: Sequence[FileRow]) -> Sequence[LoadRow]:
        rows = [self.read(row) for row in chunk]
        self.refuse_same_keys(rows)
        self._held.extend(rows)
        return ()

    def finish(self) -> Sequence[LoadRow]:
        rows = self._held
        units, parents = self._units(rows)
        created: list[OrgSpan] = []
        changed: list[OrgSpan] = []
        placed: list[tuple[LoadRow, OrgSpan]] = []
        # A blank cell of a later row means "as before", so each unit's rows are settled in the order of their dates.
        for row in sorted(rows, key=lambda row: row.values.get("valid_from", date.max)):
            unit = units.get(row.values.get("code", ""))
            if unit is None:
                continue
            span, fields = self._settle(row, unit, parents)
            if row.faults:
                self.is_clean = False
            elif span.pk is None:
                self.tally.created += 1
                created.append(span)
                placed.append((row, span))
            elif fields:
                self.tally.updated += 1
                changed.append(span)
                placed.append((row, span))
            else:
                self.tally.unchanged += 1
        self._check_opening(placed, units)
        if self.is_clean and not any(row.faults for row in rows):
            OrgNode.objects.bulk_create([unit.node for unit in units.values() if unit.node.pk is None])
            OrgSpan.objects.bulk_create(created)
            if changed:
                rewrite(changed, [*FIELDS, "leader"])
        return rows

    def notes(self) -> list[str]:
        return open_leaders()

    def _units(self, rows: Sequence[LoadRow]) -> tuple[dict[str, _Unit], dict[str, OrgNode]]:
        """The units of the file's codes, made where they are new, and every node that a row names as parent."""
        codes = {row.values["code"] for row in rows if "code" in row.values}
        named = {row.values["parent_code"] for row in rows if row.values.get("parent_code")}
        nodes = {node.code: node for node in OrgNode.objects.filter(code__in=codes | named).order_by("code").select_for_update()}
        units = {code: _Unit(nodes[code]) for code in codes if code in nodes}
        spans = OrgSpan.objects.filter(node__code__in=units).select_related("node", "parent", "leader").order_by("pk")
        for span in spans.select_for_update(of=("self",)):
            units[span.node.code].spans[span.valid_from] = span
        for row in rows:
            code, kind = row.values.get("code"), row.values.get("kind")
            if code is None:
                continue
            if code in units:
                if kind is not None and kind != units[code].node.kind:
                    row.refuse("kind", KindStays(code=code, kind=units[code].node.get_kind_display()))
            elif kind is not None:
                units[code] = _Unit(OrgNode(code=code, kind=kind))
            elif "kind" not in row.faulty:
                row.refuse("kind", Required())
        return units, nodes | {code: unit.node for code, unit in units.items()}

    def _settle(self, row: LoadRow, unit: _Unit, nodes: Mapping[str, OrgNode]) -> tuple[OrgSpan, set[str]]:
        on = row.values.get("valid_from")
        current = unit.spans.get(on) if on is not None else None
        earlier = None if current or on is None else unit.before(on)
        merged = self._merged(row, current or earlier, nodes)
        if "parent" in merged and (current is None or current.parent != merged["parent"]):
            self._check_parent(row, unit.node, merged["parent"])
        self._check_place(row, unit.node, merged.get("parent"))
        span = current or OrgSpan(node=unit.node, valid_from=on or BEGINNING)
        fields = _differences(current, merged) if current else set(FIELDS)
        if not row.faults:
            for name, value in merged.items():
                setattr(span, name, value)
            if "leader_staff_no" in fields:
                span.leader = self._leader(span.leader_staff_no)
            assert on is not None
            unit.spans[on] = span
        return span, fields

    def _merged(self, row: LoadRow, base: OrgSpan | None, nodes: Mapping[str, OrgNode]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in ("name", "name_zh"):
            if name in row.values:
                merged[name] = row.values[name]
            elif base is not None:
                merged[name] = getattr(base, name)
            elif name == "name" and name not in row.faulty:
                row.refuse(name, Required())
            else:
                merged[name] = ""
        said = row.values.get("leader_staff_no")
        merged["leader_staff_no"] = said if said is not None else leader_number(base) if base else ""
        if "parent_code" not in row.values:
            if "parent_code" not in row.faulty:
                merged["parent"] = base.parent if base else None
        elif not row.values["parent_code"]:
            merged["parent"] = None
        elif row.values["parent_code"] in nodes:
            merged["parent"] = nodes[row.values["parent_code"]]
        else:
            row.refuse("parent_code", Unknown(value=row.values["parent_code"]))
        return merged

    def _check_parent(self, row: LoadRow, node: OrgNode, parent: OrgNode | None) -> None:
        if "parent_code" in row.faulty or "kind" in row.faulty:
            return
        if parent is None:
            if node.kind != OrgKind.PLANT:
                row.refuse("parent_code", Required())
        elif ORG_RANK[OrgKind(parent.kind)] >= ORG_RANK[OrgKind(node.kind)]:
            kinds = {"kind": node.get_kind_display(), "parent_kind": parent.get_kind_display()}
            row.refuse("parent_code", ParentNotHigher(parent=parent.code, **kinds))

    def _check_place(self, row: LoadRow, node: OrgNode, parent: OrgNode | None) -> None:
        """Within one's scope only; a plant of its own is made by somebody who sees the whole company."""
        if self.access is None:
            return
        if node.pk is not None and not self.access.sees(node):
            row.refuse("code", Unknown(value=node.code))
        elif parent is not None and parent.pk is not None and not self.access.sees(parent):
            row.refuse("parent_code", Unknown(value=parent.code))
        elif not all(self.access.may(self.kind.edit_action, place) for place in (node, parent) if place is not None and place.pk):
            row.refuse("code", NotAllowed())
        elif parent is None and node.pk is None and self.access.scope is not None:
            row.refuse("kind", NotAllowed())

    def _check_opening(self, placed: Sequence[tuple[LoadRow, OrgSpan]], units: Mapping[str, _Unit]) -> None:
        """No unit stands below one that opens later, be it by this file: asked once all rows are settled."""
        parents = {span.parent.code for _row, span in placed if span.parent is not None} - units.keys()
        spans = OrgSpan.objects.filter(node__code__in=parents).values("node__code").annotate(first=Min("valid_from"))
        opened = dict(spans.values_list("node__code", "first")) | {code: min(unit.spans) for code, unit in units.items() if unit.spans}
        for row, span in placed:
            if span.parent is None:
                continue
            since = opened.get(span.parent.code)
            if since is not None and since > span.valid_from:
                row.refuse("parent_code", NotYetOpen(parent=span.parent.code, opened_on=day(since, "full")))

    def _leader(self, staff_no: str) -> Staff | None:
        """The person of that number; ``None`` while nobody has it."""
        if not staff_no:
            return None
        known = self._references.setdefault("leader_staff_no", {})
        if staff_no not in known:
            known[staff_no] = Staff.objects.filter(staff_no=staff_no).first()
        return known[staff_no]  # type: ignore[return-value]


def _differences(span: OrgSpan, merged: Mapping[str, Any]) -> set[str]:
    stands = {"name": span.name, "name_zh": span.name_zh, "parent": span.parent, "leader_staff_no": leader_number(span)}
    return {name for name, value in merged.items() if stands[name] != value}


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "node")


ORGANISATION = TableKind(
    name="organisation",
    label=_("Organisation"),
    model=OrgSpan,
    columns=(
        Column("code", Code(40), source="node__code", is_key=True, is_required=True),
        Column("valid_from", ValidFrom(), is_key=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("kind", Choice(OrgKind), source="node__kind", is_required=True),
        Column("parent_code", Code(40), source="parent__code"),
        Column("leader_staff_no", Code(40), source="leader_no"),
    ),
    loader=OrganisationLoader,
    edit_action="organisation.edit",
    scoped=_scoped,
)
