"""A lot scanned at the workplace: was it issued to this order, and if not, what speaks against it (MAT-14)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core.asked import read_whole
from core.clock import plant_today
from materials.models import ISSUABLE, Balance, Lot, PlaceKind, QuotaLine, QuotaSubstitute, StockMove
from people.access import Access
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

ZERO = Decimal(0)
ADDRESS = re.compile(r"https?://[^?#]*", re.IGNORECASE)
LOT_LABEL = re.compile(r"/lots/(\d+)(?:/|$)")
ITEM_LABEL = re.compile(r"/items/(.+)$")


@dataclass(frozen=True)
class LotCheck:
    """What a scan of one lot says at one order; quantities are in the item's stock unit.

    ``reasons`` are all that speak against its use, the gravest first: a status that is not issuable, ``expired``, ``another_item``,
    ``came_back``, ``held_elsewhere``, ``not_issued``.
    """

    lot: Lot
    held: Decimal
    reasons: Sequence[str]
    holder: str = ""
    """The order that holds it instead, where this person sees that order."""
    instead: Sequence[Balance] = ()
    """What this order holds of the same item in other lots."""

    @property
    def is_held(self) -> bool:
        return self.held > 0

    @property
    def may_be_used(self) -> bool:
        return self.is_held and not self.reasons


def check_lot(order: ProductionOrder, scanned: str, access: Access) -> LotCheck | None:
    """``None`` where nothing is known by what was scanned. Three statements at most, however much the order holds."""
    lot = _lots_scanned(order, scanned).first()
    if lot is None:
        return None
    reasons = [lot.status] if lot.status not in ISSUABLE else []
    if lot.expires_on and lot.expires_on < plant_today():
        reasons.append("expired")
    if lot.held:
        return LotCheck(lot, lot.held, reasons)
    if not lot.is_asked_for:
        reasons.append("another_item")
    if lot.was_here:
        reasons.append("came_back")
    holders = Balance.objects.filter(lot=lot, place__kind=PlaceKind.ORDER, on_hand__gt=0)
    is_seen = Exists(orders_seen(access).filter(pk=OuterRef("place__order")))
    elsewhere = holders.annotate(is_seen=is_seen).order_by("-is_seen", "-pk").values_list("is_seen", "place__order__number").first()
    if elsewhere:
        reasons.append("held_elsewhere")
    if not reasons:
        reasons.append("not_issued")
    holder = elsewhere[1] if elsewhere and elsewhere[0] else ""
    return LotCheck(lot, ZERO, reasons, holder, list(_held_of_item(order, lot)))


def _lots_scanned(order: ProductionOrder, scanned: str) -> QuerySet[Any]:
    """Lots that the code may mean, with what the order has to do with them; that which it holds first, then one of its items.

    A lot's label names one lot. Plain letters are the code of a lot, or of an item that is kept in one standing lot.
    """
    held = Balance.objects.filter(place__order=order, lot=OuterRef("pk"), on_hand__gt=0).order_by().values("on_hand")[:1]
    asked_for = QuotaLine.objects.filter(order=order, item=OuterRef("item"))
    stands_in = QuotaSubstitute.objects.filter(quota_line__order=order, item=OuterRef("item"))
    rows = Lot.objects.filter(_meant(scanned.strip())).select_related("item__unit")
    rows = rows.annotate(
        held=Subquery(held),
        is_asked_for=Exists(asked_for) | Exists(stands_in),
        was_here=Exists(StockMove.objects.filter(lot=OuterRef("pk"), target__order=order)),
    )
    return rows.order_by(Subquery(held).desc(nulls_last=True), "-is_asked_for", "-was_here", "pk")


def _meant(scanned: str) -> Q:
    address = ADDRESS.match(scanned)
    if not address:
        code = scanned
    elif label := LOT_LABEL.search(address[0]):
        return Q(pk=read_whole(label[1]) or 0)
    else:
        label = ITEM_LABEL.search(address[0])
        code = unquote(label[1]).replace("\x00", "") if label else ""
    if not code:
        return Q(pk=0)
    # Two look-ups of an index each; joined by OR they would read every lot there ever was.
    standing = Lot.objects.filter(Q(item__code__iexact=code) | Q(item__barcode=code), code="")
    return Q(pk__in=Lot.objects.filter(code__iexact=code).order_by().values("pk").union(standing.order_by().values("pk")))


def _held_of_item(order: ProductionOrder, lot: Lot) -> QuerySet[Balance]:
    rows = Balance.objects.filter(place__order=order, lot__item=lot.item_id, on_hand__gt=0)
    return rows.select_related("lot").order_by("lot__code")
