"""Statements that are sent again and again: Postgres reads and plans them once per connection instead of every time.

``STOCK = Prepared("stock", "SELECT … WHERE item_id = ANY($1::bigint[])")``, then ``STOCK.run(cursor, ids)``. Worth it where planning
costs more than the answer: joins by primary keys on the path of every slip. ``PreparedRows`` is the same for a query of Django's, which
spares putting it together anew as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from functools import cached_property
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

_numbers = count(1)
_GIVEN = re.compile(r"\$(\d+)::")


class Prepared:
    """One statement with ``$1``, ``$2``, … for its values.

    It is prepared in the sending of its first use, so no statement more is ever sent. A use that was refused may have left it prepared or
    not; the next one then takes a new name.
    """

    def __init__(self, name: str, sql: str) -> None:
        self.name, self.sql = name, sql
        self._known: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    def run(self, cursor: CursorWrapper, *values: Any) -> None:
        there = cursor.connection
        name = self._known.get(there)
        if name is not None:
            cursor.execute(self._call(name, values), values)
            return
        name = f"{self.name}_{next(_numbers)}"
        # ``%%``: what stands there reaches Postgres as it is written.
        cursor.execute(f"PREPARE {name} AS {self.sql.replace('%', '%%')}; {self._call(name, values)}", values)
        self._known[there] = name

    @staticmethod
    def _call(name: str, values: tuple[Any, ...]) -> str:
        return f"EXECUTE {name} ({', '.join(['%s'] * len(values))})"


class Given(Expression):
    """What a ``PreparedRows`` is asked for: its ``number``-th value, from 1, as the ``kind`` that Postgres reads it as.

    A ``bigint[]`` or ``text[]`` stands on the right of ``__in``.
    """

    def __init__(self, number: int, kind: str) -> None:
        super().__init__()
        self.number, self.kind = number, kind

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        value = f"${self.number}::{self.kind}"
        return (f"(SELECT unnest({value}))" if self.kind.endswith("[]") else value), []


class PreparedRows:
    """A query that is put together once, and planned once per connection.

    ``rows`` makes it, with ``Given`` where the values of each asking come. Its rows are what the query itself would give.
    """

    def __init__(self, name: str, rows: Callable[[], QuerySet]) -> None:
        self.name, self.rows = name, rows

    @cached_property
    def _made(self) -> tuple[QuerySet, SQLCompiler, Prepared, tuple[Any, ...]]:
        rows = self.rows()
        compiler = rows.query.get_compiler(connection=connection)
        sql, fixed = compiler.as_sql()
        if not all(isinstance(value, str | int) for value in fixed):
            raise ImproperlyConfigured(f"{self.name}: what differs from one asking to the next, such as a date, has to be given")
        first = max((int(number) for number in _GIVEN.findall(sql)), default=0) + 1
        sql %= tuple(f"${number}" for number in range(first, first + len(fixed)))
        # Looked up by every query for each of its columns, each time the same.
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        compiler.get_converters = lambda expressions: converters  # type: ignore[method-assign]
        return rows, compiler, Prepared(self.name, sql), tuple(fixed)

    def run(self, *values: Any) -> list[Any]:
        rows, compiler, statement, fixed = self._made
        with connection.cursor() as cursor:
            statement.run(cursor, *values, *fixed)
            found = cursor.fetchall()
        return told(rows, compiler, found) if found else []


def told(rows: QuerySet, compiler: SQLCompiler, found: list[Any]) -> list[Any]:
    """The query makes its objects as ever; only its rows are here already. ``compiler`` is the one that put the statement together."""
    rows, own = rows.all(), copy(compiler)
    own.connection = connections[rows.db]  # that of this thread
    own.execute_sql = lambda *args, **kwargs: [found]  # type: ignore[assignment]
    rows.query.get_compiler = lambda *args, **kwargs: own  # type: ignore[method-assign]
    return list(rows)


def numbers(values: Any) -> str:
    """Numbers and ``None`` as one text for a ``$1::bigint[]`` or ``numeric[]``: read much faster than as many values."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
