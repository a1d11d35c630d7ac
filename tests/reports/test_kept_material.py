"""The material of months that are over is counted once: what is kept of it equals what its rows say, whatever was changed since."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import PlantMonth
from core.models import Unit
from materials.models import Item, MaterialUse, Place, QuotaLine, QuotaStandard, QuotaSubstitute, SupplementGrant
from materials.services import SlipLine, approve_supplement, freeze_quota, issue, report_use, request_supplement
from people.models import OrgSpan
from plans.models import ProductionOrder
from reports.block import STORE, read_block, to_json
from reports.figures import Slice
from reports.figures.counting import WHOLE
from reports.figures.keeping import OF_MATERIAL, months_of
from reports.figures.material import count_material
from reports.models import KeptFigures
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store, put
from tests.factories.plans import LineFactory, OrderFactory, ProductFactory, ReportFactory

D = Decimal
OCTOBER = PlantMonth(2026, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-06"), pytest.mark.req("RPT-11")]


@pytest.fixture
def store(plant, time_machine):
    """An order of team A1 that drew 40 kg on 5 October and made 10 on the 12th, of which the report says what was used."""
    time_machine.move_to("2026-09-20T02:00:00Z", tick=False)
    store = make_store(plant, stock="5000")
    store.scrap = make_bin("S-01", "scrap")
    store.bolts = ItemFactory(code="BOLT", unit=Unit.objects.get(code="kg"), standard_cost=D("0.5"))
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=D("5.25"))
    put(store.bolts, "5000")
    product = ProductFactory()
    make_bom(product, {store.steel: "2"})
    store.drawn = OrderFactory(product=product, quantity=D(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=store.drawn, by=None)
    store.quota = QuotaLine.objects.get(order=store.drawn)
    time_machine.move_to("2026-10-05T02:00:00Z", tick=False)
    store.draw = lambda quantity, order=store.drawn: issue(
        order=order,
        lines=[SlipLine(store.steel, D(quantity))],
        receiver=plant.person("opr", plant.a1),
        by=store.keeper,
        receiver_signed=True,
    )
    store.slip = store.draw("40")
    time_machine.move_to("2026-10-12T02:00:00Z", tick=False)
    store.reported = LineFactory(
        report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 12)), order=store.drawn, product=product, good_qty=D(10)
    )
    report_use(line=store.reported, uses={store.steel: D(22)}, by=plant.person("tld", plant.a1))
    time_machine.move_to("2026-12-01T02:00:00Z", tick=False)
    store.clock = time_machine
    return store


def looked_up(store, month=OCTOBER):
    return months_of(Slice.of_month(store.plant.plant, month), [month], STORE, counting=OF_MATERIAL)[month]


def counted(store, month=OCTOBER):
    return count_material(Slice.of_month(store.plant.plant, month), STORE)


def by_hand(row, **columns):
    """One more row like that, past every service."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    type(row).objects.bulk_create([type(row)(**kept | columns)])


def drawn_late(store):
    """A move of October that somebody writes in December."""
    move = store.slip.moves.get()
    by_hand(move, line=2, quantity=D(3), business_date=date(2026, 10, 6))


def granted_late(store):
    supplement = request_supplement(
        order=store.drawn, item=store.steel, quantity=D(5), reason="lost", note="fell", by=store.plant.person("tld", store.plant.a1)
    )
    approve_supplement(supplement=supplement, by=store.manager, is_above_first_tier_allowed=True)
    grant = SupplementGrant.objects.get()
    SupplementGrant.objects.create(supplement=supplement, quota_line=store.quota, quantity=-grant.quantity)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO materials_supplementgrant (supplement_id, quota_line_id, quantity, at) VALUES (%s, %s, 5, '2026-10-31 15:59Z')",
            [supplement.pk, store.quota.pk],
        )


