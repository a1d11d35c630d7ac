"""The shape of a decision that needs no more than words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm


class WordsForm(HouseForm):
    """Words that go with a decision; whether they are needed is the service's to say."""

    note = forms.CharField(label=_("Words of the decision"), max_length=500, required=False)
