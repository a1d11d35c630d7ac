from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, transaction

from core.clock import plant_today
from core.prepared import Prepared
from core.services.requests import FirstAnswer

_RAISE = (
    "INSERT INTO core_documentcounter (kind, year, last) VALUES (%s, %s, 1)"
    " ON CONFLICT (kind, year) DO UPDATE SET last = core_documentcounter.last + 1 RETURNING last"
)


def next_number(kind: str) -> str:
    """The next gap-free number of a kind in this plant-local year: ``ISS-2026-000123`` (DESIGN 3.8).

    Call it as the last write before COMMIT: the counter's row stays locked until then. Needs an open transaction, since a number
    given outside one would leave a gap when the document fails.
    """
    _require_transaction()
    year = plant_today().year
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [kind, year])
        (last,) = cursor.fetchone()
    return f"{kind}-{year}-{last:06d}"


def stamp_number(document: Any, kind: str, *, first: FirstAnswer | None = None) -> str:
    """Give a saved document its number in the one statement that raises the counter; the last write before COMMIT (DESIGN 3.8).

    ``first`` is the request that made the document: its answer is written in the same statement, and nothing is left to do after it.
    """
    _require_transaction()
    year = plant_today().year
    answers = first is not None and first.key is not None
    with connection.cursor() as cursor:
        values = (kind, year, f"{kind}-{year}-", document.pk, *(first.as_sent if first and answers else ()))
        _stamp(document._meta.db_table, answers=answers).run(cursor, *values)
        (document.number,) = cursor.fetchone()
    if first is not None:
        first.is_written = answers
    return document.number


@cache
def _stamp(table: str, *, answers: bool) -> Prepared:
    answered = ", answered AS (UPDATE core_requestkey SET status = $6, answer = $7 WHERE key = $5)" if answers else ""
    return Prepared(
        f"stamp_{table}",
        f"WITH counter AS ({_RAISE % ('$1', '$2')}){answered} UPDATE {connection.ops.quote_name(table)}"  # noqa: S608 - names of ours
        " SET number = $3 || lpad(last::text, 6, '0') FROM counter WHERE id = $4 RETURNING number",
    )


def stamp_numbers(documents: Sequence[Any], kind: str) -> None:
    """The same for many saved documents of one table, in their order."""
    _require_transaction()
    if not documents:
        return
    year, count = plant_today().year, len(documents)
    table = connection.ops.quote_name(documents[0]._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH counter AS (INSERT INTO core_documentcounter (kind, year, last) VALUES (%s, %s, %s)"  # noqa: S608
            " ON CONFLICT (kind, year) DO UPDATE SET last = core_documentcounter.last + EXCLUDED.last RETURNING last)"
            f" UPDATE {table} d SET number = %s || lpad((c.last - %s + k.place)::text, 6, '0')"
            " FROM counter c, unnest(%s::bigint[]) WITH ORDINALITY AS k (id, place) WHERE d.id = k.id RETURNING d.id, d.number",
            [kind, year, count, f"{kind}-{year}-", count, [document.pk for document in documents]],
        )
        numbers = dict(cursor.fetchall())
    for document in documents:
        document.number = numbers[document.pk]


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a document number is given inside the document's transaction")
