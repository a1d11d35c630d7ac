"""Arrival ten minutes before the shift: stamped by a tap or the first answer, late by minutes, listed for those above (PLN-02)."""

from datetime import date, datetime, time

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import plant_zone
from core.models import PlantSetting
from people.access import access_of
from people.models import Delegation, OrgSpan, RosterDay
from plans.errors.sheets import NotAwaited, SheetNotOpen, SheetSkipped, ShiftOver
from plans.models import Arrival, Sheet
from plans.selectors.arrivals import arrivals_on
from plans.services import answer, make_sheets, skip_sheet, stamp_arrival
from tests.factories.checklists import FRIDAY, assigned, make_sheet, tap
from tests.factories.people import StaffFactory, night_shift
from tests.factories.rosters import rostered
from tests.plans.statements import own_statements
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db


def at(text, on="2026-11-20"):
    """A moment of Friday 20 November by the plant's clock."""
    return datetime.fromisoformat(f"{on} {text}").replace(tzinfo=plant_zone())


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def sheet(plant, day_shift, sup):
    return make_sheet(plant.a, day_shift)


def stamped(sheet, by, moment):
    with time_machine.travel(moment, tick=False):
        return stamp_arrival(sheet=sheet, by=by)


def seen(person, moment, on=FRIDAY, **more):
    """What this person's list says: ``sup A on_time``, ``sup A late 1 min late``."""
    rows = arrivals_on(access_of(person), on, moment, **more)
    return [f"{row.names} {row.state} {row.word}".strip() for row in rows]


@pytest.mark.req("PLN-02")
def test_for_a_shift_at_0800_ten_to_eight_is_on_time_and_a_minute_later_is_1_min_late_in_the_managers_list(
    plant, day_shift, sheet, sup, signed_in
):
    other = plant.person("sup", plant.b)
    assert stamped(sheet, sup, at("07:50:59")).minutes_late == 0
    assert stamped(make_sheet(plant.b, day_shift), other, at("07:51")).minutes_late == 1

    with time_machine.travel(at("08:30"), tick=False):
        page = signed_in(plant.person("mgr")).get("/arrivals")
    rows = [(row.names, f"{row.arrival.arrived_at.astimezone(plant_zone()):%H:%M}", row.state, row.word) for row in page.context["rows"]]
    assert rows == [("sup A", "07:50", "on_time", ""), ("sup B", "07:51", "late", "1 min late")]
    assert "1 min late" in page.content.decode()


@pytest.mark.req("PLN-02")
def test_both_times_before_the_shift_are_settings_of_the_plant(plant, sheet, sup, signed_in):
    PlantSetting.objects.create(key="arrival_lead_minutes", value=20)
    PlantSetting.objects.create(key="sheet_opens_minutes", value=30)

    with pytest.raises(SheetNotOpen) as refused:
        stamped(sheet, sup, at("07:29"))
    assert refused.value.figures["at"] == "07:30"
    assert stamped(sheet, sup, at("07:42")).minutes_late == 2
    assert (
        "Minutes before the shift by which supervisors and team leaders arrive"
        in signed_in(plant.person("adm")).get("/settings").content.decode()
    )


def test_a_stamp_keeps_the_time_that_was_asked_then(plant, sheet, sup):
    stamped(sheet, sup, at("07:51"))
    PlantSetting.objects.create(key="arrival_lead_minutes", value=5)

    assert seen(plant.person("mgr"), at("09:00")) == ["sup A late 1 min late"]


@pytest.mark.req("PLN-02")
def test_the_first_answer_before_the_shift_stamps_the_arrival_and_a_later_phase_does_not(sheet, sup):
    with time_machine.travel(at("07:48"), tick=False):
        answer(sheet=sheet, answers=[tap(5)], by=sup)
    assert not Arrival.objects.exists()

    with time_machine.travel(at("07:52"), tick=False):
        answer(sheet=sheet, answers=[tap(1)], by=sup)
        answer(sheet=sheet, answers=[tap(2)], by=sup)
    arrival = Arrival.objects.get()
    sheet.refresh_from_db()
    assert (arrival.arrived_at, arrival.minutes_late, arrival.told_at) == (at("07:52"), 2, None)
    assert (sheet.arrived_at, sheet.arrived_by) == (at("07:52"), sup)


