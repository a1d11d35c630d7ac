"""Items: the list with what is there, the item with its stock, movements, uses and open orders."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.clock import plant_today
from core.history import history_of
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from materials.filters import ItemFilter
from materials.forms.masters import ItemForm
from materials.models import Item
from materials.selectors.boms import uses_of
from materials.selectors.explosion import bom_of
from materials.selectors.stock import moves_of_item, open_quotas, store_stock, with_on_hand
from materials.services import save_item
from people.doors import StaffRequired
from plans.models import Product

PRODUCTS_LISTED = 400
TABS = (
    ("stock", _("Stock")),
    ("moves", _("Movements")),
    ("used", _("Where used")),
    ("orders", _("Open orders")),
    ("history", _("History")),
)
FIELDS = (
    "code", "barcode", "name", "name_zh", "spec", "grade", "item_class", "unit", "standard_cost", "min_stock", "shelf_life_days",
    "lot_tracked", "inspect_on_receipt", "product", "is_phantom", "version",
)  # fmt: skip


class ItemList(StaffRequired, RegisterList):
    model = Item
    title = pgettext_lazy("material", "Items")
    lead = _("What the plant keeps and consumes, each counted in one unit.")
    filterset_class = ItemFilter
    row_template = "materials/_item_row.html"
    template_name = "materials/item_list.html"
    default_order = ("code",)
    export_kind = "items"
    new_url = reverse_lazy("item-new")
    new_label = pgettext_lazy("material", "New item")
    new_action = "item.edit"
    columns = (
        Column(_("Code"), sort="code"),
        Column(_("Name"), sort="name"),
        Column(pgettext_lazy("item", "Class"), sort="item_class", less=1),
        Column(_("In the store"), sort="on_hand", number=True),
        Column(_("Issuable"), sort="issuable", number=True, less=2),
        Column(_("Minimum"), sort="min_stock", number=True, less=1),
    )
    empty_title = _("No item yet")
    empty_text = _("Bring your items as a file, or make the first one here.")

    def base_rows(self) -> QuerySet:
        return with_on_hand(Item.objects.select_related("unit"))


class ItemPage(StaffRequired, View):
    """One item; each tab asks only for what it shows."""

    def get(self, request: Any, code: str) -> HttpResponse:
        item = get_object_or_404(with_on_hand(Item.objects.select_related("unit", "product")), code=code)
        asked = request.GET.get("tab", "")
        tab = asked if asked in dict(TABS) else "stock"
        context: dict[str, Any] = {
            "item": item,
            "unit": item.unit,
            "tabs": [{"url": f"?tab={key}", "label": label, "is_here": key == tab} for key, label in TABS],
            "tab": tab,
            "made_by": bom_of(item.product, plant_today()) if item.product else None,
            "may_adjust": self.access.may("adjustment.draft"),
            "edit_url": reverse("item-edit", args=[item.code]) if self.access.may("item.edit") else "",
        }
        match tab:
            case "stock":
                context["stock"] = list(store_stock().filter(lot__item=item).order_by("lot__expires_on", "lot__received_on", "place__code"))
            case "moves":
                context["moves"] = moves_of_item(item)
            case "used":
                context["uses"] = uses_of(item)
            case "orders":
                context["quotas"] = open_quotas(item, self.access)
            case "history":
                context["history"] = history_of(item)
        return render(request, "materials/item.html", context)


class ItemEdit(StaffRequired, RefusalMixin, FormView):
    """Make or change an item."""

    action = "item.edit"
    form_class = ItemForm
    template_name = "materials/master_form.html"
    told = _("Saved.")

    @property
    def item(self) -> Item | None:
        code = self.kwargs.get("code")
        return get_object_or_404(Item.objects.select_related("unit", "product"), code=code) if code else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_new": self.item is None}

    def get_initial(self) -> dict[str, Any]:
        item = self.item
        return {name: getattr(item, name) for name in FIELDS} if item else {"code": self.request.GET.get("code", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = self.item
        return super().get_context_data(**kwargs) | {
            "title": f"{item.code} · {item.label}" if item else ItemList.new_label,
            "list_title": ItemList.title,
            "list_url": reverse("items"),
            "back": reverse("item", args=[item.code]) if item else reverse("items"),
            "products": Product.objects.order_by("code")[:PRODUCTS_LISTED],
        }

    def perform(self, form: ItemForm) -> HttpResponse:
        item = save_item(item=self.item, by=self.by, **form.values())
        return redirect("item", code=item.code)
