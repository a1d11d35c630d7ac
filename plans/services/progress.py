"""Output counted slot by slot on the floor, and the links by which wall screens show it (PLN-07)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import Faults, Negative, Required, RuleBroken, TooFine, TooLarge, Unknown
from core.plant_settings import plant_setting
from core.quantities import fit, plain
from core.refusals import refusals_explained
from core.services import request_once
from core.tables.loaders import rewrite
from people.models import OrgNode, Shift, Staff
from people.roster import on_duty
from plans.errors.daily_reports import ReportLocked
from plans.errors.findings import TextTooLong
from plans.errors.planning import CountedAlready, NoSuchSlot, SlotAhead
from plans.errors.status import WrongStatus
from plans.models import BehindReason, DailyReport, DisplayLink, PlanLine, SlotOutput
from plans.quantities import MOST_UNITS
from plans.selectors.progress import pace_of
from plans.services.versions import require_version
from plans.words import clock_words, who_words

NOTE_CHARACTERS = 200
NAME_CHARACTERS = 100
TOKEN_BYTES = 24
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class CountInput:
    """What was counted of one plan line in the slot; ``version`` is that of the count which it corrects."""

    plan_line: int
    good_qty: Decimal | None = None
    reason: str = ""
    note: str = ""
    version: int | None = None


def post_counts(
    *,
    team: OrgNode,
    shift: Shift,
    business_date: date,
    slot_starts: datetime,
    counts: Sequence[CountInput],
    by: Staff,
    request_key: UUID | None = None,
) -> list[SlotOutput]:
    """Keep what a team counted in one time slot, all lines or none; lines without a quantity stay as they were.

    A count is taken whether it is behind or not: the board then asks for the reason. The same figure sent again in a slot that was not
    counted to its end says that there is no more of it until now. Raises ``NoSuchSlot``, ``SlotAhead``,
    ``ReportLocked`` once the daily report is approved, ``StaleVersion``, and ``Faults`` at ``counts.<n>.<field>``.
    """
    body = (
        team.pk,
        shift.pk,
        business_date,
        slot_starts,
        [(row.plan_line, row.good_qty, row.reason, row.note, row.version) for row in counts],
    )
    with request_once(request_key, route="post_counts", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return list(SlotOutput.objects.filter(pk__in=first.answer["outputs"]).order_by("pk"))
        now = timezone.now()
        pace = pace_of(on_duty([team.pk], business_date, business_date), team.pk, shift, business_date)
        slot = next((one for one in pace.slots(plant_setting("progress_slot_hours")) if one.starts == slot_starts), None)
        if slot is None:
            raise NoSuchSlot(at=f"{slot_starts:%H:%M}")
        if slot.starts >= now:
            raise SlotAhead(at=clock_words(slot.starts))
        _require_open(team, shift, business_date)
        lines = _lines(team, shift, business_date, counts)
        faults = [fault for number, row in enumerate(counts) for fault in _faults(row, lines.get(row.plan_line), f"counts.{number}.")]
        if faults:
            raise Faults(faults)
        kept = {row.plan_line_id: row for row in SlotOutput.objects.select_for_update().filter(plan_line__in=lines, starts_at=slot.starts)}
        made, changed = [], []
        for row in counts:
            output = kept.get(row.plan_line)
            if row.good_qty is None and output is None:
                continue
            if output is None:
                output = SlotOutput(plan_line=lines[row.plan_line], starts_at=slot.starts, ends_at=slot.ends, version=0)
                made.append(output)
            else:
                require_version(output, row.version)
                if not _differs(output, row) and not _counts_on(output, row, now):
                    continue
                changed.append(output)
            if row.good_qty is not None and (row.good_qty != output.good_qty or _counts_on(output, row, now)):
                output.good_qty = fit(row.good_qty, lines[row.plan_line].product.unit)
                output.counted_until = min(output.ends_at, now)
            output.reason, output.note = row.reason, row.note.strip()
            output.posted_by, output.posted_at = by, now
            output.version += 1
        with refusals_explained({"slots_of_a_line_do_not_overlap": CountedAlready}):
            found = SlotOutput.objects.bulk_create(made)
        if changed:
            rewrite(changed, ["good_qty", "counted_until", "reason", "note", "posted_by", "posted_at", "version"])
        answer = [*found, *changed]
        first.answer = {"outputs": [row.pk for row in answer]}
        return answer


def _lines(team: OrgNode, shift: Shift, business_date: date, counts: Sequence[CountInput]) -> dict[int, PlanLine]:
    """The plan lines counted, locked: two people who count the same slot come one after the other."""
    rows = PlanLine.objects.select_for_update(no_key=True, of=("self",)).select_related("product__unit")
    wanted = Q(pk__in=[row.plan_line for row in counts], team=team, shift=shift, business_date=business_date)
    return {line.pk: line for line in rows.filter(wanted).order_by("pk")}


def _require_open(team: OrgNode, shift: Shift, business_date: date) -> None:
    rows = DailyReport.objects.filter(team=team, shift=shift, business_date=business_date, status=DailyReport.Status.APPROVED)
    report = rows.select_related("approved_by").first()
    if report is not None and report.approved_at is not None:
        raise ReportLocked(who=who_words(report.approved_by), when=clock_words(report.approved_at))


def _faults(row: CountInput, line: PlanLine | None, at: str) -> list[RuleBroken]:
    if line is None:
        return [Unknown(field=f"{at}good_qty", value=row.plan_line)]
    if line.status == PlanLine.Status.WITHDRAWN:
        return [WrongStatus(field=f"{at}good_qty", what=str(line), status=line.get_status_display())]
    faults: list[RuleBroken] = []
    if row.good_qty is not None:
        if row.good_qty < 0:
            faults.append(Negative(field=f"{at}good_qty"))
        elif row.good_qty >= MOST_UNITS:
            faults.append(TooLarge(field=f"{at}good_qty", value=plain(row.good_qty)))
        else:
            try:
                fit(row.good_qty, line.product.unit, field=f"{at}good_qty")
            except TooFine as fault:
                faults.append(fault)
    if row.reason and row.reason not in BehindReason.values:
        faults.append(Unknown(field=f"{at}reason", value=row.reason))
    if len(row.note.strip()) > NOTE_CHARACTERS:
        faults.append(TextTooLong(field=f"{at}note", length=len(row.note.strip()), most=NOTE_CHARACTERS))
    return faults


def _differs(output: SlotOutput, row: CountInput) -> bool:
    quantity = output.good_qty if row.good_qty is None else row.good_qty
    return (output.good_qty, output.reason, output.note) != (quantity, row.reason, row.note.strip())


def _counts_on(output: SlotOutput, row: CountInput, now: datetime) -> bool:
    """Whether a figure is said again of a slot that still ran when it was counted."""
    return row.good_qty is not None and output.counted_until < min(output.ends_at, now)


# --- display links ---


def _hash(token: str) -> str:
    # A token is 192 bits of chance: it cannot be guessed, so it needs no slow hash.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make_display_link(*, node: OrgNode, name: str, language: str, by: Staff) -> tuple[DisplayLink, str]:
    """A link for the wall screens of one unit, and its token, which is nowhere kept. Raises ``Required``, ``TextTooLong``, ``Unknown``."""
    name = name.strip()
    if not name:
        raise Required(field="name")
    if len(name) > NAME_CHARACTERS:
        raise TextTooLong(field="name", length=len(name), most=NAME_CHARACTERS)
    if language not in DisplayLink.Language.values:
        raise Unknown(field="language", value=language)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = DisplayLink.objects.create(node=node, name=name, language=language, token_hash=_hash(token), made_by=by)
    return link, token


@transaction.atomic
def revoke_display_link(*, link: DisplayLink, by: Staff) -> DisplayLink:
    """End a link at once; twice changes nothing."""
    link = DisplayLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_by, link.revoked_at = by, timezone.now()
        link.save(update_fields=["revoked_by", "revoked_at"])
    return link


def link_of_token(token: str) -> DisplayLink | None:
    """The link in force that an address names; its use is noted at most once a minute."""
    link = DisplayLink.objects.select_related("node").filter(token_hash=_hash(token), revoked_at=None).first()
    if link is None:
        return None
    now = timezone.now()
    if link.last_used_at is None or link.last_used_at <= now - USE_NOTED_EVERY:
        DisplayLink.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY), pk=link.pk).update(last_used_at=now)
    return link