def test_an_answer_given_without_network_stamps_the_time_of_the_answer_by_the_servers_clock(sheet, sup):
    """The tablet's clock is an hour slow and it was offline from 07:45 until 08:20."""
    with time_machine.travel(at("08:20"), tick=False):
        answer(sheet=sheet, answers=[tap(2, answered_at=at("06:46")), tap(1, answered_at=at("06:45"))], by=sup, sent_at=at("07:20"))

    arrival = Arrival.objects.get()
    assert (arrival.arrived_at, arrival.told_at, arrival.minutes_late) == (at("07:45"), at("06:45"), 0)


def test_an_answer_after_the_shift_stamps_nobody(sheet, sup):
    with time_machine.travel(at("17:30"), tick=False):
        answer(sheet=sheet, answers=[tap(1)], by=sup)

    assert not Arrival.objects.exists()


@pytest.mark.req("PLN-02")
def test_a_second_tap_on_any_sheet_of_the_shift_gives_the_first_stamp(plant, day_shift, sheet, sup):
    first = stamped(sheet, sup, at("07:45"))
    again = stamped(sheet, sup, at("08:10"))
    other = stamped(make_sheet(plant.a, day_shift, code="T-02"), sup, at("08:12"))

    assert first == again == other
    assert Arrival.objects.get().arrived_at == at("07:45")


@pytest.mark.django_db(transaction=True)
def test_of_two_taps_at_once_one_stamp_is_kept(sheet, sup):
    with time_machine.travel(at("07:45"), tick=True), transaction.atomic():
        first = stamp_arrival(sheet=sheet, by=sup)
        second = Elsewhere(lambda: stamp_arrival(sheet=sheet, by=sup))
        wait_until_blocked()
    assert second.outcome == "done"
    assert second.result == first
    assert Arrival.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_taps_at_once_on_two_sheets_of_the_shift_both_show_the_one_stamp(plant, day_shift, sheet, sup):
    other = make_sheet(plant.a, day_shift, code="T-03")
    with time_machine.travel(at("07:45"), tick=True), transaction.atomic():
        first = stamp_arrival(sheet=sheet, by=sup)
        second = Elsewhere(lambda: stamp_arrival(sheet=other, by=sup))
        wait_until_blocked()
    assert second.outcome == "done"
    assert second.result == first
    other.refresh_from_db()
    assert (other.arrived_at, other.arrived_by) == (first.arrived_at, sup)


def test_the_database_keeps_one_stamp_a_person_and_shift_and_never_changes_it(sheet, sup):
    arrival = stamped(sheet, sup, at("07:51"))
    with pytest.raises(IntegrityError, match="one_arrival_per_person_and_shift"), transaction.atomic():
        Arrival.objects.create(
            staff=sup,
            node=sheet.node,
            shift=sheet.shift,
            business_date=FRIDAY,
            starts_at=at("08:00"),
            due_at=at("07:50"),
            arrived_at=at("07:40"),
        )
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Arrival.objects.filter(pk=arrival.pk).update(arrived_at=at("07:40"))
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        arrival.delete()


@pytest.mark.req("PLN-02")
def test_nobody_stamps_for_another_and_whoever_is_not_awaited_there_stamps_nothing(plant, sheet, sup, signed_in):
    wsm = plant.person("wsm", plant.a)
    with pytest.raises(NotAwaited):
        stamped(sheet, wsm, at("07:45"))
    with time_machine.travel(at("07:46"), tick=False):
        answer(sheet=sheet, answers=[tap(1)], by=wsm)
        assert not Arrival.objects.exists()
        signed_in(sup).post(f"/sheets/{sheet.pk}/arrive", {"staff": wsm.pk, "by": wsm.pk})
    assert Arrival.objects.get().staff == sup


def test_before_it_opens_after_it_is_over_and_when_it_was_skipped_nobody_arrives(plant, day_shift, sheet, sup):
    with pytest.raises(SheetNotOpen):
        stamped(sheet, sup, at("06:59"))
    with pytest.raises(ShiftOver):
        stamped(sheet, sup, at("17:00"))
    with time_machine.travel(at("07:10"), tick=False):
        skip_sheet(sheet=sheet, reason="Power works", by=plant.person("wsm", plant.a))
    with pytest.raises(SheetSkipped):
        stamped(sheet, sup, at("07:20"))
    assert seen(plant.person("mgr"), at("09:00")) == []


# --- who is awaited ---


@pytest.mark.req("PLN-02")
def test_whoever_has_not_arrived_by_the_last_moment_is_listed_as_such(plant, sheet, sup):
    mgr = plant.person("mgr")

    assert seen(mgr, at("07:50")) == ["sup A later by 07:50"]
    assert seen(mgr, at("07:51")) == ["sup A not_arrived"]
    stamped(sheet, sup, at("09:12"))
    assert seen(mgr, at("10:00")) == ["sup A late 1 h 22 min late"]


