"""The tables of the materials room as files: items, bills of materials, places, opening stock (FORMATS section 1); its documents."""

from materials.tables.boms import BOMS
from materials.tables.buying import BUYING
from materials.tables.counting import ADJUSTMENTS, COUNTS, DISPOSALS
from materials.tables.documents import SLIP_REQUESTS, SLIPS, SUPPLEMENTS
from materials.tables.items import ITEMS
from materials.tables.opening_stock import OPENING_STOCK
from materials.tables.places import PLACES

TABLES = (ITEMS, BOMS, PLACES, OPENING_STOCK)
LEAVING = (SLIPS, SUPPLEMENTS, SLIP_REQUESTS, *BUYING, COUNTS, ADJUSTMENTS, DISPOSALS)

__all__ = [
    "ADJUSTMENTS",
    "BOMS",
    "BUYING",
    "COUNTS",
    "DISPOSALS",
    "ITEMS",
    "LEAVING",
    "OPENING_STOCK",
    "PLACES",
    "SLIPS",
    "SLIP_REQUESTS",
    "SUPPLEMENTS",
    "TABLES",
]
