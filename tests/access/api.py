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

ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "/organisation"): Route("read", "/organisation"),
    ("GET", "/organisation/{key}"): Route("read", "/organisation/A1~"),
    ("GET", "/shifts"): Route("read", "/shifts"),
    ("GET", "/shifts/{key}"): Route("read", "/shifts/DAY"),
    ("GET", "/staff"): Route("read", "/staff"),
    ("GET", "/staff/{key}"): Route("read", "/staff/{colleague_no}"),
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
    ("GET", "/daily-reports"): Route("read", "/daily-reports"),
    ("GET", "/daily-reports/{key}"): Route("read", "/daily-reports/2026-11-20~DAY~A1~~{product_code}~"),
    ("POST", "/daily-reports"): Route("post a daily report", "/daily-reports", LINE),
    ("GET", "/checklists/today"): Route("read", "/checklists/today"),
    ("POST", "/checklists/{pk}/answers"): Route(
        "fill a sheet", "/checklists/{sheet}/answers", {"answers": [{"id": "{uuid}", "item": "{item}", "value": "ok"}]}
    ),
    ("POST", "/checklists/{pk}/submit"): Route("fill a sheet", "/checklists/{sheet}/submit", {}),
    ("POST", "/uploads"): Route("fill a sheet", "/uploads", upload=True),
    ("GET", "/months/{month}"): Route("read", "/months/2026-10"),
}

# What shows one record of workshop A: it does not exist for workshop B.
SCOPED = [
    ("GET", "/organisation/{key}"),
    ("GET", "/staff/{key}"),
    ("GET", "/processes/{key}"),
    ("GET", "/orders/{key}"),
    ("POST", "/orders/{number}/release"),
    ("GET", "/daily-reports/{key}"),
    ("POST", "/checklists/{pk}/answers"),
    ("POST", "/checklists/{pk}/submit"),
]
