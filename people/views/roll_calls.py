"""The roll call of a team's shift on one screen, and the list of them (PPL-03)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.asked import read_date, read_key, read_whole
from core.clock import plant_now
from core.errors import Faults, RuleBroken
from core.history import Part, history_of
from core.together import read_together
from core.versions import version_of
from core.views import Column, RegisterList
from people.doors import StaffRequired
from people.filters import RollCallFilter
from people.forms.roll_calls import ExtraForm, MarkForm
from people.models import CAME, OrgNode, RollCall, RollCallMark, Shift, Staff
from people.selectors import Attendance, all_shifts, node_labels
from people.selectors.roll_calls import Around, around_call, call_rows, due_roll_calls, who_may_come
from people.services import save_roll_call
from people.services.roll_calls import require_open

# The four taps of a person: key, icon, tone, word.
PRESENCES = (
    ("present", "check-lg", "ok", gettext_lazy("Present")),
    ("late", "alarm", "late", pgettext_lazy("person", "Late")),
    ("leave", "dash-lg", "na", gettext_lazy("Leave")),
    ("absent", "x-lg", "ng", gettext_lazy("Absent")),
)


class RollCallList(StaffRequired, RegisterList):
    title = gettext_lazy("Roll calls")
    lead = gettext_lazy("Who came to which shift. Attendance is persons who came ÷ persons on the roster.")
    template_name = "people/roll_calls.html"
    row_template = "people/_roll_call_row.html"
    filterset_class = RollCallFilter
    scope_path = "team"
    default_order = ("-business_date", "team__code", "shift__starts_at")
    columns = (
        Column(gettext_lazy("Date"), "business_date"),
        Column(gettext_lazy("Team"), "team__code"),
        Column(gettext_lazy("Shift"), less=2),
        Column(gettext_lazy("On the roster"), number=True, less=1),
        Column(gettext_lazy("Came"), number=True, less=1),
        Column(gettext_lazy("Absent"), "absent", number=True),
        Column(gettext_lazy("Attendance"), number=True),
        Column(gettext_lazy("Attended"), number=True, less=2, unit="h"),
        Column(gettext_lazy("Called by"), less=1),
    )
    empty_title = gettext_lazy("No roll call yet")
    empty_text = gettext_lazy("Team leaders and supervisors call the roll at the start of each shift that the roster has for their team.")

    def base_rows(self) -> QuerySet:
        counted = Q(marks__is_extra=False)
        return RollCall.objects.select_related("team", "shift", "saved_by").annotate(
            rostered=Count("marks", filter=counted),
            attended=Count("marks", filter=counted & Q(marks__presence__in=list(CAME))),
            absent=Count("marks", filter=counted & Q(marks__presence="absent")),
            hours=Sum("marks__attended_hours"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = plant_now()
        due = [call for call in due_roll_calls(self.access.scope, now) if self.access.may("roll.call", call.team_id)]
        teams = {row.team_id for row in context["rows"]} | {call.team_id for call in due}
        for row in context["rows"]:
            row.rate = Attendance(row.rostered, row.attended).rate
        return context | {"labels": node_labels(now.date(), teams), "due": due, "now": now}


class CallMixin(StaffRequired):
    """The team, shift and date of the address; a team out of scope does not exist."""

    action = "roll.call"
    asks_node = True
    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def team(self) -> OrgNode:
        return self._team_and_call[0]

    @cached_property
    def roll_call(self) -> RollCall | None:
        return self._team_and_call[1]

    @cached_property
    def _team_and_call(self) -> tuple[OrgNode, RollCall | None]:
        teams = OrgNode.objects.filter(pk=self.kwargs["team"], kind="team")
        calls = RollCall.objects.filter(team__in=teams, shift=self.shift, business_date=self.on).select_related("saved_by")
        found, made = read_together(teams, calls)
        if not found:
            raise Http404
        return found[0], made[0] if made else None

    @cached_property
    def shift(self) -> Shift:
        for shift in all_shifts():
            if shift.pk == self.kwargs["shift"]:
                return shift
        raise Http404

    @cached_property
    def on(self) -> date:
        on = read_date(self.kwargs["on"])
        if on is None:
            raise Http404
        return on

    @property
    def address(self) -> str:
        return reverse("roll-call", args=[self.team.pk, self.on.isoformat(), self.shift.pk])

    @cached_property
    def around(self) -> Around:
        return around_call(self.team, self.shift, self.on, self.roll_call)


class RollCallPage(CallMixin, View):
    """To look at for everybody in scope; to call for those whose team it is, while it is open."""

    TABS = {"call": gettext_lazy("Roll call"), "history": gettext_lazy("History")}

    @cached_property
    def closed(self) -> RuleBroken | None:
        try:
            require_open(self.shift, self.on)
        except RuleBroken as refusal:
            return refusal
        return None

    def get(self, request: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.team, "read")
        forms = [] if self.tab == "history" else self.forms([])
        return self.page(forms, ExtraForm(team=self.team))

    @cached_property
    def tab(self) -> str:
        tab = self.request.GET.get("tab", "call")
        if tab not in self.TABS:
            raise Http404
        return tab

    def forms(self, extra: list[Staff], data: Any = None) -> list[MarkForm]:
        return [MarkForm(data, row=row) for row in call_rows(self.team, self.shift, self.on, self.around, extra)]

    def extra_people(self) -> list[Staff]:
        """Those who were added on the page before it was saved."""
        asked = [pk for sent in self.request.POST.getlist("people") if (pk := read_whole(sent)) is not None]
        return list(who_may_come(self.team).filter(pk__in=asked))

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.team)
        extra = self.extra_people()
        adding = ExtraForm(request.POST, team=self.team)
        is_good = adding.is_valid()
        someone = adding.cleaned_data.get("extra") if is_good else None
        if request.POST.get("then") == "add":
            forms = self.forms([*extra, *([someone] if someone else [])])
            for form in forms:
                if f"{form.prefix}-presence" in request.POST:
                    form.data, form.is_bound = request.POST, True
            return self.page(forms, ExtraForm(team=self.team) if is_good else adding, status=200 if is_good else 422)
        forms = self.forms([*extra, *([someone] if someone else [])], request.POST)
        if not all([is_good, *(form.is_valid() for form in forms)]):
            return self.page(forms, adding, status=422)
        try:
            save_roll_call(
                team=self.team,
                shift=self.shift,
                business_date=self.on,
                marks=[form.mark() for form in forms],
                by=self.by,
                version=read_whole(request.POST.get("version")) or 0,
                request_key=read_key(request.POST.get("request_key")),
            )
        except RuleBroken as refusal:
            return self.page(forms, adding, status=refusal.status, faults=_at_their_rows(forms, refusal))
        messages.success(request, _("The roll call is saved."))
        return redirect(self.address)

    def page(self, forms: list[MarkForm], adding: ExtraForm, *, status: int = 200, faults: list[RuleBroken] | None = None) -> HttpResponse:
        labels = node_labels(self.on, {self.team.pk, *(pk for loan in self.around.loans for pk in (loan.from_team_id, loan.to_team_id))})
        context = {
            "team": self.team,
            "label": labels.get(self.team.pk, self.team.code),
            "labels": labels,
            "shift": self.shift,
            "on": self.on,
            "roll_call": self.roll_call,
            "forms": forms,
            "adding": adding,
            "faults": faults or [],
            "row": self.around.sums,
            "usual": self.shift.times.window(self.on),
            "presences": PRESENCES,
            "loans": self.around.loans,
            "closed": self.closed,
            "may_call": self.access.may("roll.call", self.team) and self.closed is None,
            "may_lend": self.access.may("staff.lend", self.team) and self.closed is None,
            "version": self.request.POST.get("version") or (version_of(self.roll_call) if self.roll_call and self.tab == "call" else 0),
            "request_key": uuid4(),
            "tab": self.tab,
            "tabs": [{"url": f"{self.address}?tab={key}", "label": word, "is_here": key == self.tab} for key, word in self.TABS.items()],
        }
        if self.tab == "history" and self.roll_call:
            marks = Part(
                RollCallMark,
                {"roll_call": self.roll_call},
                lambda event: event.staff.name,
                ("roll_call", "business_date", "shift", "staff"),
                joined=("staff",),
            )
            context["history"] = history_of(self.roll_call, marks)
        return render(self.request, "people/roll_call.html", context, status=status)


def _at_their_rows(forms: list[MarkForm], refusal: RuleBroken) -> list[RuleBroken]:
    """Puts each fault at its person; what speaks of the whole comes back."""
    rest: list[RuleBroken] = []
    for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
        parts = fault.field.split(".")
        if len(parts) == 3 and parts[0] == "marks" and int(parts[1]) < len(forms):
            fault.field = parts[2]
            forms[int(parts[1])].add_refusal(fault)
        else:
            rest.append(fault)
    return rest
