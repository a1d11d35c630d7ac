"""The material of a month: what orders drew, should have used, gave back and spoilt, by the day and the place of each posting."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from core.clock import PlantMonth
from core.models import Unit
from materials.models import Item, QuotaLine, StockMove, Supplement, SupplementGrant
from materials.selectors.consumption import use_rows
from materials.selectors.order_moves import ORDER_MOVES
from materials.services import (
    SlipLine,
    approve_supplement,
    freeze_quota,
    issue,
    lapse_supplements,
    report_use,
    request_supplement,
    return_material,
    reverse_slip,
)
from people.models import OrgSpan
from reports.block import read_material, read_month_block
from reports.figures import Slice
from reports.figures.counting import WHOLE
from reports.figures.material import count_material, material_lines
from reports.figures.material_sql import SIGNED
from reports.kpis import MATERIAL
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store, put
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ProductFactory, ReportFactory

OCTOBER, NOVEMBER = PlantMonth(2026, 10), PlantMonth(2026, 11)


@pytest.fixture(autouse=True)
def october(time_machine):
    time_machine.move_to("2026-10-05T10:00:00+08:00", tick=False)


@pytest.fixture
def store(plant):
    return make_store(plant)


@pytest.fixture
def priced(store):
    """The order's steel costs 5 a kilogram."""
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=Decimal(5))
    return store


def drawn(store, quantity, *, order=None, item=None, on=None):
    lines = [SlipLine(item or store.steel, Decimal(quantity))]
    return issue(order=order or store.order, lines=lines, receiver=store.welder, by=store.keeper, receiver_signed=True, business_date=on)


def brought_back(store, quantity, kind="good", *, on=None):
    lines = [SlipLine(store.steel, Decimal(quantity))]
    return return_material(
        order=store.order, lines=lines, return_type=kind, receiver=store.welder, by=store.keeper, receiver_signed=True, business_date=on
    )


def made(store, good, *, on, order=None, used=None, process=None, team=None):
    order = order or store.order
    report = ReportFactory(team=team or store.plant.a1, business_date=on)
    line = LineFactory(report=report, order=order, product=order.product, good_qty=Decimal(good), process=process)
    if used is not None:
        report_use(line=line, uses={store.steel: Decimal(used)}, by=store.plant.person("tld", store.plant.a1))
    return line


def granted(store, quantity, reason="scrap", *, order=None, receiver=None):
    asked = request_supplement(
        order=order or store.order,
        item=store.steel,
        quantity=Decimal(quantity),
        reason=reason,
        note="burnt",
        receiver=receiver or store.welder,
        by=store.plant.person("tld", store.plant.a1),
    )
    return approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)


def whole(store, month=OCTOBER, org=None):
    rows = count_material(Slice.of_month(org or store.plant.plant, month), [WHOLE])[WHOLE]
    return rows[0] if rows else None


@pytest.mark.req("MAT-03")
@pytest.mark.req("RPT-06")
def test_212_drawn_for_a_standard_of_200_is_6_percent_above_it(priced):
    granted(priced, 20)
    drawn(priced, 200)
    drawn(priced, 12)
    made(priced, 100, on=date(2026, 10, 20))

    row = whole(priced)

    assert (row.value("net_issue"), row.value("standard"), row.value("variance")) == (212, 200, 12)
    assert row.value("material_variance_pct") == Decimal("6.00")
    assert row.value("variance_value") == 60


@pytest.mark.req("MAT-04")
def test_output_50_is_a_standard_of_100_and_108_reported_is_8_above_it(priced):
    drawn(priced, 120)
    made(priced, 50, on=date(2026, 10, 20), used="108")

    row = whole(priced)

    assert (row.value("used"), row.value("use_standard"), row.value("use_variance")) == (108, 100, 8)
    of_order = use_rows([priced.order])[priced.order.pk][0]
    assert (row.value("used"), row.value("use_standard"), row.value("net_issue")) == (of_order.used, of_order.standard, of_order.drawn)


