"""Loading one file: all or nothing, every fault told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core.tables.faults import ChangedMeanwhile, FaultList, MissingColumns, UnknownColumns, Unreadable
from core.tables.kinds import TableKind
from core.tables.loaders import BEFORE_A_FILE, Loader, LoadRow, Tally
from core.tables.reading import FileRow, Table, open_table

CHUNK_ROWS = 2000


@dataclass
class Outcome:
    """What a load did, or would have done: with a fault, or as a trial, nothing was written."""

    kind: str
    is_trial: bool
    tally: Tally = field(default_factory=Tally)
    faults: FaultList = field(default_factory=FaultList)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults


def load(
    kind: TableKind,
    path: Path,
    *,
    is_trial: bool = False,
    by: Any = None,
    access: Any = None,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Load ``path`` into a table. ``by`` is who imports (``None``: the system), ``access`` limits what may be written.

    ``progress`` hears how many percent have been read. Raises ``Unreadable``, ``UnknownColumns``, ``MissingColumns`` for a file
    that cannot be used at all, and ``ChangedMeanwhile``.
    """
    outcome = Outcome(kind.name, is_trial)
    try:
        with (
            pghistory.context(by=by.staff_no if by else "", url=f"load {kind.name}"),
            transaction.atomic(),
            open_table(path, kind.names) as table,
        ):
            _require_columns(kind, table)
            _begin(kind)
            loader = kind.loader(kind, by=by, access=access)
            for chunk in _chunks(table):
                _collect(loader, outcome, loader.take(chunk))
                if progress:
                    progress(table.percent)
            _collect(loader, outcome, loader.finish())
            outcome.tally = loader.tally
            if outcome.is_good:
                outcome.notes = loader.notes()
            if is_trial or not outcome.is_good:
                transaction.set_rollback(True)
    except IntegrityError as fault:
        diagnosis = getattr(fault.__cause__, "diag", None)
        raise ChangedMeanwhile(constraint=getattr(diagnosis, "constraint_name", "") or "") from fault
    return outcome


def _collect(loader: Loader, outcome: Outcome, rows: Sequence[LoadRow]) -> None:
    names = loader.kind.names
    for row in rows:
        if row.faults:
            outcome.faults.extend(sorted(row.faults, key=lambda fault: names.index(fault.column) if fault.column in names else len(names)))
            loader.is_clean = False


def _chunks(table: Table) -> Iterator[list[FileRow]]:
    rows = iter(table)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk


def _require_columns(kind: TableKind, table: Table) -> None:
    named = [name for name in table.header if name]
    unknown = [name for name in named if name not in kind.names]
    if unknown:
        raise UnknownColumns(columns=", ".join(unknown), kind=kind.name, known=", ".join(kind.names))
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise Unreadable(why=_("the column %(columns)s stands twice") % {"columns": ", ".join(twice)})
    missing = [column.name for column in kind.key_columns if column.is_required and column.name not in named]
    if missing:
        raise MissingColumns(columns=", ".join(missing))


def _begin(kind: TableKind) -> None:
    """Two loads of one table follow each other instead of colliding."""
    with connection.cursor() as cursor:
        cursor.execute(BEFORE_A_FILE)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load'), hashtext(%s))", [kind.name])
