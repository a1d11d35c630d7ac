"""Answers as tablets send them: late, twice, with a wrong clock, for many items at once, beside another person (PLN-03, GEN-01, GEN-04)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from core.clock import plant_zone
from core.errors import Faults
from core.models import Attachment
from plans.errors.sheets import SheetLocked, SheetNotOpen
from plans.models import Answer, Finding, FindingKind, Sheet
from plans.selectors.sheet_news import news_of
from plans.selectors.sheets import sheet_page
from plans.services import FindingInput, answer, comment_on, countersign_sheet, reopen_sheet, submit_sheet
from tests.factories.checklists import make_sheet, tap, taps_for_all, template_of
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    """A moment of Friday 20 November by the plant's clock."""
    return datetime.fromisoformat(f"2026-11-20 {text}").replace(tzinfo=plant_zone())


@pytest.fixture
def sheet(plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def wsm(plant):
    return plant.person("wsm", plant.a)


@pytest.fixture
def tour(plant, day_shift):
    return make_sheet(plant.a, day_shift, code="T-04")


def faults_of(sheet, *answers, by):
    with pytest.raises(Faults) as refused, transaction.atomic():
        answer(sheet=sheet, answers=answers, by=by)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def current(sheet):
    return {(row.item.key, row.round): row for row in Answer.objects.filter(sheet=sheet, is_current=True).select_related("item", "by")}


# --- two people ---


@pytest.mark.req("PLN-03")
def test_another_answer_given_meanwhile_is_shown_and_nothing_is_decided(sheet, sup, wsm):
    answer(sheet=sheet, answers=[tap(10)], by=wsm)

    with pytest.raises(Faults) as refused, transaction.atomic():
        answer(sheet=sheet, answers=[tap(9, replaces=None), tap(10, "ng", "Oil", replaces=None)], by=sup)

    [fault] = refused.value.faults
    assert (fault.field, fault.code) == ("answers.1.value", "answered_meanwhile")
    assert fault.figures["theirs"]["value"] == "ok"
    assert "wsm A answered “OK”" in str(fault)
    assert "you answered “NG”" in str(fault)
    assert [row.by for row in current(sheet).values()] == [wsm]


def test_who_saw_the_others_answer_may_replace_it_and_the_same_answer_is_no_conflict(sheet, sup, wsm):
    theirs = tap(10)
    answer(sheet=sheet, answers=[theirs, tap(9)], by=wsm)

    answer(sheet=sheet, answers=[tap(10, "na", replaces=theirs.id), tap(9, replaces=None)], by=sup)

    assert current(sheet)["T-01-10", 1].value == "na"
    assert Answer.objects.filter(sheet=sheet).count() == 4


def test_ones_own_answer_from_another_device_is_no_conflict(sheet, sup):
    answer(sheet=sheet, answers=[tap(10)], by=sup)
    answer(sheet=sheet, answers=[tap(10, "na", replaces=None)], by=sup)

    assert current(sheet)["T-01-10", 1].value == "na"


@pytest.mark.django_db(transaction=True)
def test_of_two_tablets_with_the_same_item_the_second_waits_and_is_told_of_the_first(sheet, sup, wsm):
    with transaction.atomic():
        answer(sheet=sheet, answers=[tap(10, replaces=None)], by=sup)
        other = Elsewhere(lambda: answer(sheet=sheet, answers=[tap(10, "ng", "Oil", replaces=None)], by=wsm))
        wait_until_blocked()

    assert other.outcome == "Faults"
    assert other.fault.faults[0].code == "answered_meanwhile"
    assert {place: row.by.name for place, row in current(sheet).items()} == {("T-01-10", 1): "sup A"}


def test_what_came_since_a_mark_is_told_and_what_was_taken_back_too(sheet, sup):
    first, second = tap(1), tap(2)
    answer(sheet=sheet, answers=[first, second], by=sup)
    mark = max(row.saved_at for row in news_of(sheet, None))
    Answer.objects.filter(sheet=sheet).update(saved_at=mark - timedelta(minutes=1))
    answer(sheet=sheet, answers=[tap(2, "")], by=sup)

    assert [(row.item.key, row.value) for row in news_of(sheet, mark)] == [("T-01-02", "")]
    assert next(row.pk for row in news_of(sheet, None)) == first.id


# --- one tap for many, and its undo ---


@pytest.mark.req("PLN-03")
def test_answers_remember_that_they_were_given_together_and_the_sheet_says_how_many(sheet, sup):
    taps = [tap(number, is_bulk=number <= 3) for number in range(1, 5)]
    answer(sheet=sheet, answers=taps, by=sup)

    pace = sheet_page(sheet).pace
    assert pace.bulk_percent == 75
    assert [row.is_bulk for (_key, _round), row in sorted(current(sheet).items())] == [True, True, True, False]


@pytest.mark.req("PLN-03")
def test_the_sheet_says_how_long_it_took_and_how_much_of_it_was_one_tap_for_many(sheet, sup, signed_in):
    for minute, number, is_bulk in (("10:00", 1, False), ("10:04", 2, True), ("10:07", 3, False), ("10:07", 4, False)):
        with time_machine.travel(at(minute), tick=False):
            answer(sheet=sheet, answers=[tap(number, is_bulk=is_bulk)], by=sup)

    pace = sheet_page(sheet).pace
    assert (pace.minutes, pace.bulk_percent) == (7, 25)
    with time_machine.travel(at("10:30"), tick=False):
        page = signed_in(sup).get(f"/sheets/{sheet.pk}").content.decode()
    assert "filled in 7 min" in page
    assert "25 % by one tap for many" in page


@pytest.mark.req("PLN-03")
def test_what_must_be_looked_at_is_never_covered_by_one_tap_for_many(plant, day_shift, sup):
    items = [{"must_look": True}, {}, {"answer_type": "text"}]
    template_of(items, code="L")
    sheet = make_sheet(plant.a, day_shift, code="L")

    assert faults_of(sheet, tap("L-01", is_bulk=True), tap("L-02", is_bulk=True), tap("L-03", "fine", is_bulk=True), by=sup) == [
        ("answers.0.item", "must_look"),
        ("answers.2.item", "must_look"),
    ]
    assert ("answers.0.item", "must_look") in faults_of(sheet, tap("L-02", "ng", "Oil", is_bulk=True), by=sup)


def test_an_answer_is_taken_back_and_its_history_stays(sheet, sup):
    answer(sheet=sheet, answers=[tap(1, is_bulk=True)], by=sup)
    undo = tap(1, "")
    answer(sheet=sheet, answers=[undo], by=sup)
    answer(sheet=sheet, answers=[undo], by=sup)

    assert current(sheet) == {}
    assert list(Answer.objects.order_by("saved_at").values_list("value", "is_bulk")) == [("ok", True), ("", False)]


# --- rounds ---


@pytest.mark.req("GEN-01")
def test_the_tour_has_three_columns_four_for_meetings_and_one_for_what_is_done_once(tour):
    page = sheet_page(tour)
    rounds = {len(row.slots) for row in page.rows}
    meetings = next(row for row in page.rows if row.item.text.startswith("Meetings held"))
    once = page.phases[-1].rows

    assert rounds == {1, 3, 4}
    assert len(meetings.slots) == 4
    assert [len(row.slots) for row in once] == [1, 1, 1, 1]
    assert page.total == 59 * 3 + 4 + 4


@pytest.mark.req("GEN-01")
def test_round_2_cannot_be_stamped_before_round_1_and_each_tick_keeps_who_and_when(tour, sup, wsm):
    key = tour.version.items.order_by("order").first().key

    assert faults_of(tour, tap(key, round=2), by=sup) == [("answers.0.round", "round_before")]
    with time_machine.travel(at("08:30"), tick=False):
        answer(sheet=tour, answers=[tap(key, round=1)], by=sup)
    with time_machine.travel(at("11:30"), tick=False):
        answer(sheet=tour, answers=[tap(key, round=2)], by=wsm)
    assert faults_of(tour, tap(key, "", round=1), by=sup) == [("answers.0.round", "round_before")]
    assert {place: (row.by, row.answered_at) for place, row in current(tour).items()} == {
        (key, 1): (sup, at("08:30")),
        (key, 2): (wsm, at("11:30")),
    }


@pytest.mark.req("GEN-01")
def test_both_rounds_kept_on_a_tablet_may_come_in_one_batch(tour, sup):
    key = tour.version.items.order_by("order").first().key
    answer(sheet=tour, answers=[tap(key, round=1), tap(key, round=2)], by=sup)

    assert set(current(tour)) == {(key, 1), (key, 2)}


@pytest.mark.req("GEN-02")
def test_completion_is_counted_per_area_and_in_all(tour, sup):
    hall = list(tour.version.items.filter(area__key="hall").order_by("order"))
    answer(sheet=tour, answers=[tap(item.key) for item in hall], by=sup)

    page = sheet_page(tour)
    areas = {area.key: (area.answered, area.total) for area in page.phases[0].areas}
    assert areas["hall"] == (len(hall), sum(item.rounds for item in hall))
    assert areas["station"] == (0, 30)
    assert len([key for key in areas if key]) == 8
    assert (page.answered, page.total) == (len(hall), 59 * 3 + 8)


# --- numbers, photos, versions ---


@pytest.mark.req("GEN-04")
def test_a_number_out_of_its_limits_is_abnormal_and_needs_its_note(plant, day_shift, sup):
    template_of([{"answer_type": "number", "low": "4", "high": "6", "unit": "bar"}], code="N")
    sheet = make_sheet(plant.a, day_shift, code="N")

    assert faults_of(sheet, tap("N-01", "6.1"), by=sup) == [("answers.0.note", "note_needed")]
    answer(sheet=sheet, answers=[tap("N-01", "６。１", "Valve sticks")], by=sup)

    row = current(sheet)["N-01", 1]
    assert (row.value, row.abnormal) == ("6.1", True)
    assert sheet_page(sheet).rows[0].slot.words == "6.1 bar"


def test_an_answer_to_another_version_of_the_questions_says_to_load_the_page_again(sheet, sup):
    assert faults_of(sheet, tap(1, version=7), by=sup) == [("answers.0.item", "template_moved_on")]
    answer(sheet=sheet, answers=[tap(1, version=sheet.version.number)], by=sup)
    assert set(current(sheet)) == {("T-01-01", 1)}


def test_a_sheet_opens_an_hour_before_its_shift(sheet, sup):
    with time_machine.travel(at("06:59"), tick=False), pytest.raises(SheetNotOpen) as refused:
        answer(sheet=sheet, answers=[tap(1)], by=sup)
    assert refused.value.figures["at"].endswith("07:00")
    with time_machine.travel(at("07:00"), tick=False):
        answer(sheet=sheet, answers=[tap(1)], by=sup)
    assert set(current(sheet)) == {("T-01-01", 1)}


# --- clocks ---


@pytest.mark.parametrize("wrong_by", [timedelta(days=1), timedelta(days=-1)], ids=["a day ahead", "a day behind"])
def test_a_tablet_whose_clock_is_wrong_by_a_day_is_set_right_and_both_times_are_kept(sheet, sup, wrong_by):
    """Answered at 09:00 without network, sent at 11:00."""
    with time_machine.travel(at("11:00"), tick=False):
        answer(sheet=sheet, answers=[tap(1, answered_at=at("09:00") + wrong_by)], by=sup, sent_at=at("11:00") + wrong_by)

    row = current(sheet)["T-01-01", 1]
    assert (row.answered_at, row.told_at) == (at("09:00"), at("09:00") + wrong_by)
    assert row.saved_at == at("11:00")
    assert sheet_page(sheet).pace.clock_off_words == "1 day"


@pytest.mark.parametrize("told", ["2026-11-21 09:00+08:00", "2026-11-18 09:00+08:00"])
def test_where_the_clock_was_set_meanwhile_the_servers_time_counts(sheet, sup, told):
    with time_machine.travel(at("11:00"), tick=False):
        answer(sheet=sheet, answers=[tap(1, answered_at=datetime.fromisoformat(told))], by=sup, sent_at=at("11:00"))

    assert current(sheet)["T-01-01", 1].answered_at == at("11:00")
    assert current(sheet)["T-01-01", 1].told_at == datetime.fromisoformat(told)


def test_an_answer_kept_through_a_shift_without_network_has_its_own_time(sheet, sup):
    with time_machine.travel(at("16:30"), tick=False):
        answer(sheet=sheet, answers=[tap(1, answered_at=at("08:05"))], by=sup, sent_at=at("16:30") - timedelta(seconds=50))

    assert (current(sheet)["T-01-01", 1].answered_at, current(sheet)["T-01-01", 1].told_at) == (at("08:05"), None)


# --- findings ---


@pytest.mark.req("PLN-03")
@pytest.mark.req("PLN-11")
def test_an_abnormal_answer_opens_its_finding_in_the_same_save(sheet, sup, plant):
    tld = plant.person("tld", plant.a1)
    due = timezone.now() + timedelta(hours=3)
    asked = FindingInput(owner=tld.staff_no, due_at=due, severity="severe")
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil under press P-03", finding=asked)], by=sup)

    finding = current(sheet)["T-01-10", 1].finding
    assert (finding.text, finding.owner, finding.due_at, finding.severity) == ("Oil under press P-03", tld, due, "severe")
    assert (finding.kind, finding.item_key, finding.node, finding.raised_by) == (FindingKind.ABNORMALITY, "T-01-10", plant.a, sup)
    assert finding.business_date == sheet.business_date


def test_a_later_note_stays_with_the_same_finding(sheet, sup):
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", finding=FindingInput())], by=sup)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil, wiped", finding=FindingInput())], by=sup)

    assert Finding.objects.count() == 1
    assert current(sheet)["T-01-10", 1].finding == Finding.objects.get()


