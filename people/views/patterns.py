"""Rotation patterns, and letting teams follow them (PPL-17)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from core.asked import read_whole
from core.clock import plant_today
from core.errors import Faults
from core.history import Part, history_of
from core.versions import version_of
from core.views import Column, RefusalMixin, RegisterList
from people.doors import StaffRequired
from people.forms import FollowForm, PatternForm
from people.forms.rosters import LONGEST_CYCLE
from people.models import OrgSpan, PatternDay, RotationPattern, Shift
from people.selectors.roster_months import preview
from people.services import TeamStart, add_pattern, edit_pattern, follow_pattern
from people.views.rosters import TeamMixin

USUAL_CYCLE = 7


class PatternList(StaffRequired, RegisterList):
    title = _("Rotation patterns")
    lead = _("A cycle of days that teams follow from a date; what differs on a day is changed in the roster.")
    columns = (
        Column(_("Code"), "code"),
        Column(_("Name"), "name"),
        Column(_("Days of the cycle"), "length", number=True),
        Column(_("Days off in it"), "rests", number=True, less=2),
        Column(_("Teams on it today"), number=True, less=1),
        Column(_("On the plant's days off"), "rests_on_days_off", less=1),
    )
    row_template = "people/_pattern_row.html"
    default_order = ("code",)
    new_label = _("Add a pattern")
    new_action = "roster.edit"
    empty_title = _("No rotation pattern yet")
    empty_text = _("Without one the teams go by the plant's calendar. Add the first: a week, or a rotation of shifts.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("pattern-add")

    def base_rows(self) -> Any:
        today = plant_today()
        is_on = Q(plans__starts_on__lte=today) & (Q(plans__ends_on=None) | Q(plans__ends_on__gte=today))
        return RotationPattern.objects.annotate(
            length=Count("days", distinct=True),
            rests=Count("days", filter=Q(days__shift=None), distinct=True),
            teams=Count("plans__team", filter=is_on, distinct=True),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_edit": self.access.may("roster.edit")}


class PatternPage(StaffRequired, RefusalMixin, FormView):
    """What adding and editing share: the number of days stands in the address."""

    action = "roster.edit"
    template_name = "people/pattern_form.html"
    form_class = PatternForm
    pattern: RotationPattern | None = None
    is_fixed = False

    @cached_property
    def shifts(self) -> list[Shift]:
        return list(Shift.objects.order_by("starts_at", "code"))

    def cycle(self) -> list[int | None]:
        """The days to begin with."""
        return [None] * USUAL_CYCLE

    @cached_property
    def first_cycle(self) -> list[int | None]:
        return self.cycle()

    @cached_property
    def days(self) -> int:
        asked = read_whole(self.request.POST.get("days") or self.request.GET.get("days"))
        if self.is_fixed or asked is None:
            return len(self.first_cycle)
        return min(max(asked, 1), LONGEST_CYCLE)

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"shifts": self.shifts, "days": self.days, "is_new": self.pattern is None, "is_fixed": self.is_fixed}
        return super().get_form_kwargs() | own

    def get_initial(self) -> dict[str, Any]:
        return {f"day_{number}": str(shift or "") for number, shift in enumerate(self.first_cycle, 1)}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """``then=days`` only draws another number of days; what was typed stays."""
        if request.POST.get("then") != "days":
            return super().post(request, *args, **kwargs)
        form = self.form_class(**{**self.get_form_kwargs(), "data": None, "files": None, "initial": request.POST.dict()})
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "pattern": self.pattern,
            "days": self.days,
            "longest": LONGEST_CYCLE,
            "is_fixed": self.is_fixed,
        }


class AddPattern(PatternPage):
    told = _("The pattern is added.")

    @cached_property
    def copied(self) -> RotationPattern | None:
        return RotationPattern.objects.filter(code=self.request.GET.get("copy", "")).first()

    def cycle(self) -> list[int | None]:
        return list(self.copied.days.order_by("number").values_list("shift", flat=True)) if self.copied else super().cycle()

    def get_initial(self) -> dict[str, Any]:
        if self.copied is None:
            return super().get_initial() | {"rests_on_days_off": True}
        kept = {name: getattr(self.copied, name) for name in ("name", "name_zh", "rests_on_days_off")}
        return super().get_initial() | kept

    def perform(self, form: PatternForm) -> HttpResponse:
        asked = {name: form.cleaned_data[name] for name in ("code", "name", "name_zh", "rests_on_days_off")}
        add_pattern(shifts=form.cycle(), by=self.by, **asked)
        return redirect("patterns")


class EditPattern(PatternPage):
    told = _("The pattern is saved.")
    kwargs: dict[str, Any]

    @cached_property
    def pattern(self) -> RotationPattern:  # type: ignore[override]
        return get_object_or_404(RotationPattern, pk=self.kwargs["pk"])

    @cached_property
    def is_fixed(self) -> bool:  # type: ignore[override]
        return self.pattern.plans.exists()

    def cycle(self) -> list[int | None]:
        return list(self.pattern.days.order_by("number").values_list("shift", flat=True))

    def get_initial(self) -> dict[str, Any]:
        kept = {name: getattr(self.pattern, name) for name in ("name", "name_zh", "rests_on_days_off")}
        return super().get_initial() | kept | {"version": version_of(self.pattern)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = Part(
            PatternDay, {"pattern": self.pattern}, lambda event: _("Day %(number)s") % {"number": event.number}, ("pattern", "number")
        )
        return super().get_context_data(**kwargs) | {"history": history_of(self.pattern, days)}

    def perform(self, form: PatternForm) -> HttpResponse:
        asked = {name: form.cleaned_data[name] for name in ("name", "name_zh", "rests_on_days_off", "version")}
        edit_pattern(pattern=self.pattern, shifts=form.cycle(), by=self.by, **asked)
        return redirect("patterns")


class FollowPattern(TeamMixin, RefusalMixin, FormView):
    """In two steps: what is asked, then what it would bring; nothing is written before the second."""

    action = "roster.edit"
    template_name = "people/roster_follow.html"
    form_class = FollowForm
    told = _("The teams follow the new roster.")

    @cached_property
    def own_teams(self) -> list[OrgSpan]:
        return [span for span in self.teams if self.access.may("roster.edit", span.node_id)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"teams": self.own_teams}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("team", "")
        return {"starts_on": plant_today(), f"team_{asked}": True} if asked else {"starts_on": plant_today()}

    def form_valid(self, form: FollowForm) -> HttpResponse:
        if self.request.POST.get("then") == "save":
            return super().form_valid(form)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = super().get_context_data(**kwargs)
        form = own["form"]
        if form.is_bound and form.is_valid():
            asked = form.cleaned_data
            if asked["ends_on"] is None or asked["ends_on"] >= asked["starts_on"]:
                starts = [(span.node, first_day) for span, first_day in form.chosen()]
                own["labels"] = {span.node_id: span.label for span in self.own_teams}
                own["preview"] = preview(starts, asked["pattern"], asked["starts_on"], asked["ends_on"])
                own["days_back"] = max((plant_today() - asked["starts_on"]).days, 0)
        return own

    def perform(self, form: FollowForm) -> HttpResponse:
        asked, chosen = form.cleaned_data, form.chosen()
        try:
            follow_pattern(
                starts=[TeamStart(span.node, first_day) for span, first_day in chosen],
                pattern=asked["pattern"],
                starts_on=asked["starts_on"],
                ends_on=asked["ends_on"],
                by=self.by,
                request_key=asked["request_key"],
            )
        except Faults as refusal:
            for fault in refusal.faults:
                place = chosen[int(fault.field.rpartition(".")[2])][0]
                fault.field = f"first_day_{place.node_id}"
            raise
        return redirect(f"{reverse('roster')}?team={chosen[0][0].node_id}&month={asked['starts_on']:%Y-%m}")
