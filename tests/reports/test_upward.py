"""Reports upward: one shape for day, week and month, frozen figures, late by the clock, answered by another (GEN-11, RPT-12)."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Faults, OwnRequest, Required, StaleVersion
from core.history import history_of
from core.models import PlantSetting
from core.once import one_page
from core.services import request_once
from core.versions import version_of
from people.access import access_of
from people.models import CalendarDay, Delegation, Notice
from reports.errors import (
    NoSuchReader,
    NotSentYet,
    NotTheirReport,
    PeriodAhead,
    PeriodReportTaken,
    PeriodStillRuns,
    SentUpward,
    WordsTooLong,
)
from reports.figures import Slice, count
from reports.models import Target, UpwardReport, UpwardWord
from reports.period_figures import count_period, days_table, period_table, read_figures
from reports.services import (
    UpwardInput,
    acknowledge_report,
    begin_report,
    change_report,
    comment_report,
    discard_report,
    remind_upward,
    reply_to_answer,
    return_report,
    send_report,
)
from reports.services.upward_reminding import owed_reports
from reports.upward_periods import due_by, period_of
from reports.upward_readers import reports_seen
from tests.factories.plans import LineFactory, ReportFactory
from tests.factories.upward import MONDAY, WHOLE, begun, clock, sent, told_to
from tests.factories.work_logs import led
from tests.races import Elsewhere, wait_until_blocked

pytestmark = [pytest.mark.django_db, pytest.mark.req("GEN-11")]


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel("2026-11-23 00:00Z", tick=False):  # 08:00 at the plant
        yield


@pytest.fixture
def manager(plant):
    """Leads the plant."""
    return led(plant.plant, plant.person("mgr"))


@pytest.fixture
def director(plant):
    return plant.person("dir")


@pytest.fixture
def shop(plant):
    """Whoever leads workshop A."""
    return led(plant.a, plant.person("wsm", plant.a))


def made(team, on, good, planned=100, **more):
    report = ReportFactory(team=team, business_date=on)
    return LineFactory(report=report, planned_qty=Decimal(planned), good_qty=Decimal(good), **more)


@pytest.fixture
def output(plant):
    """Of the week and of the month: 2 November, Monday, Tuesday in two teams, Sunday, and the Monday after."""
    line = made(plant.a1, date(2026, 11, 2), 80)
    made(plant.a1, MONDAY, 90, product=line.product)
    made(plant.a1, date(2026, 11, 17), 95, product=line.product)
    made(plant.a2, date(2026, 11, 17), 70, product=line.product)
    made(plant.b1, date(2026, 11, 22), 60, product=line.product)
    made(plant.a1, date(2026, 11, 23), 1000, product=line.product)
    return line.product


def open_notices(person):
    return list(Notice.objects.filter(recipient=person, done_at=None).order_by("pk").values_list("kind", flat=True))


# --- late by the clock ---


@pytest.mark.parametrize(
    ("hour", "minute", "second", "is_late"), [(8, 59, 0, False), (9, 0, 0, False), (9, 0, 59, False), (9, 1, 0, True), (18, 0, 0, True)]
)
def test_a_week_sent_on_monday_at_nine_is_in_time_and_a_minute_later_it_is_late(plant, manager, hour, minute, second, is_late):
    report = begun(plant.plant, manager)

    report = send_report(report=report, by=manager, at=clock(23, hour, minute, second))

    assert report.due_at == clock(23, 9)
    assert report.is_late is is_late


def test_the_late_mark_is_no_matter_of_politeness(plant, manager):
    report = begun(plant.plant, manager)
    sent_late = {"status": "sent", "sent_by": manager, "sent_at": clock(23, 9, 1), "figures": {}, "number": "UPR-X"}

    with pytest.raises(IntegrityError, match="upward_late_by_the_clock"), transaction.atomic():
        UpwardReport.objects.filter(pk=report.pk).update(**sent_late, is_late=False)

    UpwardReport.objects.filter(pk=report.pk).update(**sent_late, is_late=True)
    with pytest.raises(IntegrityError, match="what was sent"), transaction.atomic():
        UpwardReport.objects.filter(pk=report.pk).update(is_late=False, sent_at=clock(23, 8))


def test_due_moments_follow_settings_and_the_plants_calendar(plant):
    def due(kind, on):
        return due_by(period_of(kind, on), plant.plant.pk)

    assert due("day", date(2026, 11, 20)) == clock(21, 9)
    assert due("day", date(2026, 11, 21)) == clock(23, 9)  # Sunday is no working day
    assert due("week", MONDAY) == clock(23, 9)
    # October ended on a Saturday: Monday 2 to Friday 6 November are its five working days.
    assert due("month", date(2026, 10, 5)) == clock(6, 23, 59)
    CalendarDay.objects.create(plant=plant.plant, date=date(2026, 11, 23), is_working=False)
    CalendarDay.objects.create(plant=plant.plant, date=date(2026, 11, 3), is_working=False)
    assert due("week", MONDAY) == clock(24, 9)
    assert due("month", date(2026, 10, 5)) == clock(7, 23, 59)
    for key, value in {"upward_week_weekday": 2, "upward_week_due": "10:30", "upward_month_days": 3, "upward_day_due": "07:15"}.items():
        PlantSetting.objects.create(key=key, value=value)
    assert due("week", MONDAY) == clock(24, 10, 30)
    PlantSetting.objects.filter(key="upward_week_weekday").update(value=3)
    assert due("week", MONDAY) == clock(25, 10, 30)
    assert due("month", date(2026, 10, 5)) == clock(5, 23, 59)
    assert due("day", date(2026, 11, 21)) == clock(24, 7, 15)


def test_a_month_sent_in_the_last_minute_of_its_fifth_working_day_is_in_time(plant, manager):
    with time_machine.travel(clock(7, 0), tick=False):
        assert sent(plant.plant, manager, "month", date(2026, 10, 1), at=clock(6, 23, 59)).is_late is False
        assert sent(plant.a, manager, "month", date(2026, 10, 1), at=clock(7, 0)).is_late is True


def test_the_month_of_a_plant_that_begins_it_on_the_26th(plant, manager):
    PlantSetting.objects.create(key="month_first_day", value=26)

    report = begun(plant.plant, manager, "month", date(2026, 11, 20), at=clock(25, 9))

    assert (report.starts_on, report.ends_on, report.about) == (date(2026, 10, 26), date(2026, 11, 25), "2026-11")


def test_a_period_that_has_not_begun_is_not_written_and_one_that_runs_is_not_sent(plant, manager):
    with pytest.raises(PeriodAhead):
        begun(plant.plant, manager, "week", date(2026, 11, 30))
    with pytest.raises(PeriodAhead):
        begun(plant.plant, manager, "day", date(1899, 1, 1))

    report = begun(plant.plant, manager, at=clock(20, 9))
    with pytest.raises(PeriodStillRuns):
        send_report(report=report, by=manager, at=clock(20, 18))  # a Friday; Saturday is worked

    assert send_report(report=report, by=manager, at=clock(21, 17)).status == "sent"


# --- figures ---


def test_the_month_to_date_is_the_sum_of_its_days(plant, manager, output):
    figures = count_period(plant.plant, period_of("week", MONDAY), clock(23, 8))

    assert [row.value("good") for row in figures.days.values()] == [Decimal(good) for good in (80, 90, 165, 60)]
    assert figures.block.whole.value("good") == sum(row.value("good") for row in figures.days.values()) == 395
    for name in ("planned", "good", "scrap", "produced", "attended_hours"):
        assert figures.block.whole.value(name) == sum(row.value(name) for row in figures.days.values()), name
    assert figures.own.value("good") == 90 + 165 + 60


def test_the_figures_are_those_of_the_month_counted_anywhere_else(plant, manager, output):
    figures = count_period(plant.a, period_of("week", MONDAY), clock(23, 8))
    [whole] = count(Slice(plant.a, date(2026, 11, 1), date(2026, 11, 22)), [()])[()]

    assert figures.block.whole.as_figures() == whole.as_figures()
    assert figures.own.value("attainment_pct") == Decimal("85.00")


def test_a_week_over_the_months_end_belongs_to_the_month_of_its_thursday(plant):
    line = made(plant.a1, date(2026, 10, 31), 10)
    made(plant.a1, date(2026, 11, 1), 5, product=line.product)

    figures = count_period(plant.plant, period_of("week", date(2026, 11, 1)), clock(2, 8))  # Thursday is 29 October

    assert str(figures.block.month) == "2026-10"
    assert figures.block.whole.value("good") == 10
    assert figures.own.value("good") == 15


def test_figures_are_frozen_when_it_is_sent(plant, manager, output):
    report = sent(plant.plant, manager)
    made(plant.a1, date(2026, 11, 18), 500, product=output)

    kept = read_figures(UpwardReport.objects.get(pk=report.pk).figures)

    assert kept.own.value("good") == 315
    assert [[cell.text for cell in row.cells][:2] for row in period_table(kept).rows] == [["400", "315"], ["500", "395"]]
    assert [row.label for row in days_table(kept).rows][-1] == "Month to date"
    assert len(days_table(kept).rows) == 5


def test_without_a_counted_report_the_figures_are_no_data_in_words(plant, manager):
    kept = read_figures(sent(plant.plant, manager).figures)

    assert [cell.text for row in period_table(kept).rows for cell in row.cells] == ["—"] * 14
    assert days_table(kept).rows == ()


def test_a_week_is_judged_by_its_own_target_and_the_month_by_its(plant, manager, output):
    Target.objects.create(kpi_code="attainment_pct", org=plant.plant, period="2026-W47", value=70)
    Target.objects.create(kpi_code="attainment_pct", org=plant.plant, period="2026-11", value=90)

    week, month = period_table(count_period(plant.plant, period_of("week", MONDAY), clock(23, 8))).rows

    assert week.cells[3].off == ""
    assert month.cells[3].off == "down"


# --- one report a period ---


def test_a_unit_has_one_report_of_a_period(plant, manager, shop):
    begun(plant.a, shop)
    with pytest.raises(PeriodReportTaken):
        begun(plant.a, manager, on=date(2026, 11, 22))
    begun(plant.plant, manager)
    begun(plant.a, shop, "day", MONDAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_the_report_of_one_week_at_once_one_is_refused(plant, manager, shop):
    with transaction.atomic():
        begun(plant.a, shop)
        other = Elsewhere(lambda: begun(plant.a, manager))
        wait_until_blocked()

    assert other.outcome == "PeriodReportTaken"
    assert UpwardReport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_the_second_finds_it_sent(plant, manager, director, shop):
    report = begun(plant.a, shop)
    with transaction.atomic():
        send_report(report=report, by=shop, at=clock(23, 8))
        other = Elsewhere(lambda: send_report(report=report, by=manager, at=clock(23, 10)))
        wait_until_blocked()

    assert other.outcome == "done"
    report.refresh_from_db()
    assert (report.sent_by, report.is_late, report.number) == (shop, False, "UPR-2026-000001")
    assert open_notices(manager) == ["upward.sent"]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_with_one_key_begins_and_sends_once(plant, manager, shop):
    key, body = uuid4(), {"done": "x"}

    def click():
        with request_once(key, route="upward", staff_no=shop.staff_no, body=body) as first:
            if not first.found:
                first.answer = {"report": sent(plant.a, shop).pk}
            return first.answer["report"]

    with transaction.atomic():
        mine = click()
        other = Elsewhere(click)
        wait_until_blocked()

    assert other.outcome == "done"
    assert other.result == mine
    assert UpwardReport.objects.get().number == "UPR-2026-000001"


def test_postgres_itself_refuses_what_no_report_can_be(plant, manager, director):
    def wrong(constraint, **given):
        row = {"kind": "week", "node": plant.plant, "starts_on": MONDAY, "ends_on": date(2026, 11, 22), "made_by": manager}
        row |= {"made_at": clock(23, 8), "due_at": clock(23, 9)} | given
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            UpwardReport.objects.create(**row)

    wrong("upward_period_of_its_kind", starts_on=date(2026, 11, 17), ends_on=date(2026, 11, 23))
    wrong("upward_period_of_its_kind", ends_on=date(2026, 11, 21))
    wrong("upward_period_of_its_kind", kind="day")
    wrong("upward_matter_has_subject_and_reader", subject="Words")
    wrong("upward_matter_has_subject_and_reader", due_at=None)
    wrong("upward_matter_has_subject_and_reader", kind="oral", ends_on=MONDAY, subject="Words")
    wrong("upward_sent_by_and_at", status="sent")
    wrong("upward_sent_by_and_at", sent_at=clock(23, 8), done="x", analysis="x", plan="x", figures={})
    whole = {"status": "sent", "sent_by": manager, "sent_at": clock(23, 8), "done": "x", "analysis": "x", "plan": "x", "figures": {}}
    wrong("upward_period_is_whole", **whole | {"plan": ""})
    wrong("upward_period_is_whole", **whole | {"figures": None})
    wrong("upward_figures_once_sent", figures={})
    wrong("upward_goes_to_another", **whole, reader=manager)
    assert UpwardReport.objects.create(
        kind="week", node=plant.plant, starts_on=MONDAY, ends_on=date(2026, 11, 22), made_by=manager, made_at=clock(23, 8),
        due_at=clock(23, 9), number="UPR-1", **whole,
    )  # fmt: skip


# --- sending ---


def test_all_three_parts_are_needed_before_it_is_sent(plant, manager):
    report = begun(plant.plant, manager, done=" ", plan="")

    with pytest.raises(Faults) as refused:
        send_report(report=report, by=manager, at=clock(23, 8))

    assert [fault.field for fault in refused.value.faults] == ["done", "plan"]
    report.refresh_from_db()
    assert (report.status, report.number, report.figures) == ("draft", "", None)


def test_a_workshops_report_goes_to_the_plants_leader_and_the_plants_to_the_upper_management(plant, manager, director, shop):
    assert sent(plant.a, shop).reader == manager
    assert sent(plant.plant, manager).reader == director
    assert open_notices(manager) == ["upward.sent"]
    assert open_notices(director) == ["upward.sent"]


def test_what_is_too_long_is_refused_with_its_length(plant, manager):
    with pytest.raises(Faults) as refused:
        begun(plant.plant, manager, analysis="x" * 4001)

    [fault] = refused.value.faults
    assert isinstance(fault, WordsTooLong)
    assert (fault.field, fault.figures["length"]) == ("analysis", 4001)


def test_a_page_older_than_the_report_is_refused(plant, manager, shop):
    report = begun(plant.a, shop)
    seen = version_of(report)
    change_report(report=report, said=UpwardInput(**WHOLE | {"plan": "Something else"}), by=manager, version=seen)

    with pytest.raises(StaleVersion):
        change_report(report=report, said=UpwardInput(**WHOLE), by=shop, version=seen)
    with pytest.raises(StaleVersion):
        send_report(report=report, by=shop, version=seen, at=clock(23, 8))

    report.refresh_from_db()
    assert (report.plan, report.status) == ("Something else", "draft")


def test_what_was_sent_stays_and_a_draft_may_go(plant, manager, shop):
    draft, report = begun(plant.a, shop), sent(plant.plant, manager)
    discard_report(report=draft, by=shop)

    with pytest.raises(SentUpward):
        change_report(report=report, said=UpwardInput(**WHOLE | {"plan": "Less"}), by=manager)
    with pytest.raises(SentUpward):
        discard_report(report=report, by=manager)
    for change in ({"plan": "Less"}, {"figures": {"own": None}}, {"sent_by": shop}, {"number": "UPR-9"}, {"status": "acknowledged"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UpwardReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        UpwardReport.objects.filter(pk=report.pk).delete()

    assert list(UpwardReport.objects.all()) == [report]


# --- answers ---


@pytest.mark.req("RPT-12")
def test_the_directors_comment_tells_the_manager(plant, manager, director):
    report = told_to(manager, director)
    assert open_notices(director) == ["upward.sent"]

    report = comment_report(report=report, text="Which supplier? / 哪家供应商？", access=access_of(director), at=clock(23, 10))

    assert report.status == "commented"
    [notice] = Notice.objects.filter(recipient=manager)
    assert (notice.kind, notice.figures["words"], notice.figures["about"]) == (
        "upward.commented", "Which supplier? / 哪家供应商？", "New press / 新压力机",
    )  # fmt: skip
    assert notice.url == f"/upward-reports/{report.pk}"


@pytest.mark.req("RPT-12")
def test_of_a_workshops_report_the_directors_comment_tells_its_sender_and_the_manager(plant, manager, director, shop):
    report = sent(plant.a, shop)

    comment_report(report=report, text="Good", access=access_of(director), at=clock(23, 10))

    assert open_notices(shop) == ["upward.commented"]
    assert open_notices(manager) == ["upward.sent", "upward.commented"]


@pytest.mark.req("RPT-12")
def test_a_note_of_an_oral_report_gets_its_reply_and_the_reply_its_answer(plant, manager, director):
    report = told_to(manager, director, "oral", done="Said at noon that press 3 stands")
    comment_report(report=report, text="Since when?", access=access_of(director), at=clock(23, 10))

    reply_to_answer(report=report, text="Since Friday", by=manager, at=clock(23, 11))
    report = acknowledge_report(report=report, access=access_of(director), at=clock(23, 12))

    assert list(report.words.values_list("kind", "by__name", "text")) == [
        ("commented", "dir P", "Since when?"), ("replied", "mgr P", "Since Friday"), ("acknowledged", "dir P", ""),
    ]  # fmt: skip
    assert open_notices(director) == ["upward.replied"]
    assert open_notices(manager) == ["upward.commented", "upward.acknowledged"]


def test_taking_note_of_it_twice_says_it_once(plant, manager, director):
    report = sent(plant.plant, manager)
    for _time in range(2):
        report = acknowledge_report(report=report, access=access_of(director), at=clock(23, 10))

    assert report.words.count() == 1
    assert report.status == "acknowledged"


def test_who_sent_it_does_not_answer_it_and_neither_does_a_stranger(plant, manager, director, shop):
    report = sent(plant.a, shop)
    boss = plant.person("wsm", plant.b)

    with pytest.raises(OwnRequest):
        comment_report(report=report, text="Well done me", access=access_of(shop))
    with pytest.raises(NotTheirReport):
        acknowledge_report(report=report, access=access_of(boss))
    with pytest.raises(NotTheirReport):
        reply_to_answer(report=report, text="Not mine", by=manager)
    with pytest.raises(Required):
        return_report(report=report, reason=" ", access=access_of(director))
    with pytest.raises(NotSentYet):
        comment_report(report=begun(plant.b, boss), text="Early", access=access_of(director))
    for kind in ("commented", "acknowledged", "returned"):
        with pytest.raises(IntegrityError, match="answered"), transaction.atomic():
            UpwardWord.objects.create(report=report, kind=kind, text="x", by=shop, at=clock(23, 10))
    assert not UpwardWord.objects.exists()


def test_words_once_said_stay(plant, manager, director):
    report = sent(plant.plant, manager)
    comment_report(report=report, text="Good", access=access_of(director))

    for deed in (lambda: report.words.update(text="Bad"), lambda: report.words.all().delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            deed()


def test_who_stands_in_for_the_reader_answers(plant, manager, director, shop):
    report = sent(plant.a, shop)
    deputy = plant.person("wsm", plant.b)
    given = {"role": "mgr", "starts_on": date(2026, 11, 23), "ends_on": date(2026, 11, 24), "reason": "Away", "made_by": manager}
    Delegation.objects.create(giver=manager, taker=deputy, **given)

    assert acknowledge_report(report=report, access=access_of(deputy), at=clock(23, 10)).status == "acknowledged"


def test_a_returned_report_is_mended_and_sent_again_with_new_figures_and_stays_in_time(plant, manager, director, output):
    report = sent(plant.plant, manager)
    report = return_report(report=report, reason="Sunday is missing", access=access_of(director), at=clock(23, 10))
    assert open_notices(manager) == ["upward.returned"]
    assert "upward.sent" not in open_notices(director)
    made(plant.a1, date(2026, 11, 22), 7, planned=10, product=output)

    report = change_report(report=report, said=UpwardInput(**WHOLE | {"analysis": "With Sunday"}), by=manager, version=version_of(report))
    report = send_report(report=report, by=manager, at=clock(23, 15))

    assert (report.status, report.is_late, report.sent_at, report.number) == ("sent", False, clock(23, 8), "UPR-2026-000001")
    assert read_figures(report.figures).own.value("good") == 315 + 7
    assert open_notices(manager) == []
    assert open_notices(director) == ["upward.sent"]
    told = [change.after for entry in history_of(report, untold=("figures",)) for change in entry.changes]
    assert "With Sunday" in told
    assert "Returned" in told
    assert not any("own" in words for words in told)
    report = return_report(report=report, reason="Once more", access=access_of(director), at=clock(23, 16))
    assert open_notices(manager) == ["upward.returned"]


def test_what_was_given_back_is_not_answered_before_it_is_sent_again(plant, manager, director):
    report = return_report(report=sent(plant.plant, manager), reason="No", access=access_of(director))

    for answer in (acknowledge_report, return_report, comment_report):
        words = {"reason": "x"} if answer is return_report else {"text": "x"}
        with pytest.raises(NotSentYet):
            answer(report=report, access=access_of(director), **words)


# --- matters ---


@pytest.mark.req("RPT-12")
def test_a_matter_goes_to_somebody_above_and_has_a_subject(plant, manager, director, shop):
    def refused(**said):
        with pytest.raises(Faults) as fault:
            begin_report(
                kind="written", node=plant.plant, on=date(2026, 11, 20), said=UpwardInput(done="x", **said), by=manager, at=clock(23, 8)
            )
        return [(type(one), one.field) for one in fault.value.faults]

    assert refused() == [(Required, "subject"), (Required, "reader")]
    assert refused(subject="Press", reader=shop) == [(NoSuchReader, "reader")]
    assert refused(subject="Press", reader=manager) == [(NoSuchReader, "reader")]
    assert told_to(manager, director).number == "UPR-2026-000001"


@pytest.mark.req("RPT-12")
def test_a_written_report_promised_for_a_day_is_late_after_it(plant, manager, director):
    said = UpwardInput(done="x", subject="Press", reader=director, due_on=date(2026, 11, 23))
    report = begin_report(kind="written", node=plant.plant, on=date(2026, 11, 20), said=said, by=manager, at=clock(23, 8))

    assert report.due_at == clock(23, 23, 59)
    assert send_report(report=report, by=manager, at=clock(24, 0)).is_late is True


@pytest.mark.req("RPT-12")
def test_a_matter_is_read_by_its_author_its_reader_and_the_upper_management_alone(plant, manager, director, shop):
    letter, week, draft = told_to(manager, director), sent(plant.a, shop), begun(plant.plant, manager)
    own = begun(plant.plant, manager, "written", date(2026, 11, 20), reader=director, subject="Not sent yet")

    def seen(role, node=None):
        return set(reports_seen(access_of(plant.person(role, node))))

    assert seen("dir") == {letter, week}
    assert seen("mgr") == {letter, week, draft, own}
    assert seen("wsm", plant.a) == {week}
    assert seen("wsm") == {week, draft}
    assert seen("adm") == {week}
    assert seen("wsm", plant.b) == seen("opr", plant.a) == set()


# --- reminders ---


def due_of(person):
    rows = Notice.objects.filter(recipient=person, kind="upward.due", done_at=None).order_by("due_at")
    return [(row.figures["about"], row.due_at) for row in rows]


@pytest.mark.req("RPT-12")
def test_leaders_are_reminded_before_it_is_due_once_and_no_more_when_it_is_sent(plant, manager, shop):
    late = [("2026-10", clock(6, 23, 59)), ("2026-W46", clock(16, 9))]
    assert remind_upward(at=clock(22, 8, 59)) == 4
    assert due_of(manager) == due_of(shop) == late

    assert remind_upward(at=clock(22, 9)) == 2
    assert remind_upward(at=clock(22, 9, 10)) == 0

    assert due_of(manager) == due_of(shop) == [late[0], ("2026-W47", clock(23, 9))]
    notice = Notice.objects.get(recipient=manager, key__startswith="week", done_at=None)
    assert notice.url == f"/upward-reports/new?kind=week&node={plant.plant.pk}&on=2026-11-16"
    sent(plant.plant, manager)
    assert due_of(manager) == [late[0]]
    assert len(due_of(shop)) == 2
    assert remind_upward(at=clock(23, 9)) == 0


@pytest.mark.req("RPT-12")
def test_the_author_of_a_promised_report_is_reminded_the_day_before(plant, manager, director):
    PlantSetting.objects.create(key="upward_owed", value=0)
    said = UpwardInput(done="x", subject="Press", reader=director, due_on=date(2026, 11, 27))
    report = begin_report(kind="written", node=plant.plant, on=date(2026, 11, 20), said=said, by=manager, at=clock(23, 8))

    assert remind_upward(at=clock(26, 23, 58)) == 0
    assert remind_upward(at=clock(26, 23, 59)) == 1
    assert due_of(manager) == [("Press", clock(27, 23, 59))]
    send_report(report=report, by=manager, at=clock(27, 8))
    assert due_of(manager) == []


def test_what_a_plant_owes_is_its_setting_and_a_leader_without_the_role_is_not_asked(plant, manager):
    led(plant.a, plant.person("tld", plant.a))
    owed = owed_reports(clock(23, 8))
    assert [(row.node_id, row.about) for row in owed] == [
        (plant.a.pk, "2026-10"), (plant.plant.pk, "2026-10"), (plant.a.pk, "2026-W47"), (plant.plant.pk, "2026-W47"),
    ]  # fmt: skip
    assert remind_upward(at=clock(23, 8)) == 2

    PlantSetting.objects.create(key="upward_owed", value=2)
    assert {row.about for row in owed_reports(clock(23, 8))} == {"2026-10", "2026-W47", "2026-11-22"}
    PlantSetting.objects.filter(key="upward_owed").update(value=0)
    assert owed_reports(clock(23, 8)) == []


def test_reminding_costs_no_more_statements_for_many_units(plant, manager, shop):
    def cost():
        with one_page(), CaptureQueriesContext(connection) as statements:
            owed_reports(clock(23, 8))
        return len(statements)

    few = cost()
    led(plant.b, plant.person("wsm", plant.b))
    assert cost() == few == 5
