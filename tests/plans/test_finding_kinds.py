"""Findings with something of their own: pile-ups, imbalance, observations, emergencies."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction

from core.errors import Required, TooFine
from people.models import Notice, OrgSpan
from plans.errors.findings import AheadOfNow, NobodyTold, PileUpAction, PlaceNeeded, ShortOrOver, TextTooLong
from plans.errors.orders import NotAboveZero
from plans.models import Finding, FindingKind, PileUp
from plans.selectors.finding_kinds import deviations, open_pile_ups, open_support_requests, team_with_deviations
from plans.selectors.findings import KIND_ICONS
from plans.services import (
    answer_support,
    change_severity,
    note_call,
    put_right,
    raise_finding,
    record_observation,
    reopen_finding,
    report_emergency,
    report_imbalance,
    report_pile_up,
)
from tests.factories.checklists import make_sheet
from tests.factories.plans import ProductFactory, ReportFactory

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def sup(plant, day_shift):
    for node, person in ((plant.a, plant.person("wsm", plant.a)), (plant.plant, plant.person("mgr"))):
        OrgSpan.objects.filter(node=node).update(leader=person)
    return plant.person("sup", plant.a)


def kinds_told(person):
    return list(Notice.objects.filter(recipient=person, done_at=None).order_by("kind").values_list("kind", flat=True))


# --- PLN-09 ---


def pile(plant, sup, **more):
    return report_pile_up(**{"node": plant.a1, "area": "Before bending", "text": "Two pallets", "by": sup} | more)


@pytest.mark.req("PLN-09")
def test_a_pile_up_open_longer_than_4_hours_is_highlighted_and_closing_needs_an_action(plant, sup):
    finding = pile(plant, sup, product=ProductFactory(), quantity=Decimal(400), cause="Bending waits for a tool")
    assert [row.is_long for row in open_pile_ups(plant.a, TEN + timedelta(hours=4))] == [False]
    assert [row.is_long for row in open_pile_ups(plant.a, TEN + timedelta(hours=4, minutes=1))] == [True]

    with pytest.raises(PileUpAction):
        put_right(finding=finding, result="", by=sup)
    put_right(finding=finding, result="Tool changed, pallets moved on", by=sup)

    kept = PileUp.objects.get()
    assert (kept.action, kept.cleared_at, kept.quantity) == ("Tool changed, pallets moved on", TEN, 400)
    assert open_pile_ups(plant.a, TEN) == []


def test_a_pile_up_says_where_and_counts_in_the_products_unit(plant, sup):
    with pytest.raises(PlaceNeeded):
        pile(plant, sup, area=" ")
    with pytest.raises(Required):
        pile(plant, sup, quantity=Decimal(3))
    with pytest.raises(NotAboveZero):
        pile(plant, sup, product=ProductFactory(), quantity=Decimal(0))
    with pytest.raises(TooFine):
        pile(plant, sup, product=ProductFactory(), quantity=Decimal("1.5"))


# --- PLN-08 ---


@pytest.mark.req("PLN-08")
def test_a_support_request_is_in_the_managers_inbox_and_stays_open_until_it_is_answered(plant, sup):
    manager, boss = plant.person("wsm", plant.a), plant.person("mgr")
    finding = report_imbalance(node=plant.a1, heads_short=2, action="support", text="Two ill", by=sup)

    assert "finding.support" in kinds_told(boss)
    assert "finding.support" in kinds_told(manager)
    assert finding.owner == manager
    assert list(open_support_requests(plant.a)) == [finding]

    answer_support(finding=finding, text="Two from A2 until noon", by=boss)

    assert "finding.support" not in kinds_told(boss) + kinds_told(manager)
    assert list(open_support_requests(plant.a)) == []
    finding.refresh_from_db()
    assert (finding.imbalance.answered_by, finding.imbalance.answered_at) == (boss, TEN)


@pytest.mark.req("PLN-08")
def test_a_request_that_is_opened_again_waits_for_an_answer_again(plant, sup):
    manager, boss = plant.person("wsm", plant.a), plant.person("mgr")
    finding = report_imbalance(node=plant.a1, heads_short=2, action="support", text="Two ill", by=sup)
    answer_support(finding=finding, text="Two from A2 until noon", by=boss)

    reopen_finding(finding=finding, reason="Nobody came", by=sup)

    assert list(open_support_requests(plant.a)) == [finding]
    assert "finding.support" in kinds_told(boss)
    assert "finding.support" in kinds_told(manager)
    finding.imbalance.refresh_from_db()
    assert (finding.imbalance.answered_by, finding.imbalance.answered_at) == (None, None)


@pytest.mark.req("PLN-08")
def test_what_the_team_handled_itself_asks_nobody(plant, sup):
    finding = report_imbalance(node=plant.a1, heads_over=1, action="handled", text="Lent one to packing", by=sup)
    assert (finding.status, finding.result) == ("done", "Lent one to packing")
    assert not Notice.objects.filter(kind="finding.support").exists()


def test_heads_are_short_or_over(plant, sup):
    for heads in ({}, {"heads_short": 1, "heads_over": 1}):
        with pytest.raises(ShortOrOver):
            report_imbalance(node=plant.a1, action="support", text="?", by=sup, **heads)


# --- PLN-10 ---


def observed(plant, sup, team, **more):
    return record_observation(node=team, person=plant.person("opr", team), standard="WI-014 step 3", text="Gauge left out", by=sup, **more)


@pytest.mark.req("PLN-10")
def test_two_deviations_for_one_team_in_a_day_show(plant, sup):
    observed(plant, sup, plant.a1)
    observed(plant, sup, plant.a2)
    assert dict(team_with_deviations(plant.a, TODAY)) == {}

    observed(plant, sup, plant.a1, correction="Shown again")
    with time_machine.travel(TEN + timedelta(days=1), tick=False):
        observed(plant, sup, plant.a2)

    assert len(deviations(plant.a1, TODAY)) == 2
    assert dict(team_with_deviations(plant.a, TODAY)) == {plant.a1.pk: 2}


@pytest.mark.req("PLN-10")
def test_the_teams_daily_sheet_and_report_show_them(plant, sup, day_shift, signed_in):
    sheet, report = make_sheet(plant.a, day_shift, TODAY), ReportFactory(team=plant.a1, business_date=TODAY, shift=day_shift)
    client = signed_in(sup)
    words = "team A1 worked 2 times otherwise than the standard says."
    observed(plant, sup, plant.a1)
    assert words not in client.get(f"/sheets/{sheet.pk}").content.decode()
    assert "WI-014 step 3" not in client.get(f"/daily-reports/{report.pk}").content.decode()

    observed(plant, sup, plant.a1)

    assert words in client.get(f"/sheets/{sheet.pk}").content.decode()
    assert "WI-014 step 3" in client.get(f"/daily-reports/{report.pk}").content.decode()


def test_a_correction_on_the_spot_puts_it_right(plant, sup):
    finding = observed(plant, sup, plant.a1, correction="Shown again")
    assert (finding.status, finding.observation.correction) == ("done", "Shown again")


def test_an_observation_names_the_standard(plant, sup):
    with pytest.raises(Required):
        record_observation(node=plant.a1, person=sup, standard=" ", text="?", by=sup)


# --- GEN-28 ---


@pytest.mark.req("GEN-28")
def test_a_severe_emergency_is_told_to_the_upper_management_at_once(plant, sup):
    director = plant.person("dir")
    finding = report_emergency(node=plant.a1, what="fire", area="Paint store", text="Smoke", actions="Alarm, all out", by=sup)

    assert kinds_told(director) == ["finding.emergency"]
    assert "finding.emergency" in kinds_told(plant.person("mgr"))
    chain = [call.person for call in finding.emergency.calls.all()]
    assert director in chain
    with pytest.raises(DatabaseError), transaction.atomic():
        finding.emergency.calls.update(name="Nobody")


def test_a_small_one_stays_with_those_who_lead_there(plant, sup):
    report_emergency(node=plant.a1, what="power", area="Hall 2", text="Lights out", by=sup, severity="normal")
    assert kinds_told(plant.person("dir")) == []
    assert "finding.emergency" in kinds_told(plant.person("mgr"))


def test_the_report_chain_grows_by_people_and_by_names(plant, sup):
    finding = report_emergency(node=plant.a1, what="injury", area="Press 3", text="Cut hand", by=sup, severity="minor")
    note_call(finding=finding, name="Ambulance 120", by=sup)
    note_call(finding=finding, person=plant.person("hrt"), at=TEN - timedelta(minutes=1), by=sup)
    assert {str(call.person or call.name) for call in finding.emergency.calls.all()} >= {"Ambulance 120", "hrt P"}
    with pytest.raises(NobodyTold):
        note_call(finding=finding, by=sup)
    with pytest.raises(AheadOfNow):
        note_call(finding=finding, name="Police", at=TEN + timedelta(hours=1), by=sup)
    with pytest.raises(PlaceNeeded):
        report_emergency(node=plant.a1, what="fire", area="", text="Smoke", by=sup)


@pytest.mark.req("GEN-28")
def test_one_that_becomes_severe_is_told_to_the_upper_management_then(plant, sup):
    finding = report_emergency(node=plant.a1, what="power", area="Hall 2", text="Lights out", by=sup, severity="normal")
    director, manager = plant.person("dir"), plant.person("wsm", plant.a)
    before = finding.emergency.calls.count()

    for severity in ("severe", "normal", "severe"):
        change_severity(finding=finding, severity=severity, by=manager)

    assert kinds_told(director) == ["finding.emergency"]
    assert finding.emergency.calls.count() == before + 1
    assert finding.emergency.calls.filter(person=director).exists()


# --- words ---


@pytest.mark.parametrize(
    ("field", "report"),
    [
        ("cause", lambda plant, sup, text: pile(plant, sup, cause=text)),
        ("area", lambda plant, sup, text: pile(plant, sup, area=text)),
        ("standard", lambda plant, sup, text: record_observation(node=plant.a1, person=sup, standard=text, text="?", by=sup)),
        ("correction", lambda plant, sup, text: observed(plant, sup, plant.a1, correction=text)),
        ("actions", lambda plant, sup, text: report_emergency(node=plant.a1, what="fire", area="x", text="?", by=sup, actions=text)),
    ],
)
def test_words_that_do_not_fit_are_refused_and_never_cut(plant, sup, field, report):
    with pytest.raises(TextTooLong) as refused:
        report(plant, sup, "x" * 1001)
    assert (refused.value.field, refused.value.figures["length"]) == (field, 1001)
    assert not Finding.objects.exists()


def test_my_day_of_whoever_owns_a_deviation_shows_it(plant, signed_in):
    owner = plant.person("wsm", plant.a)
    finding = raise_finding(
        kind=FindingKind.DEVIATION, node=plant.a, text="Efficiency 80 %", owner=owner, due_at=TEN, by=plant.person("mgr")
    )

    assert finding.number
    assert "Efficiency 80 %" in signed_in(owner).get("/").content.decode()
    assert set(KIND_ICONS) == set(FindingKind)
