"""The team daily report: kept as a draft, submitted by the team, approved by the workshop manager, then locked (PLN-23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faults, Negative, OwnRequest, RuleBroken
from core.refusals import refusals_explained
from core.services import request_once
from people.models import Notice, OrgKind, OrgNode, OrgPath, Shift, Staff
from people.roster import on_duty
from plans.errors.daily_reports import (
    AlreadyReported,
    DateAhead,
    DowntimeWithoutReason,
    NoLines,
    NotATeam,
    OrderElsewhere,
    QtyMismatch,
    ReportLocked,
    SeenAlready,
)
from plans.errors.findings import TextTooLong
from plans.errors.orders import ReasonNeeded
from plans.errors.status import WrongStatus
from plans.models import DailyReport, DailyReportLine, ProductionOrder, ReportSeen
from plans.pace import Pace
from plans.selectors.places import named, standing
from plans.selectors.progress import pace_of
from plans.services.orders import require_open
from plans.services.report_lines import LineInput, checked_lines
from plans.services.status import change_status
from plans.services.stops import replace_stops
from plans.services.versions import require_version
from plans.words import clock_words, who_words

Status = DailyReport.Status
REMARK_CHARACTERS = 300


def save_report(
    *,
    team: OrgNode,
    shift: Shift,
    business_date: date,
    lines: Sequence[LineInput],
    by: Staff,
    report: DailyReport | None = None,
    version: int | None = None,
    request_key: UUID | None = None,
) -> DailyReport:
    """Keep a report as these lines. A new one is a draft; a submitted one stays submitted and is then this person's.

    Sending the same ``request_key`` again returns the first report. Raises ``AlreadyReported`` when the team already has a report
    of that shift, ``ReportLocked``, ``StaleVersion``, ``NotATeam``, ``DateAhead``, ``OrderElsewhere``, ``OrderNotOpen``, and
    ``Faults`` with everything that is wrong in the lines at ``lines.<n>.<field>``.
    """
    body = (report.pk if report else None, version, team.pk, shift.pk, business_date, [_body(line) for line in lines])
    with request_once(request_key, route="save_report", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return DailyReport.objects.get(pk=first.answer["report"])
        if report is None:
            report = _new_report(team, shift, business_date, by)
        else:
            report = locked_report(report)
            require_version(report, version)
            require_unlocked(report)
        _apply(report, lines)
        if report.status == Status.SUBMITTED:
            require_complete(report)
            report.submitted_by, report.submitted_at = by, timezone.now()
        report.version += 1
        report.save()
        first.answer = {"report": report.pk}
        return report


@transaction.atomic
def post_report_line(*, team: OrgNode, shift: Shift, business_date: date, line: LineInput, by: Staff) -> DailyReportLine:
    """Post one line as a program does; the report it belongs to is made as submitted, or stays what it is.

    Raises ``AlreadyReported`` when the line's key exists, else as ``save_report``.
    """
    _require_place(team, business_date)
    made = DailyReport(
        business_date=business_date,
        shift=shift,
        team=team,
        status=Status.SUBMITTED,
        made_by=by,
        submitted_by=by,
        submitted_at=timezone.now(),
    )
    DailyReport.objects.bulk_create([made], ignore_conflicts=True)
    report = locked_report(DailyReport.objects.only("pk").get(team=team, shift=shift, business_date=business_date))
    require_unlocked(report)
    kept, faults = checked_lines([line])
    if faults:
        raise Faults(faults)
    order, product, process = kept[0].key
    if DailyReportLine.objects.filter(report=report, order=order, product=product, process=process).exists():
        raise _already(report)
    _require_orders(report, kept)
    with refusals_explained(_explained(report)):
        row = DailyReportLine.objects.create(report=report, **kept[0].values())
    if report.status == Status.SUBMITTED:
        report.submitted_by, report.submitted_at = by, timezone.now()
    report.version += 1
    report.save()
    return row


@transaction.atomic
def submit_report(*, report: DailyReport, by: Staff, version: int | None = None) -> DailyReport:
    """Hand a draft in. The same person sending it twice changes nothing.

    Raises ``NoLines``, ``DowntimeWithoutReason``, ``StaleVersion``, ``WrongStatus``, ``ReportLocked``.
    """
    report = locked_report(report)
    if report.status == Status.SUBMITTED and report.submitted_by_id == by.pk:
        return report
    require_unlocked(report)
    require_version(report, version)
    require_complete(report)
    change_status(report, Status.SUBMITTED, submitted_by=by, submitted_at=timezone.now())
    return report


@transaction.atomic
def approve_report(*, report: DailyReport, by: Staff, version: int | None = None) -> DailyReport:
    """Lock a submitted report. Raises ``OwnRequest`` for its authors, ``StaleVersion`` when it changed after it was looked at."""
    report = locked_report(report)
    _require_other_person(report, by)
    require_unlocked(report)
    require_version(report, version)
    with refusals_explained({"report_approver_is_not_author": OwnRequest}):
        change_status(report, Status.APPROVED, approved_by=by, approved_at=timezone.now())
    Notice.objects.filter(kind="report.wait", key__startswith=f"{report.pk}:", done_at=None).update(done_at=timezone.now())
    return report


@transaction.atomic
def reopen_report(*, report: DailyReport, reason: str, by: Staff, version: int | None = None) -> DailyReport:
    """Take a step back with a reason: an approved report becomes submitted again, a submitted one a draft.

    The figures it had stay in its history. Raises ``OwnRequest``, ``ReasonNeeded``, ``WrongStatus``, ``StaleVersion``.
    """
    report = locked_report(report)
    _require_other_person(report, by)
    require_version(report, version)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if report.status == Status.APPROVED:
        change_status(report, Status.SUBMITTED, approved_by=None, approved_at=None, reopen_reason=reason.strip())
    else:
        change_status(report, Status.DRAFT, submitted_by=None, submitted_at=None, reopen_reason=reason.strip())
    return report


@transaction.atomic
def mark_report_seen(*, report: DailyReport, remark: str, by: Staff, version: int | None = None) -> ReportSeen:
    """Note that somebody looked at a report as it stands now, and what they remark (PLN-15); again only once it has changed.

    Raises ``WrongStatus`` for a draft, ``TextTooLong``, ``SeenAlready``, and ``StaleVersion`` when it changed after it was looked at.
    """
    report = locked_report(report)
    require_version(report, version)
    remark = remark.strip()
    if report.status == Status.DRAFT:
        raise WrongStatus(what=str(report), status=report.get_status_display())
    if len(remark) > REMARK_CHARACTERS:
        raise TextTooLong(field="remark", length=len(remark), most=REMARK_CHARACTERS)
    with refusals_explained({"seen_once_a_version": SeenAlready}):
        return ReportSeen.objects.create(report=report, by=by, at=timezone.now(), report_version=report.version, remark=remark)


@transaction.atomic
def discard_report(*, report: DailyReport, by: Staff, version: int | None = None) -> None:
    """Throw away a draft that was never handed in; what was submitted once stays visible (DESIGN 3.9).

    Raises ``WrongStatus``, ``StaleVersion``.
    """
    report = locked_report(report)
    require_version(report, version)
    if report.status != Status.DRAFT or report.reopen_reason:
        raise WrongStatus(what=str(report), status=report.get_status_display())
    report.delete()


def locked_report(report: DailyReport) -> DailyReport:
    rows = DailyReport.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("team", "shift", "approved_by").get(pk=report.pk)


def pace_of_report(report: DailyReport) -> Pace:
    """When the team worked that shift, by its roster: what lies outside belongs to another shift's report."""
    on = report.business_date
    return pace_of(on_duty([report.team_id], on, on), report.team_id, report.shift, on)


