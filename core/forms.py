"""Building blocks of every form: numbers as people type them, refusals at their field, keys against sending twice, versions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import FIRST_DAY, LAST_DAY
from core.errors import Faults, NotANumber, RuleBroken, TooLarge
from core.quantities import QUANTITY_LIMIT, plain, read_number


class NumberInput(forms.TextInput):
    """A text box for a number: numeric keys on a tablet, its unit inside, deaf to the wheel because it is no number control."""

    template_name = "widgets/number.html"

    def __init__(self, unit: str | Promise = "", attrs: dict[str, Any] | None = None) -> None:
        self.unit = unit
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "data-fo-number": "", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"unit": self.unit}

    def format_value(self, value: Any) -> str | None:
        return plain(value) if isinstance(value, Decimal) else super().format_value(value)


class NumberField(forms.Field):
    """A ``Decimal`` typed by a person (``core.quantities.read_number``): anything that is no number is a fault at the field.

    ``low`` and ``high`` are inclusive. How fine a quantity may be depends on its unit and is checked where the unit is known.
    """

    widget = NumberInput
    default_error_messages = {
        "low": _("Must be %(low)s or more."),
        "high": _("Must be %(high)s or less."),
        "whole": _("Must be a whole number."),
    }

    def __init__(
        self,
        *,
        unit: str | Promise = "",
        low: Decimal | int | None = 0,
        high: Decimal | int | None = None,
        whole: bool = False,
        **kwargs: Any,
    ) -> None:
        self.low, self.high, self.whole = low, high, whole
        super().__init__(**kwargs)
        if unit:
            self.widget.unit = unit

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return read_number(str(value))
        except NotANumber as refusal:
            raise ValidationError(str(refusal), code="not_a_number") from None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if abs(value) >= QUANTITY_LIMIT:
            raise ValidationError(str(TooLarge(value=plain(value))), code="too_large")
        if self.low is not None and value < self.low:
            raise ValidationError(self.error_messages["low"], code="low", params={"low": self.low})
        if self.high is not None and value > self.high:
            raise ValidationError(self.error_messages["high"], code="high", params={"high": self.high})
        if self.whole and value != value.to_integral_value():
            raise ValidationError(self.error_messages["whole"], code="whole")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class CodeField(forms.CharField):
    """A row chosen by its code: typed or scanned, with suggestions from the page's ``<datalist id=LISTED>``."""

    default_error_messages = {"unknown": _("“%(value)s” is not known here.")}

    def __init__(self, queryset: QuerySet, *, listed: str, **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(widget=forms.TextInput({"list": listed, "autocomplete": "off"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Model) else value  # type: ignore[attr-defined]

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if not code:
            return None
        found = self.queryset.filter(code=code).first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": code})
        return found


class DateInput(forms.DateInput):
    """The device's own date picker, with the date as ISO."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


def within_the_calendar(on: date) -> None:
    """The bounds that dates of files have."""
    if not FIRST_DAY <= on <= LAST_DAY:
        raise ValidationError(_("This date lies outside 1900 to 2999."), code="date_out_of_range")


class HouseForm(forms.Form):
    """A form in the house's manner: crispy without its own ``<form>``, refusals beside the field they speak of, dates of our time.

    ``takes_key`` adds the hidden key against sending twice (DESIGN 3.3), ``takes_version`` the hidden version (DESIGN 3.4).
    """

    takes_key = False
    takes_version = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusal: RuleBroken | None = None
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.validators.append(within_the_calendar)
        if self.takes_key:
            self.fields["request_key"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
        if self.takes_version:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def add_refusal(self, refusal: RuleBroken) -> None:
        """Put a service's refusal at its field, or above the form when it speaks of the whole."""
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            at_field = fault.field if fault.field in self.fields and not self.fields[fault.field].widget.is_hidden else None
            if at_field is None:
                self.refusal = fault
                self.add_error(None, ValidationError(str(fault), code=fault.code))
            else:
                self.add_error(at_field, ValidationError(str(fault), code=fault.code))

    def errors_of_the_whole(self) -> list[str]:
        return [str(fault) for fault in self.errors.get(NON_FIELD_ERRORS, [])]
