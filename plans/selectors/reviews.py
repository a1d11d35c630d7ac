"""Reviews of orders as people read them: where each stands, what makes one stale, who may be asked (PLN-24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.together import read_together
from people.access import Access
from people.models import Staff
from plans import hooks
from plans.models import OrderReview, ProductionOrder, ReviewPart
from plans.review_figures import Found, MaterialFound, found_of
from plans.selectors.capacity import due_date_found
from plans.selectors.daily_reports import deciders_for
from plans.selectors.orders import orders_seen

Kind, Verdict = ReviewPart.Kind, ReviewPart.Verdict
UNREVIEWED, IN_REVIEW, PASSED, NOT_PASSED, STALE = "unreviewed", "in_review", "passed", "not_passed", "review_stale"
REVIEW_STATES: tuple[tuple[str, str | Promise], ...] = (
    (UNREVIEWED, pgettext_lazy("order", "Not reviewed")),
    (IN_REVIEW, pgettext_lazy("order", "In review")),
    (NOT_PASSED, pgettext_lazy("review", "Not passed")),
    (STALE, _("To be reviewed again")),
    (PASSED, pgettext_lazy("review", "Passed")),
)
# Keys of ``plant_setting("release_reviews")``.
NO_REVIEWS, FIGURES_DO, REVIEWERS_ONLY = 0, 1, 2
ALIKE = ("product", "quantity", "workshop", "team", "start_on", "due_on")
# What may be empty, and what stands for it where two of them are compared.
BLANK: dict[str, Any] = {"team": 0, "start_on": date.min}
# Who knows the stores, and who knows the hours of the workshop; beside them the other planners.
ASKED_FOR = {Kind.MATERIAL: "slip.post", Kind.DUE_DATE: "report.approve"}


def bill_in_force() -> Expression:
    """Of a row with a ``product``: the version of its bill of materials today, blank where there is none."""
    found = [bill() for bill in hooks.bills_in_force]
    return Coalesce(*found, Value(""), output_field=CharField()) if found else Value("", CharField())


def with_review(orders: QuerySet[ProductionOrder]) -> QuerySet[Any]:
    """Orders with ``review_id`` (the newest, or ``None``) and ``review_state``, one of ``REVIEW_STATES``."""
    newest = OrderReview.objects.filter(order=OuterRef("pk")).order_by("-pk")
    parts = ReviewPart.objects.filter(review=OuterRef("review_id"))
    alike = {name: OuterRef(name) for name in ALIKE if name not in BLANK} | {"bill": OuterRef("bill_now")}
    blanks = {f"its_{name}": Coalesce(F(name), Value(blank)) for name, blank in BLANK.items()}
    same = {f"its_{name}": Coalesce(OuterRef(name), Value(blank)) for name, blank in BLANK.items()}
    still = OrderReview.objects.filter(pk=OuterRef("review_id"), **alike).annotate(**blanks).filter(**same)
    state = Case(
        When(review_id=None, then=Value(UNREVIEWED)),
        When(~Exists(still), then=Value(STALE)),
        When(Exists(parts.filter(verdict=Verdict.NOT_PASSED)), then=Value(NOT_PASSED)),
        When(Exists(parts.filter(verdict="")), then=Value(IN_REVIEW)),
        default=Value(PASSED),
        output_field=CharField(),
    )
    return orders.annotate(review_id=Subquery(newest.values("pk")[:1]), bill_now=bill_in_force()).annotate(review_state=state)


def drafts_by_due_date(access: Access) -> QuerySet[Any]:
    """Draft orders in scope, ``with_review``."""
    drafts = orders_seen(access).filter(status=ProductionOrder.Status.DRAFT)
    return with_review(drafts).select_related("product__unit").order_by("due_on", "number")


@dataclass(frozen=True)
class Reviewed:
    """The newest review of an order, its parts by kind, and what has changed since; without a review all of it is empty."""

    order: ProductionOrder
    bill_now: str
    review: OrderReview | None = None
    parts: dict[str, ReviewPart] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """Names of what the order or its bill says otherwise than when the review was opened."""
        review = self.review
        if review is None:
            return []
        names = [name for name in ALIKE if getattr(review, _column(name)) != getattr(self.order, _column(name))]
        fields = [*names, "bill"] if review.bill != self.bill_now else names
        return [str(OrderReview._meta.get_field(name).verbose_name) for name in fields]  # type: ignore[union-attr]

    @property
    def state(self) -> str:
        """One of ``REVIEW_STATES``."""
        if self.review is None:
            return UNREVIEWED
        if self.changed:
            return STALE
        verdicts = {part.verdict for part in self.parts.values()}
        if Verdict.NOT_PASSED in verdicts:
            return NOT_PASSED
        return IN_REVIEW if "" in verdicts else PASSED


def _column(name: str) -> str:
    return OrderReview._meta.get_field(name).attname  # type: ignore[union-attr]


def review_of(order: ProductionOrder) -> Reviewed:
    """One statement."""
    newest = OrderReview.objects.filter(order=order.pk).order_by("-pk")[:1]
    bills, reviews, parts = read_together(
        ProductionOrder.objects.filter(pk=order.pk).annotate(bill=bill_in_force()).values_list("bill", flat=True),
        newest.select_related("opened_by", "overridden_by"),
        _material_first(ReviewPart.objects.filter(review__in=newest.values("pk"))),
    )
    return Reviewed(order, bills[0], next(iter(reviews), None), {part.kind: part for part in parts})


def parts_of_review(review: int) -> list[ReviewPart]:
    """Material first."""
    return list(_material_first(ReviewPart.objects.filter(review=review)))


def _material_first(parts: QuerySet[ReviewPart]) -> QuerySet[ReviewPart]:
    return parts.select_related("reviewer").order_by("-kind")


def figures_of(order: ProductionOrder, kind: str, *, holding: bool = False) -> Found:
    """The figures of now. ``holding`` keeps what the material's were counted from as it is until the transaction ends."""
    if kind == Kind.DUE_DATE:
        return due_date_found(order)
    for look in hooks.material_reviews:
        return look(order, holding)
    return MaterialFound()


