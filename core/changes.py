"""Whether what some days are counted from has changed (``core.models.changes``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

Days = tuple[date, date]


# The stamps of two arrays of first and last days: (place, stamp), places from 1.
STAMPS = """
    SELECT asked.place, coalesce(sum(change.times), 0) AS stamp
    FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS asked(starts_on, ends_on, place)
    LEFT JOIN core_change change ON change.starts_on <= asked.ends_on AND change.ends_on >= asked.starts_on
    GROUP BY asked.place
"""


def stamps(stretches: Sequence[Days]) -> list[int]:
    """For each stretch of days (both inclusive) a number that grows with every change of them; one statement.

    Read it before what it stands for: a change that comes in between then costs a count too many, and never a wrong figure.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{STAMPS} ORDER BY place", [[starts for starts, _ends in stretches], [ends for _starts, ends in stretches]])
        return [int(stamp) for _place, stamp in cursor.fetchall()]


def fold() -> int:
    """Add the rows of each stretch together, which changes no stamp; how many rows that saved."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH several AS (
                SELECT starts_on, ends_on FROM core_change GROUP BY starts_on, ends_on HAVING count(*) > 1
            ), gone AS (
                DELETE FROM core_change USING several
                WHERE core_change.starts_on = several.starts_on AND core_change.ends_on = several.ends_on
                RETURNING core_change.starts_on, core_change.ends_on, core_change.times
            ), folded AS (
                INSERT INTO core_change (starts_on, ends_on, times)
                SELECT starts_on, ends_on, sum(times) FROM gone GROUP BY starts_on, ends_on RETURNING id
            )
            SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM folded)
            """
        )
        return int(cursor.fetchone()[0])
