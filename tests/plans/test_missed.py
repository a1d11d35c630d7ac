"""What was not done in time shows as not done: late phases, missed and skipped sheets (PLN-01, SYS-04)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import RuleBroken
from core.services.settings import change_plant_settings
from people.models import Notice, OrgKind, OrgSpan
from plans.errors.orders import ReasonNeeded
from plans.errors.sheets import SheetNotNeeded
from plans.models import Sheet
from plans.services import answer, make_sheets, mark_missed, skip_sheet, submit_sheet, tell_late
from tests.factories.checklists import assigned, make_sheet, tap, taps_for_all
from tests.factories.people import night_shift, org
from tests.races import Elsewhere, wait_until_blocked

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY = date(2026, 11, 19)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def sup(plant):
    person = plant.person("sup", plant.a)
    OrgSpan.objects.filter(node=plant.a).update(leader=person)
    OrgSpan.objects.filter(node=plant.a1).update(name="A1")  # rebuilds the paths
    return person


def status_of(sheet: Sheet) -> tuple[str, datetime | None]:
    sheet.refresh_from_db()
    return sheet.status, sheet.missed_at


# --- missed ---


@pytest.mark.req("PLN-01")
@pytest.mark.django_db
def test_a_sheet_open_four_hours_after_its_shift_is_kept_as_missed_with_what_was_answered(plant, day_shift, sup):
    empty, begun = make_sheet(plant.a, day_shift, THURSDAY), make_sheet(plant.b, day_shift, THURSDAY)
    answer(sheet=begun, answers=[tap(1), tap(2, "ng", "Oil")], by=sup)

    assert mark_missed(at=at("2026-11-19 20:59")) == 0
    assert mark_missed(at=at("2026-11-19 21:00")) == 2
    assert mark_missed(at=at("2026-11-19 21:05")) == 0

    assert status_of(empty) == status_of(begun) == ("missed", at("2026-11-19 21:00"))
    assert begun.answers.count() == 2
    with pytest.raises(RuleBroken) as refused:
        answer(sheet=begun, answers=[tap(3)], by=sup)
    assert refused.value.code == "sheet_locked"


@pytest.mark.django_db
def test_the_cut_off_is_a_setting_of_the_plant(plant, day_shift):
    make_sheet(plant.a, day_shift, THURSDAY)
    change_plant_settings(values={"sheet_cutoff_hours": 0})

    assert mark_missed(at=at("2026-11-19 17:00")) == 1


@pytest.mark.django_db
def test_a_night_over_the_end_of_a_month_is_missed_in_the_new_month_and_stays_of_the_old_one(plant):
    assigned(plant.a, night_shift())
    make_sheets(at=at("2026-11-30 12:00"))

    call_command("mark_missed", "--at", "2026-12-01T08:59")
    assert Sheet.objects.get().status == "open"
    call_command("mark_missed", "--at", "2026-12-01T09:00")

    sheet = Sheet.objects.get()
    assert (sheet.status, sheet.business_date, sheet.missed_at) == ("missed", date(2026, 11, 30), at("2026-12-01 09:00"))


@pytest.mark.django_db
def test_submitted_and_skipped_sheets_are_never_missed(plant, day_shift, sup):
    done, skipped = make_sheet(plant.a, day_shift, THURSDAY), make_sheet(plant.b, day_shift, THURSDAY)
    answer(sheet=done, answers=taps_for_all(done), by=sup)
    submit_sheet(sheet=done, by=sup)
    skip_sheet(sheet=skipped, reason="Power cut", by=plant.person("mgr"))

    assert mark_missed(at=at("2026-11-25 06:00")) == 0


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_a_second_run_does_nothing(plant, day_shift, sup, capsys):
    make_sheet(plant.a, day_shift, THURSDAY)

    call_command("mark_missed", "--at", "2026-11-19T17:30")
    call_command("mark_missed", "--at", "2026-11-19T21:00")
    call_command("mark_missed", "--at", "2026-11-19T21:00")

    assert capsys.readouterr().out.splitlines() == [
        "0 sheets missed, 4 told late",
        "1 sheets missed, 0 told late",
        "0 sheets missed, 0 told late",
    ]


@pytest.mark.req("PLN-01")
@pytest.mark.django_db(transaction=True)
def test_of_the_last_submit_and_the_cut_off_one_holds_and_the_submit_came_first(plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, THURSDAY)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)

    with transaction.atomic():
        submit_sheet(sheet=sheet, by=sup)
        missing = Elsewhere(lambda: mark_missed(at=at("2026-11-19 21:00")))
        wait_until_blocked()

    assert (missing.outcome, missing.result) == ("done", 0)
    assert status_of(sheet) == ("submitted", None)


@pytest.mark.req("PLN-01")
@pytest.mark.django_db(transaction=True)
def test_of_the_last_submit_and_the_cut_off_one_holds_and_the_cut_off_came_first(plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, THURSDAY)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)

    with transaction.atomic():
        mark_missed(at=at("2026-11-19 21:00"))
        submitting = Elsewhere(lambda: submit_sheet(sheet=sheet, by=sup))
        wait_until_blocked()

    assert submitting.outcome != "done"
    assert submitting.fault.code == "sheet_locked"
    assert status_of(sheet) == ("missed", at("2026-11-19 21:00"))
    assert (sheet.submitted_at, sheet.submitted_by) == (None, None)


# --- late ---


def told() -> list[tuple[str, str, bool]]:
    return sorted(
        (row.recipient.staff_no, row.key.partition(":")[2], row.done_at is None) for row in Notice.objects.filter(kind="sheet.late")
    )


@pytest.mark.req("SYS-04")
@pytest.mark.django_db
def test_a_late_phase_is_told_once_after_its_grace_and_leaves_the_inbox_when_it_is_done(plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, THURSDAY)

    assert tell_late(at=at("2026-11-19 08:14")) == 0
    assert tell_late(at=at("2026-11-19 08:15")) == 1
    assert tell_late(at=at("2026-11-19 08:20")) == 0
    assert told() == [(sup.staff_no, "before", True)]

    answer(sheet=sheet, answers=[tap(n) for n in range(1, 5)], by=sup)
    tell_late(at=at("2026-11-19 08:25"))
    assert told() == [(sup.staff_no, "before", False)]
    tell_late(at=at("2026-11-19 09:15"))
    assert told() == [(sup.staff_no, "before", False), (sup.staff_no, "start", True)]
    mark_missed(at=at("2026-11-19 21:00"))
    tell_late(at=at("2026-11-19 21:00"))
    assert [is_open for _who, _what, is_open in told()] == [False, False]


@pytest.mark.django_db
def test_where_nobody_leads_the_place_the_nearest_above_is_told(plant, day_shift, sup):
    make_sheet(plant.a1, day_shift, THURSDAY)

    assert tell_late(at=at("2026-11-19 08:15")) == 1
    assert told() == [(sup.staff_no, "before", True)]


@pytest.mark.django_db
def test_a_phase_whose_required_items_are_answered_in_every_round_is_not_late(plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, THURSDAY, "T-04")
    answer(sheet=sheet, answers=[tap(f"T-04-{n}") for n in (61, 62, 63, 64)], by=sup)

    assert tell_late(at=at("2026-11-19 17:15")) == 1
    assert told() == [(sup.staff_no, "tour", True)]


@pytest.mark.django_db
def test_telling_costs_the_same_however_many_are_late(plant, day_shift, sup):
    make_sheet(plant.a, day_shift, THURSDAY)
    tell_late(at=at("2026-11-19 08:15"))
    with CaptureQueriesContext(connection) as few:
        tell_late(at=at("2026-11-19 09:15"))
    for number in range(20):
        make_sheet(org(f"A-{number:03d}", OrgKind.TEAM, plant.a), day_shift, THURSDAY)
    with CaptureQueriesContext(connection) as many:
        assert tell_late(at=at("2026-11-19 16:45")) == 61

    assert len(many) <= len(few) + 1


# --- skipped ---


@pytest.mark.django_db
def test_a_sheet_is_skipped_with_a_reason_and_by_whom(plant, day_shift):
    sheet = make_sheet(plant.a, day_shift)
    mgr = plant.person("mgr")

    with pytest.raises(ReasonNeeded):
        skip_sheet(sheet=sheet, reason="  ", by=mgr)
    skip_sheet(sheet=sheet, reason=" Power cut in the whole hall ", by=mgr)

    sheet.refresh_from_db()
    assert (sheet.status, sheet.skipped_by, sheet.skip_reason) == ("skipped", mgr, "Power cut in the whole hall")
    assert sheet.skipped_at <= timezone.now()


@pytest.mark.django_db
def test_only_an_open_sheet_is_skipped(plant, day_shift):
    sheet = make_sheet(plant.a, day_shift, THURSDAY)
    mark_missed(at=at("2026-11-19 21:00"))

    with pytest.raises(SheetNotNeeded):
        skip_sheet(sheet=sheet, reason="Power cut", by=plant.person("mgr"))
