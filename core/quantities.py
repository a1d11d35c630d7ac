"""Quantities as people type them and as they are kept: ``Decimal`` in a unit with a fixed number of decimals, never a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from core.errors import NotANumber, TooFine, TooLarge

QUANTITY_DIGITS = 18
QUANTITY_DECIMALS = 6
QUANTITY_LIMIT = Decimal(10) ** (QUANTITY_DIGITS - QUANTITY_DECIMALS)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
# What a Chinese keyboard writes, and the minus of print. Nothing else is taken for a mark of a number.
_MARKS = str.maketrans("０１２３４５６７８９＋－−．。，、", "0123456789+--..,,")


class HasDecimals(Protocol):
    """Anything that a quantity is counted in."""

    @property
    def code(self) -> str: ...

    @property
    def decimals(self) -> int: ...


def read_number(text: str) -> Decimal:
    """A number as typed on any keyboard: full-width digits and signs, ``。`` and ``．`` as the point, commas between thousands.

    Raises ``NotANumber`` for anything else; never guesses.
    """
    plain = text.strip().translate(_MARKS)
    if "," in plain:
        if not _GROUPED.fullmatch(plain):
            raise NotANumber(value=text)
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain) or len(plain) > 30:
        raise NotANumber(value=text)
    return Decimal(plain)


def fit(value: Decimal, unit: HasDecimals, *, field: str = "") -> Decimal:
    """``value`` with exactly the unit's decimals. Raises ``TooFine`` where digits would be lost, ``TooLarge`` from 10¹² on."""
    if abs(value) >= QUANTITY_LIMIT:
        raise TooLarge(field=field, value=plain(value))
    kept = value.quantize(Decimal(1).scaleb(-unit.decimals))
    if kept != value:
        raise TooFine(field=field, value=plain(value), unit=unit.code, decimals=unit.decimals)
    return kept


def plain(value: Decimal) -> str:
    """Digits without exponent and without padding: ``1E+3`` is ``1000``, ``2.500`` is ``2.5``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(part: Decimal | None, whole: Decimal | None, places: int = 2) -> Decimal | None:
    """``part ÷ whole × 100``, rounded half up; ``None`` (no data) when either is missing or the whole is zero."""
    if part is None or not whole:
        return None
    return (part * 100 / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
