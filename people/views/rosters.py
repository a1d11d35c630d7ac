"""The roster of a team: a month at a glance, and the change of a day (PPL-17)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from core.asked import read_date, read_whole
from core.clock import PlantMonth, plant_today
from core.history import Part, history_of
from core.templatetags.fo import day
from core.views import RefusalMixin
from people.doors import StaffRequired
from people.forms import RosterDayForm
from people.forms.rosters import OFF, USUAL
from people.models import OrgKind, OrgNode, OrgSpan, RosterDay, RosterPlan, Shift, Staff
from people.roster import on_duty
from people.selectors import days_seen, spans_on
from people.selectors.roster_months import roster_month, times_words
from people.services import change_roster_days


class TeamMixin(StaffRequired):
    """Which team: the one asked for among those seen, else one's own, else the first."""

    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def teams(self) -> list[OrgSpan]:
        """The teams seen today, by workshop and code."""
        spans = spans_on(plant_today())
        seen = [span for pk, span in spans.items() if span.node.kind == OrgKind.TEAM and self.access.sees(pk)]
        return sorted(seen, key=lambda span: (str(spans[span.parent_id].node) if span.parent_id in spans else "", span.node.code))

    @cached_property
    def team(self) -> OrgNode | None:
        asked = str(self.kwargs.get("team", "")) or self.request.GET.get("team", "")
        found = next((span.node for span in self.teams if str(span.node_id) == asked), None)
        if asked and found is None:
            raise Http404
        own = next((span.node for span in self.teams if span.node_id == self.by.org_id), None)
        return found or own or (self.teams[0].node if self.teams else None)


class RosterPage(TeamMixin, TemplateView):
    template_name = "people/roster.html"
    TABS = {"month": gettext_lazy("Month"), "history": gettext_lazy("History")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = plant_today()
        try:
            month = PlantMonth.parse(self.request.GET.get("month", ""))
        except ValueError:
            month = PlantMonth.of(today)
        asked = self.request.GET.get("tab", "month")
        if asked not in self.TABS:
            raise Http404
        own: dict[str, Any] = {
            "month": month,
            "first": month.starts_on,
            "tab": asked,
            "today": today,
            "teams": self.teams,
            "team": self.team,
        }
        if self.team is not None:
            own |= self.of_team(self.team, month, today, asked)
        return super().get_context_data(**(own | kwargs))

    def of_team(self, team: OrgNode, month: PlantMonth, today: date, tab: str) -> dict[str, Any]:
        address = reverse("roster")
        here = {"team": team.pk, "month": str(month)}
        own: dict[str, Any] = {
            "label": next(span.label for span in self.teams if span.node_id == team.pk),
            "tabs": [
                {"url": f"{address}?{urlencode(here | {'tab': key})}", "label": word, "is_here": key == tab}
                for key, word in self.TABS.items()
            ],
            "may_change": self.access.may("roster.change", team),
            "may_edit": self.access.may("roster.edit", team),
        }
        if tab == "history":
            dates = {"team": team, "date__gte": month.starts_on, "date__lte": month.ends_on}
            days = Part(RosterDay, dates, _day_told, ("team", "date", "is_change"), joined=("staff",))
            return own | {"history": history_of(None, days, Part(RosterPlan, {"team": team}, untold=("team",)))}
        plan = RosterPlan.objects.filter(team=team, starts_on__lte=month.ends_on).select_related("pattern").order_by("-starts_on").first()
        is_on = plan is not None and (plan.ends_on is None or plan.ends_on >= month.starts_on)
        return own | {"grid": roster_month(team, month, today), "plan": plan if is_on else None}


def _day_told(event: Any) -> str:
    return f"{day(event.date, 'long')}{f' · {event.staff.name}' if event.staff_id else ''}"


class RosterDayPage(TeamMixin, RefusalMixin, FormView):
    """One day of the team or of one person, or the same for some days on end."""

    action = "roster.change"
    asks_node = True
    template_name = "people/roster_day.html"
    form_class = RosterDayForm
    told = gettext_lazy("The roster is changed.")

    @cached_property
    def place(self) -> OrgNode:
        if self.team is None:
            raise Http404
        return self.team

    @cached_property
    def on(self) -> date:
        on = read_date(self.kwargs["on"])
        if on is None:
            raise Http404
        return on

    @cached_property
    def person(self) -> Staff | None:
        asked = self.request.GET.get("staff", "")
        if not asked:
            return None
        person = get_object_or_404(Staff, pk=read_whole(asked) or 0)
        if not (self.access.sees(person.org_id) or RosterDay.objects.filter(team=self.place, staff=person).exists()):
            raise Http404
        return person

    @cached_property
    def shifts(self) -> list[Shift]:
        return list(Shift.objects.order_by("starts_at", "code"))

    @cached_property
    def rows(self) -> list[RosterDay]:
        return list(RosterDay.objects.filter(team=self.place, staff=self.person, date=self.on).select_related("shift"))

    @cached_property
    def usual(self) -> dict[int, Any] | None:
        """What holds without rows of this date: of the team's pattern or calendar, for a person what the team works."""
        duties = on_duty([self.place.pk], self.on, self.on)
        return duties.shifts(self.place.pk, self.on) if self.person else duties.usual(self.place.pk, self.on)

    def usual_words(self) -> str:
        if self.usual is None:
            return _("As usual: working day, every shift")
        if not self.usual:
            return _("As usual: off")
        told = [(shift, self.usual[shift.pk]) for shift in self.shifts if shift.pk in self.usual]
        what = " ".join([", ".join(shift.label for shift, _times in told), times_words(told)]).strip()
        return _("As usual: %(what)s") % {"what": what}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"shifts": self.shifts, "usual": self.usual_words()}

    def get_initial(self) -> dict[str, Any]:
        seen = {"seen": days_seen(self.place, self.person, self.on)}
        if not self.rows:
            return seen | {"what": USUAL}
        row = self.rows[0]
        return seen | {"what": OFF if row.is_off else str(row.shift_id), "starts_at": row.starts_at, "ends_at": row.ends_at}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.place)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.place)
        return super().post(request, *args, **kwargs)

    def back(self) -> str:
        query = urlencode({"team": self.place.pk, "month": f"{self.on:%Y-%m}"})
        return f"{reverse('roster')}?{query}#d{self.person.pk if self.person else 0}-{self.on.isoformat()}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        label = next(span.label for span in self.teams if span.node_id == self.place.pk)
        return super().get_context_data(**kwargs) | {"person": self.person, "label": label, "on": self.on, "back": self.back()}

    def perform(self, form: RosterDayForm) -> HttpResponse:
        asked = form.cleaned_data
        is_off, is_usual = asked["what"] == OFF, asked["what"] == USUAL
        change_roster_days(
            team=self.place,
            staff=self.person,
            first=self.on,
            last=asked["last"],
            shift=None if is_usual else self.shift_off() if is_off else next(one for one in self.shifts if str(one.pk) == asked["what"]),
            is_off=is_off,
            starts_at=asked["starts_at"],
            ends_at=asked["ends_at"],
            by=self.by,
            seen=asked["seen"],
        )
        return redirect(self.back())

    def shift_off(self) -> Shift:
        """The shift that somebody is off: the one they would have worked."""
        return next((shift for shift in self.shifts if self.usual and shift.pk in self.usual), self.shifts[0])
