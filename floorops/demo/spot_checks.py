"""Spot checks of the demo plant's last days: most windows looked round, now and then one passed, now and then something found."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from core.clock import spot_windows
from floorops.demo.draws import draw_for, working_days
from people.models import OrgNode, Shift, Staff
from plans.models import SpotAnswer, SpotCheck, SpotWindow
from plans.selectors.spot_checks import spot_version

PLACES = {"D-STA": "sup", "D-WEL": "", "D-ASM": ""}
DAYS = 10
FOUND = (
    "通道堆了料架，已挪开 / Rack in the aisle, moved",
    "扳手没有归位 / Spanner not in its place",
    "首件未挂牌 / First piece not tagged",
)


def make_spot_checks(last: date) -> int:
    """Windows of the last days with their checks; how many checks were made."""
    shift = Shift.objects.get(code="D-DAY")
    known = set(SpotWindow.objects.filter(node__code__in=PLACES).values_list("node__code", "business_date"))
    windows: list[SpotWindow] = []
    checks: list[SpotCheck] = []
    answers: list[SpotAnswer] = []
    for code, username in PLACES.items():
        node = OrgNode.objects.get(code=code)
        version = spot_version(node.pk)
        by = Staff.objects.filter(user__username=username).first() or Staff.objects.filter(led_spans__node=node).first()
        assert version is not None
        assert by is not None
        items = list(version.items.order_by("order"))
        for day in working_days(last - timedelta(days=DAYS), last):
            if (code, day) in known:
                continue
            for number, (starts, ends) in enumerate(spot_windows(*shift.times.window(day)), 1):
                windows.append(SpotWindow(node=node, shift=shift, business_date=day, number=number, starts_at=starts, ends_at=ends))
                draw = draw_for("spot", code, day, number)
                if draw.random() < 0.12:
                    continue
                asked = items[:-1] if draw.random() < 0.05 else items
                check = _check(node, version.pk, day, shift, by, starts + (ends - starts) * draw.randint(10, 90) / 100, number)
                check.is_complete = len(asked) == len(items)
                checks.append(check)
                wrong = draw.randrange(len(asked)) if draw.random() < 0.15 else None
                note = draw.choice(FOUND)
                answers += [
                    SpotAnswer(check_of=check, item=item, is_ok=place != wrong, note=note if place == wrong else "")
                    for place, item in enumerate(asked)
                ]
    SpotWindow.objects.bulk_create(windows)
    SpotCheck.objects.bulk_create(checks)
    SpotAnswer.objects.bulk_create(answers)
    return len(checks)


def _check(node: OrgNode, version: int, day: date, shift: Shift, by: Staff, moment: datetime, number: int) -> SpotCheck:
    own = _id(node.code, day, number)
    return SpotCheck(id=own, version_id=version, node=node, business_date=day, shift=shift, by=by, checked_at=moment)


def _id(code: str, day: date, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo spot check {code} {day} {number}")
