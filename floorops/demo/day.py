"""The running day of the demo plant: the plan of the last days and of today and tomorrow, and what was counted since the shift began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.clock import PlantMonth, plant_now, plant_today
from floorops.demo import cast
from floorops.demo.draws import draw_for
from people.models import OrgNode, Shift, Staff
from plans.models import BehindReason, DailyReportLine, PlanLine, Process, Product, ProductionOrder, SlotOutput, StandardHours
from plans.pace import Pace

PLANNED_DAYS = 5
SLOT_HOURS = 2
Status = PlanLine.Status


def make_day(last: date) -> None:
    """Plan lines from five days before ``last`` (yesterday) to tomorrow, and the counts of the shifts of today that have begun."""
    today = plant_today()
    if last != today - timedelta(days=1) or PlanLine.objects.filter(team__code__startswith="D-", business_date=today).exists():
        return
    people = _people()
    with_reports = _of_reports(last - timedelta(days=PLANNED_DAYS - 1), last)
    coming = [line for on in (today, today + timedelta(days=1)) for line in _of_teams(on)]
    unreported = [line for line in _of_teams(last) if line.team.code in {"D-BND", "D-ASM-2"}]
    for line in (*with_reports, *unreported):
        _confirm(line, people)
    for line in coming:
        if line.business_date == today and line.team.code not in ("D-STA-2", "D-BND"):
            _confirm(line, people)
    _unsettle([line for line in coming if line.business_date == today])
    PlanLine.objects.bulk_create([*with_reports, *unreported, *coming], ignore_conflicts=True)
    today_lines = PlanLine.objects.filter(team__code__startswith="D-", business_date=today).select_related("team", "shift", "product__unit")
    SlotOutput.objects.bulk_create(_counts(today_lines, plant_now()))


def _people() -> dict[str, Staff]:
    """By user name, and who leads a workshop by its code."""
    found = {who.user.username: who for who in Staff.objects.filter(user__isnull=False).select_related("user") if who.user}
    leaders = Staff.objects.filter(led_spans__node__code__in=["D-WEL", "D-ASM"]).values_list("led_spans__node__code", "pk")
    people = {who.pk: who for who in Staff.objects.filter(pk__in=[pk for _code, pk in leaders])}
    return found | {code: people[pk] for code, pk in leaders}


def _of_reports(first: date, last: date) -> list[PlanLine]:
    """What was reported had been planned so."""
    planner = _people()["plr"]
    rows = DailyReportLine.objects.filter(
        report__team__code__startswith="D-", report__business_date__gte=first, report__business_date__lte=last, planned_qty__gt=0
    )
    return [
        PlanLine(
            business_date=row.report.business_date,
            shift=row.report.shift,
            team=row.report.team,
            order=row.order,
            product=row.product,
            process=row.process,
            planned_qty=row.planned_qty,
            made_by=planner,
        )
        for row in rows.select_related("report__shift", "report__team", "order", "product", "process")
    ]


def _of_teams(on: date) -> list[PlanLine]:
    """A plan that each team could make in a day of full strength."""
    products = {product.code: product for product in Product.objects.filter(code__startswith="D-")}
    processes = {process.code: process for process in Process.objects.filter(code__startswith="D-")}
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    shifts = {shift.code: shift for shift in Shift.objects.filter(code__startswith="D-")}
    hours = {(row.product_id, row.process_id): row.hours_per_unit for row in StandardHours.objects.order_by("valid_from")}
    workshops = {code: parent for code, kind, parent, *_rest in cast.ORGANISATION if kind == "team" and parent}
    orders = {
        (order.product_id, order.workshop.code): order
        for order in ProductionOrder.objects.filter(number__startswith=f"D-MO-{PlantMonth.of(on)}").select_related("workshop")
    }
    planner = _people()["plr"]
    lines = []
    for team, shift, people, process, made, efficiency, _scrap in cast.TEAMS:
        codes = made if draw_for("plan", team, on).random() < 0.5 else made[:1]
        shares = [Decimal(1)] if len(codes) == 1 else [Decimal("0.625"), Decimal("0.375")]
        for code, share in zip(codes, shares, strict=True):
            capacity = Decimal(people * 8) * share / hours[products[code].pk, processes[process].pk]
            lines.append(
                PlanLine(
                    business_date=on,
                    shift=shifts[shift],
                    team=nodes[team],
                    order=orders.get((products[code].pk, workshops[team])),
                    product=products[code],
                    process=processes[process],
                    planned_qty=int(capacity * efficiency / 100) // 10 * 10,
                    made_by=planner,
                )
            )
    return lines


def _confirm(line: PlanLine, people: Mapping[str, Staff]) -> None:
    line.status = Status.CONFIRMED
    line.confirmed_by = people["sup"] if line.team.code in ("D-STA-1", "D-STA-2", "D-BND") else people[line.team.code[:5]]
    line.confirmed_at = line.shift.times.window(line.business_date)[0] - timedelta(minutes=12)


def _unsettle(lines: list[PlanLine]) -> None:
    """One line of today the supervisor queried, one changed after it was confirmed."""
    sup = _people()["sup"]
    for line in lines:
        if line.team.code == "D-BND":
            line.status, line.query = Status.QUERIED, "折弯机 B-02 今天保养，只能做一半 / Brake B-02 is serviced today"
            line.queried_by, line.queried_at = sup, line.shift.times.window(line.business_date)[0] - timedelta(minutes=8)
        if line.team.code == "D-STA-2" and line.product.code == "D-SP-80":
            line.status, line.agreed_qty = Status.TO_RECONFIRM, Decimal(int(line.planned_qty) - 60)
            line.note = "客户加急 / Customer asks for more"


def _counts(lines: Iterable[PlanLine], now: datetime) -> list[SlotOutput]:
    """Every slot that is over, but for the last one of a team that forgot it."""
    leaders = {node.code: Staff.objects.filter(led_spans__node=node).first() for node in OrgNode.objects.filter(kind="team")}
    found = []
    for line in lines:
        leader = leaders.get(line.team.code)
        pace = Pace.of(line.shift.times, line.business_date)
        over = [slot for slot in pace.slots(SLOT_HOURS) if slot.ends <= now]
        if line.team.code == "D-WEL-1":
            over = over[:-1]
        for number, slot in enumerate(over):
            if leader is None:
                continue
            unit = line.product.unit
            due = pace.target(line.planned_qty, slot.ends, unit) - pace.target(line.planned_qty, slot.starts, unit)
            share = Decimal(draw_for("slot", line.team.code, line.product.code, line.business_date, number).randrange(94, 104)) / 100
            share -= Decimal("0.22") if line.team.code in ("D-STA-2", "D-ASM-2") else 0
            found.append(
                SlotOutput(
                    plan_line=line,
                    starts_at=slot.starts,
                    ends_at=slot.ends,
                    counted_until=slot.ends,
                    good_qty=int(due * share),
                    reason=BehindReason.MACHINE if line.team.code == "D-ASM-2" else "",
                    note="气动扳手漏气 / Air wrench leaks" if line.team.code == "D-ASM-2" else "",
                    posted_by=leader,
                    posted_at=slot.ends + timedelta(minutes=4),
                )
            )
    return found
