"""No sequence of slips, and no crowd of storekeepers, draws more than the quota or leaves a figure behind (DESIGN 3.1)."""

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RuleBroken
from materials.models import Balance, Purpose, Slip
from materials.services import (
    SlipLine,
    approve_supplement,
    freeze_quota,
    issue,
    recalculate_quota,
    request_supplement,
    return_material,
    reverse_slip,
    verify_ledger,
)
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store, put
from tests.factories.plans import OrderFactory, ProductFactory
from tests.races import at_once

GRAMS = st.integers(1, 150_000).map(lambda grams: Decimal(grams) / 1000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("issue"), GRAMS),
        st.tuples(st.sampled_from(["good", "incoming_defect", "operation_defect"]), GRAMS),
        st.tuples(st.just("supplement"), GRAMS),
        st.tuples(st.just("reverse"), st.integers(0, 30)),
        st.tuples(st.just("order"), st.integers(1, 150)),
    ),
    max_size=14,
)


class Paper:
    """What a storekeeper would keep with a pencil: quota, supplement, drawn, held, stock, quarantine, and the slips."""

    def __init__(self):
        self.quota, self.wanted, self.supplement = Decimal(200), None, Decimal(0)
        self.drawn, self.held, self.stock, self.quarantine = Decimal(0), Decimal(0), Decimal(300), Decimal(0)
        self.slips = []

    def issue(self, quantity):
        if quantity > self.quota + self.supplement - self.drawn or quantity > self.stock:
            return False
        self.drawn, self.held, self.stock = self.drawn + quantity, self.held + quantity, self.stock - quantity
        self.slips.append(["issue", quantity])
        return True

    def reopen(self, quantity):
        self.drawn -= quantity
        if self.wanted is not None:
            self.quota = max(self.wanted, self.quota - quantity)
            self.wanted = None if self.quota == self.wanted else self.wanted

    def bring(self, kind, quantity):
        if quantity > self.held:
            return False
        self.held -= quantity
        if kind == "good":
            self.stock += quantity
        else:
            self.quarantine += quantity
        if kind != "operation_defect":
            self.reopen(quantity)
        self.slips.append([kind, quantity])
        return True

    def reverse(self, number):
        kind, quantity = self.slips[number]
        if kind is None:
            return False
        if kind == "issue":
            if quantity > self.held:
                return False
            self.held, self.stock = self.held - quantity, self.stock + quantity
            self.reopen(quantity)
        else:
            lies = self.stock if kind == "good" else self.quarantine
            draws = Decimal(0) if kind == "operation_defect" else quantity
            if quantity > lies or self.drawn + draws > self.quota + self.supplement:
                return False
            self.held, self.drawn = self.held + quantity, self.drawn + draws
            if kind == "good":
                self.stock -= quantity
            else:
                self.quarantine -= quantity
        self.slips[number][0] = None
        return True

    def order(self, pieces):
        new, floor = Decimal(2 * pieces), self.drawn - self.supplement
        if new != (self.quota if self.wanted is None else self.wanted):
            self.quota, self.wanted = max(new, floor), new if new < floor else None
        return True


def attempt(store, slips, step, value):
    """The same step through the services; whether it was accepted."""
    lines = [SlipLine(store.steel, value)] if isinstance(value, Decimal) else []
    two = {"receiver": store.welder, "by": store.keeper}
    try:
        if step == "issue":
            slips.append(issue(order=store.order, lines=lines, **two))
        elif step == "supplement":
            asked = request_supplement(order=store.order, item=store.steel, quantity=value, reason="lost", by=store.welder)
            approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)
        elif step == "reverse":
            reverse_slip(slip=slips[value], reason="tried", by=store.keeper)
        elif step == "order":
            recalculate_quota(order=store.order, quantity=Decimal(value), reason="tried", by=store.manager)
        else:
            slips.append(return_material(order=store.order, lines=lines, return_type=step, **two))
    except RuleBroken:
        return False
    return True


@pytest.mark.req("MAT-07")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_sequence_agrees_with_paper(plant, steps):
    point = transaction.savepoint()
    store, paper, slips = make_store(plant, stock="300"), Paper(), []
    make_bin("Q-01", Purpose.QUARANTINE)
    try:
        for step, value in steps:
            if step == "reverse":
                if not slips:
                    continue
                value %= len(slips)
                expected = paper.reverse(value)
            elif step == "supplement":
                paper.supplement += value
                expected = True
            elif step == "issue":
                expected = paper.issue(value)
            elif step == "order":
                expected = paper.order(value)
            else:
                expected = paper.bring(step, value)
            assert attempt(store, slips, step, value) == expected, (step, value)
            line = store.line
            assert (line.quota, line.wanted, line.supplement, line.drawn) == (paper.quota, paper.wanted, paper.supplement, paper.drawn)
            assert line.drawn <= line.quota + line.supplement
            stands = {row.place.purpose or "held": row.on_hand for row in Balance.objects.select_related("place")}
            assert stands.get("held", 0) == paper.held
            assert (stands["stock"], stands.get("quarantine", 0)) == (paper.stock, paper.quarantine)
        assert verify_ledger() == []
    finally:
        transaction.savepoint_rollback(point)
        plant.people.clear()


@pytest.mark.req("MAT-07")
@pytest.mark.django_db(transaction=True)
def test_16_at_one_quota_line_draw_exactly_the_limit(plant):
    store = make_store(plant)

    def draw():
        issue(order=store.order, lines=[SlipLine(store.steel, Decimal(20))], receiver=store.welder, by=store.keeper)

    outcomes = Counter(call.outcome for call in at_once([draw] * 16))
    assert outcomes == {"done": 10, "SlipRefused": 6}
    assert (store.line.issued, store.line.left) == (200, 0)
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("stock", "slips"), [("100", 5), ("1000", 10)], ids=["limited by stock", "limited by quota"])
def test_crossing_slips_in_opposite_order_neither_deadlock_nor_post_half(plant, stock, slips):
    """100 of each item for each of two orders, 20 a slip."""
    items = [ItemFactory() for _ in range(4)]
    product = ProductFactory()
    make_bom(product, dict.fromkeys(items, "1"))
    orders = [OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1) for _ in range(2)]
    for order in orders:
        freeze_quota(order=order, by=None)
    for item in items:
        put(item, stock)
    keeper, welder = plant.person("stk"), plant.person("opr", plant.a1)

    def draw(number):
        lines = [SlipLine(item, Decimal(20)) for item in (items if number % 2 else reversed(items))]
        issue(order=orders[number // 2 % 2], lines=lines, receiver=welder, by=keeper)

    outcomes = Counter(call.outcome for call in at_once([partial(draw, number) for number in range(16)]))

    assert outcomes == {"done": slips, "SlipRefused": 16 - slips}
    assert {slip.moves.count() for slip in Slip.objects.filter(kind="issue")} == {4}
    assert {row.on_hand for row in Balance.objects.filter(place__code="B-01")} == {int(stock) - 20 * slips}
    drawn = {item: {line.order_id: line.drawn for line in item.quota_lines.all()} for item in items}
    assert all(figures == drawn[items[0]] for figures in drawn.values())
    assert sum(drawn[items[0]].values()) == 20 * slips
    assert max(drawn[items[0]].values()) <= 100
    assert verify_ledger() == []
