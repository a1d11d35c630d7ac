"""The life of a bill of materials: drafted, copied, edited on one screen, approved by another, withdrawn (MAT-01)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faults, OwnRequest, RuleBroken
from core.quantities import QUANTITY_DECIMALS, plain
from core.refusals import refusals_explained
from materials.errors.boms import (
    BomHasNoLines,
    BomNotADraft,
    BomNotApproved,
    BomTakesItself,
    LossOutOfRange,
    SameBomLine,
    SubstituteOfItself,
    SubstituteTwice,
    TooManyDecimals,
)
from materials.errors.masters import CodeTaken
from materials.errors.slips import NotAboveZero, ReasonNeeded
from materials.models import Bom, BomLine, BomSubstitute, Item
from materials.selectors.explosion import explode
from materials.services.prices import decimals_of
from materials.services.slips import MOST
from materials.services.telling import tell_approvers
from people.models import Staff
from people.services import settle
from plans.models import Process, Product
from plans.services.status import change_status
from plans.services.versions import require_version

Status = Bom.Status
ZERO, ONE = Decimal(0), Decimal(1)
WAITS = "bom.waits"
MOST_LOSS_PERCENT = Decimal(1000)
LOSS_DECIMALS = 4
VERSION_CHARACTERS = 20
COUNTED_UP = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True)
class BomLineInput:
    """One line as an engineer writes it: quantity of the item, in its unit, for one unit of the product; a loss in percent, and a
    loss per set-up in the item's unit. ``substitutes`` are items with what one unit of each counts of the line's item.
    """

    item: Item
    qty_per_unit: Decimal
    part: str = ""
    process: Process | None = None
    loss_percent: Decimal = ZERO
    setup_loss_qty: Decimal = ZERO
    substitutes: Sequence[tuple[Item, Decimal]] = field(default_factory=tuple)

    @property
    def key(self) -> tuple[str, int | None, int]:
        return (self.part.strip(), self.process.pk if self.process else None, self.item.pk)


@transaction.atomic
def draft_bom(
    *, product: Product, version_code: str = "", valid_from: date, remark: str = "", copy_of: Bom | None = None, by: Staff
) -> Bom:
    """Begin a version, with the lines of ``copy_of`` or none. A blank ``version_code`` is counted up from the product's newest.

    Raises ``CodeTaken`` for a version the product has.
    """
    code = version_code.strip() or next_version_code(product, copy_of)
    draft = Bom(product=product, version_code=code, valid_from=valid_from, remark=remark.strip(), made_by=by)
    with refusals_explained({"one_bom_per_product_and_version": lambda: CodeTaken(field="version_code", value=code)}):
        draft.save(force_insert=True)
    if copy_of is not None:
        copy_lines(copy_of, draft)
    return draft


def copy_lines(base: Bom, draft: Bom, change: Callable[[BomLine], None] | None = None) -> None:
    """Give a draft the lines of another version, substitutes included; ``change`` may alter each copy."""
    copies = []
    for stands in base.lines.prefetch_related("substitutes").order_by("pk"):
        copy = BomLine(bom=draft, part=stands.part, process_id=stands.process_id, item_id=stands.item_id)
        copy.qty_per_unit, copy.loss_percent, copy.setup_loss_qty = stands.qty_per_unit, stands.loss_percent, stands.setup_loss_qty
        if change is not None:
            change(copy)
        copies.append((copy, list(stands.substitutes.all())))
    BomLine.objects.bulk_create(copy for copy, _substitutes in copies)
    BomSubstitute.objects.bulk_create(
        BomSubstitute(line=copy, item_id=substitute.item_id, factor=substitute.factor)
        for copy, substitutes in copies
        for substitute in substitutes
    )


def next_version_code(product: Product, base: Bom | None = None) -> str:
    """``1`` → ``2``, ``B07`` → ``B08``, ``new`` → ``new-2``; the first that the product does not have."""
    taken = set(Bom.objects.filter(product=product).values_list("version_code", flat=True))
    base = base or Bom.objects.filter(product=product).order_by("-pk").first()
    if base is None:
        return "1"
    match = COUNTED_UP.fullmatch(base.version_code)
    head, digits = (match[1], match[2]) if match else (f"{base.version_code}-", "1")
    number = int(digits)
    while True:
        number += 1
        code = f"{head}{number:0{len(digits)}d}"[-VERSION_CHARACTERS:]
        if code not in taken:
            return code


@transaction.atomic
def save_bom_draft(
    *, bom: Bom, lines: Sequence[BomLineInput], valid_from: date, remark: str = "", version: int | None = None, by: Staff
) -> Bom:
    """Write all lines of a draft as they stand on the screen; what is not among them goes.

    Raises ``BomNotADraft``, ``StaleVersion``, and ``Faults`` with everything wrong at ``lines.<n>.<field>``.
    """
    draft = _locked_draft(bom, version)
    _require_sound(draft.product, lines)
    kept = {(line.part, line.process_id, line.item_id): line for line in draft.lines.all()}
    wanted = {line.key: line for line in lines}
    BomLine.objects.filter(pk__in=[row.pk for key, row in kept.items() if key not in wanted]).delete()
    fresh, changed, rows = [], [], {}
    for key, line in wanted.items():
        row = kept.get(key) or BomLine(bom=draft, part=key[0], process_id=key[1], item_id=key[2])
        figures = (line.qty_per_unit, line.loss_percent, line.setup_loss_qty)
        if (row.qty_per_unit, row.loss_percent, row.setup_loss_qty) != figures:
            row.qty_per_unit, row.loss_percent, row.setup_loss_qty = figures
            if row.pk:
                changed.append(row)
        if not row.pk:
            fresh.append(row)
        rows[key] = row
    BomLine.objects.bulk_create(fresh)
    BomLine.objects.bulk_update(changed, ["qty_per_unit", "loss_percent", "setup_loss_qty"])
    _write_substitutes({rows[key].pk: line for key, line in wanted.items()})
    draft.valid_from, draft.remark = valid_from, remark.strip()
    draft.version += 1
    draft.save(update_fields=["valid_from", "remark", "version"])
    if lines:
        tell_that_it_waits(draft, draft.made_by or by)
    return draft


def tell_that_it_waits(draft: Bom, by: Staff) -> None:
    """Whoever may approve a version that has its lines is told of it once, however often it is saved."""
    tell_approvers(WAITS, [(str(draft.pk), {"bom": str(draft)})], right="bom.approve", by=by)


def _write_substitutes(wanted: dict[int, BomLineInput]) -> None:
    kept = {(row.line_id, row.item_id): row for row in BomSubstitute.objects.filter(line__in=wanted)}
    asked = {(pk, item.pk): factor for pk, line in wanted.items() for item, factor in line.substitutes}
    BomSubstitute.objects.filter(pk__in=[row.pk for key, row in kept.items() if key not in asked]).delete()
    changed = [row for key, row in kept.items() if key in asked and row.factor != asked[key]]
    for row in changed:
        row.factor = asked[row.line_id, row.item_id]
    BomSubstitute.objects.bulk_update(changed, ["factor"])
    BomSubstitute.objects.bulk_create(
        BomSubstitute(line_id=pk, item_id=item, factor=factor) for (pk, item), factor in asked.items() if (pk, item) not in kept
    )


def _require_sound(product: Product, lines: Sequence[BomLineInput]) -> None:
    faults: list[RuleBroken] = []
    seen: set[tuple[str, int | None, int]] = set()
    for number, line in enumerate(lines):
        at = f"lines.{number}."
        if line.key in seen:
            faults.append(SameBomLine(field=f"{at}item", item=line.item.code))
        seen.add(line.key)
        if line.item.product_id == product.pk:
            faults.append(BomTakesItself(field=f"{at}item", item=line.item.code, product=product.code))
        if not ZERO < line.qty_per_unit < MOST:
            faults.append(NotAboveZero(field=f"{at}qty_per_unit"))
        if not ZERO <= line.loss_percent < MOST_LOSS_PERCENT:
            faults.append(LossOutOfRange(field=f"{at}loss_percent", most=plain(MOST_LOSS_PERCENT)))
        if not ZERO <= line.setup_loss_qty < MOST:
            faults.append(LossOutOfRange(field=f"{at}setup_loss_qty", most=plain(MOST)))
        for name, places in (("qty_per_unit", QUANTITY_DECIMALS), ("loss_percent", LOSS_DECIMALS), ("setup_loss_qty", QUANTITY_DECIMALS)):
            if not _is_as_fine(getattr(line, name), places):
                faults.append(TooManyDecimals(field=f"{at}{name}", value=plain(getattr(line, name)), decimals=places))
        faults += _faults_of_substitutes(line, f"{at}substitutes")
    if faults:
        raise Faults(faults)


def _faults_of_substitutes(line: BomLineInput, at: str) -> list[RuleBroken]:
    faults: list[RuleBroken] = []
    seen: set[int] = set()
    for item, factor in line.substitutes:
        if item.pk == line.item.pk:
            faults.append(SubstituteOfItself(field=at, item=item.code))
        if item.pk in seen:
            faults.append(SubstituteTwice(field=at, item=item.code))
        seen.add(item.pk)
        if not ZERO < factor < Decimal(10) ** 6:
            faults.append(NotAboveZero(field=at))
        elif not _is_as_fine(factor, QUANTITY_DECIMALS):
            faults.append(TooManyDecimals(field=at, value=plain(factor), decimals=QUANTITY_DECIMALS))
    return faults


def _is_as_fine(value: Decimal, places: int) -> bool:
    return decimals_of(value) <= places


@transaction.atomic
def approve_bom(*, bom: Bom, version: int | None = None, by: Staff) -> Bom:
    """Approve a draft: from now on it is never edited, and orders released from its first day on take it; its substitutes with it.

    Raises ``OwnRequest`` for the author, ``BomNotADraft``, ``BomHasNoLines``, ``BomLoop`` or ``NoBom`` where it cannot be taken apart,
    ``StaleVersion``.
    """
    draft = _locked_draft(bom, version)
    if draft.made_by_id == by.pk:
        raise OwnRequest()
    if not draft.lines.exists():
        raise BomHasNoLines(bom=str(draft))
    explode(draft, ONE, on=max(draft.valid_from, plant_today()))
    change_status(draft, Status.APPROVED, approved_by=by, approved_at=timezone.now())
    settle(WAITS, str(draft.pk))
    return draft


@transaction.atomic
def withdraw_bom(*, bom: Bom, reason: str, version: int | None = None, by: Staff) -> Bom:
    """Take an approved version out of use: the one before it holds again; released orders keep their quota. Raises ``ReasonNeeded``,
    ``BomNotApproved``, ``StaleVersion``."""
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    stands = Bom.objects.select_for_update(no_key=True, of=("self",)).select_related("product").get(pk=bom.pk)
    require_version(stands, version)
    if stands.status != Status.APPROVED:
        raise BomNotApproved(bom=str(stands), status=stands.get_status_display())
    change_status(stands, Status.WITHDRAWN, withdrawn_by=by, withdrawn_at=timezone.now(), withdrawal_reason=reason.strip())
    return stands


@transaction.atomic
def discard_bom_draft(*, bom: Bom, version: int | None = None, by: Staff) -> None:
    """Throw a draft away; approved versions stay for ever. Raises ``BomNotADraft``, ``StaleVersion``."""
    draft = _locked_draft(bom, version)
    settle(WAITS, str(draft.pk))
    draft.delete()


def _locked_draft(bom: Bom, version: int | None) -> Bom:
    draft = Bom.objects.select_for_update(no_key=True, of=("self",)).select_related("product").filter(pk=bom.pk).first()
    if draft is None or draft.status != Status.DRAFT:
        raise BomNotADraft(bom=str(draft or bom), status=(draft or bom).get_status_display())
    require_version(draft, version)
    return draft
