"""What is wrong with a file, and with a row of it. Every fault of a file is told, in the order of its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from tempfile import SpooledTemporaryFile

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken

SPOOL_BYTES = 1_000_000


class Unreadable(RuleBroken):
    """The file as a whole cannot be used."""

    code = "unreadable"
    status = 422
    sentence = _("This file cannot be read: %(why)s.")


class UnknownColumns(RuleBroken):
    code = "unknown_column"
    status = 422
    sentence = _("Unknown column: %(columns)s. %(kind)s has %(known)s.")


class MissingColumns(RuleBroken):
    code = "missing_column"
    status = 422
    sentence = _("The key column is missing: %(columns)s.")


class UnknownKind(RuleBroken):
    code = "unknown_kind"
    status = 404
    sentence = _("There is no table “%(kind)s”. There are: %(known)s.")


class ChangedMeanwhile(RuleBroken):
    """The database refused what the rows' own checks had let pass: somebody else wrote at the same time."""

    code = "changed_meanwhile"
    sentence = _("Somebody else changed these rows meanwhile. Nothing was written; load the file again. (%(constraint)s)")


class NotADate(Faulty):
    code = "not_a_date"


class DateOutOfRange(Faulty):
    code = "date_out_of_range"


class NotAMoment(Faulty):
    code = "not_a_moment"


class NotATime(Faulty):
    code = "not_a_time"


class NotWhole(Faulty):
    code = "not_whole"


class NotAFlag(Faulty):
    code = "not_a_flag"


class NotAChoice(Faulty):
    code = "not_a_choice"


class TooLong(Faulty):
    code = "too_long"


class TooLarge(Faulty):
    code = "too_large"


class TooSmall(Faulty):
    code = "too_small"


class Unprintable(Faulty):
    code = "unprintable"


class IsFormula(Faulty):
    code = "formula"


class IsError(Faulty):
    code = "cell_error"


class IsDate(Faulty):
    code = "is_a_date"


class SameKey(Faulty):
    code = "same_key"


class NoColumn(Faulty):
    code = "no_column"


# How a message goes on after the quoted value, where the refusal's own sentence would say the value again.
PHRASES: dict[str, str | Promise] = {
    "required": _("is needed"),
    "unknown": _("is not known"),
    "negative": _("is below 0"),
    "not_above_zero": _("is not above 0"),
    "too_small": _("is below %(least)s"),
    "too_large": _("is above %(most)s"),
    "too_fine": _("is finer than its unit allows (%(decimals)s decimals)"),
    "not_a_number": _("is not a number (digits, with a point before the decimals)"),
    "not_whole": _("is not a whole number"),
    "not_a_date": _("is not a date (YYYY-MM-DD)"),
    "date_out_of_range": _("is a date outside 1900 to 2999"),
    "not_a_time": _("is not a time (HH:MM)"),
    "not_a_flag": _("is not 0 or 1"),
    "not_a_choice": _("is none of %(known)s"),
    "too_long": _("has %(length)s characters, more than %(most)s"),
    "unprintable": _("holds a character that cannot be kept"),
    "formula": _("is a formula; put its value there"),
    "cell_error": _("is an error of the spreadsheet"),
    "is_a_date": _("is a date cell; format it as text"),
    "same_key": _("is the same key as row %(row)s (%(key)s)"),
    "no_column": _("stands under no column name"),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one cell; ``detail`` goes on where the quoted value ends.

    A refusal that only files know brings such words as its ``phrase``.
    """

    row: int
    column: str
    value: str
    code: str
    detail: str

    @classmethod
    def of(cls, row: int, column: str, value: str, refusal: RuleBroken) -> Fault:
        phrase = getattr(refusal, "phrase", None) or PHRASES.get(refusal.code)
        detail = str(phrase) % refusal.figures if phrase is not None else f"– {refusal}"
        return cls(row, column, value, refusal.code, detail)

    def __str__(self) -> str:
        return gettext('row %(row)s, column %(column)s: "%(value)s" %(detail)s') % asdict(self)


class FaultList:
    """All faults of a file. They may be as many as its rows, so past a megabyte they wait on disk."""

    def __init__(self) -> None:
        self._spool = SpooledTemporaryFile(max_size=SPOOL_BYTES, mode="w+", encoding="utf-8")  # noqa: SIM115 - closed with the list
        self._count = 0

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._spool.write(json.dumps(asdict(fault)) + "\n")
            self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Fault]:
        self._spool.seek(0)
        for line in self._spool:
            yield Fault(**json.loads(line))
        self._spool.seek(0, 2)