def require_unlocked(report: DailyReport) -> None:
    if report.status == Status.APPROVED:
        assert report.approved_at is not None
        raise ReportLocked(who=who_words(report.approved_by), when=clock_words(report.approved_at))


def require_complete(report: DailyReport) -> None:
    """What a draft may still lack: a line at all, and the reason of a stop."""
    rows = list(report.lines.order_by("pk"))
    if not rows:
        raise NoLines()
    faults = [
        DowntimeWithoutReason(field=f"lines.{number}.downtime_reason", hours=f"{row.downtime_hours.normalize():f}")
        for number, row in enumerate(rows)
        if row.downtime_hours > 0 and not row.downtime_reason
    ]
    if faults:
        raise Faults(faults)


def _new_report(team: OrgNode, shift: Shift, business_date: date, by: Staff) -> DailyReport:
    _require_place(team, business_date)
    report = DailyReport(team=team, shift=shift, business_date=business_date, made_by=by, version=0)
    with refusals_explained(_explained(report)):
        report.save(force_insert=True)
    return report


def _require_place(team: OrgNode, business_date: date) -> None:
    if business_date > plant_today():
        raise DateAhead(field="business_date", on=business_date.isoformat())
    if team.kind != OrgKind.TEAM or standing(team, business_date) is None:
        raise NotATeam(field="team", node=team.code, on=business_date.isoformat())


