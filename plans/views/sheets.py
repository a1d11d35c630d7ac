"""Check sheets on a screen: filled tap by tap, read, printed, handed in, countersigned, opened again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.api.answers import refused
from core.asked import read_key
from core.errors import Faults, NotAllowed, Required, RuleBroken
from core.history import history_of
from core.services.attachments import keep_upload
from core.views.offline import KeptOffline
from people.access import access_of
from people.doors import StaffRequired
from people.models import OrgSpan, Staff
from people.services import countersigner
from plans.errors.sheets import AnsweredMeanwhile
from plans.models import Answer, Severity, Sheet, SurveySection
from plans.selectors.arrivals import awaits_reader
from plans.selectors.places import named
from plans.selectors.sheet_around import Around, around_sheet
from plans.selectors.sheet_news import as_seen, group_of, news_of, seen_rows
from plans.selectors.sheet_rows import Slot, owners_around
from plans.selectors.sheets import SheetPage, sheet_page, sheets_seen
from plans.services import ANYTHING, AnswerInput, answer, countersign_sheet, reopen_sheet, require_unlocked, submit_sheet
from plans.services.sheet_findings import improvement_due
from plans.views.taps import moment, read_taps

MOST_REPLACED = 200
SIGNERS = ("arrived_by", "submitted_by", "countersigned_by", "skipped_by", "reopened_by")


class SheetDoor(StaffRequired):
    """Finds the sheet among those in scope; reading is everybody's who sees the place, filling asks for the right there."""

    action = "sheet.fill"
    asks_node = True
    fills = True
    sheet: Sheet

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.access is not None:
            rows = sheets_seen(request.access)
            rows = rows.select_related("template", "version", "shift", "node", "area", "assignment", "section__survey", *SIGNERS)
            self.sheet = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def section(self) -> SurveySection | None:
        return getattr(self.sheet, "section", None)

    def require(self, node: Any = None, action: str = "") -> None:
        """A section of a survey is filled by its owner, whatever their role and place, and by nobody else."""
        asked = action or self.action
        if self.section is None or asked not in ("read", "sheet.fill"):
            super().require(node, action)
            return
        self._asked = True
        if asked == "sheet.fill" and self.section.owner_id != self.by.pk:
            raise NotAllowed()

    def _fills_here(self) -> bool:
        return self.section is None and self.access.may("sheet.fill", self.sheet.node_id)

    def may_fill(self) -> bool:
        if self.sheet.status != Sheet.Status.OPEN:
            return False
        return self._fills_here() or (self.section is not None and self.section.owner_id == self.by.pk)

    def is_awaited(self, page: SheetPage, around: Around) -> bool:
        """Whether *I am here* is still to be tapped by who looks at it."""
        is_open = self.section is None and bool(page.phases) and page.phases[0].starts <= timezone.now() < self.sheet.ends_at
        return is_open and self.may_fill() and awaits_reader(page, self.by, around.arrived, around.places)

    def page_context(self, page: SheetPage, places: Mapping[int, OrgSpan] | None = None) -> dict[str, Any]:
        """``places`` are named already and the sheet's is one of them."""
        place = (places or named([self.sheet.node_id], self.sheet.business_date))[self.sheet.node_id]
        may_skip = self.sheet.status == Sheet.Status.OPEN and self.access.may("sheet.skip", self.sheet.node_id)
        seen = {"page": page, "sheet": self.sheet, "place": place, "section": self.section}
        return seen | {"may_fill": self.may_fill(), "may_skip": may_skip}


