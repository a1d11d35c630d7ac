"""The shape of what is said about a template as a whole, of its assignments, and of a sheet that is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, HouseForm
from people.fields import NodeField, offer
from people.models import OrgSpan, Shift
from plans.forms.registers import LabelChoice
from plans.models import FILLERS, ChecklistTemplate, TemplateAssignment, TemplateVersion
from plans.services.templates import CODE_LENGTH, NAME_LENGTH

Rule = TemplateAssignment.Rule
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


PUBLISHED = TemplateVersion.objects.filter(published_at__isnull=False)
ASKABLE = ChecklistTemplate.objects.filter(is_retired=False, pk__in=PUBLISHED.values("template"))


class TemplateForm(HouseForm):
    """A new template, or a copy of one."""

    code = forms.CharField(label=_("Code"), max_length=CODE_LENGTH)
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=NAME_LENGTH, required=False)


class TemplateNameForm(HouseForm):
    takes_version = True
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=NAME_LENGTH, required=False)
    is_retired = forms.BooleanField(label=_("Retired: no sheets are made any more"), required=False)


class AssignmentForm(HouseForm):
    """Where, by whom, in which shift and on which dates a checklist is asked."""

    takes_version = True
    template = LabelChoice(label=_("Checklist"), queryset=ASKABLE, empty_label=None)
    node = NodeField(label=_("Where"))
    reach = forms.ChoiceField(label=_("One sheet for"), choices=TemplateAssignment.Reach.choices)
    role = forms.ChoiceField(label=_("Expected of"), choices=[("", _("whoever may fill it there")), *FILLERS], required=False)
    shift = LabelChoice(
        label=_("Shift"),
        queryset=Shift.objects.all(),
        required=False,
        empty_label=_("the shift in which the roster has them"),
        help_text=_("Without a roster name the shift here: the calendar alone does not say which one is worked."),
    )
    rule = forms.ChoiceField(label=_("When"), choices=Rule.choices)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these weekdays"), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=DateInput, help_text=_("Blank: until further notice."))

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)


class SkipForm(HouseForm):
    reason = forms.CharField(label=_("Why it is not needed"), max_length=500)


class ImportForm(HouseForm):
    file = forms.FileField(label=_("Template file"), widget=forms.ClearableFileInput({"accept": ".json,application/json"}))