@pytest.mark.req("RPT-06")
def test_the_supplement_quantity_is_that_of_the_granted_slips(priced):
    granted(priced, 20)
    granted(priced, 10, "lost")
    request_supplement(
        order=priced.order, item=priced.steel, quantity=Decimal(5), reason="lost", note="?", by=priced.plant.person("tld", priced.plant.a1)
    )

    row = whole(priced)

    assert row.value("supplement") == sum(SupplementGrant.objects.values_list("quantity", flat=True)) == 30
    assert (row.value("supplements"), row.value("supplement_value")) == (2, 150)
    reasons = read_material(Slice.of_month(priced.plant.plant, OCTOBER), OCTOBER).reasons
    assert [(reason.code, reason.slips, reason.value) for reason in reasons] == [("lost", 1, 50), ("scrap", 1, 100)]


@pytest.mark.req("RPT-06")
def test_what_lapses_is_taken_back_in_the_month_in_which_it_does(priced, time_machine):
    granted(priced, 20)
    Supplement.objects.update(expires_on=date(2026, 10, 31))
    time_machine.move_to("2026-11-03T10:00:00+08:00", tick=False)
    lapse_supplements(on=date(2026, 11, 3))

    assert [whole(priced, month).value("supplement") for month in (OCTOBER, NOVEMBER)] == [20, -20]
    assert [whole(priced, month).value("supplements") for month in (OCTOBER, NOVEMBER)] == [1, 0]


@pytest.mark.req("MAT-10")
@pytest.mark.req("RPT-06")
def test_returns_stand_by_type_and_only_operation_defects_are_a_loss(priced):
    make_bin("Q-01", "quarantine")
    drawn(priced, 100)
    brought_back(priced, 5)
    brought_back(priced, 7, "incoming_defect")
    brought_back(priced, 3, "operation_defect")

    row = whole(priced)

    assert row.value("net_issue") == 88
    assert [row.value(f"returned_{kind}") for kind in ("good", "incoming_defect", "operation_defect")] == [5, 7, 3]
    assert [row.value(f"returns_{kind}") for kind in ("good", "incoming_defect", "operation_defect")] == [1, 1, 1]
    assert (row.value("material_loss"), row.value("material_loss_value")) == (3, 15)


@pytest.mark.req("RPT-06")
def test_a_return_in_the_next_month_counts_in_its_own_and_so_does_a_reversal(priced, time_machine):
    drawn(priced, 60)
    again = drawn(priced, 40)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    brought_back(priced, 10)
    reverse_slip(slip=again, reason="wrong order", by=priced.keeper)

    assert whole(priced).value("net_issue") == 100
    assert (whole(priced, NOVEMBER).value("net_issue"), whole(priced, NOVEMBER).value("returned_good")) == (-50, 10)


def test_a_reversed_return_takes_its_return_back(priced):
    drawn(priced, 60)
    back = brought_back(priced, 10)
    reverse_slip(slip=back, reason="typed twice", by=priced.keeper)

    assert (whole(priced).value("net_issue"), whole(priced).value("returned_good")) == (60, 0)


@pytest.mark.req("RPT-06")
def test_what_a_team_drew_stays_where_the_team_stood_that_day(priced, time_machine):
    drawn(priced, 30, on=date(2026, 10, 5))
    made(priced, 10, on=date(2026, 10, 5))
    time_machine.move_to("2026-10-20T10:00:00+08:00", tick=False)
    drawn(priced, 40)
    made(priced, 20, on=date(2026, 10, 20))
    OrgSpan.objects.create(node=priced.plant.a1, name="moved", parent=priced.plant.b, valid_from=date(2026, 10, 15))

    rows = count_material(Slice.of_month(priced.plant.plant, OCTOBER), [("workshop",), ("workshop", "team")])

    figures = {row.codes["workshop"]: (row.value("net_issue"), row.value("standard")) for row in rows["workshop",]}
    assert figures == {"A": (30, 20), "B": (40, 40)}
    assert [row.codes for row in rows["workshop", "team"]] == [{"workshop": "A", "team": "A1"}, {"workshop": "B", "team": "A1"}]


