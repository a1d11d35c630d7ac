"""What a daily report, its history and the figures of its day cost in statements, with all that can stand on them filled in."""

from datetime import time
from decimal import Decimal

import pghistory
import pytest
import time_machine

from core.clock import at_plant
from materials.models import MaterialUse
from people.models import RollCall, RollCallMark, StaffLoan
from plans.services import LineInput, approve_report, record_observation, reopen_report, save_day_comment, save_report, submit_report
from plans.services.daily_reports import mark_report_seen
from plans.services.stops import StopInput
from tests.factories.checklists import FRIDAY
from tests.factories.materials import ItemFactory
from tests.factories.people import ShiftFactory, StaffFactory, org
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ProcessFactory, ReportFactory
from tests.factories.rosters import follow, make_pattern
from tests.plans.statements import asked_by_page

pytestmark = pytest.mark.django_db
D = Decimal


def on_friday(hour, minute=0):
    return at_plant(FRIDAY, time(hour, minute))


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(on_friday(17, 30), tick=False):
        yield


@pytest.fixture
def cast(plant):
    places = {"sup": plant.a, "wsm": plant.a, "tld": plant.a1, "mgr": plant.plant}
    return {role: plant.person(role, place) for role, place in places.items()}


def called(team, shift, beside, heads):
    """A roll call of so many people, one of them lent to the team beside and one of that team here."""
    place = {"shift": shift, "business_date": FRIDAY}
    for node, other in ((team, beside), (beside, team)):
        call = RollCall.objects.create(team=node, saved_at=on_friday(8), **place)
        for staff in StaffFactory.create_batch(heads, org=node):
            RollCallMark.objects.create(roll_call=call, staff=staff, presence="present", rostered_hours=D(8), attended_hours=D(8), **place)
        StaffLoan.objects.create(staff=staff, from_team=node, to_team=other, hours=D(2), made_by=staff, **place)


def written(plant, shift, cast, lines):
    """A report of so many lines, each planned, stopped, and with material: approved once, opened again, corrected, handed in anew."""
    team, place = plant.a1, {"team": plant.a1, "shift": shift, "business_date": FRIDAY}
    orders = [OrderFactory(workshop=plant.a) for _ in range(lines)]
    PlanLineFactory(**place)
    for order in orders:
        PlanLineFactory(**place, order=order, product=order.product)

    def typed(good):
        for order in orders:
            stops = [StopInput("machine", on_friday(hour), on_friday(hour, 20), f"P-{hour}") for hour in (9, 10, 11)]
            yield LineInput(order=order, process=process, good_qty=D(good), planned_qty=D(700), attended_hours=D(9), stops=tuple(stops))

    process = ProcessFactory()
    with pghistory.context(by=cast["tld"].staff_no):
        report = submit_report(report=save_report(**place, lines=list(typed(600)), by=cast["tld"]), by=cast["tld"])
    for line in report.lines.all():
        MaterialUse.objects.bulk_create(MaterialUse(line=line, item=ItemFactory(), quantity=D(5)) for _ in range(2))
    with pghistory.context(by=cast["sup"].staff_no):
        save_day_comment(**place, text="Steel came late", by=cast["sup"])
    mark_report_seen(report=report, remark="Read", by=cast["mgr"])
    with pghistory.context(by=cast["wsm"].staff_no):
        report = reopen_report(report=approve_report(report=report, by=cast["wsm"]), reason="Too many", by=cast["mgr"])
    report = save_report(**place, lines=list(typed(590)), by=cast["tld"], report=report, version=report.version)
    mark_report_seen(report=report, remark="Read again", by=cast["mgr"])
    for _ in range(lines):
        record_observation(node=team, person=cast["tld"], standard="WI-014", text="Gauge left out", by=cast["sup"])
    called(team, shift, plant.a2, lines)
    return report


@pytest.fixture
def reports(plant, day_shift, cast):
    """One of two lines, one of twelve."""
    evening_shift = ShiftFactory(code="EVE", name="Evening", starts_at=time(9), ends_at=time(18))
    return [written(plant, shift, cast, lines) for shift, lines in ((day_shift, 2), (evening_shift, 12))]


def test_a_report_costs_the_same_few_statements_however_much_stands_on_it(reports, cast, signed_in):
    client = signed_in(cast["wsm"])
    few, many = (asked_by_page(client, f"/daily-reports/{report.pk}") for report in reports)
    assert len(many) == len(few) <= 10, many

    shown = client.get(f"/daily-reports/{reports[1].pk}").context
    assert [len(shown[name]) for name in ("lines", "stops", "seen", "slots")] == [12, 36, 2, 1]
    assert (shown["deciders"], shown["called"].hours, shown["beside_call"]) == ("mgr P", D(96), D(12))
    assert (shown["sums"].good, shown["comment"].text) == (12 * 590, "Steel came late")
    assert len(shown["material"].cards[reports[1].pk].context["uses"]) == 24


def test_the_history_of_a_report_costs_the_same_few_statements_however_much_changed(reports, cast, signed_in):
    client = signed_in(cast["wsm"])
    few, many = (asked_by_page(client, f"/daily-reports/{report.pk}?tab=history") for report in reports)
    assert len(many) == len(few) <= 10, many

    entries = client.get(f"/daily-reports/{reports[0].pk}?tab=history").context["history"]
    assert {entry.thing for entry in entries} == {"", "report line", "stop", "comment on the day"}
    assert {entry.who for entry in entries} >= {cast["tld"].name, cast["wsm"].name, cast["sup"].name}


def test_the_figures_of_a_day_cost_the_same_few_statements_however_many_teams_report(plant, day_shift, cast, signed_in):
    client = signed_in(cast["wsm"])
    written(plant, day_shift, cast, 2)
    addresses = [f"/day/{plant.a.pk}/2026-11-20", f"/day/{plant.a1.pk}/2026-11-20", f"/day/{plant.a.pk}/2026-11-20?tab=history"]
    few = [len(asked_by_page(client, address)) for address in addresses]
    written(plant, ShiftFactory(code="EVE", name="Evening", starts_at=time(9), ends_at=time(18)), cast, 12)
    pattern = make_pattern(day_shift)
    for number in range(10):
        team = org(f"T{number}", "team", plant.a)
        follow(team, pattern, FRIDAY)
        StaffFactory(org=team)
        LineFactory(report=ReportFactory(team=team, shift=day_shift, business_date=FRIDAY), planned_qty=D(100))
        save_day_comment(team=team, shift=day_shift, business_date=FRIDAY, text="Short", by=cast["sup"])
    many = [len(asked_by_page(client, address)) for address in addresses]
    assert many == few
    assert max(many) <= 12, dict(zip(addresses, many, strict=True))

    day = client.get(addresses[0]).context["day"]
    assert (len(day.reported), day.heads.hours, day.open_findings) == (12, D(128), 14)
    assert sum(row.comment is not None for row in day.rows) == 12
