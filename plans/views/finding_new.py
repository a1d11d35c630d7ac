"""Raising a finding in a few taps: kind, words, photo; the rest has defaults (PLN-11). A device keeps the page and what is typed on it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from core.api.answers import problem, refused
from core.asked import read_key
from core.errors import Faults, IdempotencyMismatch, RuleBroken
from core.models import Attachment
from core.services import keep_upload, request_once
from core.views.offline import KEEP, KeptOffline
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value
from people.models import OrgKind, Staff
from plans.errors.sheets import UnknownPhoto
from plans.forms.findings import FindingForm
from plans.models import Finding, FindingKind
from plans.selectors.findings import KIND_ICONS, likely_owners, usual_places
from plans.selectors.places import nodes_of, places_for
from plans.selectors.products import products_to_pick
from plans.services import report_finding
from plans.views.spot_checks import PhotoUpload
from plans.views.taps import crashes_as_faults, moment, words

PEOPLE_LISTED = 400
ROUTE = "raise_finding"


class FindingNew(KeptOffline, StaffRequired, RefusalMixin, FormView):
    """Sent from the device's outbox (JSON), or as a form where no script runs."""

    action = "finding.raise"
    form_class = FindingForm
    template_name = "plans/finding_new.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A device keeps the blank page, not one that a link filled in: without network it would open for every finding."""
        response = super().dispatch(request, *args, **kwargs)
        if request.GET:
            del response[KEEP]
        return response

    def get_initial(self) -> dict[str, Any]:
        """What a link from another page already knows: kind, place, item."""
        asked = self.request.GET
        kind = asked.get("kind", "")
        initial: dict[str, Any] = {name: asked[name][:100] for name in ("area", "item_key", "text") if name in asked}
        if kind in FindingKind.values:
            initial["kind"] = kind
            if kind == FindingKind.EMERGENCY:
                initial["severity"] = "severe"
        initial["node"] = asked.get("node") or node_value(self.by.org_id)
        return initial

    def get_form_kwargs(self) -> dict[str, Any]:
        scope = places_for(self.access, self.action)
        offers = {"places": nodes_of(scope, OrgKind.values), "people": likely_owners(scope)}
        return super().get_form_kwargs() | offers

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The photo is kept first, so that a fault elsewhere does not lose it."""
        if request.content_type == "application/json":
            return self._from_device()
        form = self.get_form()
        file = request.FILES.get("photo")
        if file:
            try:
                kept = keep_upload(file=file, by=self.by, name=file.name or "")
            except RuleBroken as refusal:
                form.is_valid()
                form.add_refusal(refusal)
                return self.form_invalid(form)
            form.data = form.data.copy()
            form.data["photo_id"] = str(kept.pk)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def perform(self, form: FindingForm) -> HttpResponse:
        body = {name: str(value) for name, value in {**form.common(), **form.facts()}.items()}
        body["photo"] = str(form.cleaned_data["photo_id"] or "")
        with request_once(form.cleaned_data["request_key"], route=ROUTE, staff_no=self.by.staff_no, body=body) as first:
            if first.found:
                return redirect("finding", number=first.answer["number"])
            finding = self._write(form)
            first.answer = {"number": finding.number}
        messages.success(self.request, _told(finding))
        return redirect("finding", number=finding.number)

    def _from_device(self) -> HttpResponse:
        """The first answer again to whatever is sent twice: it may have been lost, and what stood in the form may hold no longer."""
        try:
            sent = _read(self.request.body)
        except RuleBroken as refusal:
            return refused(refusal)
        key, fields = sent["id"], sent["fields"]
        body = {"fields": fields, "typed_at": sent["typed_at"]}
        form = self.form_class(**(self.get_form_kwargs() | {"data": fields | {"request_key": str(key)}, "files": None}))
        try:
            with request_once(key, route=ROUTE, staff_no=self.by.staff_no, body=body) as first:
                if not first.found:
                    if not form.is_valid():
                        raise Faults([])
                    finding = self._write(form, typed_at=sent["typed_at"], sent_at=sent["sent_at"])
                    first.answer = {"number": finding.number, "told": _told(finding)}
        except RuleBroken as refusal:
            if form.is_valid() or isinstance(refusal, IdempotencyMismatch):
                form.add_refusal(refusal)
            return _refused(form, refusal)
        if not first.found:
            messages.success(self.request, first.answer["told"])
        return JsonResponse(first.answer | {"url": reverse("finding", args=[first.answer["number"]])})

    def _write(self, form: FindingForm, *, typed_at: datetime | None = None, sent_at: datetime | None = None) -> Finding:
        common = form.common()
        self.require(common["node"])
        asked = form.cleaned_data["photo_id"]
        photo = self._photo(asked)
        if asked and photo is None:
            raise UnknownPhoto(field="photo_id")
        return report_finding(by=self.by, facts=form.facts(), photo=photo, typed_at=typed_at, sent_at=sent_at, **common)

    def _photo(self, pk: UUID | None) -> Attachment | None:
        return Attachment.objects.filter(pk=pk, by_no=self.by.staff_no).first() if pk else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        scope = places_for(self.access, self.action)
        people = Staff.objects.employed().order_by("staff_no")
        if scope is not None:
            people = people.filter(org__in=scope)
        return context | {
            "kinds": [(value, label, KIND_ICONS[value]) for value, label in form.fields["kind"].choices],
            "chosen": form["kind"].value(),
            "severity": form["severity"].value(),
            "photo": self._photo(read_key(form["photo_id"].value())),
            "usual_places": usual_places(scope),
            "products": products_to_pick(),
            "people": people[:PEOPLE_LISTED],
        }


class FindingPhotoUpload(PhotoUpload):
    """Keep a photo for a finding that follows; anybody who may raise one may send it."""

    action = "finding.raise"


def _told(finding: Finding) -> str:
    if finding.owner is None:
        return _("%(number)s is written down. Nobody owns it yet: name an owner.") % {"number": finding.number}
    return _("%(number)s is written down; owner %(who)s.") % {"number": finding.number, "who": finding.owner.name}


def _read(body: bytes) -> dict[str, Any]:
    """What a device sent; raises ``Faulty`` for anything else."""
    with crashes_as_faults():
        sent = json.loads(body)
        return {
            "id": UUID(sent["id"]),
            "fields": {words(name): words(value) for name, value in sent["fields"].items()},
            "typed_at": moment(sent.get("typed_at")),
            "sent_at": moment(sent.get("sent_at")),
        }


def _refused(form: FindingForm, refusal: RuleBroken) -> HttpResponse:
    """Each fault at its field, and all of them in one sentence with the fields' names, for where there is no form."""
    errors, told = [], []
    for name, faults in form.errors.get_json_data().items():
        at_field = name if name != NON_FIELD_ERRORS else ""
        for fault in faults:
            errors.append({"field": at_field, "code": fault["code"], "detail": fault["message"]})
            values = {"field": form.fields[name].label, "fault": fault["message"]} if at_field else {}
            told.append(_("%(field)s: %(fault)s") % values if values else fault["message"])
    return problem(refusal.status, errors[0]["code"], " ".join(told), errors=errors)
