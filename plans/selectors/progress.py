"""The progress board: plan, actual and gap of each line by time slot, against a target that grows evenly (PLN-07)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.clock import plant_zone
from core.plant_settings import all_plant_settings
from core.quantities import percent
from people.models import OrgPath, OrgSpan, Shift
from people.roster import Duties, on_duty
from plans.models import PlanLine, SlotOutput
from plans.pace import Pace, TimeSlot
from plans.selectors.places import named


@dataclass(frozen=True)
class SlotCell:
    """One time slot of a line: what was due in it and what was counted; ``state`` is done (counted to its end), open (begun), late (over,
    and not counted to its end) or ahead."""

    slot: TimeSlot
    target: Decimal
    output: SlotOutput | None
    state: str


@dataclass(frozen=True)
class LineProgress:
    """How far one line is, as of the last moment up to which it was counted."""

    line: PlanLine
    pace: Pace
    cells: Sequence[SlotCell]
    outputs: Sequence[SlotOutput]
    floor_pct: Decimal

    @property
    def actual(self) -> Decimal:
        return sum((output.good_qty for output in self.outputs), Decimal(0))

    @property
    def last(self) -> SlotOutput | None:
        return self.outputs[-1] if self.outputs else None

    @property
    def as_of(self) -> datetime | None:
        return self.last.counted_until if self.last else None

    @property
    def target(self) -> Decimal:
        """What should be there at ``as_of``."""
        return self.pace.target(self.line.planned_qty, self.as_of or self.pace.starts, self.line.product.unit)

    @property
    def gap(self) -> Decimal:
        return self.actual - self.target

    @property
    def pct(self) -> Decimal | None:
        """Actual of target in percent; no data before anything was counted or due."""
        return percent(self.actual, self.target, 1) if self.last else None

    @property
    def is_behind(self) -> bool:
        return self.pct is not None and self.pct < self.floor_pct

    @property
    def asks_why(self) -> SlotOutput | None:
        """The count at which the line fell behind, or still is, and nobody has said why."""
        return self.last if self.is_behind and self.last and not self.last.reason else None

    @property
    def unposted(self) -> int:
        return sum(cell.state == "late" for cell in self.cells)

    @property
    def state(self) -> str:
        """A key of ``core.states``."""
        if self.is_behind:
            return "behind"
        if self.unposted:
            return "not_posted"
        return "on_plan" if self.last else "nodata"

    @property
    def width(self) -> str:
        """Of the bar: actual of the whole plan, as SVG wants it."""
        return f"{min(self.actual / self.line.planned_qty, Decimal(1)) * 100:.4g}"

    def should_width(self, at: datetime) -> str:
        return f"{min(self.pace.target(self.line.planned_qty, at, self.line.product.unit) / self.line.planned_qty, Decimal(1)) * 100:.4g}"


@dataclass(frozen=True)
class TeamProgress:
    """The lines of one team and shift, in the slots they share."""

    team: OrgSpan
    shift: Shift
    business_date: date
    pace: Pace
    slots: Sequence[TimeSlot]
    lines: Sequence[LineProgress]
    at: datetime

    @property
    def is_running(self) -> bool:
        return self.pace.starts <= self.at < self.pace.ends

    @property
    def to_post(self) -> TimeSlot | None:
        """The oldest slot over that some line has no count of to its end, else the one that runs."""
        for number, slot in enumerate(self.slots):
            if slot.ends <= self.at and any(line.cells[number].state == "late" for line in self.lines):
                return slot
        return next((slot for slot in self.slots if slot.starts <= self.at < slot.ends), None)

    @property
    def behind(self) -> int:
        return sum(line.is_behind for line in self.lines)


def outputs_of(lines: Iterable[PlanLine]) -> QuerySet[SlotOutput]:
    return SlotOutput.objects.filter(plan_line__in=[line.pk for line in lines]).order_by("starts_at")


def team_progress(lines: Iterable[PlanLine], at: datetime) -> list[TeamProgress]:
    """The progress of plan lines (read with team, shift, order, product's unit and process), by team and shift, in four statements."""
    rows = [line for line in lines if line.status != PlanLine.Status.WITHDRAWN]
    if not rows:
        return []
    days = [line.business_date for line in rows]
    teams = {line.team_id for line in rows}
    return progress_among(rows, outputs_of(rows), at, on_duty(teams, min(days), max(days)), named(teams, max(days)))


def progress_among(
    rows: Iterable[PlanLine], counted: Iterable[SlotOutput], at: datetime, duties: Duties, names: Mapping[int, OrgSpan]
) -> list[TeamProgress]:
    """The same of lines that are not withdrawn, their ``outputs_of``, and the duties and names of their teams, read already."""
    outputs: dict[int, list[SlotOutput]] = defaultdict(list)
    for output in counted:
        outputs[output.plan_line_id].append(output)
    kept = all_plant_settings()
    grouped: dict[tuple[date, int, int], list[PlanLine]] = defaultdict(list)
    for line in rows:
        grouped[line.business_date, line.shift_id, line.team_id].append(line)
    found = []
    for (on, _shift, team), of_team in grouped.items():
        shift = of_team[0].shift
        pace = pace_of(duties, team, shift, on)
        slots = pace.slots(kept["progress_slot_hours"])
        floor = Decimal(kept["attainment_floor_pct"])
        progress = [LineProgress(line, pace, _cells(line, pace, slots, outputs[line.pk], at), outputs[line.pk], floor) for line in of_team]
        found.append(TeamProgress(names[team], shift, on, pace, slots, progress, at))
    return sorted(found, key=lambda row: (row.pace.starts, row.team.node.code))


def pace_of(duties: Duties, team: int, shift: Shift, on: date) -> Pace:
    """When the team works that shift by its roster; the shift's own times where the roster gives it none."""
    window = duties.window(team, shift, on)
    return Pace.of(shift.times, on, window)


def _cells(line: PlanLine, pace: Pace, slots: Sequence[TimeSlot], outputs: Sequence[SlotOutput], at: datetime) -> list[SlotCell]:
    """Targets are differences of what should be there, so that rounding never adds up to another plan. A count that was made in
    longer slots covers those that it reaches into, one made in shorter slots the slot that it begins."""
    unit = line.product.unit
    found = []
    for slot in slots:
        due = pace.target(line.planned_qty, slot.ends, unit) - pace.target(line.planned_qty, slot.starts, unit)
        covers = next((output for output in outputs if output.starts_at <= slot.starts < output.ends_at), None)
        is_done = covers is not None and covers.counted_until >= min(covers.ends_at, slot.ends)
        state = "done" if is_done else "late" if slot.ends <= at else "open" if slot.starts <= at else "ahead"
        found.append(SlotCell(slot, due, covers if covers and covers.starts_at == slot.starts else None, state))
    return found


def lines_on_the_board(nodes: frozenset[int] | None, at: datetime, on: date | None = None) -> list[PlanLine]:
    """The lines of a business date in these units (``None``: all) and the teams below them; without a date those of the shifts that
    run now, else of the date's last one that ended."""
    today = at.astimezone(plant_zone()).date()
    first, last = (on, on) if on else (today - timedelta(days=1), today)
    rows = PlanLine.objects.filter(business_date__gte=first, business_date__lte=last).exclude(status=PlanLine.Status.WITHDRAWN)
    if nodes is not None:
        rows = rows.filter(team__in=nodes)
    lines = list(rows.select_related("team", "shift", "order", "product__unit", "process").order_by("pk"))
    return lines if on else shown_now(lines, at)


def shown_now(lines: Sequence[PlanLine], at: datetime) -> list[PlanLine]:
    """Of these lines those of the shifts that run at a moment, else of the last one that ended, else of what comes."""
    running = [line for line in lines if (window := line.shift.times.window(line.business_date)) and window[0] <= at < window[1]]
    if running:
        return running
    ended = [line for line in lines if line.shift.times.window(line.business_date)[1] <= at]
    latest = max((line.shift.times.window(line.business_date)[1] for line in ended), default=None)
    ahead = [line for line in lines if line.shift.times.window(line.business_date)[0] > at]
    return [line for line in ended if line.shift.times.window(line.business_date)[1] == latest] or ahead


def teams_below(node: int, on: date) -> frozenset[int]:
    """The teams in a unit on a date, itself where it is one."""
    paths = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on).filter(
        Q(plant=node) | Q(workshop=node) | Q(section=node) | Q(team=node)
    )
    return frozenset(paths.values_list("node_id", flat=True))
