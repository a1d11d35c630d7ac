"""Whatever storekeepers, deciders and planners do in whatever order, the ledger tells what a storekeeper's pencil would (DESIGN 3.1).

A machine does random steps on two orders that draw the same material, or what may stand in for it, from two bins, and keeps the same on
paper: issues, returns of every type, reversals, transfers, supplements asked, granted in part, rejected and lapsed, other order quantities,
orders on hold and closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from core.clock import plant_today
from core.errors import RuleBroken
from core.models import Unit
from materials.models import Balance, Purpose, QuotaLine, QuotaSubstitute, Slip, Supplement
from materials.services import (
    SlipLine,
    approve_supplement,
    confirm_slip,
    freeze_quota,
    issue,
    lapse_supplements,
    recalculate_quota,
    reject_supplement,
    request_supplement,
    return_material,
    reverse_slip,
    transfer,
    verify_ledger,
)
from people.models import Staff
from plans.models import ProductionOrder
from plans.services import cancel_order, close_order, hold_order, resume_order
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.people import Plant
from tests.factories.plans import OrderFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-07"), pytest.mark.req("MAT-09"), pytest.mark.req("MAT-10")]
D = Decimal
ZERO = D(0)
BINS = ("B-01", "B-02")
# What one unit of each counts on the quota line; all but the first are substitutes.
COUNTS = {"STEEL": D(1), "HALF": D("0.5"), "THIRD": D("0.333")}
MATERIALS = st.sampled_from(["STEEL", "STEEL", "HALF", "THIRD"])


def counted(material: str, quantity: Decimal) -> Decimal:
    """Of one move; paper rounds each as it is written."""
    return (quantity * COUNTS[material]).quantize(D("0.000001"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Scale:
    """How fine and how much: each order of 100 pieces may draw 100 times ``per_unit``; quantities are whole numbers of ``step``."""

    decimals: int
    per_unit: Decimal
    step: Decimal
    stock: Decimal


SCALES = {
    "ordinary": Scale(3, D("2.00"), D("0.001"), D(300)),
    "tiny": Scale(5, D("0.01913"), D("0.00001"), D("2.5")),
    "huge": Scale(5, D("999999.99"), D("666.66666"), D("99999999")),
}


@dataclass
class Sheet:
    """One order on paper."""

    order: ProductionOrder
    quota: Decimal
    wanted: Decimal | None = None
    supplement: Decimal = ZERO
    granted: Decimal = ZERO
    past: Decimal = ZERO
    drawn: Decimal = ZERO
    held: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(COUNTS, ZERO))
    status: str = "released"
    waiting: int = 0

    @property
    def left(self) -> Decimal:
        return self.quota + self.supplement - self.drawn

    def reopen(self, quantity: Decimal) -> None:
        self.drawn -= quantity
        if self.wanted is not None:
            self.quota = max(self.wanted, self.quota - quantity)
            self.wanted = None if self.quota == self.wanted else self.wanted
        self.take_back()

    def take_back(self) -> None:
        """What is free beyond supplements that last is gone, as far as those whose last day is over granted it (``past``)."""
        taken = max(min(self.past, self.left - self.granted), ZERO)
        self.past, self.supplement = self.past - taken, self.supplement - taken


@dataclass
class Written:
    """A slip on paper: what lies where because of it. Which bin is the storekeeper's choice; that it lay there the paper checks."""

    slip: Slip
    kind: str
    material: str
    sheet: Sheet | None
    bins: dict[str, Decimal] = field(default_factory=dict)
    is_undone: bool = False
    is_waiting: bool = False

    @property
    def quantity(self) -> Decimal:
        return sum(self.bins.values(), ZERO)

    @property
    def counted(self) -> Decimal:
        return sum((counted(self.material, quantity) for quantity in self.bins.values()), ZERO)


