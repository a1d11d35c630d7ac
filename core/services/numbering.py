from django.db import connection, transaction

from core.clock import plant_today


def next_number(kind: str) -> str:
    """The next gap-free number of a kind in this plant-local year: ``ISS-2026-000123`` (DESIGN 3.8).

    Call it as the last write before COMMIT: the counter's row stays locked until then. Needs an open transaction, since a number
    given outside one would leave a gap when the document fails.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a document number is given inside the document's transaction")
    year = plant_today().year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_documentcounter (kind, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (kind, year) DO UPDATE SET last = core_documentcounter.last + 1 RETURNING last",
            [kind, year],
        )
        (last,) = cursor.fetchone()
    return f"{kind}-{year}-{last:06d}"