class SheetFill(KeptOffline, SheetDoor, View):
    """The sheet: filled by whoever may, read by everybody who sees the place."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        return self.show()

    def show(self, *, refusal: RuleBroken | None = None, faults: dict[str, RuleBroken] | None = None, status: int = 200) -> HttpResponse:
        page = sheet_page(self.sheet)
        if refusal:
            self._keep_typed(page, faults or {})
        around = around_sheet(page, self.access, timezone.now(), with_to_dos=self._fills_here())
        context = self.page_context(page, around.places) | {"refusal": refusal, "faults": faults or {}, "group": group_of(self.sheet)}
        context["is_awaited"] = self.is_awaited(page, around)
        for name in ("arrivals", "to_dos", "deviations", "handed_over", "item_facts"):
            context[name] = getattr(around, name)
        if context["may_fill"]:
            leader = context["place"].leader
            context |= {
                "owners": owners_around(self.sheet.node_id),
                "default_owner": leader.staff_no if leader else self.by.staff_no,
                "default_due": improvement_due() if self.section else max(self.sheet.ends_at, timezone.now() + timedelta(hours=1)),
                "severities": Severity.choices,
            }
        else:
            may = self.access.may
            node = self.sheet.node_id
            is_own = self.sheet.submitted_by_id == self.by.pk
            may_reopen = self.sheet.status in (Sheet.Status.SUBMITTED, Sheet.Status.COUNTERSIGNED) and may("sheet.reopen", node)
            context |= {
                "may_countersign": self.sheet.status == Sheet.Status.SUBMITTED and may("sheet.countersign", node),
                "is_own": is_own,
                "may_sign_here": self.sheet.status == Sheet.Status.SUBMITTED and may("sheet.fill", node),
                "may_reopen": may_reopen and not is_own,
            }
        return render(self.request, "plans/sheet.html", context, status=status)

    def _keep_typed(self, page: SheetPage, faults: dict[str, RuleBroken]) -> None:
        """What was changed stays on the page; who is told what another person answered meanwhile has seen it now."""
        shown, post = self.shown(page), self.request.POST
        for slot in page.slots:
            if (value := post.get(f"value-{slot.key}")) and self.is_changed(slot, shown[slot.key]):
                slot.typed = (value, post.get(f"note-{slot.key}", ""))
                slot.seen_before = None if isinstance(faults.get(slot.key), AnsweredMeanwhile) else post.get(f"seen-{slot.key}")

    def shown(self, page: SheetPage) -> dict[str, Answer | None]:
        """What stood in each box of the page that was sent; where it does not say so, what stands there now."""
        post = self.request.POST
        said = {slot.key: read_key(post[f"seen-{slot.key}"]) for slot in page.slots if f"seen-{slot.key}" in post}
        now = {slot.answer.pk: slot.answer for slot in page.slots if slot.answer}
        older = {pk for pk in said.values() if pk is not None} - now.keys()
        rows = now | (Answer.objects.filter(sheet=self.sheet).in_bulk(older) if older else {})
        return {slot.key: rows.get(said[slot.key]) if slot.key in said else slot.answer for slot in page.slots}

    def is_changed(self, slot: Slot, shown: Answer | None) -> bool:
        """Whether the form says something else in a box than the page showed there."""
        value = self.request.POST.get(f"value-{slot.key}", "").strip()
        note = self.request.POST.get(f"note-{slot.key}", "").strip()
        has_file = f"photo-{slot.key}" in self.request.FILES
        return bool(value) and (has_file or shown is None or (shown.value, shown.note) != (value, note))


class SheetPaper(SheetDoor, View):
    """The sheet as a paper form, with its answers or with room for them."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        return render(request, "plans/sheet_paper.html", self.page_context(sheet_page(self.sheet)))


class SheetHistory(SheetDoor, View):
    """Who changed what about the sheet; every answer that another one replaced or that a wrong clock told."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        rows = self.sheet.answers.filter(Q(is_current=False) | Q(told_at__isnull=False)).select_related("item", "by")
        replaced = rows.order_by("-saved_at")[:MOST_REPLACED]
        context = self.page_context(SheetPage(self.sheet, [])) | {
            "history": history_of(self.sheet),
            "replaced": [Slot(row.item, row.round, row) for row in replaced],
        }
        return render(request, "plans/sheet_history.html", context)


class SheetState(SheetDoor, View):
    """What others answered since (JSON): asked every few seconds while the page is open."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        since = _moment(request.GET.get("since", ""))
        rows = news_of(self.sheet, since)
        mark = max([row.saved_at for row in rows] + ([since] if since else []), default=self.sheet.starts_at)
        locked = ""
        try:
            require_unlocked(self.sheet)
        except RuleBroken as refusal:
            locked = str(refusal)
        group = group_of(self.sheet)
        return JsonResponse({"mark": mark.isoformat(), "locked": locked, "seen": [{"group": group, **as_seen(row)} for row in rows]})


