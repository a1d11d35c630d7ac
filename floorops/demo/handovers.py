"""Shift hand-overs of the demo plant's last days: welding by day and by night, stamping signed off; one waits, one is begun."""

from __future__ import annotations

from datetime import date, timedelta

from core.clock import plant_now, plant_today
from floorops.demo.draws import draw_for, working_days
from people.models import OrgNode, Shift, Staff
from plans.models import Handover
from plans.selectors.handover_facts import facts_of

DAYS = 5
# team, its shift, and who follows: team, shift, days later
GIVEN: list[tuple[str, str, tuple[str, str, int] | None]] = [
    ("D-WEL-1", "D-DAY", ("D-WEL-2", "D-NIGHT", 0)),
    ("D-WEL-2", "D-NIGHT", ("D-WEL-1", "D-DAY", 1)),
    ("D-STA-1", "D-DAY", None),
]
BEGUN = "D-STA-2"
NOTES = (
    "",
    "3号焊机送丝不稳，已通知维修 / Wire feed of welder 3 is unsteady, maintenance is told",
    "机架还差 12 件，先做 / 12 frames are missing, do them first",
)
OBJECTION = "3号焊机停着，交接时没说 / Welder 3 stands, and nobody said so"
Status = Handover.Status


def make_handovers(last: date) -> int:
    """Hand-overs of the last days up to ``last``; how many were made."""
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    shifts = {shift.code: shift for shift in Shift.objects.filter(code__startswith="D-")}
    leaders = {
        span: who for who in Staff.objects.filter(led_spans__isnull=False) for span in who.led_spans.values_list("node__code", flat=True)
    }
    known = set(Handover.objects.values_list("team__code", "business_date"))
    rows = []
    for code, shift, to in GIVEN:
        for on in working_days(last - timedelta(days=DAYS), last):
            if (code, on) in known:
                continue
            row = _row(nodes[code], shifts[shift], on, leaders[code])
            row.note = draw_for("handover", code, on).choice(NOTES)
            if to:
                team, to_shift, days = to
                row.to_team, row.to_shift, row.to_business_date = nodes[team], shifts[to_shift], on + timedelta(days=days)
            if row.ends_at <= plant_now():
                _sign(row, leaders.get(to[0]) if to else None)
                rows.append(row)
    if last == plant_today() - timedelta(days=1) and (BEGUN, last) not in known:
        rows.append(_row(nodes[BEGUN], shifts["D-DAY"], last, leaders[BEGUN]))
        rows[-1].output_words = "换模多用了一小时 / The die change took an hour more"
    Handover.objects.bulk_create(rows)
    return len(rows)


def _row(team: OrgNode, shift: Shift, on: date, by: Staff) -> Handover:
    return Handover(team=team, shift=shift, business_date=on, ends_at=shift.times.window(on)[1], made_by=by)


def _sign(row: Handover, receiver: Staff | None) -> None:
    """The night that ended this morning still waits for the day shift's name."""
    row.given_by, row.given_at = row.made_by, row.ends_at - timedelta(minutes=10)
    row.facts = facts_of(row, row.given_at)
    row.status = Status.SIGNED
    if receiver is None or row.to_shift is None or row.to_business_date is None:
        return
    if row.to_business_date == plant_today():
        row.status = Status.WAITING
        return
    row.received_by, row.received_at = receiver, row.to_shift.times.window(row.to_business_date)[0] - timedelta(minutes=5)
    if row.business_date.day % 5 == 0 and row.to_shift.code == "D-NIGHT":
        row.is_objected, row.reply = True, OBJECTION