@pytest.mark.req("PLN-11")
def test_a_photo_that_comes_later_is_evidence_of_the_finding_and_keeps_it_as_untouched_as_it_was(sheet, sup):
    first, later = (
        Attachment.objects.create(suffix=".jpg", content_type="image/jpeg", size=1, sha256=name, by_no=sup.staff_no) for name in "12"
    )
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", photo=first.pk, finding=FindingInput())], by=sup)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", photo=later.pk)], by=sup)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil, wiped", photo=later.pk)], by=sup)

    finding = Finding.objects.get()
    assert [(row.photo, row.side) for row in finding.photos.all()] == [(first, "before"), (later, "before")]
    answer(sheet=sheet, answers=[tap(10)], by=sup)
    finding.refresh_from_db()
    assert finding.status == Finding.Status.CANCELLED


def test_corrected_to_ok_an_untouched_finding_is_withdrawn_and_one_that_somebody_works_on_stays(sheet, sup, wsm):
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", finding=FindingInput()), tap(11, "ng", "Two short", finding=FindingInput())], by=sup)
    comment_on(finding=current(sheet)["T-01-11", 1].finding, text="On it", by=wsm)

    answer(sheet=sheet, answers=[tap(10), tap(11)], by=sup)

    assert dict(Finding.objects.values_list("item_key", "status")) == {"T-01-10": "cancelled", "T-01-11": "open"}


