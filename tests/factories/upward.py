"""Reports upward, and the leaders that stand above those who write them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from core.clock import plant_zone
from people.models import OrgNode, Staff
from reports.models import UpwardReport
from reports.services import UpwardInput, begin_report, send_report

WHOLE = {"done": "Line 2 changed over / 2线换型", "analysis": "Scrap fell / 废品下降", "plan": "Train two welders / 培训两名焊工"}
MONDAY = date(2026, 11, 16)
"""Of the week 2026-W47, whose report is due on Monday 23 November, 09:00."""


def clock(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026 by the plant's clock."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=plant_zone())


def begun(node: OrgNode, by: Staff, kind: str = "week", on: date = MONDAY, at: datetime | None = None, **said: Any) -> UpwardReport:
    return begin_report(kind=kind, node=node, on=on, said=UpwardInput(**WHOLE | said), by=by, at=at or clock(23, 8))


def sent(node: OrgNode, by: Staff, kind: str = "week", on: date = MONDAY, at: datetime | None = None, **said: Any) -> UpwardReport:
    at = at or clock(23, 8)
    return send_report(report=begun(node, by, kind, on, at, **said), by=by, at=at)


def told_to(by: Staff, to: Staff, kind: str = "written", **said: Any) -> UpwardReport:
    """A matter that was sent; ``by`` stands in a unit."""
    assert by.org is not None
    return sent(by.org, by, kind, date(2026, 11, 20), reader=to, **{"subject": "New press / 新压力机"} | said)
