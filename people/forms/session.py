"""The shape of what people type in this room."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from people.models import Staff


class SignInForm(AuthenticationForm):
    """Staff number or user name, and password. What is wrong is never said, how many tries are left is."""

    username = forms.CharField(
        label=_("Staff number or user name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

    def clean_username(self) -> str:
        typed = self.cleaned_data["username"].strip()
        found = Staff.objects.filter(staff_no=typed, user__isnull=False).values_list("user__username", flat=True).first()
        return found or typed

    def get_invalid_login_error(self) -> ValidationError:
        credentials: dict[str, Any] = {"username": self.cleaned_data.get("username", "")}
        left = max(0, settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(self.request, credentials))
        return ValidationError(
            ngettext_lazy(
                "Staff number or password is wrong. %(left)s try left.", "Staff number or password is wrong. %(left)s tries left.", "left"
            )
            % {"left": left},
            code="invalid_login",
        )
