from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, HouseForm, NumberField, TimeInput
from people.models import RotationPattern, Shift

OFF, USUAL = "off", "usual"
LONGEST_CYCLE = 98


class RosterDayForm(HouseForm):
    """What a team or a person works on a day: as usual, a shift, or nothing."""

    what = forms.ChoiceField(label=_("On this day"), widget=forms.RadioSelect)
    starts_at = forms.TimeField(label=_("Starts at"), widget=TimeInput, required=False)
    ends_at = forms.TimeField(
        label=_("Ends at"),
        widget=TimeInput,
        required=False,
        help_text=_("Only for overtime or a part shift; blank is the shift's own time."),
    )
    last = forms.DateField(label=_("The same until"), widget=DateInput, required=False, help_text=_("Blank is this day alone."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, shifts: Sequence[Shift], usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(str(shift.pk), f"{shift.label} {shift.starts_at:%H:%M}–{shift.ends_at:%H:%M}") for shift in shifts]
        field: Any = self.fields["what"]
        field.choices = [(USUAL, usual), *words, (OFF, _("Off"))]


class PatternForm(HouseForm):
    """A cycle of days; the number of days is part of the address, so that it works without a script."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    rests_on_days_off = forms.BooleanField(
        label=_("Off on the plant's days off"), required=False, help_text=_("Without it the rotation works through Sundays and holidays.")
    )

    def __init__(self, *args: Any, shifts: Sequence[Shift], days: int, is_new: bool, is_fixed: bool = False, **kwargs: Any) -> None:
        self.takes_version = not is_new
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
        self.shifts = {str(shift.pk): shift for shift in shifts}
        self.days = days
        choices = [("", _("Off")), *((pk, shift.label) for pk, shift in self.shifts.items())]
        for number in range(1, days + 1):
            label = _("Day %(number)s") % {"number": number}
            self.fields[f"day_{number}"] = forms.ChoiceField(label=label, choices=choices, required=False, disabled=is_fixed)
        self.fields["rests_on_days_off"].disabled = is_fixed

    @property
    def day_fields(self) -> list[Any]:
        return [self[f"day_{number}"] for number in range(1, self.days + 1)]

    def cycle(self) -> list[Shift | None]:
        return [self.shifts.get(self.cleaned_data[f"day_{number}"]) for number in range(1, self.days + 1)]


class FollowForm(HouseForm):
    """Which teams follow which pattern for which dates, each from its own day of the cycle."""

    takes_key = True
    pattern = forms.ModelChoiceField(
        label=_("Rotation pattern"), queryset=RotationPattern.objects.all(), required=False, empty_label=_("No pattern: by the calendar")
    )
    starts_on = forms.DateField(label=_("From date"), widget=DateInput)
    ends_on = forms.DateField(label=_("To date"), widget=DateInput, required=False, help_text=_("Blank is until further notice."))

    def __init__(self, *args: Any, teams: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = list(teams)
        field: Any = self.fields["pattern"]
        field.label_from_instance = lambda pattern: pattern.label
        for span in self.teams:
            self.fields[f"team_{span.node_id}"] = forms.BooleanField(label=span.label, required=False)
            self.fields[f"first_day_{span.node_id}"] = NumberField(
                label=_("Day of the cycle"), low=1, whole=True, initial=1, required=False
            )
            said = _("%(team)s: day of the cycle") % {"team": span.label}
            self.fields[f"first_day_{span.node_id}"].widget.attrs["aria-label"] = said

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(span, self[f"team_{span.node_id}"], self[f"first_day_{span.node_id}"]) for span in self.teams]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(f"team_{span.node_id}") for span in self.teams):
            raise forms.ValidationError(_("Tick at least one team."), code="required")
        return cleaned

    def chosen(self) -> list[tuple[Any, int]]:
        """The ticked teams with their day of the cycle."""
        return [
            (span, int(self.cleaned_data.get(f"first_day_{span.node_id}") or 1))
            for span in self.teams
            if self.cleaned_data.get(f"team_{span.node_id}")
        ]