class LedgerMachine(RuleBasedStateMachine):
    plant: Plant
    scale: Scale

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        unit = Unit.objects.create(code="fine", name="Fine", decimals=self.scale.decimals)
        self.items = {code: ItemFactory(code=code, unit=unit) for code in COUNTS}
        self.steel = self.items["STEEL"]
        product = ProductFactory()
        make_bom(product, {self.steel: str(self.scale.per_unit)})
        self.bins = {code: make_bin(code) for code in BINS}
        make_bin("Q-01", Purpose.QUARANTINE)
        self.stock = {(material, code): ZERO for material in COUNTS for code in (*BINS, "Q-01")}
        for code, place in self.bins.items():
            for material, item in self.items.items():
                put(item, str(self.scale.stock), place)
                self.stock[material, code] = self.scale.stock
        self.keeper, self.manager = self.plant.person("stk"), self.plant.person("mgr")
        self.welder, self.planner = self.plant.person("opr", self.plant.a1), self.plant.person("plr", self.plant.a)
        self.sheets = []
        for _number in range(2):
            order = OrderFactory(product=product, quantity=D(100), workshop=self.plant.a, team=self.plant.a1)
            (line,) = freeze_quota(order=order, by=None)
            for material in ("HALF", "THIRD"):
                QuotaSubstitute.objects.create(quota_line=line, item=self.items[material], factor=COUNTS[material])
            self.sheets.append(Sheet(order, 100 * self.scale.per_unit))
        self.slips: list[Written] = []
        self.asked: list[tuple[Supplement, Sheet]] = []

    @initialize()
    def as_frozen(self) -> None:
        self.figures_agree()

    def teardown(self) -> None:
        try:
            assert verify_ledger() == []
        finally:
            transaction.savepoint_rollback(self.point)
            self.plant.people.clear()

    # --- how a step is done and judged ---

    def done(self, expected: bool, call, **arguments):
        """The step through its service; it must be accepted or refused as the paper says, and a refusal changes nothing."""
        result, refusal = None, None
        try:
            result = call(**arguments)
        except RuleBroken as broken:
            refusal = broken
        assert (refusal is None) == expected, (call.__name__, arguments, refusal)
        return result

    def amount(self, steps: int) -> Decimal:
        return steps * self.scale.step

    def share_of(self, quantity: Decimal, percent: int) -> Decimal:
        return max((quantity * percent / 100).quantize(self.smallest), self.smallest)

    @property
    def smallest(self) -> Decimal:
        return D(1).scaleb(-self.scale.decimals)

    def enter(self, slip: Slip, kind: str, material: str, sheet: Sheet | None, *, is_waiting: bool) -> Written:
        """Take from the slip which bins the material left or reached."""
        end = "source__code" if kind == "issue" else "target__code"
        written = Written(slip, kind, material, sheet, is_waiting=is_waiting)
        for code, quantity in slip.moves.values_list(end, "quantity"):
            written.bins[code] = written.bins.get(code, ZERO) + quantity
        self.slips.append(written)
        if sheet:
            sheet.waiting += is_waiting
        return written

    def shift(self, written: Written, sign: int) -> None:
        for code, quantity in written.bins.items():
            self.stock[written.material, code] += sign * quantity

    def can_shift(self, written: Written, sign: int) -> bool:
        return all(self.stock[written.material, code] + sign * quantity >= 0 for code, quantity in written.bins.items())

    # --- slips ---

    @rule(
        which=st.integers(0, 1),
        material=MATERIALS,
        steps=st.integers(1, 150_000),
        bin=st.sampled_from([None, *BINS]),
        signed=st.booleans(),
    )
    def issue(self, which: int, material: str, steps: int, bin: str | None, signed: bool) -> None:
        self._issue(self.sheets[which], material, self.amount(steps), bin, signed)

    @rule(which=st.integers(0, 1), material=MATERIALS, signed=st.booleans())
    def issue_all_that_is_left(self, which: int, material: str, signed: bool) -> None:
        sheet = self.sheets[which]
        quantity = self.most(sheet, material)
        if quantity > 0:
            self._issue(sheet, material, quantity, None, signed)

    @rule(which=st.integers(0, 1), material=MATERIALS)
    def issue_one_step_too_much(self, which: int, material: str) -> None:
        sheet = self.sheets[which]
        self._issue(sheet, material, self.most(sheet, material) + self.smallest, None, True)

    def most(self, sheet: Sheet, material: str) -> Decimal:
        """What is left of a line in units of the material."""
        return (max(sheet.left, ZERO) / COUNTS[material]).quantize(self.smallest, ROUND_FLOOR)

    def _issue(self, sheet: Sheet, material: str, quantity: Decimal, bin: str | None, signed: bool) -> None:
        parts, rest = [], quantity
        for code in [bin] if bin else BINS:
            parts.append(min(rest, self.stock[material, code]))
            rest -= parts[-1]
        counts = [counted(material, part) for part in parts if part]
        expected = sheet.status == "released" and not rest and all(counts) and sum(counts) <= sheet.left
        line = SlipLine(self.items[material], quantity, bin=self.bins[bin] if bin else None)
        people = {"receiver": self.welder, "by": self.keeper, "receiver_signed": signed}
        slip = self.done(expected, issue, order=sheet.order, lines=[line], **people)
        if slip:
            written = self.enter(slip, "issue", material, sheet, is_waiting=not signed)
            assert (written.quantity, written.counted) == (quantity, sum(counts))
            self.shift(written, -1)
            sheet.drawn += written.counted
            sheet.held[material] += quantity

    @precondition(lambda self: any(any(sheet.held.values()) for sheet in self.sheets))
    @rule(
        which=st.integers(0, 1),
        material=MATERIALS,
        kind=st.sampled_from(["good", "incoming_defect", "operation_defect"]),
        percent=st.one_of(st.just(100), st.integers(1, 110)),
        signed=st.booleans(),
    )
    def bring_back(self, which: int, material: str, kind: str, percent: int, signed: bool) -> None:
        """Some of what an order holds, all of it, or more."""
        sheet = self.sheets[which]
        quantity = self.share_of(sheet.held[material], percent)
        expected = sheet.status == "released" and quantity <= sheet.held[material] and counted(material, quantity) > 0
        people = {"receiver": self.welder, "by": self.keeper, "receiver_signed": signed}
        line = SlipLine(self.items[material], quantity)
        slip = self.done(expected, return_material, order=sheet.order, lines=[line], return_type=kind, **people)
        if slip:
            written = self.enter(slip, kind, material, sheet, is_waiting=not signed)
            assert written.quantity == quantity
            assert set(written.bins) <= (set(BINS) if kind == "good" else {"Q-01"})
            self.shift(written, 1)
            sheet.held[material] -= quantity
            if kind != "operation_defect":
                sheet.reopen(written.counted)

    @precondition(lambda self: self.slips)
    @rule(number=st.integers(0, 9))
    def reverse(self, number: int) -> None:
        written = self.slips[-1 - number % len(self.slips)]
        sheet, material = written.sheet, written.material
        expected = not written.is_undone and sheet is not None and sheet.status == "released"
        draws = ZERO if written.kind == "operation_defect" else written.counted
        if expected and sheet and written.kind == "issue":
            expected = written.quantity <= sheet.held[material]
        elif expected and sheet:
            expected = self.can_shift(written, -1) and draws <= sheet.left
        if self.done(expected, reverse_slip, slip=written.slip, reason="tried", by=self.keeper) and sheet:
            written.is_undone = True
            sheet.waiting -= written.is_waiting
            written.is_waiting = False
            if written.kind == "issue":
                self.shift(written, 1)
                sheet.held[material] -= written.quantity
                sheet.reopen(written.counted)
            else:
                self.shift(written, -1)
                sheet.held[material] += written.quantity
                sheet.drawn += draws

    @precondition(lambda self: any(written.is_waiting for written in self.slips))
    @rule()
    def confirm(self) -> None:
        written = next(written for written in self.slips if written.is_waiting)
        assert written.sheet
        self.done(True, confirm_slip, slip=written.slip, by=self.welder)
        written.is_waiting, written.sheet.waiting = False, written.sheet.waiting - 1

    @rule(material=MATERIALS, source=st.sampled_from(BINS), steps=st.integers(1, 150_000))
    def carry_over(self, material: str, source: str, steps: int) -> None:
        quantity = self.amount(steps)
        target = next(code for code in BINS if code != source)
        line = SlipLine(self.items[material], quantity, lot="", bin=self.bins[source], to_bin=self.bins[target])
        slip = self.done(quantity <= self.stock[material, source], transfer, lines=[line], by=self.keeper)
        if slip:
            self.enter(slip, "transfer", material, None, is_waiting=False)
            self.stock[material, source] -= quantity
            self.stock[material, target] += quantity

    # --- supplements ---

    @rule(which=st.integers(0, 1), steps=st.integers(1, 150_000), is_granted=st.booleans())
    def ask_for_more(self, which: int, steps: int, is_granted: bool) -> None:
        sheet = self.sheets[which]
        told = {"item": self.steel, "quantity": self.amount(steps), "reason": "lost", "by": self.welder}
        asked = self.done(sheet.status == "released", request_supplement, order=sheet.order, **told)
        if asked:
            self.asked.append((asked, sheet))
            if is_granted:
                self._grant(asked, sheet, asked.quantity, self.manager)

    @precondition(lambda self: self.asked)
    @rule(
        number=st.integers(0, 2), percent=st.one_of(st.just(100), st.integers(1, 110)), is_own=st.sampled_from([False, False, False, True])
    )
    def grant(self, number: int, percent: int, is_own: bool) -> None:
        """A share of what was asked lately, at most all of it, once, never by whoever asked, nor to an order that is closed."""
        asked, sheet = self.asked[-1 - number % len(self.asked)]
        quantity = self.share_of(asked.quantity, percent)
        self._grant(asked, sheet, quantity, self.welder if is_own else self.manager)

    def _grant(self, asked: Supplement, sheet: Sheet, quantity: Decimal, by: Staff) -> None:
        is_open = Supplement.objects.get(pk=asked.pk).status == "requested"
        expected = is_open and sheet.status != "closed" and quantity <= asked.quantity and by == self.manager
        told = {"quantity": quantity, "by": by, "is_above_first_tier_allowed": True}
        if self.done(expected, approve_supplement, supplement=asked, **told):
            sheet.supplement, sheet.granted = sheet.supplement + quantity, sheet.granted + quantity

    @precondition(lambda self: self.asked)
    @rule(number=st.integers(0, 2))
    def reject(self, number: int) -> None:
        asked, _sheet = self.asked[-1 - number % len(self.asked)]
        is_open = Supplement.objects.get(pk=asked.pk).status == "requested"
        self.done(is_open, reject_supplement, supplement=asked, note="No", by=self.manager)

    @rule(days=st.sampled_from([7, 8, 8]))
    def time_passes(self, days: int) -> None:
        """A supplement may be drawn for seven days; from the eighth what is not drawn, or comes back, is gone."""
        lapse_supplements(on=plant_today() + timedelta(days=days))
        if days == 8:
            for sheet in self.sheets:
                sheet.past, sheet.granted = sheet.past + sheet.granted, ZERO
                sheet.take_back()

    # --- orders ---

    @rule(which=st.integers(0, 1), pieces=st.integers(1, 150))
    def order_of_another_quantity(self, which: int, pieces: int) -> None:
        sheet = self.sheets[which]
        told = {"quantity": D(pieces), "reason": "tried", "by": self.planner}
        if self.done(sheet.status != "closed", recalculate_quota, order=sheet.order, **told) is None:
            return
        new, floor = self.scale.per_unit * pieces, sheet.drawn - sheet.supplement
        if new != (sheet.quota if sheet.wanted is None else sheet.wanted):
            sheet.quota, sheet.wanted = max(new, floor), new if new < floor else None
            sheet.take_back()

    @rule(which=st.integers(0, 1))
    def hold_or_resume(self, which: int) -> None:
        sheet = self.sheets[which]
        if sheet.status == "released":
            self.done(True, hold_order, order=sheet.order, reason="tried", by=self.planner)
            sheet.status = "on_hold"
        elif self.done(sheet.status == "on_hold", resume_order, order=sheet.order, by=self.planner):
            sheet.status = "released"

    @precondition(lambda self: len(self.slips) > 4)
    @rule()
    def cancel_and_close_the_second_order(self) -> None:
        """What was released once is not cancelled any more: its material would belong to nobody. It closes when nothing is left."""
        sheet = self.sheets[1]
        self.done(False, cancel_order, order=sheet.order, reason="tried", by=self.planner)
        expected = sheet.status != "closed" and not sheet.waiting and not any(sheet.held.values())
        if self.done(expected, close_order, order=sheet.order, by=self.planner):
            sheet.status = "closed"

    # --- what always holds ---

    @invariant()
    def figures_agree(self) -> None:
        lines = {line.order_id: line for line in QuotaLine.objects.all()}
        rows = Balance.objects.select_related("place", "lot__item")
        stands = {(row.lot.item.code, row.place.order_id or row.place.code): row.on_hand for row in rows}
        for sheet in self.sheets:
            line = lines[sheet.order.pk]
            told = (line.quota, line.wanted, line.supplement, line.drawn, line.left)
            assert told == (sheet.quota, sheet.wanted, sheet.supplement, sheet.drawn, sheet.left)
            assert line.left >= 0
            assert {material: stands.get((material, sheet.order.pk), ZERO) for material in COUNTS} == sheet.held
        assert {key: stands.get(key, ZERO) for key in self.stock} == self.stock
        for material in COUNTS:
            assert sum(quantity for (code, _place), quantity in stands.items() if code == material) == 2 * self.scale.stock


def run(plant: Plant, scale: Scale, *, examples: int, steps: int) -> None:
    machine = type("Machine", (LedgerMachine,), {"plant": plant, "scale": scale})
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_whatever_is_done_in_whatever_order_the_ledger_agrees_with_paper(plant, scale):
    run(plant, scale, examples=10, steps=30)


@pytest.mark.long
@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_in_long_lives_of_two_orders_the_ledger_agrees_with_paper(plant, scale):
    run(plant, scale, examples=60, steps=60)
