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

from core.money import currency
from core.quantities import percent


class Direction(Enum):
    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


@dataclass(frozen=True)
class Kpi:
    """One figure of a row.

    A sum has no ``over``. A rate is ``over ÷ under × 100`` in percent; where the row's units differ, ``weighted`` names the same two
    sums in standard hours (of material: at standard cost). ``limit`` is the plant setting that judges it: a floor where higher is better,
    else a ceiling.
    ``fixed_places`` are the decimals of a figure that is neither a rate nor a quantity: money, a number of slips.
    """

    code: str
    name: str | Promise
    short: str | Promise
    unit: str | Promise
    direction: Direction
    population: str | Promise
    source: str
    iso_22400: str = ""
    over: str = ""
    under: str = ""
    weighted: tuple[str, str] = ("", "")
    limit: str = ""
    fixed_places: int | None = None

    @property
    def is_rate(self) -> bool:
        return bool(self.over)

    @property
    def adds_up(self) -> bool:
        """Whether the figure of a whole is the sum of its parts', so that a target of the whole says nothing of a part."""
        return self.unit == ""

    def of(self, sums: Mapping[str, Decimal | None], *, mixed_units: bool = False, places: int = 2) -> Decimal | None:
        """The figure of one row of sums; ``None`` is no data: nothing was reported, or the divisor is not above zero."""
        if not self.is_rate:
            return None if mixed_units and self.unit == "" else sums[self.code]
        over, under = (self.over, self.under)
        if mixed_units and self.weighted[0]:
            over, under = self.weighted
        # What was kept before a sum was counted says nothing of it.
        divisor = sums.get(under)
        if divisor is None or divisor <= 0:
            return None
        return percent(sums.get(over), divisor, places)

    def meets(self, value: Decimal | None, limit: Decimal | None) -> bool | None:
        """Whether ``value`` is on the good side of ``limit`` (which itself is good); ``None`` where there is nothing to judge."""
        if value is None or limit is None or self.direction is Direction.NONE:
            return None
        return value >= limit if self.direction is Direction.HIGHER else value <= limit


_REPORTS = _("submitted and approved team daily reports")
_PLANNED = _("plan lines, else what the report line says was planned")
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

# Counted of the same rows in the same pass, not part of the contract of ``month_figures``.
BESIDE: dict[str, Kpi] = {
    kpi.code: kpi
    for kpi in (
        Kpi(
            "mix_attainment_pct", _("Mix attainment"), pgettext_lazy("rate", "Mix"), "%", Direction.HIGHER, _PLANNED, "REQUIREMENTS C",
            over="mixed", under="planned", weighted=("mixed_std", "planned_std"),
        ),
        Kpi(
            "utilisation_pct", _("Labour-hour utilisation"), pgettext_lazy("rate", "Utilis."), "%", Direction.HIGHER,
            _("report lines that say their productive hours"), "REQUIREMENTS C", "worker efficiency (APWT ÷ APAT)",
            over="productive_hours", under="hours_with_productive",
        ),
    )
}  # fmt: skip
# Of the dashboard alone.
DOWNTIME = Kpi("downtime_hours", _("Downtime"), _("Downtime"), "h", Direction.LOWER, _REPORTS, "PLN-23")
CLOCK_DOWNTIME = Kpi("clock_downtime", _("Downtime, each place once"), _("Each place once"), "h", Direction.LOWER, _REPORTS, "PLN-25")

_STORE = _("postings of the store on production orders")
_AT_STANDARD = _("postings of the store on orders with a standard, and the output that daily reports say")
_USES = _("material use that submitted and approved daily reports say")
_GRANTS = _("supplements granted, less what lapsed unused")
_SLIPS, _NUMBER = pgettext_lazy("unit", "slips"), pgettext_lazy("number", "Slips")


def _kept(
    code: str, name: str | Promise, value: str | Promise, short: str | Promise, direction: Direction, population: str | Promise, source: str
) -> tuple[Kpi, Kpi]:
    """A quantity of one item, and its value at the item's standard cost, which alone is summed over items."""
    return (
        Kpi(code, name, short, "", direction, population, source),
        Kpi(f"{code}_value", value, short, currency(), direction, population, source, fixed_places=2),
    )


