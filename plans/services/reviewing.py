"""Asking for the review of a draft order, and giving a verdict on a part of it (PLN-24)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import OwnRequest
from people.models import Staff
from people.services import NewNotice, notify_all, settle
from plans.errors.orders import (
    MaterialShort,
    NotTheReviewer,
    NotUnderReview,
    ReviewerNeeded,
    ReviewReopened,
    ReviewStale,
    VerdictNeedsWords,
)
from plans.errors.status import WrongStatus
from plans.models import OrderReview, ProductionOrder, ReviewPart
from plans.selectors.reviews import STALE, Kind, Verdict, figures_of, review_of
from plans.services.orders import locked_order
from plans.services.release_reviews import new_review, notice_of, settle_reviews

NEVER = 0
"""For ``seen``: the page showed no review."""


@transaction.atomic
def open_review(*, order: ProductionOrder, material: Staff, due_date: Staff, by: Staff, seen: int | None = None) -> OrderReview:
    """Ask one person whether the material is ready and one (perhaps the same) whether the due date can be kept.

    A new review takes the place of an earlier one. ``seen`` is the newest review that the page showed (``NEVER``: none). Raises
    ``WrongStatus`` unless the order is a draft, ``OwnRequest`` and ``ReviewerNeeded`` at the part, ``ReviewReopened``.
    """
    order = _draft(order)
    newest = OrderReview.objects.filter(order=order).select_related("opened_by").order_by("-pk").first()
    if seen is not None and seen != (newest.pk if newest else NEVER):
        raise ReviewReopened(order=order.number)
    asked = {Kind.MATERIAL: material, Kind.DUE_DATE: due_date}
    for kind, reviewer in asked.items():
        if reviewer.pk == by.pk:
            raise OwnRequest(field=kind)
        if reviewer.has_left():
            raise ReviewerNeeded(field=kind, who=reviewer.name)
    settle_reviews(order)
    review = new_review(order, by)
    ReviewPart.objects.bulk_create(ReviewPart(review=review, kind=kind, reviewer=reviewer) for kind, reviewer in asked.items())
    notify_all([_told(review, kind, reviewer) for kind, reviewer in asked.items()])
    return review


def _told(review: OrderReview, kind: ReviewPart.Kind, reviewer: Staff) -> NewNotice:
    number = review.order.number
    figures = {"number": number, "part": kind.value, "who": review.opened_by}
    return NewNotice(reviewer, "review.asked", notice_of(review.pk, kind), figures, reverse("order-review-judge", args=[number, kind]))


@transaction.atomic
def judge(*, order: ProductionOrder, kind: str, verdict: str, note: str = "", by: Staff, review: int | None = None) -> ReviewPart:
    """Say whether a part of the order's newest review has passed, on the figures of now; they are kept with the verdict.

    Material that is short cannot pass: only a manager's override releases such an order. Any other verdict against the figures needs
    words. ``review`` is the one that the page showed. Raises ``WrongStatus``, ``NotUnderReview``, ``ReviewReopened``, ``ReviewStale``,
    ``NotTheReviewer``, ``MaterialShort``, ``VerdictNeedsWords``.
    """
    order = _draft(order)
    reviewed = review_of(order)
    if reviewed.review is None or kind not in reviewed.parts:
        raise NotUnderReview(order=order.number)
    if review is not None and review != reviewed.review.pk:
        raise ReviewReopened(order=order.number)
    if reviewed.state == STALE:
        raise ReviewStale(order=order.number, what=", ".join(reviewed.changed))
    part = reviewed.parts[kind]
    if part.reviewer_id != by.pk:
        raise NotTheReviewer(who=part.reviewer.name if part.reviewer else "—")
    figures = figures_of(order, kind)
    if kind == Kind.MATERIAL and verdict == Verdict.PASSED and not figures.passes:
        raise MaterialShort(field="verdict", words=figures.words)
    if not note.strip() and figures.passes is not (verdict == Verdict.PASSED):
        raise VerdictNeedsWords(field="note", words=figures.words)
    settle("review.asked", notice_of(reviewed.review.pk, kind))
    part.verdict, part.note, part.decided_at, part.figures = verdict, note.strip(), timezone.now(), figures.kept()
    part.save()
    return part


def _draft(order: ProductionOrder) -> ProductionOrder:
    order = locked_order(order)
    if order.status != ProductionOrder.Status.DRAFT:
        raise WrongStatus(what=order.number, status=order.get_status_display())
    return order
