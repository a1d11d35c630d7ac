"""A version begun, and all its lines on one screen (MAT-01)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView

from core.asked import read_whole
from core.clock import plant_today
from core.errors import RuleBroken
from core.views.pages import RefusalMixin
from materials.errors.boms import BomNotADraft
from materials.forms.boms import BomHeadForm, BomLines, BomNewForm, initial_of_lines
from materials.models import Bom, Item
from materials.selectors.boms import lines_of, versions_of
from materials.services import draft_bom, save_bom_draft
from materials.views.more_lines import one_line_more
from people.doors import StaffRequired
from plans.models import Process, Product

LISTED = 400


class BomNew(StaffRequired, RefusalMixin, FormView):
    """``?product=`` names the product, ``?from=`` the version that is copied."""

    action = "bom.draft"
    form_class = BomNewForm
    template_name = "materials/bom_new.html"
    told = gettext_lazy("The draft is made. Somebody else approves it.")

    @cached_property
    def base(self) -> Bom | None:
        asked = read_whole(self.request.GET.get("from", ""))
        return None if asked is None else get_object_or_404(Bom.objects.select_related("product"), pk=asked)

    @cached_property
    def product(self) -> Product | None:
        code = self.request.GET.get("product", "")
        return self.base.product if self.base else Product.objects.filter(code=code).first() if code else None

    @cached_property
    def versions(self) -> list[Bom]:
        return versions_of(self.product) if self.product else []

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"versions": self.versions}

    def get_initial(self) -> dict[str, Any]:
        first = self.base or next(iter(self.versions), None)
        start = str(first.pk) if first else ""
        return {"product": self.product.code if self.product else "", "start": start, "valid_from": plant_today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        products = Product.objects.order_by("code")[:LISTED]
        return super().get_context_data(**kwargs) | {"base": self.base, "product": self.product, "products": products}

    def perform(self, form: BomNewForm) -> HttpResponse:
        data = form.cleaned_data
        names = ("product", "version_code", "valid_from", "remark")
        draft = draft_bom(**{name: data[name] for name in names}, copy_of=form.copied(), by=self.by)
        return redirect("bom-edit", pk=draft.pk)


class BomEdit(StaffRequired, View):
    """Every line of a draft as a row: an item by its code, Enter for the next field, an emptied item takes its line out."""

    action = "bom.draft"

    def find(self, pk: int) -> None:
        self.bom = get_object_or_404(Bom.objects.select_related("product__unit"), pk=pk)

    def formset(self, data: Any = None, initial: list[dict[str, Any]] | None = None, extra: int = 0) -> Any:
        offered = {"processes": list(Process.objects.order_by("code")), "items": self.items(data, initial or [])}
        forms = BomLines(data, initial=initial, prefix="lines", form_kwargs=offered)
        forms.extra = extra
        return forms

    def items(self, data: Any, initial: list[dict[str, Any]]) -> dict[str, Item]:
        """The items of all rows, one statement however many."""
        sent = [value.strip() for name, value in data.items() if name.endswith("-item")] if data else []
        codes = {*sent, *(row["item"] for row in initial)} - {""}
        return {item.code: item for item in Item.objects.filter(code__in=codes).select_related("unit", "product")}

    def show(self, head: BomHeadForm, lines: Any, *, refusal: RuleBroken | None = None, status: int = 200) -> HttpResponse:
        context = {
            "bom": self.bom,
            "head": head,
            "lines": lines,
            "refusal": refusal,
            "items": Item.objects.select_related("unit").order_by("code")[:LISTED],
        }
        return render(self.request, "materials/bom_edit.html", context, status=status)

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        if self.bom.status != Bom.Status.DRAFT:
            return redirect("bom", pk=pk)
        initial = initial_of_lines(lines_of(self.bom))
        head = BomHeadForm(initial={name: getattr(self.bom, name) for name in ("valid_from", "remark", "version")})
        return self.show(head, self.formset(initial=initial, extra=1 if initial else 3))

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        data = request.POST.copy()
        head = BomHeadForm(data)
        if data.get("then") == "add":
            one_line_more(data)
            return self.show(head, self.formset(data))
        lines = self.formset(data)
        if not (head.is_valid() & lines.is_valid()):
            return self.show(head, lines, status=422)
        try:
            save_bom_draft(bom=self.bom, lines=lines.lines(), by=self.by, **head.cleaned_data)
        except BomNotADraft as refusal:
            return self.show(head, lines, refusal=refusal, status=refusal.status)
        except RuleBroken as refusal:
            for fault in lines.add_refusal(refusal):
                head.add_refusal(fault)
            return self.show(head, lines, refusal=head.refusal, status=refusal.status)
        messages.success(request, _("Saved."))
        return redirect("bom", pk=pk)
