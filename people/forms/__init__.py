from people.forms.account import PasswordForm, PinForm
from people.forms.delegations import DelegationForm
from people.forms.organisation import ChangeUnitForm, UnitForm
from people.forms.rosters import FollowForm, PatternForm, RosterDayForm
from people.forms.session import SignInForm
from people.forms.shifts import CalendarDayForm, EditShiftForm, ShiftForm
from people.forms.staff import AccountForm, AddStaffForm, RolesForm, StaffForm

__all__ = [
    "AccountForm",
    "AddStaffForm",
    "CalendarDayForm",
    "ChangeUnitForm",
    "DelegationForm",
    "EditShiftForm",
    "FollowForm",
    "PasswordForm",
    "PatternForm",
    "PinForm",
    "RolesForm",
    "RosterDayForm",
    "ShiftForm",
    "SignInForm",
    "StaffForm",
    "UnitForm",
]
