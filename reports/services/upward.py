"""Reports upward: written, sent with frozen figures, answered, replied to, returned with a reason and sent again (GEN-11, RPT-12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import at_plant
from core.errors import Faults, OwnRequest, Required, RuleBroken
from core.refusals import refusals_explained
from core.services import stamp_number
from core.versions import require_unchanged
from people.access import Access, plant_of
from people.models import OrgNode, Staff
from people.services import notify, settle
from plans.selectors.places import named
from plans.services.status import change_status
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
from reports.models import UpwardReport, UpwardWord
from reports.models.upward import ON_TIME, SUBJECT_CHARACTERS, UPWARD_CHARACTERS, WORD_CHARACTERS
from reports.period_figures import count_period, figures_json
from reports.upward_periods import END_OF_DAY, Period, due_by, is_a_day, local_date, period_of, sendable_from
from reports.upward_readers import may_answer, reader_of, readers_for

Kind, Status, Said = UpwardReport.Kind, UpwardReport.Status, UpwardWord.Kind
NUMBERED = "UPR"
DUE, SENT, RETURNED = "upward.due", "upward.sent", "upward.returned"
TOLD_CHARACTERS = 120
WORDS = ("done", "analysis", "plan")


@dataclass(frozen=True)
class UpwardInput:
    """What a report says. Of a matter also its subject, whom it goes to and until when it is promised; ``on`` the day it was said."""

    done: str = ""
    analysis: str = ""
    plan: str = ""
    subject: str = ""
    reader: Staff | None = None
    due_on: date | None = None


def blank_report(*, kind: str, node: OrgNode, on: date, by: Staff, at: datetime | None = None) -> UpwardReport:
    """What a report of the period that holds ``on``, or of a matter of that day, begins as; nothing is written. Raises ``PeriodAhead``."""
    at = at or timezone.now()
    if not is_a_day(on):
        raise PeriodAhead(field="on", on=on.isoformat())
    period = period_of(kind, on)
    if period.starts_on > local_date(at):
        raise PeriodAhead(field="on", on=period.starts_on.isoformat())
    report = UpwardReport(kind=kind, node=node, starts_on=period.starts_on, ends_on=period.ends_on, made_by=by, made_at=at)
    if not report.is_matter:
        report.due_at = due_by(period, plant_of(node))
    return report


@transaction.atomic
def begin_report(*, kind: str, node: OrgNode, on: date, said: UpwardInput, by: Staff, at: datetime | None = None) -> UpwardReport:
    """A draft of the period that holds ``on``, or of a matter of that day.

    Raises ``PeriodReportTaken`` where the unit has one, ``PeriodAhead``, and ``Faults`` with ``Required``, ``WordsTooLong``,
    ``NoSuchReader``.
    """
    report = blank_report(kind=kind, node=node, on=on, by=by, at=at)
    _say(report, said, by)
    with refusals_explained({"one_upward_report_per_period": lambda: PeriodReportTaken(field="on")}):
        report.save()
    return report


@transaction.atomic
def change_report(*, report: UpwardReport, said: UpwardInput, by: Staff, version: int | None = None) -> UpwardReport:
    """Keep what is typed into a draft, or into one that was returned.

    Raises ``StaleVersion`` for a page that is older than the report, ``SentUpward``, and ``Faults``.
    """
    report = _locked(report)
    require_unchanged(report, version)
    if not report.is_open:
        raise SentUpward()
    before = _told(report)
    _say(report, said, by)
    if _told(report) != before:
        report.save()
    return report


def _told(report: UpwardReport) -> tuple[Any, ...]:
    return tuple(getattr(report, name) for name in (*WORDS, "subject", "reader_id", "due_at"))


def _say(report: UpwardReport, said: UpwardInput, by: Staff) -> None:
    faults: list[RuleBroken] = []
    for name in WORDS:
        text = getattr(said, name).strip()
        faults += _too_long(text, UPWARD_CHARACTERS, name)
        setattr(report, name, text)
    if report.is_matter:
        report.subject = said.subject.strip()
        if not report.subject:
            faults.append(Required(field="subject"))
        faults += _too_long(report.subject, SUBJECT_CHARACTERS, "subject")
        if said.reader is None:
            faults.append(Required(field="reader"))
        elif said.reader.pk != report.reader_id and said.reader.pk not in {person.pk for person in readers_for(by, report.node_id)}:
            faults.append(NoSuchReader(field="reader"))
        report.reader = said.reader
        if report.sent_at is None:
            report.due_at = at_plant(said.due_on, END_OF_DAY) if said.due_on and report.kind == Kind.WRITTEN else None
    if faults:
        raise Faults(faults)


def _too_long(text: str, most: int, field: str) -> list[RuleBroken]:
    return [WordsTooLong(field=field, length=len(text), most=most)] if len(text) > most else []


@transaction.atomic
def send_report(*, report: UpwardReport, by: Staff, version: int | None = None, at: datetime | None = None) -> UpwardReport:
    """Send it up: its figures are counted and stay, whoever stands above is told. Sent after the due minute it is late, for good.

    One that was sent already is left as it is. Raises ``StaleVersion``, ``PeriodStillRuns`` before the last working day of the period, and
    ``Faults`` with ``Required`` for what is not written yet.
    """
    at = at or timezone.now()
    report = _locked(report)
    if not report.is_open:
        return report
    require_unchanged(report, version)
    _require_words(report)
    stamps: dict[str, Any] = {"sent_by": by}
    if not report.is_matter:
        stamps |= _period_stamps(report, by, at)
    elif report.reader_id == by.pk:
        raise OwnRequest()
    if report.sent_at is None:
        due_at = stamps.get("due_at", report.due_at)
        stamps |= {"sent_at": at, "is_late": due_at is not None and at >= due_at + ON_TIME}
    change_status(report, Status.SENT, **stamps)
    settle(DUE, due_key(report), at=at)
    settle(RETURNED, _round(report), at=at)
    if report.reader is not None:
        _tell(report, [report.reader], SENT, _round(report), by, at=at)
    if not report.number:
        stamp_number(report, NUMBERED)
    return report


def _period_stamps(report: UpwardReport, by: Staff, at: datetime) -> dict[str, Any]:
    plant = plant_of(report.node_id)
    period = Period(Kind(report.kind), report.starts_on, report.ends_on)
    earliest = sendable_from(period, plant)
    if local_date(at) < earliest:
        raise PeriodStillRuns(on=earliest.isoformat())
    stamps: dict[str, Any] = {"reader": reader_of(report.node_id, by), "figures": figures_json(count_period(report.node, period, at))}
    return stamps if report.sent_at else stamps | {"due_at": due_by(period, plant)}


def _require_words(report: UpwardReport) -> None:
    wanted = ("done",) if report.is_matter else WORDS
    missing: list[RuleBroken] = [Required(field=name) for name in wanted if not getattr(report, name)]
    if missing:
        raise Faults(missing)


@transaction.atomic
def discard_report(*, report: UpwardReport, by: Staff) -> None:
    """A draft goes; what was sent once stays. Raises ``SentUpward``."""
    report = _locked(report)
    if report.sent_at is not None:
        raise SentUpward()
    report.delete()


@transaction.atomic
def comment_report(*, report: UpwardReport, text: str, access: Access, at: datetime | None = None) -> UpwardReport:
    """Write about a report that was sent; whoever sent it, and whoever it went to, are told (RPT-12).

    Raises ``NotSentYet``, ``OwnRequest``, ``NotTheirReport``, and ``Required`` at ``text``.
    """
    report = _to_answer(report, access)
    _write(report, Said.COMMENTED, _checked(text, "text"), access.staff, at)
    if report.status == Status.SENT:
        change_status(report, Status.COMMENTED)
    return report


@transaction.atomic
def acknowledge_report(*, report: UpwardReport, access: Access, text: str = "", at: datetime | None = None) -> UpwardReport:
    """Take note of it: nothing is left to answer. Doing it twice changes nothing. Raises as ``comment_report`` does."""
    report = _to_answer(report, access)
    if report.status == Status.ACKNOWLEDGED:
        return report
    _write(report, Said.ACKNOWLEDGED, _checked(text, "text", is_needed=False), access.staff, at)
    change_status(report, Status.ACKNOWLEDGED)
    settle(SENT, _round(report), at=at)
    return report


@transaction.atomic
def return_report(*, report: UpwardReport, reason: str, access: Access, at: datetime | None = None) -> UpwardReport:
    """Give it back to be corrected, with the reason; what was sent stays in its history. Raises as ``comment_report`` does."""
    report = _to_answer(report, access)
    reason = _checked(reason, "reason")
    settle(SENT, _round(report), at=at)
    _write(report, Said.RETURNED, reason, access.staff, at)
    change_status(report, Status.RETURNED)
    return report


@transaction.atomic
def reply_to_answer(*, report: UpwardReport, text: str, by: Staff, at: datetime | None = None) -> UpwardReport:
    """The sender answers what was said about the report; who said it is told. Raises ``NotSentYet``, ``NotTheirReport``, ``Required``."""
    report = _locked(report)
    if report.sent_at is None:
        raise NotSentYet()
    if report.sent_by_id != by.pk:
        raise NotTheirReport()
    _write(report, Said.REPLIED, _checked(text, "text"), by, at)
    return report


def _locked(report: UpwardReport) -> UpwardReport:
    return UpwardReport.objects.select_for_update(of=("self",)).select_related("node", "reader", "sent_by").get(pk=report.pk)


def _to_answer(report: UpwardReport, access: Access) -> UpwardReport:
    report = _locked(report)
    if report.is_open:
        raise NotSentYet()
    if report.sent_by_id == access.staff.pk:
        raise OwnRequest()
    if not may_answer(report, access):
        raise NotTheirReport()
    return report


def _checked(text: str, field: str, *, is_needed: bool = True) -> str:
    text = text.strip()
    if is_needed and not text:
        raise Required(field=field)
    if len(text) > WORD_CHARACTERS:
        raise WordsTooLong(field=field, length=len(text), most=WORD_CHARACTERS)
    return text


def _write(report: UpwardReport, kind: UpwardWord.Kind, text: str, by: Staff, at: datetime | None) -> None:
    """Keep what was said and tell the others: sender and reader, and of a reply everybody who spoke before."""
    at = at or timezone.now()
    word = UpwardWord.objects.create(report=report, kind=kind, text=text, by=by, at=at)
    people = [report.sent_by, report.reader]
    if kind == Said.REPLIED:
        people += [said.by for said in report.words.exclude(kind=Said.REPLIED).select_related("by")]
    told = {person.pk: person for person in people if person is not None and person.pk != by.pk}
    if kind == Said.RETURNED:
        told = {pk: person for pk, person in told.items() if pk == report.sent_by_id}
    _tell(report, told.values(), f"upward.{kind}", _round(report) if kind == Said.RETURNED else str(word.pk), by, text, at=at)


def _tell(report: UpwardReport, to: Iterable[Staff], kind: str, key: str, by: Staff, words: str = "", *, at: datetime) -> None:
    figures = {"place": named([report.node_id])[report.node_id], "about": report.about, "who": by, "words": words[:TOLD_CHARACTERS]}
    notify(to=to, kind=kind, key=key, figures=figures, url=reverse("upward", args=[report.pk]), at=at)


def _round(report: UpwardReport) -> str:
    """The report as it was sent this time: given back and sent again, it waits anew."""
    return f"{report.pk}:{report.words.filter(kind=Said.RETURNED).count()}"


def due_key(report: UpwardReport) -> str:
    """The reminder of a period is of its unit, that of a matter of the report."""
    return f"{report.pk}" if report.is_matter else f"{report.kind}:{report.node_id}:{report.starts_on.isoformat()}"
