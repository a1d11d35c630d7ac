"""Stock that nobody draws and stock that runs out of time (MAT-18, GEN-23)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from core.plant_settings import plant_setting
from materials.models import Balance, Disposal, PlaceKind, Purpose, StockMove

WORTH = ExpressionWrapper(F("on_hand") * F("lot__item__standard_cost"), DecimalField(max_digits=24, decimal_places=4))


def aged_stock(today: date) -> QuerySet[Balance]:
    """Stock in bins that is slow or dead by the plant's settings, the oldest first (MAT-18).

    ``last_issued_on`` is when the item was last issued, ``since`` that day or, where it never was, the day the lot came; ``is_dead``
    from the second limit on; ``worth`` at standard cost; ``disposal`` the number of a disposal that is not done yet.
    """
    issued = StockMove.objects.filter(Q(target__kind=PlaceKind.ORDER) | Q(target__purpose__in=(Purpose.USED, Purpose.LINE_SIDE)))
    last = issued.filter(lot__item=OuterRef("lot__item")).order_by().values("lot__item").annotate(on=Max("business_date")).values("on")
    planned = Disposal.objects.filter(lot=OuterRef("lot"), place=OuterRef("place"), status__in=("draft", "approved"))
    rows = Balance.objects.filter(on_hand__gt=0, place__kind=PlaceKind.BIN).annotate(
        last_issued_on=Subquery(last, output_field=DateField()),
        since=Coalesce("last_issued_on", "lot__received_on"),
        worth=WORTH,
        disposal=Subquery(planned.order_by("-pk").values("number")[:1]),
    )
    dead = today - timedelta(days=plant_setting("dead_stock_days"))
    rows = rows.filter(since__lte=today - timedelta(days=plant_setting("slow_stock_days"))).annotate(
        is_dead=ExpressionWrapper(Q(since__lte=dead), output_field=BooleanField())
    )
    return rows.select_related("lot__item__unit", "place__parent").order_by("since", "lot__item__code", "place__code")


def warned_until(today: date) -> date:
    """What ends up to this day, a lot or a supplier's document, is shown as running out."""
    return today + timedelta(days=plant_setting("expiry_warning_days"))


def expiring(today: date) -> QuerySet[Balance]:
    """Stock whose last good day comes within the plant's warning days, or has passed (GEN-23)."""
    rows = Balance.objects.filter(on_hand__gt=0, place__kind=PlaceKind.BIN, lot__expires_on__lte=warned_until(today))
    return rows.select_related("lot__item__unit", "place").order_by("lot__expires_on", "lot__item__code")
