"""The tables that files and programs may read and write. Each room lists its own from ``AppConfig.ready``; a wrong name is told loudly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from core.tables.columns import Column
from core.tables.faults import UnknownKind

if TYPE_CHECKING:
    from core.tables.loaders import Loader


def everything(access: Any, rows: QuerySet) -> QuerySet:
    """Reference data belongs to everybody."""
    return rows


@dataclass(frozen=True)
class TableKind:
    """One table: what FORMATS section 1 says of it, and how its rows are read, written and shown to whom.

    ``edit_action`` and ``read_action`` are names of ``people.roles.ACTIONS``. ``scoped`` narrows rows to what a person sees;
    ``node_column`` is the column whose organisation unit decides who may write a row. ``extra`` are columns for programs only.
    """

    name: str
    label: str | Promise
    model: type[Model]
    columns: tuple[Column, ...]
    loader: type[Loader]
    edit_action: str
    read_action: str = "read"
    scoped: Callable[[Any, QuerySet], QuerySet] = everything
    node_column: str = ""
    extra: tuple[Column, ...] = ()

    @property
    def key_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_key)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def rows(self, access: Any = None) -> QuerySet:
        """What ``access`` sees of it; everything without one."""
        rows = self.loader.rows(self)
        return rows if access is None else self.scoped(access, rows)


class Kinds(Mapping[str, TableKind]):
    def __init__(self) -> None:
        self._kinds: dict[str, TableKind] = {}

    def register(self, *kinds: TableKind) -> None:
        for kind in kinds:
            if kind.name in self._kinds:
                raise ValueError(f"two tables are called {kind.name}")
            self._kinds[kind.name] = kind

    def find(self, name: str) -> TableKind:
        """Raises ``UnknownKind``, which names all there are."""
        if name not in self._kinds:
            raise UnknownKind(kind=name, known=", ".join(self._kinds))
        return self._kinds[name]

    def __getitem__(self, name: str) -> TableKind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


KINDS = Kinds()

RECORDS = Kinds()
"""What leaves as a file and is read by programs, but is only written on its own pages: documents with steps of their own."""


def find_leaving(name: str) -> TableKind:
    """A table or record that can be exported. Raises ``UnknownKind``."""
    return RECORDS[name] if name in RECORDS else KINDS.find(name)
