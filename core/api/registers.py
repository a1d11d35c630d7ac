"""The read-only registers: every table of FORMATS section 1 as a list with filters and pages, and its rows by key."""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, create_model

from core.api.answers import answer
from core.api.reading import JSON_TYPE, read_query, read_value
from core.api.refusals import BadCursor, BadLimit, NotFound
from core.api.schemas import REFUSALS
from core.errors import Faults, RuleBroken
from core.prepared import Given, PreparedRows
from core.tables import Choice, Code, Column, Day, Moment, Number, TableKind

PAGE, LARGEST_PAGE = 50, 500
KEY_READINGS = 50
_CURSOR = re.compile(r"after ([1-9]\d{0,17})")


@dataclass(frozen=True)
class Filter:
    """One parameter of a list: ``lookup`` is ``exact``, ``gte`` or ``lte``."""

    column: Column
    lookup: str = "exact"


def matching(column: Column, value: Any, lookup: str = "exact") -> Q:
    """Rows with that value; ``None`` finds those in which the column is blank."""
    if lookup != "exact":
        return Q(**{f"{column.path}__{lookup}": value})
    if value is not None:
        return Q(**{column.path: value})
    blank = Q(**{f"{column.path}__isnull": True})
    return blank if column.empty is None else blank | Q(**{column.path: column.empty})


@dataclass(frozen=True)
class Register:
    """Reads rows of one kind; each call is one statement, however many rows."""

    kind: TableKind

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return self.kind.columns + self.kind.extra

    @cached_property
    def filters(self) -> dict[str, Filter]:
        found: dict[str, Filter] = {}
        for column in self.columns:
            if column.is_key or isinstance(column.holds, Code | Choice):
                found[column.name] = Filter(column)
            if isinstance(column.holds, Day | Moment):
                found |= {f"{column.name}_from": Filter(column, "gte"), f"{column.name}_to": Filter(column, "lte")}
        return found

    @cached_property
    def _paths(self) -> list[str]:
        units = [column.holds.decimals_at for column in self.columns if isinstance(column.holds, Number) and column.holds.decimals_at]
        return list(dict.fromkeys(["pk", *(column.path for column in self.columns), *units]))

    def _items(self, rows: QuerySet) -> list[tuple[int, dict[str, Any]]]:
        return self.told(rows.values_list(*self._paths))

    def told(self, found: Iterable[Sequence[Any]]) -> list[tuple[int, dict[str, Any]]]:
        """Rows as they were read, by primary key, as a program is told of them; where a kind tells more, it is added here."""
        items = []
        for values in found:
            row = dict(zip(self._paths, values, strict=True))
            items.append((row["pk"], {column.name: _for_program(column, row) for column in self.columns}))
        return items

    def page(self, request: Any) -> HttpResponse:
        """A page of what the person sees, in the order in which rows were made. Raises ``Faults``."""
        request.access.require(self.kind.read_action)
        asked = read_query(request, {*self.filters, "limit", "cursor"})
        faults: list[RuleBroken] = []
        rows = self.kind.rows(request.access)
        limit = PAGE
        for name, text in asked.items():
            try:
                if name == "limit":
                    limit = _read_limit(text)
                elif name == "cursor":
                    rows = rows.filter(pk__gt=_read_cursor(text))
                else:
                    wanted = self.filters[name]
                    value = read_value(wanted.column, text)
                    if value is not None or wanted.lookup == "exact":
                        rows = rows.filter(matching(wanted.column, value, wanted.lookup))
            except RuleBroken as fault:
                fault.field = name
                faults.append(fault)
        if faults:
            raise Faults(faults)
        items = self._items(rows[: limit + 1])
        following = None
        if len(items) > limit:
            items = items[:limit]
            query = request.GET.copy()
            query["cursor"] = _cursor(items[-1][0])
            following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        return answer({"items": [item for _pk, item in items], "next": following})

    def by_key(self, access: Any, key: str) -> dict[str, Any]:
        """The row of a key, ``~`` between its columns. Raises ``NotFound`` for what is not there or out of scope."""
        access.require(self.kind.read_action)
        wanted = Q(pk__in=[])
        for parts in _readings(key, len(self.kind.key_columns)):
            wanted |= self._of_key(parts)
        found = self._items(self.kind.rows(access).filter(wanted)[:1])
        if not found:
            raise NotFound()
        return found[0][1]

    def _of_key(self, parts: tuple[str, ...]) -> Q:
        found = Q()
        for column, text in zip(self.kind.key_columns, parts, strict=True):
            try:
                value = read_value(column, text)
            except RuleBroken:
                return Q(pk__in=[])
            if value is None and column.is_required:
                return Q(pk__in=[])
            found &= matching(column, value)
        return found

    def by_pk(self, pk: int) -> dict[str, Any]:
        """A row that was just written."""
        return self.told(self._written.run(pk))[0][1]

    @cached_property
    def _written(self) -> PreparedRows:
        return PreparedRows(f"written_{self.kind.name}", lambda: self.kind.rows().filter(pk=Given(1, "bigint")).values_list(*self._paths))

    @cached_property
    def row_schema(self) -> type[Schema]:
        fields: dict[str, Any] = {}
        for column in self.columns:
            fields[column.name] = (column.holds.json if column.is_required else column.holds.json | None, ...)
        return create_model(f"{_camel(self.kind.name)}Row", __base__=Schema, **fields)

    @cached_property
    def page_schema(self) -> type[Schema]:
        return create_model(f"{_camel(self.kind.name)}Page", __base__=Schema, items=(list[self.row_schema], ...), next=(str | None, ...))  # type: ignore[name-defined]

    @property
    def request_body(self) -> dict[str, Any]:
        """The columns of the file format as a body; numbers may come as numbers or as strings."""
        fields: dict[str, Any] = {}
        for column in self.kind.columns:
            kind = Decimal | str if isinstance(column.holds, Number) else column.holds.json
            fields[column.name] = (kind, ...) if column.is_required else (kind | None, None)
        schema = create_model(f"{_camel(self.kind.name)}In", __config__=ConfigDict(extra="forbid"), **fields)
        return {"required": True, "content": {JSON_TYPE: {"schema": schema.model_json_schema(mode="serialization")}}}

    @property
    def parameters(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = [
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}},
            {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        ]
        for name, wanted in self.filters.items():
            kind = {"type": "string"} | ({"format": "date"} if isinstance(wanted.column.holds, Day) else {})
            shown.append({"name": name, "in": "query", "schema": kind})
        return shown


