from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm
from plans.models import COMMENT_LENGTH


class DayCommentForm(HouseForm):
    """The comment on one team's shift, on the version that was looked at."""

    takes_version = True
    text = forms.CharField(label=_("Comment"), max_length=COMMENT_LENGTH, widget=forms.Textarea({"rows": 3, "maxlength": COMMENT_LENGTH}))
