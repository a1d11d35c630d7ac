"""The roll call on one screen, what is due, and people lent (PPL-03, PPL-04)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from core.clock import plant_now
from core.errors import Faults
from core.models import PlantSetting
from people.models import RollCall, RollCallMark, StaffLoan
from people.selectors import attended_hours
from people.selectors.roll_calls import due_roll_calls
from people.services import Mark, lend_staff, save_roll_call
from tests.factories.people import StaffFactory, make_plant, night_shift
from tests.factories.rosters import follow, make_pattern, rostered
from tests.plans.statements import asked_by_page, own_statements

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def friday_morning():
    with time_machine.travel("2026-11-20 08:05+08:00"):
        yield


@pytest.fixture
def team(plant, day_shift):
    follow(plant.a1, make_pattern(day_shift), date(2026, 11, 20))
    return StaffFactory.create_batch(4, org=plant.a1)


@pytest.fixture
def leader(plant, team):
    return plant.person("tld", plant.a1)


def address(team, shift, on="2026-11-20", name="roll-call"):
    return reverse(name, args=[team.pk, on, shift.pk])


def tapped(page, **changes):
    """The page's own form as it would be sent, with some fields changed: ``{"p7-presence": "absent"}``."""
    sent = {"version": page.context["version"], "request_key": str(page.context["request_key"]), "people": []}
    for form in page.context["forms"]:
        sent["people"].append(str(form.row.staff.pk))
        for name in form.fields:
            value = form[name].value()
            sent[f"{form.prefix}-{name}"] = "" if value is None else str(value)
    return sent | changes


@pytest.mark.req("PPL-03")
def test_everybody_stands_on_present_and_one_tap_changes_that(signed_in, plant, day_shift, team, leader):
    client = signed_in(leader)
    page = client.get(address(plant.a1, day_shift))
    assert [form["presence"].value() for form in page.context["forms"]] == ["present"] * 5

    answer = client.post(address(plant.a1, day_shift), tapped(page, **{f"p{team[0].pk}-presence": "absent"}))

    assert answer.status_code == 302
    after = client.get(address(plant.a1, day_shift))
    assert "80.0\u202f%" in after.content.decode()
    assert after.context["row"].hours == 32
    assert RollCallMark.objects.get(staff=team[0]).attended_hours == 0


@pytest.mark.req("PPL-03")
def test_the_same_form_sent_twice_saves_once(signed_in, plant, day_shift, team, leader):
    client = signed_in(leader)
    sent = tapped(client.get(address(plant.a1, day_shift)))

    assert [client.post(address(plant.a1, day_shift), sent).status_code for _n in range(2)] == [302, 302]
    assert RollCall.objects.count() == 1
    assert RollCallMark.objects.count() == 5


def test_hours_that_nobody_typed_follow_the_presence(signed_in, plant, day_shift, team, leader):
    client, first, second = signed_in(leader), team[0], team[1]
    page = client.get(address(plant.a1, day_shift))
    late = {f"p{first.pk}-presence": "late", f"p{first.pk}-minutes_late": "１５", f"p{second.pk}-hours": "6。5"}
    client.post(address(plant.a1, day_shift), tapped(page, **late))
    assert dict(RollCallMark.objects.filter(staff__in=[first, second]).values_list("staff", "attended_hours")) == {
        first.pk: Decimal("7.75"),
        second.pk: Decimal("6.50"),
    }

    page = client.get(address(plant.a1, day_shift))
    client.post(address(plant.a1, day_shift), tapped(page, **{f"p{first.pk}-presence": "present", f"p{first.pk}-minutes_late": ""}))
    assert RollCallMark.objects.get(staff=first).attended_hours == 8
    assert RollCallMark.objects.get(staff=second).attended_hours == Decimal("6.5")


def test_a_late_without_minutes_is_told_at_the_person_and_nothing_is_lost(signed_in, plant, day_shift, team, leader):
    client = signed_in(leader)
    page = client.get(address(plant.a1, day_shift))

    answer = client.post(
        address(plant.a1, day_shift), tapped(page, **{f"p{team[0].pk}-presence": "late", f"p{team[1].pk}-note": "Gate was shut"})
    )

    assert answer.status_code == 422
    (faulty,) = [form for form in answer.context["forms"] if form.errors]
    assert faulty.row.staff == team[0]
    assert "minutes_late" in faulty.errors
    assert "Gate was shut" in answer.content.decode()
    assert not RollCall.objects.exists()


