from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.clock import plant_today
from core.errors import Faults, OwnRequest, StaleVersion
from people.models import OrgSpan
from plans.errors.daily_reports import AlreadyReported, DateAhead, NoLines, NotATeam, OrderElsewhere, ReportLocked
from plans.errors.orders import OrderNotOpen, ReasonNeeded
from plans.errors.status import WrongStatus
from plans.models import DailyReport, DailyReportLine, ProductionOrder
from plans.services import (
    LineInput,
    approve_report,
    close_order,
    discard_report,
    hold_order,
    post_report_line,
    reopen_report,
    save_report,
    submit_report,
)
from tests.factories.checklists import FRIDAY
from tests.factories.people import night_shift
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory
from tests.races import Elsewhere, wait_until_blocked

D = Decimal


@pytest.fixture
def order(plant):
    return OrderFactory(workshop=plant.a)


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def wsm(plant):
    return plant.person("wsm", plant.a)


@pytest.fixture
def line(order):
    """612 good, 18 for rework, 8 scrap, as on the mock's tablet."""
    return LineInput(
        order=order, planned_qty=D(1000), good_qty=D(612), rework_qty=D(18), scrap_qty=D(8), headcount=D(12), attended_hours=D("66.0")
    )


@pytest.fixture
def place(plant, day_shift, tld):
    return {"team": plant.a1, "shift": day_shift, "business_date": FRIDAY, "by": tld}


@pytest.fixture
def submitted(place, line, tld):
    return submit_report(report=save_report(**place, lines=[line]), by=tld)


def faults_of(call):
    with pytest.raises(Faults) as refused:
        call()
    return [(fault.field, fault.code) for fault in refused.value.faults]


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_produced_that_is_not_good_plus_rework_plus_scrap_is_refused_with_its_figures(place, line):
    with pytest.raises(Faults) as refused:
        save_report(**place, lines=[replace(line, produced_qty=D(640))])

    (fault,) = refused.value.faults
    assert (fault.code, fault.status, fault.field) == ("qty_mismatch", 422, "lines.0.produced_qty")
    assert str(fault) == "Produced 640 is not good 612 + rework 18 + scrap 8 = 638."
    assert not DailyReport.objects.exists()


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_the_counter_proves_the_sum(place, line):
    report = save_report(**place, lines=[replace(line, counter_start=D(1000), counter_end=D(1638))])

    assert report.lines.get().produced_qty == D(638)
    wrong = replace(line, counter_start=D(1000), counter_end=D(1639))
    assert faults_of(lambda: save_report(**place, report=report, lines=[wrong])) == [("lines.0.counter_end", "qty_mismatch")]
    assert faults_of(lambda: save_report(**place, report=report, lines=[replace(wrong, produced_qty=D(638))])) == [
        ("lines.0.produced_qty", "qty_mismatch")
    ]


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_the_database_itself_refuses_a_sum_that_is_wrong(place, line):
    report = save_report(**place, lines=[line])
    with pytest.raises(IntegrityError):
        report.lines.update(produced_qty=D(1))


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_approval_locks_the_report(submitted, place, line, wsm):
    approved = approve_report(report=submitted, by=wsm)

    assert (approved.status, approved.approved_by) == ("approved", wsm)
    with pytest.raises(ReportLocked) as refused:
        save_report(**place, report=approved, lines=[line])
    assert "wsm A approved this report" in str(refused.value)
    with pytest.raises(ReportLocked):
        post_report_line(**place, line=replace(line, process=ProcessFactory()))


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_the_database_itself_keeps_an_approved_report(submitted, wsm):
    approve_report(report=submitted, by=wsm)
    with pytest.raises(IntegrityError):
        DailyReportLine.objects.filter(report=submitted).update(remark="x")


@pytest.mark.django_db
def test_recovered_pieces_are_never_part_of_produced(place, line):
    report = save_report(**place, lines=[replace(line, recovered_qty=D(5), produced_qty=D(638))])

    assert report.lines.get().recovered_qty == D(5)


