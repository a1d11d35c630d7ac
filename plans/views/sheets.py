"""Check sheets: the list, the sheet that is filled tap by tap, its paper form."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.errors import Faults, Faulty, Required, RuleBroken
from core.services.attachments import keep_upload
from people.doors import StaffRequired
from plans.models import Sheet
from plans.selectors.places import named
from plans.selectors.sheets import Row, SheetPage, sheet_page
from plans.services import AnswerInput, answer, submit_sheet
from plans.services.sheets import require_unlocked

MOST_ANSWERS = 200


class SheetDoor(StaffRequired):
    """Finds the sheet among those in scope; reading is everybody's who sees the place, filling asks for the right there."""

    action = "sheet.fill"
    asks_node = True
    fills = True
    sheet: Sheet

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.access is not None:
            rows = request.access.scoped(Sheet.objects.all(), "node")
            rows = rows.select_related("template", "version", "shift", "node", "submitted_by")
            self.sheet = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def may_fill(self) -> bool:
        return self.access.may("sheet.fill", self.sheet.node_id) and self.sheet.status == Sheet.Status.OPEN

    def page_context(self, page: SheetPage) -> dict[str, Any]:
        place = named([self.sheet.node_id], self.sheet.business_date)[self.sheet.node_id]
        return {"page": page, "sheet": self.sheet, "place": place, "may_fill": self.may_fill()}


class SheetFill(SheetDoor, View):
    """The sheet: filled by whoever may, read by everybody who sees the place."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        return self.show()

    def show(self, *, refusal: RuleBroken | None = None, faults: dict[str, RuleBroken] | None = None, status: int = 200) -> HttpResponse:
        page = sheet_page(self.sheet)
        for row in page.rows:
            if refusal and (value := self.request.POST.get(f"value-{row.slot}")):
                row.typed = (value, self.request.POST.get(f"note-{row.slot}", ""))
        context = self.page_context(page) | {
            "refusal": refusal,
            "faults": faults or {},
            "tap_ids": {row.slot: uuid4() for row in page.rows},
        }
        return render(self.request, "plans/sheet.html", context, status=status)


class SheetPaper(SheetDoor, View):
    """The sheet as a paper form, with its answers or with room for them."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        return render(request, "plans/sheet_paper.html", self.page_context(sheet_page(self.sheet)))


class SheetAnswers(SheetFill):
    """Answers as they are tapped (JSON), or the whole form where no script runs."""

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
            kept = answer(sheet=self.sheet, answers=_taps(self.request.body), by=self.by)
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"saved": [str(row.pk) for row in kept]})

    def form(self, *, then_submit: bool) -> HttpResponse:
        page = sheet_page(self.sheet)
        try:
            given = [tap for row in page.rows if (tap := self._changed(row))]
            if given:
                answer(sheet=self.sheet, answers=given, by=self.by)
            if then_submit:
                submit_sheet(sheet=self.sheet, by=self.by)
        except Faults as refusal:
            slots = {number: f"{tap.item}.{tap.round}" for number, tap in enumerate(given)}
            at = {slots[int(fault.field.split(".")[1])]: fault for fault in refusal.faults}
            return self.show(refusal=refusal, faults=at, status=refusal.status)
        except RuleBroken as refusal:
            self.sheet.refresh_from_db()
            return self.show(refusal=refusal, status=refusal.status)
        return redirect(f"{reverse('sheet-fill', args=[self.sheet.pk])}{'' if then_submit else '#next'}")

    def _changed(self, row: Row) -> AnswerInput | None:
        """The answer of one row when the form says something else than what is kept."""
        value = self.request.POST.get(f"value-{row.slot}", "")
        note = self.request.POST.get(f"note-{row.slot}", "").strip()
        file = self.request.FILES.get(f"photo-{row.slot}")
        known = row.answer
        if not value or (known and not file and (known.value, known.note) == (value, note)):
            return None
        photo = (
            keep_upload(file=file, by=self.by, name=file.name).pk if file else known.photo_id if known and value == known.value else None
        )
        return AnswerInput(
            id=_uuid(self.request.POST.get(f"id-{row.slot}", "")) or uuid4(),
            item=row.item.key,
            round=row.round,
            value=value,
            note=note,
            photo=photo,
        )


class SheetPhoto(SheetDoor, View):
    """Keep a photo for an answer that follows; the answer names it."""

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id)
        file = request.FILES.get("photo")
        try:
            require_unlocked(self.sheet)
            if file is None:
                raise Required(field="photo")
            kept = keep_upload(file=file, by=self.by, name=file.name)
        except RuleBroken as refusal:
            return refused(refusal)
        return JsonResponse({"id": str(kept.pk), "url": reverse("file", args=[kept.pk])})


def refused(refusal: RuleBroken) -> JsonResponse:
    """A refusal for the page's own script, in the shape of the API (FORMATS section 3)."""
    faults = refusal.faults if isinstance(refusal, Faults) else ()
    body = {
        "code": refusal.code,
        "detail": str(refusal),
        "errors": [{"field": fault.field, "code": fault.code, "detail": str(fault)} for fault in faults],
    }
    return JsonResponse(body, status=refusal.status, content_type="application/problem+json")


def _taps(body: bytes) -> list[AnswerInput]:
    try:
        rows = json.loads(body)["answers"]
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ANSWERS:
            raise Faulty(field="answers")
        return [_tap(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Faulty(field="answers") from None


def _tap(row: dict[str, Any]) -> AnswerInput:
    moment = datetime.fromisoformat(row["answered_at"]) if row.get("answered_at") else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return AnswerInput(
        id=UUID(row["id"]),
        item=str(row["item"]),
        round=int(row.get("round", 1)),
        value=str(row["value"]),
        note=str(row.get("note", "")),
        photo=UUID(row["photo"]) if row.get("photo") else None,
        answered_at=moment,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