@dataclass(frozen=True)
class PartShown:
    """One part on the page: its row, where there is one, and the figures: those of now for a draft, else those kept with the verdict."""

    kind: ReviewPart.Kind
    part: ReviewPart | None
    figures: Found | None
    state: str

    @property
    def is_material(self) -> bool:
        return self.kind == Kind.MATERIAL


def parts_shown(reviewed: Reviewed, kinds: Sequence[ReviewPart.Kind] = (Kind.MATERIAL, Kind.DUE_DATE)) -> list[PartShown]:
    found = []
    is_draft = reviewed.order.status == ProductionOrder.Status.DRAFT
    for kind in kinds:
        part = reviewed.parts.get(kind)
        figures = figures_of(reviewed.order, kind) if is_draft else found_of(kind, part.figures) if part else None
        state = part.verdict or IN_REVIEW if part else UNREVIEWED
        found.append(PartShown(kind, part, figures, state))
    return found


def orders_to_review(orders: QuerySet[ProductionOrder]) -> QuerySet[Any]:
    """Drafts with where their review stands and the names of who is asked and has not answered yet."""
    waiting = ReviewPart.objects.filter(review=OuterRef("review_id"), verdict="")

    def asked(kind: str) -> Subquery:
        return Subquery(waiting.filter(kind=kind).values("reviewer__name")[:1])

    rows = with_review(orders.filter(status=ProductionOrder.Status.DRAFT))
    return rows.annotate(material_asked=asked(Kind.MATERIAL), due_asked=asked(Kind.DUE_DATE))


def asked_of(staff: Staff) -> Q:
    """Of orders with a review: those whose newest one waits for this person."""
    return Q(Exists(ReviewPart.objects.filter(review=OuterRef("review_id"), verdict="", reviewer=staff)))


def reviewers_for(order: ProductionOrder, kind: str, opener: Staff) -> list[Staff]:
    """Who may be asked for a part: those who know it, then the other planners; never the one who asks. Two statements."""
    known = [*deciders_for(order.workshop_id, ASKED_FOR[Kind(kind)]), *deciders_for(order.workshop_id, "order.edit")]
    return list({person.pk: person for person in known if person.pk != opener.pk}.values())
