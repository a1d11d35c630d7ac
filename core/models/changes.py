from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.clock import BEGINNING

END = "9999-12-31"


class Change(models.Model):
    """So many changes of what the days from ``starts_on`` to ``ends_on`` (both inclusive) are counted from; triggers add rows.

    A stretch of days whose sum of ``times`` is what it was, is what it was: whoever keeps figures keeps that sum beside them
    (``core.changes.stamps``). Rows are only ever added, so nobody waits for anybody; at night ``core.changes.fold`` sums them up.
    """

    starts_on = models.DateField()
    ends_on = models.DateField()
    times = models.PositiveBigIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="changes_by_days")]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on"), times__gt=0), name="change_of_some_day")]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}: {self.times}"


def changes_days(day: str, *, rows: str = "rows", ever_after: bool = False) -> list[pgtrigger.Trigger]:
    """Triggers that note every change of a table's rows for their days: ``day`` is the column, ``rows`` the changed rows with it where
    they must be joined to something. ``ever_after``: what holds from that day on.
    """
    ends = f"DATE '{END}'" if ever_after else "day"
    both = {
        "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), ["new_rows"]),
        "update": (pgtrigger.Update, pgtrigger.Referencing(old="old_rows", new="new_rows"), ["old_rows", "new_rows"]),
        "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), ["old_rows"]),
    }
    made = []
    for name, (operation, referencing, tables) in both.items():
        days = " UNION ".join(f"SELECT {day} AS day FROM {rows.replace('rows', table)}" for table in tables)  # noqa: S608 - names of ours
        made.append(
            pgtrigger.Trigger(
                name=f"changes_days_by_{name}",
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                operation=operation,
                referencing=referencing,
                func=f"""
                    INSERT INTO core_change (starts_on, ends_on, times)
                        SELECT day, {ends}, 1 FROM ({days}) changed GROUP BY day;
                    RETURN NULL;
                """,  # noqa: S608 - names of ours
            )
        )
    return made


_NOTE_EVERY_DAY = f"""
            INSERT INTO core_change (starts_on, ends_on, times) VALUES (DATE '{BEGINNING}', DATE '{END}', 1);
            RETURN NULL;
        """  # noqa: S608 - constants of ours


def changes_every_day(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """A trigger that notes such a change for all days: of what every day is counted with."""
    return pgtrigger.Trigger(
        name="changes_every_day",
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        operation=operation,
        func=_NOTE_EVERY_DAY,
    )


def changes_every_day_if(condition: pgtrigger.Condition) -> pgtrigger.Trigger:
    """The same for an update of a row of which only some changes count, where saving writes every column."""
    return pgtrigger.Trigger(
        name="changes_every_day",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=condition,
        func=_NOTE_EVERY_DAY,
    )
