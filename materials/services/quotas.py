"""From the bill of materials to an order's quota lines (MAT-01, MAT-06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from core.clock import plant_today
from materials.errors.boms import NoBom
from materials.errors.slips import ReasonNeeded
from materials.models import Bom, Item, OrderQuota, Place, PlaceKind, QuotaChange, QuotaLine, QuotaStandard, QuotaSubstitute
from materials.models.consumption import STANDARD_DECIMALS
from materials.selectors.explosion import Need, bom_of, explode
from materials.services.lapsing import take_back
from people.models import Staff
from plans.errors.status import WrongStatus
from plans.models import ProductionOrder
from plans.services import change_quantity
from plans.services.orders import locked_order

ZERO = Decimal(0)
Status = ProductionOrder.Status


@transaction.atomic
def freeze_quota(*, order: ProductionOrder, by: Staff | None) -> list[QuotaLine]:
    """Give a released order its quota lines and its place in the ledger. An order that has them keeps them.

    Raises ``NoBom`` where the plant keeps materials and the product has no bill valid today.
    """
    Place.objects.get_or_create(order=order, defaults={"code": f"MO:{order.number}", "name": order.number, "kind": PlaceKind.ORDER})
    if OrderQuota.objects.filter(order=order).exists():
        return list(order.quota_lines.all())
    bom = bom_of(order.product, plant_today())
    if bom is None:
        if keeps_materials():
            raise NoBom(product=order.product.code, on=plant_today().isoformat())
        return []
    needs = explode(bom, order.quantity)
    OrderQuota.objects.create(order=order, bom=bom, order_quantity=order.quantity)
    lines = QuotaLine.objects.bulk_create(QuotaLine(order=order, item=need.item, quota=need.quantity) for need in needs)
    _write_standards(zip(lines, needs, strict=True))
    _write_substitutes(zip(lines, needs, strict=True), bom)
    return lines


def _write_substitutes(rows: Iterable[tuple[QuotaLine, Need]], bom: Bom) -> None:
    """What may stand in on each line. One that a line knows already keeps its factor, since the ledger has counted with it."""
    QuotaSubstitute.objects.bulk_create(
        [
            QuotaSubstitute(quota_line=line, item=item, factor=factor, approved_by=bom.approved_by)
            for line, need in rows
            for item, factor in need.substitutes.items()
            if item.pk != line.item_id
        ],
        ignore_conflicts=True,
    )


def _write_standards(rows: Iterable[tuple[QuotaLine, Need]]) -> None:
    """What the output of the order will be compared with; the bill of today, whatever becomes of it later."""
    QuotaStandard.objects.bulk_create(
        [QuotaStandard(quota_line=line, per_unit=_kept(need.per_unit), fixed=_kept(need.fixed)) for line, need in rows],
        update_conflicts=True,
        unique_fields=["quota_line"],
        update_fields=["per_unit", "fixed"],
    )


def _kept(figure: Decimal) -> Decimal:
    return figure.quantize(Decimal(1).scaleb(-STANDARD_DECIMALS))


def keeps_materials() -> bool:
    """Whether this plant has begun to keep materials at all; before that an order needs no bill (FORMATS section 1)."""
    return Item.objects.exists()


@dataclass(frozen=True)
class Recalculated:
    """What a line's quota would become; ``need`` is that of the new bill, ``quota`` 0 where it no longer asks the item."""

    line: QuotaLine
    need: Need

    @property
    def quota(self) -> Decimal:
        return self.need.quantity

    @property
    def is_changed(self) -> bool:
        return self.quota != (self.line.quota if self.line.wanted is None else self.line.wanted)

    @property
    def to_return(self) -> Decimal:
        """What is drawn above the new quota and would have to come back."""
        return max(self.line.drawn - self.line.supplement - self.quota, ZERO)


def recalculated(order: ProductionOrder, quantity: Decimal, bom: Bom | None = None) -> list[Recalculated]:
    """The quota lines of a released order as they would be for another quantity or bill: to be shown and confirmed.

    Items that only the new bill asks come as new lines without id.
    """
    bom = bom or order.order_quota.bom
    needs = {need.item.pk: need for need in explode(bom, quantity)}
    lines = {line.item_id: line for line in order.quota_lines.select_related("item__unit")}
    rows = [Recalculated(line, needs.get(item, Need(line.item))) for item, line in lines.items()]
    rows += [Recalculated(QuotaLine(order=order, item=need.item, quota=ZERO), need) for item, need in needs.items() if item not in lines]
    return rows


@transaction.atomic
def recalculate_quota(*, order: ProductionOrder, quantity: Decimal, reason: str, by: Staff, bom: Bom | None = None) -> list[QuotaLine]:
    """Write the recalculated quotas. A limit never falls below what is drawn; the rest shows as to be returned.

    The order is held until COMMIT, so no slip is posted meanwhile. Raises ``WrongStatus`` unless it is released or on hold, and
    ``ReasonNeeded``.
    """
    order = locked_order(order)
    if order.status not in (Status.RELEASED, Status.ON_HOLD):
        raise WrongStatus(what=order.number, status=order.get_status_display())
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    kept = OrderQuota.objects.select_for_update(of=("self",)).select_related("bom__approved_by").get(order=order)
    kept.bom = bom or kept.bom
    rows = recalculated(order, quantity, kept.bom)
    # By id, as everything locks them that touches several lines.
    changed = sorted((row for row in rows if row.line.pk and row.is_changed), key=lambda row: row.line.pk)
    for row in changed:
        QuotaChange.objects.create(quota_line=row.line, quota=row.quota, reason=reason.strip(), by=by)
    take_back([row.line.pk for row in changed])
    for row in rows:
        if row.line.pk is None:
            row.line.quota = row.quota
            row.line.save(force_insert=True)
    _write_standards((row.line, row.need) for row in rows)
    _write_substitutes(((row.line, row.need) for row in rows), kept.bom)
    kept.order_quantity = quantity
    kept.save()
    return list(order.quota_lines.all())


@transaction.atomic
def change_order_quantity(
    *, order: ProductionOrder, quantity: Decimal, reason: str, version: int | None, by: Staff, bom: Bom | None = None
) -> list[QuotaLine]:
    """Give a released order another quantity or bill, and its quota lines what follows from it, in one step.

    Another bill alone is a change of the order as well: it asks for the version that was seen and makes the next one. Raises what
    ``plans.change_quantity`` and ``recalculate_quota`` raise.
    """
    order = change_quantity(order=order, quantity=quantity, reason=reason, version=version, by=by)
    return recalculate_quota(order=order, quantity=quantity, reason=reason, by=by, bom=bom)
