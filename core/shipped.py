"""Rows that come with the house; made after every migration where they are missing, never changed once a plant has them."""

from typing import Any

from core.models import Unit

# FORMATS section 1: code, name, Chinese name, decimals.
UNITS = [
    ("pcs", "pieces", "件", 0),
    ("kg", "kilograms", "千克", 3),
    ("g", "grams", "克", 1),
    ("m", "metres", "米", 3),
    ("m2", "square metres", "平方米", 3),
    ("m3", "cubic metres", "立方米", 3),
    ("l", "litres", "升", 3),
    ("set", "sets", "套", 0),
    ("pair", "pairs", "双", 0),
    ("roll", "rolls", "卷", 0),
    ("box", "boxes", "箱", 0),
    ("h", "hours", "小时", 2),
]


def ship_units(**kwargs: Any) -> None:
    Unit.objects.bulk_create(
        (Unit(code=code, name=name, name_zh=name_zh, decimals=decimals) for code, name, name_zh, decimals in UNITS), ignore_conflicts=True
    )
