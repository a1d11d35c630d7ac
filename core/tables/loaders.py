"""How rows of a file become rows of a table: a chunk at a time, with a constant number of statements per chunk."""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Model, QuerySet

from core.errors import NotAllowed, Required, RuleBroken, TooFine, Unknown
from core.quantities import plain
from core.tables.cells import CLEAR, Cell, shown
from core.tables.columns import Column, Ref, decimals_of
from core.tables.faults import Fault, NoColumn, SameKey
from core.tables.reading import FileRow

if TYPE_CHECKING:
    from core.models import Unit
    from core.tables.kinds import TableKind

REFERENCES_MOST = 20_000
# The rows of this load are not counted yet: checks per row would be planned for a small table and walk a large one.
BEFORE_A_FILE = """
    DISCARD PLANS;
    SET LOCAL enable_seqscan = off;
    DROP TABLE IF EXISTS pg_temp.load_keys;
    CREATE TEMPORARY TABLE load_keys (key text PRIMARY KEY, row_number integer) ON COMMIT DROP;
"""


@dataclass(slots=True)
class LoadRow:
    """One row on its way: its cells, the values read from them (by column; a blank cell has none), and what is wrong with it."""

    number: int
    cells: Mapping[str, Cell]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)

    def refuse(self, column: str, refusal: RuleBroken, value: Any = None) -> None:
        cell = self.cells.get(column) if value is None else value
        self.faults.append(Fault.of(self.number, column, shown(cell), refusal))
        self.faulty.add(column)

    def require_fit(self, column: str, value: Decimal | None, unit: Unit) -> None:
        """Finer than the unit is refused, never rounded."""
        cell = self.cells.get(column)
        if not value or column not in self.values or (isinstance(cell, str) and "." not in cell):
            return
        if decimals_of(value) > unit.decimals:
            self.refuse(column, TooFine(value=plain(value), unit=unit.code, decimals=unit.decimals))

    def said(self, column: str) -> str:
        """The cell as the file has it, for a message."""
        return shown(self.cells.get(column))


