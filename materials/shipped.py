"""The outside of the plant as places of the ledger; made after every migration where they are missing."""

from typing import Any

from materials.models import Place, PlaceKind, Purpose

# code, name, Chinese name, purpose
OUTSIDE = [
    ("OUT-SUPPLIER", "Supplier", "供应商", Purpose.SUPPLIER),
    ("OUT-USED", "Used up", "已消耗", Purpose.USED),
    ("OUT-ADJUSTMENT", "Adjustment", "存货调整", Purpose.ADJUSTMENT),
    ("OUT-PRODUCTION", "Production", "生产", Purpose.PRODUCTION),
]


def ship_places(**kwargs: Any) -> None:
    Place.objects.bulk_create(
        (Place(code=code, name=name, name_zh=name_zh, kind=PlaceKind.OUTSIDE, purpose=purpose) for code, name, name_zh, purpose in OUTSIDE),
        ignore_conflicts=True,
    )