def test_of_two_who_call_at_once_the_second_sees_who_was_first(signed_in, plant, day_shift, team, leader):
    client = signed_in(leader)
    page = client.get(address(plant.a1, day_shift))
    people = [form.row.staff for form in page.context["forms"]]
    save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=[Mark(one, "present") for one in people], by=leader)

    answer = client.post(address(plant.a1, day_shift), tapped(page, **{f"p{team[0].pk}-presence": "absent"}))

    assert answer.status_code == 409
    assert "changed this at" in answer.content.decode()
    assert next(form for form in answer.context["forms"] if form.row.staff == team[0])["presence"].value() == "absent"


def test_somebody_else_is_added_by_number_and_kept_while_the_page_is_not_saved(signed_in, plant, day_shift, team, leader):
    client, guest = signed_in(leader), StaffFactory(staff_no="G1", org=plant.b1)
    page = client.get(address(plant.a1, day_shift))

    added = client.post(address(plant.a1, day_shift), tapped(page, extra="G1", then="add", **{f"p{team[0].pk}-presence": "leave"}))
    assert added.context["forms"][-1].row.staff == guest
    assert next(form for form in added.context["forms"] if form.row.staff == team[0])["presence"].value() == "leave"

    client.post(address(plant.a1, day_shift), tapped(added, **{f"p{guest.pk}-hours": "3"}))
    assert RollCallMark.objects.get(staff=guest).is_extra
    unknown = client.post(address(plant.a1, day_shift), tapped(added, extra="NOBODY", then="add"))
    assert unknown.status_code == 422


@pytest.mark.req("SYS-01")
def test_nobody_of_another_plant_is_added_named_or_marked(signed_in, plant, day_shift, team, leader):
    client, stranger = signed_in(leader), StaffFactory(staff_no="Q1", name="Stranger", org=make_plant("Q").a1)
    page = client.get(address(plant.a1, day_shift))

    by_number = client.post(address(plant.a1, day_shift), tapped(page, extra="Q1", then="add"))
    by_id = client.post(address(plant.a1, day_shift), tapped(page, people=[stranger.pk], then="add"))
    marks = [Mark(one, "present") for one in [*team, leader, stranger]]
    with pytest.raises(Faults) as refused:
        save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=marks, by=leader)

    assert (by_number.status_code, by_id.status_code) == (422, 200)
    assert "Stranger" not in by_number.content.decode() + by_id.content.decode()
    assert [(fault.code, fault.field) for fault in refused.value.faults] == [("unknown", "marks.5.staff")]
    assert not RollCall.objects.exists()


@pytest.mark.req("PPL-03")
def test_a_call_of_31_days_ago_that_was_made_is_not_due(plant, day_shift, team, leader):
    PlantSetting.objects.create(key="roll_call_days", value=31)
    on = FRIDAY - timedelta(days=31)
    follow(plant.a1, make_pattern(day_shift, code="LONG"), on, FRIDAY - timedelta(days=1))
    RollCall.objects.create(team=plant.a1, shift=day_shift, business_date=on, saved_by=leader, saved_at=plant_now())

    due = [call.on for call in due_roll_calls(frozenset({plant.a1.pk}))]

    assert on not in due
    assert on + timedelta(days=1) in due


def test_who_only_looks_sees_the_marks_and_no_form(signed_in, plant, day_shift, team, leader):
    save_roll_call(
        team=plant.a1,
        shift=day_shift,
        business_date=FRIDAY,
        marks=[Mark(team[0], "late", minutes_late=12), *(Mark(one, "present") for one in [*team[1:], leader])],
        by=leader,
    )
    client = signed_in(plant.person("mgr"))

    page = client.get(address(plant.a1, day_shift)).content.decode()

    assert "Late by 12 min" in page
    assert "data-fo-roll" not in page
    assert client.post(address(plant.a1, day_shift), {}).status_code == 403
    assert client.get(address(plant.a1, day_shift) + "?tab=history").status_code == 200


@pytest.mark.req("PPL-03")
def test_what_the_roster_has_and_nobody_called_is_due_then_late(signed_in, plant, day_shift, team, leader):
    night = night_shift()
    rostered(plant.a2, night, [FRIDAY])
    StaffFactory(org=plant.a2)
    StaffFactory(org=plant.b1)

    assert [(call.team_id, call.shift) for call in due_roll_calls(None)] == [(plant.a1.pk, day_shift)]
    assert due_roll_calls(frozenset({plant.b1.pk})) == []
    with time_machine.travel("2026-11-21 06:10+08:00"):
        due = due_roll_calls(None)
    assert [(call.team_id, call.on) for call in due] == [(plant.a1.pk, FRIDAY), (plant.a2.pk, FRIDAY), (plant.a1.pk, date(2026, 11, 21))]
    page = signed_in(leader).get(reverse("roll-calls"))
    assert [call.team_id for call in page.context["due"]] == [plant.a1.pk]