def test_a_unit_without_supervisors_awaits_its_leader_and_for_an_absent_one_his_deputy(plant, day_shift):
    leader, deputy = StaffFactory(name="leader", org=plant.a), StaffFactory(name="deputy", org=plant.b, roles=["tld"])
    OrgSpan.objects.filter(node=plant.a1).update(leader=leader)
    sheet = make_sheet(plant.a1, day_shift)
    assert seen(plant.person("mgr"), at("08:00")) == ["leader not_arrived"]

    Delegation.objects.create(giver=leader, taker=deputy, role="tld", starts_on=FRIDAY, ends_on=FRIDAY, reason="Ill", made_by=leader)
    assert seen(plant.person("mgr"), at("08:00")) == ["deputy not_arrived"]
    with pytest.raises(NotAwaited):
        stamped(sheet, leader, at("08:01"))
    assert stamped(sheet, deputy, at("08:01")).minutes_late == 11


@pytest.mark.req("PLN-02")
@pytest.mark.req("PPL-17")
def test_arrivals_follow_the_roster_a_part_shift_begins_later_and_a_day_off_awaits_nobody(plant, day_shift):
    tld = plant.person("tld", plant.a1)
    assigned(plant.a1, day_shift)
    saturday = date(2026, 11, 21)
    rostered(plant.a1, day_shift, [FRIDAY], starts_at=time(13), is_change=True)
    rostered(plant.a1, day_shift, [saturday], is_off=True, is_change=True)
    with time_machine.travel(at("06:00"), tick=False):
        make_sheets()
    assert seen(plant.person("mgr"), at("12:50")) == ["tld A1 later by 12:50"]
    assert stamped(Sheet.objects.get(), tld, at("12:51")).minutes_late == 1

    with time_machine.travel(at("06:00", "2026-11-21"), tick=False):
        make_sheets()
    assert seen(plant.person("mgr"), at("09:00", "2026-11-21"), saturday) == []


@pytest.mark.req("PPL-17")
def test_a_persons_own_roster_goes_before_that_of_the_team(plant, day_shift):
    early, late = plant.person("tld", plant.a1), StaffFactory(name="second", org=plant.a1, roles=["tld"])
    sheet = make_sheet(plant.a1, day_shift)
    mgr = plant.person("mgr")
    assert seen(mgr, at("08:00")) == ["tld A1 or second not_arrived"]

    rostered(plant.a1, day_shift, [FRIDAY], staff=late, starts_at=time(10), is_change=True)
    assert seen(mgr, at("08:00")) == ["tld A1 not_arrived", "second later by 09:50"]
    assert stamped(sheet, late, at("09:55")).minutes_late == 5
    RosterDay.objects.create(team=plant.a1, date=FRIDAY, shift=day_shift, staff=early, is_off=True, is_change=True)
    assert seen(mgr, at("10:00")) == ["second late 5 min late"]


@pytest.mark.req("PLN-02")
def test_a_night_shift_belongs_to_the_date_on_which_it_began_and_one_person_is_awaited_once(plant, day_shift, sheet, sup):
    night = make_sheet(plant.a, night_shift())
    mgr = plant.person("mgr")
    assert seen(mgr, at("06:00")) == ["sup A later by 07:50", "sup A later by 19:50"]

    stamped(night, sup, at("01:20", "2026-11-21"))
    (row,) = arrivals_on(access_of(mgr), FRIDAY, at("02:00", "2026-11-21"))
    assert (row.shift.code, row.word, row.arrival.business_date) == ("NIGHT", "5 h 30 min late", FRIDAY)
    assert seen(mgr, at("02:00", "2026-11-21"), date(2026, 11, 21)) == []


def test_a_weeks_sheet_awaits_nobody(plant, day_shift, sup):
    asked = assigned(plant.a, day_shift, rule="weekly")
    sheet = make_sheet(plant.a, day_shift)
    Sheet.objects.filter(pk=sheet.pk).update(assignment=asked)

    assert seen(plant.person("mgr"), at("09:00")) == []
    with pytest.raises(NotAwaited):
        stamped(sheet, sup, at("07:45"))


# --- pages ---


