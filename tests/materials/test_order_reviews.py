"""Whether the material of an order is there: before its release (PLN-24), and beside the plan of the day (PLN-06)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from materials.models import Bom, BomLine, BomSubstitute, ExpectedReceipt, QuotaLine, Requisition, Supplier
from materials.selectors.readiness import material_found
from materials.services import SlipLine, issue
from people.models import OrgNode, RosterDay
from plans.errors.orders import MaterialShort, ReviewNotPassed
from plans.models import OrderReview
from plans.selectors.reviews import review_of
from plans.services import judge, open_review, release_order
from tests.factories.materials import ItemFactory, make_bom, make_store, put
from tests.factories.people import StaffFactory, org
from tests.factories.plans import (
    LineFactory,
    OrderFactory,
    PlanLineFactory,
    ProcessFactory,
    ProductFactory,
    ReportFactory,
    StandardHoursFactory,
)
from tests.factories.rosters import follow, make_pattern
from tests.plans.statements import asked_by_page, own_statements
from tests.races import Elsewhere, wait_until_blocked

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel("2026-11-16T07:00+08:00", tick=True):
        yield


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def draft(store):
    """200 kg of steel more, of which 500 − 200 kg are still free."""
    return OrderFactory(number="MO-7", workshop=store.plant.a, product=store.order.product, quantity=D(100), status="draft")


def expect(item, quantity, promised_on, by, received="0"):
    asked = Requisition.objects.create(
        number=f"REQ-{promised_on}-{quantity}", item=item, quantity=D(quantity), needed_on=promised_on, reason="shortage", requested_by=by
    )
    supplier, _made = Supplier.objects.get_or_create(code="S-1", defaults={"name": "Mill"})
    return ExpectedReceipt.objects.create(
        number=f"EXP-{asked.pk}",
        requisition=asked,
        supplier=supplier,
        quantity=D(quantity),
        received_qty=D(received),
        promised_on=promised_on,
        made_by=by,
    )


def figures(order):
    return [(row.code, row.needed, row.on_hand, row.reserved, row.expected, row.short) for row in material_found(order).rows]


@pytest.mark.req("PLN-24")
def test_the_explosion_stands_against_stock_what_others_may_draw_and_what_comes_before_the_start(store, draft):
    assert figures(draft) == [("STEEL", D(200), D(500), D(200), 0, 0)]

    draft.quantity, draft.start_on = D(250), date(2026, 11, 23)
    for quantity, on, received in (("100", date(2026, 11, 20), "40"), ("70", date(2026, 11, 23), "0"), ("30", date(2026, 11, 13), "0")):
        expect(store.steel, quantity, on, store.keeper, received)
    issue(order=store.order, lines=[SlipLine(store.steel, D(150))], receiver=store.welder, by=store.keeper)

    # 350 in store, of them 50 still for the other order; 60 come before the start, what is promised for the day itself or overdue does not
    assert figures(draft) == [("STEEL", D(500), D(350), D(50), D(60), D(140))]


@pytest.mark.req("PLN-24")
def test_an_order_with_a_short_material_is_not_passed_and_only_a_managers_words_release_it(store, draft, plr):
    draft.quantity = D(250)
    draft.save()
    open_review(order=draft, material=store.keeper, due_date=store.manager, by=plr)
    with pytest.raises(MaterialShort) as refused:
        judge(order=draft, kind="material", verdict="passed", note="It will come", by=store.keeper)
    assert "STEEL short 200.000 kg" in str(refused.value)
    judge(order=draft, kind="material", verdict="not_passed", by=store.keeper)
    judge(order=draft, kind="due_date", verdict="passed", note="Two Saturdays", by=store.manager)
    assert review_of(draft).state == "not_passed"
    with pytest.raises(ReviewNotPassed):
        release_order(order=draft, by=plr)
    assert not QuotaLine.objects.filter(order=draft).exists()

    release_order(order=draft, by=store.manager, override="The mill delivers tomorrow")

    review = OrderReview.objects.get(order=draft)
    assert (review.override, review.overridden_by) == ("The mill delivers tomorrow", store.manager)
    kept = review.parts.get(kind="material").figures
    assert kept["rows"][0]["needed"] == "500"
    assert QuotaLine.objects.get(order=draft).quota == D(500)


@pytest.mark.req("PLN-24")
def test_without_reviewers_a_short_material_is_refused_by_its_figures(store, draft, plr):
    draft.quantity = D(250)
    draft.save()
    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr)
    assert "STEEL short 200.000 kg" in str(refused.value)


@pytest.mark.req("PLN-24")
def test_material_that_another_order_took_meanwhile_stops_a_passed_order(store, draft, plr):
    other = OrderFactory(workshop=store.plant.a, product=draft.product, quantity=D(140), status="draft")
    for order in (draft, other):
        open_review(order=order, material=store.keeper, due_date=store.manager, by=plr)
        judge(order=order, kind="material", verdict="passed", by=store.keeper)
        judge(order=order, kind="due_date", verdict="passed", note="Enough", by=store.manager)

    release_order(order=other, by=plr)
    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr)
    assert "since then STEEL short 180.000 kg" in str(refused.value)


@pytest.mark.req("PLN-24")
@pytest.mark.django_db(transaction=True)
def test_of_two_orders_released_at_once_on_the_same_material_one_is_refused(plant, plr):
    store = make_store(plant)
    drafts = [OrderFactory(workshop=plant.a, product=store.order.product, quantity=D(100), status="draft") for _ in range(2)]
    with transaction.atomic():
        release_order(order=drafts[0], by=plr)
        second = Elsewhere(lambda: release_order(order=drafts[1], by=plr))
        wait_until_blocked()
    assert second.outcome == "ReviewNotPassed"


@pytest.mark.req("PLN-24")
def test_another_bill_of_materials_makes_the_review_stale(store, draft, plr):
    open_review(order=draft, material=store.keeper, due_date=store.manager, by=plr)
    judge(order=draft, kind="material", verdict="passed", by=store.keeper)
    assert review_of(draft).state == "in_review"

    make_bom(draft.product, {store.steel: "1"}, version="2")

    assert review_of(draft).changed == ["bill of materials"]
    with pytest.raises(ReviewNotPassed):
        release_order(order=draft, by=plr)


@pytest.mark.req("PLN-24")
def test_a_product_without_a_bill_passes_only_where_no_materials_are_kept(plant, plr):
    order = OrderFactory(workshop=plant.a, status="draft")
    assert (material_found(order).passes, "keeps no materials" in material_found(order).words) == (True, True)

    ItemFactory(code="OIL")
    assert (material_found(order).passes, material_found(order).state) == (False, "no_bill")


@pytest.mark.req("PLN-24")
def test_the_review_page_lists_what_is_short_and_lets_the_manager_override(store, draft, plr, signed_in):
    page = signed_in(store.manager).get("/orders/MO-7/review").content.decode()
    assert "Release in spite of the review" not in page
    draft.quantity = D(250)
    draft.save()

    page = signed_in(store.manager).get("/orders/MO-7/review").content.decode()
    for text in ("STEEL", "500.000", "200.000", "Not passed", "Release in spite of the review"):
        assert text in page
    assert "Release in spite of the review" not in signed_in(plr).get("/orders/MO-7/review").content.decode()
    client = signed_in(store.manager)
    assert client.post("/orders/MO-7/release", {"version": draft.version, "reason": "Comes tomorrow"}).status_code == 302
    assert "Comes tomorrow" in client.get("/orders/MO-7/review").content.decode()


@pytest.mark.req("PLN-24")
def test_the_review_page_costs_the_same_few_statements_however_many_items(plant, plr, signed_in):
    product = ProductFactory()
    make_bom(product, {ItemFactory(): "1"})
    items = [ItemFactory() for _ in range(30)]
    for item in items:
        put(item, "10")
    long = ProductFactory()
    make_bom(long, dict.fromkeys(items, "1"))
    for number, made in (("MO-S", product), ("MO-L", long)):
        OrderFactory(number=number, workshop=plant.a, product=made, status="draft")
    client = signed_in(plr)
    assert own_statements(client, "/orders/MO-L/review") == own_statements(client, "/orders/MO-S/review") <= 14


@pytest.mark.req("PLN-24")
def test_a_full_review_costs_the_same_few_statements_however_much_it_counts(store, day_shift, draft, plr, signed_in):
    """Substitutes, phantoms, promised receipts; crews on rosters; other orders with output reported on them."""
    long = OrderFactory(number="MO-L", workshop=store.plant.a, status="draft", quantity=D(10))
    pattern = make_pattern(day_shift)

    def fill(order, count):
        phantoms = [ItemFactory(is_phantom=True, product=ProductFactory()) for _ in range(count)]
        for phantom in phantoms:
            make_bom(phantom.product, {ItemFactory(): "2"})
        items = [ItemFactory() for _ in range(count)]
        bill = Bom.objects.create(product=order.product, version_code="2", valid_from=date(2026, 1, 1))
        for item in (store.steel, *phantoms, *items):
            line = BomLine.objects.create(bom=bill, item=item, qty_per_unit=D(1))
            BomSubstitute.objects.create(line=line, item=ItemFactory(), factor=D(1))
        bill.status, bill.approved_at = Bom.Status.APPROVED, timezone.now()
        bill.save()
        for item in items:
            put(item, "10")
            expect(item, item.pk, date(2026, 11, 30), store.keeper)
        for _ in range(count):
            team = org(f"T{OrgNode.objects.count()}", "team", store.plant.a)
            follow(team, pattern, date(2026, 11, 16))
            RosterDay.objects.create(staff=StaffFactory(org=team), team=team, date=date(2026, 11, 17), shift=day_shift, is_off=True)
            other = OrderFactory(workshop=store.plant.a, due_on=order.due_on)
            process = ProcessFactory(org=store.plant.a)
            StandardHoursFactory(product=other.product, process=process)
            LineFactory(
                report=ReportFactory(team=team, business_date=date(2026, 11, 13)), order=other, product=other.product, process=process
            )
        open_review(order=order, material=store.keeper, due_date=store.manager, by=plr)
        judge(order=order, kind="due_date", verdict="passed", note="Enough", by=store.manager)

    client = signed_in(store.manager)
    fill(draft, 2)
    few = asked_by_page(client, "/orders/MO-7/review")
    fill(long, 8)
    many = asked_by_page(client, "/orders/MO-L/review")
    assert len(many) == len(few) <= 13, many

    material, due = client.get("/orders/MO-L/review").context["parts"]
    assert len(material.figures.rows) == 17
    assert (due.figures.teams, due.figures.people, due.figures.others, due.figures.uncounted) == (12, 11, 11, 1)


@pytest.mark.req("PLN-06")
def test_quota_200_issued_150_and_20_in_store_shows_short_30_kg_beside_the_plan_line(plant, day_shift, signed_in):
    store = make_store(plant, stock="170")
    issue(order=store.order, lines=[SlipLine(store.steel, D(150))], receiver=store.welder, by=store.keeper)
    today = timezone.localdate()
    line = PlanLineFactory(team=plant.a1, business_date=today, shift=day_shift, order=store.order, product=store.order.product)
    free = PlanLineFactory(team=plant.a1, business_date=today, shift=day_shift)
    client = signed_in(plant.person("sup", plant.a))

    for address in (f"/plan?on={today}", f"/plan/lines/{line.pk}"):
        page = " ".join(client.get(address).content.decode().split())
        assert f"{store.steel.label}: short 30.000 kg" in page
        assert "quota 200.000 · issued 150.000 · in store 20.000" in page
    assert "short" not in client.get(f"/plan/lines/{free.pk}").content.decode()


@pytest.mark.req("PLN-06")
def test_the_plan_of_the_day_asks_for_the_material_of_all_lines_at_once(plant, day_shift, signed_in):
    store = make_store(plant)
    today = timezone.localdate()
    client = signed_in(plant.person("sup", plant.a))
    PlanLineFactory(team=plant.a1, business_date=today, shift=day_shift, order=store.order, product=store.order.product)
    few = own_statements(client, f"/plan?on={today}")
    for _ in range(10):
        order = OrderFactory(workshop=plant.a, product=store.order.product)
        QuotaLine.objects.create(order=order, item=ItemFactory(), quota=D(10))
        PlanLineFactory(team=plant.a2, business_date=today, shift=day_shift, order=order, product=order.product)
    assert own_statements(client, f"/plan?on={today}") == few


def test_what_is_short_is_said_in_the_word_of_its_unit(plant):
    from django.utils.translation import override

    from plans.review_figures import MaterialRow

    screws = MaterialRow("SC-M6", "Screw", "螺钉", "pcs", 0, D(10), D(4), D(0), D(0), "件")
    kept_before = MaterialRow("ST", "Steel", "钢", "kg", 3, D(10), D(4), D(0), D(0))
    assert screws.words == "SC-M6 short 6 pcs"
    with override("zh-hans"):
        assert screws.words.endswith("6 件")
        assert kept_before.words.endswith("6.000 kg")
