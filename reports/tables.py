"""The table of targets as a file (FORMATS section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from core.errors import RuleBroken
from core.tables import Choice, Code, Column, Loader, LoadRow, Number, Ref, TableKind
from reports.models import Target, TargetKpi
from reports.periods import read_period
from reports.services.targets import require_percent


@dataclass(frozen=True)
class Period(Code):
    """A year, a month or a week. A spreadsheet makes the first of October out of ``2026-10``: that is the month."""

    most: int = 20

    def read(self, cell: Any) -> str:
        if isinstance(cell, date) and cell.day == 1 and not (isinstance(cell, datetime) and cell.time() != datetime.min.time()):
            return f"{cell:%Y-%m}"
        return read_period(super().read(cell))


class TargetLoader(Loader):
    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        code, value = merged.get("kpi_code"), merged.get("value")
        if code is None or value is None:
            return
        try:
            require_percent(code, value)
        except RuleBroken as refusal:
            row.refuse("value", refusal)


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "org")


TARGETS = TableKind(
    name="targets",
    label=pgettext_lazy("of figures", "Targets"),
    model=Target,
    columns=(
        Column("kpi_code", Choice(choices=TargetKpi), is_key=True, is_required=True),
        Column("org_code", Ref(40, model="people.OrgNode"), attribute="org", is_key=True, is_required=True),
        Column("period", Period(), is_key=True, is_required=True),
        Column("value", Number(18, 6), is_required=True),
    ),
    loader=TargetLoader,
    edit_action="target.edit",
    scoped=_scoped,
    node_column="org_code",
)