@pytest.mark.req("PLN-02")
def test_one_tap_on_my_day_stamps_and_the_prompt_is_gone(sheet, sup, signed_in):
    client = signed_in(sup)
    with time_machine.travel(at("06:59"), tick=False):
        assert client.get("/").context["day"].arrival is None
    with time_machine.travel(at("07:30"), tick=False):
        prompt = client.get("/").context["day"].arrival
        assert (prompt.sheet, prompt.state, prompt.word) == (sheet, "due", "by 07:50")
    with time_machine.travel(at("07:51"), tick=False):
        assert client.get("/").context["day"].arrival.word == "1 min late"
        assert "I am here" in client.get(f"/sheets/{sheet.pk}").content.decode()
        back = client.post(f"/sheets/{sheet.pk}/arrive", {"back": "my-day"}, follow=True)
        page = back.content.decode()
    assert back.redirect_chain == [("/", 302)]
    assert "Your arrival is stamped: 07:51, 1 min late." in page
    assert "I am here" not in page


def test_the_arrival_stands_on_the_sheet(plant, sheet, sup, signed_in):
    stamped(sheet, sup, at("07:51"))
    with time_machine.travel(at("09:00"), tick=False):
        page = signed_in(plant.person("wsm", plant.a)).get(f"/sheets/{sheet.pk}").content.decode()

    assert "sup A arrived 07:51" in page
    assert "1 min late" in page
    assert "I am here" not in page


def test_a_refused_tap_says_why_on_the_sheet(plant, sheet, sup, signed_in):
    with time_machine.travel(at("06:30"), tick=False):
        answered = signed_in(sup).post(f"/sheets/{sheet.pk}/arrive")
        assert answered.status_code == 409
        assert "This sheet opens at 07:00." in answered.content.decode()
        assert signed_in(plant.person("sup", plant.b)).post(f"/sheets/{sheet.pk}/arrive").status_code == 404


@pytest.mark.req("PLN-02")
def test_the_list_is_narrowed_by_date_place_and_lateness_and_says_when_it_is_empty(plant, day_shift, sheet, sup, signed_in):
    stamped(sheet, sup, at("07:45"))
    make_sheet(plant.b, day_shift)
    plant.person("sup", plant.b)
    client = signed_in(plant.person("mgr"))
    with time_machine.travel(at("09:00"), tick=False):

        def names(query=""):
            return [row.names for row in client.get(f"/arrivals{query}").context["rows"]]

        assert names() == ["sup A", "sup B"]
        assert names("?late=1") == ["sup B"]
        assert names(f"?node={plant.a.pk}") == ["sup A"]
        empty = client.get(f"/arrivals?node={plant.a.pk}&late=1").content.decode()
        assert "Nobody was late" in empty
        assert "Nobody is awaited here" in client.get("/arrivals?on=2026-11-19").content.decode()
        assert [row.names for row in signed_in(plant.person("wsm", plant.a)).get("/arrivals").context["rows"]] == ["sup A"]


@pytest.mark.req("PLN-02")
@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_none(plant, sheet, signed_in, on):
    assert signed_in(plant.person("mgr")).get(f"/arrivals?on={on}").status_code == 200


def test_the_managers_my_day_names_who_is_late(plant, day_shift, sheet, sup, signed_in):
    make_sheet(plant.a1, day_shift)
    plant.person("tld", plant.a1)
    stamped(sheet, sup, at("07:51"))
    with time_machine.travel(at("09:00"), tick=False):
        for manager in (plant.person("wsm", plant.a), plant.person("mgr")):
            page = signed_in(manager).get("/")
            assert [(row.names, row.state) for row in page.context["day"].late_arrivals] == [("tld A1", "not_arrived"), ("sup A", "late")]
            assert "1 min late" in page.content.decode()
        assert signed_in(sup).get("/").context["day"].arrivals == []


def test_the_list_costs_the_same_few_statements_however_many_places(plant, day_shift, sheet, sup, signed_in):
    client = signed_in(plant.person("mgr"))
    plant.person("tld", plant.a1)
    make_sheet(plant.a1, day_shift)
    with time_machine.travel(at("09:00"), tick=False):
        stamp_arrival(sheet=sheet, by=sup)
        few = own_statements(client, "/arrivals")
        for node in (plant.b, plant.a2, plant.b1):
            own = make_sheet(node, day_shift)
            stamp_arrival(sheet=own, by=plant.person("tld", node))
        assert own_statements(client, "/arrivals") <= few <= 12


def test_after_the_first_one_an_answer_asks_nothing_about_arrivals(sheet, sup):
    with time_machine.travel(at("07:45"), tick=False):
        answer(sheet=sheet, answers=[tap(1)], by=sup)
        with CaptureQueriesContext(connection) as asked:
            answer(sheet=sheet, answers=[tap(2)], by=sup)

    assert not [query for query in asked if "plans_arrival" in query["sql"]]