@pytest.mark.django_db
def test_every_fault_of_every_line_is_named_at_once(place, line, order):
    other = ProductFactory()
    lines = [
        replace(line, good_qty=D("-1"), scrap_qty=D("0.5"), attended_hours=None),
        replace(line, product=other),
        LineInput(good_qty=D(1), attended_hours=D(1)),
        replace(line, order=None, product=other, headcount=D("1.234"), attended_hours=D("1.23456"), downtime_reason="rain"),
        replace(line, order=None, product=other, process=ProcessFactory(), good_qty=D(10) ** 12, remark="x" * 501),
        replace(line, counter_end=D(3)),
        replace(line, counter_start=D(5), counter_end=D(3)),
    ]

    assert faults_of(lambda: save_report(**place, lines=lines)) == [
        ("lines.0.good_qty", "negative"),
        ("lines.0.scrap_qty", "too_fine"),
        ("lines.0.attended_hours", "required"),
        ("lines.1.product", "product_not_on_order"),
        ("lines.2.product", "required"),
        ("lines.3.attended_hours", "too_fine"),
        ("lines.3.headcount", "too_fine"),
        ("lines.3.downtime_reason", "unknown"),
        ("lines.4.good_qty", "too_large"),
        ("lines.4.remark", "text_too_long"),
        ("lines.5.counter_start", "counter_half"),
        ("lines.6.counter_end", "counter_backwards"),
    ]


@pytest.mark.django_db
def test_the_same_order_product_and_process_stands_on_a_report_once(place, line):
    assert faults_of(lambda: save_report(**place, lines=[line, line])) == [("lines.1.order", "same_line_twice")]


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "on_hold", "closed", "cancelled"])
def test_only_a_released_order_takes_output(place, line, order, status):
    ProductionOrder.objects.filter(pk=order.pk).update(status=status)

    with pytest.raises(OrderNotOpen) as refused:
        save_report(**place, lines=[line])

    assert (refused.value.code, refused.value.field) == ("order_not_open", "lines.0.order")


@pytest.mark.django_db
def test_a_line_that_stands_may_stay_when_its_order_closes_but_not_change(place, line, order, plant):
    report = save_report(**place, lines=[line])
    close_order(order=order, by=plant.person("plr", plant.a))

    second = replace(line, order=OrderFactory(workshop=plant.a))
    report = save_report(**place, report=report, lines=[line, second])
    assert report.lines.count() == 2
    with pytest.raises(OrderNotOpen):
        save_report(**place, report=report, lines=[replace(line, good_qty=D(700)), second])


@pytest.mark.django_db
def test_a_line_is_not_taken_out_once_its_order_is_closed(place, line, order, plant):
    other = replace(line, order=OrderFactory(workshop=plant.a))
    report = save_report(**place, lines=[line, other])
    close_order(order=order, by=plant.person("plr", plant.a))

    with pytest.raises(OrderNotOpen) as refused:
        save_report(**place, report=report, lines=[other])
    assert refused.value.figures["order"] == order.number
    assert report.lines.count() == 2
    assert save_report(**place, report=report, lines=[line]).lines.get().order == order


@pytest.mark.django_db
def test_an_order_of_another_workshop_is_refused(place, line, plant):
    with pytest.raises(OrderElsewhere) as refused:
        save_report(**place, lines=[replace(line, order=OrderFactory(workshop=plant.b))])
    assert refused.value.status == 409


@pytest.mark.django_db
def test_a_team_reports_on_the_orders_of_the_workshop_it_stood_in_on_that_date(place, line, plant):
    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=FRIDAY + timedelta(days=1))

    assert save_report(**place, lines=[line]).lines.count() == 1


@pytest.mark.django_db
def test_only_a_team_reports_and_only_a_day_that_has_begun(place, line, plant):
    with pytest.raises(NotATeam):
        save_report(**place | {"team": plant.a}, lines=[line])
    with pytest.raises(DateAhead):
        save_report(**place | {"business_date": plant_today() + timedelta(days=1)}, lines=[line])


@pytest.mark.django_db
def test_a_team_has_one_report_a_shift(place, line):
    save_report(**place, lines=[line])

    with pytest.raises(AlreadyReported) as refused:
        save_report(**place, lines=[line])

    assert refused.value.code == "already_reported"


@pytest.mark.django_db
def test_a_night_shift_over_the_end_of_a_month_reports_on_the_date_on_which_it_began(place, line):
    report = save_report(**place | {"shift": night_shift(), "business_date": date(2026, 10, 31)}, lines=[line])

    starts, ends = report.shift.times.window(report.business_date)
    assert (starts.date(), ends.date()) == (date(2026, 10, 31), date(2026, 11, 1))
    assert report.business_date == date(2026, 10, 31)


