from people.models.access import Delegation, StaffPin
from people.models.accounts import User
from people.models.organisation import OrgKind, OrgNode, OrgPath, OrgSpan
from people.models.shifts import CalendarDay, Shift
from people.models.staff import Staff
from people.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "CalendarDay",
    "Delegation",
    "OrgKind",
    "OrgNode",
    "OrgPath",
    "OrgSpan",
    "Shift",
    "Staff",
    "StaffPin",
    "User",
]
