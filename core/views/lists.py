"""The register list: filter, sort, page, export and an empty state, for every table of the house."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView

from core.asked import read_page
from core.clock import plant_today
from core.tables import columns as table
from core.tables.writing import XLSX, write_table
from core.views.pages import PartialMixin

PAGE_ROWS = 50
FILE_MOST_ROWS = 20_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class FileLayout:
    """The workbook a list leaves as, where it is no table of its own: its name and columns, each with the path to its value."""

    name: str
    columns: tuple[table.Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Column:
    """One column's head. ``sort`` is what it orders by; ``less`` 1 drops it below 900 px, 2 below 600 px too."""

    label: str | Promise
    sort: str = ""
    number: bool = False
    less: int = 0
    unit: str | Promise = ""

    @property
    def css(self) -> str:
        return " ".join(name for name, on in (("num", self.number), ("is-less", self.less == 1), ("is-less-2", self.less == 2)) if on)


@dataclass(frozen=True)
class Heading:
    """A column as it stands on the page: with the order a press on it asks for."""

    column: Column
    order: str
    direction: str


class RegisterList(PartialMixin, ListView):
    """A page of rows, newest question first answered: who, filtered how, sorted by what.

    Set ``model`` or ``queryset``, ``title``, ``columns``, ``row_template`` (cells of one ``row``) and where it helps ``filterset_class``,
    ``views`` (mine, my team, all: pairs of key and word, narrowed by ``narrow``), ``scope_path`` (for ``request.access.scoped``),
    ``export_kind`` (or ``file`` for a list that is no table), ``new_url`` with ``new_label`` and ``new_action``, and the words of the
    empty state. Rows are not counted: the page asks for one row more than it shows.
    """

    template_name = "components/register.html"
    fragment_name = "components/_register.html"
    context_object_name = "rows"
    title: str | Promise = ""
    lead: str | Promise = ""
    columns: Sequence[Column] = ()
    row_template = ""
    filterset_class: Any = None
    views: Sequence[tuple[str, str | Promise]] = ()
    scope_path = ""
    default_order: Sequence[str] = ()
    page_rows = PAGE_ROWS
    export_kind = ""
    file: FileLayout | None = None
    new_url: str | Promise = ""
    new_label: str | Promise = ""
    new_action = ""
    empty_title: str | Promise = _("Nothing here yet")
    empty_text: str | Promise = ""
    table_class = ""

    def view_key(self) -> str:
        keys = [key for key, _word in self.views]
        asked = self.request.GET.get("view", "")
        return asked if asked in keys else (keys[0] if keys else "")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        """The rows of one of ``views``."""
        return rows

    def base_rows(self) -> QuerySet:
        return super().get_queryset()

    def get_queryset(self) -> QuerySet:
        rows = self.base_rows()
        if self.scope_path:
            rows = self.request.access.scoped(rows, self.scope_path)  # type: ignore[attr-defined]
        if self.views:
            rows = self.narrow(rows, self.view_key())
        self.filterset = None
        if self.filterset_class is not None:
            self.filterset = self.filterset_class(self.request.GET, queryset=rows, request=self.request)
            rows = self.filterset.qs
        return rows.order_by(*self.order_of_rows())

    def sort_key(self) -> tuple[str, bool]:
        """What is sorted by and whether backwards; a key that no column offers is ignored."""
        asked = self.request.GET.get("sort", "")
        name = asked.removeprefix("-")
        return (name, asked.startswith("-")) if name in {column.sort for column in self.columns if column.sort} else ("", False)

    def order_of_rows(self) -> list[str]:
        name, backwards = self.sort_key()
        order = [f"-{name}" if backwards else name] if name else list(self.default_order)
        return [*order, "pk"]

    def headings(self) -> list[Heading]:
        name, backwards = self.sort_key()
        found = []
        for column in self.columns:
            is_sorted = bool(column.sort) and column.sort == name
            order = f"-{column.sort}" if is_sorted and not backwards else column.sort
            found.append(Heading(column, order, ("descending" if backwards else "ascending") if is_sorted else ""))
        return found

    def page_number(self) -> int:
        return read_page(self.request.GET.get("page"))

    def is_filtered(self) -> bool:
        kept_out = {"sort", "page", "view", "file"}
        return any(value for name, value in self.request.GET.items() if name not in kept_out)

    def export_url(self) -> str:
        """The whole table as this person sees it, whatever the filter; a list that is no table leaves as it is filtered."""
        if self.file:
            asked = self.request.GET.copy()
            asked.pop("page", None)
            asked["file"] = XLSX
            return f"?{asked.urlencode()}"
        return reverse("export", args=[self.export_kind]) if self.export_kind else ""

    def file_rows(self, rows: QuerySet) -> Iterable[Sequence[Any]]:
        """The values of ``file``'s columns for the rows of the list."""
        assert self.file is not None
        return rows.values_list(*[column.path for column in self.file.columns])[:FILE_MOST_ROWS]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.file and request.GET.get("file") == XLSX:
            kept = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
            write_table(self.file, kept, XLSX, self.file_rows(self.get_queryset()))
            kept.seek(0)
            name = f"{self.file.name}-{plant_today():%Y-%m-%d}.{XLSX}"
            return FileResponse(kept, as_attachment=True, filename=name, content_type=WORKBOOK)  # type: ignore[return-value]
        return super().get(request, *args, **kwargs)

    def import_url(self) -> str:
        return reverse("import", args=[self.export_kind]) if self.export_kind and self.may_make() else ""

    def may_make(self) -> bool:
        return bool(self.new_url) and self.request.access.may(self.new_action)  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, asked = self.page_number(), self.page_rows
        found: list[Model] = list(self.object_list[(page - 1) * asked : page * asked + 1])
        self.object_list = found[:asked]
        return super().get_context_data(**kwargs) | {
            "register": self,
            "headings": self.headings(),
            "filterset": self.filterset,
            "view_key": self.view_key(),
            "page": page,
            "has_next": len(found) > asked,
            "is_filtered": self.is_filtered(),
            "may_make": self.may_make(),
            "span": len(self.columns),
        }
