"""Stocktakes: the book frozen, counted blind, differences posted after somebody else approved them (MAT-16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faults, Negative, OwnRequest, RuleBroken, Unknown
from core.plant_settings import plant_setting
from core.quantities import fit, plain
from core.refusals import constraint_of
from core.services import next_number
from materials.errors.buying import DecidedBefore
from materials.errors.counting import (
    CannotPost,
    CountedMeanwhile,
    CountedThatDay,
    CountOpen,
    LinesNotCounted,
    MoreThanHeld,
    NoLineChosen,
    NothingToCount,
    NotToRecount,
    NotYetDue,
    PlanEnded,
    TooMuch,
)
from materials.errors.slips import ReasonNeeded
from materials.models import Count, CountLine, CountPlan, Place, PlaceKind, Purpose, QuotaLine, QuotaSubstitute, Slip, StockMove
from materials.rates import count_accuracy
from materials.services.slips import MOST, post
from materials.services.telling import tell_approvers
from people.models import Staff
from people.services import settle
from plans.services.status import change_status

Status = Count.Status
ZERO = Decimal(0)
FREEZE = """
    WITH RECURSIVE below AS (
        SELECT id FROM materials_place WHERE id = %(place)s
        UNION ALL SELECT p.id FROM materials_place p JOIN below b ON p.parent_id = b.id
    )
    INSERT INTO materials_countline (count_id, place_id, lot_id, book, is_recount_asked, note)
    SELECT %(count)s, b.place_id, b.lot_id, b.on_hand, false, ''
    FROM materials_balance b
    JOIN materials_place p ON p.id = b.place_id
    JOIN materials_lot l ON l.id = b.lot_id JOIN materials_item i ON i.id = l.item_id
    LEFT JOIN plans_productionorder o ON o.id = p.order_id
    WHERE b.on_hand > 0 AND (%(class)s = '' OR i.item_class = %(class)s) AND (%(all)s OR i.id = ANY(%(items)s))
      AND ((%(place)s IS NOT NULL AND b.place_id IN (SELECT id FROM below)) OR (%(workshop)s IS NOT NULL AND o.workshop_id = %(workshop)s)
           OR (%(place)s IS NULL AND %(workshop)s IS NULL AND p.kind = 'bin'))
"""
# Held until COMMIT and in the ledger's own order, so a slip posts before the figure or after it, never in between.
STANDING = """
    SELECT l.id, b.on_hand FROM materials_countline l JOIN materials_balance b ON b.place_id = l.place_id AND b.lot_id = l.lot_id
    WHERE l.count_id = %s AND l.id = ANY(%s) ORDER BY b.place_id, b.lot_id FOR SHARE OF b
"""
OVERLAP = """
    SELECT o.number FROM materials_countline n
    JOIN materials_countline l ON l.place_id = n.place_id AND l.lot_id = n.lot_id AND l.count_id <> n.count_id
    JOIN materials_count o ON o.id = l.count_id AND o.status IN ('counting', 'submitted')
    WHERE n.count_id = %s LIMIT 1
