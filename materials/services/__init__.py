"""The front door for writes of the materials room: one verb each, atomic, with the acting person as ``by``."""

from materials.services.adjusting import approve_adjustment, draft_adjustment, reject_adjustment
from materials.services.boms import (
    BomLineInput,
    approve_bom,
    discard_bom_draft,
    draft_bom,
    next_version_code,
    save_bom_draft,
    withdraw_bom,
)
from materials.services.buying import (
    cancel_expected,
    decide_lot,
    expect_receipt,
    move_promise,
    receive,
)
from materials.services.closing import Held, Leftover, close_with_leftovers, held_by_order, used_by
from materials.services.consumption import (
    check_use,
    items_of,
    report_use,
    report_uses,
    tell_deviations,
    tell_deviations_of_running_orders,
)
from materials.services.count_plans import save_count_plan
from materials.services.counting import (
    Counted,
    accuracy,
    approve_count,
    ask_recount,
    cancel_count,
    enter_counts,
    start_count,
    start_due_counts,
    submit_count,
)
from materials.services.disposing import carry_out, decide_disposal, draft_disposal
from materials.services.gate_passes import close_gate_pass, decide_gate_pass, request_gate_pass
from materials.services.issuing import issue
from materials.services.lapsing import lapse_supplements
from materials.services.masters import save_item, save_place
from materials.services.moving import issue_without_order, transfer
from materials.services.producing import receive_production
from materials.services.quota_reports import decide_quota_report, file_quota_report, file_waste_report
from materials.services.quotas import bom_of, change_order_quantity, explode, freeze_quota, recalculate_quota, recalculated
from materials.services.requisitions import WantedLine, close_requisition, decide_requisition, request_purchase, request_purchases
from materials.services.returning import confirm_slip, return_material, reverse_slip
from materials.services.slip_requests import approve_slip_request, reject_slip_request, request_slip, withdraw_slip_request
from materials.services.slips import SlipLine
from materials.services.supplements import approve_supplement, reject_supplement, request_supplement
from materials.services.suppliers import add_supplier_document, save_supplier
from materials.services.verifying import verify_ledger

__all__ = [
    "BomLineInput",
    "Counted",
    "Held",
    "Leftover",
    "SlipLine",
    "WantedLine",
    "accuracy",
    "add_supplier_document",
    "approve_adjustment",
    "approve_bom",
    "approve_count",
    "approve_slip_request",
    "approve_supplement",
    "ask_recount",
    "bom_of",
    "cancel_count",
    "cancel_expected",
    "carry_out",
    "change_order_quantity",
    "check_use",
    "close_gate_pass",
    "close_requisition",
    "close_with_leftovers",
    "confirm_slip",
    "decide_disposal",
    "decide_gate_pass",
    "decide_lot",
    "decide_quota_report",
    "decide_requisition",
    "discard_bom_draft",
    "draft_adjustment",
    "draft_bom",
    "draft_disposal",
    "enter_counts",
    "expect_receipt",
    "explode",
    "file_quota_report",
    "file_waste_report",
    "freeze_quota",
    "held_by_order",
    "issue",
    "issue_without_order",
    "items_of",
    "lapse_supplements",
    "move_promise",
    "next_version_code",
    "recalculate_quota",
    "recalculated",
    "receive",
    "receive_production",
    "reject_adjustment",
    "reject_slip_request",
    "reject_supplement",
    "report_use",
    "report_uses",
    "request_gate_pass",
    "request_purchase",
    "request_purchases",
    "request_slip",
    "request_supplement",
    "return_material",
    "reverse_slip",
    "save_bom_draft",
    "save_count_plan",
    "save_item",
    "save_place",
    "save_supplier",
    "start_count",
    "start_due_counts",
    "submit_count",
    "tell_deviations",
    "tell_deviations_of_running_orders",
    "transfer",
    "used_by",
    "verify_ledger",
    "withdraw_bom",
    "withdraw_slip_request",
]
