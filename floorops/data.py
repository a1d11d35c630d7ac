"""Registers as files: template, export, and import with a look at the rows before anything is written (FORMATS section 1)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from core.clock import plant_today
from core.errors import RuleBroken
from core.forms import HouseForm
from core.models import TableImport
from core.services.imports import FAULTS_SHOWN, keep_import
from core.services.jobs import open_jobs
from core.tables import KINDS, RECORDS, TableKind, UnknownKind, find_leaving
from core.tables.writing import CSV, XLSX, csv_lines, rows_of, write_table
from core.views import RefusalMixin
from floorops.imports import JOB, look_at_file
from people.doors import StaffRequired

CONTENT_TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
XLSX_MOST_ROWS = 20_000


class TooManyRows(RuleBroken):
    """A workbook of that size is written by no page; CSV has no limit."""

    code = "too_many_rows"
    sentence = _("A workbook holds at most %(most)s rows here. Take the CSV file: it holds them all.")


def kind_or_404(name: str) -> TableKind:
    try:
        return KINDS.find(name.replace("-", "_"))
    except UnknownKind:
        raise Http404 from None


def leaving_or_404(name: str) -> TableKind:
    try:
        return find_leaving(name.replace("-", "_"))
    except UnknownKind:
        raise Http404 from None


def asked_form(request: Any) -> str:
    form = request.GET.get("form", XLSX)
    if form not in CONTENT_TYPES:
        raise Http404
    return form


class DataPage(StaffRequired, TemplateView):
    """Every table that may be taken away or brought."""

    template_name = "data/tables.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tables = [(kind, self.access.may(kind.edit_action)) for kind in KINDS.values() if self.access.may(kind.read_action)]
        records = [kind for kind in RECORDS.values() if self.access.may(kind.read_action)]
        return super().get_context_data(**kwargs) | {"tables": tables, "records": records}


class TemplateFile(StaffRequired, View):
    """The header alone, to be filled in."""

    def get(self, request: Any, kind: str) -> HttpResponse:
        table, form = kind_or_404(kind), asked_form(request)
        return _workbook_or_text(table, form, (), f"{table.name}-template.{form}")


class Export(StaffRequired, View):
    """What the person sees of a table. CSV is written while it is sent, however long it is."""

    asks_node = True

    def get(self, request: Any, kind: str) -> Any:
        table, form = leaving_or_404(kind), asked_form(request)
        self.require(None, table.read_action)
        rows = rows_of(table, self.access)
        name = f"{table.name}-{plant_today():%Y-%m-%d}.{form}"
        if form == CSV:
            response = StreamingHttpResponse(csv_lines(table, rows), content_type=CONTENT_TYPES[CSV])
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
        return _workbook_or_text(table, form, _at_most(rows), name)


def _at_most(rows: Any) -> Iterator[Any]:
    walk = iter(rows)
    yield from islice(walk, XLSX_MOST_ROWS)
    if next(walk, None) is not None:
        raise TooManyRows(most=XLSX_MOST_ROWS)


def _workbook_or_text(table: TableKind, form: str, rows: Any, name: str) -> HttpResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_table(table, file, form, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[form])  # type: ignore[return-value]


class ImportForm(HouseForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, with the column names in the first row. Nothing is written before you have seen what would change."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )


class Import(StaffRequired, RefusalMixin, FormView):
    """Bring a file: it is tried at once, and its rows are shown before anything is written."""

    asks_node = True
    template_name = "data/import.html"
    form_class = ImportForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.table = kind_or_404(kwargs["kind"])
        self.action = self.table.edit_action
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require()
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require()
        return super().post(request, *args, **kwargs)

    def perform(self, form: ImportForm) -> HttpResponse:
        brought = keep_import(kind=self.table.name, file=form.cleaned_data["file"], by=self.by)
        return _after(brought, look_at_file(brought, is_trial=True, by=self.by))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"table": self.table}


class ImportResult(StaffRequired, View):
    """What a look at the file said: its faults by row, or what loading it would change, and the button that loads it."""

    asks_node = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.staff is not None:
            self.brought = get_object_or_404(TableImport, pk=kwargs["pk"], by_no=request.staff.staff_no)
            self.table = kind_or_404(self.brought.kind)
            self.action = self.table.edit_action
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require()
        run = open_jobs(JOB, **{"import": pk}).first()
        if run is not None:
            return redirect("job", pk=run.pk)
        outcome = self.brought.outcome
        context = {"brought": self.brought, "table": self.table, "outcome": outcome, "faults_shown": FAULTS_SHOWN}
        return render(request, "data/import_result.html", context, status=422 if outcome.get("refused") else 200)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require()
        run = open_jobs(JOB, **{"import": pk}).first()
        return _after(self.brought, run or look_at_file(self.brought, is_trial=False, by=self.by))


def _after(brought: TableImport, run: Any) -> HttpResponse:
    return redirect("import-result", pk=brought.pk) if run is None else redirect("job", pk=run.pk)
