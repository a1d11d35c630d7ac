"""Findings: the list, the board, the page of one with its steps."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import TemplateView

from core.errors import RuleBroken
from core.services import keep_upload
from core.views.lists import Column, RegisterList
from people.doors import StaffRequired
from people.selectors import units_above
from plans import hooks
from plans.errors.findings import NotTheirFinding, OwnFinding
from plans.finding_filters import FindingFilter
from plans.models import Emergency, Finding, FindingKind, FindingPhoto
from plans.selectors.finding_kinds import contacts_for, standing_long
from plans.selectors.findings import board_of, earlier_ones, findings_seen, likely_owners, rights_over, steps_of
from plans.selectors.places import named
from plans.views.finding_steps import STEPS, FindingStep

SHOWN_WITH = ("node", "shift", "owner", "raised_by", "escalated_to", "done_by", "verified_by", "cancelled_by")
DEEDS_SHOWN_WITH = ("by", "person_before", "person_after")
Status = Finding.Status


class FindingsSeen(StaffRequired):
    """The views of list and board: mine, escalated to me, open, late, to verify, all."""

    def base_rows(self) -> QuerySet:
        return findings_seen(self.access).select_related("owner", "node")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        me, now = self.by, timezone.now()
        match view:
            case "mine":
                return rows.filter(owner=me, status=Status.OPEN)
            case "escalated":
                return rows.filter(escalated_to=me, status=Status.OPEN)
            case "open":
                return rows.filter(status=Status.OPEN)
            case "late":
                return rows.filter(status=Status.OPEN, due_at__lt=now)
            case "wait":
                return rows.filter(status=Status.DONE).exclude(Q(owner=me) | Q(done_by=me))
        return rows


class FindingList(FindingsSeen, RegisterList):
    model = Finding
    title = gettext_lazy("Findings")
    lead = gettext_lazy("What must be put right: by whom, until when, and verified by somebody else.")
    filterset_class = FindingFilter
    views = (
        ("open", pgettext_lazy("findings", "Open")),
        ("mine", gettext_lazy("Mine")),
        ("escalated", gettext_lazy("Escalated to me")),
        ("late", gettext_lazy("Late")),
        ("wait", gettext_lazy("To verify")),
        ("all", gettext_lazy("All")),
    )
    row_template = "plans/_finding_row.html"
    template_name = "plans/finding_list.html"
    default_order = ("due_at",)
    export_kind = "findings"
    new_url = reverse_lazy("finding-new")
    new_label = gettext_lazy("New finding")
    new_action = "finding.raise"
    columns = (
        Column(pgettext_lazy("finding", "Finding"), sort="number"),
        Column(gettext_lazy("Kind"), sort="kind", less=2),
        Column(gettext_lazy("Where"), sort="node__code", less=1),
        Column(gettext_lazy("State")),
        Column(pgettext_lazy("finding", "Owner"), sort="owner__name"),
        Column(gettext_lazy("Due"), sort="due_at"),
    )
    empty_title = gettext_lazy("No finding here")
    empty_text = gettext_lazy("What is wrong and must be put right is written down here, with a photo, in a few taps.")

    def import_url(self) -> str:
        """A finding is raised, not loaded."""
        return ""

    def order_of_rows(self) -> list[str]:
        """All of them by when they were raised; what is open by its due time."""
        name, _backwards = self.sort_key()
        return super().order_of_rows() if name or self.view_key() != "all" else ["-raised_at", "-pk"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        return context | {"places": named(row.node_id for row in context["rows"]), "now": now, "long_since": standing_long(now)}


class FindingBoard(FindingsSeen, TemplateView):
    """The same findings as cards: overdue, open, to verify, verified this week."""

    template_name = "plans/finding_board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        filterset = FindingFilter(self.request.GET, queryset=self.base_rows(), request=self.request)
        filterset.form.fields.pop("status", None)  # that is what the columns are
        columns = board_of(filterset.qs, now)
        shown = {card.node_id for column in columns for card in column.cards}
        return super().get_context_data(**kwargs) | {
            "columns": columns,
            "filterset": filterset,
            "is_filtered": any(self.request.GET.values()),
            "places": named(shown),
            "now": now,
            "long_since": standing_long(now),
            "may_make": self.access.may("finding.raise"),
        }


class FindingDoor(StaffRequired, View):
    """Finds the one finding among those the person sees."""

    asks_node = True
    finding: Finding

    def find(self, number: str) -> None:
        self.finding = get_object_or_404(findings_seen(self.access).select_related(*SHOWN_WITH), number=number)
        self.require(None, "read")

    def show(self, *, refusal: RuleBroken | None = None, forms: dict[str, Any] | None = None, status: int = 0) -> HttpResponse:
        finding, now = self.finding, timezone.now()
        long_since = standing_long(now)
        photos = list(finding.photos.select_related("by"))
        tab = "history" if self.request.GET.get("tab") == "history" else "finding"
        rights = rights_over(finding, self.access)
        deeds = list(finding.deeds.select_related(*DEEDS_SHOWN_WITH).order_by("-at", "-pk"))
        pile_up = getattr(finding, "pile_up", None) if finding.kind == FindingKind.PILE_UP else None
        emergency = Emergency.objects.filter(finding=finding).first() if finding.kind == FindingKind.EMERGENCY else None
        observation = getattr(finding, "observation", None) if finding.kind == FindingKind.OBSERVATION else None
        owners = likely_owners(self.access.scope) if rights.may_hand_over else []
        context: dict[str, Any] = {
            "finding": finding,
            "place": named([finding.node_id]).get(finding.node_id),
            "now": now,
            "long_since": long_since,
            "tab": tab,
            "rights": rights,
            "steps": steps_of(finding, now),
            "before": [photo for photo in photos if photo.side == FindingPhoto.Side.BEFORE],
            "after": [photo for photo in photos if photo.side == FindingPhoto.Side.AFTER],
            "deeds": deeds,
            "words": [deed for deed in deeds if deed.text and deed.deed != "done"],
            "earlier": earlier_ones(finding),
            "pile_up": pile_up,
            "is_long_pile": pile_up is not None and finding.status == Status.OPEN and finding.raised_at < long_since,
            "imbalance": getattr(finding, "imbalance", None) if finding.kind == FindingKind.IMBALANCE else None,
            "observation": observation,
            "process_card": hooks.named_slot("process_card", [observation]) if observation else None,
            "emergency": emergency,
            "calls": list(emergency.calls.select_related("person", "by")) if emergency else [],
            "contacts": self._contacts() if emergency else [],
            "may_write": self.access.may("finding.raise"),
            "refusal": refusal,
            "forms": {key: step.form(finding, owners) for key, step in STEPS.items()} | (forms or {}),
            "wrong": next(iter(forms or {}), ""),
        }
        return render(self.request, "plans/finding.html", context, status=status or (refusal.status if refusal else HTTPStatus.OK))

    def _contacts(self) -> list[Any]:
        here = [self.finding.node_id, *units_above([self.finding.node_id], timezone.localdate()).get(self.finding.node_id, [])]
        return list(contacts_for(here))


class FindingPage(FindingDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class FindingStepView(FindingDoor):
    """One step; what is refused stands above the finding, or at its field, and what was typed stays."""

    def get(self, request: Any, number: str, step: str) -> HttpResponse:
        self.find(number)
        return redirect("finding", number=number)

    def post(self, request: Any, number: str, step: str) -> HttpResponse:
        self.find(number)
        if step not in STEPS:
            raise Http404
        self.require(None, "finding.raise")
        asked = STEPS[step]
        owners = likely_owners(self.access.scope) if step == "hand-over" else []
        form = asked.form(self.finding, owners, request.POST)
        if not form.is_valid():
            return self.show(forms={step: form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            self._require_right(asked, step)
            photo = keep_upload(file=request.FILES["photo"], by=self.by) if request.FILES.get("photo") else None
            asked.take(self.finding, self.by, form.cleaned_data, photo)
        except RuleBroken as refusal:
            self.find(number)
            form.add_refusal(refusal)
            return self.show(refusal=refusal, forms={step: form})
        if asked.told:
            messages.success(request, str(asked.told))
        return redirect(f"{reverse('finding', args=[number])}{asked.anchor}")

    def _require_right(self, asked: FindingStep, step: str) -> None:
        """Raises ``OwnFinding`` or ``NotTheirFinding``; a step that is too late is the service's to refuse."""
        rights = rights_over(self.finding, self.access)
        if not asked.right or getattr(rights, asked.right) or self.finding.status not in asked.at:
            return
        if step == "verify" and self.by.pk in (self.finding.owner_id, self.finding.done_by_id):
            raise OwnFinding(who=self.by.name)
        raise NotTheirFinding()
