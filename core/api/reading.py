"""What comes in: JSON whose numbers are read exactly, and values checked by the same columns as a file's (FORMATS sections 1 and 3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.parser import Parser

from core.api.refusals import GivenTwice, MalformedJson, NotAnObject, TooBigBody, UnknownField, WrongContentType, WrongType
from core.errors import Faults, NotANumber, Required, RuleBroken, Unknown
from core.tables.columns import Column, Flag, Ref

JSON_TYPE = "application/json"
NUMBER_CHARACTERS = 60
LARGEST_EXPONENT = 60


def _exact(text: str) -> Decimal:
    if len(text) > NUMBER_CHARACTERS:
        raise ValueError(text[:NUMBER_CHARACTERS])
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if abs(number.adjusted()) > LARGEST_EXPONENT or abs(int(number.as_tuple().exponent)) > LARGEST_EXPONENT:
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    if len(text) > NUMBER_CHARACTERS:
        raise ValueError(text[:NUMBER_CHARACTERS])
    return int(text)


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _refuse_unstorable(data: Any) -> None:
    """No zero characters and no halves of characters: the database holds neither. Raises ``ValueError``."""
    waiting = [data]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, str):
            if "\x00" in thing:
                raise ValueError(thing)
            thing.encode()
        elif isinstance(thing, dict):
            waiting.extend(thing)
            waiting.extend(thing.values())
        elif isinstance(thing, list):
            waiting.extend(thing)


def read_json(request: HttpRequest) -> Any:
    """The body, with every number exactly as it was written; kept on the request for ``once``.

    Raises ``WrongContentType``, ``TooBigBody`` or ``MalformedJson``, also for NaN, Infinity and numbers longer than any quantity.
    """
    if request.content_type != JSON_TYPE:
        raise WrongContentType(expected=JSON_TYPE)
    if len(request.body) > settings.API_BODY_MAX_BYTES:
        raise TooBigBody(limit=settings.API_BODY_MAX_BYTES)
    try:
        data = json.loads(request.body.decode("utf-8-sig"), parse_float=_exact, parse_int=_whole, parse_constant=_no_number)
        _refuse_unstorable(data)
    except (ValueError, RecursionError):
        raise MalformedJson() from None
    request.sent = data  # type: ignore[attr-defined]
    return data


class ExactParser(Parser):
    """For bodies that have a schema."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request)


def read_object(request: HttpRequest) -> dict[str, Any]:
    if not request.body:
        raise NotAnObject()
    data = read_json(request)
    if not isinstance(data, dict):
        raise NotAnObject()
    return data


def read_value(column: Column, value: Any) -> Any:
    """The value of a column from JSON or from a query; ``None`` where nothing is there. Raises a ``Faulty``."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return None
    if isinstance(value, bool) and not isinstance(column.holds, Flag):
        raise WrongType()
    if isinstance(value, dict | list):
        raise WrongType()
    return column.holds.read(value)


def read_columns(columns: tuple[Column, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row by column name; codes of other tables become their rows. What is absent or blank is empty.

    Raises ``Faults`` with everything that is wrong, each at its column.
    """
    faults: list[RuleBroken] = [
        UnknownField(field=name[:200], name=name[:200]) for name in data if not any(c.name == name for c in columns)
    ]
    values: dict[str, Any] = {}
    for column in columns:
        try:
            value = read_value(column, data.get(column.name))
            if value is None:
                if column.is_required:
                    raise Required()
                value = column.empty
            elif isinstance(column.holds, Ref):
                value = _row(column.holds, value)
            values[column.name] = value
        except RuleBroken as fault:
            fault.field = column.name
            faults.append(fault)
    if faults:
        raise Faults(faults)
    return values


def _row(ref: Ref, code: str) -> Any:
    row = ref.rows([code]).get(code)
    if row is None:
        raise Unknown(value=code)
    return row


def read_query(request: HttpRequest, known: Mapping[str, Any] | set[str]) -> dict[str, str]:
    """The query's parameters. Raises ``Faults`` that name each one which is not known here or comes twice."""
    faults: list[RuleBroken] = []
    for name in request.GET:
        if name not in known:
            faults.append(UnknownField(field=name[:200], name=name[:200]))
        elif len(request.GET.getlist(name)) > 1:
            faults.append(GivenTwice(field=name))
        elif "\x00" in request.GET[name]:
            faults.append(NotANumber(field=name, value="") if name == "limit" else WrongType(field=name))
    if faults:
        raise Faults(faults)
    return {name: str(request.GET[name]) for name in request.GET}