@pytest.mark.req("RPT-06")
def test_months_of_an_order_add_up_to_its_standard_with_its_set_up_loss_once(priced, time_machine):
    product = ProductFactory()
    make_bom(product, {priced.steel: "0.333"}, setup_loss_qty=Decimal(4))
    order = OrderFactory(product=product, quantity=Decimal(100), workshop=priced.plant.a, team=priced.plant.a1)
    freeze_quota(order=order, by=None)
    cut, weld = ProcessFactory(is_final=False), ProcessFactory(is_final=True)
    drawn(priced, 30, order=order)
    made(priced, 41, on=date(2026, 10, 30), order=order, process=cut)
    made(priced, 37, on=date(2026, 10, 31), order=order, process=weld)
    time_machine.move_to("2026-11-10T10:00:00+08:00", tick=False)
    made(priced, 20, on=date(2026, 11, 3), order=order, process=cut)

    october, november = whole(priced).value("standard"), whole(priced, NOVEMBER).value("standard")

    # 41 × 0.333 + 4 and 61 × 0.333 + 4, each rounded up to the unit of three decimals: what the furthest process made.
    assert (october, october + november) == (Decimal("17.653"), Decimal("24.313"))


def test_before_anything_was_drawn_there_is_no_standard_to_compare_with(priced):
    made(priced, 50, on=date(2026, 10, 3))
    assert whole(priced) is None

    drawn(priced, 80, on=date(2026, 10, 4))
    assert (whole(priced).value("standard"), whole(priced).value("material_variance_pct")) == (100, Decimal("-20.00"))


def test_without_output_the_rate_is_no_data_and_without_reports_so_is_the_use(priced):
    drawn(priced, 80)

    row = whole(priced)

    assert (row.value("net_issue"), row.value("variance")) == (80, 80)
    assert [row.value(code) for code in ("standard", "material_variance_pct", "used", "use_standard", "use_variance")] == [None] * 5
    assert row.value("returned_good") == 0


@pytest.mark.req("RPT-06")
def test_items_of_other_units_are_summed_in_money_only(priced):
    bolts = make_bolts()
    product = ProductFactory()
    make_bom(product, {bolts: "4", priced.steel: "1"})
    order = OrderFactory(product=product, quantity=Decimal(10), workshop=priced.plant.a, team=priced.plant.a2)
    freeze_quota(order=order, by=None)
    put(bolts, "100")
    welder = priced.plant.person("opr", priced.plant.a2)
    lines = [SlipLine(bolts, Decimal(40)), SlipLine(priced.steel, Decimal(8))]
    issue(order=order, lines=lines, receiver=welder, by=priced.keeper, receiver_signed=True)
    made(priced, 8, on=date(2026, 10, 6), order=order, team=priced.plant.a2)

    row = whole(priced)

    assert row.value("net_issue") is None
    assert row.value("net_issue_value") == 40 * Decimal("0.5") + 8 * 5
    # 32 bolts and 8 kg should have been used: 16 + 40, against 20 + 40.
    assert row.value("material_variance_pct") == Decimal("7.14")
    by_item = {row.codes["item"]: row for row in count_material(Slice.of_month(priced.plant.plant, OCTOBER), [("item",)])["item",]}
    assert (by_item["BOLT"].unit, by_item["BOLT"].value("variance"), by_item["BOLT"].value("material_variance_pct")) == ("pcs", 8, 25)


def make_bolts():
    return ItemFactory(code="BOLT", unit=Unit.objects.get(code="pcs"), standard_cost=Decimal("0.5"))


def test_an_item_without_a_cost_has_quantities_and_no_value(store):
    drawn(store, 80)

    row = whole(store)

    assert row.value("net_issue") == 80
    assert row.value("net_issue_value") is None
    assert row.sums["unpriced"] == 1


