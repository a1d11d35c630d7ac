from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm, NumberField
from people.fields import StaffNoField
from people.models import OrgNode, Presence, Staff
from people.selectors.roll_calls import CallRow, who_may_come
from people.services import Mark


class MarkForm(HouseForm):
    """One person of a roll call; on the roster they are present until somebody says otherwise."""

    presence = forms.ChoiceField(choices=Presence.choices, widget=forms.RadioSelect)
    minutes_late = NumberField(label=_("Minutes late"), unit=_("min"), low=1, high=960, whole=True, required=False)
    hours = NumberField(label=_("Hours"), unit="h", high=24, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, row: CallRow, **kwargs: Any) -> None:
        self.row = row
        mark = row.mark
        initial = {
            "presence": mark.presence if mark else Presence.PRESENT,
            "minutes_late": mark.minutes_late if mark else None,
            "hours": mark.attended_hours if mark else row.planned,
            "note": mark.note if mark else "",
        }
        super().__init__(*args, initial=initial, prefix=f"p{row.staff.pk}", **kwargs)

    def mark(self) -> Mark:
        """Hours that nobody typed follow from the presence."""
        said = self.cleaned_data
        minutes = said["minutes_late"]
        hours: Decimal | None = said["hours"]
        was = self.initial["presence"], self.initial["minutes_late"], self.initial["hours"]
        is_untouched = hours == was[2] and (said["presence"], minutes) != was[:2]
        if is_untouched or (hours == self.row.planned and said["presence"] != Presence.PRESENT):
            hours = None
        return Mark(self.row.staff, said["presence"], int(minutes) if minutes is not None else None, hours, said["note"])


class ExtraForm(HouseForm):
    """Somebody who came without being on the roster."""

    extra = StaffNoField(label=_("Somebody else who is here"), required=False)

    def __init__(self, *args: Any, team: OrgNode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_extra(self) -> Staff | None:
        staff: Staff | None = self.cleaned_data["extra"]
        if staff is not None and not who_may_come(self.team).filter(pk=staff.pk).exists():
            field: Any = self.fields["extra"]
            raise forms.ValidationError(field.error_messages["unknown"], code="unknown", params={"value": staff.staff_no})
        return staff


class LoanForm(HouseForm):
    takes_key = True
    staff = forms.ModelChoiceField(label=_("Who"), queryset=Staff.objects.none())
    to_team = forms.ModelChoiceField(label=_("To which team"), queryset=OrgNode.objects.none())
    hours = NumberField(label=_("Hours"), unit="h", low=Decimal("0.01"), high=24)
    work = forms.CharField(label=_("For what work"), max_length=200, required=False)

    def __init__(self, *args: Any, people: list[tuple[Staff, str]], teams: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["staff"]
        who.queryset = Staff.objects.filter(pk__in=[staff.pk for staff, _words in people])
        who.choices = [("", "—"), *((staff.pk, words) for staff, words in people)]
        team: Any = self.fields["to_team"]
        team.queryset = OrgNode.objects.filter(pk__in=[span.node_id for span in teams])
        team.choices = [("", "—"), *((span.node_id, span.label) for span in teams)]


class TakeBackForm(HouseForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)
