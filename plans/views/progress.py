"""The progress board, counting a time slot on the tablet, and the links of wall screens (PLN-07)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from core.asked import read_date, read_key
from core.clock import plant_now
from core.errors import Faults, RuleBroken, StaleVersion
from core.history import Entry, Part, history_of
from core.templatetags.fo import clock
from core.views.lists import Column, RegisterList
from core.views.pages import PartialMixin, RefusalMixin
from people.doors import StaffRequired
from people.models import OrgKind, OrgNode, Shift
from plans.filters import DisplayLinkFilter
from plans.forms.progress import CountForm, DisplayLinkForm, add_count_refusal
from plans.models import DisplayLink, PlanLine, SlotOutput
from plans.selectors.places import named, nodes_of, places_for
from plans.selectors.planning import plan_lines_seen
from plans.selectors.progress import TeamProgress, lines_on_the_board, team_progress, teams_below
from plans.services.progress import make_display_link, post_counts, revoke_display_link

PLACES = (OrgKind.PLANT, OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM)


def count_address(team: TeamProgress, slot: datetime | None = None) -> str:
    address = reverse("progress-count", args=[team.team.node_id, team.business_date.isoformat(), team.shift.pk])
    return f"{address}?slot={slot:%Y-%m-%dT%H:%M}" if slot else address


class ProgressBoard(StaffRequired, PartialMixin, TemplateView):
    """Every line of the running shift by team; the page asks for itself every half minute."""

    template_name = "plans/progress.html"
    fragment_name = "plans/_board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = plant_now()
        on = read_date(self.request.GET.get("on", ""))
        asked = self.request.GET.get("node", "")
        places = nodes_of(self.access.scope, [OrgKind.WORKSHOP, OrgKind.TEAM], on)
        node = next((span for span in places if str(span.node_id) == asked), None)
        nodes = teams_below(node.node_id, on or now.date()) if node else self.access.scope
        teams = team_progress(lines_on_the_board(nodes, now, on), now)
        return super().get_context_data(**kwargs) | {
            "at": now,
            "on": on,
            "node": node,
            "places": places,
            "teams": [(team, self.access.may("progress.post", team.team.node_id)) for team in teams],
            "behind": sum(team.behind for team in teams),
            "lines": sum(len(team.lines) for team in teams),
            "may_link": self.access.may("display.edit"),
            "may_plan": self.access.may("plan.edit"),
        }


class ProgressCount(StaffRequired, View):
    """What a team made in one time slot: a figure a line, and the reason where a line is behind."""

    action = "progress.post"
    asks_node = True

    def find(self, team: int, on: str, shift: int) -> None:
        self.team = get_object_or_404(OrgNode, pk=team, kind=OrgKind.TEAM)
        self.require(self.team)
        self.shift = get_object_or_404(Shift, pk=shift)
        found = read_date(on)
        if found is None:
            raise Http404
        self.on: date = found
        self.now = plant_now()
        lines = plan_lines_seen(self.access).filter(team=self.team, shift=self.shift, business_date=self.on)
        found_teams = team_progress(lines.exclude(status=PlanLine.Status.WITHDRAWN).order_by("pk"), self.now)
        self.progress = found_teams[0] if found_teams else None

    def slot_number(self) -> int:
        """The slot asked for, else the one to be counted next; never one that has not begun."""
        progress = self.progress
        assert progress is not None
        asked = self.request.POST.get("slot") or self.request.GET.get("slot") or ""
        begun = [number for number, slot in enumerate(progress.slots) if slot.starts < self.now]
        for number in begun:
            if f"{progress.slots[number].starts:%Y-%m-%dT%H:%M}" == asked:
                return number
        following = progress.to_post
        return progress.slots.index(following) if following in progress.slots else max(begun, default=0)

    def page(self, forms: list[CountForm], number: int, *, faults: list[RuleBroken] | None = None, status: int = 200) -> HttpResponse:
        progress = self.progress
        assert progress is not None
        context = {
            "progress": progress,
            "forms": forms,
            "number": number,
            "slot": progress.slots[number],
            "slots": [(slot, count_address(progress, slot.starts), slot.starts < self.now) for slot in progress.slots],
            "asks": [form for form in forms if form.progress.asks_why],
            "request_key": uuid4(),
            "faults": faults or [],
            "has_begun": progress.pace.starts < self.now,
            "is_history": self.request.GET.get("tab") == "history",
        }
        if context["is_history"]:
            context["history"] = self.history_of_counts(progress)
        return render(self.request, "plans/progress_count.html", context, status=status)

    def history_of_counts(self, progress: TeamProgress) -> list[Entry]:
        """Who counted what in the slots of this shift, and who corrected it."""
        products = {line.line.pk: line.line.product.label for line in progress.lines}

        def called(event: Any) -> str:
            return f"{products[event.plan_line_id]} · {clock(event.starts_at)}–{clock(event.ends_at)}"

        untold = ("plan_line", "starts_at", "ends_at", "posted_by", "posted_at")
        return history_of(None, Part(SlotOutput, {"plan_line__in": list(products)}, called, untold))

    def forms(self, number: int, data: Any = None) -> list[CountForm]:
        assert self.progress is not None
        return [CountForm(data, progress=line, slot=number) for line in self.progress.lines]

    def get(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        self.find(team, on, shift)
        if self.progress is None:
            context = {"team": named([self.team.pk], self.on)[self.team.pk], "on": self.on, "shift": self.shift}
            return render(request, "plans/progress_none.html", context)
        number = self.slot_number()
        return self.page(self.forms(number), number)

    def post(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        self.find(team, on, shift)
        if self.progress is None:
            raise Http404
        number = self.slot_number()
        forms = self.forms(number, request.POST)
        faulty = [form for form in forms if not form.is_valid()]
        if faulty:
            return self.page(forms, number, status=422)
        try:
            post_counts(
                team=self.team,
                shift=self.shift,
                business_date=self.on,
                slot_starts=self.progress.slots[number].starts,
                counts=[form.asked() for form in forms],
                by=self.by,
                request_key=read_key(request.POST.get("request_key", "")),
            )
        except RuleBroken as refusal:
            if isinstance(refusal, StaleVersion):
                return self.stale(forms, number, refusal)
            faults = list(refusal.faults) if isinstance(refusal, Faults) else [refusal]
            return self.page(forms, number, faults=add_count_refusal(faults, forms), status=refusal.status)
        messages.success(request, _("Counted."))
        self.find(team, on, shift)
        assert self.progress is not None
        asks = any(line.asks_why for line in self.progress.lines)
        return redirect(count_address(self.progress, self.progress.slots[number].starts) if asks else "progress")

    def stale(self, forms: list[CountForm], number: int, refusal: StaleVersion) -> HttpResponse:
        """What was typed stays; the next press puts it in the place of what somebody else counted meanwhile."""
        data = self.request.POST.copy()
        self.find(self.team.pk, self.on.isoformat(), self.shift.pk)
        assert self.progress is not None
        for line in self.progress.lines:
            kept = line.cells[number].output
            data[f"line-{line.line.pk}-version"] = str(kept.version if kept else 0)
        return self.page(self.forms(number, data), number, faults=[refusal], status=refusal.status)


class DisplayLinkList(StaffRequired, RegisterList):
    """Which wall screens open the board without signing in."""

    action = "display.edit"
    model = DisplayLink
    title = gettext_lazy("Wall screens")
    lead = gettext_lazy("Each link shows the progress board of one unit, without names and without signing in, until it is revoked.")
    scope_path = "node"
    filterset_class = DisplayLinkFilter
    views = (("open", gettext_lazy("In force")), ("all", gettext_lazy("All")))
    row_template = "plans/_display_link_row.html"
    default_order = ("-made_at",)
    new_url = reverse_lazy("display-link-new")
    new_label = gettext_lazy("New link")
    new_action = "display.edit"
    columns = (
        Column(gettext_lazy("Where the screen hangs"), sort="name"),
        Column(gettext_lazy("What it shows"), sort="node__code"),
        Column(pgettext_lazy("choice", "Language"), less=2),
        Column(pgettext_lazy("link", "Made by"), less=1),
        Column(gettext_lazy("Last used"), sort="last_used_at", less=1),
        Column(gettext_lazy("Status"), sort="revoked_at"),
        Column(""),
    )
    empty_title = gettext_lazy("No wall screen yet")
    empty_text = gettext_lazy("Make a link, open it on the screen in the workshop, and leave it there.")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(revoked_at=None) if view == "open" else rows

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("node", "made_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        may_revoke = {row.pk for row in context["rows"] if self.access.may(self.action, row.node_id)}
        return context | {"places": named(row.node_id for row in context["rows"]), "may_revoke": may_revoke}


class DisplayLinkNew(StaffRequired, RefusalMixin, FormView):
    action = "display.edit"
    form_class = DisplayLinkForm
    template_name = "plans/register_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": nodes_of(places_for(self.access, self.action), PLACES)}

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.request.LANGUAGE_CODE}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = reverse("display-links")
        return super().get_context_data(**kwargs) | {
            "title": _("New link"),
            "list_title": DisplayLinkList.title,
            "list_url": back,
            "back": back,
        }

    def perform(self, form: DisplayLinkForm) -> HttpResponse:
        self.require(form.cleaned_data["node"])
        link, token = make_display_link(by=self.by, **form.cleaned_data)
        address = self.request.build_absolute_uri(reverse("wall", args=[token]))
        response = render(self.request, "plans/display_link.html", {"link": link, "address": address})
        response["Cache-Control"] = "no-store"
        return response


class DisplayLinkRevoke(StaffRequired, View):
    action = "display.edit"
    asks_node = True

    def post(self, request: Any, pk: int) -> HttpResponse:
        link = get_object_or_404(self.access.scoped(DisplayLink.objects.all(), "node"), pk=pk)
        self.require(link.node_id)
        revoke_display_link(link=link, by=self.by)
        messages.success(request, _("The link opens nothing any more."))
        return redirect("display-links")

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(None)
        return redirect("display-links")
