"""Who was at the demo plant before the shift lately, mostly in time, and what supervisors said about the last days' output."""

from __future__ import annotations

from datetime import date, timedelta

from core.clock import plant_now, plant_today
from floorops.demo.draws import draw_for
from people.models import Staff
from plans.models import Arrival, DailyReport, DayComment, Sheet
from plans.selectors.arrivals import awaited_in, lead_time, sheets_that_await

DAYS = 14
# Whoever signs in as the supervisor has the tap still to do.
STILL_TO_TAP = "D-STA"
SAID = {
    "D-STA-1": "卷料10:20才到，前两小时做小件，下午追回一半 / Coil came at 10:20; small parts first, half made up in the afternoon",
    "D-WEL-1": "工装换好后节拍正常 / Back to pace once the fixture was changed",
    "D-ASM-1": "两人请假，从二班借一人半天 / Two on leave; one lent from Assembly 2 for half a day",
}


def make_arrivals(last: date) -> int:
    """Arrivals of the days up to ``last`` (yesterday) and of today so far, and a few comments; how many arrivals were made."""
    today = plant_today()
    sheets = sheets_that_await().filter(
        node__code__startswith="D-", business_date__gt=last - timedelta(days=DAYS), business_date__lte=today
    )
    known = set(Arrival.objects.filter(node__code__startswith="D-").values_list("node", "business_date"))
    awaited = awaited_in(set(sheets.order_by().values_list("node", flat=True)), today)
    rows: dict[tuple[int, date], Arrival] = {}
    first_for: list[Sheet] = []
    lead = lead_time()
    for sheet in sheets.select_related("node").order_by("starts_at", "template__code"):
        key = sheet.node_id, sheet.business_date
        if key in known or (sheet.business_date == today and sheet.node.code == STILL_TO_TAP) or not awaited.get(sheet.node_id):
            continue
        draw = draw_for("arrival", sheet.node.code, sheet.business_date)
        due_at = sheet.starts_at - lead
        arrived_at = due_at + timedelta(minutes=draw.randint(1, 14) if draw.random() < 0.15 else -draw.randint(1, 22))
        if draw.random() < 0.03 or arrived_at > plant_now():
            continue
        if key not in rows:
            rows[key] = Arrival(
                staff=awaited[sheet.node_id][0],
                node_id=sheet.node_id,
                shift_id=sheet.shift_id,
                business_date=sheet.business_date,
                starts_at=sheet.starts_at,
                due_at=due_at,
                arrived_at=arrived_at,
            )
        sheet.arrived_at, sheet.arrived_by = rows[key].arrived_at, rows[key].staff
        first_for.append(sheet)
    Arrival.objects.bulk_create(rows.values())
    Sheet.objects.bulk_update(first_for, ["arrived_at", "arrived_by"], batch_size=500)
    _make_comments(last)
    return len(rows)


def _make_comments(last: date) -> None:
    supervisor = Staff.objects.get(user__username="sup")
    reports = DailyReport.objects.filter(team__code__in=SAID, business_date=last).exclude(status=DailyReport.Status.APPROVED)
    leaders = awaited_in(set(reports.order_by().values_list("team", flat=True)), last)
    comments = [
        DayComment(
            team=report.team,
            shift=report.shift,
            business_date=report.business_date,
            text=SAID[report.team.code],
            by=supervisor if report.team.code.startswith(STILL_TO_TAP) else leaders[report.team_id][0],
            at=report.shift.times.window(report.business_date)[1] - timedelta(minutes=12),
        )
        for report in reports.select_related("team", "shift")
    ]
    DayComment.objects.bulk_create(comments, ignore_conflicts=True)
