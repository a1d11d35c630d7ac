"""The day of a team, or of all teams of a unit: what was attained, and what the supervisor says about it (PLN-14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from core.asked import read_date, read_whole
from core.clock import plant_now
from core.errors import RuleBroken, StaleVersion
from core.history import Entry, Part, history_of
from people.doors import StaffRequired
from people.models import OrgKind, OrgNode, Shift
from plans import hooks
from plans.forms.day_figures import DayCommentForm
from plans.models import DayComment, Finding
from plans.selectors.day_figures import DayFigures, ShiftOfDay, day_figures
from plans.services import save_day_comment


class DayDoor(StaffRequired, View):
    """Finds the unit in scope and reads the date of the address."""

    asks_node = True
    node: OrgNode
    on: date

    def find(self, node: int, on: str) -> None:
        found = read_date(on)
        if found is None:
            raise Http404
        self.on = found
        if not self.access.sees(node):
            raise Http404
        self.node = get_object_or_404(OrgNode, pk=node)

    def show(self, *, typed: tuple[str, DayCommentForm] | None = None, status: int = 200) -> HttpResponse:
        day = day_figures(self.node, self.on, plant_now(), self.access)
        forms = {row.key: self.form_of(row) for row in day.rows if self.may_comment(row)}
        if typed:
            forms[typed[0]] = typed[1]
        context = {
            "place": day.place,
            "on": self.on,
            "day": day,
            "forms": forms,
            "defects": hooks.named_slot("defects", [(self.node, self.on)]),
            "report_url": self.report_url(day),
            "findings_url": self.findings_url(),
            "before": reverse("day-figures", args=[self.node.pk, (self.on - timedelta(days=1)).isoformat()]),
            "after": reverse("day-figures", args=[self.node.pk, (self.on + timedelta(days=1)).isoformat()]),
            "opened": typed[0] if typed else "",
            "is_history": self.request.GET.get("tab") == "history",
        }
        if context["is_history"]:
            context["history"] = self.history_of_comments(day)
        return render(self.request, "plans/day_figures.html", context, status=status)

    def history_of_comments(self, day: DayFigures) -> list[Entry]:
        """Who wrote which comment of the date, of the teams that this person sees here."""
        said = {(row.review.team.node_id, row.review.shift.pk): f"{row.review.team.label} · {row.review.shift.label}" for row in day.rows}
        own = {"business_date": self.on, "team__in": {team for team, _shift in said}}
        untold = ("team", "shift", "business_date", "by", "at")
        return history_of(None, Part(DayComment, own, lambda event: said.get((event.team_id, event.shift_id), ""), untold))

    def may_comment(self, row: ShiftOfDay) -> bool:
        return not row.is_locked and self.on <= plant_now().date() and self.access.may("report.post", row.review.team.node_id)

    def form_of(self, row: ShiftOfDay) -> DayCommentForm:
        known = row.comment
        kept = {"text": known.text if known else "", "version": known.version if known else 0}
        return DayCommentForm(initial=kept, auto_id=f"id_{row.key}_%s")

    def report_url(self, day: DayFigures) -> str:
        """The rows that the figures are of: the one report, else the list of them on this page."""
        return reverse("report", args=[day.only_report.pk]) if day.only_report else "#shifts"

    def findings_url(self) -> str:
        asked = {"view": "all", "node": str(self.node.pk), "status": Finding.Status.OPEN.value, "found_on": self.on.isoformat()}
        return f"{reverse('findings')}?{urlencode(asked)}"


class DayFiguresPage(DayDoor):
    def get(self, request: Any, node: int, on: str) -> HttpResponse:
        self.find(node, on)
        self.require(self.node)
        return self.show()


class DayCommentSave(DayDoor):
    """Keep the comment on one team's shift; from the page of the team or of a unit above it, which it leads back to."""

    action = "report.post"

    def get(self, request: Any, node: int, on: str, shift: int) -> HttpResponse:
        self.find(node, on)
        self.require(self.node, "read")
        return redirect("day-figures", node=node, on=on)

    def post(self, request: Any, node: int, on: str, shift: int) -> HttpResponse:
        self.find(node, on)
        team = self.node
        self.require(team)
        asked = read_whole(request.POST.get("page", ""))
        if asked is not None and self.access.sees(asked):
            self.node = OrgNode.objects.filter(pk=asked).first() or team
        key = f"{team.pk}-{shift}"
        form = DayCommentForm(request.POST, auto_id=f"id_{key}_%s")
        if team.kind != OrgKind.TEAM:
            raise Http404
        if not form.is_valid():
            return self.show(typed=(key, form), status=422)
        try:
            save_day_comment(
                team=team,
                shift=get_object_or_404(Shift, pk=shift),
                business_date=self.on,
                text=form.cleaned_data["text"],
                version=form.cleaned_data["version"],
                by=self.by,
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            if isinstance(refusal, StaleVersion):
                data = request.POST.copy()
                data["version"] = str(refusal.figures["version"])
                form.data = data
            return self.show(typed=(key, form), status=refusal.status)
        messages.success(request, _("The comment is kept."))
        return redirect("day-figures", node=self.node.pk, on=on)
