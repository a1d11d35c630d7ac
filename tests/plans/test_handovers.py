"""A shift is handed over with two signatures, and signed off only when every severe danger has an owner (PLN-13)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core.errors import StaleVersion
from people.models import Notice
from people.services import Mark, lend_staff, save_roll_call
from plans.errors.handovers import (
    HandoverAhead,
    HandoverSigned,
    NotWaitingForReceiver,
    ObjectionNeedsWords,
    OwnHandover,
    PhaseOpen,
    SevereSafetyWithoutOwner,
)
from plans.models import DailyReportLine, DowntimeStop, Finding, Handover, SlotOutput
from plans.selectors.handover_facts import facts_of, told
from plans.selectors.handovers import following
from plans.services import (
    FindingInput,
    answer,
    give_task,
    hand_over,
    raise_finding,
    receive_handover,
    save_handover,
    sign_handover,
)
from tests.factories.checklists import FRIDAY, make_sheet, tap, taps_for_all
from tests.factories.handovers import at, danger, two_shifts
from tests.factories.materials import make_store
from tests.factories.people import StaffFactory
from tests.factories.plans import LineFactory, PlanLineFactory, ReportFactory
from tests.factories.rosters import rostered
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def end_of_the_early_shift():
    with time_machine.travel(at("15:40"), tick=True):
        yield


@pytest.fixture
def shifts(plant):
    return two_shifts(plant)


# --- who follows whom ---


def test_the_team_beside_it_that_begins_then_follows(shifts, plant):
    found = following(plant.a1, shifts.early, FRIDAY)

    assert [(row.team.node, row.shift, row.business_date) for row in found] == [(plant.a2, shifts.late, FRIDAY)]
    handover = shifts.draft()
    assert (handover.to_team, handover.to_shift, handover.to_business_date) == (plant.a2, shifts.late, FRIDAY)


def test_the_next_shift_of_the_same_team_goes_before_the_team_beside_it(shifts, plant):
    rostered(plant.a1, shifts.early, [FRIDAY])
    rostered(plant.a1, shifts.late, [FRIDAY])

    assert [row.team.node for row in following(plant.a1, shifts.early, FRIDAY)] == [plant.a1]


def test_the_first_shift_of_the_next_day_is_too_far_away_to_follow(shifts, plant):
    assert following(plant.a2, shifts.late, FRIDAY) == []
    assert following(plant.b1, shifts.early, FRIDAY) == []


# --- two signatures ---


def test_two_people_sign_and_then_nothing_changes(shifts):
    handover = shifts.given(note="Die 4 is worn", output_words="Two hours lost")
    assert handover.facts["stops"] == [{"not_reported": True}]
    assert handover.status == "waiting"
    assert handover.facts["output"] == []

    handover = receive_handover(handover=handover, by=shifts.receiver, reply="Seen")

    assert (handover.status, handover.received_by, handover.reply) == ("signed", shifts.receiver, "Seen")
    with pytest.raises(HandoverSigned):
        shifts.draft(note="Something else")
    for change in ({"note": "x"}, {"facts": {}}, {"received_by": None}, {"status": "draft"}):
        with pytest.raises(IntegrityError, match="hand-over is locked"), transaction.atomic():
            Handover.objects.update(**change)
    with pytest.raises(IntegrityError, match="signed hand-over stays"), transaction.atomic():
        Handover.objects.all()._raw_delete("default")


def test_the_giver_does_not_receive(shifts):
    handover = shifts.given()

    with pytest.raises(OwnHandover):
        receive_handover(handover=handover, by=shifts.giver)
    with pytest.raises(IntegrityError, match="handover_receiver_is_not_giver"), transaction.atomic():
        Handover.objects.update(status="signed", received_by=shifts.giver, received_at=timezone.now())


def test_what_the_giver_signed_stays_while_it_waits(shifts):
    shifts.given(note="Die 4 is worn")

    for change in ({"note": "Nothing"}, {"facts": {"output": []}}, {"to_team": None, "to_shift": None, "to_business_date": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.update(**change)


def test_signing_twice_does_it_once(shifts):
    first = shifts.given()
    again = sign_handover(handover=first, by=shifts.giver)
    assert again.given_at == first.given_at

    received = receive_handover(handover=first, by=shifts.receiver)
    assert receive_handover(handover=first, by=shifts.receiver).received_at == received.received_at
    with pytest.raises(NotWaitingForReceiver):
        receive_handover(handover=first, by=shifts.plant.person("sup", shifts.plant.a))


def test_an_objection_has_words_and_the_giver_is_told(shifts):
    handover = shifts.given()
    with pytest.raises(ObjectionNeedsWords):
        receive_handover(handover=handover, by=shifts.receiver, is_objected=True)

    receive_handover(handover=handover, by=shifts.receiver, reply="Press 3 stands", is_objected=True)

    assert Notice.objects.get(kind="handover.objection").recipient == shifts.giver


def test_the_receiving_leader_is_told_once_until_it_is_received(shifts):
    handover = shifts.given()
    sign_handover(handover=handover, by=shifts.giver)
    told_to = Notice.objects.filter(kind="handover.wait")
    assert [notice.recipient for notice in told_to] == [shifts.receiver]

    receive_handover(handover=handover, by=shifts.receiver)
    assert told_to.get().done_at is not None


def test_a_stale_page_overwrites_nothing(shifts):
    handover = shifts.draft(note="Mine")
    sup = shifts.plant.person("sup", shifts.plant.a)
    save_handover(team=handover.team, shift=shifts.early, on=FRIDAY, words={"note": "Theirs"}, by=sup, version=1)

    with pytest.raises(StaleVersion):
        save_handover(team=handover.team, shift=shifts.early, on=FRIDAY, words={"note": "Mine again"}, by=shifts.giver, version=1)
    assert Handover.objects.get().note == "Theirs"


def test_it_is_begun_during_the_shift_and_signed_near_its_end(shifts):
    with time_machine.travel(at("07:59"), tick=False), pytest.raises(HandoverAhead):
        shifts.draft()
    with time_machine.travel(at("13:59"), tick=False), pytest.raises(HandoverAhead):
        shifts.given()
    with time_machine.travel(at("14:00"), tick=False):
        assert shifts.given().status == "waiting"


# --- what the system fills in ---


def told_of(shifts, language="en"):
    handover = Handover.objects.first() or shifts.draft()
    with translation.override(language):
        return told(facts_of(handover, timezone.now()))


def test_output_is_what_was_counted_until_there_is_a_report(shifts, plant):
    line = PlanLineFactory(team=plant.a1, shift=shifts.early, business_date=FRIDAY, planned_qty=D(1200))
    SlotOutput.objects.create(
        plan_line=line,
        starts_at=at("08:00"),
        ends_at=at("12:00"),
        counted_until=at("12:00"),
        good_qty=D(500),
        reason="machine",
        note="Valve",
        posted_by=shifts.giver,
        posted_at=at("12:00"),
    )
    (row,) = told_of(shifts)["output"]
    assert (row["planned"], row["good"], row["gap"], row["source"], row["reason"]) == ("1,200", "500", "-700", "count", "Machine")

    report = ReportFactory(team=plant.a1, shift=shifts.early, business_date=FRIDAY)
    LineFactory(report=report, product=line.product, good_qty=D(1100), scrap_qty=D(4))
    (row,) = told_of(shifts, "zh-hans")["output"]
    assert (row["product"], row["planned"], row["good"], row["scrap"]) == (line.product.name_zh, "1,200", "1,100", "4")
    assert row["percent"].startswith("91.7")


def test_a_stop_that_reached_over_the_shift_goes_on(shifts, plant):
    report = ReportFactory(team=plant.a1, shift=shifts.early, business_date=FRIDAY)
    line = LineFactory(report=report, downtime_hours=D("1.5"), downtime_reason="machine")
    for began, over, ends in (("09:00", "10:00", "10:00"), ("15:30", "16:40", "16:00")):
        hours = D(1) if began == "09:00" else D("0.5")
        DowntimeStop.objects.create(
            line=line, reason="machine", began_at=at(began), over_at=at(over), starts_at=at(began), ends_at=at(ends), hours=hours
        )

    assert [(row["hours"], row["is_open"]) for row in told_of(shifts)["stops"]] == [("1", False), ("0.5", True)]


def test_findings_come_severe_first_with_those_of_the_workshop_and_emergencies_apart(shifts, plant):
    opr = plant.person("opr", plant.a1)
    for kind, severity, node, text in (
        ("problem", "minor", plant.a1, "Label missing"),
        ("problem", "severe", plant.a, "Crane out of order"),
        ("emergency", "severe", plant.a1, "Small fire"),
        ("problem", "severe", plant.a2, "Of the other team"),
    ):
        raise_finding(kind=kind, severity=severity, node=node, text=text, by=opr)

    found = told_of(shifts)
    assert [row["title"] for row in found["findings"]] == ["Crane out of order", "Label missing"]
    assert [row["title"] for row in found["emergencies"]] == ["Small fire"]


def test_people_absent_and_lent_and_open_tasks(shifts, plant):
    wang, li = (StaffFactory(name=name, org=plant.a1) for name in ("Wang", "Li"))
    others = {shifts.giver}
    marks = [Mark(wang, "absent"), Mark(li, "present"), *(Mark(person, "present") for person in others)]
    save_roll_call(team=plant.a1, shift=shifts.early, business_date=FRIDAY, marks=marks, by=shifts.giver)
    lend_staff(
        staff=li,
        from_team=plant.a1,
        to_team=plant.a2,
        shift=shifts.early,
        business_date=FRIDAY,
        hours=D(3),
        by=plant.person("sup", plant.a),
    )
    give_task(title="Draw the lines", node=plant.a1, owner=li, due_on=FRIDAY, by=shifts.giver)

    found = told_of(shifts)
    assert [(row.get("who"), row.get("presence"), row.get("lent")) for row in found["people"][1:]] == [
        ("Wang", "absent", None),
        ("Li", None, "out"),
    ]
    assert (found["people"][0]["came"], found["people"][0]["rostered"]) == (2, 3)
    assert [(row["title"], row["owner"], row["due"]) for row in found["tasks"]] == [("Draw the lines", "Li", FRIDAY)]


def test_the_store_says_what_the_planned_orders_are_short_of(shifts, plant):
    store = make_store(plant, stock="150")
    assert told_of(shifts)["material"] == []
    PlanLineFactory(team=plant.a2, shift=shifts.late, business_date=FRIDAY, order=store.order, product=store.order.product)

    (row,) = told_of(shifts)["material"]
    assert (row["order"], row["code"], row["short"]) == (store.order.number, "STEEL", "50.000")


def test_a_report_changed_later_does_not_rewrite_what_was_handed_over(shifts, plant):
    report = ReportFactory(team=plant.a1, shift=shifts.early, business_date=FRIDAY)
    line = LineFactory(report=report, planned_qty=D(100), good_qty=D(80))
    handover = shifts.given()

    DailyReportLine.objects.filter(pk=line.pk).update(good_qty=D(100))

    (row,) = told(Handover.objects.get(pk=handover.pk).facts)["output"]
    assert (row["good"], row["gap"]) == ("80", "-20")
    assert told_of(shifts)["output"][0]["good"] == "100"


def test_the_facts_cost_the_same_statements_however_much_there_is(shifts, plant):
    def work(count):
        for _number in range(count):
            line = PlanLineFactory(team=plant.a1, shift=shifts.early, business_date=FRIDAY)
            SlotOutput.objects.create(
                plan_line=line,
                starts_at=at("08:00"),
                ends_at=at("12:00"),
                counted_until=at("12:00"),
                good_qty=D(5),
                posted_by=shifts.giver,
                posted_at=at("12:00"),
            )
            raise_finding(kind="problem", node=plant.a1, text="Oil", by=shifts.giver)
            give_task(title="Clean", node=plant.a1, owner=shifts.giver, due_on=FRIDAY, by=shifts.giver)

    handover = shifts.draft()

    def statements():
        with CaptureQueriesContext(connection) as seen:
            told(facts_of(handover, timezone.now()))
        return len(seen)

    work(1)
    few = statements()
    work(6)
    assert statements() <= few <= 14


# --- the leaving check ---


@pytest.mark.req("PLN-13")
def test_a_shift_with_a_severe_safety_finding_without_owner_is_not_signed_off(shifts, plant):
    """From the leaving check on the sheet to the signature: the danger found at 15:40 keeps the shift until somebody owns it."""
    sheet = make_sheet(plant.a1, shifts.early)
    leaving = sheet.version.items.filter(block__key="leaving").first()
    assert leaving.is_required
    found = FindingInput(severity="severe", is_safety=True)
    answer(sheet=sheet, answers=[tap(leaving.key, "ng", "Gas valve open", finding=found)], by=shifts.giver)
    finding = Finding.objects.get()
    assert (finding.kind, finding.severity) == ("safety", "severe")
    Finding.objects.update(owner=None)

    with pytest.raises(SevereSafetyWithoutOwner) as refused:
        shifts.given()
    assert [row["number"] for row in refused.value.figures["findings"]] == [finding.number]
    assert Handover.objects.get().status == "draft"
    assert not Notice.objects.filter(kind="handover.wait").exists()

    hand_over(finding=finding, owner=shifts.receiver, by=shifts.giver)
    others = sheet.version.items.filter(block__key="leaving").exclude(pk=leaving.pk).values_list("key", flat=True)
    answer(sheet=sheet, answers=[tap(key) for key in others], by=shifts.giver)
    assert shifts.given().status == "waiting"


@pytest.mark.req("GEN-03")
@pytest.mark.parametrize("unit", ["a1", "a"])
def test_a_shift_whose_closing_list_is_open_is_not_signed_off(shifts, plant, unit):
    sheet = make_sheet(getattr(plant, unit), shifts.early, code="T-05c")
    make_sheet(plant.a1, shifts.late, code="T-05c")
    make_sheet(plant.a2, shifts.early, code="T-05c")
    answer(sheet=sheet, answers=taps_for_all(sheet)[:-1], by=shifts.giver)

    with pytest.raises(PhaseOpen) as refused:
        shifts.given()
    assert refused.value.figures["phases"] == [{"sheet": sheet.pk, "phase": "closing", "node": sheet.node_id, "url": f"/sheets/{sheet.pk}"}]
    assert Handover.objects.get().status == "draft"
    assert not Notice.objects.filter(kind="handover.wait").exists()

    answer(sheet=sheet, answers=taps_for_all(sheet)[-1:], by=shifts.giver)
    assert shifts.given().status == "waiting"


@pytest.mark.req("PLN-13")
def test_where_nobody_follows_one_signature_signs_the_shift_off_and_is_refused_alike(shifts, plant):
    leader = plant.person("tld", plant.b1)
    finding = danger(plant, node=plant.b1)

    def signed_off():
        draft = save_handover(team=plant.b1, shift=shifts.early, on=FRIDAY, words={}, by=leader)
        assert draft.is_sign_off
        return sign_handover(handover=draft, by=leader)

    with pytest.raises(SevereSafetyWithoutOwner):
        signed_off()
    hand_over(finding=finding, owner=leader, by=leader)
    assert signed_off().status == "signed"


@pytest.mark.req("PLN-13")
@pytest.mark.parametrize(
    "harmless",
    [{"severity": "normal"}, {"kind": "problem"}, {"status": "cancelled", "cancelled_at": "2026-11-20T06:00Z", "cancel_reason": "None"}],
)
def test_only_an_open_severe_safety_finding_keeps_the_shift(shifts, plant, harmless):
    finding = danger(plant)
    Finding.objects.filter(pk=finding.pk).update(**harmless)

    assert shifts.given().status == "waiting"


@pytest.mark.req("PLN-13")
def test_a_danger_of_the_workshop_keeps_its_teams_and_one_of_the_next_shift_does_not(shifts, plant):
    finding = danger(plant, node=plant.a)
    with pytest.raises(SevereSafetyWithoutOwner):
        shifts.given()

    Finding.objects.filter(pk=finding.pk).update(raised_at=at("16:05"), shift=shifts.late)
    assert shifts.given().status == "waiting"


@pytest.mark.req("PLN-13")
def test_postgres_itself_refuses_the_signature(shifts, plant):
    shifts.draft()
    danger(plant)
    by = {"status": "waiting", "given_by": shifts.giver, "given_at": timezone.now(), "facts": {}}

    with pytest.raises(IntegrityError, match="severe safety finding has no owner"), transaction.atomic():
        Handover.objects.update(**by)
    with pytest.raises(IntegrityError, match="severe safety finding has no owner"), transaction.atomic():
        Handover.objects.create(
            team=plant.a1,
            shift=shifts.early,
            business_date=date(2026, 11, 21),
            ends_at=at("16:00") + timedelta(days=1),
            made_by=shifts.giver,
            **by | {"status": "signed"},
        )


@pytest.mark.req("PLN-13")
@pytest.mark.django_db(transaction=True)
def test_an_owner_taken_away_at_the_same_moment_is_waited_for(plant):
    shifts = two_shifts(plant)
    finding = danger(plant)
    Finding.objects.update(owner=shifts.receiver)
    draft = shifts.draft()

    with transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(owner=None)
        signing = Elsewhere(lambda: sign_handover(handover=draft, by=shifts.giver))
        wait_until_blocked()
    assert signing.outcome == "SevereSafetyWithoutOwner"


@pytest.mark.req("PLN-13")
@pytest.mark.django_db(transaction=True)
def test_postgres_waits_for_the_owner_too(plant):
    shifts = two_shifts(plant)
    finding = danger(plant)
    Finding.objects.update(owner=shifts.receiver)
    shifts.draft()

    with transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(owner=None)
        signing = Elsewhere(lambda: Handover.objects.update(status="waiting", given_by=shifts.giver, given_at=timezone.now(), facts={}))
        wait_until_blocked()
    assert signing.outcome == "IntegrityError"
