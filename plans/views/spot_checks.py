"""Spot checks: the windows of the day, the list, the form that a device may keep without network, one check as it was made."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from core.api.answers import refused
from core.asked import read_key, read_whole
from core.errors import Faults, Faulty, Required, RuleBroken
from core.services.attachments import keep_upload
from core.tables import columns as table
from core.views.lists import Column, FileLayout, RegisterList
from core.views.offline import KeptOffline
from people.doors import StaffRequired
from people.models import OrgKind, OrgNode, OrgSpan
from plans.filters import SpotCheckFilter
from plans.models import AnswerType, Severity, SpotCheck, TemplateItem, TemplateVersion
from plans.selectors.places import named, nodes_of
from plans.selectors.sheet_rows import owners_around
from plans.selectors.shifts import same_shift_end, shift_at
from plans.selectors.spot_checks import owed_windows, spot_version, spot_versions, todays_windows, with_counts
from plans.services import FindingInput, SpotAnswerInput, record_spot_check
from plans.views.taps import crashes_as_faults, moment, read_finding, words

PLACES = (OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM)


class SpotCheckList(StaffRequired, RegisterList):
    """The windows of today on top, below them every check that was made."""

    model = SpotCheck
    template_name = "plans/spot_checks.html"
    title = _("Spot checks")
    lead = _("At any time; at least one complete look round in every 4 hours of the shift.")
    scope_path = "node"
    filterset_class = SpotCheckFilter
    row_template = "plans/_spot_check_row.html"
    default_order = ("-checked_at",)
    columns = (
        Column(_("Checked at"), sort="checked_at"),
        Column(_("Where"), sort="node__code"),
        Column(_("By"), sort="by__name"),
        Column(_("Shift"), less=2),
        Column(_("Objects"), number=True),
        Column(_("NG"), number=True),
        Column(_("Counts")),
    )
    file = FileLayout(
        "spot_checks",
        (
            table.Column("checked_at", table.Moment()),
            table.Column("node_code", table.Text(), source="node__code"),
            table.Column("staff_no", table.Text(), source="by__staff_no"),
            table.Column("shift_code", table.Text(), source="shift__code"),
            table.Column("objects", table.Number(), source="seen"),
            table.Column("abnormal", table.Number(), source="wrong"),
            table.Column("is_complete", table.Flag()),
        ),
    )
    new_url = reverse_lazy("spot-check-new")
    new_label = _("Look round now")
    new_action = "sheet.fill"
    empty_title = _("Nobody has looked round yet")
    empty_text = _("A spot check looks at persons, machines, tools, materials and work standards, at any time of the shift.")

    def get_queryset(self) -> QuerySet:
        return with_counts(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "places": named(check.node_id for check in context["rows"]),
            "strips": todays_windows(self.access) if not self.request.htmx else [],
        }


class SpotCheckPage(StaffRequired, View):
    asks_node = True

    def get(self, request: Any, pk: UUID) -> HttpResponse:
        rows = with_counts(self.access.scoped(SpotCheck.objects.all(), "node"))
        check = get_object_or_404(rows, pk=pk)
        self.require(check.node_id, "read")
        answers = {row.item_id: row for row in check.answers.select_related("finding")}
        items = [(item, answers.get(item.pk)) for item in check.version.items.order_by("order")]
        place = named([check.node_id], check.business_date)[check.node_id]
        return render(request, "plans/spot_check.html", {"check": check, "items": items, "place": place})


class SpotCheckNew(KeptOffline, StaffRequired, View):
    """The five objects on one screen; saved from the device's outbox (JSON), or as a form where no script runs."""

    action = "sheet.fill"

    def get(self, request: Any) -> HttpResponse:
        return self.show()

    def show(self, *, refusal: RuleBroken | None = None, faults: dict[str, RuleBroken] | None = None, status: int = 200) -> HttpResponse:
        places = self._places()
        place = self._asked_place(places)
        versions = spot_versions(span.node_id for span in places)
        version = versions.get(place.node_id) if place else spot_version()
        if version is None:
            raise Http404
        on, shift = shift_at(timezone.now())
        leader = place.leader if place else None
        context = {
            "places": places,
            "place": place,
            "version": version,
            "versions": {node: found.pk for node, found in versions.items()},
            "items": self._items(version),
            "refusal": refusal,
            "faults": faults or {},
            "typed": self.request.POST,
            "own_id": self.request.POST.get("id") or uuid4(),
            "owners": owners_around(place.node_id) if place else [],
            "default_owner": leader.staff_no if leader else self.by.staff_no,
            "default_due": max(same_shift_end(timezone.now(), on, shift), timezone.now() + timedelta(hours=1)),
            "severities": Severity.choices,
        }
        return render(self.request, "plans/spot_check_form.html", context, status=status)

    def post(self, request: Any) -> HttpResponse:
        if request.content_type == "application/json":
            return self._taps()
        return self._form()

    def _places(self) -> list[OrgSpan]:
        return [span for span in nodes_of(self.access.scope, PLACES) if self.access.may("sheet.fill", span.node_id)]

    def _asked_place(self, places: list[OrgSpan]) -> OrgSpan | None:
        """The one asked for, else where a window is owed, else one's own."""
        asked = self.request.POST.get("node") or self.request.GET.get("node", "")
        owed = [window.node_id for window in owed_windows(self.access, timezone.now())]
        by_id = {span.node_id: span for span in places}
        for wanted in (read_whole(asked), *owed, self.by.org_id):
            if wanted in by_id:
                return by_id[wanted]
        return places[0] if places else None

    def _items(self, version: TemplateVersion) -> list[TemplateItem]:
        return list(version.items.filter(answer_type=AnswerType.OK_NG).order_by("order"))

    def _node(self, pk: int) -> OrgNode:
        self.require(pk)
        return get_object_or_404(OrgNode, pk=pk)

    def _taps(self) -> HttpResponse:
        try:
            sent = _read(self.request.body)
            node = self._node(sent.pop("node"))
            version = TemplateVersion.objects.filter(pk=sent.pop("version"), published_at__isnull=False).first()
            if version is None:
                raise Faulty(field="version")
            check = record_spot_check(node=node, version=version, by=self.by, **sent)
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"saved": [str(check.pk)], "url": f"/spot-checks/{check.pk}"})

    def _form(self) -> HttpResponse:
        post = self.request.POST
        node = self._node(read_whole(post.get("node", "")) or 0)
        published = TemplateVersion.objects.filter(published_at__isnull=False)
        version = get_object_or_404(published, pk=read_whole(post.get("version", "")) or 0)
        keys = [item.key for item in self._items(version) if post.get(f"value-{item.key}") in ("ok", "ng")]
        try:
            answers = [self._answer(key) for key in keys]
            record_spot_check(id=read_key(post.get("id", "")) or uuid4(), node=node, version=version, answers=answers, by=self.by)
        except Faults as refusal:
            at = {keys[int(fault.field.split(".")[1])]: fault for fault in refusal.faults}
            return self.show(refusal=refusal, faults=at, status=refusal.status)
        except RuleBroken as refusal:
            return self.show(refusal=refusal, status=refusal.status)
        return redirect("spot-checks")

    def _answer(self, key: str) -> SpotAnswerInput:
        post, file = self.request.POST, self.request.FILES.get(f"photo-{key}")
        is_ok = post[f"value-{key}"] == "ok"
        photo = keep_upload(file=file, by=self.by, name=file.name).pk if file and not is_ok else None
        finding = None if is_ok or not post.get(f"finding-{key}") else FindingInput()
        return SpotAnswerInput(item=key, is_ok=is_ok, note=post.get(f"note-{key}", ""), photo=photo, finding=finding)


class PhotoUpload(StaffRequired, View):
    """Keep a photo for a record that follows from the same device, under the device's own id."""

    action = "sheet.fill"

    def post(self, request: Any) -> HttpResponse:
        file = request.FILES.get("photo")
        try:
            if file is None:
                raise Required(field="photo")
            kept = keep_upload(file=file, by=self.by, name=file.name, own_id=read_key(request.POST.get("id", "")))
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"id": str(kept.pk)})


def _read(body: bytes) -> dict[str, Any]:
    """What a device sent; raises ``Faulty`` for anything else."""
    with crashes_as_faults():
        sent = json.loads(body)
        return {
            "id": UUID(sent["id"]),
            "node": int(sent["node"]),
            "version": int(sent["version"]),
            "checked_at": moment(sent.get("checked_at")),
            "sent_at": moment(sent.get("sent_at")),
            "answers": [
                SpotAnswerInput(
                    item=words(row["item"]),
                    is_ok=row["value"] == "ok",
                    note=words(row.get("note", "")),
                    photo=UUID(row["photo"]) if row.get("photo") else None,
                    finding=read_finding(row.get("finding")),
                )
                for row in sent["answers"]
            ],
        }
