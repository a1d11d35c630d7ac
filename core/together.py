"""Short lists out of several tables that one page needs at the same moment, read in one statement."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, CharField, Field, ForeignKey, IntegerField, JSONField, QuerySet, TextField

from core.prepared import told


def read_together(*asked: QuerySet) -> list[list[Any]]:
    """The rows of each query in its own order, as ``list(query)`` gives them, joined rows and annotations included.

    Each becomes a part of one ``UNION ALL`` whose rows come as JSON, so it is for tens of rows, not for thousands.
    """
    compilers = [rows.query.get_compiler(rows.db) for rows in asked]
    parts, params = [], []
    for number, compiler in enumerate(compilers):
        try:
            sql, own = compiler.as_sql()
        except EmptyResultSet:
            continue
        columns = ", ".join(f"c{at}" for at in range(len(compiler.select)))
        # ruff: noqa: S608 -- the parts are Django's own statements, their values stay parameters
        parts.append(f"SELECT {number}, row_number() OVER (), to_jsonb(part) FROM ({sql}) AS part ({columns})")
        params += own
    found: list[list[list[Any]]] = [[] for _rows in asked]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            said = sorted(cursor.fetchall(), key=lambda row: row[:2])
        for number, of_query in groupby(said, key=lambda row: row[0]):
            read = [_reader(expression.output_field) for expression, *_rest in compilers[number].select]
            for _number, _at, text in of_query:
                row = json.loads(text, parse_float=Decimal)
                found[number].append([reads(row[f"c{at}"]) for at, reads in enumerate(read)])
    return [told(rows, compiler, found[at]) if found[at] else [] for at, (rows, compiler) in enumerate(zip(asked, compilers, strict=True))]


def _reader(field: Field) -> Callable[[Any], Any]:
    """Makes of a value what the driver would have given: JSON has no dates, times, decimals and keys of 128 bits."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    if isinstance(field, JSONField):
        return lambda said: None if said is None else json.dumps(said, default=float)
    is_plain = isinstance(field, (BooleanField, CharField, IntegerField, TextField))
    return _as_it_is if is_plain else field.to_python


def _as_it_is(said: Any) -> Any:
    return said