# What the store's ledger and the daily reports say of material, by quota line of an order (REQUIREMENTS C, MAT-04, MAT-09, MAT-10).
MATERIAL: dict[str, Kpi] = {
    kpi.code: kpi
    for kpi in (
        *_kept("net_issue", _("Net issue"), _("Value of the net issue"), _("Net issue"), Direction.NONE, _STORE, "MAT-10"),
        *_kept(
            "standard", _("Standard use for the output"), _("Value of the standard use"),
            _("Standard use"), Direction.NONE, _AT_STANDARD, "MAT-04",
        ),
        *_kept(
            "variance", _("Net issue above the standard"), _("Value of the net issue above the standard"),
            _("Above it"), Direction.LOWER, _AT_STANDARD, "REQUIREMENTS C",
        ),
        Kpi(
            "material_variance_pct", _("Material usage variance"), _("Variance"), "%", Direction.LOWER, _AT_STANDARD, "REQUIREMENTS C",
            over="variance", under="standard", weighted=("variance_value", "standard_value"), limit="deviation_limit_pct",
        ),
        *_kept("used", _("Use reported"), _("Value of the use reported"), _("Use reported"), Direction.NONE, _USES, "MAT-04"),
        *_kept(
            "use_standard", _("Standard for the use reported"), _("Value of the standard for the use reported"),
            _("Its standard"), Direction.NONE, _USES, "MAT-04",
        ),
        *_kept(
            "use_variance", _("Use reported above its standard"), _("Value of the use above its standard"),
            _("Above its standard"), Direction.LOWER, _USES, "MAT-04",
        ),
        *_kept("supplement", _("Supplements granted"), _("Value of supplements"), _("Supplements"), Direction.LOWER, _GRANTS, "MAT-09"),
        Kpi("supplements", _("Supplements"), _NUMBER, _SLIPS, Direction.LOWER, _GRANTS, "MAT-09", fixed_places=0),
        *_kept(
            "returned_good", _("Returned, good surplus"), _("Value of good surplus returned"),
            _("Good surplus"), Direction.NONE, _STORE, "MAT-10",
        ),
        *_kept(
            "returned_incoming_defect", _("Returned, incoming defect"), _("Value of incoming defects returned"),
            _("Incoming defect"), Direction.LOWER, _STORE, "MAT-10",
        ),
        *_kept(
            "returned_operation_defect", _("Returned, operation defect"), _("Value of operation defects returned"),
            _("Operation defect"), Direction.LOWER, _STORE, "MAT-10",
        ),
        *_kept(
            "material_loss", _("Material spoilt"), _("Material loss value"),
            _("Spoilt"), Direction.LOWER, _("operation defects and material scrapped"), "MAT-14",
        ),
        Kpi("returns_good", _("Returns of good surplus"), _NUMBER, _SLIPS, Direction.NONE, _STORE, "MAT-10", fixed_places=0),
        Kpi(
            "returns_incoming_defect", _("Returns of incoming defects"), _NUMBER, _SLIPS, Direction.LOWER, _STORE, "MAT-10",
            fixed_places=0,
        ),
        Kpi(
            "returns_operation_defect", _("Returns of operation defects"), _NUMBER, _SLIPS, Direction.LOWER, _STORE, "MAT-10",
            fixed_places=0,
        ),
    )
}  # fmt: skip

_CALLS, _REGISTER = _("roll calls of the people on the roster"), _("the staff register")
_TURNS, _PEOPLE = pgettext_lazy("unit", "person-shifts"), pgettext_lazy("unit", "people")


def _persons(code: str, name: str | Promise, short: str | Promise, unit: str | Promise, direction: Direction = Direction.NONE) -> Kpi:
    """A number of people that roll calls or the register say."""
    population, source = (_CALLS, "PPL-03") if unit is _TURNS else (_REGISTER, "RPT-08")
    return Kpi(code, name, short, unit, direction, population, source, fixed_places=0)


# What roll calls and the staff register say of people (REQUIREMENTS C, PPL-03, RPT-08).
PEOPLE: dict[str, Kpi] = {
    kpi.code: kpi
    for kpi in (
        _persons("rostered", pgettext_lazy("attendance", "On the roster"), _("Rostered"), _TURNS),
        _persons("attended", _("Attended"), _("Attended"), _TURNS),
        _persons("on_leave", _("On leave"), _("On leave"), _TURNS),
        _persons("absent", _("Unplanned absence"), _("Absent"), _TURNS, Direction.LOWER),
        Kpi(
            "attendance_pct", _("Attendance rate"), _("Attendance"), "%", Direction.HIGHER, _CALLS, "REQUIREMENTS C",
            over="attended", under="rostered",
        ),
        _persons("joined", _("Joined"), _("Joined"), _PEOPLE),
        _persons("departed", pgettext_lazy("staff", "Left the company"), pgettext_lazy("staff", "Left"), _PEOPLE),
        _persons("moved_in", _("Transferred in"), _("Moved in"), _PEOPLE),
        _persons("moved_out", _("Transferred out"), _("Moved out"), _PEOPLE),
    )
}  # fmt: skip
FIGURES: dict[str, Kpi] = KPIS | BESIDE | MATERIAL | PEOPLE

# What a target may be set for although no row of the month counts it yet.
_AWAITED = (
    Kpi(
        "availability_pct", _("Equipment availability"), _("Availability"), "%", Direction.HIGHER, _("machines"), "REQUIREMENTS C",
        "availability (APT ÷ PBT)",
    ),
    Kpi("mttr_hours", _("Mean time to repair"), _("MTTR"), "h", Direction.LOWER, _("repairs"), "REQUIREMENTS C", "MTTR"),
    Kpi("mtbf_hours", _("Mean time between failures"), _("MTBF"), "h", Direction.HIGHER, _("repairs"), "REQUIREMENTS C", "MTBF"),
    Kpi("point_check_pct", _("Point checks done"), _("Point checks"), "%", Direction.HIGHER, _("point checks"), "REQUIREMENTS C"),
)  # fmt: skip
_TARGETED = ("good", "attainment_pct", "efficiency_pct", "scrap_pct", "rework_pct", "defect_pct", "first_pass_pct", "incoming_defect_pct")

# The figures of FORMATS section 1 that have targets, in its order.
TARGETED: dict[str, Kpi] = {
    kpi.code: kpi for kpi in (*(KPIS[code] for code in _TARGETED), PEOPLE["attendance_pct"], MATERIAL["material_variance_pct"], *_AWAITED)
}

# Every figure that a page may name, for the page that says what they mean.
MEANT: dict[str, Kpi] = FIGURES | {kpi.code: kpi for kpi in (DOWNTIME, CLOCK_DOWNTIME)} | TARGETED
