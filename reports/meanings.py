"""What every figure means, for the page that says so: its formula in words, unit, direction, what it is counted over, ISO name, source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reports.kpis import BESIDE, KPIS, MATERIAL, MEANT, PEOPLE, Direction, Kpi

FORMULAS: dict[str, str | Promise] = {
    "planned": _("what plan lines say; of a report line without one, what it says was planned"),
    "good": _("good pieces of the shift"),
    "recovered": _("good pieces after rework of earlier ones"),
    "rework": _("pieces set aside for rework in the shift"),
    "scrap": _("pieces scrapped in the shift"),
    "produced": _("good + set aside for rework + scrap"),
    "finished_good": _("good pieces of final processes and of lines without a process"),
    "attended_hours": _("person-hours spent on the report lines"),
    "productive_hours": _("person-hours that were worked on the product"),
    "excused_loss_hours": _("person-hours lost for reasons outside the team"),
    "standard_hours": _("standard hours per unit × (good + recovered by rework)"),
    "hours_without_standard": _("attended hours of lines without a valid standard"),
    "unplanned_good": _("good pieces of lines without a plan"),
    "attainment_pct": _("(good + recovered by rework) of planned lines ÷ planned × 100"),
    "efficiency_pct": _("standard hours earned ÷ (attended hours − excused loss hours) × 100"),
    "scrap_pct": _("scrap ÷ produced × 100"),
    "rework_pct": _("set aside for rework ÷ produced × 100"),
    "inspected": _("pieces inspected in the plant, of all kinds of inspection"),
    "defective": _("inspected − accepted"),
    "defect_pct": _("defective ÷ inspected × 100"),
    "first_pass_pct": _("accepted at the first in-process inspection ÷ inspected there × 100"),
    "incoming_defect_pct": _("defective of incoming goods ÷ inspected of them × 100"),
    "mix_attainment_pct": _("of every planned row the smaller of planned and (good + recovered by rework) ÷ planned × 100"),
    "utilisation_pct": _("productive hours ÷ attended hours of the same lines × 100"),
    "downtime_hours": _("clock hours that report lines stood"),
    "clock_downtime": _("clock hours that report lines stood, a place that two teams name at the same time once"),
    "net_issue": _("issued − returned as good surplus − returned as incoming defect"),
    "standard": _("quantity per unit × output of the order's furthest process + set-up loss"),
    "variance": _("net issue − standard use for the output"),
    "material_variance_pct": _("(net issue − standard use) ÷ standard use × 100"),
    "used": _("material use that daily reports say"),
    "use_standard": _("standard use for the output of the reports that say their use"),
    "use_variance": _("use reported − its standard"),
    "supplement": _("supplements granted − what lapsed unused of them"),
    "supplements": _("number of supplements granted"),
    "returned_good": _("returned to the store as good surplus"),
    "returned_incoming_defect": _("returned to the store as incoming defect"),
    "returned_operation_defect": _("returned to the store as operation defect"),
    "material_loss": _("returned as operation defect + scrapped"),
    "returns_good": _("number of returns of good surplus"),
    "returns_incoming_defect": _("number of returns of incoming defects"),
    "returns_operation_defect": _("number of returns of operation defects"),
    "rostered": _("people on the roster of the shifts that were called"),
    "attended": _("of them, who was present or late"),
    "on_leave": _("of them, who was on leave"),
    "absent": _("of them, who was missing without leave"),
    "attendance_pct": _("attended ÷ on the roster × 100"),
    "joined": _("people whose first day lies in the period"),
    "departed": _("people whose last day lies in the period"),
    "moved_in": _("people who came from another unit"),
    "moved_out": _("people who went to another unit"),
    "availability_pct": _("production time ÷ planned busy time × 100"),
    "mttr_hours": _("sum of repair times ÷ number of repairs"),
    "mtbf_hours": _("sum of operating times ÷ number of failures"),
    "point_check_pct": _("point checks done ÷ due × 100"),
}
GROUPS: tuple[tuple[str | Promise, Mapping[str, Kpi]], ...] = (
    (_("Output, hours and quality"), KPIS | BESIDE),
    (pgettext_lazy("month", "Material"), MATERIAL),
    (_("People"), PEOPLE),
)


@dataclass(frozen=True)
class Meaning:
    """A figure in words, in the reader's language."""

    code: str
    name: str
    formula: str
    unit: str
    direction: str
    population: str
    iso: str
    source: str


def meanings() -> list[tuple[str, list[Meaning]]]:
    """Every figure once, in groups; what no group names stands last."""
    named = {code for _title, kpis in GROUPS for code in kpis}
    rest = {code: kpi for code, kpi in MEANT.items() if code not in named}
    return [(str(title), [meaning(kpi) for kpi in kpis.values()]) for title, kpis in (*GROUPS, (gettext("Stops and machines"), rest))]


def meaning(kpi: Kpi) -> Meaning:
    return Meaning(
        code=kpi.code,
        name=str(kpi.name),
        formula=_formula(kpi),
        unit=str(kpi.unit) or gettext("unit of the product or item"),
        direction=_direction(kpi.direction),
        population=str(kpi.population),
        iso=kpi.iso_22400 or gettext("none"),
        source=kpi.source,
    )


def _formula(kpi: Kpi) -> str:
    """A value is that of its quantity at standard cost."""
    own = FORMULAS.get(kpi.code)
    if own is not None:
        return str(own)
    return gettext("(%(quantity)s) × standard cost of the item") % {"quantity": FORMULAS[kpi.code.removesuffix("_value")]}


def _direction(direction: Direction) -> str:
    return {
        Direction.HIGHER: gettext("higher is better"),
        Direction.LOWER: gettext("lower is better"),
        Direction.NONE: pgettext("figure", "not judged"),
    }[direction]
