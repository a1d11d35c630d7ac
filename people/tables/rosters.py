"""The table of rosters: one row per team (or person, where different), date and shift (PPL-17)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken
from core.tables import Clock, Column, Day, Flag, Loader, LoadRow, Ref, TableKind
from people.errors import NotATeam, NotEmployed
from people.models import OrgKind, RosterDay
from people.services.duty_times import departs, require_times
from people.standing import Standing


class NotATeamThen(NotATeam):
    phrase = _("is not a team on %(on)s")


class NotEmployedThen(NotEmployed):
    phrase = _("does not work here on %(on)s")


class OffHasNoTimes(RuleBroken):
    code = "off_has_no_times"
    status = 422
    sentence = _("A day off has no times.")
    phrase = _("cannot be: that day is off")


class RosterLoader(Loader):
    """A row takes the place of what stood for that date; a row with times of its own, or off, changes that day alone (ADR 0013)."""

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._standing = Standing()

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        self._standing.fetch(row.values["team_code"] for row in rows if row.values.get("team_code"))
        return super().find(rows)

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        team, staff, on, shift = (merged.get(name) for name in ("team", "staff", "date", "shift"))
        if team and on and (team.kind != OrgKind.TEAM or self._standing.at(team, on) is None):
            row.refuse("team_code", NotATeamThen(on=on.isoformat()))
        if staff and on and not staff.works_on(on):
            row.refuse("staff_no", NotEmployedThen(on=on.isoformat()))
        starts_at, ends_at = merged.get("starts_at"), merged.get("ends_at")
        if merged.get("is_off"):
            for name in ("starts_at", "ends_at"):
                if merged.get(name) is not None:
                    row.refuse(name, OffHasNoTimes())
        elif shift and on and not row.faulty & {"starts_at", "ends_at"}:
            try:
                require_times(shift, on, starts_at, ends_at)
            except RuleBroken as refusal:
                row.refuse(refusal.field, refusal)

    def make(self, merged: Mapping[str, Any]) -> RosterDay:
        is_change = merged["is_off"] or departs(merged["shift"], merged["starts_at"], merged["ends_at"])
        return RosterDay(**merged, is_change=is_change)


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "team")


ROSTERS = TableKind(
    name="rosters",
    label=_("Rosters"),
    model=RosterDay,
    columns=(
        Column("team_code", Ref(40, model="people.OrgNode"), "team", is_key=True, is_required=True),
        Column("staff_no", Ref(40, model="people.Staff", field="staff_no"), "staff", is_key=True),
        Column("date", Day(), is_key=True, is_required=True),
        Column("shift_code", Ref(20, model="people.Shift"), "shift", is_key=True, is_required=True),
        Column("starts_at", Clock()),
        Column("ends_at", Clock()),
        Column("off", Flag(), "is_off"),
    ),
    loader=RosterLoader,
    edit_action="roster.edit",
    scoped=_scoped,
    node_column="team_code",
)
