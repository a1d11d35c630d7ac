"""The order's material as a voucher, its return and its recalculation (MAT-06, MAT-10, DESIGN 3.1)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core.clock import plant_today
from materials.models import Slip
from materials.services import SlipLine, approve_supplement, issue, request_supplement, verify_ledger
from plans.models import ProductionOrder
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


def drawn(store, quantity):
    return issue(order=store.order, lines=[SlipLine(store.steel, D(quantity))], receiver=store.welder, by=store.keeper)


def back(store, quantity, return_type="good", **more):
    data = {"request_key": str(uuid4()), "receiver": str(store.welder.pk), "return_type": return_type, "pin": ""}
    return data | {f"quantity-{store.steel.pk}": quantity} | more


def test_the_tab_stands_on_the_orders_page_and_shows_the_voucher(store, signed_in):
    drawn(store, "150")
    desk = signed_in(store.keeper)
    assert f"/quota/{store.order.number}" in desk.get(f"/orders/{store.order.number}").content.decode()
    shown = text_of(desk.get(f"/quota/{store.order.number}"))
    for words in ("200.000", "150.000", "50.000", "Partly drawn", Slip.objects.get(kind="issue").number):
        assert words in shown


@pytest.mark.parametrize(("drawing", "status"), [("0", "Nothing drawn"), ("50", "Partly drawn"), ("200", "Fully drawn")])
def test_each_line_says_how_far_it_is_drawn(store, signed_in, drawing, status):
    if D(drawing):
        drawn(store, drawing)
    assert status in text_of(signed_in(store.keeper).get(f"/quota/{store.order.number}"))


@pytest.mark.req("MAT-09")
def test_a_line_drawn_above_its_quota_by_a_supplement_says_so(store, signed_in):
    asked = request_supplement(order=store.order, item=store.steel, quantity=D(10), reason="lost", by=store.welder)
    approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)
    desk, page = signed_in(store.keeper), f"/quota/{store.order.number}"
    drawn(store, "200")
    assert ("Fully drawn" in text_of(desk.get(page)), "Over quota by supplement" in text_of(desk.get(page))) == (True, False)

    drawn(store, "0.001")

    assert "Over quota by supplement" in text_of(desk.get(page))
    assert "超额（补料）" in text_of(desk.get(page, headers={"Accept-Language": "zh-hans"}))
    assert desk.post(f"/return/{store.order.number}", back(store, "0.001")).status_code == 302
    assert "Over quota by supplement" not in text_of(desk.get(page))


@pytest.mark.req("MAT-10")
def test_returns_by_type_are_posted_from_what_the_order_holds(store, signed_in):
    make_bin("Q-01", "quarantine")
    drawn(store, "150")
    desk = signed_in(store.keeper)
    page = f"/return/{store.order.number}"
    assert "150.000" in text_of(desk.get(page))

    assert desk.post(page, back(store, "5")).status_code == 302
    assert (store.line.drawn, store.line.left) == (145, 55)
    assert desk.post(page, back(store, "10", "incoming_defect")).status_code == 302
    assert (store.line.left, store.line.returned_incoming_defect) == (65, 10)
    assert desk.post(page, back(store, "20", "operation_defect")).status_code == 302
    assert (store.line.left, store.line.returned_operation_defect) == (65, 20)

    refused = desk.post(page, back(store, "116"))
    assert refused.status_code == 409
    assert "116 kg to return, the order holds 115 kg" in text_of(refused)
    assert 'value="116"' in refused.content.decode()
    assert verify_ledger() == []
    shown = text_of(desk.get(f"/quota/{store.order.number}"))
    for figure in ("5.000", "10.000", "20.000", "115.000"):
        assert figure in shown


@pytest.mark.req("MAT-10")
def test_the_standing_lot_can_be_chosen_beside_others_and_alone_comes_back(store, signed_in):
    put(store.steel, "10", lot="L1", expires_on=plant_today() + timedelta(days=5))
    drawn(store, "30")  # 10 of L1, 20 of the standing lot
    desk, page = signed_in(store.keeper), f"/return/{store.order.number}"
    assert 'value="|"' in desk.get(page).content.decode()
    for chosen, found in (("|", ""), ("L1", "L1")):
        assert desk.post(page, back(store, "2") | {f"from-{store.steel.pk}": chosen}).status_code == 302
        assert [move.lot.code for move in Slip.objects.filter(kind="return").latest("pk").moves.all()] == [found]


def test_an_order_that_holds_nothing_says_so_and_the_list_offers_only_orders_that_hold(store, signed_in):
    desk = signed_in(store.keeper)
    assert "This order holds nothing" in text_of(desk.get(f"/return/{store.order.number}"))
    assert store.order.number not in text_of(desk.get("/return"))
    drawn(store, "1")
    assert store.order.number in text_of(desk.get("/return"))
    assert desk.get("/return", {"order": store.order.number})["Location"] == f"/return/{store.order.number}"


@pytest.mark.req("SYS-03")
@pytest.mark.req("MAT-06")
@pytest.mark.req("MAT-01")
def test_another_quantity_is_shown_before_it_is_confirmed_and_never_cuts_below_what_is_drawn(store, signed_in):
    drawn(store, "150")
    planner = signed_in(store.plant.person("plr"))
    page = f"/quota/{store.order.number}"
    shown = text_of(planner.get(page, {"quantity": "60"}))
    assert "120.000" in shown
    assert "30.000 kg are drawn above it and must come back" in shown
    assert store.line.quota == 200  # shown only

    data = {"quantity": "60", "bom": str(store.order.order_quota.bom_id), "version": str(store.order.version)}
    silent = planner.post(f"{page}/recalculate", data | {"reason": ""})
    assert (silent.status_code, store.line.quota) == (422, 200)
    assert planner.post(f"{page}/recalculate", data | {"reason": "Customer takes 60"}).status_code == 302
    store.order.refresh_from_db()
    assert (store.order.quantity, store.line.quota, store.line.wanted, store.line.to_return) == (60, 150, 120, 30)
    assert "30.000 kg to come back" in text_of(planner.get(page))
    history = planner.get(f"{page}?tab=history")
    assert "changed: STEEL" in text_of(history)
    changed = next(entry for entry in history.context["history"] if entry.deed == "changed")
    assert changed.who == store.plant.person("plr").name
    assert ("200", "150") in [(change.before, change.after) for change in changed.changes]
    assert "<del>200</del>" in history.content.decode()
    assert "<ins>150</ins>" in history.content.decode()

    stale = planner.post(f"{page}/recalculate", data | {"quantity": "80", "reason": "Again"})
    assert stale.status_code == 409


@pytest.mark.req("MAT-01")
def test_a_new_bill_changes_a_released_quota_only_when_it_is_confirmed(store, signed_in):
    lighter, extra = store.steel, ItemFactory(code="EXTRA")
    bom = make_bom(store.order.product, {lighter: "1.95", extra: "1"}, version="2")
    assert store.line.quota == 200
    planner = signed_in(store.plant.person("plr"))
    page = f"/quota/{store.order.number}"
    shown = text_of(planner.get(page, {"quantity": "100", "bom": str(bom.pk)}))
    assert "195.000" in shown
    assert "new on this order" in shown
    data = {"quantity": "100", "bom": str(bom.pk), "version": str(store.order.version), "reason": "Version 2"}
    assert planner.post(f"{page}/recalculate", data).status_code == 302
    assert store.line.quota == 195
    assert store.order.quota_lines.get(item=extra).quota == 100


def test_only_the_planner_recalculates(store, signed_in):
    keeper = signed_in(store.keeper)
    page = f"/quota/{store.order.number}"
    assert "Change quantity or bill" not in text_of(keeper.get(page))
    assert keeper.post(f"{page}/recalculate", {"quantity": "60"}).status_code == 403


def test_an_order_without_a_bill_says_why_there_is_no_quota(store, signed_in):
    draft = ProductionOrder.objects.create(
        number="MO-9", product=store.order.product, quantity=1, workshop=store.plant.a, due_on="2026-12-31", status="draft"
    )
    assert "No quota yet" in text_of(signed_in(store.keeper).get(f"/quota/{draft.number}"))


def test_the_voucher_asks_the_database_a_constant_number_of_times(store, signed_in, django_assert_max_num_queries):
    for _ in range(5):
        drawn(store, "3")
    put(ItemFactory(), "1")
    desk = signed_in(store.keeper)
    with django_assert_max_num_queries(23):
        desk.get(f"/quota/{store.order.number}")
    with django_assert_max_num_queries(20):
        desk.get(f"/return/{store.order.number}")
