"""The shape of a work log: its words, the rows of next-day work, the private notes; and of the reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import RuleBroken
from core.forms import DateInput, HouseForm
from people.fields import NodeField, node_value, offer
from people.models import OrgSpan, Shift
from plans.models import LOG_CHARACTERS, NOTE_CHARACTERS, TO_DO_CHARACTERS, ThinkingNote, ToDo, WorkLog
from plans.selectors.work_logs import LogDay
from plans.services import LogInput, NoteInput, ToDoInput

MOST_TO_DOS = 30
BLANK_ROWS = 2
SHARE = _("Share with whoever reads the log")


def _area(label: Any, most: int, rows: int = 3, help_text: Any = "", **more: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": rows, "maxlength": most})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget, help_text=help_text, **more)


class ToDoForm(HouseForm):
    """One thing to do on a day to come; a row without words is none."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is to be done"), required=False, max_length=TO_DO_CHARACTERS, widget=forms.TextInput({"autocomplete": "off"})
    )
    team = NodeField(label=_("Whose sheet"), required=False)
    due_on = forms.DateField(label=pgettext_lazy("to do", "For the day"), required=False, widget=DateInput)

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", places, blank=_("My own"))

    @property
    def row(self) -> ToDoInput:
        data = self.cleaned_data
        return ToDoInput(text=data["text"], team=data["team"], due_on=data["due_on"], id=data["id"])


class ToDoRows(forms.BaseFormSet):
    """The rows that say something; ``places[n]`` tells which form the service's row ``n`` came from."""

    def rows(self) -> tuple[list[ToDoInput], list[ToDoForm]]:
        said = [form for form in self.forms if form.cleaned_data.get("text", "").strip()]
        return [cast("ToDoForm", form).row for form in said], cast("list[ToDoForm]", said)


ToDoForms = forms.formset_factory(ToDoForm, formset=ToDoRows, extra=BLANK_ROWS, max_num=MOST_TO_DOS, validate_max=True)


class LogForm(HouseForm):
    """The log itself. Its notes are five fields with a switch each."""

    takes_key = True
    takes_version = True
    shift = forms.TypedChoiceField(label=_("Shift"), required=False)
    done = _area(pgettext_lazy("work log", "What was done"), LOG_CHARACTERS, 4)
    contacts = _area(pgettext_lazy("work log", "Contacts"), LOG_CHARACTERS, 2, _("Whom you spoke with, about what."))
    follow_up = _area(pgettext_lazy("work log", "Follow-up"), LOG_CHARACTERS, 2, _("What came of earlier matters."))
    problems = _area(pgettext_lazy("work log", "Problems"), LOG_CHARACTERS, 2)

    def __init__(self, *args: Any, day: LogDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shifts: dict[str, Shift] = {str(shift.pk): shift for shift in day.shifts}
        field = self.fields["shift"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, shift.label) for pk, shift in shifts.items()]
        field.coerce, field.empty_value = shifts.__getitem__, None
        if len(shifts) < 2:
            field.widget = forms.HiddenInput()
        for kind, label in ThinkingNote.Kind.choices:
            self.fields[kind] = _area(label, NOTE_CHARACTERS)
            self.fields[f"{kind}_shared"] = forms.BooleanField(label=SHARE, required=False)

    @property
    def words(self) -> list[Any]:
        return [self[name] for name in ("done", "contacts", "follow_up", "problems")]

    @property
    def notes(self) -> list[tuple[Any, Any]]:
        return [(self[kind], self[f"{kind}_shared"]) for kind in ThinkingNote.Kind.values]

    def said(self, to_dos: Sequence[ToDoInput]) -> LogInput:
        data = self.cleaned_data
        words = {name: data[name] for name in ("done", "contacts", "follow_up", "problems")}
        notes = {kind: NoteInput(data[kind], data[f"{kind}_shared"]) for kind in ThinkingNote.Kind.values}
        return LogInput(**words, to_dos=tuple(to_dos), notes=notes)

    def place_refusals(self, faults: Sequence[RuleBroken], rows: Sequence[ToDoForm]) -> None:
        """Each refusal beside the field it speaks of, here or in a row."""
        for fault in faults:
            first, _dot, rest = fault.field.partition(".")
            if first == "to_dos":
                number, _dot, name = rest.partition(".")
                fault.field = name
                rows[int(number)].add_refusal(fault)
                continue
            fault.field = rest if first == "notes" else fault.field
            self.add_refusal(fault)


def initial_of(log: WorkLog | None, day: LogDay) -> dict[str, Any]:
    shift = log.shift_id if log else (day.shift.pk if day.shift else None)
    initial: dict[str, Any] = {"shift": str(shift or ""), "version": log.version if log else 0}
    if log is None:
        return initial
    initial |= {name: getattr(log, name) for name in ("done", "contacts", "follow_up", "problems")}
    for note in log.notes.all():
        initial |= {note.kind: note.text, f"{note.kind}_shared": note.is_shared}
    return initial


def initial_of_rows(to_dos: Sequence[ToDo]) -> list[dict[str, Any]]:
    return [{"id": row.pk, "text": row.text, "team": node_value(row.team_id), "due_on": row.due_on} for row in to_dos]


class ReplyForm(HouseForm):
    takes_version = True
    text = forms.CharField(
        label=_("Your reply"), max_length=LOG_CHARACTERS, widget=forms.Textarea({"rows": 3, "maxlength": LOG_CHARACTERS})
    )
