"""The front door for writes of the plans room: one verb each, atomic, with the acting person as ``by``."""

from plans.services.daily_reports import (
    approve_report,
    discard_report,
    post_report_line,
    reopen_report,
    save_report,
    submit_report,
)
from plans.services.orders import (
    cancel_order,
    close_order,
    create_order,
    edit_order,
    hold_order,
    release_order,
    require_open,
    resume_order,
    reviews_of,
)
from plans.services.products import save_process, save_product, save_standard_hours
from plans.services.report_lines import LineInput, checked_lines
from plans.services.sheets import AnswerInput, answer, make_sheets, missing_items, submit_sheet
from plans.services.status import change_status
from plans.services.templates import assign_template, publish_new_version

__all__ = [
    "AnswerInput",
    "LineInput",
    "answer",
    "approve_report",
    "assign_template",
    "cancel_order",
    "change_status",
    "checked_lines",
    "close_order",
    "create_order",
    "discard_report",
    "edit_order",
    "hold_order",
    "make_sheets",
    "missing_items",
    "post_report_line",
    "publish_new_version",
    "release_order",
    "reopen_report",
    "require_open",
    "resume_order",
    "reviews_of",
    "save_process",
    "save_product",
    "save_report",
    "save_standard_hours",
    "submit_report",
    "submit_sheet",
]
