"""What a new daily report may start with: the plan and the counts of its shift, the roll call, stops that went on over the border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, Sum

from people.models import OrgNode, OrgPath, Shift
from people.selectors.attendance import Attendance, attendance
from plans.models import DowntimeStop, PlanLine, SlotOutput
from plans.pace import Pace
from plans.selectors.places import standing

HALF = Decimal("0.5")
# A difference up to this between report and roll call is nothing to speak of.
TOLERATED_HOURS = Decimal("0.5")


@dataclass(frozen=True)
class PlannedStart:
    """A plan line with what was counted of it, and its share of the roll call's hours and heads."""

    line: PlanLine
    good: Decimal | None
    hours: Decimal | None
    heads: Decimal | None


def planned_starts(team: OrgNode, shift: Shift, on: date, called: Attendance | None) -> list[PlannedStart]:
    """The lines planned for a team's shift; hours of the roll call are spread by planned quantity, in half hours, the rest on the first."""
    rows = PlanLine.objects.filter(team=team, shift=shift, business_date=on).exclude(status=PlanLine.Status.WITHDRAWN)
    lines = list(rows.select_related("order", "product__unit", "process").order_by("pk"))
    if not lines:
        return []
    counts = dict(SlotOutput.objects.filter(plan_line__in=lines).order_by().values_list("plan_line").annotate(good=Sum("good_qty")))
    shares = _shares(lines)
    hours = _spread(called.hours, shares) if called else [None] * len(lines)
    heads = [called.came * share for share in shares] if called else [None] * len(lines)
    return [
        PlannedStart(line, counts.get(line.pk), own, None if count is None else count.quantize(Decimal("0.01"), ROUND_HALF_UP))
        for line, own, count in zip(lines, hours, heads, strict=True)
    ]


def _shares(lines: Sequence[PlanLine]) -> list[Decimal]:
    """By planned quantity where all have one unit, else alike."""
    if len({line.product.unit_id for line in lines}) > 1:
        return [Decimal(1) / len(lines)] * len(lines)
    whole = sum((line.planned_qty for line in lines), Decimal(0))
    return [line.planned_qty / whole for line in lines]


def _spread(hours: Decimal, shares: Sequence[Decimal]) -> list[Decimal | None]:
    rest = [(hours * share / HALF).quantize(Decimal(1), ROUND_HALF_UP) * HALF for share in shares[1:]]
    return [hours - sum(rest, Decimal(0)), *rest]


def called_of(team_id: int, shift: Shift, on: date) -> Attendance | None:
    """The roll call of a team's shift, with people lent; ``None`` when nothing was called or lent."""
    return attendance([team_id], on, on).get((team_id, shift.pk, on))


def hours_beside_roll_call(attended: Decimal, called: Attendance | None) -> Decimal | None:
    """How many hours more the report says than the roll call; ``None`` where that is nothing to speak of."""
    if called is None or abs(attended - called.hours) <= TOLERATED_HOURS:
        return None
    return attended - called.hours


def stops_going_on(team: OrgNode, shift: Shift, on: date) -> list[DowntimeStop]:
    """Stops of the workshop's teams that reached over the end of their shift into this one, the latest first; each place once."""
    path = standing(team, on)
    if path is None:
        return []
    pace = Pace.of(shift.times, on)
    beside = OrgPath.objects.filter(workshop=path.workshop_id, section=path.section_id, valid_from__lte=on, valid_to__gt=on)
    rows = DowntimeStop.objects.filter(
        line__report__team__in=beside.values("node"),
        line__report__business_date__gte=on - timedelta(days=1),
        line__report__business_date__lte=on,
        over_at__gt=F("ends_at"),
        ends_at__lte=pace.starts,
    ).filter(over_at__gt=pace.starts)
    found: dict[str, DowntimeStop] = {}
    for stop in rows.order_by("-ends_at", "pk"):
        found.setdefault(stop.place.casefold(), stop)
    return list(found.values())
