"""A record's page with its steps: each step is one form on that page, and a refusal stands there with what was typed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.errors import RuleBroken, StaleVersion
from core.history import Part, history_of
from people.doors import StaffRequired


class RecordDoor(StaffRequired, View, ABC):
    asks_node = True
    template_name = ""
    page = ""
    tab_label: Any = ""
    record: Any

    @abstractmethod
    def find(self, key: str) -> None:
        """Sets ``self.record`` among what this person sees."""

    @abstractmethod
    def context(self, forms: dict[str, Any]) -> dict[str, Any]:
        """What the template needs; ``forms`` are those that a step sent, by their names."""

    def parts(self) -> list[Part]:
        """What of other tables belongs to the record's history."""
        return []

    @property
    def is_history(self) -> bool:
        return self.request.GET.get("tab") == "history"

    def reach(self, key: str) -> None:
        self.find(key)
        self.require()

    def back(self) -> HttpResponse:
        return redirect(self.page, self.kwargs["key"])

    def show(self, forms: dict[str, Any] | None = None, refusal: RuleBroken | None = None) -> HttpResponse:
        forms = forms or {}
        tab = "history" if self.is_history else "record"
        context = {
            "tabs": [
                {"url": self.request.path, "label": self.tab_label, "is_here": tab == "record"},
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "tab": tab,
            "history": history_of(self.record, *self.parts()) if tab == "history" else [],
            "refusal": refusal,
            "by": self.by,
            **self.context(forms),
        }
        return render(self.request, self.template_name, context, status=refusal.status if refusal else 422 if forms else 200)


class RecordPage(RecordDoor):
    def get(self, request: Any, key: str) -> HttpResponse:
        self.reach(key)
        return self.show()


class RecordStep(RecordDoor):
    """``form_name`` is what the page calls the step's form."""

    form_name = ""

    def get(self, request: Any, key: str) -> HttpResponse:
        self.reach(key)
        return self.back()

    @abstractmethod
    def make_form(self, *args: Any) -> Any:
        """The step's form, of what was sent and its files."""

    @abstractmethod
    def perform(self, form: Any) -> HttpResponse | None:
        """Calls one service; without an answer of its own the page of the record follows."""

    def post(self, request: Any, key: str) -> HttpResponse:
        self.reach(key)
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show({self.form_name: form})
        try:
            return self.perform(form) or self.back()
        except RuleBroken as refusal:
            self.find(key)
            form.add_refusal(refusal)
            if isinstance(refusal, StaleVersion):
                # The page shows the newer state beside what was typed: sent again, it is meant so.
                form.data = request.POST.copy()
                form.data["version"] = str(self.record.version)
            return self.show({self.form_name: form}, refusal if form.refusal else None)
