"""Rows of the materials room, and a stocked store with a released order that most of its tests play in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone

from core.models import Unit
from materials.models import Bom, BomLine, Item, Lot, LotStatus, Place, PlaceKind, Purpose, QuotaLine, Slip, StockMove
from materials.services import freeze_quota
from people.models import Staff
from plans.models import ProductionOrder
from tests.factories.people import Plant
from tests.factories.plans import OrderFactory, ProductFactory


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item

    code = factory.Sequence(lambda n: f"IT-{n:03d}")
    name = factory.LazyAttribute(lambda item: f"Item {item.code}")
    unit = factory.LazyFunction(lambda: Unit.objects.get(code="kg"))


def make_bin(code: str = "B-01", purpose: str = Purpose.STOCK) -> Place:
    warehouse, _ = Place.objects.get_or_create(code="WH", defaults={"name": "Warehouse", "kind": PlaceKind.WAREHOUSE})
    zone, _ = Place.objects.get_or_create(code="WH-Z", defaults={"name": "Zone", "kind": PlaceKind.ZONE, "parent": warehouse})
    place, _ = Place.objects.get_or_create(code=code, defaults={"name": code, "kind": PlaceKind.BIN, "purpose": purpose, "parent": zone})
    return place


def put(item: Item, quantity: str, place: Place | None = None, lot: str = "", **of_lot: object) -> Lot:
    """Opening stock of an item, by a move as everything is."""
    place = place or make_bin()
    defaults = {"received_on": date(2026, 1, 1), "status": LotStatus.RELEASED, **of_lot}
    kept, _ = Lot.objects.get_or_create(item=item, code=lot, defaults=defaults)
    slip = Slip.objects.create(
        kind=Slip.Kind.OPENING, business_date=date(2026, 1, 1), posted_at=timezone.now(), number=f"OPN-{Slip.objects.count()}"
    )
    outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.ADJUSTMENT)
    StockMove.objects.create(
        slip=slip, line=0, lot=kept, source=outside, target=place, quantity=Decimal(quantity), business_date=date(2026, 1, 1)
    )
    return kept


def make_bom(product, lines: dict[Item, str], version: str = "1", **fields: object) -> Bom:
    """An approved bill of ``quantity per unit`` by item."""
    bom = Bom.objects.create(product=product, version_code=version, valid_from=date(2026, 1, 1))
    BomLine.objects.bulk_create(BomLine(bom=bom, item=item, qty_per_unit=Decimal(quantity), **fields) for item, quantity in lines.items())
    bom.status, bom.approved_at = Bom.Status.APPROVED, timezone.now()
    bom.save()
    return bom


@dataclass
class Store:
    """Order of 100 with 2.00 kg steel a piece: quota 200 kg; 500 kg of it in bin B-01. The keeper issues, the welder receives."""

    plant: Plant
    keeper: Staff
    welder: Staff
    manager: Staff
    steel: Item
    order: ProductionOrder

    @property
    def line(self) -> QuotaLine:
        return QuotaLine.objects.get(order=self.order, item=self.steel)


def make_store(plant: Plant, *, stock: str = "500", per_unit: str = "2.00") -> Store:
    steel = ItemFactory(code="STEEL")
    product = ProductFactory()
    make_bom(product, {steel: per_unit})
    order = OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    put(steel, stock)
    return Store(
        plant=plant,
        keeper=plant.person("stk"),
        welder=plant.person("opr", plant.a1),
        manager=plant.person("mgr"),
        steel=steel,
        order=order,
    )