def test_a_safety_matter_is_a_safety_finding(sheet, sup):
    answer(sheet=sheet, answers=[tap(24, "ng", "Exit blocked", finding=FindingInput(severity="severe", is_safety=True))], by=sup)

    finding = Finding.objects.get()
    assert (finding.kind, finding.owner) == (FindingKind.SAFETY, None)


def test_what_a_finding_refuses_is_said_at_its_answer_and_nothing_is_kept(sheet, sup):
    from core.errors import RuleBroken

    with pytest.raises(RuleBroken) as refused, transaction.atomic():
        answer(sheet=sheet, answers=[tap(9), tap(10, "ng", "Oil", finding=FindingInput(owner="nobody"))], by=sup)

    assert (refused.value.field, refused.value.code) == ("answers.1.finding.owner", "unknown_owner")
    assert not Answer.objects.exists()
    assert not Finding.objects.exists()


# --- signatures ---


@pytest.mark.req("PLN-03")
def test_countersigned_by_another_than_the_author_and_opened_again_with_a_reason_history_keeps_both(sheet, sup, wsm, plant):
    from core.errors import OwnRequest
    from core.history import history_of
    from plans.errors.orders import ReasonNeeded

    mgr = plant.person("mgr")
    answer(sheet=sheet, answers=taps_for_all(sheet), by=wsm)
    submit_sheet(sheet=sheet, by=wsm)
    with pytest.raises(OwnRequest):
        countersign_sheet(sheet=sheet, by=wsm)
    assert countersign_sheet(sheet=sheet, by=mgr).status == Sheet.Status.COUNTERSIGNED
    assert countersign_sheet(sheet=sheet, by=mgr).countersigned_by == mgr
    with pytest.raises(SheetLocked):
        answer(sheet=sheet, answers=[tap(1, "na")], by=wsm)

    with pytest.raises(ReasonNeeded):
        reopen_sheet(sheet=sheet, reason=" ", by=mgr)
    reopened = reopen_sheet(sheet=sheet, reason="Item 10 was wrong", by=mgr)
    assert (reopened.status, reopened.submitted_by, reopened.countersigned_by) == (Sheet.Status.OPEN, None, None)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil")], by=sup)
    submit_sheet(sheet=sheet, by=sup)

    told = [change.after for entry in history_of(reopened) for change in entry.changes]
    assert "Item 10 was wrong" in told
    assert {"Submitted", "Countersigned", "Open"} <= set(told)
    assert Answer.objects.filter(sheet=sheet, item__key="T-01-10", is_current=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sheet_opened_again_while_somebody_countersigns_is_one_or_the_other(sheet, sup, wsm, plant):
    mgr = plant.person("mgr")
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    submit_sheet(sheet=sheet, by=sup)
    with transaction.atomic():
        reopen_sheet(sheet=sheet, reason="Wrong", by=wsm)
        other = Elsewhere(lambda: countersign_sheet(sheet=sheet, by=mgr))
        wait_until_blocked()

    assert other.outcome == "WrongStatus"
    sheet.refresh_from_db()
    assert sheet.status == Sheet.Status.OPEN


def test_a_repeat_from_a_device_after_the_sheet_was_submitted_is_harmless(sheet, sup):
    given = [*taps_for_all(sheet)]
    answer(sheet=sheet, answers=given, by=sup)
    submit_sheet(sheet=sheet, by=sup)

    assert len(answer(sheet=sheet, answers=given, by=sup)) == 25
    with pytest.raises(SheetLocked):
        answer(sheet=sheet, answers=[tap(1)], by=sup)