CHANGES = {
    "an issue written late": drawn_late,
    "a grant of the month's last minute": granted_late,
    "use corrected": lambda store: MaterialUse.objects.update(quantity=D(21)),
    "use taken away": lambda store: MaterialUse.objects.all().delete(),
    "output corrected": lambda store: type(store.reported).objects.update(good_qty=D(11)),
    "another standard": lambda store: QuotaStandard.objects.filter(quota_line=store.quota).update(per_unit=D(3)),
    "no standard": lambda store: QuotaStandard.objects.filter(quota_line=store.quota).delete(),
    "another cost": lambda store: Item.objects.filter(pk=store.steel.pk).update(standard_cost=D(6)),
    "no cost any more": lambda store: Item.objects.filter(pk=store.steel.pk).update(standard_cost=None),
    "another code": lambda store: Item.objects.filter(pk=store.steel.pk).update(code="STEEL-2"),
    "another team": lambda store: ProductionOrder.objects.filter(pk=store.drawn.pk).update(team=store.plant.b1),
    "a team that moved": lambda store: OrgSpan.objects.create(
        node=store.plant.a1, name="moved", parent=store.plant.b, valid_from=date(2026, 10, 1)
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_kept_of_material_follows_every_change(store, what):
    before = looked_up(store)
    assert before == counted(store)
    assert before[WHOLE][0].sums["net_issue"] == 40
    assert KeptFigures.objects.count() == 1

    CHANGES[what](store)

    assert counted(store) != before
    assert looked_up(store) == counted(store)
    assert looked_up(store) == counted(store)


def test_a_substitute_let_in_later_counts_the_use_that_was_reported_of_it(store):
    MaterialUse.objects.create(line=store.reported, item=store.bolts, quantity=D(4))
    before = looked_up(store)
    QuotaSubstitute.objects.create(quota_line=store.quota, item=store.bolts, factor=D("0.5"))
    assert counted(store)[WHOLE][0].sums["used"] == before[WHOLE][0].sums["used"] + 2
    assert looked_up(store) == counted(store)


def test_a_line_added_to_the_quota_later_counts_the_use_that_was_reported_of_it(store):
    MaterialUse.objects.create(line=store.reported, item=store.bolts, quantity=D(4))
    before = looked_up(store)
    line = QuotaLine.objects.create(order=store.drawn, item=store.bolts, quota=D(50))
    QuotaStandard.objects.create(quota_line=line, per_unit=D(1), fixed=D(0))
    assert counted(store) != before
    assert looked_up(store) == counted(store)


def test_what_was_made_before_moves_the_standard_of_the_months_after(store):
    """The standard of November is what all output by its end takes less what that before it took, both rounded up."""
    november = OCTOBER.shifted(1)
    LineFactory(
        report=ReportFactory(team=store.plant.a1, business_date=date(2026, 11, 3)),
        order=store.drawn,
        product=store.reported.product,
        process=store.reported.process,
        good_qty=D("4.0003"),
    )
    store.clock.move_to("2027-01-05T02:00:00Z", tick=False)
    assert looked_up(store, november)[WHOLE][0].sums["standard"] == D("8.001")
    type(store.reported).objects.filter(pk=store.reported.pk).update(good_qty=D("10.0002"))
    assert looked_up(store, november)[WHOLE][0].sums["standard"] == counted(store, november)[WHOLE][0].sums["standard"] == 8


def test_slips_of_today_and_a_new_order_move_no_stamp(store):
    looked_up(store)
    product = ProductFactory()
    make_bom(product, {store.steel: "1"})
    order = OrderFactory(product=product, quantity=D(10), workshop=store.plant.a, team=store.plant.a1)
    freeze_quota(order=order, by=None)
    store.draw("2", order)
    with CaptureQueriesContext(connection) as asked:
        looked_up(store)
    assert len(asked) == 1
    assert not any("materials_" in query["sql"] for query in asked)


def test_a_bin_that_turns_into_another_counts_otherwise(store):
    looked_up(store)
    with CaptureQueriesContext(connection) as asked:
        Place.objects.filter(pk=store.scrap.pk).update(name="Bin")
        looked_up(store)
    assert len(asked) == 2
    Place.objects.filter(pk=store.scrap.pk).update(purpose="quarantine")
    with CaptureQueriesContext(connection) as asked:
        assert looked_up(store) == counted(store)
    assert len(asked) > 2


def test_the_block_with_material_is_the_same_from_what_is_kept_and_from_the_rows(store):
    part = Slice.of_month(store.plant.plant, OCTOBER)
    for _look in range(2):
        block = read_block(part, OCTOBER, with_material=True)
        assert to_json(block) == to_json(read_block(part, OCTOBER, is_fresh=True, with_material=True))
    assert list(block.material.trend) == ["2026-10"]
