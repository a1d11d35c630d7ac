"""Make the demo plant. Every random figure is drawn from its own date and team, so a longer history keeps the shorter one's rows."""

from __future__ import annotations

from datetime import date, timedelta

import pghistory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from core.clock import PlantMonth, plant_today
from core.models import PlantSetting
from floorops.demo import cast
from floorops.demo.arrivals import make_arrivals
from floorops.demo.buying import make_buying
from floorops.demo.checklists import make_assignments, make_sheets
from floorops.demo.counting import make_counting
from floorops.demo.day import make_day
from floorops.demo.findings import make_findings
from floorops.demo.handovers import make_handovers
from floorops.demo.history import make_orders, make_reports
from floorops.demo.materials import make_materials
from floorops.demo.moves import make_moves
from floorops.demo.order_reviews import make_order_reviews
from floorops.demo.rosters import make_care, make_roll_calls, make_rosters
from floorops.demo.spot_checks import make_spot_checks
from floorops.demo.targets import make_targets
from floorops.demo.upward import make_upward
from floorops.demo.work_logs import make_survey, make_work_logs
from people.models import CalendarDay, OrgNode, OrgSpan, Shift, Staff, User
from plans import services as plan_services
from plans.models import Process, Product, StandardHours

DEMO_PASSWORD = "floor-ops-demo"  # noqa: S105 - printed for everybody who runs `make up`
DEMO_PLANT = "D-PLANT"
FIRST_DAY = date(2014, 1, 1)


@transaction.atomic
def make_demo(*, months: int = 12, until: PlantMonth | None = None) -> dict[str, int]:
    """Make what is missing of the demo plant and of ``months`` months of work ending with ``until`` (this month unless given).

    Days after yesterday get no reports. Running it again with the same arguments changes nothing. Returns the number of rows made.
    """
    until = until or PlantMonth.of(plant_today())
    first = until.shifted(1 - months).starts_on
    last = min(until.ends_on, plant_today() - timedelta(days=1))
    with pghistory.context(by="", url="demo"):
        _make_plant()
        _make_people()
        _make_calendar(first, until.ends_on + timedelta(days=60))
        _make_products(first)
        make_targets(until)
        make_assignments(first)
        make_rosters(first)
        orders = make_orders(until=until, months=months)
        reports = make_reports(first, last)
        sheets = make_sheets(first, last)
        make_spot_checks(last)
        sheets += plan_services.make_sheets()
        plan_services.make_spot_windows()
        make_arrivals(last)
        make_roll_calls(last)
        make_care(last)
        findings = make_findings(last)
        make_work_logs(last)
        make_survey()
        make_day(last)
        slips = make_materials(last) + make_moves() + make_buying()
        make_handovers(last)
        make_order_reviews()
        slips += make_counting(last)
        make_upward(first, last)
    return {"orders": orders, "reports": reports, "sheets": sheets, "findings": findings, "slips": slips}


def _make_plant() -> None:
    for code, kind, _parent, _name, _name_zh in cast.ORGANISATION:
        OrgNode.objects.get_or_create(code=code, defaults={"kind": kind})
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    known = set(OrgSpan.objects.filter(node__code__startswith="D-").values_list("node__code", flat=True))
    OrgSpan.objects.bulk_create(
        OrgSpan(node=nodes[code], parent=nodes[parent] if parent else None, name=name, name_zh=name_zh)
        for code, _kind, parent, name, name_zh in cast.ORGANISATION
        if code not in known
    )
    for code, name, name_zh, starts_at, ends_at, minutes in cast.SHIFTS:
        Shift.objects.get_or_create(
            code=code, defaults={"name": name, "name_zh": name_zh, "starts_at": starts_at, "ends_at": ends_at, "break_minutes": minutes}
        )
    PlantSetting.objects.get_or_create(key="working_weekdays", defaults={"value": cast.WORKING_WEEKDAYS})
    PlantSetting.objects.get_or_create(key="plant_name", defaults={"value": cast.ORGANISATION[0][3]})
    PlantSetting.objects.get_or_create(key="plant_name_zh", defaults={"value": cast.ORGANISATION[0][4]})


