"""Items, places, lots, stock and labels as pages (MAT-11, MAT-13, MAT-15)."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from core.clock import plant_today
from core.models import Unit
from core.templatetags.fo import qr
from materials.forms.masters import ItemForm
from materials.models import Item, Place, Slip, StockMove
from materials.services import SlipLine, issue, return_material
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.plans import ProductFactory
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(store, signed_in):
    return signed_in(store.keeper)


ITEM = {"code": "RM-1", "name": "Sheet", "name_zh": "钢板", "unit": "", "standard_cost": "6.5", "min_stock": "１０", "shelf_life_days": ""}


def item_data(store, **more):
    return ITEM | {"unit": str(store.steel.unit_id)} | more


@pytest.mark.req("MAT-11")
def test_an_item_is_made_and_changed_and_its_history_tells(store, desk):
    assert desk.post("/items/new", item_data(store)).status_code == 302
    item = Item.objects.get(code="RM-1")
    assert (item.min_stock, item.standard_cost, item.name_zh) == (10, D("6.5"), "钢板")
    shown = text_of(desk.get("/items/RM-1"))
    assert "below the minimum" in shown
    changed = desk.post("/items/RM-1/edit", item_data(store, grade="SPCC", version=str(item.version)))
    assert changed.status_code == 302
    assert "SPCC" in text_of(desk.get("/items/RM-1?tab=history"))
    stale = desk.post("/items/RM-1/edit", item_data(store, grade="DX51", version=str(item.version)))
    assert (stale.status_code, "DX51" in stale.content.decode()) == (409, True)


@pytest.mark.req("MAT-11")
def test_the_page_of_an_item_keeps_each_of_its_fields(store, desk):
    frame, door = ProductFactory(code="FRAME"), ProductFactory(code="DOOR")
    kilos, pieces = Unit.objects.get(code="kg"), Unit.objects.get(code="pcs")
    words = {
        "code": "GLUE",
        "barcode": "6901234567892",
        "name": "Glue",
        "name_zh": "胶水",
        "spec": "5 l",
        "grade": "A",
        "item_class": "glue",
    }
    figures = {"standard_cost": D("12.3456"), "min_stock": D("2.5"), "shelf_life_days": 180}
    flags = {"lot_tracked": True, "inspect_on_receipt": True, "is_phantom": True}
    others = {"code": "GLUE-2", "barcode": "GLUE/2", "name": "Paste", "name_zh": "浆糊", "spec": "9 l", "grade": "B", "item_class": "paste"}
    no_figures = {"standard_cost": None, "min_stock": D(4), "shelf_life_days": None}
    no_flags = dict.fromkeys(flags, False)

    def kept(wanted, address, **more):
        data = {name: "on" if value is True else value for name, value in wanted.items() if value not in (None, False)}
        data |= {"unit": str(wanted["unit"].pk), "product": wanted["product"].code} | more
        assert desk.post(address, data).status_code == 302
        item = Item.objects.get(code=wanted["code"])
        assert {name: getattr(item, name) for name in wanted} == wanted
        return item

    first = words | figures | flags | {"unit": kilos, "product": frame}
    assert first.keys() == ItemForm(is_new=True).fields.keys()
    item = kept(first, "/items/new")
    again = kept(others | no_figures | no_flags | {"unit": pieces, "product": door}, "/items/GLUE/edit", version=str(item.version))
    assert again == item


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "STEEL"}, "already in use"),
        ({"min_stock": "1.2345"}, "finer than the unit"),
        ({"is_phantom": "on"}, "A phantom stands for a product"),
        ({"name": " "}, "needed"),
    ],
)
def test_a_faulty_item_is_refused_at_its_field(store, desk, more, field):
    refused = desk.post("/items/new", item_data(store, **more))
    assert refused.status_code == 422
    assert field in text_of(refused) or "required" in text_of(refused)


def test_an_item_that_is_counted_keeps_its_unit(store, desk):
    other = ItemFactory(code="PIECE").unit.__class__.objects.get(code="pcs")
    data = item_data(store, code="STEEL", unit=str(other.pk), min_stock="", version=str(store.steel.version))
    assert "so this stays" in text_of(desk.post("/items/STEEL/edit", data))


@pytest.mark.req("MAT-15")
def test_each_stock_row_has_its_zone_and_a_label_prints_code_name_and_spec(store, desk):
    Item.objects.filter(pk=store.steel.pk).update(spec="1.5×1250", grade="SPCC-SD")
    shown = text_of(desk.get("/stock"))
    for words in ("STEEL", "WH-Z", "B-01", "500.000"):
        assert words in shown
    label = desk.get("/labels/items", {"code": "STEEL"})
    for words in ("STEEL", store.steel.name, "1.5×1250", "SPCC-SD"):
        assert words in text_of(label)
    assert '<svg class="fo-qr"' in label.content.decode()
    assert qr("http://testserver/items/STEEL", "STEEL") in label.content.decode()
    assert desk.get("/items/STEEL").status_code == 200
    bins = text_of(desk.get("/labels/places", {"code": "WH"}))
    assert ("WH-Z" in bins, "B-01" in bins) == (True, True)
    book = openpyxl.load_workbook(BytesIO(b"".join(desk.get("/stock?file=xlsx").streaming_content)))
    rows = [dict(zip(next(book.active.values), row, strict=True)) for row in list(book.active.values)[1:]]
    assert [(row["item_code"], row["zone_code"], row["bin_code"], row["quantity"]) for row in rows] == [("STEEL", "WH-Z", "B-01", 500)]


@pytest.mark.req("MAT-15")
def test_the_labels_of_lots_and_bins_carry_their_code_and_a_qr_that_leads_to_them(store, desk):
    lot = put(store.steel, "40", lot="L7/2")
    for address, code, page in (
        (f"/labels/lots?code={lot.pk}", "L7/2", f"/lots/{lot.pk}/L7/2"),
        ("/labels/places?code=B-01", "B-01", "/places/B-01"),
    ):
        label = desk.get(address)
        assert code in text_of(label)
        assert qr(f"http://testserver{page}", code) in label.content.decode()
        assert label.content.decode().count('<svg class="fo-qr"') == 1
        assert desk.get(page, follow=True).status_code == 200


@pytest.mark.req("MAT-15")
def test_warehouse_zone_and_bin_are_made_one_in_the_other(store, desk):
    assert desk.post("/places/new", {"kind": "warehouse", "code": "W2", "name": "Second"}).status_code == 302
    warehouse = Place.objects.get(code="W2")
    zone = {"kind": "zone", "code": "W2-A", "name": "Sheets", "parent": str(warehouse.pk), "item_class": "sheet"}
    assert desk.post("/places/new", zone).status_code == 302
    parent = Place.objects.get(code="W2-A")
    assert parent.item_class == "sheet"
    bin_data = {"kind": "bin", "code": "W2-A-01", "name": "Shelf 1", "parent": str(parent.pk), "purpose": "stock"}
    for wrong in ({"parent": ""}, {"parent": str(warehouse.pk)}, {"purpose": ""}, {"code": "B-01"}):
        assert desk.post("/places/new", bin_data | wrong).status_code == 422, wrong
    assert desk.post("/places/new", bin_data).status_code == 302
    shown = text_of(desk.get("/places"))
    assert ("W2-A-01" in shown, "Sheets" in shown) == (True, True)
    assert "· sheet" in text_of(desk.get("/places/W2-A"))
    # What holds something stays open and keeps its purpose; so does what has open places in it.
    full = Place.objects.get(code="B-01")
    data = {"code": "B-01", "name": "B-01", "parent": str(full.parent_id), "purpose": "quarantine", "version": str(full.version)}
    assert "Move it first" in text_of(desk.post("/places/B-01/edit", data))
    data = {"code": "W2-A", "name": "Sheets", "parent": str(warehouse.pk), "is_closed": "on", "version": "1"}
    assert "Close them first" in text_of(desk.post("/places/W2-A/edit", data))


@pytest.mark.req("MAT-13")
def test_a_lot_to_inspect_cannot_be_issued_until_somebody_other_than_its_receiver_released_it(store, signed_in):
    lot = put(store.steel, "100", make_bin("B-02"), lot="L-NEW", status="to_inspect")
    arrival = Slip.objects.create(
        kind="receipt", business_date=plant_today(), posted_at="2026-01-01T00:00Z", posted_by=store.keeper, number="R1"
    )
    supplier = Place.objects.get(purpose="supplier")
    StockMove.objects.create(
        slip=arrival, line=0, lot=lot, source=supplier, target=make_bin("B-02"), quantity=1, business_date=plant_today()
    )
    desk = signed_in(store.keeper)
    assert "L-NEW" in text_of(desk.get("/lots?view=inspect"))
    assert "L-NEW" not in desk.get(f"/issue/{store.order.number}").content.decode()

    own = desk.post(f"/lots/{lot.pk}/decide", {"status": "released", "note": "Looks good"})
    assert (own.status_code, "You received this lot" in text_of(own)) == (403, True)
    inspector = signed_in(store.plant.person("ins"))
    assert inspector.post(f"/lots/{lot.pk}/decide", {"status": "released", "note": ""}).status_code == 422
    assert inspector.post(f"/lots/{lot.pk}/decide", {"status": "concession", "note": "Rust"}).status_code == 403
    assert inspector.post(f"/lots/{lot.pk}/decide", {"status": "released", "note": "Certificate is there"}).status_code == 302
    lot.refresh_from_db()
    assert lot.status == "released"
    assert "Certificate is there" in text_of(inspector.get(f"/lots/{lot.pk}"))
    assert "L-NEW" in signed_in(store.keeper).get(f"/issue/{store.order.number}").content.decode()
    manager = signed_in(store.manager)
    assert manager.post(f"/lots/{lot.pk}/decide", {"status": "concession", "note": "Customer agreed"}).status_code == 302


def test_a_lot_is_traced_to_its_orders_and_an_order_to_its_lots(store, desk):
    lot = put(store.steel, "40", make_bin("B-02"), lot="L7", expires_on=plant_today() + timedelta(days=9))
    issue(order=store.order, lines=[SlipLine(store.steel, D(30), lot="L7")], receiver=store.welder, by=store.keeper)
    return_material(order=store.order, lines=[SlipLine(store.steel, D(5))], return_type="good", receiver=store.welder, by=store.keeper)
    shown = text_of(desk.get(f"/lots/{lot.pk}"))
    assert (store.order.number in shown, "25.000 kg" in shown) == (True, True)
    order = text_of(desk.get(f"/quota/{store.order.number}"))
    assert ("L7" in order, "25.000" in order) == (True, True)
    assert desk.get(f"/lots/{lot.pk}/L7")["Location"] == f"/lots/{lot.pk}"
    assert "L7" in text_of(desk.get("/stock?q=L7"))
    assert "L7" not in text_of(desk.get("/stock?status=rejected"))
    assert "L7" in text_of(desk.get("/stock?view=orders"))


def test_every_tab_of_an_item_shows_what_it_promises(store, desk):
    issue(order=store.order, lines=[SlipLine(store.steel, D(30))], receiver=store.welder, by=store.keeper)
    assert "B-01" in text_of(desk.get("/items/STEEL"))
    assert Slip.objects.get(kind="issue").number in text_of(desk.get("/items/STEEL?tab=moves"))
    assert store.order.product.code in text_of(desk.get("/items/STEEL?tab=used"))
    assert "170.000" in text_of(desk.get("/items/STEEL?tab=orders"))


def test_lists_ask_the_database_a_constant_number_of_times(store, desk, django_assert_max_num_queries):
    product = ProductFactory()
    items = ItemFactory.create_batch(12)
    make_bom(product, dict.fromkeys(items, "1"))
    for number, item in enumerate(items):
        put(item, "5", make_bin(f"C-{number:02d}"), lot=f"L{number}")
    for address, most in {"/items": 14, "/stock": 15, "/lots": 13, "/places": 14, "/places/WH": 17, "/labels/items": 15}.items():
        with django_assert_max_num_queries(most):
            assert desk.get(address).status_code == 200
    for tab, most in {"stock": 15, "moves": 15, "used": 15, "orders": 15, "history": 17}.items():
        with django_assert_max_num_queries(most):
            assert desk.get(f"/items/{items[0].code}?tab={tab}").status_code == 200
