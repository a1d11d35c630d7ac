"""The doors for files: which tables there are, reading and writing them (FORMATS section 1)."""

from core.tables.cells import CLEAR
from core.tables.columns import Choice, Clock, Code, Column, Day, Flag, Moment, Number, Ref, Text, ValidFrom, Whole, Words
from core.tables.faults import Fault, MissingColumns, UnknownColumns, UnknownKind, Unreadable
from core.tables.kinds import KINDS, RECORDS, TableKind, find_leaving
from core.tables.loaders import Loader, LoadRow
from core.tables.loading import Outcome, load
from core.tables.writing import export, rows_of, write_table

__all__ = [
    "CLEAR",
    "KINDS",
    "RECORDS",
    "Choice",
    "Clock",
    "Code",
    "Column",
    "Day",
    "Fault",
    "Flag",
    "LoadRow",
    "Loader",
    "MissingColumns",
    "Moment",
    "Number",
    "Outcome",
    "Ref",
    "TableKind",
    "Text",
    "UnknownColumns",
    "UnknownKind",
    "Unreadable",
    "ValidFrom",
    "Whole",
    "Words",
    "export",
    "find_leaving",
    "load",
    "rows_of",
    "write_table",
]
