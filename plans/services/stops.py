"""The stops of a report line: cut at the borders of the shift, added up into its downtime (PLN-25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.clock import at_plant
from core.errors import Required, RuleBroken, Unknown
from people.models import Shift
from plans.errors.daily_reports import StopOutside, StopsOverlap, StopTooLong
from plans.errors.findings import TextTooLong
from plans.models import DailyReportLine, DowntimeReason, DowntimeStop
from plans.pace import Pace

PLACE_CHARACTERS = 60
LONGEST = timedelta(hours=24)
HOUR = timedelta(hours=1)
FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class StopInput:
    """When a line stood and why, as typed; ``began_at`` and ``over_at`` may lie outside the shift, whose part alone is kept.

    ``starts_at`` and ``ends_at`` are that part, once the stop was cut.
    """

    reason: str
    began_at: datetime
    over_at: datetime
    place: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def own_part(self) -> tuple[datetime, datetime]:
        return self.starts_at or self.began_at, self.ends_at or self.over_at

    @property
    def hours(self) -> Decimal:
        """Clock hours of the part in the shift."""
        starts, ends = self.own_part
        seconds = Decimal(int((ends - starts).total_seconds()))
        return (seconds / 3600).quantize(FOUR_PLACES, ROUND_HALF_UP)

    @property
    def key(self) -> tuple[str, str, datetime, datetime, datetime, datetime]:
        return (self.reason, self.place.strip(), self.began_at, self.over_at, *self.own_part)


def stop_at_times(
    *, shift: Shift, business_date: date, starts: time, ends: time, reason: str, place: str = "", pace: Pace | None = None
) -> StopInput:
    """A stop typed as two clock times; one that ends at or before its start ends the day after.

    Of the day before, the business date and the day after it is the one on which most of the stop lies in the working time (``pace``, else
    that of the shift): a stop that the last shift left, overtime over midnight, a night that began early. One that lies outside on all
    three is of the business date, or in a shift over midnight of the next morning where its time is before the start.
    """
    working = pace or Pace.of(shift.times, business_date)
    usual = int(shift.times.crosses_midnight and starts < shift.starts_at)
    placings = [_placed(business_date + timedelta(days=offset), starts, ends) for offset in (usual, 0, 1, -1)]
    began, over = max(placings, key=lambda placing: _time_in(working, *placing))
    return StopInput(reason, began, over, place)


def _placed(on: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    began, over = at_plant(on, starts), at_plant(on, ends)
    return began, over if over > began else at_plant(on + timedelta(days=1), ends)


def _time_in(pace: Pace, began: datetime, over: datetime) -> timedelta:
    return max(min(over, pace.ends) - max(began, pace.starts), timedelta(0))


def cut_stops(stops: Sequence[StopInput], pace: Pace, at: str) -> tuple[list[StopInput], list[RuleBroken]]:
    """The parts inside the shift, in order of time, and every fault at ``stops.<n>.<field>``.

    A place that stood once cannot stand a second time meanwhile; two places of one line can.
    """
    kept: list[StopInput] = []
    faults: list[RuleBroken] = []
    for number, stop in enumerate(stops):
        field = f"{at}stops.{number}."
        found = _own_faults(stop, pace, field)
        if not found:
            cut = replace(stop, place=stop.place.strip(), starts_at=max(stop.began_at, pace.starts), ends_at=min(stop.over_at, pace.ends))
            if any(_overlap(cut, other) for other in kept):
                found = [StopsOverlap(field=f"{field}starts")]
            else:
                kept.append(cut)
        faults.extend(found)
    return sorted(kept, key=lambda stop: stop.own_part), faults


def _own_faults(stop: StopInput, pace: Pace, field: str) -> list[RuleBroken]:
    faults: list[RuleBroken] = []
    if not stop.reason:
        faults.append(Required(field=f"{field}reason"))
    elif stop.reason not in DowntimeReason.values:
        faults.append(Unknown(field=f"{field}reason", value=stop.reason))
    if len(stop.place.strip()) > PLACE_CHARACTERS:
        faults.append(TextTooLong(field=f"{field}place", length=len(stop.place.strip()), most=PLACE_CHARACTERS))
    if stop.over_at <= pace.starts or stop.began_at >= pace.ends:
        faults.append(StopOutside(field=f"{field}starts", starts=f"{pace.starts:%H:%M}", ends=f"{pace.ends:%H:%M}"))
    elif stop.over_at <= stop.began_at or stop.over_at - stop.began_at > LONGEST:
        faults.append(StopTooLong(field=f"{field}ends"))
    return faults


def _overlap(one: StopInput, other: StopInput) -> bool:
    (starts, ends), (other_starts, other_ends) = one.own_part, other.own_part
    return one.place.casefold() == other.place.casefold() and starts < other_ends and other_starts < ends


def hours_of(stops: Iterable[StopInput]) -> Decimal:
    return sum((stop.hours for stop in stops), Decimal(0))


def main_reason(stops: Iterable[StopInput]) -> str:
    """The reason of the most hours; of two that are equal the one that stands first in the list of reasons."""
    hours: dict[str, Decimal] = defaultdict(Decimal)
    for stop in stops:
        hours[stop.reason] += stop.hours
    return max(DowntimeReason.values, key=lambda reason: hours.get(reason, Decimal(-1))) if hours else ""


def replace_stops(line: DailyReportLine, stops: Sequence[StopInput]) -> None:
    """Make the stops of a line equal to these; those that stay the same leave no trace in the history."""
    kept = {(stop.reason, stop.place, stop.began_at, stop.over_at, stop.starts_at, stop.ends_at): stop for stop in line.stops.all()}
    wanted = {stop.key: stop for stop in stops}
    gone = [stop.pk for key, stop in kept.items() if key not in wanted]
    if gone:
        DowntimeStop.objects.filter(pk__in=gone).delete()
    DowntimeStop.objects.bulk_create(
        DowntimeStop(
            line=line,
            reason=stop.reason,
            place=stop.place,
            began_at=stop.began_at,
            over_at=stop.over_at,
            starts_at=stop.own_part[0],
            ends_at=stop.own_part[1],
            hours=stop.hours,
        )
        for key, stop in wanted.items()
        if key not in kept
    )
