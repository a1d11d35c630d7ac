"""Labels with code and QR, for items, places and lots: eight on an A4 sheet, or one on each label of a label printer (MAT-15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core.asked import read_whole
from core.templatetags.fo import day
from materials.filters import ItemFilter, LotFilter
from materials.models import Item, Lot, Place, PlaceKind
from materials.selectors.stock import under
from people.doors import StaffRequired

MOST = 200
KINDS = ("items", "places", "lots")


@dataclass(frozen=True)
class Label:
    """``code`` in big letters, the name in both languages, a line of facts, and where the QR leads."""

    code: str
    name: str
    name_zh: str
    facts: str
    address: str
    foot: str


class Labels(StaffRequired, View):
    """``?code=A&code=B`` names what is labelled; without it everything the list's own filter finds. ``?one=1``: a page a label."""

    def get(self, request: Any, kind: str) -> HttpResponse:
        if kind not in KINDS:
            raise Http404
        labels = getattr(self, kind)()[:MOST]
        context = {"labels": labels, "kind": kind, "is_one": request.GET.get("one") == "1", "back": reverse(kind)}
        return render(request, "materials/labels.html", context)

    def address(self, name: str, *args: Any) -> str:
        return self.request.build_absolute_uri(reverse(name, args=args))

    def items(self) -> list[Label]:
        codes = self.request.GET.getlist("code")
        rows = Item.objects.filter(code__in=codes) if codes else ItemFilter(self.request.GET, Item.objects.all(), request=self.request).qs
        return [
            Label(
                item.code,
                item.name,
                item.name_zh,
                " · ".join(filter(None, (item.spec, item.grade, item.item_class))),
                self.address("item", item.code),
                item.unit.code,
            )
            for item in rows.select_related("unit").order_by("code")[:MOST]
        ]

    def places(self) -> list[Label]:
        """A warehouse or zone labels itself and all that stands in it."""
        codes = self.request.GET.getlist("code")
        rows = Place.objects.filter(kind__in=(PlaceKind.WAREHOUSE, PlaceKind.ZONE, PlaceKind.BIN), is_closed=False)
        if codes:
            named = list(rows.filter(code__in=codes))
            bins = {pk for place in named for pk in under(place)}
            rows = rows.filter(pk__in=bins | {place.pk for place in named})
        return [
            Label(
                place.code,
                place.name,
                place.name_zh,
                " · ".join(filter(None, (place.get_purpose_display() if place.purpose else "", place.item_class))),
                self.address("place", place.code),
                " / ".join(above.code for above in (place.parent.parent if place.parent else None, place.parent) if above),
            )
            for place in rows.select_related("parent__parent").order_by("code")[:MOST]
        ]

    def lots(self) -> list[Label]:
        asked = [pk for code in self.request.GET.getlist("code") if (pk := read_whole(code)) is not None]
        every = Lot.objects.exclude(code="")
        rows = every.filter(pk__in=asked) if asked else LotFilter(self.request.GET, every, request=self.request).qs
        labels = []
        for lot in rows.select_related("item").order_by("item__code", "code")[:MOST]:
            expires = _("good until %(on)s") % {"on": day(lot.expires_on, "full")} if lot.expires_on else ""
            received = _("received %(on)s") % {"on": day(lot.received_on, "full")}
            facts = " · ".join(filter(None, (lot.item.spec, lot.item.grade)))
            address = self.address("lot-code", lot.pk, lot.code)
            labels.append(Label(lot.code, f"{lot.item.code} {lot.item.name}", lot.item.name_zh, facts, address, expires or received))
        return labels
