"""What a column holds: how a cell becomes a value, how the value leaves for a file or for a program.

Numbers in files have a point before the decimals and nothing else; typing habits (thousands commas, full-width digits) belong to forms.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Model, TextChoices

from core.clock import BEGINNING, FIRST_DAY, LAST_DAY, plant_zone
from core.errors import Faulty, Negative, NotANumber, TooFine
from core.quantities import plain
from core.tables.cells import BrokenCell, Formula, cell_text
from core.tables.faults import (
    DateOutOfRange,
    IsDate,
    IsError,
    IsFormula,
    NotAChoice,
    NotADate,
    NotAFlag,
    NotAMoment,
    NotATime,
    NotWhole,
    TooLarge,
    TooLong,
    TooSmall,
    Unprintable,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:00)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NUMBER_CHARACTERS = 40


class NotAboveZero(Faulty):
    code = "not_above_zero"


class Holds(ABC):
    """One kind of value. ``json`` is the type under which programs see it; ``None`` always means "nothing there"."""

    json: Any = str
    blank: Any = ""

    @abstractmethod
    def read(self, cell: Any) -> Any:
        """The value of a cell that is not blank. Raises a ``Faulty``."""

    def text(self, value: Any) -> str:
        """The value as a file holds it; ``""`` for nothing."""
        return "" if value is None else str(value)

    def for_program(self, value: Any) -> Any:
        """The value as JSON holds it: quantities as strings, read back exactly."""
        return value


def _plain_text(cell: Any, *, may_be_date: bool) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Formula):
        raise IsFormula()
    if isinstance(cell, BrokenCell):
        raise IsError()
    if isinstance(cell, date | time) and not may_be_date:
        raise IsDate()
    return cell_text(cell)


@dataclass(frozen=True)
class Text(Holds):
    """Words of people, at most ``most`` characters."""

    most: int = 200

    def read(self, cell: Any) -> str:
        text = _plain_text(cell, may_be_date=True)
        if len(text) > self.most:
            raise TooLong(length=len(text), most=self.most)
        if _CONTROL.search(text):
            raise Unprintable()
        return text


@dataclass(frozen=True)
class Code(Text):
    """The key under which people and files name a thing."""

    most: int = 60

    def read(self, cell: Any) -> str:
        if isinstance(cell, date | time):
            raise IsDate()
        return super().read(cell)


@dataclass(frozen=True)
class Ref(Code):
    """The code of a row of another table, which must be known."""

    model: str = ""
    field: str = "code"
    select: tuple[str, ...] = ()
    blank: Any = None

    def rows(self, codes: Sequence[str]) -> dict[str, Model]:
        model = apps.get_model(self.model)
        rows = model._default_manager.filter(**{f"{self.field}__in": codes})
        return {getattr(row, self.field): row for row in (rows.select_related(*self.select) if self.select else rows)}


def decimals_of(value: Decimal) -> int:
    """Digits after the point that say something; exact however long the number is."""
    _, digits, exponent = value.as_tuple()
    places = -int(exponent)
    for digit in reversed(digits):
        if places <= 0 or digit:
            break
        places -= 1
    return max(places, 0)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise NotADate()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADate() from None


@dataclass(frozen=True)
class Day(Holds):
    """A date, ISO or a real date cell."""

    blank: Any = None
    json: Any = date

    def read(self, cell: Any) -> date:
        if isinstance(cell, Formula):
            raise IsFormula()
        if isinstance(cell, str):
            cell = _day(cell)
        if not isinstance(cell, date) or isinstance(cell, datetime):
            raise NotADate()
        if not FIRST_DAY <= cell <= LAST_DAY and cell != BEGINNING:
            raise DateOutOfRange()
        return cell

    def text(self, value: date | None) -> str:
        return "" if value is None else value.isoformat()


@dataclass(frozen=True)
class ValidFrom(Day):
    """A first day of validity; blank is the beginning of time."""

    blank: Any = BEGINNING

    def text(self, value: date | None) -> str:
        return "" if value in (None, BEGINNING) else value.isoformat()  # type: ignore[union-attr]

    def for_program(self, value: date | None) -> date | None:
        return None if value == BEGINNING else value


@dataclass(frozen=True)
class Clock(Holds):
    """A time of day, HH:MM."""

    blank: Any = None

    def read(self, cell: Any) -> time:
        if isinstance(cell, Formula):
            raise IsFormula()
        if isinstance(cell, str) and (match := _CLOCK.fullmatch(cell)):
            return time(int(match[1]), int(match[2]))
        if isinstance(cell, time) and not (cell.second or cell.microsecond):
            return cell
        raise NotATime()

    def text(self, value: time | None) -> str:
        return "" if value is None else f"{value:%H:%M}"

    def for_program(self, value: time | None) -> str | None:
        return None if value is None else self.text(value)


@dataclass(frozen=True)
class Moment(Holds):
    """A date and time of the plant's clock, ISO."""

    blank: Any = None

    def read(self, cell: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(_plain_text(cell, may_be_date=False))
        except ValueError:
            raise NotAMoment() from None
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise DateOutOfRange()
        return moment if moment.tzinfo else moment.replace(tzinfo=plant_zone())

    def text(self, value: datetime | None) -> str:
        return "" if value is None else value.astimezone(plant_zone()).isoformat(timespec="minutes")

    def for_program(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(plant_zone()).isoformat()


@dataclass(frozen=True)
class Number(Holds):
    """A decimal of at most ``decimals`` digits after the point, 0 or more (above 0 with ``above_zero``).

    ``decimals_at`` is the path to the decimals of the row's unit, to which programs see the number padded.
    """

    digits: int = 18
    decimals: int = 6
    above_zero: bool = False
    decimals_at: str = ""
    blank: Any = None

    def read(self, cell: Any) -> Decimal:
        if isinstance(cell, str):
            if cell.isdecimal() and cell.isascii() and len(cell) <= self.digits - self.decimals and (not self.above_zero or int(cell)):
                return Decimal(cell)
            if not _NUMBER.fullmatch(cell) or len(cell) > NUMBER_CHARACTERS:
                raise NotANumber(value=cell)
            value = Decimal(cell)
        elif isinstance(cell, int | Decimal) and not isinstance(cell, bool) and Decimal(cell).is_finite():
            value = Decimal(cell)
        elif isinstance(cell, Formula):
            raise IsFormula()
        elif isinstance(cell, BrokenCell):
            raise IsError()
        else:
            raise NotANumber(value=cell_text(cell))
        if value < 0:
            raise Negative()
        if value == 0:
            if self.above_zero:
                raise NotAboveZero()
            return Decimal(0)
        if value.adjusted() >= self.digits - self.decimals:
            raise TooLarge(most="9" * (self.digits - self.decimals))
        if decimals_of(value) > self.decimals:
            raise TooFine(value=plain(value), unit="", decimals=self.decimals)
        return value

    def text(self, value: Decimal | None) -> str:
        return "" if value is None else plain(value)

    def for_program(self, value: Decimal | None) -> str | None:
        return None if value is None else plain(value)


@dataclass(frozen=True)
class Whole(Holds):
    """A whole number from ``least`` to ``most``."""

    least: int = 0
    most: int = 32767
    blank: Any = 0
    json: Any = int

    def read(self, cell: Any) -> int:
        value = Number(digits=18, decimals=6).read(cell)
        if value != value.to_integral_value():
            raise NotWhole()
        if value < self.least:
            raise TooSmall(least=self.least)
        if value > self.most:
            raise TooLarge(most=self.most)
        return int(value)


@dataclass(frozen=True)
class Flag(Holds):
    """Yes or no: 1 or 0 in a file, true or false for a program."""

    blank: Any = False
    json: Any = bool

    def read(self, cell: Any) -> bool:
        if isinstance(cell, Formula):
            raise IsFormula()
        match cell_text(cell):
            case "0":
                return False
            case "1":
                return True
        raise NotAFlag()

    def text(self, value: bool | None) -> str:
        return "" if value is None else "1" if value else "0"


@dataclass(frozen=True)
class Choice(Holds):
    """One of a closed list of words."""

    choices: type[TextChoices] = TextChoices

    def read(self, cell: Any) -> str:
        text = _plain_text(cell, may_be_date=True)
        if text not in self.choices.values:
            raise NotAChoice(known=" ".join(self.choices.values))
        return text


@dataclass(frozen=True)
class Words(Holds):
    """Several words of a closed list, with spaces between; in the list's own order, each once."""

    choices: type[TextChoices] = TextChoices
    blank: Any = ()

    def read(self, cell: Any) -> tuple[str, ...]:
        asked = _plain_text(cell, may_be_date=True).split()
        for word in asked:
            if word not in self.choices.values:
                raise NotAChoice(known=" ".join(self.choices.values))
        return tuple(word for word in self.choices.values if word in asked)

    def text(self, value: Sequence[str] | None) -> str:
        return " ".join(word for word in self.choices.values if word in (value or ()))

    def for_program(self, value: Sequence[str] | None) -> str:
        return self.text(value)


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in files, what it holds, and where the model keeps it.

    ``attribute`` is the model's field where it has another name; ``source`` the path to the value where that is not simply the field.
    ``blank`` is what a new row gets for a blank cell, and any row for ``-``.
    """

    name: str
    holds: Holds
    attribute: str = ""
    source: str = ""
    is_key: bool = False
    is_required: bool = False
    blank: Any = ...

    @property
    def field(self) -> str:
        return self.attribute or self.name

    @property
    def path(self) -> str:
        if self.source:
            return self.source
        return f"{self.field}__{self.holds.field}" if isinstance(self.holds, Ref) else self.field

    @property
    def empty(self) -> Any:
        return self.holds.blank if self.blank is ... else self.blank
