"""Every address of the pages, the right it asks for, and how to call it. A page that is missing here fails the access test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Page:
    """``args`` name rows of the cast (``tests/access/cast.py``); ``data`` is posted when ``method`` is post.

    What ``is_hidden`` does not exist (404) for those without the right; other pages refuse them (403).
    """

    right: str
    args: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    is_hidden: bool = False


SETUP = "organisation, shifts, calendar, settings, users"

# Open to people who are not signed in.
OPEN = {"sign-in", "sign-out", "language", "theme", "healthz"}

PAGES: dict[str, Page] = {
    "my-day": Page("read"),
    "more": Page("read"),
    "account": Page("own account"),
    "own-password": Page("own account"),
    "own-pin": Page("own account"),
    "own-tokens": Page("own account"),
    "file": Page("read", {"pk": "photo"}),
    "job": Page("jobs of the system", {"pk": "job"}, is_hidden=True),
    "settings": Page(SETUP),
    "data": Page("read"),
    "export": Page("read", {"kind": "=orders"}),
    "import-template": Page("read", {"kind": "=orders"}),
    "import": Page("orders", {"kind": "=orders"}),
    "import-result": Page("own import", {"pk": "import"}, is_hidden=True),
    "organisation": Page("read"),
    "unit-add": Page(SETUP),
    "unit": Page("read", {"pk": "team"}),
    "unit-change": Page(SETUP, {"pk": "team"}),
    "unit-withdraw": Page(SETUP, {"pk": "team", "span": "later_span"}, "post"),
    "staff": Page("read"),
    "staff-add": Page("staff register"),
    "person": Page("read", {"pk": "colleague"}),
    "person-edit": Page("staff register", {"pk": "colleague"}),
    "person-account": Page(SETUP, {"pk": "colleague", "deed": "=one-time-password"}, "post"),
    "shifts": Page("read"),
    "shift-add": Page(SETUP),
    "shift-edit": Page(SETUP, {"pk": "shift"}),
    "calendar": Page("read"),
    "calendar-day": Page(SETUP, {"on": "=2026-11-20"}),
    "delegations": Page("delegate"),
    "delegation-add": Page("delegate"),
    "delegation-end": Page("end a delegation", {"pk": "delegation"}, "post"),
    "sheets": Page("read"),
    "sheet-fill": Page("read", {"pk": "sheet"}),
    "sheet-answers": Page("fill a sheet", {"pk": "sheet"}, "post"),
    "sheet-photo": Page("fill a sheet", {"pk": "sheet"}, "post"),
    "sheet-paper": Page("read", {"pk": "sheet"}),
    "templates": Page("read"),
    "template": Page("read", {"code": "=T-01"}),
    "template-edit": Page("templates", {"code": "=T-01"}),
    "assignments": Page("templates"),
    "assignment-new": Page("templates"),
    "assignment-edit": Page("templates", {"pk": "assignment"}),
    "products": Page("read"),
    "product-new": Page("standards, products"),
    "product": Page("read", {"pk": "product"}),
    "product-edit": Page("standards, products", {"pk": "product"}),
    "processes": Page("read"),
    "process-new": Page("standards, products"),
    "process": Page("read", {"pk": "process"}),
    "process-edit": Page("standards, products", {"pk": "process"}),
    "standard-hours": Page("read"),
    "standard-hours-new": Page("standards, products"),
    "standard-hours-row": Page("read", {"pk": "standard"}),
    "standard-hours-edit": Page("standards, products", {"pk": "standard"}),
    "orders": Page("read"),
    "order-new": Page("orders"),
    "order": Page("read", {"number": "order"}),
    "order-edit": Page("orders", {"number": "order"}),
    "order-release": Page("orders", {"number": "order"}, "post"),
    "order-hold": Page("orders", {"number": "released_order"}, "post"),
    "order-resume": Page("orders", {"number": "held_order"}, "post"),
    "order-close": Page("orders", {"number": "released_order"}, "post"),
    "order-cancel": Page("orders", {"number": "order"}, "post"),
    "reports": Page("read"),
    "report-new": Page("post a daily report"),
    "reports-missing": Page("read"),
    "report": Page("read", {"pk": "report"}),
    "report-edit": Page("post a daily report", {"pk": "draft_report"}),
    "report-discard": Page("post a daily report", {"pk": "draft_report"}, "post"),
    "report-approve": Page("approve a daily report", {"pk": "report"}, "post"),
    "report-reopen": Page("approve a daily report", {"pk": "report"}, "post"),
    "months": Page("read"),
    "month-open": Page("read", query="month=2026-10"),
    "month-dashboard": Page("read", {"month": "=2026-10"}),
    "month-chart": Page("read", {"month": "=2026-10", "key": "=attainment", "theme": "=light"}),
    "month-xlsx": Page("read", {"month": "=2026-10"}),
    "packs": Page("month pack: read"),
    "pack-build": Page("month pack: build, submit", method="post"),
    "pack": Page("month pack: read", {"pk": "pack"}),
    "pack-progress": Page("month pack: read", {"pk": "pack"}),
    "pack-rebuild": Page("month pack: build, submit", {"pk": "pack"}, "post"),
    "pack-submit": Page("month pack: build, submit", {"pk": "pack"}, "post"),
    "pack-chart": Page("month pack: read", {"pk": "pack", "key": "=output-trend", "theme": "=light"}),
    "pack-file": Page("month pack: read", {"pk": "pack", "language": "=en", "form": "=pdf"}),
    "pack-of": Page("month pack: read", {"plant": "plant_code", "month": "=2026-10"}),
}
