"""Every route of the API, the right it asks for, and how to call it. A route that is missing here fails the access test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Route:
    """``address`` may name rows of the cast (``{sheet}``); ``body`` is sent as JSON, its texts filled in alike."""

    right: str
    address: str
    body: dict[str, Any] | None = field(default=None)
    upload: bool = False


LINE = {
    "business_date": "2026-11-19",
    "shift_code": "DAY",
    "team_code": "A1",
    "product_code": "{product_code}",
    "good_qty": "1",
    "attended_hours": "8",
}

ISSUE = {"kind": "issue", "order": "{quota_order}", "receiver": "{receiver_no}", "lines": [{"item": "STEEL", "quantity": "1"}]}
SLIP_REQUEST = {
    "kind": "other_issue",
    "cost_centre": "A",
    "purpose": "sample",
    "reason": "Fair",
    "receiver": "{receiver_no}",
    "lines": [{"item": "STEEL", "quantity": "1"}],
}
SUPPLEMENT = {"order": "{quota_order}", "item": "STEEL", "quantity": "1", "reason": "lost", "receiver": "{receiver_no}"}

ADJUST = {"item": "STEEL", "lot": "", "bin": "B-01", "change": "-1", "reason": "missing", "note": "Not there"}
DISPOSE = {"item": "STEEL", "bin": "B-01", "quantity": "1", "decision": "scrap", "reason": "Rusty", "due_on": "2026-12-01"}
DRAFT, APPROVE = "adjustments, dispositions: draft", "adjustments, dispositions: approve"

ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "/organisation"): Route("read", "/organisation"),
    ("GET", "/organisation/{key}"): Route("read", "/organisation/A1~"),
    ("GET", "/shifts"): Route("read", "/shifts"),
    ("GET", "/shifts/{key}"): Route("read", "/shifts/DAY"),
    ("GET", "/staff"): Route("read", "/staff"),
    ("GET", "/staff/{key}"): Route("read", "/staff/{colleague_no}"),
    ("GET", "/rosters"): Route("read", "/rosters"),
    ("GET", "/rosters/{key}"): Route("read", "/rosters/A1~~2026-11-20~DAY"),
    ("GET", "/units"): Route("read", "/units"),
    ("GET", "/units/{key}"): Route("read", "/units/pcs"),
    ("GET", "/products"): Route("read", "/products"),
    ("GET", "/products/{key}"): Route("read", "/products/{product_code}"),
    ("GET", "/processes"): Route("read", "/processes"),
    ("GET", "/processes/{key}"): Route("read", "/processes/{process_code}"),
    ("GET", "/standard-hours"): Route("read", "/standard-hours"),
    ("GET", "/standard-hours/{key}"): Route("read", "/standard-hours/{product_code}~~~"),
    ("GET", "/orders"): Route("read", "/orders"),
    ("GET", "/orders/{key}"): Route("read", "/orders/{order}"),
    ("POST", "/orders/{number}/release"): Route("orders", "/orders/{order}/release", {}),
    ("GET", "/plan-lines"): Route("read", "/plan-lines"),
    ("GET", "/plan-lines/{key}"): Route("read", "/plan-lines/2026-11-20~DAY~A1~~{product_code}~"),
    ("GET", "/items"): Route("read", "/items"),
    ("GET", "/items/{key}"): Route("read", "/items/STEEL"),
    ("GET", "/boms"): Route("read", "/boms"),
    ("GET", "/boms/{key}"): Route("read", "/boms/{product_code}~1~~~STEEL"),
    ("GET", "/places"): Route("read", "/places"),
    ("GET", "/places/{key}"): Route("read", "/places/B-01"),
    ("GET", "/opening-stock"): Route("read", "/opening-stock"),
    ("GET", "/opening-stock/{key}"): Route("read", "/opening-stock/STEEL~B-01~"),
    ("GET", "/orders/{number}/quota"): Route("read", "/orders/{quota_order}/quota"),
    ("POST", "/orders/{number}/close"): Route("orders", "/orders/{quota_order}/close", {"leftovers": []}),
    ("GET", "/requisitions"): Route("read", "/requisitions"),
    ("GET", "/requisitions/{key}"): Route("read", "/requisitions/{requisition}"),
    ("GET", "/expected-receipts"): Route("read", "/expected-receipts"),
    ("GET", "/expected-receipts/{key}"): Route("read", "/expected-receipts/{purchase}"),
    ("GET", "/suppliers"): Route("read", "/suppliers"),
    ("GET", "/suppliers/{key}"): Route("read", "/suppliers/{supplier}"),
    ("GET", "/gate-passes"): Route("read", "/gate-passes"),
    ("GET", "/gate-passes/{key}"): Route("read", "/gate-passes/{gate_pass}"),
    ("GET", "/slips"): Route("read", "/slips"),
    ("GET", "/slips/{key}"): Route("read", "/slips/{slip}"),
    ("POST", "/slips"): Route("post slips", "/slips", ISSUE),
    ("POST", "/slips/{number}/confirm"): Route("confirm as the receiver", "/slips/{slip}/confirm", {}),
    ("POST", "/slips/{number}/reverse"): Route("post slips", "/slips/{slip}/reverse", {"reason": "Wrong order"}),
    ("GET", "/slip-requests"): Route("read", "/slip-requests"),
    ("GET", "/slip-requests/{key}"): Route("read", "/slip-requests/{slip_request}"),
    ("POST", "/slip-requests"): Route("post slips", "/slip-requests", SLIP_REQUEST),
    ("POST", "/slip-requests/{number}/approve"): Route("adjustments, dispositions: approve", "/slip-requests/{slip_request}/approve", {}),
    ("POST", "/slip-requests/{number}/reject"): Route(
        "adjustments, dispositions: approve", "/slip-requests/{slip_request}/reject", {"note": "No"}
    ),
    ("GET", "/supplements"): Route("read", "/supplements"),
    ("GET", "/supplements/{key}"): Route("read", "/supplements/{supplement}"),
    ("POST", "/supplements"): Route("ask for a supplement", "/supplements", SUPPLEMENT),
    ("POST", "/supplements/{number}/approve"): Route("approve a supplement", "/supplements/{supplement}/approve", {}),
    ("POST", "/supplements/{number}/reject"): Route("approve a supplement", "/supplements/{supplement}/reject", {"note": "No"}),
    ("GET", "/counts"): Route("read", "/counts"),
    ("GET", "/counts/{key}"): Route("read", "/counts/{count}"),
    ("POST", "/counts/{number}/lines"): Route("post slips", "/counts/{count}/lines", {"lines": []}),
    ("POST", "/counts/{number}/submit"): Route("post slips", "/counts/{count}/submit", {}),
    ("POST", "/counts/{number}/approve"): Route(APPROVE, "/counts/{count}/approve", {}),
    ("GET", "/adjustments"): Route("read", "/adjustments"),
    ("GET", "/adjustments/{key}"): Route("read", "/adjustments/{adjustment}"),
    ("POST", "/adjustments"): Route(DRAFT, "/adjustments", ADJUST),
    ("POST", "/adjustments/{number}/approve"): Route(APPROVE, "/adjustments/{adjustment}/approve", {}),
    ("POST", "/adjustments/{number}/reject"): Route(APPROVE, "/adjustments/{adjustment}/reject", {"note": "No"}),
    ("GET", "/disposals"): Route("read", "/disposals"),
    ("GET", "/disposals/{key}"): Route("read", "/disposals/{disposal}"),
    ("POST", "/disposals"): Route(DRAFT, "/disposals", DISPOSE),
    ("POST", "/disposals/{number}/approve"): Route(APPROVE, "/disposals/{disposal}/approve", {}),
    ("POST", "/disposals/{number}/reject"): Route(APPROVE, "/disposals/{disposal}/reject", {"note": "No"}),
    ("POST", "/disposals/{number}/done"): Route(DRAFT, "/disposals/{disposal}/done", {}),
    ("GET", "/daily-reports"): Route("read", "/daily-reports"),
    ("GET", "/daily-reports/{key}"): Route("read", "/daily-reports/2026-11-20~DAY~A1~~{product_code}~"),
    ("POST", "/daily-reports"): Route("post a daily report", "/daily-reports", LINE),
    ("GET", "/findings"): Route("read", "/findings"),
    ("GET", "/findings/{key}"): Route("read", "/findings/{finding}"),
    ("POST", "/findings"): Route("raise a finding", "/findings", {"kind": "problem", "org_code": "A1", "text": "Oil on the aisle"}),
    ("GET", "/checklists/today"): Route("read", "/checklists/today"),
    ("POST", "/checklists/{pk}/answers"): Route(
        "fill a sheet", "/checklists/{sheet}/answers", {"answers": [{"id": "{uuid}", "item": "{item}", "value": "ok"}]}
    ),
    ("POST", "/checklists/{pk}/submit"): Route("fill a sheet", "/checklists/{sheet}/submit", {}),
    ("POST", "/uploads"): Route("raise a finding", "/uploads", upload=True),
    ("GET", "/orders/{number}/review"): Route("read", "/orders/{order}/review"),
    ("POST", "/orders/{number}/review"): Route("orders", "/orders/{order}/review", {"material": "{keeper_no}", "due_date": "{manager_no}"}),
    ("POST", "/orders/{number}/review/{part}"): Route(
        "asked for the material of an order", "/orders/{order}/review/material", {"verdict": "not_passed", "note": "Too little"}
    ),
    ("GET", "/targets"): Route("read", "/targets"),
    ("GET", "/targets/{key}"): Route("read", "/targets/attainment_pct~A1~2026-10"),
    ("GET", "/upward-reports"): Route("reports upward: read", "/upward-reports"),
    ("GET", "/upward-reports/{key}"): Route("reports upward: read", "/upward-reports/{upward_number}"),
    ("POST", "/upward-reports"): Route(
        "reports upward: write",
        "/upward-reports",
        {"kind": "day", "on": "2026-11-19", "org_code": "A", "done": "x", "analysis": "x", "plan": "x"},
    ),
    ("POST", "/upward-reports/{number}/comment"): Route(
        "reports upward: answer", "/upward-reports/{upward_number}/comment", {"text": "Seen"}
    ),
    ("POST", "/upward-reports/{number}/acknowledge"): Route("reports upward: answer", "/upward-reports/{upward_number}/acknowledge", {}),
    ("POST", "/upward-reports/{number}/return"): Route(
        "reports upward: answer", "/upward-reports/{upward_number}/return", {"reason": "Mend it"}
    ),
    ("GET", "/months/{month}"): Route("read", "/months/2026-10"),
}

# What shows one record of workshop A: it does not exist for workshop B.
SCOPED = [
    ("GET", "/organisation/{key}"),
    ("GET", "/staff/{key}"),
    ("GET", "/rosters/{key}"),
    ("GET", "/processes/{key}"),
    ("GET", "/orders/{key}"),
    ("POST", "/orders/{number}/release"),
    ("GET", "/orders/{number}/review"),
    ("POST", "/orders/{number}/review"),
    ("POST", "/orders/{number}/review/{part}"),
    ("GET", "/plan-lines/{key}"),
    ("GET", "/daily-reports/{key}"),
    ("GET", "/findings/{key}"),
    ("GET", "/targets/{key}"),
    ("POST", "/upward-reports/{number}/comment"),
    ("POST", "/upward-reports/{number}/acknowledge"),
    ("POST", "/upward-reports/{number}/return"),
    ("GET", "/orders/{number}/quota"),
    ("POST", "/orders/{number}/close"),
    ("GET", "/slips/{key}"),
    ("POST", "/slips"),
    ("POST", "/slips/{number}/confirm"),
    ("POST", "/slips/{number}/reverse"),
    ("GET", "/slip-requests/{key}"),
    ("POST", "/slip-requests/{number}/approve"),
    ("POST", "/slip-requests/{number}/reject"),
    ("GET", "/supplements/{key}"),
    ("POST", "/supplements"),
    ("POST", "/supplements/{number}/approve"),
    ("POST", "/supplements/{number}/reject"),
    ("GET", "/counts/{key}"),
    ("POST", "/counts/{number}/lines"),
    ("POST", "/counts/{number}/submit"),
    ("POST", "/counts/{number}/approve"),
    ("POST", "/checklists/{pk}/answers"),
    ("POST", "/checklists/{pk}/submit"),
]
