from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _


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
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"value": code})
        return found
