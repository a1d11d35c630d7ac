"""The shape of an emergency contact."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import HouseForm, NumberField
from people.fields import NodeField


class ContactForm(HouseForm):
    takes_version = True
    name = forms.CharField(label=pgettext_lazy("contact", "Who"), max_length=200)
    name_zh = forms.CharField(label=_("Who, in Chinese"), max_length=200, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60)
    node = NodeField(label=_("Where"), required=False)
    order = NumberField(label=_("Order of calling"), whole=True, high=9999, initial=0)