class SheetAnswers(SheetFill):
    """Answers from a device's outbox (JSON), or the whole form where no script runs."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        return redirect("sheet-fill", pk=pk)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id)
        if request.content_type == "application/json":
            return self.taps()
        return self.form(then_submit="submit" in request.POST)

    def taps(self) -> HttpResponse:
        try:
            given, sent_at = read_taps(self.request.body)
            kept = answer(sheet=self.sheet, answers=given, by=self.by, sent_at=sent_at)
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"saved": [str(row.pk) for row in kept], "seen": seen_rows(self.sheet, kept)})

    def form(self, *, then_submit: bool) -> HttpResponse:
        page = sheet_page(self.sheet)
        given: list[AnswerInput] = []
        try:
            shown = self.shown(page)
            given = [self._tap(slot, shown[slot.key]) for slot in page.slots if self.is_changed(slot, shown[slot.key])]
            if given:
                answer(sheet=self.sheet, answers=given, by=self.by)
            if then_submit:
                submit_sheet(sheet=self.sheet, by=self.by)
        except Faults as refusal:
            taps = {number: f"{tap.item}.{tap.round}" for number, tap in enumerate(given)}
            at = {taps[int(fault.field.split(".")[1])]: fault for fault in refusal.faults}
            return self.show(refusal=refusal, faults=at, status=refusal.status)
        except RuleBroken as refusal:
            self.sheet.refresh_from_db()
            return self.show(refusal=refusal, status=refusal.status)
        return redirect(f"{reverse('sheet-fill', args=[self.sheet.pk])}{'' if then_submit else '#next'}")

    def _tap(self, slot: Slot, shown: Answer | None) -> AnswerInput:
        """The answer of one box, in the place of what the page showed there."""
        value = self.request.POST[f"value-{slot.key}"].strip()
        note = self.request.POST.get(f"note-{slot.key}", "").strip()
        file = self.request.FILES.get(f"photo-{slot.key}")
        kept = shown.photo_id if shown and value == shown.value else None
        photo = keep_upload(file=file, by=self.by, name=file.name).pk if file else kept
        replaces = (shown.pk if shown else None) if f"seen-{slot.key}" in self.request.POST else ANYTHING
        return AnswerInput(id=uuid4(), item=slot.item.key, round=slot.round, value=value, note=note, photo=photo, replaces=replaces)


class SheetPhoto(SheetDoor, View):
    """Keep a photo for an answer that follows, under the device's own id; the answer names it."""

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id)
        file = request.FILES.get("photo")
        try:
            require_unlocked(self.sheet)
            if file is None:
                raise Required(field="photo")
            kept = keep_upload(file=file, by=self.by, name=file.name, own_id=read_key(request.POST.get("id", "")))
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"id": str(kept.pk), "url": reverse("file", args=[kept.pk])})


class SheetSubmit(SheetDoor, View):
    """Hand the sheet in (JSON); what is missing comes back with its places."""

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id)
        try:
            submit_sheet(sheet=self.sheet, by=self.by)
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"status": Sheet.Status.SUBMITTED})


class SheetCountersign(SheetFill):
    """The second name: by whoever is signed in, or by staff number and PIN on the screen of somebody else."""

    action = "sheet.countersign"

    def post(self, request: Any, pk: int) -> HttpResponse:
        staff_no = request.POST.get("staff_no", "").strip()
        self.require(self.sheet.node_id, "sheet.fill" if staff_no and self.access.may("sheet.fill", self.sheet.node_id) else "")
        try:
            countersign_sheet(sheet=self.sheet, by=self._signer(staff_no) if staff_no else self.by)
        except RuleBroken as refusal:
            self.sheet.refresh_from_db()
            return self.show(refusal=refusal, status=refusal.status)
        return redirect("sheet-fill", pk=pk)

    def _signer(self, staff_no: str) -> Staff:
        signer = countersigner(staff_no=staff_no, pin=self.request.POST.get("pin", ""))
        access_of(signer).require("sheet.countersign", self.sheet.node_id)
        return signer


class SheetReopen(SheetFill):
    action = "sheet.reopen"

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id)
        try:
            reopen_sheet(sheet=self.sheet, reason=request.POST.get("reason", ""), by=self.by)
        except RuleBroken as refusal:
            self.sheet.refresh_from_db()
            return self.show(refusal=refusal, status=refusal.status)
        return redirect("sheet-fill", pk=pk)


def _moment(text: str) -> datetime | None:
    try:
        return moment(text)
    except ValueError:
        return None
