"""The people of a month: who came by roll calls, who joined, left and changed units by the staff register (RPT-08)."""

from datetime import date
from decimal import Decimal

import pgtrigger
import pytest
from django.utils.translation import override

from core.clock import PlantMonth
from people.models import OrgSpan, Presence, RollCall, RollCallMark, Staff
from reports.block import from_json, read_month_block, to_json
from reports.changes import changes_between
from reports.figures import Slice
from reports.figures.people import count_people
from reports.figures.rows import summed
from reports.flags import find_flags
from reports.models import Target
from reports.sections import shown
from tests.factories.people import ShiftFactory, StaffFactory, night_shift, org
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-08")]
OCTOBER = PlantMonth(2026, 10)
HOURS = {Presence.PRESENT: 8, Presence.LATE: 7, Presence.LEAVE: 0, Presence.ABSENT: 0}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)


def call(team, on, presences, *, shift=None, extra=0):
    """A roll call with people of nowhere, one a presence, and some who were not rostered."""
    kept = RollCall.objects.create(business_date=on, team=team, shift=shift or ShiftFactory(), saved_at="2026-10-31T00:00Z")
    for number, presence in enumerate([*presences, *[Presence.PRESENT] * extra]):
        RollCallMark.objects.create(
            roll_call=kept,
            business_date=on,
            shift=kept.shift,
            staff=StaffFactory(org=team),
            presence=presence,
            minutes_late=5 if presence == Presence.LATE else None,
            rostered_hours=8,
            attended_hours=HOURS[presence],
            is_extra=number >= len(presences),
        )
    return kept


def entered(at, **more):
    """Somebody whom the register knows since that moment."""
    staff = StaffFactory(**more)
    changed(staff, at)
    return staff


def changed(staff, at, **more):
    """A change of the register at that moment; triggers write history by the clock of the database."""
    for name, value in more.items():
        setattr(staff, name, value)
    staff.save()
    with pgtrigger.ignore("people.StaffEvent:append_only"):
        newest = Staff.pgh_event_model.objects.filter(pgh_obj=staff).order_by("pgh_id").last()
        Staff.pgh_event_model.objects.filter(pk=newest.pk).update(pgh_created_at=at)


def of(node, *by, month=OCTOBER, **narrower):
    return count_people(Slice.of_month(node, month, **narrower), [by])[by]


def rates(node, *by, **more):
    return {tuple(row.codes.values()): row.value("attendance_pct") for row in of(node, *by, **more)}


def people_section(plant):
    return next(section for section in shown(read_month_block(plant.plant, OCTOBER)) if section.key == "people")


@pytest.mark.req("PPL-03")
def test_19_of_20_on_the_roster_are_95_percent(plant):
    call(plant.a1, date(2026, 10, 5), [*["present"] * 18, "late", "absent"], extra=3)

    assert rates(plant.plant) == {(): Decimal("95.00")}
    assert [of(plant.plant)[0].value(code) for code in ("rostered", "attended", "on_leave", "absent")] == [20, 19, 0, 1]
    section = people_section(plant)
    assert (section.tiles[0].value, section.tiles[0].name) == ("95.0", "Attendance rate")
    assert "Attendance rate 95.0 %." in section.words
    assert "Skills and training: no data" in section.words
    with override("zh-hans"):
        assert "技能与培训：无数据" in people_section(plant).words


def test_rates_of_teams_are_divided_once_and_sum_to_the_plant(plant):
    call(plant.a1, date(2026, 10, 5), ["present"] * 9 + ["absent"])
    call(plant.a2, date(2026, 10, 5), ["present"] * 30)
    call(plant.b1, date(2026, 10, 6), ["leave", "present"])
    call(plant.b1, date(2026, 11, 1), ["absent"] * 50)

    assert rates(plant.plant) == {(): Decimal("95.24")}  # 40 of 42; the mean of the teams would be 80
    assert rates(plant.plant, "workshop") == {("A",): Decimal("97.50"), ("B",): Decimal("50.00")}
    for by in (("workshop",), ("workshop", "team"), ("section",), ("month",)):
        assert summed(of(plant.plant, *by)).sums == of(plant.plant)[0].sums


