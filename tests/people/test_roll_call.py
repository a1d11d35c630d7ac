"""Who came, for how many hours, and who was lent (PPL-03, PPL-04)."""

from datetime import date, time
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Faults, StaleVersion, TooFine
from core.history import Part, history_of
from core.versions import version_of
from people.errors import (
    CalledElsewhere,
    CalledTwice,
    HoursOutOfRange,
    LentAlready,
    LoanOver,
    MinutesNeeded,
    NotATeam,
    NotBegun,
    NothingLeftToLend,
    NotInTheShift,
    OtherPlant,
    RollCallClosed,
    RosterChanged,
    SameTeam,
)
from people.models import RollCall, RollCallMark, StaffLoan
from people.selectors import Attendance, absences, attendance, attended_hours, roster_of
from people.services import Mark, lend_staff, save_roll_call, take_back_loan
from tests.factories.people import StaffFactory, make_plant, night_shift
from tests.factories.rosters import follow, make_pattern, rostered
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def friday_morning():
    with time_machine.travel("2026-11-20 08:05+08:00"):
        yield


@pytest.fixture
def team(plant, day_shift):
    """Twenty people of A1, on a pattern of day shifts."""
    follow(plant.a1, make_pattern(day_shift), date(2026, 11, 1))
    return StaffFactory.create_batch(20, org=plant.a1)


def call(plant, shift, people, *, on=FRIDAY, team=None, by=None, **more):
    return save_roll_call(team=team or plant.a1, shift=shift, business_date=on, marks=people, by=by or StaffFactory(org=plant.a), **more)


def present(people):
    return [Mark(staff, "present") for staff in people]


@pytest.mark.req("PPL-03")
def test_of_twenty_on_the_roster_one_absent_makes_95_percent(plant, day_shift, team):
    call(plant, day_shift, [*present(team[:19]), Mark(team[19], "absent", note="No call")])

    row = attendance([plant.a1.pk], FRIDAY, FRIDAY)[plant.a1.pk, day_shift.pk, FRIDAY]

    assert (row.rostered, row.attended) == (20, 19)
    assert row.rate == Decimal("95.0")
    assert attended_hours(plant.a1, day_shift, FRIDAY) == 19 * 8


@pytest.mark.req("PPL-03")
def test_rates_of_several_shifts_are_divided_once(plant, day_shift, team):
    call(plant, day_shift, [*present(team[:19]), Mark(team[19], "absent")])
    with time_machine.travel("2026-11-21 08:05+08:00"):
        call(plant, day_shift, present(team), on=date(2026, 11, 21))

    whole = sum(attendance(None, FRIDAY, date(2026, 11, 21)).values(), start=Attendance())

    assert whole.rate == Decimal("97.5")
    assert Attendance().rate is None


@pytest.mark.req("PPL-03")
def test_late_leave_and_absence_are_told_to_the_checklist_and_the_hand_over(plant, day_shift, team):
    call(plant, day_shift, [Mark(team[0], "late", minutes_late=30), Mark(team[1], "leave"), Mark(team[2], "absent"), *present(team[3:])])

    told = absences([plant.a.pk], FRIDAY, FRIDAY, shift=day_shift)

    assert [(row.presence, row.staff) for row in told] == [("absent", team[2]), ("leave", team[1])]
    assert [row.presence for row in absences([plant.plant.pk], FRIDAY, FRIDAY, late_too=True)] == ["absent", "leave", "late"]
    assert absences([plant.b.pk], FRIDAY, FRIDAY) == []
    assert attended_hours(plant.a1, day_shift, FRIDAY) == Decimal("7.5") + 17 * 8


def test_hours_follow_the_roster_of_each_person(plant, day_shift, team):
    rostered(plant.a1, day_shift, [FRIDAY], staff=team[0], ends_at=time(19), is_change=True)
    rostered(plant.a1, day_shift, [FRIDAY], staff=team[1], ends_at=time(12), is_change=True)
    rostered(plant.a1, day_shift, [FRIDAY], staff=team[2], is_off=True, is_change=True)
    guest = StaffFactory(org=plant.a2)
    rostered(plant.a1, day_shift, [FRIDAY], staff=guest, is_change=True)

    on_shift = {person.staff: person.hours for person in roster_of([plant.a1.pk], FRIDAY, FRIDAY).on_shift(plant.a1, day_shift, FRIDAY)}

    assert (on_shift[team[0]], on_shift[team[1]], on_shift[team[3]], on_shift[guest]) == (10, 4, 8, 8)
    assert team[2] not in on_shift
    assert len(on_shift) == 20
    there = roster_of([plant.a2.pk], FRIDAY, FRIDAY)
    assert guest not in [person.staff for person in there.on_shift(plant.a2, day_shift, FRIDAY)]


