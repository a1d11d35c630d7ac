"""The page on which the draft of a template's next version is put together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core.asked import read_whole
from core.errors import Faults, RuleBroken, StaleVersion, Unknown
from people.doors import StaffRequired
from plans.contents import MOST_MINUTES, Content
from plans.drafting import add_area, add_block, add_item, double_item, drop, move, next_key
from plans.errors.templates import VersionMovedOn
from plans.forms.template_draft import TypedDraft, add_spare_options, shown_draft, typed_draft
from plans.models import MOST_ROUNDS, AnswerType, ChecklistTemplate, Severity, TemplateVersion
from plans.selectors.templates import changes_between, content_of, draft_of, field_label, item_keys, versions_of
from plans.services import Seen, discard_draft, publish_draft, save_draft
from plans.views.changes import told_changes

STEPS = {"up": -1, "down": 1}
LABELS = {
    "area": ("name", "name_zh", "place", "place_zh"),
    "item": ("text", "text_zh", "hint", "hint_zh", "type", "low", "high", "unit", "rounds", "severity", "options"),
}


class EditorDoor(StaffRequired):
    action = "template.edit"
    template: ChecklistTemplate
    published: TemplateVersion | None
    draft: TemplateVersion | None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.access is not None:
            self.template = get_object_or_404(ChecklistTemplate, code=kwargs["code"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def look(self) -> None:
        self.published = next(iter(versions_of(self.template)), None)
        self.draft = draft_of(self.template)

    def seen_now(self) -> Seen:
        if self.draft is not None:
            return Seen(self.draft.number, self.draft.revision)
        return Seen(self.published.number if self.published else 0)

    def sent_seen(self) -> Seen | None:
        number, _dot, revision = self.request.POST.get("seen", "").partition(".")
        version, saved = read_whole(number), read_whole(revision)
        return None if version is None or saved is None else Seen(version, saved)


class TemplateEdit(EditorDoor, View):
    """Every button sends the whole page: what was typed is saved, the step is done, and the page comes back where it was."""

    def get(self, request: Any, code: str) -> HttpResponse:
        self.look()
        return self.show(shown_draft(content_of(self.draft or self.published)))

    def show(self, typed: TypedDraft, refusal: RuleBroken | None = None) -> HttpResponse:
        seen, stale = self.seen_now(), []
        if isinstance(refusal, Faults):
            typed.blame(refusal.faults)
        if isinstance(refusal, StaleVersion | VersionMovedOn):
            stale = self.meanwhile(typed)
        changes = changes_between(content_of(self.published), content_of(self.draft)) if self.draft and self.published else []
        context = {
            "template": self.template,
            "published": self.published,
            "draft": self.draft,
            "typed": add_spare_options(typed),
            "seen": f"{seen.number}.{seen.revision}",
            "next_number": (self.published.number if self.published else 0) + 1,
            "change_count": len(changes),
            "stale": stale,
            "refusal": refusal,
            "open": self.request.GET.get("open", ""),
            "labels": {part: {name: field_label(part, name) for name in names} for part, names in LABELS.items()}
            | {"block": {"phase": _("Phase of the day"), "phase_zh": _("Phase of the day, Chinese")}},
            "types": AnswerType.choices,
            "severities": Severity.choices,
            "rounds": [str(number) for number in range(1, MOST_ROUNDS + 1)],
            "most_minutes": MOST_MINUTES,
        }
        return render(self.request, "plans/template_edit.html", context, status=refusal.status if refusal else 200)

    def meanwhile(self, typed: TypedDraft) -> list[Any]:
        """What differs between what stands now and what was typed on the older page."""
        try:
            return told_changes(changes_between(content_of(self.draft or self.published), typed.content()))
        except Faults:
            return []

    def post(self, request: Any, code: str) -> HttpResponse:
        typed = typed_draft(request.POST)
        step, _colon, key = request.POST.get("do", "save").partition(":")
        try:
            content, at = self.stepped(typed.content(), step, key)
            draft = save_draft(template=self.template, content=content, by=self.by, seen=self.sent_seen())
            if step == "publish":
                publish_draft(template=self.template, by=self.by, seen=Seen(draft.number, draft.revision))
        except RuleBroken as refusal:
            self.look()
            return self.show(typed, refusal)
        if step == "publish":
            said = _("Version %(number)s is published; sheets made from now on ask it.")
            messages.success(request, said % {"number": draft.number})
            return redirect("template", code=code)
        address = reverse("template-edit", args=[code])
        return redirect(f"{address}?open={at}#{at}" if at else address)

    def stepped(self, content: Content, step: str, key: str) -> tuple[Content, str]:
        """The content after one press, and the part of the page to come back to."""
        if step in ("save", "publish"):
            return content, ""
        if step == "add-block":
            content, new = add_block(content)
            return content, f"block-{new}"
        if step == "add-area":
            content, new = add_area(content)
            return content, f"area-{new}"
        if step in ("add-item", "double-item"):
            new = next_key(f"{self.template.code}-", [*item_keys(self.template), *(item.key for item in content.items)])
            made = add_item(content, key, new) if step == "add-item" else double_item(content, key, new)
            return made, f"item-{new}"
        deed, _dash, part = step.partition("-")
        if deed in STEPS:
            return move(content, part, key, STEPS[deed]), f"{part}-{key}"
        if deed == "drop":
            return drop(content, part, key), ""
        raise Unknown(value=step)


class TemplateDiscard(EditorDoor, View):
    """Drop the draft; the published version stays as it is."""

    def post(self, request: Any, code: str) -> HttpResponse:
        try:
            discard_draft(template=self.template, by=self.by, seen=self.sent_seen())
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("template-edit", code=code)
        messages.success(request, _("The draft is gone."))
        return redirect("template", code=code) if ChecklistTemplate.objects.filter(code=code).exists() else redirect("templates")
