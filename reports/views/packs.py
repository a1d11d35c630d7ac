from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.clock import PlantMonth, plant_today
from core.errors import RuleBroken
from core.forms import HouseForm
from core.models import JobRun
from core.plant_settings import plant_setting
from core.views.jobs import job_context
from people.doors import StaffRequired
from people.models import OrgNode
from reports import selectors, services
from reports.block import MonthBlock, from_json
from reports.changes import Change, changes_between
from reports.figures.names import node_names
from reports.models import MonthPack, PackFile, PackVersion
from reports.open_reports import OpenReport, find_open_reports
from reports.sections import shown
from reports.views.flagged import Flagged, FlaggedRows
from reports.views.one_pack import OnePack
from reports.words import month_name

CONTENT_TYPES = {
    PackFile.Form.PDF: "application/pdf",
    PackFile.Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PlantField(forms.ModelChoiceField):
    """Plants by the names they have today."""

    names: dict[int, str]

    def label_from_instance(self, plant: Any) -> str:
        return self.names[plant.pk]


class BuildForm(HouseForm):
    """Which month of which plant to build."""

    plant = PlantField(queryset=OrgNode.objects.none(), label=gettext_lazy("Plant"), to_field_name="code", empty_label=None)
    month = forms.CharField(label=gettext_lazy("Month"), max_length=7, widget=forms.Select())

    def __init__(self, *args: Any, plants: list[OrgNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_month = PlantMonth.of(plant_today(), plant_setting("month_first_day"))
        names = node_names([plant.pk for plant in plants], plant_today())
        plant = cast("PlantField", self.fields["plant"])
        plant.queryset = OrgNode.objects.filter(pk__in=[plant.pk for plant in plants]).order_by("code")
        plant.names = {pk: name.label for pk, name in names.items()}
        self.fields["month"].widget.choices = [(str(m), month_name(m)) for m in (this_month.shifted(-n) for n in range(18))]
        self.fields["month"].initial = str(this_month.previous())

    def clean_month(self) -> PlantMonth:
        try:
            return selectors.read_month(self.cleaned_data["month"])
        except ValueError:
            raise ValidationError(_("Write a month as 2026-10.")) from None


class PackList(StaffRequired, TemplateView):
    """Every pack this person may read, and where its building stands; a manager builds from here."""

    template_name = "reports/packs.html"
    action = "pack.read"

    def build_form(self, data: Any = None) -> BuildForm | None:
        plants = [plant for plant in selectors.plants() if self.access.may("pack.build", plant)]
        return BuildForm(data, plants=plants) if plants else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        packs = self.access.scoped(
            MonthPack.objects.select_related("plant", "job").prefetch_related(Prefetch("versions", PackVersion.objects.defer("snapshot"))),
            "plant",
        )[:60]
        names = node_names([pack.plant_id for pack in packs], plant_today())
        rows = [
            (
                pack,
                names[pack.plant_id].label,
                month_name(PlantMonth.parse(pack.month)),
                max(pack.versions.all(), key=lambda kept: kept.number, default=None),
            )
            for pack in packs
        ]
        return {
            "rows": rows,
            "form": self.build_form(),
            "sees_a_plant": any(self.access.sees(plant) for plant in selectors.plants()),
            **super().get_context_data(**kwargs),
            **kwargs,
        }


class PackBuild(PackList):
    action = "pack.build"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.build_form(request.POST)
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                pack = services.request_pack(plant=form.cleaned_data["plant"], month=form.cleaned_data["month"], by=self.by)
            except RuleBroken as refusal:
                form.add_refusal(refusal)
            else:
                return redirect("pack", pack.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PackPage(OnePack, TemplateView):
    """A pack as it stands: five sections, charts, files; while it is being built, its bar."""

    template_name = "reports/pack.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pack, version = self.pack, self.version
        is_latest = version == self.latest
        may_build = self.access.may("pack.build", pack.plant) and is_latest
        context = super().get_context_data(**kwargs) | {
            "pack": pack,
            "version": version,
            "versions": self.versions,
            "is_latest": is_latest,
            "month_name": month_name(PlantMonth.parse(pack.month)),
            "plant_name": self.plant_name.label,
            "month_url": f"{reverse('month-dashboard', args=[pack.month])}?org={pack.plant.code}",
            "may_build": may_build and (version is None or version.is_draft),
            **self.job(pack.job),
        }
        if version is None:
            return context
        block = from_json(version.snapshot)
        flagged = FlaggedRows(pack, version, self.access)
        return context | {
            "sections": [(view, self.charts(view.charts)) for view in shown(block)],
            "files": self.files(version),
            "flagged": flagged.rows(),
            "missing": flagged.missing,
            "open_reports": self.open_reports(version, may_build),
            "changes": self.changes(version, block),
            **self.deciding(version, is_latest),
            **self.going_on(version, may_build),
        }

    def open_reports(self, version: PackVersion, may_build: bool) -> list[OpenReport]:
        """Those it was submitted without; of a draft those it would be, for whoever submits it."""
        if not version.is_draft:
            return [OpenReport.from_json(kept) for kept in version.open_reports]
        return find_open_reports(self.pack.plant, selectors.read_month(self.pack.month)) if may_build else []

    def changes(self, version: PackVersion, block: MonthBlock) -> list[Change] | None:
        """What differs from the version before; ``None`` where there is none before."""
        before = selectors.version_before(version) if version.number > self.versions[-1].number else None
        return None if before is None else changes_between(from_json(before.snapshot), block)

    def deciding(self, version: PackVersion, is_latest: bool) -> dict[str, Any]:
        """What was said about a submitted version, and whether this person decides about it."""
        may = not version.is_draft and self.access.may("pack.decide", self.pack.plant)
        is_waiting = version.state == PackVersion.State.SUBMITTED and is_latest
        is_own = version.submitted_by_id == self.by.pk
        return {
            "words": version.words.select_related("by") if not version.is_draft else [],
            "may_comment": may,
            "may_decide": may and is_waiting and not is_own,
            "is_own": may and is_waiting and is_own,
        }

    def going_on(self, version: PackVersion, may_build: bool) -> dict[str, Any]:
        """Whether a submitted version no longer says what would be counted, and whether its next one may be built."""
        if version.is_draft or version != self.latest:
            return {}
        changed = services.has_changed(version)
        return {"has_changed": changed, "may_go_on": may_build and (changed or version.state == PackVersion.State.RETURNED)}

    def with_row(self, row: Flagged, status: int) -> HttpResponse:
        """The page with what was typed into one row's form, which was refused."""
        context = self.get_context_data()
        context["flagged"] = [row if shown.flag.mark == row.flag.mark else shown for shown in context["flagged"]]
        return self.render_to_response(context, status=status)

    def refused(self, refusal: RuleBroken) -> HttpResponse:
        """The page with the refusal on top, and with the words that came with it."""
        said = {name: self.request.POST.get(name, "") for name in ("text", "reason")}
        return self.render_to_response(self.get_context_data(refusal=refusal, said=said), status=refusal.status)

    def job(self, run: JobRun | None) -> dict[str, Any]:
        """The bar of a run that is not over, or ended badly."""
        if run is None or run.state == JobRun.State.DONE:
            return {"run": None}
        return job_context(run, self.access)

    def charts(self, charts: dict[str, Any]) -> list[dict[str, str]]:
        """The address changes with figures and language, so a browser may keep a chart for good."""
        mark = f"?version={self.version.number}&v={self.version.inputs_hash[:12]}-{get_language()}" if self.version else ""
        return [
            {
                "alt": chart.alt,
                **{theme: f"{reverse('pack-chart', args=[self.pack.pk, key, theme])}{mark}" for theme in ("light", "dark")},
            }
            for key, chart in charts.items()
        ]

    def files(self, version: PackVersion) -> list[dict[str, Any]]:
        words = {"en": _("English"), "zh-hans": _("Chinese")}
        return [
            {
                "url": f"{reverse('pack-file', args=[self.pack.pk, kept.language, kept.form])}?version={version.number}",
                "form": kept.get_form_display(),
                "language": words[kept.language],
                "size": kept.size,
            }
            for kept in version.files.all()
        ]


class PackProgress(PackPage):
    """The bar alone, for the page that shows it; once the run is over the whole page is loaded anew."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        run = self.pack.job
        if run is None or run.state == JobRun.State.DONE:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "reports/_pack_job.html", {"pack": self.pack, **job_context(run, self.access)})


class PackChart(OnePack, View):
    def get(self, request: HttpRequest, pk: int, key: str, theme: str) -> HttpResponse:
        from reports.charts import drawing

        if self.pack is None or self.version is None:
            raise Http404
        charts = {name: chart for view in shown(from_json(self.version.snapshot)) for name, chart in view.charts.items()}
        if key not in charts:
            raise Http404
        headers = {"Cache-Control": "private, max-age=31536000, immutable" if request.GET.get("v") else "private, no-cache"}
        return HttpResponse(drawing.svg(charts[key], theme), content_type="image/svg+xml", headers=headers)


class PackDownload(OnePack, View):
    """A kept file of the latest version, or of the one asked for."""

    def get(self, request: HttpRequest, pk: int, language: str, form: str) -> FileResponse:
        version = self.version if self.pack else None
        kept = get_object_or_404(PackFile, version=version, language=language, form=form)
        name = f"{self.pack.plant.code}-{self.pack.month}-v{version.number}.{language}.{form}" if version else ""
        return FileResponse(kept.file.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPES[PackFile.Form(form)])


class PackRebuild(OnePack, View):
    action = "pack.build"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        services.request_pack(plant=self.pack.plant, month=selectors.read_month(self.pack.month), by=self.by)
        return redirect("pack", pk)


class PackSubmit(PackPage):
    """Freezes the draft; what is missing is said on its page."""

    action = "pack.build"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            version = services.submit_pack(pack=self.pack, by=self.by, reason=request.POST.get("reason", ""))
        except RuleBroken as refusal:
            return self.refused(refusal)
        messages.success(request, _("Version %(number)s is submitted and frozen.") % {"number": version.number})
        return redirect("pack", pk)


class PackNext(PackPage):
    """Begins the version after a submitted one."""

    action = "pack.build"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            services.request_next_version(pack=self.pack, by=self.by)
        except RuleBroken as refusal:
            return self.refused(refusal)
        return redirect("pack", pk)


class PackDecide(PackPage):
    """A comment on a submitted version, its return, its approval: what is said about one version, never about a newer one."""

    action = "pack.decide"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, number: int, step: str) -> HttpResponse:
        version = get_object_or_404(self.pack.versions, number=number)
        try:
            self.take(step, version, request.POST)
        except RuleBroken as refusal:
            return self.refused(refusal)
        return redirect(f"{reverse('pack', args=[pk])}?version={number}")

    def take(self, step: str, version: PackVersion, said: Any) -> None:
        if step == "comment":
            services.comment_pack(version=version, text=said.get("text", ""), by=self.by)
        elif step == "return":
            services.return_pack(version=version, reason=said.get("reason", ""), by=self.by)
        else:
            services.approve_pack(version=version, by=self.by)
            messages.success(self.request, _("Version %(number)s is approved.") % {"number": version.number})


class PackOf(StaffRequired, View):
    """The page of a plant's month, wherever it is kept."""

    action = "pack.read"

    def get(self, request: HttpRequest, plant: str, month: str) -> HttpResponse:
        packs = self.access.scoped(MonthPack.objects.all(), "plant")
        return redirect("pack", get_object_or_404(packs, plant__code=plant, month=month).pk)