@pytest.mark.django_db
def test_sending_a_report_twice_with_its_key_keeps_one(place, line):
    key = uuid4()

    assert save_report(**place, lines=[line], request_key=key) == save_report(**place, lines=[line], request_key=key)
    assert DailyReportLine.objects.count() == 1


@pytest.mark.django_db
def test_a_stale_page_does_not_overwrite(place, line):
    report = save_report(**place, lines=[line])
    save_report(**place, report=report, version=1, lines=[replace(line, good_qty=D(620))])

    with pytest.raises(StaleVersion):
        save_report(**place, report=report, version=1, lines=[replace(line, good_qty=D(600))])
    assert report.lines.get().good_qty == D(620)


@pytest.mark.django_db
def test_unchanged_lines_leave_no_trace_and_changed_ones_keep_what_they_were(place, line):
    report = save_report(**place, lines=[line])
    save_report(**place, report=report, lines=[line])
    row = report.lines.get()
    assert row.events.count() == 0

    save_report(**place, report=report, lines=[replace(line, good_qty=D(620))])
    assert [event.good_qty for event in row.events.all()] == [D(612)]


@pytest.mark.django_db
def test_a_draft_needs_a_line_and_the_reason_of_a_stop_before_it_is_submitted(place, line, tld):
    report = save_report(**place, lines=[])
    with pytest.raises(NoLines):
        submit_report(report=report, by=tld)

    report = save_report(**place, report=report, lines=[replace(line, downtime_hours=D("0.5"))])
    assert faults_of(lambda: submit_report(report=report, by=tld)) == [("lines.0.downtime_reason", "downtime_without_reason")]

    report = save_report(**place, report=report, lines=[replace(line, downtime_hours=D("0.5"), downtime_reason="changeover")])
    assert submit_report(report=report, by=tld).status == "submitted"


@pytest.mark.django_db
def test_submitting_twice_changes_nothing_for_the_same_person(submitted, tld, plant):
    assert submit_report(report=submitted, by=tld).version == submitted.version
    with pytest.raises(WrongStatus):
        submit_report(report=submitted, by=plant.person("sup", plant.a))


@pytest.mark.django_db
def test_a_draft_is_not_approved(place, line, wsm):
    with pytest.raises(WrongStatus):
        approve_report(report=save_report(**place, lines=[line]), by=wsm)


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_no_author_approves_or_reopens(submitted, tld):
    for call in (lambda: approve_report(report=submitted, by=tld), lambda: reopen_report(report=submitted, reason="x", by=tld)):
        with pytest.raises(OwnRequest) as refused:
            call()
        assert (refused.value.status, refused.value.code) == (403, "own_request")


@pytest.mark.django_db
def test_whoever_changes_a_submitted_report_becomes_its_author(submitted, place, line, wsm):
    changed = save_report(**place | {"by": wsm}, report=submitted, lines=[replace(line, good_qty=D(620))])

    assert changed.status == "submitted"
    with pytest.raises(OwnRequest):
        approve_report(report=changed, by=wsm)


@pytest.mark.django_db
def test_what_changed_after_it_was_looked_at_is_not_approved(submitted, place, line, wsm):
    save_report(**place, report=submitted, lines=[replace(line, good_qty=D(620))])

    with pytest.raises(StaleVersion):
        approve_report(report=submitted, by=wsm, version=submitted.version)


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_reopening_needs_a_reason_takes_one_step_back_and_keeps_both_versions(submitted, place, line, wsm, tld):
    approve_report(report=submitted, by=wsm)
    with pytest.raises(ReasonNeeded):
        reopen_report(report=submitted, reason=" ", by=wsm)

    report = reopen_report(report=submitted, reason="Scrap counted twice", by=wsm)
    assert (report.status, report.approved_by, report.reopen_reason) == ("submitted", None, "Scrap counted twice")
    report = save_report(**place, report=report, lines=[replace(line, scrap_qty=D(4))])
    assert [event.scrap_qty for event in report.lines.get().events.all()] == [D(8)]
    assert [event.status for event in report.events.order_by("pgh_id")][-3:] == ["approved", "submitted", "submitted"]

    assert reopen_report(report=report, reason="Fill in the counter", by=wsm).status == "draft"
    with pytest.raises(WrongStatus):
        reopen_report(report=report, reason="again", by=wsm)


