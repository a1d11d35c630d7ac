"""Buying as pages: asked for, approved by another, promised, received, inspected; the supplier file (MAT-12, MAT-13, GEN-24)."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.clock import plant_today
from materials.errors.slips import SlipRefused
from materials.models import Balance, ExpectedReceipt, Lot, Purpose, Requisition, Slip, Supplier, SupplierDocument
from materials.selectors.buying import proposals
from materials.services import decide_lot, decide_requisition, expect_receipt, receive, request_purchase, verify_ledger
from people.models import Notice
from tests.factories.materials import ItemFactory, make_bin, put
from tests.factories.people import StaffFactory
from tests.materials.test_issue import draw
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def supplier(db):
    return Supplier.objects.create(code="S-1", name="Steel works")


@pytest.fixture
def buyer(store):
    return store.plant.person("buy")


@pytest.fixture
def approved(store):
    def make(quantity="100", item=None):
        asked = request_purchase(item=item or store.steel, quantity=D(quantity), needed_on=plant_today(), reason="minimum", by=store.keeper)
        return decide_requisition(requisition=asked, approve=True, by=store.manager)

    return make


@pytest.fixture
def promised(store, supplier, buyer, approved):
    make_bin("R-01", Purpose.RECEIVING)

    def make(quantity="100", days=0, item=None, **more):
        promised_on = plant_today() + timedelta(days=days)
        return expect_receipt(
            requisition=approved(quantity, item), supplier=supplier, quantity=D(quantity), promised_on=promised_on, by=buyer, **more
        )

    return make


def lines(*rows, **more):
    """What the form sends: item, quantity; three lines at least."""
    data = {"rows": str(max(3, len(rows))), "request_key": str(uuid4()), "note": ""}
    for number, (item, quantity) in enumerate(rows):
        data |= {f"item-{number}": item, f"quantity-{number}": quantity, f"reason-{number}": "other"}
        data |= {f"needed_on-{number}": (plant_today() + timedelta(days=7)).isoformat() if item else ""}
    return data | more


@pytest.mark.req("MAT-12")
def test_several_items_are_asked_for_and_another_person_approves(store, signed_in):
    ItemFactory(code="BOLT")
    desk = signed_in(store.keeper)
    data = lines(("STEEL", "１2.5"), ("", ""), ("BOLT", "30"), note="For the new line")
    assert desk.post("/requisitions/new", data)["Location"] == "/requisitions?view=mine"
    assert desk.post("/requisitions/new", data).status_code == 302
    steel, bolt = Requisition.objects.order_by("pk")
    assert [(row.item.code, row.quantity, row.note) for row in (steel, bolt)] == [
        ("STEEL", D("12.5"), "For the new line"),
        ("BOLT", 30, "For the new line"),
    ]

    own = text_of(desk.get(f"/requisitions/{steel.number}"))
    assert "You asked for this, so somebody else decides." in own
    assert store.manager.name in own
    assert desk.post(f"/requisitions/{steel.number}/approve", {}).status_code == 403
    boss = signed_in(store.manager)
    assert steel.number in text_of(boss.get("/requisitions"))
    assert steel.number in text_of(boss.get("/"))
    silent = boss.post(f"/requisitions/{bolt.number}/reject", {})
    assert (silent.status_code, "Say why." in text_of(silent)) == (422, True)
    assert boss.post(f"/requisitions/{bolt.number}/reject", {"note": "Enough here"}).status_code == 302
    assert boss.post(f"/requisitions/{steel.number}/approve", {}).status_code == 302
    assert boss.post(f"/requisitions/{steel.number}/approve", {}).status_code == 409
    assert set(Requisition.objects.values_list("item__code", "status")) == {("STEEL", "approved"), ("BOLT", "rejected")}
    assert set(Notice.objects.filter(recipient=store.keeper).values_list("kind", flat=True)) == {
        "requisition.approved",
        "requisition.rejected",
    }


@pytest.mark.req("MAT-12")
def test_who_asked_is_refused_even_with_the_right_to_approve(store, signed_in):
    asked = request_purchase(item=store.steel, quantity=D(5), needed_on=plant_today(), reason="other", by=store.manager)
    refused = signed_in(store.manager).post(f"/requisitions/{asked.number}/approve", {"note": "Mine"})
    asked.refresh_from_db()
    assert (refused.status_code, asked.status, "somebody else decides" in text_of(refused)) == (403, "requested", True)


def test_a_faulty_line_keeps_what_was_typed_and_makes_no_requisition(store, signed_in):
    desk = signed_in(store.keeper)
    for rows, said in (
        ([("STEEL", "5"), ("GHOST", "3")], "GHOST"),
        ([("STEEL", "5"), ("STEEL", "0.12345")], "finer than the unit"),
        ([("STEEL", "5"), ("STEEL", "0")], "0"),
        ([("STEEL", "5"), ("", "3")], "needed"),
        ([("STEEL", "")], "needed"),
        ([], "needed"),
    ):
        answer = desk.post("/requisitions/new", lines(*rows, note="Keep me"))
        assert (answer.status_code, said in text_of(answer), "Keep me" in text_of(answer)) == (422, True, True), rows
    more = desk.post("/requisitions/new", lines(("STEEL", "5"), more="1"))
    assert (more.status_code, 'name="item-5"' in more.content.decode(), 'value="STEEL"' in more.content.decode()) == (200, True, True)
    assert not Requisition.objects.exists()


def test_a_form_with_a_number_of_rows_that_it_cannot_have_comes_with_the_usual_ones(store, signed_in):
    desk = signed_in(store.keeper)
    for odd in ("", "0", "²", "x", "61", "0001" + "9" * 9, "0001" + "9" * 5000):
        answer = desk.post("/requisitions/new", lines(("GHOST", "5")) | {"rows": odd})
        assert (answer.status_code, len(answer.context["lines"])) == (422, 3), odd[:20]


@pytest.mark.req("MAT-12")
def test_shortages_of_released_orders_and_minimum_stock_fill_in_the_missing_quantity(store, supplier, signed_in, promised):
    low, fine = ItemFactory(code="LOW", min_stock=D(50)), ItemFactory(code="FINE", min_stock=D(50))
    put(low, "10")
    put(fine, "60")
    promised("15", item=low)
    assert [(row.item.code, row.missing, row.reason) for row in proposals(plant_today(), 9)] == [("LOW", 25, "minimum")]
    ItemFactory(code="OURS", min_stock=D(9), product=store.order.product)

    form = signed_in(store.keeper).get("/requisitions/new?from=needs")
    page = form.content.decode()
    assert ('value="LOW"' in page, 'value="25"' in page, "FINE" in page.split("<datalist")[0]) == (True, True, False)
    assert "minimum 50.000 kg" in text_of(form)
    left_out = signed_in(store.keeper).post("/requisitions/new?from=needs", lines(("LOW", ""), ("FINE", "5")))
    assert (left_out.status_code, Requisition.objects.filter(item=low, status="requested").count()) == (302, 0)
    sent = signed_in(store.keeper).post("/requisitions/new?from=needs", lines(("LOW", "25")))
    assert sent.status_code == 302
    decides = text_of(signed_in(store.manager).get(sent["Location"]))
    assert ("Issuable 10.000 kg" in decides, "this included 40.000 kg" in decides) == (True, True)
    assert proposals(plant_today(), 9) == []  # what is asked for is not asked again


@pytest.mark.req("MAT-12")
def test_an_order_that_is_short_is_proposed_with_its_number(plant, signed_in):
    from tests.factories.materials import make_store

    store = make_store(plant, stock="160")
    (row,) = proposals(plant_today(), 9)
    assert (row.item.code, row.needed, row.on_hand, row.missing, row.order, row.reason) == ("STEEL", 200, 160, 40, store.order, "shortage")
    page = signed_in(store.keeper).get("/requisitions/new?from=needs").content.decode()
    assert f'value="{store.order.number}"' in page
    draw(store, "100")
    assert [row.missing for row in proposals(plant_today(), 9)] == [40]  # drawn is no longer needed, nor lying


@pytest.mark.req("MAT-12")
def test_a_promise_is_kept_moved_with_its_history_and_cancelled_with_words(store, supplier, buyer, approved, signed_in):
    asked, desk = approved(), signed_in(buyer)
    tenth, twelfth = plant_today() + timedelta(days=10), plant_today() + timedelta(days=12)
    data = {"supplier": str(supplier.pk), "quantity": "100", "promised_on": tenth.isoformat(), "unit_price": "4.20"}
    key = {"request_key": str(uuid4())}
    assert desk.post(f"/requisitions/{asked.number}/order", data | key).status_code == 302
    assert desk.post(f"/requisitions/{asked.number}/order", data | key).status_code == 302
    promise = ExpectedReceipt.objects.get()
    address = f"/purchases/{promise.number}"
    same = desk.post(f"{address}/move", {"promised_on": tenth.isoformat(), "note": "No change", "version": "1"})
    assert (same.status_code, "promised already" in text_of(same)) == (422, True)
    assert desk.post(f"{address}/move", {"promised_on": twelfth.isoformat(), "note": "Mill stands", "version": "1"}).status_code == 302
    stale = desk.post(f"{address}/move", {"promised_on": tenth.isoformat(), "note": "I was slow", "version": "1"})
    assert (stale.status_code, "I was slow" in stale.content.decode()) == (409, True)
    promise.refresh_from_db()
    assert promise.promised_on == twelfth
    shown = text_of(desk.get(address))
    assert ("Promised before:" in shown, "Mill stands" in shown) == (True, True)
    assert "Mill stands" in text_of(desk.get(f"{address}?tab=history"))
    wordless = desk.post(f"{address}/cancel", {"note": " ", "version": "2"})
    assert wordless.status_code == 422
    assert desk.post(f"{address}/cancel", {"note": "Sold out", "version": "2"}).status_code == 302
    assert desk.post(f"/requisitions/{asked.number}/close", {"note": "Not made any more", "version": "2"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.closing_note) == ("closed", "Not made any more")


@pytest.mark.req("MAT-12")
def test_promised_for_the_10th_arrived_on_the_12th_stands_as_2_days_late_in_the_list(promised, store, buyer, signed_in):
    late, missing, coming = promised(days=-2), promised(days=-5), promised(days=3)
    receive(expected=late, quantity=D(100), by=store.keeper)
    desk = signed_in(buyer)
    shown = text_of(desk.get("/purchases?view=late"))
    assert ("2 days late" in shown, "5 days late" in shown, coming.number in shown) == (True, True, False)
    assert shown.index(missing.number) < shown.index(late.number)
    today = text_of(desk.get("/purchases?view=today"))
    assert (missing.number in today, late.number in today, coming.number in today) == (True, False, False)
    assert "5 days late" in text_of(desk.get("/"))
    assert desk.get("/purchases?view=late&file=xlsx").status_code == 200


@pytest.mark.req("MAT-12")
@pytest.mark.req("MAT-13")
def test_an_arrival_is_taken_in_by_lot_and_waits_for_inspection(promised, store, signed_in):
    store.steel.inspect_on_receipt = store.steel.lot_tracked = True
    store.steel.save()
    promise, desk = promised(), signed_in(store.keeper)
    assert desk.get("/receive", {"q": "steel"})["Location"] == f"/receive/{promise.number}"
    address = f"/receive/{promise.number}"
    form = desk.get(address).content.decode()
    assert ('value="R-01"' in form, 'value="100"' in form) == (True, True)
    data = {"quantity": "60", "lot": "H-1", "bin": "R-01", "delivery_note": "DN 7", "business_date": plant_today().isoformat()}

    def send(**more):
        return desk.post(address, data | {"request_key": str(uuid4())} | more)

    over = send(quantity="105.001")
    assert (over.status_code, "At most 105 kg can still be received" in text_of(over)) == (422, True)
    assert ('value="H-1"' in over.content.decode(), 'value="DN 7"' in over.content.decode()) == (True, True)
    assert (send(lot="").status_code, send(bin="NOWHERE").status_code, Slip.objects.filter(kind="receipt").count()) == (422, 422, 0)
    assert send().status_code == 302
    promise.refresh_from_db()
    assert (promise.received_qty, promise.status) == (60, "expected")

    lot = Lot.objects.get(code="H-1")
    shown = text_of(desk.get(f"/purchases/{promise.number}"))
    assert ("To inspect" in shown, "DN 7" in shown) == (True, True)
    assert f"/labels/lots?code={lot.pk}" in desk.get(f"/purchases/{promise.number}").content.decode()
    with pytest.raises(SlipRefused):
        draw(store, "1", lot="H-1")
    own = desk.post(f"/lots/{lot.pk}/decide", {"status": "released", "note": "Looks good"})
    assert own.status_code == 403
    inspector = signed_in(store.plant.person("ins"))
    assert "H-1" in text_of(inspector.get("/"))
    assert inspector.post(f"/lots/{lot.pk}/decide", {"status": "released", "note": "Measured"}).status_code == 302


@pytest.mark.req("MAT-13")
def test_a_released_lot_is_put_away_and_can_then_be_issued(promised, store, signed_in):
    store.steel.inspect_on_receipt = True
    store.steel.save()
    receive(expected=promised(), quantity=D(100), lot="H-1", by=store.keeper)
    lot, desk = Lot.objects.get(code="H-1"), signed_in(store.keeper)
    decide_lot(lot=lot, status="released", note="Measured", by=store.plant.person("ins"))
    source = lot.balances.get().place
    data = {"source": str(source.pk), "quantity": "100", "target": "B-01"}
    short = desk.post(f"/lots/{lot.pk}/move", data | {"quantity": "101", "request_key": str(uuid4())})
    assert (short.status_code, "101 kg asked, 100 kg on hand" in text_of(short)) == (409, True)
    same = desk.post(f"/lots/{lot.pk}/move", data | {"target": "R-01", "request_key": str(uuid4())})
    assert same.status_code == 422
    assert desk.post(f"/lots/{lot.pk}/move", data | {"request_key": str(uuid4())}).status_code == 302
    draw(store, "1", lot="H-1")
    assert Balance.objects.get(lot=lot, place__code="B-01").on_hand == 99
    assert verify_ledger() == []


@pytest.mark.req("MAT-13")
def test_price_and_accept_rate_of_the_suppliers_of_an_item_are_seen_together(promised, store, supplier, approved, buyer, signed_in):
    store.steel.inspect_on_receipt, store.steel.standard_cost = True, D(4)
    store.steel.save()
    for lot, verdict in (("H-1", "released"), ("H-2", "rejected")):
        receive(expected=promised(unit_price=D("4.20")), quantity=D(100), lot=lot, by=store.keeper)
        decide_lot(lot=Lot.objects.get(code=lot), status=verdict, note="Seen", by=store.plant.person("ins"))
    desk = signed_in(buyer)
    for page in ("/suppliers/S-1", f"/requisitions/{approved().number}"):
        shown = text_of(desk.get(page))
        assert ("4.2000" in shown, "50.0 %" in shown) == (True, True), page
    listed = text_of(desk.get("/suppliers"))
    assert ("50.0 %" in listed, "105.0 %" in listed) == (True, True)


@pytest.mark.req("MAT-13")
@pytest.mark.parametrize("verdict", ["released", "rejected"])
def test_a_second_storekeeper_decides_what_the_first_received_who_does_not(promised, store, signed_in, verdict):
    store.steel.inspect_on_receipt = True
    store.steel.save()
    receive(expected=promised(), quantity=D(100), lot="H-1", by=store.keeper)
    lot = Lot.objects.get(code="H-1")
    said = {"status": verdict, "note": "Seen"}

    own = signed_in(store.keeper).post(f"/lots/{lot.pk}/decide", said)
    assert (own.status_code, "You received this lot" in text_of(own)) == (403, True)
    lot.refresh_from_db()
    assert lot.status == "to_inspect"

    second = StaffFactory(name="Second keeper", org=store.plant.plant, roles=["stk"])
    assert signed_in(second).post(f"/lots/{lot.pk}/decide", said).status_code == 302
    lot.refresh_from_db()
    assert lot.status == verdict
    assert "Second keeper" in text_of(signed_in(store.keeper).get(f"/lots/{lot.pk}"))


@pytest.mark.req("MAT-12")
def test_how_many_promises_a_supplier_kept_is_seen_on_its_page(promised, store, buyer, signed_in):
    for days in (-2, 0, -5):
        expected = promised(days=days)
        if days != -5:
            receive(expected=expected, quantity=D(100), by=store.keeper)
    desk = signed_in(buyer)
    assert "On time 33.3 % 1 / 3" in text_of(desk.get("/suppliers/S-1"))
    assert "33.3 %" in text_of(desk.get("/suppliers"))


@pytest.mark.req("GEN-24")
def test_delivered_of_ordered_is_seen_per_supplier(promised, store, buyer, signed_in):
    receive(expected=promised(unit_price=D(2)), quantity=D(60), by=store.keeper)
    desk = signed_in(buyer)
    assert "60.0 %" in text_of(desk.get("/suppliers"))
    assert "60.0 %" in text_of(desk.get("/suppliers/S-1"))


@pytest.mark.req("GEN-24")
def test_the_supplier_file_is_made_changed_and_holds_documents_with_their_last_day(store, buyer, signed_in):
    desk = signed_in(buyer)
    data = {"code": "S-9", "name": "Paint house", "name_zh": "涂料行"}
    assert desk.post("/suppliers/new", data)["Location"] == "/suppliers/S-9"
    assert desk.post("/suppliers/new", data).status_code == 422
    supplier = Supplier.objects.get()
    blocked = desk.post("/suppliers/S-9/edit", data | {"is_blocked": "on", "version": "1"})
    stale = desk.post("/suppliers/S-9/edit", data | {"remark": "Slow", "version": "1"})
    assert (blocked.status_code, stale.status_code, "Slow" in stale.content.decode()) == (302, 409, True)

    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    today = plant_today()
    for title, days, photo in (
        ("ISO 9001", -1, None),
        ("Contract", 10, SimpleUploadedFile("c.png", picture.getvalue())),
        ("Licence", 400, None),
        ("Permit", -3, None),
        ("permit", 300, None),
    ):
        sent = {"title": title, "valid_until": (today + timedelta(days=days)).isoformat()} | ({"photo": photo} if photo else {})
        assert desk.post("/suppliers/S-9/document", sent).status_code == 302, title
    shown = text_of(desk.get("/suppliers/S-9"))
    assert [word in shown for word in ("Expired", "Ends soon", "In force", "Replaced", "Blocked")] == [True] * 5
    refused = desk.post("/suppliers/S-9/document", {"title": "", "valid_until": "2027-01-01"})
    assert (refused.status_code, "2027-01-01" in refused.content.decode()) == (422, True)
    assert supplier.documents.count() == 5
    file = SupplierDocument.objects.get(title="Contract").file
    assert signed_in(store.manager).get(f"/files/{file.pk}").status_code == 200


@pytest.mark.parametrize("page", ["/requisitions?view=all", "/purchases?view=all", "/suppliers", "/receive"])
def test_a_list_asks_the_database_a_constant_number_of_times(promised, store, page, signed_in, django_assert_max_num_queries):
    desk = signed_in(store.keeper)
    for day in range(5):
        receive(expected=promised(days=day), quantity=D(20), by=store.keeper)
    Supplier.objects.bulk_create(Supplier(code=f"S-{n}", name="x") for n in range(2, 8))
    desk.get(page)
    with django_assert_max_num_queries(17):
        assert desk.get(page).status_code == 200


def test_my_day_asks_one_statement_for_all_of_buying(promised, store, django_assert_num_queries):
    from core.once import one_page
    from core.plant_settings import all_plant_settings
    from materials.selectors.store_day import store_day
    from people.access import access_of

    promised(days=-1)
    request_purchase(item=store.steel, quantity=D(5), needed_on=plant_today(), reason="other", by=store.keeper)
    for role, kinds in (("mgr", {"decide"}), ("stk", {"arrives"}), ("buy", {"arrives"}), ("tld", set())):
        access = access_of(store.plant.person(role, store.plant.a1 if role == "tld" else store.plant.plant))
        with one_page():
            all_plant_settings()
            with django_assert_num_queries(1 if kinds else 0):
                assert {thing.kind for thing in store_day(access)[0]} == kinds, role
