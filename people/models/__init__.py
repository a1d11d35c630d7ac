from people.models.access import Delegation, StaffPin
from people.models.accounts import User
from people.models.care import NOTE_LENGTH, AttireNote, GuidanceNote, Mentoring, SupportNote
from people.models.notices import Notice
from people.models.organisation import OrgKind, OrgNode, OrgPath, OrgSpan
from people.models.roll_calls import CAME, Presence, RollCall, RollCallMark, StaffLoan
from people.models.rosters import PatternDay, RosterDay, RosterPlan, RotationPattern
from people.models.shifts import CalendarDay, Shift, goes_on, still_goes_on
from people.models.staff import Staff
from people.models.tokens import ApiToken

__all__ = [
    "CAME",
    "NOTE_LENGTH",
    "ApiToken",
    "AttireNote",
    "CalendarDay",
    "Delegation",
    "GuidanceNote",
    "Mentoring",
    "Notice",
    "OrgKind",
    "OrgNode",
    "OrgPath",
    "OrgSpan",
    "PatternDay",
    "Presence",
    "RollCall",
    "RollCallMark",
    "RosterDay",
    "RosterPlan",
    "RotationPattern",
    "Shift",
    "Staff",
    "StaffLoan",
    "StaffPin",
    "SupportNote",
    "User",
    "goes_on",
    "still_goes_on",
]