def test_people_who_came_or_left_are_on_the_roster_for_their_days_only(plant, day_shift):
    StaffFactory(org=plant.a1, left_on=date(2026, 11, 19))
    StaffFactory(org=plant.a1, hired_on=date(2026, 11, 21))
    last_day = StaffFactory(org=plant.a1, left_on=FRIDAY)

    assert [person.staff for person in roster_of([plant.a1.pk], FRIDAY, FRIDAY).on_shift(plant.a1, day_shift, FRIDAY)] == [last_day]


def test_sending_twice_saves_once_and_a_second_save_changes_what_changed(plant, day_shift, team):
    key, by = uuid4(), StaffFactory()
    first = call(plant, day_shift, present(team), request_key=key, by=by)
    assert call(plant, day_shift, present(team), request_key=key, by=by) == first
    before = version_of(first)

    call(plant, day_shift, [Mark(team[0], "late", minutes_late=10), *present(team[1:])], version=before, by=by)

    assert RollCall.objects.count() == 1
    assert RollCallMark.objects.get(staff=team[0]).attended_hours == Decimal("7.83")
    changed = [entry for entry in history_of(first, Part(RollCallMark, {"roll_call": first})) if entry.deed == "changed" and entry.thing]
    assert len(changed) == 1
    with pytest.raises(StaleVersion):
        call(plant, day_shift, present(team), version=before)


def test_a_second_first_roll_call_is_told_of_the_first(plant, day_shift, team):
    call(plant, day_shift, present(team))

    with pytest.raises(StaleVersion):
        call(plant, day_shift, present(team), version=0)


def test_somebody_who_comes_in_addition_counts_in_hours_and_not_in_the_rate(plant, day_shift, team):
    guest = StaffFactory(org=plant.b1)

    call(plant, day_shift, [*present(team), Mark(guest, "present", hours=Decimal(3))])

    row = attendance([plant.a1.pk], FRIDAY, FRIDAY)[plant.a1.pk, day_shift.pk, FRIDAY]
    assert (row.rostered, row.attended, row.came, row.hours) == (20, 20, 21, Decimal(163))
    call(plant, day_shift, present(team))
    assert attended_hours(plant.a1, day_shift, FRIDAY) == 160


def test_nobody_on_the_roster_is_left_out(plant, day_shift, team):
    with pytest.raises(RosterChanged) as refused:
        call(plant, day_shift, present(team[1:]))

    assert refused.value.figures["who"] == team[0].name
    assert not RollCall.objects.exists()