def test_a_team_that_moved_stands_in_each_workshop_with_its_days(plant):
    section = org("AS", "section", plant.a)
    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=date(2026, 10, 15))
    OrgSpan.objects.create(node=plant.a2, name="A2", parent=section, valid_from=date(2026, 10, 15))
    call(plant.a1, date(2026, 10, 14), ["present"] * 4)
    call(plant.a1, date(2026, 10, 15), ["present", "absent"])
    call(plant.a2, date(2026, 10, 15), ["present", "absent", "absent", "absent"])

    assert rates(plant.plant, "workshop", "team") == {("A", "A1"): 100, ("A", "A2"): 25, ("B", "A1"): 50}
    assert rates(plant.plant, "section") == {("AS",): 25, ("-",): Decimal("83.33")}
    assert rates(plant.b) == {(): 50}


def test_a_shift_has_its_own_roll_calls_and_a_product_has_none(plant):
    call(plant.a1, date(2026, 10, 5), ["present"])
    night = night_shift()
    call(plant.a1, date(2026, 10, 5), ["absent"], shift=night)
    StaffFactory(org=plant.a1, hired_on=date(2026, 10, 2))

    assert rates(plant.plant, shift_id=night.pk) == {(): 0}
    assert of(plant.plant, shift_id=night.pk)[0].value("joined") == 0
    assert of(plant.plant, product_id=1) == of(plant.plant, process_id=0) == []


def test_who_joined_left_and_changed_units_stands_where_the_register_had_them_that_day(plant):
    september, october = "2026-09-20T02:00Z", "2026-10-10T02:00Z"
    mover = entered(september, org=plant.a1, hired_on=date(2026, 1, 5))
    leaver = entered(september, org=plant.a2)
    entered(september, org=plant.b, hired_on=date(2026, 10, 1))
    changed(mover, october, position="fitter")
    changed(mover, october, org=plant.b1)
    changed(leaver, october, left_on=date(2026, 10, 31))
    changed(entered("2026-10-20T02:00Z", org=plant.a1, hired_on=date(2026, 10, 12)), "2026-11-01T02:00Z", org=plant.a2)

    turns = {
        row.codes["workshop"] + row.codes["team"]: tuple(int(row.value(code)) for code in ("joined", "departed", "moved_in", "moved_out"))
        for row in of(plant.plant, "workshop", "team")
    }
    assert turns == {"AA1": (1, 0, 0, 1), "AA2": (0, 1, 0, 0), "BB1": (0, 0, 1, 0), "B-": (1, 0, 0, 0)}
    assert "2 joined, 1 left, 1 changed units." in people_section(plant).words
    assert "No roll call was taken in this month." in people_section(plant).words


def test_hours_are_beside_and_the_section_without_anything_says_no_data(plant):
    assert not people_section(plant).has_data
    assert people_section(plant).words.startswith("No data. ")

    call(plant.a1, date(2026, 10, 5), ["present"] * 8)
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 5)), attended_hours=64, productive_hours=56)
    section = people_section(plant)
    tables = {table.key: table for table in section.tables}
    assert [cell.text for cell in tables["hours"].rows[-1].cells] == ["64.0", "56.0", "0.0", "87.5"]
    assert [cell.text for cell in tables["people"].rows[-1].cells] == ["8", "8", "0", "0", "100.0", "0", "0", "0", "0"]
    assert tables["people-months"].rows[-1].label == "2026 to date"


def test_attendance_below_its_target_is_flagged_and_kept_in_the_pack(plant):
    call(plant.a1, date(2026, 10, 5), ["present"] * 9 + ["absent"])
    call(plant.a2, date(2026, 10, 5), ["present"] * 30)
    assert find_flags(read_month_block(plant.plant, OCTOBER)) == []

    Target.objects.create(kpi_code="attendance_pct", org=plant.plant, period="2026", value=Decimal(95))
    block = read_month_block(plant.plant, OCTOBER)
    assert [(flag.section, flag.key, flag.words) for flag in find_flags(block)] == [
        ("people", "team:A/A1", "Attendance rate 90.0 % (≥ 95.0)")
    ]
    kept = to_json(block)
    assert to_json(from_json(kept)) == kept
    old = from_json({name: value for name, value in kept.items() if name != "people"} | {"form": 3})
    assert old.people_block is None
    assert changes_between(old, block) == []
    call(plant.a2, date(2026, 10, 6), ["absent"])
    assert "Unplanned absence, person-shifts" in {change.what for change in changes_between(block, read_month_block(plant.plant, OCTOBER))}


def test_the_people_of_a_month_cost_one_statement(plant, django_assert_num_queries):
    for day in (5, 6, 7):
        call(plant.a1, date(2026, 10, day), ["present"])
    with django_assert_num_queries(1):
        count_people(Slice.of_month(plant.plant, OCTOBER), [(), ("workshop",), ("workshop", "team"), ("month",)])
