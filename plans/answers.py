"""What counts as an answer to an item, and whether it is abnormal: the one place that knows the answer types (GEN-04).

Pure: items go in, words come out; no door and no table is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.clock import read_day
from core.errors import NotANumber, RuleBroken
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS, plain, read_number
from plans.errors.sheets import NotADate, NoteNeeded, PhotoNeeded, UnknownValue, ValueTooLong
from plans.models import VALUE_LENGTH, AnswerType, AnswerValue, TemplateItem

PHOTO = "photo"
TICKED = frozenset({"ok", "true", "1"})


@dataclass(frozen=True)
class Judged:
    """A value as it is kept, and whether it is abnormal."""

    value: str
    abnormal: bool = False


def judged(item: TemplateItem, value: str, *, on: date) -> Judged:
    """What ``value``, as it was typed or sent, means for ``item`` on a sheet of the business date ``on``.

    Limits are inclusive; a date before ``on`` has expired. Every type but text takes ``na``. Raises ``UnknownValue``, ``NotANumber``,
    ``NotADate``, ``ValueTooLong``, each at the field ``value``.
    """
    value = value.strip()
    if value == AnswerValue.NA and item.answer_type != AnswerType.TEXT:
        return Judged(value)
    try:
        return READERS[AnswerType(item.answer_type)](item, value, on)
    except RuleBroken as fault:
        fault.field = "value"
        raise


def evidence_faults(item: TemplateItem, answer: Judged, *, note: str, has_photo: bool) -> list[RuleBroken]:
    """What an answer still lacks beside its value, at the fields ``note`` and ``photo``."""
    faults: list[RuleBroken] = []
    if answer.abnormal and item.note_on_ng and not note.strip():
        faults.append(NoteNeeded(field="note", item=item.key, label=item.label))
    if not has_photo and ((answer.value == PHOTO and item.answer_type == AnswerType.PHOTO) or (answer.abnormal and item.photo_on_ng)):
        faults.append(PhotoNeeded(field="photo", item=item.key, label=item.label))
    return faults


def _tick(item: TemplateItem, value: str, on: date) -> Judged:
    if value not in TICKED:
        raise UnknownValue(value=value, item=item.key)
    return Judged(AnswerValue.OK)


def _ok_ng(item: TemplateItem, value: str, on: date) -> Judged:
    if value not in AnswerValue.values:
        raise UnknownValue(value=value, item=item.key)
    return Judged(value, abnormal=value == AnswerValue.NG)


def _number(item: TemplateItem, value: str, on: date) -> Judged:
    number = read_number(value)
    if number.adjusted() >= QUANTITY_DIGITS - QUANTITY_DECIMALS or number != round(number, QUANTITY_DECIMALS):
        raise NotANumber(value=value)
    too_low = item.low is not None and number < item.low
    too_high = item.high is not None and number > item.high
    return Judged(_digits(number), abnormal=too_low or too_high)


def _digits(number: Decimal) -> str:
    return plain(number) if number else "0"


def _text(item: TemplateItem, value: str, on: date) -> Judged:
    if not value:
        raise UnknownValue(value=value, item=item.key)
    if len(value) > VALUE_LENGTH:
        raise ValueTooLong(length=len(value), most=VALUE_LENGTH)
    return Judged(value)


def _choice(item: TemplateItem, value: str, on: date) -> Judged:
    for option in item.options:
        if option["key"] == value:
            return Judged(value, abnormal=bool(option.get("abnormal")))
    raise UnknownValue(value=value, item=item.key)


def _photo(item: TemplateItem, value: str, on: date) -> Judged:
    if value not in {PHOTO, AnswerValue.OK}:
        raise UnknownValue(value=value, item=item.key)
    return Judged(PHOTO)


def _date(item: TemplateItem, value: str, on: date) -> Judged:
    try:
        day = read_day(value)
    except ValueError:
        raise NotADate(value=value) from None
    return Judged(day.isoformat(), abnormal=day < on)


READERS: dict[AnswerType, Callable[[TemplateItem, str, date], Judged]] = {
    AnswerType.TICK: _tick,
    AnswerType.OK_NG: _ok_ng,
    AnswerType.NUMBER: _number,
    AnswerType.TEXT: _text,
    AnswerType.CHOICE: _choice,
    AnswerType.PHOTO: _photo,
    AnswerType.DATE: _date,
}