@pytest.mark.django_db
def test_a_draft_is_thrown_away_but_nothing_that_was_submitted_once(place, line, tld, wsm):
    report = save_report(**place, lines=[line])
    with pytest.raises(StaleVersion):
        discard_report(report=report, by=tld, version=report.version - 1)
    discard_report(report=report, by=tld)
    assert not DailyReport.objects.exists()
    assert not DailyReportLine.objects.exists()

    report = submit_report(report=save_report(**place, lines=[line]), by=tld)
    with pytest.raises(WrongStatus):
        discard_report(report=report, by=tld)
    with pytest.raises(WrongStatus):
        discard_report(report=reopen_report(report=report, reason="Counter missing", by=wsm), by=tld)


@pytest.mark.django_db
def test_a_line_posted_by_a_program_makes_a_submitted_report_and_the_next_joins_it(place, line, tld):
    first = post_report_line(**place, line=line)
    second = post_report_line(**place, line=replace(line, process=ProcessFactory()))

    assert first.report == second.report
    assert (first.report.status, second.report.submitted_by) == ("submitted", tld)


@pytest.mark.req("PLN-23")
@pytest.mark.django_db
def test_a_line_that_exists_is_not_posted_again(place, line):
    post_report_line(**place, line=line)

    with pytest.raises(AlreadyReported) as refused:
        post_report_line(**place, line=replace(line, good_qty=D(1)))

    assert (refused.value.status, refused.value.code) == (409, "already_reported")
    assert DailyReportLine.objects.get().good_qty == D(612)


@pytest.mark.django_db
def test_a_line_with_faults_leaves_no_empty_report(place, line):
    with transaction.atomic():
        assert faults_of(lambda: post_report_line(**place, line=replace(line, good_qty=None))) == [("lines.0.good_qty", "required")]
    assert not DailyReport.objects.exists()


@pytest.mark.django_db
def test_a_line_on_a_draft_leaves_it_a_draft(place, line):
    save_report(**place, lines=[])

    assert post_report_line(**place, line=line).report.status == "draft"


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_approving_at_once_one_is_refused(submitted, wsm, plant):
    mgr = plant.person("mgr")
    with transaction.atomic():
        approve_report(report=submitted, by=wsm)
        other = Elsewhere(lambda: approve_report(report=submitted, by=mgr))
        wait_until_blocked()

    assert other.outcome == "ReportLocked"
    submitted.refresh_from_db()
    assert submitted.approved_by == wsm


@pytest.mark.django_db(transaction=True)
def test_of_two_leaders_starting_the_same_report_at_once_one_is_refused(place, line, plant):
    with transaction.atomic():
        save_report(**place, lines=[line])
        other = Elsewhere(lambda: save_report(**place | {"by": plant.person("sup", plant.a)}, lines=[line]))
        wait_until_blocked()

    assert other.outcome == "AlreadyReported"


@pytest.mark.django_db(transaction=True)
def test_of_two_programs_posting_the_same_line_at_once_one_is_refused(place, line):
    with transaction.atomic():
        post_report_line(**place, line=line)
        other = Elsewhere(lambda: post_report_line(**place, line=line))
        wait_until_blocked()

    assert other.outcome == "AlreadyReported"
    assert DailyReportLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_approving_waits_for_a_change_under_way_and_then_sees_it(submitted, place, line, wsm):
    seen = submitted.version
    with transaction.atomic():
        save_report(**place, report=submitted, lines=[replace(line, good_qty=D(620))])
        other = Elsewhere(lambda: approve_report(report=submitted, by=wsm, version=seen))
        wait_until_blocked()

    assert other.outcome == "StaleVersion"


@pytest.mark.django_db(transaction=True)
def test_output_posted_while_the_order_is_put_on_hold_is_refused(place, line, order, plant):
    with transaction.atomic():
        hold_order(order=order, reason="Drawing changed", by=plant.person("plr", plant.a))
        other = Elsewhere(lambda: save_report(**place, lines=[line]))
        wait_until_blocked()

    assert other.outcome == "OrderNotOpen"