@dataclass
class Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Loader:
    """Loads any table whose columns are fields of one model; tables with rules of their own override ``check``.

    ``by`` is the person who imports, ``None`` for the system; ``access`` what that person may do, ``None`` for everything. Nothing is
    written once a fault was found, but checking goes on, so that all faults are told.
    """

    def __init__(self, kind: TableKind, *, by: Any = None, access: Any = None) -> None:
        self.kind = kind
        self.by = by
        self.access = access
        self.tally = Tally()
        self.is_clean = True
        self._references: dict[str, dict[str, Model | None]] = {}

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        """All rows of the table, as export and lists show them."""
        return kind.model._default_manager.order_by("pk")

    # --- the walk over the file ---

    def take(self, chunk: Sequence[FileRow]) -> Sequence[LoadRow]:
        """Read, check and write one chunk; the rows whose faults are now complete."""
        rows = [self.read(row) for row in chunk]
        self.resolve(rows)
        self.refuse_same_keys(rows)
        self.settle(rows)
        return rows

    def finish(self) -> Sequence[LoadRow]:
        """After the last chunk; rows that had to wait for it."""
        return ()

    def notes(self) -> list[str]:
        """What else the person should know, after a load without faults."""
        return []

    # --- one chunk ---

    def read(self, row: FileRow) -> LoadRow:
        """Cells to values. Codes of other tables are looked up later, for the whole chunk."""
        read = LoadRow(row.number, row.cells)
        for column in self.kind.columns:
            cell = row.cells.get(column.name)
            if cell is None or cell is CLEAR:
                if column.is_required and (column.is_key or cell is CLEAR):
                    read.refuse(column.name, Required())
                elif column.is_key or cell is CLEAR:
                    read.values[column.name] = column.empty
                continue
            try:
                read.values[column.name] = column.holds.read(cell)
            except RuleBroken as refusal:
                read.refuse(column.name, refusal)
        for position, cell in row.beyond:
            read.refuse(str(position), NoColumn(), cell)
        return read

    def resolve(self, rows: Sequence[LoadRow]) -> None:
        """Put the row of another table in the place of its code."""
        for column in self.kind.columns:
            if not isinstance(column.holds, Ref):
                continue
            known = self.known(column, {row.values[column.name] for row in rows if row.values.get(column.name)})
            for row in rows:
                code = row.values.get(column.name)
                if code:
                    thing = known.get(code)
                    if thing is None:
                        del row.values[column.name]
                        row.refuse(column.name, Unknown(value=code))
                    else:
                        row.values[column.name] = thing

    def known(self, column: Column, codes: set[str]) -> Mapping[str, Model | None]:
        """What the codes of a column mean, remembered from chunk to chunk."""
        assert isinstance(column.holds, Ref)
        known = self._references.setdefault(column.name, {})
        if len(known) > REFERENCES_MOST:
            known.clear()
        missing = [code for code in codes if code not in known]
        if missing:
            found = column.holds.rows(missing)
            known.update({code: found.get(code) for code in missing})
        return known

    def refuse_same_keys(self, rows: Sequence[LoadRow]) -> None:
        """A key that stood in an earlier row is a fault of the later one; the keys of the file wait in a temporary table."""
        keyed = {}
        for row in rows:
            if not any(column.name in row.faulty for column in self.kind.key_columns):
                keyed[row.number] = "~".join(_key_text(column, row.values[column.name]) for column in self.kind.key_columns)
        if not keyed:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO load_keys SELECT * FROM unnest(%s::text[], %s::int[]) ON CONFLICT DO NOTHING",
                [list(keyed.values()), list(keyed)],
            )
            if cursor.rowcount == len(keyed):
                return
            cursor.execute("SELECT key, row_number FROM load_keys WHERE key = ANY(%s)", [list(keyed.values())])
            first = dict(cursor.fetchall())
        column = self.kind.key_columns[0].name
        for row in rows:
            if row.number in keyed and first[keyed[row.number]] != row.number:
                row.refuse(column, SameKey(row=first[keyed[row.number]], key=keyed[row.number]))

    def settle(self, rows: Sequence[LoadRow]) -> None:
        """Compare with what is there, check, count, write."""
        existing = self.find(rows)
        created: list[Any] = []
        changed: list[tuple[Any, set[str]]] = []
        for row in rows:
            current = existing.get(self.key_of(row))
            merged = self.merge(row, current)
            self.check_access(row, current, merged)
            self.check(row, current, merged)
            if row.faults:
                self.is_clean = False
                continue
            if current is None:
                self.tally.created += 1
                created.append(self.make(merged))
                continue
            fields = self.differences(current, merged)
            if not fields:
                self.tally.unchanged += 1
                continue
            self.tally.updated += 1
            for name in fields:
                setattr(current, name, merged[name])
            changed.append((current, fields))
        if self.is_clean:
            self.write(created, changed)

    # --- what a table may do its own way ---

    def key_of(self, row: LoadRow) -> Hashable:
        """The row's key with codes as primary keys; one that nothing has while the key is faulty."""
        key = []
        for column in self.kind.key_columns:
            if column.name not in row.values:
                return None
            value = row.values[column.name]
            key.append(value.pk if isinstance(value, Model) else value)
        return tuple(key)

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        """The existing rows of these keys, locked."""
        joined = [column.field for column in self.kind.columns if isinstance(column.holds, Ref)]
        found = self.rows(self.kind).select_for_update(of=("self",))
        found = found.select_related(*joined) if joined else found
        for column in self.kind.key_columns:
            values = {row.values[column.name] for row in rows if column.name in row.values}
            if None not in values:
                found = found.filter(**{f"{column.field}__in": values})
        fields = [f"{column.field}_id" if isinstance(column.holds, Ref) else column.field for column in self.kind.key_columns]
        return {tuple(getattr(thing, name) for name in fields): thing for thing in found}

    def merge(self, row: LoadRow, current: Any) -> dict[str, Any]:
        """The row's fields as they will be; faulty ones are missing. A new row without a required column is refused here."""
        merged = {}
        for column in self.kind.columns:
            if column.name in row.values:
                merged[column.field] = row.values[column.name]
            elif column.name in row.faulty:
                continue
            elif current is not None:
                merged[column.field] = getattr(current, column.field)
            elif column.is_required:
                row.refuse(column.name, Required())
            else:
                merged[column.field] = column.empty
        return merged

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        """Rules that span columns or rows; refuse with ``row.refuse``."""

    def check_access(self, row: LoadRow, current: Any, merged: Mapping[str, Any]) -> None:
        """A place that the person does not see does not exist for him; in one that he sees he needs the right."""
        if self.access is None or not self.kind.node_column or self.kind.node_column in row.faulty:
            return
        column = self.kind.column(self.kind.node_column)
        places = [merged.get(column.field)]
        if current is not None and not column.is_key:
            places.append(getattr(current, column.field))
        for place in places:
            if place is not None and not self.access.sees(place):
                row.refuse(column.name, Unknown(value=str(place)))
                return
            if not self.access.may(self.kind.edit_action, place):
                row.refuse(column.name, NotAllowed())
                return

    def make(self, merged: Mapping[str, Any]) -> Any:
        return self.kind.model(**merged)

    def differences(self, current: Any, merged: Mapping[str, Any]) -> set[str]:
        """Names of the fields whose value changes; a key never does."""
        fields = (column.field for column in self.kind.columns if not column.is_key)
        return {name for name in fields if name in merged and getattr(current, name) != merged[name]}

    def write(self, created: Sequence[Any], changed: Iterable[tuple[Any, set[str]]]) -> None:
        manager = self.kind.model._default_manager
        manager.bulk_create(created)
        by_fields: dict[frozenset[str], list[Model]] = {}
        for thing, fields in changed:
            by_fields.setdefault(frozenset(fields), []).append(thing)
        for names, things in by_fields.items():
            rewrite(things, sorted(names))


def rewrite(things: Sequence[Model], fields: Sequence[str]) -> None:
    """Store ``fields`` of existing rows in one statement, however many rows; an UPDATE for every trigger."""
    model = type(things[0])
    model._default_manager.bulk_create(things, update_conflicts=True, unique_fields=["pk"], update_fields=fields)


_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_in(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store new rows by COPY: ``fields`` are column names, values are texts, numbers, dates or ``None``.

    Several times faster than INSERT for many narrow rows; triggers fire as ever.
    """
    lines = (
        "\t".join("\\N" if value is None else value.translate(_COPY_ESCAPES) if isinstance(value, str) else str(value) for value in row)
        for row in rows
    )
    with connection.cursor() as cursor:
        columns = ", ".join(connection.ops.quote_name(name) for name in fields)
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO("\n".join(lines)))


def _key_text(column: Column, value: Any) -> str:
    return str(getattr(value, column.holds.field)) if isinstance(value, Model) else column.holds.text(value)  # type: ignore[attr-defined]
