"""The month of one node: its shape, how it is read, and how it is written down."""

from reports.block.reading import BLOCK, STORE, read_block, read_material, read_month_block
from reports.block.shape import TREND_MONTHS, Group, MaterialMonth, MonthBlock, NamedRow, PeopleMonth, UnitWords
from reports.block.written import from_json, to_json

__all__ = [
    "BLOCK",
    "STORE",
    "TREND_MONTHS",
    "Group",
    "MaterialMonth",
    "MonthBlock",
    "NamedRow",
    "PeopleMonth",
    "UnitWords",
    "from_json",
    "read_block",
    "read_material",
    "read_month_block",
    "to_json",
]
