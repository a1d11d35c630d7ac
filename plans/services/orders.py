"""Production orders: made as drafts, released by the planner, closed when done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.errors import Required, TooLarge
from core.quantities import fit
from core.refusals import refusals_explained
from core.services import next_number, request_once
from people.models import OrgKind, OrgNode, Staff
from plans import hooks
from plans.errors.orders import (
    CannotClose,
    CodeTaken,
    DueBeforeStart,
    NotAboveZero,
    NotATeamOf,
    NotAWorkshop,
    OrderClosed,
    OrderFixed,
    OrderNotOpen,
    ReasonNeeded,
    ReviewNotPassed,
)
from plans.errors.status import WrongStatus
from plans.models import Product, ProductionOrder
from plans.quantities import MOST_UNITS
from plans.selectors.places import standing
from plans.selectors.reviews import review_of
from plans.services.release_reviews import (
    parts_said,
    require_another,
    reviews_before_release,
    settle_reviews,
    take_over,
    write_release,
)
from plans.services.status import change_status
from plans.services.versions import require_version

Status = ProductionOrder.Status


def create_order(
    *,
    number: str = "",
    product: Product,
    quantity: Decimal,
    workshop: OrgNode,
    team: OrgNode | None = None,
    start_on: date | None = None,
    due_on: date,
    by: Staff,
    request_key: UUID | None = None,
) -> ProductionOrder:
    """Make a draft. A blank ``number`` gets the next of the year. Sending the same ``request_key`` again returns the first order.

    ``quantity`` is in the product's unit. Raises ``TooFine``, ``NotAboveZero``, ``NotAWorkshop``, ``NotATeamOf``,
    ``DueBeforeStart``, ``CodeTaken``.
    """
    body = (number, product.pk, quantity, workshop.pk, team.pk if team else None, start_on, due_on)
    with request_once(request_key, route="create_order", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return ProductionOrder.objects.get(pk=first.answer["order"])
        order = ProductionOrder(number=number.strip(), made_by=by)
        _fill(order, product=product, quantity=quantity, workshop=workshop, team=team, start_on=start_on, due_on=due_on)
        order.number = order.number or next_number("MO")
        with refusals_explained({"plans_productionorder_number_key": lambda: CodeTaken(field="number", value=order.number)}):
            order.save(force_insert=True)
        first.answer = {"order": order.pk}
        return order


@transaction.atomic
def edit_order(
    *,
    order: ProductionOrder,
    version: int | None,
    product: Product,
    quantity: Decimal,
    workshop: OrgNode,
    team: OrgNode | None = None,
    start_on: date | None = None,
    due_on: date,
    by: Staff,
) -> ProductionOrder:
    """Change a draft; of a released order only team and dates.

    Raises ``StaleVersion``, ``OrderFixed``, ``OrderClosed`` and what making one raises.
    """
    order = locked_order(order)
    require_version(order, version)
    if order.is_over:
        raise OrderClosed(order=order.number, status=order.get_status_display())
    stands = (order.product_id, order.quantity, order.workshop_id) == (product.pk, quantity, workshop.pk)
    if order.status != Status.DRAFT and not stands:
        raise OrderFixed(order=order.number)
    _fill(order, product=product, quantity=quantity, workshop=workshop, team=team, start_on=start_on, due_on=due_on)
    order.version += 1
    order.save()
    return order


@transaction.atomic
def change_quantity(*, order: ProductionOrder, quantity: Decimal, reason: str, version: int | None, by: Staff) -> ProductionOrder:
    """Another quantity for an order that is released or on hold, with a reason that the audit keeps. What hangs on the quantity in
    other rooms is theirs to follow, in the same transaction.

    Raises ``StaleVersion``, ``WrongStatus``, ``ReasonNeeded``, ``NotAboveZero``, ``TooLarge``, ``TooFine``.
    """
    order = locked_order(order)
    require_version(order, version)
    if order.status not in (Status.RELEASED, Status.ON_HOLD):
        raise WrongStatus(what=order.number, status=order.get_status_display())
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    _fill(
        order,
        product=order.product,
        quantity=quantity,
        workshop=order.workshop,
        team=order.team,
        start_on=order.start_on,
        due_on=order.due_on,
    )
    order.version += 1
    with pghistory.context(reason=reason.strip()):
        order.save()
    return order


@transaction.atomic
def release_order(*, order: ProductionOrder, by: Staff | None, override: str | None = None, version: int | None = None) -> ProductionOrder:
    """Let a draft be made; ``by`` is ``None`` for the system. Every review must have passed, unless one who may gives an ``override``
    reason, which the review and the audit keep; whoever opened the review gives none. An order on hold goes on by ``resume_order`` alone.

    Raises ``ReviewNotPassed`` with the reviews that said no, ``OwnRequest``, ``WrongStatus``, ``StaleVersion``. (PLN-24)
    """
    order = locked_order(order)
    require_version(order, version)
    _require_draft(order)
    reason = (override or "").strip()
    reviewed = review_of(order)
    said = parts_said(reviewed, holding=True)
    failed = [review for review in (*(part.as_review() for part in said), *_checks(order)) if not review.passed]
    if failed and not reason:
        raise ReviewNotPassed(order=order.number, reviews=_listed([f"{review.title} ({review.words})" for review in failed]))
    if failed:
        require_another(reviewed, by)
    write_release(reviewed, said, by=by, override=reason if failed else "")
    return _released(order, by=by, override=reason)


@transaction.atomic
def take_over_order(*, order: ProductionOrder, by: Staff | None, words: str, is_over: bool = False) -> ProductionOrder:
    """Release an order that a file brings as released: it was reviewed where the file comes from, so the review keeps an override with
    these ``words`` (FORMATS section 1). An order of the past that ``is_over`` already gets nothing from the rooms above.

    Raises ``WrongStatus``.
    """
    order = locked_order(order)
    _require_draft(order)
    take_over(order, by, words)
    return _released(order, by=by, override=words, is_over=is_over)


def _require_draft(order: ProductionOrder) -> None:
    if order.status != Status.DRAFT:
        raise WrongStatus(what=order.number, status=order.get_status_display())


def _released(order: ProductionOrder, *, by: Staff | None, override: str, is_over: bool = False) -> ProductionOrder:
    settle_reviews(order)
    with pghistory.context(override=override):
        change_status(order, Status.RELEASED, released_by=by, released_at=timezone.now())
        for write in () if is_over else hooks.on_release:
            write(order, by)
    return order


def reviews_of(order: ProductionOrder) -> list[hooks.Review]:
    """What all reviews say to a release now: material and due date, then the checks of other rooms as they registered them."""
    return reviews_before_release(order) + _checks(order)


def _checks(order: ProductionOrder) -> list[hooks.Review]:
    return [check(order) for check in hooks.release_checks]


@transaction.atomic
def hold_order(*, order: ProductionOrder, reason: str, by: Staff | None, version: int | None = None) -> ProductionOrder:
    """Stop postings on a released order for a while. The reason is kept in the order's history."""
    return _step(order, Status.ON_HOLD, reason=reason, version=version)


