"""The tables of the people room as files: organisation, shifts, staff (FORMATS section 1)."""

from people.tables.organisation import ORGANISATION
from people.tables.shifts import SHIFTS
from people.tables.staff import STAFF

TABLES = (ORGANISATION, SHIFTS, STAFF)

__all__ = ["ORGANISATION", "SHIFTS", "STAFF", "TABLES"]
