"""The front door for writes of the plans room: one verb each, atomic, with the acting person as ``by``."""

from plans.services.answering import ANYTHING, AnswerInput, answer
from plans.services.arrivals import stamp_arrival
from plans.services.assignments import assign_template
from plans.services.contacts import remove_contact, save_contact
from plans.services.daily_reports import approve_report, discard_report, post_report_line, reopen_report, save_report, submit_report
from plans.services.day_comments import save_day_comment
from plans.services.escalation import escalate
from plans.services.finding_kinds import (
    answer_support,
    note_call,
    record_observation,
    report_emergency,
    report_finding,
    report_imbalance,
    report_pile_up,
)
from plans.services.finding_steps import (
    add_photo,
    cancel_finding,
    change_due,
    change_severity,
    comment_on,
    hand_over,
    put_right,
    reopen_finding,
    verify_finding,
)
from plans.services.findings import raise_finding
from plans.services.handovers import receive_handover, save_handover, sign_handover
from plans.services.missed import mark_missed, skip_sheet, tell_late
from plans.services.orders import (
    cancel_order,
    change_quantity,
    close_order,
    create_order,
    edit_order,
    hold_order,
    release_order,
    require_open,
    resume_order,
    reviews_of,
    take_over_order,
)
from plans.services.planning import PlanInput, confirm_plan, query_plan, save_plan
from plans.services.products import save_process, save_product, save_standard_hours
from plans.services.reminding import remind
from plans.services.report_lines import LineInput, checked_lines
from plans.services.reviewing import judge, open_review
from plans.services.schedule import make_sheets
from plans.services.sheet_findings import FindingInput
from plans.services.signing import countersign_sheet, missing_items, reopen_sheet, require_unlocked, submit_sheet
from plans.services.spot_checks import SpotAnswerInput, record_spot_check
from plans.services.spot_windows import make_spot_windows, tell_overdue_windows
from plans.services.status import change_status
from plans.services.surveys import close_survey, give_section, start_survey
from plans.services.tasks import cancel_task, change_task_due, comment_on_task, finish_task, give_task, reassign_task, reopen_task
from plans.services.templates import (
    Seen,
    copy_template,
    create_template,
    discard_draft,
    edit_template,
    export_template,
    import_template,
    publish_draft,
    save_draft,
)
from plans.services.work_logs import LogInput, NoteInput, ToDoInput, reply_to_log, save_log, submit_log, tick_to_do

__all__ = [
    "ANYTHING",
    "AnswerInput",
    "FindingInput",
    "LineInput",
    "LogInput",
    "NoteInput",
    "PlanInput",
    "Seen",
    "SpotAnswerInput",
    "ToDoInput",
    "add_photo",
    "answer",
    "answer_support",
    "approve_report",
    "assign_template",
    "cancel_finding",
    "cancel_order",
    "cancel_task",
    "change_due",
    "change_quantity",
    "change_severity",
    "change_status",
    "change_task_due",
    "checked_lines",
    "close_order",
    "close_survey",
    "comment_on",
    "comment_on_task",
    "confirm_plan",
    "copy_template",
    "countersign_sheet",
    "create_order",
    "create_template",
    "discard_draft",
    "discard_report",
    "edit_order",
    "edit_template",
    "escalate",
    "export_template",
    "finish_task",
    "give_section",
    "give_task",
    "hand_over",
    "hold_order",
    "import_template",
    "judge",
    "make_sheets",
    "make_spot_windows",
    "mark_missed",
    "missing_items",
    "note_call",
    "open_review",
    "post_report_line",
    "publish_draft",
    "put_right",
    "query_plan",
    "raise_finding",
    "reassign_task",
    "receive_handover",
    "record_observation",
    "record_spot_check",
    "release_order",
    "remind",
    "remove_contact",
    "reopen_finding",
    "reopen_report",
    "reopen_sheet",
    "reopen_task",
    "reply_to_log",
    "report_emergency",
    "report_finding",
    "report_imbalance",
    "report_pile_up",
    "require_open",
    "require_unlocked",
    "resume_order",
    "reviews_of",
    "save_contact",
    "save_day_comment",
    "save_draft",
    "save_handover",
    "save_log",
    "save_plan",
    "save_process",
    "save_product",
    "save_report",
    "save_standard_hours",
    "sign_handover",
    "skip_sheet",
    "stamp_arrival",
    "start_survey",
    "submit_log",
    "submit_report",
    "submit_sheet",
    "take_over_order",
    "tell_late",
    "tell_overdue_windows",
    "tick_to_do",
    "verify_finding",
]
