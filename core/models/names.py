from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class BilingualName(models.Model):
    """A thing the plant names itself, in English or the plant's own words, and in Chinese where it wants to."""

    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The name in the reader's language; the other one where that is blank."""
        return in_language(self.name, self.name_zh)


def in_language(text: str, text_zh: str) -> str:
    """Of a bilingual pair the text for the active language; the other one where that is blank."""
    chinese = (get_language() or "en").startswith("zh")
    return (text_zh or text) if chinese else (text or text_zh)
