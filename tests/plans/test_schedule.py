"""Sheets follow the roster and the calendar rule of their assignment (PLN-01, PPL-17)."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from people.models import CalendarDay, OrgKind, OrgNode, OrgSpan, RosterDay
from plans.models import Answer, Sheet, TemplateAssignment
from plans.services import answer, make_sheets
from plans.services.schedule import _withdraw
from tests.factories.checklists import assigned, publish_change, shipped, tap
from tests.factories.people import ShiftFactory, night_shift, org
from tests.factories.rosters import follow, make_pattern, rostered
from tests.races import Elsewhere, wait_until_blocked

SHANGHAI = ZoneInfo("Asia/Shanghai")
Rule = TemplateAssignment.Rule
Reach = TemplateAssignment.Reach
THURSDAY = date(2026, 11, 19)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def made() -> list[tuple[str, str, date]]:
    return sorted(Sheet.objects.values_list("node__code", "shift__code", "business_date"), key=lambda row: (row[2], row[0]))


def every_ten_minutes(first: str, last: str) -> None:
    """The job over some time; every four hours is often enough."""
    moment = at(first)
    while moment <= at(last):
        make_sheets(at=moment)
        moment += timedelta(hours=4)


def change_of(team: OrgNode, on: date, shift, **more) -> RosterDay:
    """A change of one day, as the roster page makes it."""
    RosterDay.objects.filter(team=team, staff=None, date=on).delete()
    return RosterDay.objects.create(team=team, date=on, shift=shift, is_change=True, **more)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


# --- who and when ---


@pytest.mark.req("PLN-01")
@pytest.mark.django_db
def test_one_assignment_gives_each_team_of_a_workshop_its_own_sheet(plant, day_shift):
    assigned(plant.a, day_shift, reach=Reach.TEAMS)

    make_sheets(at=at("2026-11-19 06:00"))

    assert made() == [("A1", "DAY", THURSDAY), ("A2", "DAY", THURSDAY)]


@pytest.mark.django_db
def test_a_team_that_moves_to_another_workshop_stops_there(plant, day_shift):
    assigned(plant.a, day_shift, reach=Reach.TEAMS)
    OrgSpan.objects.create(node=plant.a2, parent=plant.b, name="A2", valid_from=date(2026, 11, 20))

    every_ten_minutes("2026-11-19 06:00", "2026-11-21 18:00")

    assert {code for code, _shift, on in made() if on >= date(2026, 11, 20)} == {"A1"}
    assert ("A2", "DAY", THURSDAY) in made()


@pytest.mark.req("PPL-17")
@pytest.mark.django_db
def test_without_a_shift_each_team_is_asked_in_the_shift_its_roster_names(plant, day_shift):
    night = night_shift()
    follow(plant.a1, make_pattern(day_shift, night, None), THURSDAY)
    assigned(plant.a, None, reach=Reach.TEAMS)

    every_ten_minutes("2026-11-19 00:00", "2026-11-21 18:00")

    # A1 on days, then nights, then off; A2 has no roster, so no shift is known for it.
    assert made() == [("A1", "DAY", THURSDAY), ("A1", "NIGHT", date(2026, 11, 20)), ("A1", "DAY", date(2026, 11, 22))]


@pytest.mark.django_db
def test_the_role_that_is_expected_stands_on_the_sheet(plant, day_shift):
    assigned(plant.a, day_shift, role="wsm")

    make_sheets(at=at("2026-11-19 06:00"))

    assert Sheet.objects.get().role == "wsm"


@pytest.mark.req("PPL-17")
@pytest.mark.django_db
def test_the_times_of_the_duty_and_of_the_last_phase_stand_on_the_sheet(plant, day_shift):
    rostered(plant.a1, day_shift, [THURSDAY], ends_at=time(19))  # two hours of overtime
    assigned(plant.a1, day_shift, "T-04")
    assigned(plant.a1, day_shift, "T-05b")

    make_sheets(at=at("2026-11-19 06:00"))

    tour, opening = Sheet.objects.order_by("template__code")
    assert (tour.starts_at, tour.ends_at, tour.due_at) == (at("2026-11-19 08:00"), at("2026-11-19 19:00"), at("2026-11-19 19:00"))
    assert opening.due_at == at("2026-11-19 08:00")


# --- calendar rules ---


@pytest.mark.django_db
def test_on_some_weekdays_only(plant, day_shift):
    assigned(plant.a, day_shift, rule=Rule.WEEKDAYS, weekdays=[0, 3])

    every_ten_minutes("2026-11-16 00:00", "2026-11-22 18:00")

    assert [on for _node, _shift, on in made()] == [date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 23)]


@pytest.mark.req("PLN-01")
@pytest.mark.django_db
def test_a_weekly_sheet_runs_from_the_first_to_the_last_day_worked_of_its_week(plant, day_shift):
    CalendarDay.objects.create(plant=None, date=date(2026, 11, 16), is_working=False, name="Holiday")
    assigned(plant.a, day_shift, "T-10", rule=Rule.WEEKLY)

    every_ten_minutes("2026-11-16 00:00", "2026-11-21 22:00")

    sheet = Sheet.objects.get()
    assert sheet.business_date == date(2026, 11, 17)
    assert (sheet.starts_at, sheet.ends_at) == (at("2026-11-17 08:00"), at("2026-11-21 17:00"))
    every_ten_minutes("2026-11-22 00:00", "2026-11-24 22:00")
    assert list(Sheet.objects.order_by("business_date").values_list("business_date", flat=True)) == [
        date(2026, 11, 17),
        date(2026, 11, 23),
    ]


@pytest.mark.django_db
def test_monday_nine_oclock_is_when_the_weekly_data_tables_are_due(plant, day_shift):
    assigned(plant.a, day_shift, "T-10", rule=Rule.WEEKLY)
    make_sheets(at=at("2026-11-16 06:00"))

    from plans.selectors.sheets import pages_of, phases_of

    first, second = pages_of([Sheet.objects.get()], *phases_of(Sheet.objects.all()), at("2026-11-16 08:30"))[0].phases
    assert (first.due, second.due) == (at("2026-11-16 09:00"), at("2026-11-21 17:00"))


@pytest.mark.req("GEN-05")
@pytest.mark.django_db
def test_what_is_asked_once_is_asked_once_from_its_first_day_worked_to_its_last(plant, day_shift):
    assigned(plant.a, day_shift, "T-05", rule=Rule.ONCE, starts_on=date(2026, 11, 22), ends_on=date(2026, 12, 18))

    every_ten_minutes("2026-11-19 00:00", "2026-11-30 18:00")

    sheet = Sheet.objects.get()
    assert sheet.business_date == date(2026, 11, 23)  # the 22nd is a Sunday
    assert (sheet.starts_at, sheet.ends_at) == (at("2026-11-23 08:00"), at("2026-12-18 17:00"))


# --- when the roster changes ---


@pytest.mark.req("PPL-17")
@pytest.mark.django_db
def test_a_sunday_off_makes_no_sheet_and_no_missed(plant, day_shift):
    from plans.services import mark_missed

    follow(plant.a1, make_pattern(*[day_shift] * 6, None), date(2026, 11, 16))
    CalendarDay.objects.create(date=date(2026, 11, 22), is_working=True, name="The plant works")
    assigned(plant.a, day_shift, reach=Reach.TEAMS)

    every_ten_minutes("2026-11-22 00:00", "2026-11-22 20:00")
    mark_missed(at=at("2026-11-22 23:00"))

    sunday = Sheet.objects.filter(business_date=date(2026, 11, 22))
    assert [(sheet.node.code, sheet.status) for sheet in sunday] == [("A2", "missed")]


@pytest.mark.req("PPL-17")
@pytest.mark.django_db
def test_a_shift_changed_in_the_middle_of_the_day_takes_the_sheet_along_while_nobody_has_begun(plant, day_shift, sup):
    late = ShiftFactory(code="LATE", starts_at=time(14), ends_at=time(22))
    for team in (plant.a1, plant.a2):
        rostered(team, day_shift, [THURSDAY])
    assigned(plant.a, None, reach=Reach.TEAMS)
    make_sheets(at=at("2026-11-19 06:00"))
    begun = Sheet.objects.get(node=plant.a2)
    answer(sheet=begun, answers=[tap(1)], by=sup)

    for team in (plant.a1, plant.a2):
        change_of(team, THURSDAY, late)
    make_sheets(at=at("2026-11-19 11:00"))

    assert sorted(Sheet.objects.values_list("node__code", "shift__code", "starts_at")) == [
        ("A1", "LATE", at("2026-11-19 14:00")),
        ("A2", "DAY", at("2026-11-19 08:00")),  # somebody has begun: it stays
        ("A2", "LATE", at("2026-11-19 14:00")),
    ]
    begun.refresh_from_db()
    assert (begun.starts_at, begun.ends_at) == (at("2026-11-19 08:00"), at("2026-11-19 17:00"))


@pytest.mark.req("PPL-17")
@pytest.mark.django_db
def test_other_times_move_the_sheet_and_its_due_time(plant, day_shift):
    rostered(plant.a1, day_shift, [THURSDAY])
    assigned(plant.a1, day_shift)
    make_sheets(at=at("2026-11-19 06:00"))

    change_of(plant.a1, THURSDAY, day_shift, starts_at=time(10), ends_at=time(19))
    assert make_sheets(at=at("2026-11-19 07:00")) == 0

    sheet = Sheet.objects.get()
    assert (sheet.starts_at, sheet.ends_at, sheet.due_at) == (at("2026-11-19 10:00"), at("2026-11-19 19:00"), at("2026-11-19 19:00"))
    assert [event.pgh_label for event in sheet.events.order_by("pgh_id")] == ["insert", "update"]


@pytest.mark.django_db
def test_an_assignment_that_ends_and_a_template_that_retires_take_their_unbegun_sheets_along(plant, day_shift):
    ended, retired = assigned(plant.a, day_shift), assigned(plant.b, day_shift, "T-04")
    make_sheets(at=at("2026-11-19 20:00"))
    ended.ends_on = THURSDAY
    ended.save()
    retired.template.is_retired = True
    retired.template.save()

    make_sheets(at=at("2026-11-19 21:00"))

    assert made() == [("A", "DAY", THURSDAY)]


@pytest.mark.django_db
def test_a_sheet_made_by_hand_is_left_alone(plant, day_shift):
    from tests.factories.checklists import make_sheet

    sheet = make_sheet(plant.b, day_shift, THURSDAY)
    make_sheets(at=at("2026-11-19 11:00"))

    assert Sheet.objects.get() == sheet


@pytest.mark.django_db
def test_a_weekly_sheet_that_was_begun_is_not_made_again_when_its_first_day_becomes_a_day_off(plant, day_shift, sup):
    rostered(plant.a1, day_shift, [date(2026, 11, 16) + timedelta(days=n) for n in range(5)])
    assigned(plant.a1, day_shift, "T-10b", rule=Rule.WEEKLY)
    make_sheets(at=at("2026-11-16 06:00"))
    sheet = Sheet.objects.get()
    answer(sheet=sheet, answers=[tap("T-10b-01")], by=sup)

    change_of(plant.a1, date(2026, 11, 16), day_shift, is_off=True)
    every_ten_minutes("2026-11-16 12:00", "2026-11-18 12:00")

    assert Sheet.objects.get() == sheet


@pytest.mark.django_db(transaction=True)
def test_whoever_answers_while_the_sheet_is_withdrawn_keeps_it(plant, day_shift, sup):
    assigned(plant.a, day_shift)
    make_sheets(at=at("2026-11-19 06:00"))
    sheet = Sheet.objects.get()
    item = sheet.version.items.first()
    with transaction.atomic():
        Sheet.objects.select_for_update(no_key=True).get(pk=sheet.pk)
        Answer.objects.create(id=uuid4(), sheet=sheet, item=item, value="ok", by=sup, answered_at=sheet.starts_at)
        withdrawn = Elsewhere(lambda: _in_transaction([sheet.pk]))
        wait_until_blocked()

    assert (withdrawn.outcome, withdrawn.result) == ("done", set())
    assert Sheet.objects.get() == sheet


def _in_transaction(sheets):
    with transaction.atomic():
        return _withdraw(sheets)


# --- many ---


def _cost(moment: datetime) -> int:
    with CaptureQueriesContext(connection) as statements:
        make_sheets(at=moment)
    return len(statements)


@pytest.mark.req("PLN-01")
@pytest.mark.django_db
def test_200_teams_get_their_sheets_of_the_day_in_as_many_statements_as_two(plant, day_shift):
    assigned(plant.a, day_shift, "T-04", reach=Reach.TEAMS)
    few = _cost(at("2026-11-18 06:00"))
    assert Sheet.objects.count() == 2
    for number in range(198):
        org(f"A-{number:03d}", OrgKind.TEAM, plant.a)

    many = _cost(at("2026-11-19 06:00"))

    assert Sheet.objects.filter(business_date=THURSDAY).count() == 200
    assert many == few <= 20


@pytest.mark.django_db
def test_a_change_of_every_roster_costs_no_more_either(plant, day_shift):
    teams = [org(f"A-{number:03d}", OrgKind.TEAM, plant.a) for number in range(60)]
    for team in teams:
        rostered(team, day_shift, [THURSDAY])
    assigned(plant.a, day_shift, "T-04", reach=Reach.TEAMS)
    make_sheets(at=at("2026-11-19 06:00"))
    for team in teams[:30]:
        change_of(team, THURSDAY, day_shift, is_off=True)
    for team in teams[30:]:
        change_of(team, THURSDAY, day_shift, ends_at=time(15))

    assert _cost(at("2026-11-19 07:00")) <= 24
    assert Sheet.objects.filter(node__in=teams, ends_at=at("2026-11-19 15:00")).count() == 30
    assert not Sheet.objects.filter(node__in=teams[:30]).exists()


@pytest.mark.req("PLN-01")
@pytest.mark.django_db
def test_a_version_published_after_the_sheet_was_made_leaves_it(plant, day_shift):
    assigned(plant.a, day_shift)
    make_sheets(at=at("2026-11-19 06:00"))
    publish_change(shipped(), {"T-01-01": {"text": "Come early"}}, by=plant.person("adm"))
    make_sheets(at=at("2026-11-19 07:00"))

    assert Sheet.objects.get().version.number == 1
