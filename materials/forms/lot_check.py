"""The scan box at the workplace."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm


class LotScanForm(HouseForm):
    lot = forms.CharField(
        label=_("Check a lot"),
        max_length=400,
        error_messages={
            "required": _("Scan the label of a lot, or type its code."),
            "max_length": _("That is longer than any lot's code."),
        },
    )
