from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
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
from reports.block import from_json
from reports.figures.names import node_names
from reports.models import MonthPack, PackFile, PackVersion
from reports.sections import shown
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


class OnePack(StaffRequired):
    """Finds the pack among those in scope and asks for the right at its plant."""

    action = "pack.read"
    asks_node = True
    kwargs: dict[str, Any]

    @cached_property
    def pack(self) -> MonthPack:
        packs = self.access.scoped(MonthPack.objects.select_related("plant", "job"), "plant")
        pack = get_object_or_404(packs, pk=self.kwargs["pk"])
        self.require(pack.plant)
        return pack

    @cached_property
    def version(self) -> PackVersion | None:
        return self.pack.versions.select_related("built_by", "submitted_by").prefetch_related("files").order_by("-number").first()


class PackPage(OnePack, TemplateView):
    """A pack as it stands: five sections, charts, files; while it is being built, its bar."""

    template_name = "reports/pack.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pack, version = self.pack, self.version
        run = pack.job
        context = super().get_context_data(**kwargs) | {
            "pack": pack,
            "version": version,
            "month_name": month_name(PlantMonth.parse(pack.month)),
            "plant_name": node_names([pack.plant_id], plant_today())[pack.plant_id].label,
            "month_url": f"{reverse('month-dashboard', args=[pack.month])}?org={pack.plant.code}",
            "may_build": self.access.may("pack.build", pack.plant) and (version is None or version.is_draft),
            **self.job(run),
        }
        if version is None:
            return context
        block = from_json(version.snapshot)
        return context | {"sections": [(view, self.charts(view.charts)) for view in shown(block)], "files": self.files(version)}

    def job(self, run: JobRun | None) -> dict[str, Any]:
        """The bar of a run that is not over, or ended badly."""
        if run is None or run.state == JobRun.State.DONE:
            return {"run": None}
        return job_context(run)

    def charts(self, charts: dict[str, Any]) -> list[dict[str, str]]:
        """The address changes with figures and language, so a browser may keep a chart for good."""
        mark = f"{self.version.inputs_hash[:12]}-{get_language()}" if self.version else ""
        return [
            {
                "alt": chart.alt,
                **{theme: f"{reverse('pack-chart', args=[self.pack.pk, key, theme])}?v={mark}" for theme in ("light", "dark")},
            }
            for key, chart in charts.items()
        ]

    def files(self, version: PackVersion) -> list[dict[str, Any]]:
        words = {"en": _("English"), "zh-hans": _("Chinese")}
        return [
            {
                "url": reverse("pack-file", args=[self.pack.pk, kept.language, kept.form]),
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
        return render(request, "reports/_pack_job.html", {"pack": self.pack, **job_context(run)})


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
    """A kept file of the current version."""

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


class PackSubmit(OnePack, View):
    action = "pack.build"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = services.submit_pack(pack=self.pack, by=self.by)
        messages.success(request, _("Version %(number)s is submitted and frozen.") % {"number": version.number})
        return redirect("pack", pk)


class PackOf(StaffRequired, View):
    """The page of a plant's month, wherever it is kept."""

    action = "pack.read"

    def get(self, request: HttpRequest, plant: str, month: str) -> HttpResponse:
        packs = self.access.scoped(MonthPack.objects.all(), "plant")
        return redirect("pack", get_object_or_404(packs, plant__code=plant, month=month).pk)