@transaction.atomic
def resume_order(*, order: ProductionOrder, by: Staff, version: int | None = None) -> ProductionOrder:
    order = locked_order(order)
    require_version(order, version)
    if order.status != Status.ON_HOLD:
        # Draft → released is another step: it needs the reviews.
        raise OrderNotOpen(order=order.number, status=order.get_status_display())
    change_status(order, Status.RELEASED)
    return order


@transaction.atomic
def close_order(*, order: ProductionOrder, by: Staff | None, version: int | None = None) -> ProductionOrder:
    """End an order. Raises ``CannotClose`` with every reason the rooms above give."""
    order = locked_order(order)
    require_version(order, version)
    reasons = [str(reason) for check in hooks.close_checks for reason in check(order)]
    if reasons:
        raise CannotClose(order=order.number, reasons=_listed(reasons))
    change_status(order, Status.CLOSED)
    for write in hooks.on_close:
        write(order, by)
    return order


@transaction.atomic
def cancel_order(*, order: ProductionOrder, reason: str, by: Staff | None, version: int | None = None) -> ProductionOrder:
    """Drop a draft; it stays visible with its reason."""
    order = _step(order, Status.CANCELLED, reason=reason, version=version)
    settle_reviews(order)
    return order


def require_open(order: ProductionOrder) -> None:
    """Raises ``OrderNotOpen`` unless output may be posted on the order, and whatever a higher room says against it."""
    if not order.is_open:
        raise OrderNotOpen(field="order", order=order.number, status=order.get_status_display())
    for check in hooks.posting_checks:
        check(order)


def locked_order(order: ProductionOrder) -> ProductionOrder:
    return ProductionOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("product__unit").get(pk=order.pk)


def _step(order: ProductionOrder, to: str, *, reason: str, version: int | None) -> ProductionOrder:
    order = locked_order(order)
    require_version(order, version)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    with pghistory.context(reason=reason.strip()):
        change_status(order, to)
    return order


def _fill(
    order: ProductionOrder,
    *,
    product: Product,
    quantity: Decimal,
    workshop: OrgNode,
    team: OrgNode | None,
    start_on: date | None,
    due_on: date | None,
) -> None:
    if due_on is None:
        raise Required(field="due_on")
    if quantity <= 0:
        raise NotAboveZero(field="quantity")
    if quantity >= MOST_UNITS:
        raise TooLarge(field="quantity", value=f"{quantity:f}")
    if workshop.kind != OrgKind.WORKSHOP:
        raise NotAWorkshop(field="workshop", node=workshop.code)
    if team is not None:
        path = standing(team)
        if team.kind != OrgKind.TEAM or path is None or path.workshop_id != workshop.pk:
            raise NotATeamOf(field="team", node=team.code, workshop=workshop.code)
    if start_on is not None and due_on < start_on:
        raise DueBeforeStart(field="due_on", due_on=due_on.isoformat(), start_on=start_on.isoformat())
    order.product, order.quantity = product, fit(quantity, product.unit, field="quantity")
    order.workshop, order.team, order.start_on, order.due_on = workshop, team, start_on, due_on


def _listed(parts: list[Any]) -> str:
    return gettext(", ").join(str(part) for part in parts)
