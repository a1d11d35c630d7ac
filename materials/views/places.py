"""Places: the tree of warehouses, zones and bins, and what lies in each (MAT-15)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from core.history import history_of
from core.views.pages import RefusalMixin
from materials.forms.masters import PlaceForm
from materials.models import Place, PlaceKind
from materials.selectors.stock import place_tree, store_stock, under
from materials.services import save_place
from people.doors import StaffRequired

KINDS = (PlaceKind.WAREHOUSE, PlaceKind.ZONE, PlaceKind.BIN)
LOTS_SHOWN = 200
TITLE = _("Places")
BELOW = {PlaceKind.WAREHOUSE: PlaceKind.ZONE, PlaceKind.ZONE: PlaceKind.BIN}


def store_places() -> QuerySet[Place]:
    return Place.objects.filter(kind__in=KINDS).select_related("parent__parent")


class PlaceTree(StaffRequired, TemplateView):
    template_name = "materials/places.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"branches": place_tree(), "may_edit": self.access.may("place.edit")}


class PlacePage(StaffRequired, View):
    """A warehouse, zone or bin with everything that lies in it."""

    def get(self, request: Any, code: str) -> HttpResponse:
        place = get_object_or_404(store_places(), code=code)
        tab = "history" if request.GET.get("tab") == "history" else "stock"
        may_edit = self.access.may("place.edit")
        stock = store_stock().filter(place__in=under(place)).order_by("place__code", "lot__item__code", "lot__expires_on")
        context = {
            "place": place,
            "above": [above for above in (place.parent.parent if place.parent else None, place.parent) if above],
            "parts": list(place.children.order_by("is_closed", "code")),
            "stock": list(stock[: LOTS_SHOWN + 1]) if tab == "stock" else [],
            "shown": LOTS_SHOWN,
            "tabs": [
                {"url": request.path, "label": _("Stock"), "is_here": tab == "stock"},
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "tab": tab,
            "history": history_of(place) if tab == "history" else [],
            "may_adjust": self.access.may("adjustment.draft"),
            "edit_url": reverse("place-edit", args=[place.code]) if may_edit else "",
            "below": BELOW[PlaceKind(place.kind)].label if may_edit and place.kind in BELOW else "",
        }
        return render(request, "materials/place.html", context)


class PlaceEdit(StaffRequired, RefusalMixin, FormView):
    """Make a place, or change one; ``?parent=CODE`` says where a new one stands."""

    action = "place.edit"
    form_class = PlaceForm
    template_name = "materials/master_form.html"
    told = _("Saved.")

    @property
    def place(self) -> Place | None:
        code = self.kwargs.get("code")
        return get_object_or_404(store_places(), code=code) if code else None

    def get_form_kwargs(self) -> dict[str, Any]:
        place = self.place
        above = [kind for kind, below in BELOW.items() if place is None or below == place.kind]
        parents = Place.objects.filter(kind__in=above, is_closed=False).order_by("code")
        return super().get_form_kwargs() | {"parents": list(parents), "is_new": place is None}

    def get_initial(self) -> dict[str, Any]:
        place = self.place
        if place is not None:
            names = ("code", "name", "name_zh", "purpose", "item_class", "is_closed", "version")
            return {name: getattr(place, name) for name in names} | {"parent": str(place.parent_id or "")}
        parent = Place.objects.filter(code=self.request.GET.get("parent", ""), kind__in=BELOW).first()
        kind = BELOW[PlaceKind(parent.kind)] if parent else PlaceKind.WAREHOUSE
        return {"parent": str(parent.pk) if parent else "", "kind": kind.value}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.place
        return super().get_context_data(**kwargs) | {
            "title": f"{place.code} · {place.label}" if place else _("New place"),
            "list_title": TITLE,
            "list_url": reverse("places"),
            "back": reverse("place", args=[place.code]) if place else reverse("places"),
        }

    def perform(self, form: PlaceForm) -> HttpResponse:
        values = form.values()
        place = self.place
        kind = place.kind if place else values.pop("kind")
        place = save_place(place=place, kind=kind, by=self.by, **values)
        return redirect("place", code=place.code)