@pytest.mark.parametrize(
    ("mark", "refusal", "field"),
    [
        ({"presence": "late"}, MinutesNeeded, "marks.0.minutes_late"),
        ({"presence": "present", "hours": Decimal("25")}, HoursOutOfRange, "marks.0.hours"),
        ({"presence": "present", "hours": Decimal("0")}, HoursOutOfRange, "marks.0.hours"),
        ({"presence": "present", "hours": Decimal("7.125")}, TooFine, "marks.0.hours"),
        ({"presence": "late", "minutes_late": 600}, HoursOutOfRange, "marks.0.hours"),
        ({"presence": "asleep"}, Exception, "marks.0.presence"),
        ({"presence": "present", "note": "x" * 201}, Exception, "marks.0.note"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_at_its_field(plant, day_shift, team, mark, refusal, field):
    with pytest.raises(Faults) as refused:
        call(plant, day_shift, [Mark(team[0], **mark), *present(team[1:])])

    (fault,) = refused.value.faults
    assert isinstance(fault, refusal)
    assert fault.field == field


def test_nobody_is_called_twice_in_one_shift(plant, day_shift, team):
    guest = StaffFactory(org=plant.a2)
    call(plant, day_shift, [*present(team), Mark(guest, "present", hours=Decimal(8))])

    with pytest.raises(Faults) as refused:
        call(plant, day_shift, [Mark(guest, "present"), Mark(guest, "present")], team=plant.a2)

    assert {type(fault) for fault in refused.value.faults} == {CalledTwice, CalledElsewhere}


def test_a_roll_call_opens_two_hours_before_and_closes_after_some_days(plant, day_shift, team):
    with pytest.raises(NotBegun):
        call(plant, day_shift, present(team), on=date(2026, 11, 21))
    with pytest.raises(NotBegun):
        call(plant, night_shift(), [])
    with time_machine.travel("2026-11-20 05:59+08:00"), pytest.raises(NotBegun):
        call(plant, day_shift, present(team))
    with time_machine.travel("2026-11-23 23:00+08:00"):
        call(plant, day_shift, present(team))
    with time_machine.travel("2026-11-24 01:00+08:00"), pytest.raises(RollCallClosed):
        call(plant, day_shift, present(team))
    with pytest.raises(NotATeam):
        call(plant, day_shift, [], team=plant.a)


def test_saving_costs_the_same_for_two_people_and_for_twenty(plant, day_shift, team):
    few = [StaffFactory(org=plant.a2), StaffFactory(org=plant.a2)]
    by = StaffFactory()
    with CaptureQueriesContext(connection) as of_two:
        call(plant, day_shift, present(few), team=plant.a2, by=by)
    with CaptureQueriesContext(connection) as of_twenty:
        call(plant, day_shift, present(team), by=by)

    assert len(of_twenty) == len(of_two)


def lend(plant, shift, staff, hours="4", *, to=None, by=None, **more):
    return lend_staff(
        staff=staff,
        from_team=more.pop("from_team", plant.a1),
        to_team=to or plant.a2,
        shift=shift,
        business_date=FRIDAY,
        hours=Decimal(hours),
        by=by or StaffFactory(),
        **more,
    )


@pytest.mark.req("PPL-04")
def test_four_hours_lent_follow_the_person(plant, day_shift, team):
    other = StaffFactory(org=plant.a2)
    call(plant, day_shift, present(team))
    call(plant, day_shift, present([other]), team=plant.a2)
    before = attended_hours(plant.a1, day_shift, FRIDAY), attended_hours(plant.a2, day_shift, FRIDAY)

    loan = lend(plant, day_shift, team[0])

    after = attended_hours(plant.a1, day_shift, FRIDAY), attended_hours(plant.a2, day_shift, FRIDAY)
    assert (after[0] - before[0], after[1] - before[1]) == (-4, 4)
    take_back_loan(loan=loan, reason="Not needed", by=StaffFactory())
    assert (attended_hours(plant.a1, day_shift, FRIDAY), attended_hours(plant.a2, day_shift, FRIDAY)) == before


def test_a_team_that_was_not_called_has_the_hours_it_borrowed(plant, day_shift, team):
    assert attended_hours(plant.a2, day_shift, FRIDAY) is None
    lend(plant, day_shift, team[0])

    assert attended_hours(plant.a2, day_shift, FRIDAY) == 4


def test_no_more_is_lent_than_a_person_has(plant, day_shift, team):
    lend(plant, day_shift, team[0], "5")
    with pytest.raises(NothingLeftToLend) as refused:
        lend(plant, day_shift, team[0], "3.01")
    assert (refused.value.figures["hours"], refused.value.figures["lent"]) == ("8", "5")

    call(plant, day_shift, [Mark(team[0], "present", hours=Decimal(6)), *present(team[1:])])
    with pytest.raises(NothingLeftToLend):
        lend(plant, day_shift, team[0], "2")


def test_who_is_lent_cannot_be_absent(plant, day_shift, team):
    lend(plant, day_shift, team[0])

    with pytest.raises(LentAlready):
        call(plant, day_shift, [Mark(team[0], "absent"), *present(team[1:])])


def test_what_lending_refuses(plant, day_shift, team):
    stranger, elsewhere = StaffFactory(org=plant.b1), make_plant("X")
    with pytest.raises(SameTeam):
        lend(plant, day_shift, team[0], to=plant.a1)
    with pytest.raises(NotATeam):
        lend(plant, day_shift, team[0], to=plant.b)
    with pytest.raises(NotInTheShift):
        lend(plant, day_shift, stranger)
    with pytest.raises(OtherPlant):
        lend(plant, day_shift, team[0], to=elsewhere.a1)
    with pytest.raises(HoursOutOfRange):
        lend(plant, day_shift, team[0], "0")
    with pytest.raises(TooFine):
        lend(plant, day_shift, team[0], "0.125")
    assert not StaffLoan.objects.exists()


def test_a_loan_sent_twice_is_one_and_is_taken_back_once(plant, day_shift, team):
    key, by = uuid4(), StaffFactory()
    loan = lend(plant, day_shift, team[0], by=by, request_key=key)
    assert lend(plant, day_shift, team[0], by=by, request_key=key) == loan

    take_back_loan(loan=loan, reason="Wrong person", by=by)
    take_back_loan(loan=loan, reason="Wrong person", by=by)
    with pytest.raises(LoanOver):
        take_back_loan(loan=loan, reason="Mine", by=StaffFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_loans_of_the_same_hours_one_is_refused(plant, day_shift):
    from django.db import transaction

    staff = StaffFactory(org=plant.a1)
    with transaction.atomic():
        lend(plant, day_shift, staff, "5")
        other = Elsewhere(lambda: lend(plant, day_shift, staff, "5"))
        wait_until_blocked()

    assert other.outcome == "NothingLeftToLend"
