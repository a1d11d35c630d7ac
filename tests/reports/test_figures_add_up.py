"""Whatever the plant reports, however its teams moved: every level and grouping sums to the whole, days to weeks, weeks to months,
months to the year to date, and the rows that a figure opens to the figure.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import PlantMonth
from core.models import Unit
from core.quantities import percent
from people.models import OrgSpan
from reports.block import read_block
from reports.figures import FigureRow, Slice, count, counted_lines
from reports.figures.counting import WHOLE
from reports.figures.rows import summed
from reports.figures.slices import NO_PROCESS
from reports.selectors import month_figures
from tests.factories.people import ShiftFactory, make_plant, night_shift, org
from tests.factories.plans import LineFactory, PlanLineFactory, ProcessFactory, ProductFactory, ReportFactory, StandardHoursFactory

GROUPINGS = (
    ("workshop", "team"),
    ("section",),
    ("product",),
    ("process",),
    ("shift",),
    ("day",),
    ("week",),
    ("team", "day"),
    ("process", "shift"),
)
# Each with what a drilled row adds to it.
DRILLED = {
    "planned": lambda line: line["planned_qty"],
    "good": lambda line: line["good_qty"],
    "scrap": lambda line: line["scrap_qty"],
    "recovered": lambda line: line["recovered_qty"],
    "attended_hours": lambda line: line["attended_hours"],
    "excused_loss_hours": lambda line: line["excused_loss_hours"],
    "standard_hours": lambda line: line["hours"] and line["hours"] * (line["good_qty"] + line["recovered_qty"]),
}
SUMMED = ("good", "recovered", "scrap", "produced", "attended_hours", "excused_loss_hours", "unplanned_good", "finished_good")
DAYS = st.integers(0, 70).map(lambda days: date(2026, 9, 1) + timedelta(days=days))
QUANTITY = st.integers(0, 5000).map(Decimal)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "team": st.integers(0, 3),
            "on": DAYS,
            "night": st.booleans(),
            "product": st.integers(0, 2),
            "planned_qty": st.none() | QUANTITY,
            "good_qty": QUANTITY,
            "recovered_qty": QUANTITY,
            "scrap_qty": QUANTITY,
            "attended_hours": st.decimals(0, 200, places=2),
            "excused_loss_hours": st.decimals(0, 20, places=2),
        }
    ),
    max_size=25,
    unique_by=lambda line: (line["team"], line["on"], line["night"], line["product"]),
)
PLANS = st.lists(
    st.fixed_dictionaries(
        {"team": st.integers(0, 3), "on": DAYS, "night": st.booleans(), "product": st.integers(0, 2), "planned_qty": st.integers(1, 5000)}
    ),
    max_size=12,
    unique_by=lambda plan: (plan["team"], plan["on"], plan["night"], plan["product"]),
)
MOVES = st.lists(st.tuples(st.integers(0, 3), DAYS, st.integers(0, 3)), max_size=5, unique_by=lambda move: move[:2])


@pytest.mark.django_db
@pytest.mark.req("RPT-02")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, plans=PLANS, moves=MOVES, first_day=st.sampled_from([1, 26]))
def test_teams_workshops_sections_and_products_sum_to_the_plant(lines, plans, moves, first_day):
    with transaction.atomic(), time_machine.travel("2026-12-01 00:00Z", tick=False):
        check(lines, plans, moves, PlantMonth(2026, 10, first_day))
        transaction.set_rollback(True)


def check(lines, plans, moves, month):
    plant = make_plant()
    section = org("AS", "section", plant.a)
    teams, places = [plant.a1, plant.a2, plant.b1, org("X", "team", plant.plant)], [plant.a, plant.b, section, plant.plant]
    for team, on, place in moves:
        OrgSpan.objects.create(node=teams[team], name="moved", parent=places[place], valid_from=on)
    products = [ProductFactory(unit=Unit.objects.get(code="pcs")) for _ in range(3)]
    processes = [ProcessFactory(), ProcessFactory(), None]
    StandardHoursFactory(product=products[0], hours_per_unit=Decimal("0.125"))
    shifts, reports, inside = {False: ShiftFactory(), True: night_shift()}, {}, []
    for asked in lines:
        line = dict(asked)
        key = team, on, night = teams[line.pop("team")], line.pop("on"), line.pop("night")
        reports[key] = reports.get(key) or ReportFactory(team=team, business_date=on, shift=shifts[night])
        process = processes[(line["product"] + night) % 3]
        made = LineFactory(report=reports[key], process=process, **line | {"product": products[line["product"]]})
        if month.starts_on <= on <= month.ends_on:
            inside.append(made)

    plan_of = {}
    for asked in plans:
        line = dict(asked)
        product = line.pop("product")
        key = teams[line.pop("team")], line.pop("on"), line.pop("night"), products[product]
        process = processes[(product + key[2]) % 3]
        PlanLineFactory(team=key[0], business_date=key[1], shift=shifts[key[2]], product=key[3], process=process, **line)
        if month.starts_on <= key[1] <= month.ends_on:
            plan_of[key] = Decimal(line["planned_qty"])
    reported = {(line.report.team, line.report.business_date, line.report.shift.code == "NIGHT", line.product): line for line in inside}

    check_groupings(plant.plant, month)
    rows = month_figures(month, plant.plant)["rows"]
    whole = next((row for row in rows if row["level"] == "plant"), None)
    if not inside and not plan_of:
        assert rows == []
        return
    assert Decimal(whole["good"]) == sum(line.good_qty for line in inside)
    planned = {key: plan_of.get(key, reported[key].planned_qty if key in reported else None) for key in {*plan_of, *reported}}
    has_plan = [quantity for quantity in planned.values() if quantity is not None]
    assert (whole["planned"] is None) == (not has_plan)
    assert Decimal(whole["planned"] or 0) == sum(has_plan)
    attained = sum(reported[key].good_qty + reported[key].recovered_qty for key in reported if planned[key] is not None)
    assert whole["attainment_pct"] == (f"{percent(attained, sum(has_plan)):f}" if sum(has_plan) else None)
    assert sum(Decimal(row["planned"] or 0) for row in rows if row["level"] == "team") == sum(has_plan)
    for level in {row["level"] for row in rows} | {"workshop", "team", "product"}:
        for name in SUMMED:
            assert sum(Decimal(row[name]) for row in rows if row["level"] == level) == Decimal(whole[name]), (level, name)

    part = Slice.of_month(plant.plant, month)
    found = count(part, [("workshop", "team"), ("team", "day"), ("month",)])
    assert [row.codes["month"] for row in found["month",]] == [str(month)]
    for by in (("workshop", "team"), ("team", "day")):
        assert sum(row.sums["good"] for row in found[by]) == Decimal(whole["good"])
    for row in found["workshop", "team"]:
        if row.ids["workshop"]:
            workshop = plant.a if row.codes["workshop"] == "A" else plant.b
            drilled = [line for line in counted_lines(Slice.of_month(workshop, month), limit=500) if line["team_code"] == row.codes["team"]]
            assert_drilled(drilled, row)
    for unit, narrower in ((section, {}), *((plant.plant, {"product_id": product.pk}) for product in products)):
        assert_opens(Slice.of_month(unit, month, **narrower))
    for shift in shifts.values():
        assert_opens(Slice.of_month(plant.plant, month, shift_id=shift.pk))
    for process in processes:
        assert_opens(Slice.of_month(plant.plant, month, process_id=process.pk if process else NO_PROCESS))


def check_groupings(org, month):
    """Every grouping sums to the month in everything that is summed; its weeks are its days, the year to date is its months."""
    part = Slice.of_month(org, month)
    found = count(part, [WHOLE, *GROUPINGS])
    whole = summed(found[WHOLE])
    for by in GROUPINGS:
        assert (summed(found[by]) or FigureRow({}, {}, None, {})).sums == (whole.sums if whole else {}), by
    for row in found["week",]:
        days = [day for day in found["day",] if date.fromisoformat(day.codes["day"]).strftime("%G-W%V") == row.codes["week"]]
        assert summed(days).sums == row.sums
    year = count(part.stretched_to(PlantMonth(2026, 1, month.first_day).starts_on), [WHOLE])[WHOLE]
    to_date = read_block(part, month).year_to_date
    assert (to_date and (to_date.sums, to_date.unit)) == (year[0].sums, year[0].unit) if year else to_date is None


def assert_opens(part):
    """The lines of a slice sum to its figures."""
    rows = count(part, [WHOLE])[WHOLE]
    lines = list(counted_lines(part, limit=500))
    assert bool(rows) == bool(lines)
    if rows:
        assert_drilled(lines, rows[0])


def assert_drilled(lines, row):
    for name, of in DRILLED.items():
        said = [value for line in lines if (value := of(line)) is not None]
        assert sum(said) == (row.sums[name] or 0), name
        assert row.sums[name] is not None or not said, name