"""


@dataclass(frozen=True)
class Counted:
    """What was counted on a line; ``None`` leaves it *not counted*. ``stood`` is the figure the writer saw there before, where another
    counter may write at the same time; without ``is_told`` nothing is compared."""

    quantity: Decimal | None
    note: str = ""
    stood: Decimal | None = None
    is_told: bool = False


@transaction.atomic
def start_count(*, plan: CountPlan, by: Staff | None, on: date | None = None, is_early: bool = False) -> Count:
    """Freeze the book of a plan's object and make the lines to be counted; the plan moves on to its next date.

    ``is_early`` counts today beside the plan, which keeps its date. Raises ``PlanEnded``, ``NotYetDue`` before the plan's date,
    ``CountedThatDay``, ``NothingToCount``, and ``CountOpen`` while another stocktake holds one of the lots: two would post one
    difference twice.
    """
    on = on or plant_today()
    plan = CountPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if plan.is_ended:
        raise PlanEnded(plan=plan.name)
    is_due = plan.next_on <= on
    if not is_due and not is_early:
        raise NotYetDue(plan=plan.name, on=plan.next_on.isoformat())
    planned_on = plan.next_on if is_due else on
    if plan.counts.filter(planned_on=planned_on).exists():
        raise CountedThatDay(plan=plan.name, on=planned_on.isoformat())
    count = Count.objects.create(plan=plan, planned_on=planned_on, frozen_at=timezone.now(), number=next_number("CNT"))
    items = list(plan.items.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            FREEZE,
            {
                "count": count.pk,
                "place": plan.place_id,
                "workshop": plan.workshop_id,
                "class": plan.item_class,
                "all": not items,
                "items": items,
            },
        )
        if not cursor.rowcount:
            raise NothingToCount(plan=plan.name)
        cursor.execute(OVERLAP, [count.pk])
        if found := cursor.fetchone():
            raise CountOpen(count=found[0])
    if is_due:
        while plan.next_on <= on:
            plan.next_on = plan.after(plan.next_on)
        plan.version += 1
        plan.save()
    return count


def start_due_counts(*, on: date | None = None) -> int:
    """Start the counts of every plan whose date has come. Safe to run twice. How many began.

    A plan with nothing to count moves on; one whose lots are still being counted waits for that.
    """
    on = on or plant_today()
    begun = 0
    for plan in CountPlan.objects.filter(is_ended=False, next_on__lte=on):
        try:
            start_count(plan=plan, by=None, on=on)
            begun += 1
        except NothingToCount:
            CountPlan.objects.filter(pk=plan.pk).update(next_on=plan.after(plan.next_on))
        except (NotYetDue, CountOpen, CountedThatDay, PlanEnded):
            continue
    return begun


@transaction.atomic
def enter_counts(*, count: Count, lines: Mapping[int, Counted], by: Staff) -> Count:
    """Keep figures by line id, each with what the book says at this moment; on a line to be counted again they are the second count.

    Other lines stay as they are, so two people count two shelves at once. Raises ``DecidedBefore`` and ``Faults`` at
    ``lines.<id>.counted`` (``Negative``, ``TooFine``, ``MoreThanHeld``, ``NotToRecount``, ``CountedMeanwhile``,
    ``Unknown`` for a line of another count).
    """
    count = _locked(count)
    _require(count, Status.COUNTING)
    faults: list[RuleBroken] = []
    is_second = count.lines.filter(is_recount_asked=True).exists()
    rows = list(count.lines.select_related("lot__item__unit", "place__order", "counted_by", "recounted_by").filter(pk__in=lines))
    unknown = sorted(set(lines) - {row.pk for row in rows})
    faults += [Unknown(field=f"lines.{pk}.counted", value=str(pk)) for pk in unknown]
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [count.pk, list(lines)])
        standing: dict[int, Decimal] = dict(cursor.fetchall())
    for row in rows:
        given = lines[row.pk]
        try:
            _write(row, given, by, book=standing.get(row.pk, ZERO), is_second=is_second)
        except RuleBroken as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    CountLine.objects.bulk_update(rows, ["counted", "counted_book", "recounted", "recounted_book", "note", "counted_by", "recounted_by"])
    return count


def _write(row: CountLine, given: Counted, by: Staff, *, book: Decimal, is_second: bool) -> None:
    field = f"lines.{row.pk}.counted"
    if is_second and not row.is_recount_asked:
        raise NotToRecount(field=field)
    stands, writer = (row.recounted, row.recounted_by) if row.is_recount_asked else (row.counted, row.counted_by)
    # A figure that stays is not counted anew: it stays beside the book of its own moment.
    is_same = given.quantity == stands
    quantity = None if given.quantity is None else given.quantity if is_same else _checked(row, given.quantity, book, field)
    if given.is_told and stands not in (given.stood, quantity) and writer is not None and writer.pk != by.pk:
        raise CountedMeanwhile(field=field, who=writer.name, quantity="–" if stands is None else plain(stands))
    row.note = given.note.strip()
    against = None if quantity is None else book
    if row.is_recount_asked:
        row.recounted, row.recounted_by, row.recounted_book = quantity, by, row.recounted_book if is_same else against
    else:
        row.counted, row.counted_by, row.counted_book = quantity, by, row.counted_book if is_same else against


def _checked(row: CountLine, quantity: Decimal, book: Decimal, field: str) -> Decimal:
    if quantity < 0:
        raise Negative(field=field)
    if quantity >= MOST:
        raise TooMuch(field=field)
    quantity = fit(quantity, row.lot.item.unit, field=field)
    if row.place.kind == PlaceKind.ORDER and quantity > book:
        raise MoreThanHeld(field=field, order=str(row.place.order))
    return quantity


@transaction.atomic
def submit_count(*, count: Count, by: Staff) -> Count:
    """Hand the figures in. Raises ``LinesNotCounted``: blank is not 0."""
    count = _locked(count)
    _require(count, Status.COUNTING)
    blank = (
        count.lines.filter(counted=None).count() + count.lines.filter(is_recount_asked=True, recounted=None).exclude(counted=None).count()
    )
    if blank:
        raise LinesNotCounted(count=blank)
    change_status(count, Status.SUBMITTED, submitted_by=by, submitted_at=timezone.now())
    tell_approvers("count.waits", [(count.number, {})], right="adjustment.approve", by=by, but=counters(count), occasion=_occasion(count))
    return count


def _occasion(count: Count) -> str:
    """Of a stocktake that waits for approval: it may be sent back and come to wait again."""
    return f":{count.version}"


def _settle(count: Count) -> None:
    """It waits for nobody any more; called before its version moves on."""
    settle("count.waits", count.number + _occasion(count))


@transaction.atomic
def ask_recount(*, count: Count, line_ids: list[int], by: Staff) -> Count:
    """Send lines back to be counted again. Raises ``OwnRequest`` for who counted or handed it in, ``DecidedBefore``, ``Required``."""
    count = _locked(count)
    _require(count, Status.SUBMITTED)
    if by.pk in counters(count):
        raise OwnRequest()
    if not count.lines.filter(pk__in=line_ids).update(is_recount_asked=True, recounted=None, recounted_book=None, recounted_by=None):
        raise NoLineChosen(field="lines")
    _settle(count)
    change_status(count, Status.COUNTING, submitted_by=None, submitted_at=None)
    return count


@transaction.atomic
def approve_count(*, count: Count, note: str = "", by: Staff) -> Count:
    """Post every difference as one adjustment: the book moves by what was found, whatever else moved since it was counted.

    Raises ``OwnRequest``, ``DecidedBefore``, ``CannotPost``.
    """
    count = _locked(count)
    _require(count, Status.SUBMITTED)
    if by.pk in counters(count):
        raise OwnRequest()
    moves = _differences(count)
    posted = None
    if moves:
        slip = Slip(
            kind=Slip.Kind.ADJUSTMENT,
            posted_by=count.submitted_by,
            approved_by=by,
            approved_at=timezone.now(),
            business_date=plant_today(),
            reason=count.number,
        )
        try:
            with transaction.atomic():
                posted = post(slip, moves)
        except IntegrityError as refusal:
            if constraint_of(refusal) != "balance_not_negative":
                raise
            raise _moved_on(moves) from refusal
    _settle(count)
    change_status(count, Status.APPROVED, approved_by=by, approved_at=timezone.now(), note=note.strip(), slip=posted)
    return count


def counters(count: Count) -> set[int]:
    """Ids of everybody who wrote a figure or handed the stocktake in: they do not decide about it."""
    pairs = count.lines.values_list("counted_by", "recounted_by").distinct()
    return {pk for pair in pairs for pk in pair if pk} | ({count.submitted_by_id} if count.submitted_by_id else set())


def _differences(count: Count) -> list[StockMove]:
    outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.ADJUSTMENT)
    by_item = _quota_lines(count)
    moves = []
    for number, line in enumerate(count.lines.select_related("lot", "place").order_by("pk")):
        delta = line.difference
        assert delta is not None
        if delta:
            moves.append(
                StockMove(
                    line=number,
                    lot=line.lot,
                    source=outside if delta > 0 else line.place,
                    target=line.place if delta > 0 else outside,
                    quantity=abs(delta),
                    quota_line_id=by_item.get((line.place_id, line.lot.item_id)),
                )
            )
    return moves


def _quota_lines(count: Count) -> dict[tuple[int, int], int]:
    """The quota line by an order's place and item, as itself or as a substitute; for all its orders."""
    lines = QuotaLine.objects.filter(order__place__count_lines__count=count)
    substitutes = QuotaSubstitute.objects.filter(quota_line__in=lines).order_by("quota_line")
    stand_ins = substitutes.values_list("quota_line__order__place", "item", "quota_line")
    own = lines.values_list("order__place", "item", "pk")
    return {(place, item): pk for place, item, pk in (*stand_ins, *own)}


