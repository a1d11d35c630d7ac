"""Keeping the cause of a flagged row: one form a row, kept one by one, so that nothing typed in another is lost."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core.errors import RuleBroken, StaleVersion
from reports import services
from reports.flags import Flag
from reports.forms import CauseForm
from reports.views.flagged import FlaggedRows
from reports.views.packs import PackPage


class PackExplain(PackPage):
    """Keeps the cause of one row: the row alone for htmx, else the whole page."""

    action = "pack.build"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, mark: str) -> HttpResponse:
        pack, version = self.pack, self.version
        if version is None:
            raise Http404
        rows = FlaggedRows(pack, version, self.access)
        flag = next((flag for flag in rows.flags if flag.mark == mark), None)
        if flag is None:
            raise Http404
        form = rows.form(flag, request.POST)
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            seen = said.pop("version") or None
            try:
                services.give_cause(version=version, section=flag.section, row=flag.key, by=self.by, seen=seen, **said)
            except RuleBroken as refusal:
                status = refusal.status
                if isinstance(refusal, StaleVersion):
                    form.data = form.data.copy()  # type: ignore[attr-defined]
                    form.data[f"{mark}-version"] = str(rows.form(flag)["version"].value())  # type: ignore[index]
                form.add_refusal(refusal)
            else:
                return self.answer(FlaggedRows(pack, version, self.access), flag)
        return self.answer(rows, flag, form, status)

    def answer(self, rows: FlaggedRows, flag: Flag, form: CauseForm | None = None, status: int = 200) -> HttpResponse:
        row = rows.row(flag, form, is_open=form is not None)
        if self.request.htmx:
            context = {"pack": self.pack, "version": self.version, "row": row, "missing": rows.missing, "is_answer": True}
            # With 200 also for a fault: htmx shows no answer that is not.
            return render(self.request, "reports/_flag.html", context)
        if form is None:
            return redirect(f"{reverse('pack', args=[self.pack.pk])}#flag-{flag.mark}")
        return self.with_row(row, status)
