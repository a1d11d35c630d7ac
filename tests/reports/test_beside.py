"""The two rates of REQUIREMENTS part C that the contract of ``month_figures`` does not name, counted in its one pass."""

from datetime import date
from decimal import Decimal

import pytest

from core.clock import PlantMonth
from core.models import Unit
from reports.block import from_json, read_month_block, to_json
from reports.figures import Slice, count
from reports.kpis import BESIDE, KPIS, TARGETED
from reports.selectors import month_figures
from tests.factories.plans import LineFactory, PlanLineFactory, ProductFactory, ReportFactory, StandardHoursFactory

pytestmark = pytest.mark.django_db
OCTOBER = PlantMonth(2026, 10)
DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)


def whole(plant, code):
    return count(Slice.of_month(plant.plant, OCTOBER), [()])[()][0].value(code)


@pytest.mark.req("PPL-08")
def test_8_people_of_8_hours_with_56_productive_are_87_5_percent(plant):
    report = ReportFactory(team=plant.a1, business_date=DAY)
    LineFactory(report=report, attended_hours=64, productive_hours=56)
    assert whole(plant, "utilisation_pct") == Decimal("87.50")

    LineFactory(report=report, attended_hours=500, productive_hours=None)
    assert whole(plant, "utilisation_pct") == Decimal("87.50")
    LineFactory(report=ReportFactory(team=plant.b1, business_date=DAY), attended_hours=36, productive_hours=0)
    assert whole(plant, "utilisation_pct") == Decimal("56.00")


@pytest.mark.req("PPL-08")
def test_without_productive_hours_there_is_no_utilisation(plant):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=DAY), attended_hours=64, productive_hours=None)
    assert whole(plant, "utilisation_pct") is None


@pytest.mark.req("RPT-02")
def test_more_of_one_product_does_not_make_up_for_less_of_another(plant):
    """150 of 100 and 40 of 100: attainment 95 %, mix attainment 70 %; what nobody planned is in neither."""
    unit = Unit.objects.get(code="pcs")
    report = ReportFactory(team=plant.a1, business_date=DAY)
    for planned, good, recovered in ((100, 140, 10), (100, 40, 0), (None, 999, 0)):
        LineFactory(report=report, product=ProductFactory(unit=unit), planned_qty=planned, good_qty=good, recovered_qty=recovered)
    assert (whole(plant, "attainment_pct"), whole(plant, "mix_attainment_pct")) == (Decimal("95.00"), Decimal("70.00"))

    PlanLineFactory(team=plant.a2, business_date=DAY, shift=report.shift, product=ProductFactory(unit=unit), planned_qty=200)
    assert whole(plant, "mix_attainment_pct") == Decimal("35.00")


@pytest.mark.req("RPT-02")
def test_where_units_differ_the_mix_is_weighted_by_standard_hours(plant):
    report = ReportFactory(team=plant.a1, business_date=DAY)
    for code, hours, good in (("pcs", "0.5", 150), ("kg", "1", 40)):
        product = ProductFactory(unit=Unit.objects.get(code=code))
        StandardHoursFactory(product=product, hours_per_unit=Decimal(hours))
        LineFactory(report=report, product=product, planned_qty=100, good_qty=good)
    assert whole(plant, "mix_attainment_pct") == Decimal("60.00")  # (50 + 40) of (50 + 100) hours


@pytest.mark.req("RPT-11")
def test_they_stand_beside_the_others_and_change_no_contract(plant, signed_in):
    LineFactory(
        report=ReportFactory(team=plant.a1, business_date=DAY), planned_qty=100, good_qty=90, attended_hours=64, productive_hours=56
    )
    page = signed_in(plant.person("mgr")).get("/months/2026-10?by=compare&kpi=utilisation_pct")

    assert [cell.text for cell in page.context["table"].rows[-1].cells] == ["87.5", "—", "—"]
    assert not BESIDE.keys() & (KPIS.keys() | TARGETED.keys())
    assert not BESIDE.keys() & month_figures(OCTOBER, plant.plant)["rows"][0].keys()


@pytest.mark.req("RPT-01")
def test_a_pack_that_was_kept_before_they_were_counted_says_no_data(plant):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=DAY), planned_qty=100, productive_hours=5, attended_hours=8)
    kept = to_json(read_month_block(plant.plant, OCTOBER))
    for name in ("mixed", "mixed_std", "hours_with_productive"):
        del kept["whole"]["sums"][name]

    assert [from_json(kept).whole.value(code) for code in BESIDE] == [None, None]