def _moved_on(moves: list[StockMove]) -> CannotPost:
    for move in moves:
        if move.source.kind != PlaceKind.OUTSIDE:
            stands = move.lot.balances.filter(place=move.source).first()
            if stands is None or stands.on_hand < move.quantity:
                return CannotPost(item=move.lot.item.code, place=move.source.code)
    return CannotPost(item="", place="")


@transaction.atomic
def cancel_count(*, count: Count, reason: str, by: Staff) -> Count:
    """Drop a stocktake; it stays visible with its reason."""
    count = _locked(count)
    if count.status not in (Status.COUNTING, Status.SUBMITTED):
        raise DecidedBefore(what=count.number, status=count.get_status_display())
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    _settle(count)
    change_status(count, Status.CANCELLED, note=reason.strip())
    return count


def accuracy(count: Count) -> Decimal | None:
    """Lines within the plant's tolerance ÷ lines × 100; ``None`` while a line is not counted (REQUIREMENTS part C, stocktake)."""
    tolerance = Decimal(plant_setting("count_tolerance_pct"))
    good, lines = 0, list(count.lines.all())
    for line in lines:
        if line.difference is None or line.expected is None:
            return None
        good += abs(line.difference) * 100 <= tolerance * line.expected
    return count_accuracy(good, len(lines))


def _locked(count: Count) -> Count:
    return Count.objects.select_for_update(no_key=True, of=("self",)).select_related("plan").get(pk=count.pk)


def _require(count: Count, status: str) -> None:
    if count.status != status:
        raise DecidedBefore(what=count.number, status=count.get_status_display())
