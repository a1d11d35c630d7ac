"""Each formula of the month once: what is divided by what, in which direction it is good, and where the definition comes from.

Sums are taken first and divided once, so a rate of many teams is weighted by what they did, never a mean of rates (DESIGN section 6).
Pages, packs, API, charts and tests all ask here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.quantities import percent


class Direction(Enum):
    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


@dataclass(frozen=True)
class Kpi:
    """One figure of a row.

    A sum has no ``over``. A rate is ``over ÷ under × 100`` in percent; where the row's units differ, ``weighted`` names the same two
    sums in standard hours. ``limit`` is the plant setting that judges it: a floor where higher is better, else a ceiling.
    """

    code: str
    name: str | Promise
    short: str | Promise
    unit: str
    direction: Direction
    population: str | Promise
    source: str
    iso_22400: str = ""
    over: str = ""
    under: str = ""
    weighted: tuple[str, str] = ("", "")
    limit: str = ""

    @property
    def is_rate(self) -> bool:
        return bool(self.over)

    def of(self, sums: Mapping[str, Decimal | None], *, mixed_units: bool = False, places: int = 2) -> Decimal | None:
        """The figure of one row of sums; ``None`` is no data: nothing was reported, or the divisor is not above zero."""
        if not self.is_rate:
            return None if mixed_units and self.unit == "" else sums[self.code]
        over, under = (self.over, self.under)
        if mixed_units and self.weighted[0]:
            over, under = self.weighted
        divisor = sums[under]
        if divisor is None or divisor <= 0:
            return None
        return percent(sums[over], divisor, places)

    def meets(self, value: Decimal | None, limit: Decimal | None) -> bool | None:
        """Whether ``value`` is on the good side of ``limit`` (which itself is good); ``None`` where there is nothing to judge."""
        if value is None or limit is None or self.direction is Direction.NONE:
            return None
        return value >= limit if self.direction is Direction.HIGHER else value <= limit


_REPORTS = _("submitted and approved team daily reports")
_PLANNED = _("report lines that have a plan")
_STANDARD = _("report lines with a standard valid on the business date")
_INSPECTIONS = _("inspections of the quality room")

# Quantities have the unit of the row's products, written as "".
KPIS: dict[str, Kpi] = {
    kpi.code: kpi
    for kpi in (
        Kpi("planned", _("Planned"), _("Plan"), "", Direction.NONE, _PLANNED, "FORMATS 2", "planned order quantity (POQ)"),
        Kpi("good", _("Output (good)"), _("Good"), "", Direction.HIGHER, _REPORTS, "REQUIREMENTS C", "good quantity (GQ)"),
        Kpi("recovered", _("Recovered by rework"), _("Recovered"), "", Direction.NONE, _REPORTS, "FORMATS 1"),
        Kpi("rework", _("Set aside for rework"), _("Rework"), "", Direction.LOWER, _REPORTS, "REQUIREMENTS C", "rework quantity (RQ)"),
        Kpi("scrap", _("Scrap"), _("Scrap qty"), "", Direction.LOWER, _REPORTS, "REQUIREMENTS C", "scrap quantity (SQ)"),
        Kpi("produced", _("Produced"), _("Produced"), "", Direction.NONE, _REPORTS, "REQUIREMENTS C", "produced quantity (PQ)"),
        Kpi("finished_good", _("Finished goods"), _("Finished"), "", Direction.HIGHER, _REPORTS, "FORMATS 2"),
        Kpi("attended_hours", _("Attended hours"), _("Hours"), "h", Direction.NONE, _REPORTS, "REQUIREMENTS C", "APAT"),
        Kpi("productive_hours", _("Productive hours"), _("Productive"), "h", Direction.NONE, _REPORTS, "REQUIREMENTS C", "APWT"),
        Kpi("excused_loss_hours", _("Excused loss hours"), _("Excused"), "h", Direction.LOWER, _REPORTS, "FORMATS 1"),
        Kpi("standard_hours", _("Standard hours earned"), _("Standard"), "h", Direction.NONE, _STANDARD, "MAT-02"),
        Kpi("hours_without_standard", _("Hours without a standard"), _("No standard"), "h", Direction.NONE, _REPORTS, "FORMATS 2"),
        Kpi("unplanned_good", _("Good without a plan"), _("Unplanned"), "", Direction.NONE, _REPORTS, "FORMATS 2"),
        Kpi(
            "attainment_pct", _("Plan attainment"), _("Attain."), "%", Direction.HIGHER, _PLANNED, "REQUIREMENTS C",
            over="attained", under="planned", weighted=("attained_std", "planned_std"), limit="attainment_floor_pct",
        ),
        Kpi(
            "efficiency_pct", _("Efficiency"), _("Effic."), "%", Direction.HIGHER, _STANDARD, "REQUIREMENTS C",
            over="standard_hours", under="hours_at_standard", limit="efficiency_floor_pct",
        ),
        Kpi(
            "scrap_pct", _("Scrap rate"), pgettext_lazy("rate", "Scrap"), "%", Direction.LOWER, _REPORTS, "REQUIREMENTS C",
            "scrap ratio (SQ ÷ PQ)", over="scrap", under="produced", weighted=("scrap_std", "produced_std"), limit="scrap_ceiling_pct",
        ),
        Kpi(
            "rework_pct", _("Rework ratio"), pgettext_lazy("rate", "Rework"), "%", Direction.LOWER, _REPORTS, "REQUIREMENTS C",
            "rework ratio (RQ ÷ PQ)", over="rework", under="produced", weighted=("rework_std", "produced_std"),
        ),
        Kpi("inspected", _("Inspected"), _("Inspected"), "", Direction.NONE, _INSPECTIONS, "FORMATS 2", "inspected part (IP)"),
        Kpi("defective", _("Defective"), _("Defective"), "", Direction.LOWER, _INSPECTIONS, "FORMATS 2"),
        Kpi(
            "defect_pct", _("Defect rate"), _("Defects"), "%", Direction.LOWER, _INSPECTIONS, "REQUIREMENTS C",
            over="defective", under="inspected",
        ),
        Kpi(
            "first_pass_pct", _("In-process pass rate"), _("First pass"), "%", Direction.HIGHER, _INSPECTIONS, "REQUIREMENTS C",
            "first pass yield (GP ÷ IP)", over="first_pass_accepted", under="first_pass_inspected",
        ),
        Kpi(
            "incoming_defect_pct", _("Incoming defect rate"), _("Incoming"), "%", Direction.LOWER, _INSPECTIONS, "FORMATS 2",
            over="incoming_defective", under="incoming_inspected",
        ),
    )
}  # fmt: skip

# Kept with the rows for the dashboard and the packs, not part of the contract of ``month_figures``.
DOWNTIME = Kpi("downtime_hours", _("Downtime"), _("Downtime"), "h", Direction.LOWER, _REPORTS, "PLN-23")
