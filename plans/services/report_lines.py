"""One line of a team daily report: its shape, and what is wrong with it in itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from core.errors import Negative, Required, RuleBroken, TooFine, TooLarge, Unknown
from core.quantities import fit, plain
from people.models import OrgNode
from plans.errors.daily_reports import CounterBackwards, CounterHalf, ProductNotOnOrder, QtyMismatch, SameLineTwice
from plans.errors.findings import TextTooLong
from plans.models import DailyReportLine, DowntimeReason, Process, Product, ProductionOrder
from plans.pace import Pace
from plans.quantities import MOST_UNITS
from plans.services.stops import StopInput, cut_stops, hours_of, main_reason

QUANTITIES = ("planned_qty", "good_qty", "rework_qty", "scrap_qty", "recovered_qty", "counter_start", "counter_end", "produced_qty")
HOURS = ("attended_hours", "productive_hours", "excused_loss_hours", "downtime_hours")
REMARK_LENGTH = 500


@dataclass(frozen=True)
class _Hours:
    code: str = "h"
    decimals: int = 4


@dataclass(frozen=True)
class _Heads:
    code: str = "persons"
    decimals: int = 2


HOUR, HEAD = _Hours(), _Heads()
MOST_HOURS, MOST_HEADS = Decimal(10) ** 8, Decimal(10) ** 6


@dataclass(frozen=True)
class LineInput:
    """What was typed: quantities in the product's unit, times in hours (FORMATS section 1, ``daily_reports``).

    A blank ``product`` is the order's. ``produced_qty`` follows from the counter where both its ends are given; ``None`` leaves the one
    that a kept line was brought with. Downtime and its main
    reason follow from ``stops`` where there are any; ``None`` leaves the stops of a kept line alone unless its downtime is another.
    """

    order: ProductionOrder | None = None
    product: Product | None = None
    process: Process | None = None
    planned_qty: Decimal | None = None
    good_qty: Decimal | None = None
    rework_qty: Decimal = Decimal(0)
    scrap_qty: Decimal = Decimal(0)
    recovered_qty: Decimal = Decimal(0)
    counter_start: Decimal | None = None
    counter_end: Decimal | None = None
    produced_qty: Decimal | None = None
    headcount: Decimal | None = None
    attended_hours: Decimal | None = None
    productive_hours: Decimal | None = None
    excused_loss_hours: Decimal = Decimal(0)
    downtime_hours: Decimal = Decimal(0)
    downtime_reason: str = ""
    remark: str = ""
    stops: tuple[StopInput, ...] | None = None

    @property
    def key(self) -> tuple[int | None, int | None, int | None]:
        product = self.made
        return (
            self.order.pk if self.order else None,
            product.pk if product else None,
            self.process.pk if self.process else None,
        )

    @property
    def made(self) -> Product | None:
        return self.product or (self.order.product if self.order else None)

    def values(self) -> dict[str, Any]:
        """The columns of the line; its stops are rows of their own."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "stops"}

    def differs_from(self, row: DailyReportLine) -> bool:
        named = ("order", "product", "process")
        return any(getattr(row, name) != value for name, value in self.values().items() if name not in named)


def checked_lines(lines: Sequence[LineInput], pace: Pace | None = None) -> tuple[list[LineInput], list[RuleBroken]]:
    """The lines with their quantities fitted to the units and their stops cut at the borders of the shift (``pace``), and every fault
    at ``lines.<n>.<field>``."""
    kept: list[LineInput] = []
    faults: list[RuleBroken] = []
    seen: set[tuple[int | None, ...]] = set()
    for number, line in enumerate(lines):
        line, stopped = _with_stops(line, pace, f"lines.{number}.")
        line, found = _checked(line, f"lines.{number}.")
        found = stopped + found
        if not found and line.key in seen:
            found = [SameLineTwice(field=f"lines.{number}.order")]
        seen.add(line.key)
        kept.append(line)
        faults.extend(found)
    return kept, faults


