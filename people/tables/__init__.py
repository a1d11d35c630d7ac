"""The tables of the people room as files: organisation, shifts, staff, rosters (FORMATS section 1)."""

from people.tables.organisation import ORGANISATION
from people.tables.rosters import ROSTERS
from people.tables.shifts import SHIFTS
from people.tables.staff import STAFF

TABLES = (ORGANISATION, SHIFTS, STAFF, ROSTERS)

__all__ = ["ORGANISATION", "ROSTERS", "SHIFTS", "STAFF", "TABLES"]
