"""Fields of any room that name a person or a unit the way people do: by name, by number, or from the tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from people.access import Access
from people.models import OrgNode, OrgSpan, Staff
from people.selectors import flat, tree_on

INDENT = "\u2003"


class StaffNoField(forms.CharField):
    """A person by staff number; somebody who has left is refused."""

    default_error_messages = {"unknown": _("Nobody here has the staff number “%(value)s”.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **{"help_text": _("By staff number."), **kwargs})

    def clean(self, value: Any) -> Staff | None:
        number = super().clean(value)
        if not number:
            return None
        staff = Staff.objects.employed().filter(staff_no=number).first()
        if staff is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": number})
        return staff

    def prepare_value(self, value: Any) -> Any:
        return value.staff_no if isinstance(value, Staff) else value


class UnitField(forms.ModelChoiceField):
    """A unit of the organisation from the tree that this person sees; ``offer`` fills it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=OrgNode.objects.all(), **kwargs)

    def offer(self, access: Access, *, kinds: frozenset[str] | None = None) -> None:
        rows = [
            (depth, branch) for depth, branch in flat(tree_on(plant_today(), access.scope)) if kinds is None or branch.node.kind in kinds
        ]
        self.queryset = OrgNode.objects.filter(pk__in=[branch.node.pk for _depth, branch in rows])
        blank = [] if self.required else [("", "—")]
        self.choices = [*blank, *((branch.node.pk, f"{INDENT * depth}{branch.span.label}") for depth, branch in rows)]


class PersonField(forms.TypedChoiceField):
    """One of some people, by name; ``offer_people`` says which. Gives the ``Staff`` row."""

    default_error_messages = {"invalid_choice": _("This person is not to be chosen here any more.")}

    def offer_people(self, people: Sequence[Staff], blank: Any = "—") -> None:
        known = {str(person.pk): person for person in people}
        self.choices = [("", blank), *((pk, f"{person.name} · {person.position or person.staff_no}") for pk, person in known.items())]
        self.coerce = known.__getitem__
        self.empty_value = None


class NodeField(forms.TypedChoiceField):
    """A part of the organisation by its name; gives the ``OrgNode``. ``offer`` says which can be chosen."""

    default_error_messages = {"invalid_choice": _("This place is not to be chosen here any more.")}


def offer(form: forms.Form, name: str, spans: Sequence[OrgSpan], *, blank: Any = None) -> None:
    """Fill a ``NodeField``; ``blank`` is the word for choosing none."""
    field = form.fields[name]
    assert isinstance(field, NodeField)
    nodes = {str(span.node_id): span.node for span in spans}
    first = [("", blank)] if blank is not None else []
    field.choices = [*first, *((str(span.node_id), span.label) for span in spans)]
    field.coerce = nodes.__getitem__
    field.empty_value = None


def node_value(node: OrgNode | int | None) -> str:
    """How a node stands in a form's ``initial``."""
    return "" if node is None else str(node.pk if isinstance(node, OrgNode) else node)
