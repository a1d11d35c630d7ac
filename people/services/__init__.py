from people.services.accounts import change_password, give_account, set_account_open, set_one_time_password, set_roles
from people.services.administrators import make_administrator
from people.services.delegations import end_delegation, lend_role
from people.services.leaders import leader_number, open_leaders, resolve_leaders
from people.services.organisation import Standing, add_unit, change_unit, withdraw_change
from people.services.pins import countersigner, set_pin, verify_pin
from people.services.preferences import choose_language, choose_theme
from people.services.shifts import add_shift, clear_calendar_day, edit_shift, set_calendar_day
from people.services.staff import StaffCard, add_staff, edit_staff
from people.services.tokens import make_token, revoke_token, staff_of_token

__all__ = [
    "StaffCard",
    "Standing",
    "add_shift",
    "add_staff",
    "add_unit",
    "change_password",
    "change_unit",
    "choose_language",
    "choose_theme",
    "clear_calendar_day",
    "countersigner",
    "edit_shift",
    "edit_staff",
    "end_delegation",
    "give_account",
    "leader_number",
    "lend_role",
    "make_administrator",
    "make_token",
    "open_leaders",
    "resolve_leaders",
    "revoke_token",
    "set_account_open",
    "set_calendar_day",
    "set_one_time_password",
    "set_pin",
    "set_roles",
    "staff_of_token",
    "verify_pin",
    "withdraw_change",
]
