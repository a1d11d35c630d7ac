from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm


class ReasonForm(HouseForm):
    """A step that is taken with a reason, on the version that was looked at."""

    takes_version = True
    reason = forms.CharField(label=_("Why"), max_length=300)


class StepForm(HouseForm):
    """A step without words, on the version that was looked at."""

    takes_version = True
