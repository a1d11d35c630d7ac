"""Rosters, roll calls and people cared for: the last days of the demo plant, written in bulk."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.clock import plant_today
from floorops.demo import cast
from floorops.demo.draws import draw_for, present_people, working_days
from people.models import (
    AttireNote,
    GuidanceNote,
    Mentoring,
    OrgNode,
    PatternDay,
    RollCall,
    RollCallMark,
    RosterPlan,
    RotationPattern,
    Shift,
    Staff,
    StaffLoan,
    SupportNote,
)

CALLED_DAYS = 10
UNCALLED_YESTERDAY = {"D-BND"}
LATE_MINUTES = [5, 8, 10, 15]


def make_rosters(first: date) -> None:
    """The day teams and the night team follow a pattern each; a rotation of four teams waits to be used."""
    shifts = {shift.code: shift for shift in Shift.objects.filter(code__startswith="D-")}
    patterns = {}
    for code, name, name_zh, rests, days in cast.PATTERNS:
        pattern, is_new = RotationPattern.objects.get_or_create(
            code=code, defaults={"name": name, "name_zh": name_zh, "rests_on_days_off": rests}
        )
        patterns[code] = pattern
        if is_new:
            PatternDay.objects.bulk_create(
                PatternDay(pattern=pattern, number=number, shift=shifts[shift] if shift else None) for number, shift in enumerate(days, 1)
            )
    known = set(RosterPlan.objects.filter(team__code__startswith="D-").values_list("team__code", flat=True))
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    used = {"D-DAY": patterns["D-P-DAY"], "D-NIGHT": patterns["D-P-NIGHT"]}
    RosterPlan.objects.bulk_create(
        RosterPlan(team=nodes[team], pattern=used[shift], starts_on=first) for team, shift, *_rest in cast.TEAMS if team not in known
    )


def make_roll_calls(last: date) -> int:
    """Who came in the last days, as the daily reports have it; one person lent yesterday, one roll call forgotten."""
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    shifts = {shift.code: shift for shift in Shift.objects.filter(code__startswith="D-")}
    leaders = {node.code: Staff.objects.filter(led_spans__node=node).first() for node in nodes.values() if node.kind == "team"}
    people: dict[int | None, list[Staff]] = {}
    for staff in Staff.objects.filter(org__code__startswith="D-").order_by("staff_no"):
        people.setdefault(staff.org_id, []).append(staff)
    known = set(RollCall.objects.filter(team__code__startswith="D-").values_list("team__code", "business_date"))
    yesterday = plant_today() - timedelta(days=1)
    calls, marks = [], []
    for on in working_days(last - timedelta(days=CALLED_DAYS - 1), last):
        for code, shift_code, usual, *_rest in cast.TEAMS:
            if (code, on) in known or (on == yesterday and code in UNCALLED_YESTERDAY):
                continue
            shift = shifts[shift_code]
            saved_at = shift.times.window(on)[0] + timedelta(minutes=6)
            call = RollCall(team=nodes[code], shift=shift, business_date=on, saved_by=leaders[code], saved_at=saved_at)
            calls.append(call)
            team = [staff for staff in people[nodes[code].pk] if staff.works_on(on)]
            marks += _marks(call, team, len(team) - present_people(code, on, usual), code)
    RollCall.objects.bulk_create(calls)
    RollCallMark.objects.bulk_create(marks, batch_size=2000)
    _lend(nodes, shifts, last)
    return len(calls)


def _marks(call: RollCall, team: list[Staff], away: int, code: str) -> list[RollCallMark]:
    draw = draw_for("roll", code, call.business_date)
    # The leader and the log-ins of the demo stand first and are there.
    missing = set(draw.sample(range(2, len(team)), max(away, 0)))
    late = draw.choice([None, None, *range(2, len(team))])
    found = []
    for number, staff in enumerate(team):
        presence = draw.choice(["leave", "leave", "absent"]) if number in missing else "late" if number == late else "present"
        came = presence in ("present", "late")
        found.append(
            RollCallMark(
                roll_call=call,
                business_date=call.business_date,
                shift=call.shift,
                staff=staff,
                presence=presence,
                minutes_late=draw.choice(LATE_MINUTES) if presence == "late" else None,
                rostered_hours=8,
                attended_hours=8 if came else 0,
                note="电话联系不上 / No answer by phone" if presence == "absent" else "",
            )
        )
    return found


def _lend(nodes: dict[str, OrgNode], shifts: dict[str, Shift], on: date) -> None:
    mark = (
        RollCallMark.objects.filter(roll_call__team__code="D-STA-2", business_date=on, presence="present")
        .order_by("-staff__staff_no")
        .first()
    )
    if mark is None or StaffLoan.objects.filter(staff__staff_no__startswith="D-", business_date=on).exists():
        return
    StaffLoan.objects.create(
        staff_id=mark.staff_id,
        from_team=nodes["D-STA-2"],
        to_team=nodes["D-STA-1"],
        business_date=on,
        shift=shifts["D-DAY"],
        hours=Decimal(4),
        work="冲孔补缺 / Cover at punching",
        made_by=Staff.objects.get(user__username="sup"),
    )


def make_care(last: date) -> None:
    """Two people who are new, with their mentors and notes; one note on attire, one confidential talk."""
    supervisor = Staff.objects.get(user__username="sup")
    for number, _days in cast.NEW_JOINERS:
        joiner = Staff.objects.filter(staff_no=number).first()
        if joiner is None or joiner.hired_on is None or Mentoring.objects.filter(staff=joiner).exists():
            continue
        mentor = Staff.objects.filter(org=joiner.org, hired_on__lt=joiner.hired_on, user=None).order_by("staff_no").first()
        if mentor is None:
            continue
        Mentoring.objects.create(staff=joiner, mentor=mentor)
        days = working_days(joiner.hired_on, last)
        GuidanceNote.objects.bulk_create(
            GuidanceNote(staff=joiner, on=on, text=cast.GUIDANCE[place % len(cast.GUIDANCE)], by=supervisor)
            for place, on in enumerate(days)
            if place != 4
        )
    if not SupportNote.objects.filter(by=supervisor).exists():
        person = Staff.objects.filter(org__code="D-STA-2", user=None).order_by("-staff_no").first()
        if person:
            AttireNote.objects.create(staff=person, on=last, text="未戴安全帽，已提醒 / No helmet, reminded", by=supervisor)
            SupportNote.objects.create(
                staff=person,
                talked_on=last,
                text="家里有事，情绪低落；已谈心，安排两天调休。 / Trouble at home; talked, two days off arranged.",
                follow_up_on=last + timedelta(days=3),
                by=supervisor,
            )
