"""Refusals about a lot that was scanned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty


class LotUnknown(Faulty):
    code = "lot_unknown"
    sentence = _("No lot “%(scanned)s” is known. Scan its label again, or type the code that stands on it.")