def add_register(router: Router, kind: TableKind, register: Register | None = None) -> Register:
    """``GET /KIND`` and ``GET /KIND/{key}``; ``register`` where the rows hold more than the table's columns."""
    register = register or Register(kind)
    path = f"/{kind.name.replace('_', '-')}"
    words = kind.name.replace("_", " ")

    def list_rows(request: Any) -> HttpResponse:
        return register.page(request)

    def show_row(request: Any, key: str) -> HttpResponse:
        return answer(register.by_key(request.access, key))

    about: dict[str, Any] = {"tags": ["registers"]}
    router.get(
        path,
        response={200: register.page_schema, **REFUSALS},
        operation_id=f"list_{kind.name}",
        summary=f"List {words}",
        openapi_extra={"parameters": register.parameters},
        **about,
    )(list_rows)
    router.get(
        f"{path}/{{path:key}}",
        response={200: register.row_schema, **REFUSALS},
        operation_id=f"show_{kind.name}",
        summary=f"Show one of {words}; key: {'~'.join(column.name for column in kind.key_columns)}",
        **about,
    )(show_row)
    return register


def _for_program(column: Column, row: dict[str, Any]) -> Any:
    value = row[column.path]
    holds = column.holds
    if isinstance(value, Decimal) and isinstance(holds, Number) and holds.decimals_at:
        exact = value.quantize(Decimal(1).scaleb(-row[holds.decimals_at]))
        if exact == value:
            return f"{exact:f}"
    value = holds.for_program(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def _read_limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= LARGEST_PAGE):
        raise BadLimit(most=LARGEST_PAGE)
    return int(text)


def _cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(f"after {pk}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> int:
    try:
        said = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        raise BadCursor() from None
    match = _CURSOR.fullmatch(said)
    if not match:
        raise BadCursor()
    return int(match[1])


def _readings(key: str, count: int) -> list[tuple[str, ...]]:
    """All ways to read a key as ``count`` parts: a code may itself contain a ``~``."""
    pieces = key.split("~")
    if len(pieces) < count:
        return []
    cuts = itertools.combinations(range(1, len(pieces)), count - 1)
    found = []
    for cut in itertools.islice(cuts, KEY_READINGS):
        edges = [0, *cut, len(pieces)]
        found.append(tuple("~".join(pieces[start:end]) for start, end in itertools.pairwise(edges)))
    return found


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
