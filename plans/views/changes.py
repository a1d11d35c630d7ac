"""Differences between two versions, as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.quantities import plain
from core.templatetags.fo import NO_DATA
from plans.contents import Option
from plans.models import AnswerType, Severity, TemplateBlock
from plans.selectors.templates import Change

WORDS: dict[str, Any] = {"type": AnswerType, "severity": Severity, "due_anchor": TemplateBlock.Anchor}


@dataclass(frozen=True)
class ToldChange:
    """``before`` and ``after`` in words; ``lang`` where the text is in one language."""

    change: Change
    before: str
    after: str

    @property
    def lang(self) -> str:
        if isinstance(self.change.before, str) and self.change.field.removesuffix("_zh") in ("name", "text", "hint", "place"):
            return "zh-Hans" if self.change.field.endswith("_zh") else "en"
        return ""


def told_changes(changes: Sequence[Change]) -> list[ToldChange]:
    return [ToldChange(change, _words(change.field, change.before), _words(change.field, change.after)) for change in changes]


def _words(field: str, value: Any) -> str:
    match value:
        case None if field == "rounds":
            return _("as the template")
        case None | "" | ():
            return NO_DATA
        case bool():
            return _("yes") if value else _("no")
        case Decimal():
            return plain(value)
        case tuple():
            return " / ".join(_option(option) for option in value)
    return str(WORDS[field](value).label) if field in WORDS else str(value)


def _option(option: Option) -> str:
    text = " · ".join(filter(None, (option.text, option.text_zh)))
    return _("%(text)s (abnormal)") % {"text": text} if option.abnormal else text
