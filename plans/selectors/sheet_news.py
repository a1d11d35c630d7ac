"""A check sheet as two people see it grow: answers as the page's script paints them, and what came since it last asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from core.models.names import in_language
from core.templatetags.fo import clock, day, initials
from plans.models import Answer, AnswerType, AnswerValue, Sheet, TemplateItem

# Saving is serial per sheet, but the clocks of two web servers may differ by so much.
OVERLAP = timedelta(seconds=10)


def group_of(sheet: Sheet) -> str:
    """What a device calls this sheet in its outbox."""
    return f"sheet-{sheet.pk}"


def as_seen(answer: Answer) -> dict[str, Any]:
    """One answer for the page's script; it comes with its item, giver and finding. A blank value: it was taken back."""
    return {
        "slot": f"{answer.item.key}.{answer.round}",
        "id": str(answer.pk),
        "value": answer.value,
        "note": answer.note,
        "photo": str(answer.photo_id) if answer.photo_id else None,
        "finding": answer.finding.number if answer.finding else "",
        "who": answer.by.name,
        "initials": initials(answer.by.name),
        "at": clock(answer.answered_at),
        "saved_at": answer.saved_at.isoformat(),
    }


def seen_rows(sheet: Sheet, answers: list[Answer]) -> list[dict[str, Any]]:
    """What stands in the places of these answers now, as a device remembers it."""
    last = {(answer.item_id, answer.round): answer for answer in answers if answer.is_current or not answer.value}
    return [{"group": group_of(sheet), **as_seen(answer)} for answer in last.values()]


def news_of(sheet: Sheet, since: datetime | None) -> list[Answer]:
    """Answers kept (or taken back) since then, the oldest first; one statement."""
    rows = Answer.objects.filter(Q(is_current=True) | Q(value=""), sheet=sheet).select_related("item", "by", "finding")
    if since is not None:
        rows = rows.filter(saved_at__gt=since - OVERLAP)
    return list(rows.order_by("saved_at"))


def value_words(item: TemplateItem, value: str) -> str:
    """An answer as people say it: *OK*, *5.2 bar*, the words of a choice, a date."""
    if value == AnswerValue.NA or item.answer_type in (AnswerType.OK_NG, AnswerType.TICK):
        return str(dict(AnswerValue.choices).get(value, "—"))
    if item.answer_type == AnswerType.NUMBER:
        return f"{value} {item.unit}".strip()
    if item.answer_type == AnswerType.CHOICE:
        return next((option_label(option) for option in item.options if option["key"] == value), value)
    if item.answer_type == AnswerType.DATE and value:
        return day(datetime.fromisoformat(value).date(), "full")
    return value


def option_label(option: dict[str, Any]) -> str:
    return in_language(option["text"], option["text_zh"])
