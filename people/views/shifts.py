"""Shifts and the plant's calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from core.asked import read_date
from core.clock import PlantMonth, plant_today
from core.history import Part, history_of
from core.versions import version_of
from core.views import Column, RefusalMixin, RegisterList
from people.access import plant_of
from people.calendar import departures, working_days
from people.doors import StaffRequired
from people.forms import CalendarDayForm, EditShiftForm, ShiftForm
from people.models import CalendarDay, OrgKind, OrgNode, Shift
from people.selectors import node_labels
from people.services import add_shift, clear_calendar_day, edit_shift, set_calendar_day


class ShiftList(StaffRequired, RegisterList):
    model = Shift
    title = _("Shifts")
    columns = (
        Column(_("Code"), "code"),
        Column(_("Name"), "name"),
        Column(_("From"), "starts_at", number=True),
        Column(_("To"), "ends_at", number=True),
        Column(_("Break"), "break_minutes", number=True, less=2, unit=_("min")),
        Column(_("Hours without break"), number=True, less=2, unit=_("h")),
    )
    row_template = "people/_shift_row.html"
    default_order = ("starts_at", "code")
    export_kind = "shifts"
    new_label = _("Add a shift")
    new_action = "shift.edit"
    empty_title = _("No shift yet")
    empty_text = _("The strip above, the sheets and the daily reports go by shift. Add the first one.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("shift-add")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_edit": self.access.may("shift.edit")}


class AddShift(StaffRequired, RefusalMixin, FormView):
    action = "shift.edit"
    template_name = "people/shift_form.html"
    form_class = ShiftForm
    told = _("The shift is added.")

    def perform(self, form: ShiftForm) -> HttpResponse:
        fields = form.cleaned_data | {"break_minutes": int(form.cleaned_data["break_minutes"])}
        add_shift(by=self.by, **fields)
        return redirect("shifts")


class EditShift(StaffRequired, RefusalMixin, FormView):
    action = "shift.edit"
    template_name = "people/shift_form.html"
    form_class = EditShiftForm
    told = _("The shift is saved.")
    kwargs: dict[str, Any]

    @cached_property
    def shift(self) -> Shift:
        return get_object_or_404(Shift, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        fields = ("name", "name_zh", "starts_at", "ends_at", "break_minutes")
        return {name: getattr(self.shift, name) for name in fields} | {"version": version_of(self.shift)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"shift": self.shift, "history": history_of(self.shift)}

    def perform(self, form: EditShiftForm) -> HttpResponse:
        fields = form.cleaned_data | {"break_minutes": int(form.cleaned_data["break_minutes"])}
        edit_shift(shift=self.shift, by=self.by, **fields)
        return redirect("shifts")


class CalendarMixin(StaffRequired):
    """Which plant's calendar: the one asked for among those seen, else the first."""

    request: Any

    @cached_property
    def plants(self) -> list[OrgNode]:
        plants = OrgNode.objects.filter(kind=OrgKind.PLANT)
        return list(plants if self.access.scope is None else plants.filter(pk__in=self._plants_seen()))

    def _plants_seen(self) -> set[int]:
        return {plant for plant in [plant_of(self.by.org_id)] if plant} if self.by.org_id else set()

    @cached_property
    def plant(self) -> OrgNode | None:
        asked = self.request.GET.get("plant", "") or self.request.POST.get("plant", "")
        found = next((plant for plant in self.plants if plant.code == asked), None)
        if asked and found is None:
            raise Http404
        return found or (self.plants[0] if self.plants else None)


class CalendarMonth(CalendarMixin, TemplateView):
    template_name = "people/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = plant_today()
        try:
            month = PlantMonth.parse(self.request.GET.get("month", ""))
        except ValueError:
            month = PlantMonth.of(today)
        first, last = month.starts_on, month.ends_on
        rows = departures(self.plant, first, last)
        worked = set(working_days(self.plant, first, last))
        weeks = []
        for week in calendar.Calendar(firstweekday=0).monthdatescalendar(month.year, month.month):
            weeks.append([self._day(on, month, rows, worked, today) for on in week])
        return super().get_context_data(**kwargs) | {
            "month": month,
            "first": first,
            "weeks": weeks,
            "weekdays": [date(2024, 1, 1) + timedelta(days=offset) for offset in range(7)],
            "count": len(worked),
            "plant": self.plant,
            "plant_labels": node_labels(today),
            "may_edit": self.access.may("calendar.edit"),
        }

    def _day(self, on: date, month: PlantMonth, rows: dict[date, CalendarDay], worked: set[date], today: date) -> dict[str, Any]:
        return {"on": on, "is_inside": on.month == month.month, "is_worked": on in worked, "row": rows.get(on), "is_today": on == today}


class CalendarDayPage(CalendarMixin, RefusalMixin, FormView):
    """What one date is, for every plant or the one asked for."""

    action = "calendar.edit"
    template_name = "people/calendar_day.html"
    form_class = CalendarDayForm
    told = _("The calendar is changed.")
    kwargs: dict[str, Any]

    @cached_property
    def on(self) -> date:
        on = read_date(self.kwargs["on"])
        if on is None:
            raise Http404
        return on

    @property
    def for_plant(self) -> OrgNode | None:
        """The row edited: the plant's own, or the row for every plant where there is one only and this person sees it."""
        return None if self.access.sees_every_plant and len(self.plants) < 2 else self.plant

    def get_initial(self) -> dict[str, Any]:
        row = CalendarDay.objects.filter(plant=self.for_plant, date=self.on).first()
        if row is None:
            return {"kind": "usual"}
        return {"kind": "working" if row.is_working else "holiday", "name": row.name, "name_zh": row.name_zh}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "on": self.on,
            "plant": self.plant,
            "plant_labels": node_labels(plant_today()),
            "history": history_of(None, *self._rows()),
        }

    def _rows(self) -> list[Part]:
        """What was ever said of this date for every plant, and for this one."""
        return [Part(CalendarDay, {"date": self.on, "plant": plant}) for plant in (None, *([self.plant.pk] if self.plant else []))]

    def perform(self, form: CalendarDayForm) -> HttpResponse:
        asked = form.cleaned_data
        if asked["kind"] == "usual":
            clear_calendar_day(plant=self.for_plant, on=self.on, by=self.by)
        else:
            set_calendar_day(
                plant=self.for_plant,
                on=self.on,
                is_working=asked["kind"] == "working",
                name=asked["name"],
                name_zh=asked["name_zh"],
                by=self.by,
            )
        back = f"{reverse('calendar')}?month={self.on:%Y-%m}"
        return redirect(f"{back}&plant={self.plant.code}" if self.plant and len(self.plants) > 1 else back)