def test_a_team_without_a_roster_is_due_in_the_shifts_it_was_called_in(plant, day_shift):
    night_shift()
    staff, by = StaffFactory(org=plant.b1), StaffFactory()
    with time_machine.travel("2026-11-19 08:00+08:00"):
        assert due_roll_calls(None) == []
        save_roll_call(team=plant.b1, shift=day_shift, business_date=date(2026, 11, 19), marks=[Mark(staff, "present")], by=by)

    due = due_roll_calls(None)

    assert {call.shift for call in due} == {day_shift}
    assert {call.on for call in due} == {date(2026, 11, 17), date(2026, 11, 18), FRIDAY}


def test_the_list_and_the_page_cost_the_same_however_much_there_is(signed_in, plant, day_shift, team, leader):
    client = signed_in(leader)
    few_rows, few = own_statements(client, reverse("roll-calls")), own_statements(client, address(plant.a1, day_shift))
    people = [*StaffFactory.create_batch(10, org=plant.a1), *team, leader]
    save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=[Mark(one, "present") for one in people], by=leader)

    assert own_statements(client, reverse("roll-calls")) <= few_rows + 1 <= 24
    assert own_statements(client, address(plant.a1, day_shift)) <= few + 3 <= 24


def test_a_call_with_loans_costs_few_statements_and_so_do_its_history_and_the_page_that_lends(signed_in, plant, day_shift, team, leader):
    by = plant.person("sup", plant.a)
    people = [*team, leader]
    save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=[Mark(one, "present") for one in people], by=leader)
    client, page = signed_in(by), address(plant.a1, day_shift)
    for one in people[:2]:
        lend_staff(staff=one, from_team=plant.a1, to_team=plant.a2, shift=day_shift, business_date=FRIDAY, hours=Decimal(4), work="", by=by)

    assert len(asked_by_page(client, page)) <= 12
    assert len(asked_by_page(client, f"{page}?tab=history")) <= 14
    assert len(asked_by_page(client, address(plant.a1, day_shift, name="lend"))) <= 11


@pytest.mark.req("PPL-04")
def test_a_supervisor_lends_for_four_hours_and_takes_back(signed_in, plant, day_shift, team, leader):
    client = signed_in(plant.person("sup", plant.a))
    page = client.get(address(plant.a1, day_shift, name="lend"))
    assert "no skill record yet" in page.content.decode()
    asked = {"staff": team[0].pk, "to_team": plant.a2.pk, "hours": "4", "work": "Bending", "request_key": str(uuid4())}

    assert client.post(address(plant.a1, day_shift, name="lend"), asked).status_code == 302
    assert client.post(address(plant.a1, day_shift, name="lend"), asked).status_code == 302

    loan = StaffLoan.objects.get()
    assert attended_hours(plant.a2, day_shift, FRIDAY) == 4
    assert "Bending" in client.get(address(plant.a2, day_shift)).content.decode()
    too_many = asked | {"hours": "5", "request_key": str(uuid4())}
    refused = client.post(address(plant.a1, day_shift, name="lend"), too_many)
    assert refused.status_code == 409
    assert "4 h of them lent already" in refused.content.decode()
    assert client.get(reverse("loans")).status_code == 200
    assert client.post(reverse("loan", args=[loan.pk]), {"reason": "Not needed"}).status_code == 302
    assert attended_hours(plant.a2, day_shift, FRIDAY) is None


def test_lending_into_a_team_of_another_workshop_is_for_those_who_may_there(signed_in, plant, day_shift, team):
    asked = {"staff": team[0].pk, "to_team": plant.b1.pk, "hours": "4", "request_key": str(uuid4())}

    assert signed_in(plant.person("sup", plant.a)).post(address(plant.a1, day_shift, name="lend"), asked).status_code == 422
    assert signed_in(plant.person("mgr")).post(address(plant.a1, day_shift, name="lend"), asked).status_code == 302


def test_the_history_costs_the_same_for_a_large_team(signed_in, plant, day_shift, team, leader):
    client, called, costs = signed_in(leader), [*team, leader], []
    for _time in range(2):
        save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=[Mark(one, "present") for one in called], by=leader)
        costs.append(own_statements(client, f"{address(plant.a1, day_shift)}?tab=history"))
        called += StaffFactory.create_batch(10, org=plant.a1)

    assert costs[1] <= costs[0]
