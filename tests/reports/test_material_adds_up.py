"""Whatever orders draw, bring back and report, however their teams move: material of every level sums to the whole, and so do its rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import PlantMonth
from core.models import Unit
from materials.models import Item
from materials.services import SlipLine, freeze_quota, issue, report_use, return_material, reverse_slip
from people.models import OrgSpan
from reports.figures import Slice
from reports.figures.counting import WHOLE
from reports.figures.material import count_material, material_lines
from reports.figures.material_sql import SIGNED, SLIPS
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store, put
from tests.factories.people import make_plant, night_shift, org
from tests.factories.plans import LineFactory, OrderFactory, ProductFactory, ReportFactory

FIRST = date(2026, 9, 20)
DAYS = st.integers(0, 45).map(lambda days: FIRST + timedelta(days=days))
ORDERS = st.integers(0, 3)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "what": st.sampled_from(["issue", "issue", "made", "good", "incoming_defect", "operation_defect", "reverse"]),
            "order": ORDERS,
            "on": DAYS,
            "quantity": st.integers(1, 9).map(Decimal),
            "item": st.integers(0, 1),
            "night": st.booleans(),
        }
    ),
    max_size=14,
)
MOVES = st.lists(st.tuples(st.integers(0, 2), DAYS, st.integers(0, 3)), max_size=4, unique_by=lambda move: move[:2])


@pytest.mark.django_db
@pytest.mark.req("RPT-06")
@pytest.mark.req("RPT-11")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=EVENTS, moves=MOVES, first_day=st.sampled_from([1, 26]))
def test_teams_workshops_items_days_and_rows_of_material_sum_to_the_plant(events, moves, first_day):
    with transaction.atomic(), time_machine.travel("2026-09-20 02:00Z", tick=False) as clock:
        check(sorted(events, key=lambda event: event["on"]), moves, PlantMonth(2026, 10, first_day), clock)
        transaction.set_rollback(True)


def stocked(plant):
    """Two items of two units, three orders of teams in both workshops, and one of a workshop alone."""
    store = make_store(plant, stock="5000")
    make_bin("Q-01", "quarantine")
    bolts = ItemFactory(code="BOLT", unit=Unit.objects.get(code="pcs"), standard_cost=Decimal("0.5"))
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=Decimal("5.25"))
    put(bolts, "5000")
    teams = [plant.a1, plant.b1, plant.a2]
    orders = []
    for team, workshop in zip((*teams, None), (plant.a, plant.b, plant.a, plant.b), strict=True):
        product = ProductFactory()
        make_bom(product, {bolts: "3", store.steel: "1.125"}, setup_loss_qty=Decimal(2))
        orders.append(OrderFactory(product=product, quantity=Decimal(500), workshop=workshop, team=team))
        freeze_quota(order=orders[-1], by=None)
    return store, [store.steel, bolts], orders


def play(store, items, orders, events, clock):
    """Every event on its day, by the services; what an order does not hold is not brought back. What each adds to the net issue, by day."""
    night, reports, lines, held, slips, net = night_shift(), {}, set(), {}, [], []
    for event in events:
        clock.move_to(f"{event['on']:%Y-%m-%d} 03:00Z", tick=False)
        order, item, quantity = orders[event["order"]], items[event["item"]], event["quantity"]
        receiver = store.plant.person("opr", order.team or order.workshop)
        handed = {"order": order, "lines": [SlipLine(item, quantity)], "receiver": receiver, "by": store.keeper, "receiver_signed": True}
        key, cost = (order.pk, item.pk), Item.objects.get(pk=item.pk).standard_cost
        if event["what"] == "issue":
            slips.append((key, quantity, issue(**handed)))
            held[key] = held.get(key, 0) + quantity
            net.append((event["on"], quantity * cost))
        elif event["what"] == "made":
            team = order.team or store.plant.b1
            shift = (team, event["on"], event["night"])
            if (shift, order) in lines:
                continue  # a report says of an order once
            lines.add((shift, order))
            if shift not in reports:
                reports[shift] = ReportFactory(team=team, business_date=event["on"], **({"shift": night} if event["night"] else {}))
            line = LineFactory(report=reports[shift], order=order, product=order.product, good_qty=quantity)
            if held.get(key, 0) >= quantity:
                report_use(line=line, uses={item: quantity}, by=store.plant.person("tld", team))
        elif event["what"] == "reverse":
            if slips and held[slips[-1][0]] >= slips[-1][1]:
                key, quantity, slip = slips.pop()
                net.append((event["on"], -quantity * Item.objects.get(pk=key[1]).standard_cost))
                reverse_slip(slip=slip, reason="wrong", by=store.keeper)
                held[key] -= quantity
        elif held.get(key, 0) >= quantity:
            return_material(return_type=event["what"], **handed)
            net.append((event["on"], -quantity * cost * (event["what"] != "operation_defect")))
            held[key] -= quantity
    clock.move_to("2026-11-20 03:00Z", tick=False)
    return net


def check(events, moves, month, clock):
    plant = make_plant()
    store, items, orders = stocked(plant)
    net = [value for on, value in play(store, items, orders, events, clock) if month.starts_on <= on <= month.ends_on]
    teams, places = [order.team for order in orders if order.team], [plant.a, plant.b, org("AS", "section", plant.a), plant.plant]
    for team, on, place in moves:
        OrgSpan.objects.create(node=teams[team], name="moved", parent=places[place], valid_from=on)

    part = Slice.of_month(plant.plant, month)
    rows = count_material(part, [WHOLE, ("workshop",), ("workshop", "team"), ("item",), ("month",)])
    if not rows[WHOLE]:
        assert not any(rows.values())
        assert net == []
        return
    (whole,) = rows[WHOLE]
    assert whole.sums["net_issue_value"] == sum(net)
    days = [row for on in month.days() for row in count_material(Slice(plant.plant, on, on, month.first_day), [WHOLE])[WHOLE]]
    for parts in (rows["workshop",], rows["workshop", "team"], rows["item",], rows["month",], days):
        for name in [f"{figure}_value" for figure in SIGNED]:
            assert sum(row.sums[name] or 0 for row in parts) == (whole.sums[name] or 0), name
    for name in SLIPS:
        assert sum(row.sums[name] for row in rows["workshop", "team"]) == whole.sums[name], name
    for workshop in rows["workshop",]:
        below = [row for row in rows["workshop", "team"] if row.codes["workshop"] == workshop.codes["workshop"]]
        for name in [f"{figure}_value" for figure in SIGNED]:
            assert sum(row.sums[name] or 0 for row in below) == (workshop.sums[name] or 0), name
    for figure in SIGNED:
        lines = material_lines(part, figure, limit=1000)
        assert sum(line.value for line in lines) == (whole.sums[f"{figure}_value"] or 0), figure
        for row in rows["item",]:
            of_item = [line.quantity for line in lines if line.item.code == row.codes["item"]]
            assert sum(of_item) == (row.sums[figure] or 0), figure
    by_code = {"A": plant.a, "B": plant.b}
    for row in rows["workshop",]:
        if row.ids["workshop"]:
            drilled = material_lines(Slice.of_month(by_code[row.codes["workshop"]], month), "net_issue", limit=1000)
            assert sum(line.value for line in drilled) == row.sums["net_issue_value"]