def _with_stops(line: LineInput, pace: Pace | None, at: str) -> tuple[LineInput, list[RuleBroken]]:
    if not line.stops or pace is None:
        return line, []
    stops, faults = cut_stops(line.stops, pace, at)
    if faults:
        return line, faults
    return replace(line, stops=tuple(stops), downtime_hours=hours_of(stops), downtime_reason=main_reason(stops)), []


def _checked(line: LineInput, at: str) -> tuple[LineInput, list[RuleBroken]]:
    faults: list[RuleBroken] = []
    product = line.made
    if product is None:
        return line, [Required(field=f"{at}product")]
    if line.order and line.order.product_id != product.pk:
        faults.append(
            ProductNotOnOrder(field=f"{at}product", order=line.order.number, expected=line.order.product.code, product=product.code)
        )
    values = line.values() | {"product": product, "remark": line.remark.strip()}
    for name in QUANTITIES:
        values[name] = _fitted(values[name], product.unit, MOST_UNITS, f"{at}{name}", faults)
    for name in HOURS:
        values[name] = _fitted(values[name], HOUR, MOST_HOURS, f"{at}{name}", faults)
    values["headcount"] = _fitted(values["headcount"], HEAD, MOST_HEADS, f"{at}headcount", faults)
    for name in ("good_qty", "attended_hours"):
        if values[name] is None:
            faults.append(Required(field=f"{at}{name}"))
    if line.downtime_reason and line.downtime_reason not in DowntimeReason.values:
        faults.append(Unknown(field=f"{at}downtime_reason", value=line.downtime_reason))
    if len(values["remark"]) > REMARK_LENGTH:
        faults.append(TextTooLong(field=f"{at}remark", length=len(values["remark"]), most=REMARK_LENGTH))
    line = replace(line, **values)
    if not faults:
        line, faults = _proved(line, at)
    return line, faults


def _fitted(value: Decimal | None, unit: Any, most: Decimal, field: str, faults: list[RuleBroken]) -> Decimal | None:
    if value is None:
        return None
    if value < 0:
        faults.append(Negative(field=field))
    elif value >= most:
        faults.append(TooLarge(field=field, value=plain(value)))
    else:
        try:
            return fit(value, unit, field=field)
        except TooFine as fault:
            faults.append(fault)
    return value


def _proved(line: LineInput, at: str) -> tuple[LineInput, list[RuleBroken]]:
    """Produced, where given or counted, must be good + rework + scrap (PLN-23)."""
    start, end = line.counter_start, line.counter_end
    if (start is None) != (end is None):
        return line, [CounterHalf(field=f"{at}{'counter_start' if start is None else 'counter_end'}")]
    produced, field = line.produced_qty, f"{at}produced_qty"
    if start is not None and end is not None:
        if end < start:
            return line, [CounterBackwards(field=f"{at}counter_end", start=plain(start), end=plain(end))]
        if produced is None:
            produced, field = end - start, f"{at}counter_end"
        elif produced != end - start:
            return line, [_mismatch(line, end - start, field)]
    assert line.good_qty is not None
    if produced is not None and produced != line.good_qty + line.rework_qty + line.scrap_qty:
        return line, [_mismatch(line, produced, field)]
    return replace(line, produced_qty=produced), []


def _mismatch(line: LineInput, produced: Decimal, field: str) -> QtyMismatch:
    assert line.good_qty is not None
    total = line.good_qty + line.rework_qty + line.scrap_qty
    parts = {"good": line.good_qty, "rework": line.rework_qty, "scrap": line.scrap_qty, "sum": total, "produced": produced}
    return QtyMismatch(field=field, **{name: plain(value) for name, value in parts.items()})


def line_name(line: LineInput | DailyReportLine, team: OrgNode) -> str:
    return " · ".join(str(part) for part in (team, line.order, line.product, line.process) if part)
