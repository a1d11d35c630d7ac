from people.services.accounts import change_password, give_account, set_account_open, set_one_time_password, set_roles
from people.services.administrators import make_administrator
from people.services.care import close_follow_up, set_mentor, write_attire_note, write_guidance, write_support_note
from people.services.delegations import end_delegation, lend_role
from people.services.leaders import leader_number, open_leaders, resolve_leaders
from people.services.loans import lend_staff, take_back_loan
from people.services.notices import NewNotice, mark_seen, notify, notify_all, settle, settle_all
from people.services.organisation import Standing, add_unit, change_unit, withdraw_change
from people.services.patterns import TeamStart, add_pattern, edit_pattern, follow_pattern
from people.services.pins import countersigner, set_pin, verify_pin
from people.services.preferences import choose_language, choose_theme
from people.services.roll_calls import Mark, save_roll_call
from people.services.roster_days import change_roster_days
from people.services.shifts import add_shift, clear_calendar_day, edit_shift, set_calendar_day
from people.services.staff import StaffCard, add_staff, edit_staff
from people.services.tokens import make_token, revoke_token, staff_of_token

__all__ = [
    "Mark",
    "NewNotice",
    "StaffCard",
    "Standing",
    "TeamStart",
    "add_pattern",
    "add_shift",
    "add_staff",
    "add_unit",
    "change_password",
    "change_roster_days",
    "change_unit",
    "choose_language",
    "choose_theme",
    "clear_calendar_day",
    "close_follow_up",
    "countersigner",
    "edit_pattern",
    "edit_shift",
    "edit_staff",
    "end_delegation",
    "follow_pattern",
    "give_account",
    "leader_number",
    "lend_role",
    "lend_staff",
    "make_administrator",
    "make_token",
    "mark_seen",
    "notify",
    "notify_all",
    "open_leaders",
    "resolve_leaders",
    "revoke_token",
    "save_roll_call",
    "set_account_open",
    "set_calendar_day",
    "set_mentor",
    "set_one_time_password",
    "set_pin",
    "set_roles",
    "settle",
    "settle_all",
    "staff_of_token",
    "take_back_loan",
    "verify_pin",
    "withdraw_change",
    "write_attire_note",
    "write_guidance",
    "write_support_note",
]