@pytest.fixture
def busy(priced, time_machine):
    """Two workshops, three items of two units, a substitute, returns, reversals and supplements in two months."""
    make_bin("Q-01", "quarantine")
    bolts = make_bolts()
    put(bolts, "1000")
    orders = [priced.order]
    for number, team in enumerate((priced.plant.a2, priced.plant.b1, None)):
        product = ProductFactory()
        make_bom(product, {bolts: "3", priced.steel: f"0.{number + 1}25"})
        order = OrderFactory(product=product, quantity=Decimal(60), workshop=priced.plant.b if number == 1 else priced.plant.a, team=team)
        freeze_quota(order=order, by=None)
        orders.append(order)
    people = [priced.welder, priced.plant.person("opr", priced.plant.a2), priced.plant.person("opr", priced.plant.b1), priced.welder]
    slips = []
    for number, (order, receiver) in enumerate(zip(orders, people, strict=True)):
        for line in order.quota_lines.select_related("item"):
            for part in ("0.3", "0.25"):
                quantity = (line.quota * Decimal(part)).quantize(Decimal(1))
                slips.append(
                    issue(
                        order=order, lines=[SlipLine(line.item, quantity)], receiver=receiver, by=priced.keeper,
                        receiver_signed=True, business_date=date(2026, 10, 2 + number),
                    )
                )  # fmt: skip
        for kind in ("good", "incoming_defect", "operation_defect"):
            return_material(
                order=order, lines=[SlipLine(priced.steel, Decimal(1))], return_type=kind, receiver=receiver, by=priced.keeper,
                receiver_signed=True, business_date=date(2026, 10, 5),
            )  # fmt: skip
        made(priced, 7 + number, on=date(2026, 10, 5 + (order.team is None)), order=order, team=order.team or priced.plant.a1)
        granted(priced, 2 + number, "lost", order=order, receiver=receiver)
    reverse_slip(slip=slips[1], reason="wrong", by=priced.keeper)
    time_machine.move_to("2026-10-25T10:00:00+08:00", tick=False)
    issue(order=orders[1], lines=[SlipLine(priced.steel, Decimal(2))], receiver=people[1], by=priced.keeper, receiver_signed=True)
    reverse_slip(slip=slips[3], reason="wrong", by=priced.keeper)
    OrgSpan.objects.create(node=priced.plant.a2, name="moved", parent=priced.plant.b, valid_from=date(2026, 10, 15))
    return priced


@pytest.mark.req("RPT-06")
def test_teams_and_items_sum_to_the_plant(busy):
    rows = count_material(Slice.of_month(busy.plant.plant, OCTOBER), [WHOLE, ("workshop",), ("workshop", "team"), ("item",), ("month",)])
    (plant,) = rows[WHOLE]

    assert len(rows["workshop", "team"]) == 5
    for grouping in (("workshop",), ("workshop", "team"), ("item",), ("month",)):
        for code in SIGNED:
            parts = [row.sums[f"{code}_value"] for row in rows[grouping]]
            assert sum(part for part in parts if part is not None) == (plant.sums[f"{code}_value"] or 0), (grouping, code)
    for kind in ("good", "incoming_defect", "operation_defect"):
        assert sum(row.value(f"returns_{kind}") for row in rows["workshop", "team"]) == plant.value(f"returns_{kind}") == 4


@pytest.mark.req("RPT-06")
def test_every_figure_of_the_store_is_what_plain_python_makes_of_the_moves(busy):
    expected: dict[str, Decimal] = defaultdict(Decimal)
    moves = StockMove.objects.filter(quota_line__isnull=False).select_related("source", "target", "quota_line__item", "undoes")
    for move in moves:
        counted = move.quantity * (move.quota_line.item.standard_cost or 0)
        if move.undoes and move.undoes.return_type:
            kind, sign = move.undoes.return_type, -1
        elif move.return_type:
            kind, sign = move.return_type, 1
        else:
            kind, sign = ("issued", -1 if move.undoes else 1)
        expected[kind] += sign * counted
    row = whole(busy)

    assert row.value("net_issue_value") == expected["issued"] - expected["good"] - expected["incoming_defect"]
    for kind in ("good", "incoming_defect", "operation_defect"):
        assert row.value(f"returned_{kind}_value") == expected[kind]
    assert row.value("material_loss_value") == expected["operation_defect"]