def _apply(report: DailyReport, lines: Sequence[LineInput]) -> None:
    """Make the report's rows equal to ``lines``; unchanged rows are not written, so they leave no trace in the history."""
    rows: dict[tuple[int | None, int | None, int | None], DailyReportLine] = {
        (row.order_id, row.product_id, row.process_id): row for row in report.lines.prefetch_related("stops")
    }
    lines = [_with_produced(line, rows.get(line.key)) for line in lines]
    kept, faults = checked_lines(lines, pace_of_report(report) if any(line.stops for line in lines) else None)
    if faults:
        raise Faults(faults)
    changed = [line for line in kept if line.key not in rows or line.differs_from(rows[line.key])]
    gone = [row for key, row in rows.items() if key not in {line.key for line in kept}]
    _require_orders(report, changed, at=kept, gone=gone)
    with refusals_explained(_explained(report)):
        DailyReportLine.objects.filter(pk__in=[row.pk for row in gone]).delete()
        for line in changed:
            row = rows.get(line.key) or DailyReportLine(report=report)
            was = row.downtime_hours if row.pk else None
            for name, value in line.values().items():
                setattr(row, name, value)
            row.save()
            rows[line.key] = row
            if line.stops is None and was is not None and was != row.downtime_hours:
                # The stops no longer explain the figure.
                row.stops.all().delete()
        for line in kept:
            if line.stops is not None and (line.stops or rows[line.key].pk):
                replace_stops(rows[line.key], line.stops)


def _with_produced(line: LineInput, row: DailyReportLine | None) -> LineInput:
    """A line that says nothing of what was produced keeps what a file or a program brought; what a counter said goes with the counter."""
    if row is None or row.counter_end is not None or (line.counter_start, line.counter_end, line.produced_qty) != (None, None, None):
        return line
    return replace(line, produced_qty=row.produced_qty)


def _require_orders(
    report: DailyReport, lines: Sequence[LineInput], at: Sequence[LineInput] | None = None, gone: Sequence[DailyReportLine] = ()
) -> None:
    """Lock the orders of new and changed lines and of those taken out, so that none closes meanwhile; refuse what is not open, and
    lines that stand elsewhere."""
    pks = sorted({line.order.pk for line in lines if line.order} | {row.order_id for row in gone if row.order_id})
    orders = ProductionOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("workshop").order_by("pk")
    locked = {order.pk: order for order in orders.filter(pk__in=pks)} if pks else {}
    path = standing(report.team_id, report.business_date) if locked else None
    for line in lines:
        if line.order is None:
            continue
        order = locked[line.order.pk]
        field = f"lines.{(at or lines).index(line)}.order"
        try:
            require_open(order)
            if not takes_orders_of(path, order.workshop_id):
                names = named([order.workshop_id, report.team_id], report.business_date)
                raise OrderElsewhere(order=order.number, workshop=names[order.workshop_id].label, team=names[report.team_id].label)
        except RuleBroken as refusal:
            refusal.field = field
            raise
    for row in gone:
        if row.order_id:
            require_open(locked[row.order_id])


def takes_orders_of(path: OrgPath | None, workshop: int) -> bool:
    """Whether a team that stood at ``path`` reports on the orders of that unit."""
    return path is not None and workshop in (path.workshop_id, path.section_id, path.team_id, path.plant_id)


def _require_other_person(report: DailyReport, by: Staff) -> None:
    if by.pk in (report.made_by_id, report.submitted_by_id):
        raise OwnRequest()


def _already(report: DailyReport) -> AlreadyReported:
    name = named([report.team_id], report.business_date)[report.team_id].label
    return AlreadyReported(team=name, on=report.business_date.isoformat(), shift=report.shift.label)


def _explained(report: DailyReport) -> dict[str, Callable[[], RuleBroken]]:
    now: datetime = timezone.now()
    return {
        "one_report_per_team_and_shift": lambda: AlreadyReported(
            team=report.team.code, on=report.business_date.isoformat(), shift=report.shift.label
        ),
        "one_line_per_order_product_process": lambda: AlreadyReported(
            team=report.team.code, on=report.business_date.isoformat(), shift=report.shift.label
        ),
        "line_produced_is_the_sum": lambda: QtyMismatch(produced="", good="", rework="", scrap="", sum=""),
        "line_quantities_not_negative": Negative,
        "line_hours_not_negative": Negative,
        "report_locked": lambda: ReportLocked(who=who_words(report.approved_by), when=clock_words(report.approved_at or now)),
    }


def _body(line: LineInput) -> dict[str, object]:
    order, product, process = line.key
    stops = None if line.stops is None else [stop.key for stop in line.stops]
    return line.values() | {"order": order, "product": product, "process": process, "stops": stops}