def _make_people() -> None:
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    password = None
    for number, (role, code, name, position) in enumerate(cast.LOGINS, 1):
        user = User.objects.filter(username=role).first()
        if user is None:
            password = password or make_password(DEMO_PASSWORD)
            user = User.objects.create(username=role, password=password, is_staff=role == "adm")
            user.groups.add(Group.objects.get(name=role))
        if not hasattr(user, "staff"):
            Staff.objects.create(
                staff_no=f"D-{number:03d}", name=name, org=nodes.get(code or ""), position=position, hired_on=FIRST_DAY, user=user
            )
    for number, (code, name, position) in enumerate(cast.LEADERS, 51):
        Staff.objects.get_or_create(
            staff_no=f"D-{number:03d}", defaults={"name": name, "org": nodes[code], "position": position, "hired_on": FIRST_DAY}
        )
    newcomers = {number: plant_today() - timedelta(days=days) for number, days in cast.NEW_JOINERS}
    number = 101
    for team, _shift, people, *_rest in cast.TEAMS:
        for place in range(people - 1):
            surname = cast.SURNAMES[(number * 7 + place) % len(cast.SURNAMES)]
            given = cast.GIVEN_NAMES[(number * 3 + place * 5) % len(cast.GIVEN_NAMES)]
            pay = [Staff.PayType.PIECE, Staff.PayType.PIECE, Staff.PayType.TIME, Staff.PayType.GUARANTEED][number % 4]
            Staff.objects.get_or_create(
                staff_no=f"D-{number:03d}",
                defaults={
                    "name": surname + given,
                    "org": nodes[team],
                    "hired_on": newcomers.get(f"D-{number:03d}", FIRST_DAY),
                    "pay_type": pay,
                },
            )
            number += 1
    leads = {"D-PLANT": "mgr", "D-STA": "wsm", "D-STA-1": "tld"}
    for span in OrgSpan.objects.filter(node__code__startswith="D-", leader=None).select_related("node"):
        leader = (
            Staff.objects.filter(user__username=leads.get(span.node.code, "")).first()
            or Staff.objects.filter(staff_no__gte="D-051", staff_no__lt="D-100", org=span.node).first()
        )
        if leader:
            OrgSpan.objects.filter(pk=span.pk).update(leader=leader, leader_staff_no=leader.staff_no)


def _make_calendar(first: date, last: date) -> None:
    plant = OrgNode.objects.get(code=DEMO_PLANT)
    days: dict[date, tuple[str, str]] = {}
    for year in range(first.year, last.year + 1):
        days[date(year, 1, 1)] = ("New Year", "元旦")
        days |= {date(year, 5, day): ("Labour Day", "劳动节") for day in (1, 2, 3)}
        days |= {date(year, 10, day): ("National Day", "国庆节") for day in range(1, 8)}
    for starts, ends, name, name_zh in cast.FESTIVALS:
        days |= {starts + timedelta(days=n): (name, name_zh) for n in range((ends - starts).days + 1)}
    for on, (name, name_zh) in sorted(days.items()):
        if first <= on <= last:
            CalendarDay.objects.get_or_create(plant=plant, date=on, defaults={"name": name, "name_zh": name_zh, "is_working": False})


def _make_products(first: date) -> None:
    from core.models import Unit

    pieces = Unit.objects.get(code="pcs")
    for code, name, name_zh, spec in cast.PRODUCTS:
        Product.objects.get_or_create(code=code, defaults={"name": name, "name_zh": name_zh, "spec": spec, "unit": pieces})
    for code, name, name_zh, org, is_key, is_final in cast.PROCESSES:
        Process.objects.get_or_create(
            code=code,
            defaults={"name": name, "name_zh": name_zh, "org": OrgNode.objects.get(code=org), "is_key": is_key, "is_final": is_final},
        )
    for product, process, hours, tightened in cast.STANDARDS:
        key = {"product": Product.objects.get(code=product), "process": Process.objects.get(code=process)}
        StandardHours.objects.get_or_create(**key, valid_from=FIRST_DAY, defaults={"hours_per_unit": hours})
        StandardHours.objects.get_or_create(**key, valid_from=date(2026, 4, 1), defaults={"hours_per_unit": tightened})
