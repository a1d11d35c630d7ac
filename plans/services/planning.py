"""The plan of the day: entered by the planner, confirmed or queried by the supervisor, asked for again when it changes (PLN-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.errors import Faults, Required, RuleBroken, TooLarge
from core.quantities import fit
from core.refusals import refusals_explained
from core.services import request_once
from core.tables.loaders import rewrite
from people.models import OrgKind, OrgNode, OrgPath, Shift, Staff
from people.services import notify, settle_all
from plans.errors.daily_reports import NotATeam, OrderElsewhere, ProductNotOnOrder
from plans.errors.findings import TextTooLong
from plans.errors.orders import NotAboveZero, OrderClosed, ReasonNeeded
from plans.errors.planning import AlreadyPlanned, PlanLineGone, PlanOver
from plans.errors.status import WrongStatus
from plans.models import PlanLine, Process, Product, ProductionOrder
from plans.quantities import MOST_UNITS
from plans.selectors.places import named
from plans.selectors.planning import confirmers_of
from plans.services.status import change_status
from plans.services.versions import require_version

Status = PlanLine.Status
NOTE_LENGTH, QUERY_LENGTH = 200, 300
KEY_FIELDS = ("team", "order", "product", "process")
Key = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class PlanInput:
    """One row as the planner typed it. A blank ``product`` is the order's; ``line`` is the kept line it changes, seen at ``version``.

    ``is_dropped`` takes the line out: deleted while nobody has looked at it, else withdrawn, with the note as the reason.
    """

    team: OrgNode
    order: ProductionOrder | None = None
    product: Product | None = None
    process: Process | None = None
    planned_qty: Decimal | None = None
    note: str = ""
    line: int | None = None
    version: int | None = None
    is_dropped: bool = False

    @property
    def made(self) -> Product | None:
        return self.product or (self.order.product if self.order else None)

    @property
    def key(self) -> Key:
        parts = (self.team, self.order, self.made, self.process)
        return tuple(part.pk if part else None for part in parts)  # type: ignore[return-value]


def save_plan(
    *, business_date: date, shift: Shift, lines: Sequence[PlanInput], by: Staff, request_key: UUID | None = None
) -> list[PlanLine]:
    """Enter and change lines of one shift, all or none; lines that are not named stay as they are. Returns the lines named.

    Raises ``PlanOver`` once the shift has ended, ``StaleVersion``, and ``Faults`` with everything that is wrong at
    ``lines.<n>.<field>``: ``Required``, ``NotAboveZero``, ``TooFine``, ``TooLarge``, ``TextTooLong``, ``NotATeam``, ``ProductNotOnOrder``,
    ``OrderElsewhere``, ``OrderClosed``, ``AlreadyPlanned``, ``PlanLineGone``, ``ReasonNeeded``.
    """
    if shift.times.window(business_date)[1] <= timezone.now():
        raise PlanOver(on=business_date.isoformat(), shift=shift.label)
    body = (business_date, shift.pk, [(*line.key, line.planned_qty, line.note, line.line, line.version, line.is_dropped) for line in lines])
    with request_once(request_key, route="save_plan", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return list(PlanLine.objects.filter(pk__in=first.answer["lines"]).order_by("pk"))
        kept = _write(business_date, shift, lines, by)
        first.answer = {"lines": [line.pk for line in kept]}
        return kept


@transaction.atomic
def confirm_plan(*, lines: Sequence[tuple[int, int | None]], by: Staff) -> list[PlanLine]:
    """Agree to lines as they were seen: pairs of line and version, all or none. What this or another person confirmed already stays so.

    Raises ``StaleVersion`` for a line that changed after it was looked at, ``WrongStatus`` for a withdrawn one.
    """
    kept = _locked(Q(pk__in=[pk for pk, _version in lines]))
    seen = dict(lines)
    confirmed = []
    for line in kept:
        if line.status == Status.CONFIRMED:
            continue
        require_version(line, seen[line.pk])
        if Status.CONFIRMED not in PlanLine.TRANSITIONS[Status(line.status)]:
            raise WrongStatus(what=str(line), status=line.get_status_display())
        line.status, line.confirmed_by, line.confirmed_at = Status.CONFIRMED, by, timezone.now()
        line.version += 1
        confirmed.append(line)
    if confirmed:
        rewrite(confirmed, ["status", "confirmed_by", "confirmed_at", "version"])
        _settle(confirmed)
    return kept


@transaction.atomic
def query_plan(*, line: PlanLine, words: str, by: Staff, version: int | None = None) -> PlanLine:
    """Say what is wrong with a line instead of confirming it. Raises ``Required``, ``TextTooLong``, ``StaleVersion``, ``WrongStatus``."""
    (line,) = _locked(Q(pk=line.pk))
    require_version(line, version)
    words = words.strip()
    if not words:
        raise Required(field="query")
    if len(words) > QUERY_LENGTH:
        raise TextTooLong(field="query", length=len(words), most=QUERY_LENGTH)
    change_status(line, Status.QUERIED, query=words, queried_by=by, queried_at=timezone.now(), confirmed_by=None, confirmed_at=None)
    _settle([line])
    planner = line.changed_by or line.made_by
    if planner is not None:
        figures = {"who": by, "on": line.business_date, "shift": line.shift, "words": words}
        notify(to=[planner], kind="plan.queried", key=f"{line.pk}:{line.version}", figures=figures, url=plan_url(line))
    return line


def plan_url(line: PlanLine) -> str:
    return f"{reverse('plan')}?on={line.business_date.isoformat()}&shift={line.shift_id}"


def _tell_of_changes(changed: Sequence[PlanLine]) -> None:
    """Those who confirm hear once a save that something they agreed to is different now."""
    if not changed:
        return
    first = changed[0]
    people = confirmers_of({line.team_id for line in changed}, first.business_date)
    to = {who.pk: who for line in changed for who in people.get(line.team_id, [])}
    figures = {"on": first.business_date, "shift": first.shift}
    due = first.shift.times.window(first.business_date)[0]
    key = f"{first.pk}:{first.version}"
    notify(to=to.values(), kind="plan.changed", key=key, figures=figures, url=plan_url(first), due_at=due)


def _settle(lines: Sequence[PlanLine]) -> None:
    """What was told of these lines is dealt with, whichever version it spoke of."""
    keys = [f"{line.pk}:{version}" for line in lines for version in range(1, line.version + 1)]
    for kind in ("plan.changed", "plan.queried"):
        settle_all(kind, keys)


def _locked(wanted: Q) -> list[PlanLine]:
    rows = PlanLine.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "team", "shift", "order", "product__unit", "process"
    )
    return list(rows.filter(wanted).order_by("pk"))


def _write(business_date: date, shift: Shift, lines: Sequence[PlanInput], by: Staff) -> list[PlanLine]:
    named_lines = {line.line for line in lines if line.line}
    same = Q(team__in={line.team.pk for line in lines}) | Q(pk__in=named_lines)
    there = _locked(Q(business_date=business_date, shift=shift) & same)
    kept = {line.pk: line for line in there if line.pk in named_lines}
    others: dict[Key, PlanLine] = {_key(line): line for line in there if line.pk not in named_lines}
    faults = _faults(business_date, lines, kept, others)
    if faults:
        raise Faults(faults)
    made: list[PlanLine] = []
    changed: list[PlanLine] = []
    gone: list[PlanLine] = []
    agreed: list[PlanLine] = []
    named_now: list[PlanLine] = []
    for asked in lines:
        line = kept.get(asked.line) if asked.line else others.get(asked.key)
        if line is not None and asked.line:
            require_version(line, asked.version)
        if asked.is_dropped:
            if line is not None:
                gone.append(line)
            continue
        if line is None:
            line = PlanLine(business_date=business_date, shift=shift, made_by=by)
            made.append(line)
        elif not _differs(line, asked):
            named_now.append(line)
            continue
        else:
            line.changed_by, line.changed_at = by, timezone.now()
            line.version += 1
            changed.append(line)
            if line.status == Status.CONFIRMED and (_key(line), line.planned_qty) != (asked.key, asked.planned_qty):
                agreed.append(line)
        _fill(line, asked)
        named_now.append(line)
    with refusals_explained({"one_plan_line_per_report_line": AlreadyPlanned}):
        _drop(gone, lines, by)
        if changed:
            _settle(changed)
            rewrite(changed, [*KEY_FIELDS, "planned_qty", "note", "status", "changed_by", "changed_at", "version"])
        PlanLine.objects.bulk_create(made)
    _tell_of_changes(agreed)
    return named_now


def _fill(line: PlanLine, asked: PlanInput) -> None:
    product = asked.made
    assert product is not None
    assert asked.planned_qty is not None
    line.team, line.order, line.product, line.process = asked.team, asked.order, product, asked.process
    line.planned_qty, line.note = fit(asked.planned_qty, product.unit), asked.note.strip()
    if line.status in (Status.WITHDRAWN, Status.QUERIED):
        # An answer to the supervisor, or a line that is taken up again: the supervisor looks at it once more.
        line.status = Status.TO_RECONFIRM


def _drop(lines: Sequence[PlanLine], asked: Sequence[PlanInput], by: Staff) -> None:
    reasons = {row.line: row.note.strip() for row in asked}
    PlanLine.objects.filter(pk__in=[line.pk for line in lines if line.status == Status.TO_CONFIRM]).delete()
    seen = [line for line in lines if line.status not in (Status.TO_CONFIRM, Status.WITHDRAWN)]
    for line in seen:
        line.status, line.note, line.confirmed_by, line.confirmed_at = Status.WITHDRAWN, reasons[line.pk], None, None
        line.changed_by, line.changed_at = by, timezone.now()
        line.version += 1
    if seen:
        _settle(seen)
        rewrite(seen, ["status", "note", "confirmed_by", "confirmed_at", "changed_by", "changed_at", "version"])


def _differs(line: PlanLine, asked: PlanInput) -> bool:
    answers = line.status == Status.WITHDRAWN or (line.status == Status.QUERIED and line.note != asked.note.strip())
    return answers or (_key(line), line.planned_qty, line.note) != (asked.key, asked.planned_qty, asked.note.strip())


def _key(line: PlanLine) -> Key:
    return (line.team_id, line.order_id, line.product_id, line.process_id)


# --- what is wrong in itself ---


def _faults(business_date: date, lines: Sequence[PlanInput], kept: dict[int, PlanLine], others: dict[Key, PlanLine]) -> list[RuleBroken]:
    paths = _standing({line.team.pk for line in lines}, business_date)
    faults: list[RuleBroken] = []
    seen: set[Key] = set()
    elsewhere: list[tuple[str, PlanInput]] = []
    for number, asked in enumerate(lines):
        at, line = f"lines.{number}.", kept.get(asked.line or 0)
        if asked.line and line is None:
            faults.append(PlanLineGone(field=f"{at}team"))
            continue
        if len(asked.note.strip()) > NOTE_LENGTH:
            faults.append(TextTooLong(field=f"{at}note", length=len(asked.note.strip()), most=NOTE_LENGTH))
        if asked.is_dropped:
            if line and line.status not in (Status.TO_CONFIRM, Status.WITHDRAWN) and not asked.note.strip():
                faults.append(ReasonNeeded(field=f"{at}note"))
            continue
        found = _own_faults(asked, at, business_date, paths)
        if not found and (line is None or line.order_id != (asked.order.pk if asked.order else None)):
            if asked.order and asked.order.is_over:
                found = [OrderClosed(field=f"{at}order", order=asked.order.number, status=asked.order.get_status_display())]
            elif asked.order and not _works_on(paths[asked.team.pk], asked.order):
                elsewhere.append((at, asked))
        if not found and asked.key in seen:
            found = [AlreadyPlanned(field=f"{at}team")]
        stands = others.get(asked.key)
        if not found and stands and (asked.line or stands.status != Status.WITHDRAWN):
            found = [AlreadyPlanned(field=f"{at}team")]
        seen.add(asked.key)
        faults.extend(found)
    return faults + _elsewhere(elsewhere, business_date)


def _own_faults(asked: PlanInput, at: str, on: date, paths: dict[int, OrgPath]) -> list[RuleBroken]:
    faults: list[RuleBroken] = []
    if asked.team.kind != OrgKind.TEAM or asked.team.pk not in paths:
        faults.append(NotATeam(field=f"{at}team", node=asked.team.code, on=on.isoformat()))
    product, order, quantity = asked.made, asked.order, asked.planned_qty
    if product is None:
        return [*faults, Required(field=f"{at}product")]
    if order and order.product_id != product.pk:
        faults.append(ProductNotOnOrder(field=f"{at}product", order=order.number, expected=order.product.code, product=product.code))
    if quantity is None:
        faults.append(Required(field=f"{at}planned_qty"))
    elif quantity <= 0:
        faults.append(NotAboveZero(field=f"{at}planned_qty"))
    elif quantity >= MOST_UNITS:
        faults.append(TooLarge(field=f"{at}planned_qty", value=f"{quantity:f}"))
    else:
        try:
            fit(quantity, product.unit, field=f"{at}planned_qty")
        except RuleBroken as fault:
            faults.append(fault)
    return faults


def _standing(teams: set[int], on: date) -> dict[int, OrgPath]:
    return {path.node_id: path for path in OrgPath.objects.filter(node__in=teams, valid_from__lte=on, valid_to__gt=on)}


def _works_on(path: OrgPath, order: ProductionOrder) -> bool:
    return order.workshop_id in (path.workshop_id, path.section_id, path.team_id, path.plant_id)


def _elsewhere(rows: Sequence[tuple[str, PlanInput]], on: date) -> list[RuleBroken]:
    if not rows:
        return []
    names = named({pk for _at, row in rows if row.order for pk in (row.order.workshop_id, row.team.pk)}, on)
    return [
        OrderElsewhere(
            field=f"{at}order", order=row.order.number, workshop=names[row.order.workshop_id].label, team=names[row.team.pk].label
        )
        for at, row in rows
        if row.order
    ]