@pytest.mark.req("RPT-11")
@pytest.mark.parametrize("figure", list(SIGNED))
def test_the_rows_behind_a_figure_sum_to_it(busy, figure):
    part = Slice.of_month(busy.plant.plant, OCTOBER)
    rows = material_lines(part, figure, limit=1000)

    values = [row.value for row in rows if row.value is not None]
    assert sum(values) == (whole(busy).sums[f"{figure}_value"] or 0)
    of_steel = material_lines(part, figure, item_id=busy.steel.pk, limit=1000)
    steel = next(row for row in count_material(part, [("item",)])["item",] if row.codes["item"] == "STEEL")
    assert sum(row.quantity for row in of_steel) == (steel.sums[figure] or 0)


def test_the_postings_of_a_line_are_what_its_quota_counts(busy):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT quota_line_id, figure, sum(counted) FROM ({ORDER_MOVES}) d GROUP BY 1, 2")  # noqa: S608
        found = {(line, figure): total for line, figure, total in cursor.fetchall()}
    for line in QuotaLine.objects.all():
        sums = {figure: found.get((line.pk, figure), 0) for figure in ("issued", "reversed", "good", "incoming_defect", "operation_defect")}
        assert sums["issued"] - sums["reversed"] - sums["good"] - sums["incoming_defect"] == line.drawn
        assert sums["operation_defect"] == line.returned_operation_defect
        assert sums["incoming_defect"] == line.returned_incoming_defect


def test_the_standard_of_the_month_is_that_of_the_check_of_consumption(busy):
    made(busy, 23, on=date(2026, 10, 24), used="31")
    of_order = use_rows([busy.order])[busy.order.pk][0]
    part = Slice.of_month(busy.plant.plant, OCTOBER, product_id=busy.order.product_id)

    row = count_material(part, [WHOLE])[WHOLE][0]

    assert row.value("use_standard") == of_order.standard
    assert row.value("standard") == of_order.standard_for(Decimal(30))


def test_a_slice_of_one_shift_has_no_material_because_the_store_knows_none(busy):
    report = ReportFactory(team=busy.plant.a1, business_date=date(2026, 10, 7))
    assert count_material(Slice.of_month(busy.plant.plant, OCTOBER, shift_id=report.shift_id), [WHOLE]) == {WHOLE: []}


@pytest.mark.req("RPT-07")
def test_products_sum_to_the_plant_and_each_is_that_of_its_orders(busy):
    part = Slice.of_month(busy.plant.plant, OCTOBER)
    found = count_material(part, [WHOLE, ("product",)])
    for name in SIGNED:
        said = [row.sums[f"{name}_value"] for row in found["product",] if row.sums[f"{name}_value"] is not None]
        assert sum(said) == (found[WHOLE][0].sums[f"{name}_value"] or 0), name
    assert len(found["product",]) > 1
    for row in found["product",]:
        alone = count_material(Slice.of_month(busy.plant.plant, OCTOBER, product_id=row.ids["product"]), [WHOLE])[WHOLE]
        assert alone[0].sums == row.sums


@pytest.mark.req("RPT-06")
def test_the_material_of_a_month_costs_few_statements_however_much_there_is(busy, django_assert_num_queries):
    part = Slice.of_month(busy.plant.plant, OCTOBER)
    with django_assert_num_queries(1):
        count_material(part, [WHOLE, ("workshop",), ("workshop", "team"), ("item",)])
    with django_assert_num_queries(1):
        material_lines(part, "variance", limit=100)
    with django_assert_num_queries(4):
        read_material(part, OCTOBER)


def test_every_figure_says_what_it_is(busy):
    row = whole(busy)

    for kpi in MATERIAL.values():
        assert all((kpi.name, kpi.short, kpi.population, kpi.source))
        kpi.of(row.sums, mixed_units=row.mixed_units)
    assert read_month_block(busy.plant.plant, OCTOBER).material is not None
