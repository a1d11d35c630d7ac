"""Reviews of draft orders: the list, the review of one order, asking for it, giving a verdict (PLN-24)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView, TemplateView

from core.plant_settings import plant_setting
from core.tables import columns as table
from core.views.lists import Column, FileLayout, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from plans import services
from plans.errors.orders import NotTheReviewer
from plans.errors.status import WrongStatus
from plans.filters import OrderReviewFilter
from plans.forms.reviews import AskReviewForm, JudgeForm
from plans.hooks import tabs_for
from plans.models import ProductionOrder, ReviewPart
from plans.selectors.orders import orders_seen
from plans.selectors.places import named
from plans.selectors.reviews import (
    NO_REVIEWS,
    PASSED,
    REVIEWERS_ONLY,
    STALE,
    Kind,
    PartShown,
    Reviewed,
    asked_of,
    orders_to_review,
    parts_shown,
    review_of,
    reviewers_for,
)
from plans.services.reviewing import NEVER

Status = ProductionOrder.Status


class OrderReviews(StaffRequired, RegisterList):
    model = ProductionOrder
    title = _("Orders to review")
    lead = _("Before a draft is released, its material and its due date are looked at.")
    filterset_class = OrderReviewFilter
    views = (("drafts", _("All drafts")), ("mine", _("Waits for me")))
    row_template = "plans/_order_review_row.html"
    default_order = ("due_on", "number")
    columns = (
        Column(pgettext_lazy("order", "Number"), sort="number"),
        Column(_("Product"), sort="product__code"),
        Column(_("Workshop"), sort="workshop__code", less=1),
        Column(_("Quantity"), sort="quantity", number=True, less=2),
        Column(_("Start on"), sort="start_on", less=1),
        Column(_("Due"), sort="due_on"),
        Column(pgettext_lazy("order", "Review"), sort="review_state"),
        Column(_("Waits for"), less=2),
    )
    file = FileLayout(
        "order_reviews",
        (
            table.Column("number", table.Code(), is_key=True),
            table.Column("product_code", table.Code(), source="product__code"),
            table.Column("quantity", table.Number()),
            table.Column("workshop_code", table.Code(), source="workshop__code"),
            table.Column("start_on", table.Day()),
            table.Column("due_on", table.Day()),
            table.Column("review", table.Text(), source="review_state"),
            table.Column("material_asked", table.Text()),
            table.Column("due_date_asked", table.Text(), source="due_asked"),
        ),
    )
    empty_title = _("No draft waits for a review")
    empty_text = _("New orders show here until they are released; the planner asks for their review.")

    def base_rows(self) -> QuerySet:
        return orders_to_review(orders_seen(self.access, super().base_rows())).select_related("product__unit")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(asked_of(self.by)) if view == "mine" else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        nodes = {row.workshop_id for row in context["rows"]} | {row.team_id for row in context["rows"] if row.team_id}
        return context | {"places": named(nodes)}


class ReviewDoor(StaffRequired):
    """An order that this person sees, with its newest review."""

    asks_node = True
    kwargs: dict[str, Any]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.access is not None:
            rows = orders_seen(request.access).select_related("product__unit", "workshop", "team")
            self.order = get_object_or_404(rows, number=kwargs["number"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def reviewed(self) -> Reviewed:
        return review_of(self.order)

    def of_order(self) -> dict[str, Any]:
        return {"order": self.order, "reviewed": self.reviewed, "is_draft": self.order.status == Status.DRAFT}


class OrderReviewPage(ReviewDoor, TemplateView):
    """Both parts with their figures: those of now for a draft, else those on which it was released."""

    template_name = "plans/order_review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.require(None)
        order, reviewed = self.order, self.reviewed
        is_draft = order.status == Status.DRAFT
        shown = parts_shown(reviewed)
        may_judge = is_draft and reviewed.review is not None and reviewed.state != STALE
        return (
            super().get_context_data(**kwargs)
            | self.of_order()
            | {
                "parts": shown,
                "mine": {kind for kind, part in reviewed.parts.items() if may_judge and part.reviewer_id == self.by.pk},
                "may_override": is_draft and self.access.may("order.override", order.workshop_id),
                "is_held_up": self._is_held_up(shown),
                "may_ask": is_draft and self.access.may("order.edit", order.workshop_id),
                "needs_reviewers": plant_setting("release_reviews") == REVIEWERS_ONLY,
                "more_tabs": tabs_for("order", order),
            }
        )

    def _is_held_up(self, shown: list[PartShown]) -> bool:
        """Whether the reviews, or the figures where nobody was asked, keep the order from being released."""
        wanted, reviewed = plant_setting("release_reviews"), self.reviewed
        if wanted == NO_REVIEWS:
            return False
        fails = {row.kind for row in shown if row.figures is not None and row.figures.passes is False}
        if reviewed.state == PASSED:
            return Kind.MATERIAL in fails
        return reviewed.review is not None or wanted == REVIEWERS_ONLY or bool(fails)


class AskReview(ReviewDoor, RefusalMixin, FormView):
    action = "order.edit"
    form_class = AskReviewForm
    template_name = "plans/order_review_ask.html"
    told = _("The review is opened; both are asked on their My day.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.order.workshop_id)
        if self.order.status != Status.DRAFT:
            raise WrongStatus(what=self.order.number, status=self.order.get_status_display())
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.order.workshop_id)
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        before = {kind: part.reviewer_id for kind, part in self.reviewed.parts.items()}
        first = {kind: people[0].pk if people else None for kind, people in self.people.items()}
        seen = self.reviewed.review.pk if self.reviewed.review else NEVER
        return first | {kind: pk for kind, pk in before.items() if pk} | {"seen": seen}

    @cached_property
    def people(self) -> dict[str, Any]:
        return {kind.value: reviewers_for(self.order, kind, self.by) for kind in Kind}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": self.people}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.of_order()

    def perform(self, form: AskReviewForm) -> HttpResponse:
        services.open_review(order=self.order, by=self.by, **form.cleaned_data)
        return redirect("order-review", number=self.order.number)


class Judge(ReviewDoor, RefusalMixin, FormView):
    """The figures of one part and the verdict of who was asked for it."""

    form_class = JudgeForm
    template_name = "plans/order_review_judge.html"
    told = _("The verdict is kept.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["part"] not in Kind.values:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def kind(self) -> ReviewPart.Kind:
        return Kind(self.kwargs["part"])

    @cached_property
    def part(self) -> ReviewPart:
        """Raises ``Http404`` where nobody was asked, ``NotTheReviewer`` where somebody else was."""
        self.require(None)
        part = self.reviewed.parts.get(self.kind)
        if part is None:
            raise Http404
        if part.reviewer_id != self.by.pk:
            raise NotTheReviewer(who=part.reviewer.name if part.reviewer else "—")
        return part

    def get_initial(self) -> dict[str, Any]:
        return {"verdict": self.part.verdict, "note": self.part.note, "review": self.part.review_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = self.part
        return super().get_context_data(**kwargs) | self.of_order() | {"part": part, "shown": parts_shown(self.reviewed, [self.kind])[0]}

    def perform(self, form: JudgeForm) -> HttpResponse:
        services.judge(order=self.order, kind=self.part.kind, by=self.by, **form.cleaned_data)
        return redirect("order-review", number=self.order.number)
