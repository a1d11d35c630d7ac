"""Items, bills of materials, places and opening stock as files (FORMATS section 1)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from core.models import Unit
from core.tables import KINDS, export, load
from materials.models import Balance, Bom, BomLine, Item, Lot, Place, Slip, StockMove
from materials.services import SlipLine, freeze_quota, issue, verify_ledger
from people.access import access_of
from people.roles import ACTIONS
from plans.models import ProductionOrder
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory

pytestmark = pytest.mark.django_db
ITEM_HEAD = "code,name,unit,min_stock,phantom,product_code\n"
BOM_HEAD = "product_code,version,part,process_code,item_code,qty_per_unit,loss_percent,setup_loss_qty,valid_from\n"
PLACE_HEAD = "code,name,kind,parent_code,purpose\n"
STOCK_HEAD = "item_code,bin_code,lot,quantity,as_of,expires_on\n"


@pytest.fixture
def kept(plant):
    """Steel in kilograms and screws in pieces, product P1, bins B1 and B2."""
    ItemFactory(code="STEEL")
    ItemFactory(code="SCREW", unit=Unit.objects.get(code="pcs"))
    ProductFactory(code="P1")
    make_bin("B1")
    make_bin("B2")
    return plant


def stands():
    rows = Balance.objects.filter(on_hand__gt=0).order_by("lot__item__code", "lot__code", "place__code")
    return [(row.lot.item.code, row.lot.code, row.place.code, row.on_hand) for row in rows.select_related("lot__item", "place")]


def test_the_columns_are_those_of_the_contract():
    told = {
        "items": "code* name* name_zh spec grade unit* item_class standard_cost min_stock lot_tracked inspect_on_receipt shelf_life_days"
        " product_code phantom",
        "boms": "product_code* version* part process_code item_code* qty_per_unit* loss_percent setup_loss_qty valid_from",
        "places": "code* name* name_zh kind* parent_code purpose",
        "opening_stock": "item_code* bin_code* lot quantity* as_of* expires_on",
    }
    keys = {"items": 1, "boms": 5, "places": 1, "opening_stock": 3}
    for name, columns in told.items():
        kind = KINDS[name]
        assert " ".join(column.name + "*" * column.is_required for column in kind.columns) == columns
        assert len(kind.key_columns) == keys[name]


# --- items ---


@pytest.mark.req("MAT-11")
def test_items_load_with_everything_a_store_knows_of_them(kept, csv_file, loaded):
    head = "code,name,name_zh,spec,grade,unit,item_class,standard_cost,min_stock,lot_tracked,inspect_on_receipt,shelf_life_days,phantom\n"
    path = csv_file(head + "GLUE,Glue,胶,5 l,A,l,chemicals,12.3456,2.5,1,1,180,0\n")

    assert loaded("items", path) == (1, 0, 0)
    assert loaded("items", path) == (0, 0, 1)

    item = Item.objects.get(code="GLUE")
    assert (item.standard_cost, item.min_stock, item.shelf_life_days, item.lot_tracked) == (Decimal("12.3456"), Decimal("2.5"), 180, True)
    assert loaded("items", csv_file("code,shelf_life_days,min_stock\nGLUE,-,3\n")) == (0, 1, 0)
    item.refresh_from_db()
    assert (item.shelf_life_days, item.min_stock, item.spec, item.version) == (None, 3, "5 l", 2)


def test_what_an_item_cannot_be(kept, csv_file, faults):
    make_bom(ProductFactory(code="P2"), {Item.objects.get(code="STEEL"): "1"})
    path = csv_file(
        f"{ITEM_HEAD}A,A,pcs,0.5,,\nB,B,pcs,,1,\nC,C,pcs,-1,,\nD,D,ton,,,\nE,E,pcs,,x,P9\nSTEEL,,g,,,\nSCREW,,,,1,P1\n,F,pcs,,,\nG,,pcs,,,\n"
    )

    assert faults("items", path) == [
        'row 2, column min_stock: "0.5" is finer than its unit allows (0 decimals)',
        'row 3, column phantom: "1" needs the product that the phantom stands for, in product_code',
        'row 4, column min_stock: "-1" is below 0',
        'row 5, column unit: "ton" is not known',
        'row 6, column product_code: "P9" is not known',
        'row 6, column phantom: "x" is not 0 or 1',
        'row 7, column unit: "g" cannot be: stock, bills or quotas already count this item with kg',
        'row 9, column code: "" is needed',
        'row 10, column name: "" is needed',
    ]
    assert not Item.objects.filter(code="A").exists()


def test_an_item_that_nothing_counts_may_take_another_unit(kept, csv_file, loaded):
    assert loaded("items", csv_file("code,unit\nSTEEL,g\n")) == (0, 1, 0)


# --- bills of materials ---


@pytest.mark.req("MAT-01")
def test_a_version_loads_as_approved_and_its_rows_again_change_nothing(kept, csv_file, loaded):
    ProcessFactory(code="WELD")
    path = csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2,,,2026-01-01\nP1,1,left,WELD,SCREW,4,1.5,3,\nP1,2,,,STEEL,1.95,,,2026-06-01\n")

    assert loaded("boms", path) == (3, 0, 0)

    bom = Bom.objects.get(version_code="1")
    assert (bom.status, bom.valid_from, bom.lines.count(), bom.approved_by) == ("approved", date(2026, 1, 1), 2, None)
    line = bom.lines.get(part="left")
    assert (line.item.code, line.process.code, line.qty_per_unit, line.loss_percent, line.setup_loss_qty) == (
        "SCREW",
        "WELD",
        4,
        Decimal("1.5"),
        3,
    )
    assert loaded("boms", path) == (0, 0, 3)
    assert loaded("boms", csv_file("product_code,version,item_code\nP1,1,STEEL\n")) == (0, 0, 1)


@pytest.mark.req("MAT-01")
def test_an_approved_version_is_never_edited(kept, csv_file, loaded, faults):
    ItemFactory(code="TIN")
    loaded("boms", csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2,1,,2026-01-01\n"))

    assert faults("boms", csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2.5,2,,2026-02-01\nP1,1,,,TIN,1,,,\n")) == [
        'row 2, column qty_per_unit: "2.5" cannot be: version 1 of P1 is approved and says “2”',
        'row 2, column loss_percent: "2" cannot be: version 1 of P1 is approved and says “1”',
        'row 2, column valid_from: "2026-02-01" cannot be: version 1 of P1 is approved and says “2026-01-01”',
        'row 3, column item_code: "TIN" cannot be added: version 1 of P1 is approved; bring a new version',
    ]
    assert BomLine.objects.get().qty_per_unit == 2


def test_what_a_bill_cannot_say(kept, csv_file, faults):
    ItemFactory(code="KIT", product=ProductFactory(code="P3"), is_phantom=True)
    Bom.objects.create(product=ProductFactory(code="P2"), version_code="1", valid_from=date(2026, 1, 1))
    path = csv_file(
        f"{BOM_HEAD}P1,1,,,STEEL,0,,,\nP1,1,,,SCREW,1,-1,,2026-01-01\nP1,1,,X,TIN,1,,,2026-01-02\nP2,1,,,STEEL,1,,,\nP3,1,,,KIT,1,,,\n"
        "P1,1,,,SCREW,1,,,\n"
    )

    assert faults("boms", path) == [
        'row 2, column qty_per_unit: "0" is not above 0',
        'row 3, column loss_percent: "-1" is below 0',
        'row 4, column process_code: "X" is not known',
        'row 4, column item_code: "TIN" is not known',
        'row 4, column valid_from: "2026-01-02" is not the date of row 3, 2026-01-01: a version begins once',
        'row 5, column version: "1" is a draft of P2 here; approve or discard it first',
        'row 6, column item_code: "KIT" is a phantom of P3 itself, so the bill would contain itself',
        'row 7, column product_code: "P1" is the same key as row 3 (P1~1~~~SCREW)',
    ]
    assert not Bom.objects.filter(product__code="P1").exists()


def test_a_version_may_lie_in_several_chunks(kept, csv_file, loaded, monkeypatch):
    monkeypatch.setattr("core.tables.loading.CHUNK_ROWS", 1)
    loaded("boms", csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2,,,\nP1,2,,,STEEL,2,,,\nP1,1,,,SCREW,1,,,2026-01-01\n"))
    assert Bom.objects.get(version_code="1").lines.count() == 2
    assert not Bom.objects.filter(status="draft").exists()


def test_a_trial_of_a_bill_leaves_nothing(kept, csv_file, loaded):
    assert loaded("boms", csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2,,,\n"), is_trial=True) == (1, 0, 0)
    assert not Bom.objects.exists()


# --- places ---


@pytest.mark.req("MAT-15")
def test_parents_may_stand_below_their_children_and_a_bin_takes_its_zones_purpose(plant, csv_file, loaded):
    path = csv_file(
        f"{PLACE_HEAD}B-1,Bin 1,bin,Z-1,\nB-2,Bin 2,bin,Z-1,scrap\n"
        "Z-1,Zone,zone,W-1,quarantine\nB-3,Bin 3,bin,W-1,\n"
        "W-1,Store,warehouse,,\n"
    )

    assert loaded("places", path) == (5, 0, 0)
    assert loaded("places", path) == (0, 0, 5)

    assert dict(Place.objects.filter(kind="bin").values_list("code", "purpose")) == {"B-1": "quarantine", "B-2": "scrap", "B-3": "stock"}
    assert Place.objects.get(code="B-1").parent.parent.code == "W-1"
    assert loaded("places", csv_file("code,name,purpose,parent_code\nB-1,Bin one,,\nB-2,,-,W-1\n")) == (0, 2, 0)
    assert list(Place.objects.filter(kind="bin").order_by("code").values_list("name", "purpose", "parent__code")) == [
        ("Bin one", "quarantine", "Z-1"),
        ("Bin 2", "stock", "W-1"),
        ("Bin 3", "stock", "W-1"),
    ]


def test_what_a_place_cannot_be(plant, csv_file, faults):
    make_store(plant)
    OrderFactory(number="MO-9", workshop=plant.a)
    Place.objects.create(code="MO:MO-9", name="x", kind="order", order=ProductionOrder.objects.get(number="MO-9"))
    path = csv_file(
        f"{PLACE_HEAD}OUT-USED,x,bin,,\nMO:MO-9,x,bin,,\nB-01,,,,scrap\nWH-Z,,bin,,\nN1,x,room,,\nN2,x,bin,N9,\nN3,x,zone,B-01,\n"
        "N4,x,bin,,used\nN5,x,,,\nN6,x,bin,OUT-USED,\nN7,x,warehouse,WH,\n"
    )

    assert faults("places", path) == [
        'row 2, column code: "OUT-USED" is a place that the ledger keeps for itself',
        'row 3, column code: "MO:MO-9" is a place that the ledger keeps for itself',
        'row 4, column purpose: "scrap" cannot be: material lies in this bin as Stock; move it first',
        'row 5, column kind: "bin" cannot be: WH-Z is a Zone and stays one',
        'row 6, column kind: "room" is none of warehouse zone bin',
        'row 7, column parent_code: "N9" is not known',
        'row 8, column parent_code: "B-01" is a Bin; a Zone does not stand in one',
        'row 9, column purpose: "used" is none of stock receiving line_side quarantine scrap',
        'row 10, column kind: "" is needed',
        'row 11, column parent_code: "OUT-USED" is not known',
        'row 12, column parent_code: "WH" is a Warehouse; a Warehouse does not stand in one',
    ]
    assert not Place.objects.filter(code="N4").exists()


# --- opening stock ---


@pytest.mark.req("MAT-11")
def test_opening_stock_is_one_move_per_key_out_of_the_adjustment_place(kept, csv_file, loaded):
    path = csv_file(
        f"{STOCK_HEAD}STEEL,B1,,500.5,2026-10-01,\nSTEEL,B2,L1,10,2026-10-01,2027-01-31\nSTEEL,B1,L1,5,2026-10-01,\nSCREW,B1,,7,2026-11-02,\n"
    )

    assert loaded("opening_stock", path) == (4, 0, 0)

    assert stands() == [("SCREW", "", "B1", 7), ("STEEL", "", "B1", Decimal("500.5")), ("STEEL", "L1", "B1", 5), ("STEEL", "L1", "B2", 10)]
    assert set(StockMove.objects.values_list("source__code", "slip__kind")) == {("OUT-ADJUSTMENT", "opening")}
    slips = Slip.objects.order_by("business_date").values_list("number", "business_date", "status")
    assert list(slips) == [("OPN-2026-000001", date(2026, 10, 1), "posted"), ("OPN-2026-000002", date(2026, 11, 2), "posted")]
    lot = Lot.objects.get(code="L1")
    assert (lot.status, lot.received_on, lot.expires_on) == ("released", date(2026, 10, 1), date(2027, 1, 31))
    assert loaded("opening_stock", path) == (0, 0, 4)
    assert StockMove.objects.count() == 4
    assert verify_ledger() == []


@pytest.mark.req("MAT-11")
def test_another_quantity_later_is_a_correcting_move(kept, csv_file, loaded, tmp_path):
    loaded("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,,500,2026-10-01,\nSTEEL,B2,,40,2026-10-01,\n"))

    assert loaded("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,,480,2026-10-05,\nSTEEL,B2,,41.5,,\n")) == (0, 2, 0)

    assert stands() == [("STEEL", "", "B1", 480), ("STEEL", "", "B2", Decimal("41.5"))]
    corrections = StockMove.objects.order_by("pk")[2:].values_list("source__code", "target__code", "quantity", "business_date")
    assert sorted(corrections) == [
        ("B1", "OUT-ADJUSTMENT", 20, date(2026, 10, 5)),
        ("OUT-ADJUSTMENT", "B2", Decimal("1.5"), date(2026, 10, 1)),
    ]
    assert loaded("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,,0,,\n")) == (0, 1, 0)
    assert export(KINDS["opening_stock"], tmp_path / "o.csv") == 1
    assert verify_ledger() == []


@pytest.mark.req("MAT-11")
def test_once_the_lot_has_moved_another_quantity_is_a_fault(kept, csv_file, loaded, faults):
    path = csv_file(f"{STOCK_HEAD}STEEL,B1,,500,2026-10-01,\nSTEEL,B2,L1,40,2026-10-01,2027-01-31\n")
    loaded("opening_stock", path)
    product = ProductFactory()
    make_bom(product, {Item.objects.get(code="STEEL"): "2"})
    order = OrderFactory(product=product, quantity=Decimal(100), workshop=kept.a, team=kept.a1)
    freeze_quota(order=order, by=None)
    line = SlipLine(Item.objects.get(code="STEEL"), Decimal(10), lot="L1")
    issue(order=order, lines=[line], receiver=kept.person("opr", kept.a1), by=kept.person("stk"))

    assert loaded("opening_stock", path) == (0, 0, 2)
    assert faults("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,,400,,\nSTEEL,B2,L1,41,,2027-02-28\nSTEEL,B1,L1,1,2026-10-01,\n")) == [
        'row 3, column quantity: "41" cannot be: this lot has moved since it was opened with “40”; count it instead',
        'row 3, column expires_on: "2027-02-28" cannot be: this lot has moved since it was opened with “2027-01-31”; count it instead',
    ]
    assert Balance.objects.get(place__code="B1", lot__code="").on_hand == 500


def test_what_opening_stock_cannot_say(kept, csv_file, faults, loaded):
    ItemFactory(code="KIT", product=ProductFactory(), is_phantom=True)
    loaded("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,,500,2026-10-01,\n"))
    path = csv_file(
        f"{STOCK_HEAD}STEEL,B2,,0,2026-10-01,\nSCREW,B1,,1.5,2026-10-01,\nSCREW,WH,,1,2026-10-01,\nSCREW,B9,,1,2026-10-01,\n"
        "KIT,B1,,1,2026-10-01,\nSCREW,B2,,1,,\nSTEEL,B1,,500,2026-10-02,\nSTEEL,B1,X,1,2026-10-01,2027-01-01\nSTEEL,B2,X,1,2026-10-01,2027-01-02\n"
        "STEEL,B2,X,1,2026-10-01,\n"
    )

    assert faults("opening_stock", path) == [
        'row 2, column quantity: "0" is not above 0',
        'row 3, column quantity: "1.5" is finer than its unit allows (0 decimals)',
        'row 4, column bin_code: "WH" is not a bin in use',
        'row 5, column bin_code: "B9" is not known',
        'row 6, column item_code: "KIT" is a phantom and never stocked',
        'row 7, column as_of: "" is needed',
        'row 8, column as_of: "2026-10-02" cannot be: this stock was opened as of 2026-10-01',
        'row 10, column expires_on: "2027-01-02" is not the date of row 9, 2027-01-01: a lot expires once',
        'row 11, column item_code: "STEEL" is the same key as row 10 (STEEL~B2~X)',
    ]
    assert StockMove.objects.count() == 1


@pytest.mark.parametrize("purpose", ["stock", "receiving", "line_side", "quarantine", "scrap"])
def test_stock_opens_in_a_bin_of_any_purpose(kept, csv_file, loaded, purpose):
    make_bin("B-X", purpose)
    assert loaded("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B-X,,1,2026-10-01,\n")) == (1, 0, 0)


def test_a_wrong_row_leaves_no_lot_no_slip_and_no_number(kept, csv_file, faults, loaded, monkeypatch):
    monkeypatch.setattr("core.tables.loading.CHUNK_ROWS", 1)
    faults("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,L7,5,2026-10-01,\nSTEEL,B9,,1,2026-10-01,\n"))
    assert (Lot.objects.count(), Slip.objects.count(), StockMove.objects.count()) == (0, 0, 0)
    loaded("opening_stock", csv_file(f"{STOCK_HEAD}STEEL,B1,L7,5,2026-10-01,\n"))
    assert Slip.objects.get().number == "OPN-2026-000001"


def test_a_thousand_rows_take_as_many_statements_as_ten(kept, csv_file, loaded):
    Item.objects.bulk_create(ItemFactory.build(code=f"I{number}") for number in range(1100))
    counts = []
    for first, last in ((0, 10), (10, 1010)):
        rows = "".join(f"I{number},B1,L{number % 3},{number + 1},2026-10-01,\n" for number in range(first, last))
        with CaptureQueriesContext(connection) as queries:
            loaded("opening_stock", csv_file(STOCK_HEAD + rows))
        counts.append(len(queries))
        moves = [query["sql"] for query in queries if 'INSERT INTO "materials_stockmove"' in query["sql"]]
        assert len(moves) == 1
    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize("kind", ["items", "boms", "places"])
def test_other_tables_take_constant_statements_too(kept, csv_file, loaded, kind):
    Item.objects.bulk_create(ItemFactory.build(code=f"I{number}") for number in range(400))
    texts = {
        "items": lambda number: f"N{number},x,pcs,,,",
        "boms": lambda number: f"P1,{number // 10},,,I{number},1,,,",
        "places": lambda number: f"N{number},x,bin,,",
    }
    head = {"items": ITEM_HEAD, "boms": BOM_HEAD, "places": PLACE_HEAD}[kind]
    counts = []
    for first, last in ((0, 10), (10, 400)):
        with CaptureQueriesContext(connection) as queries:
            loaded(kind, csv_file(head + "\n".join(map(texts[kind], range(first, last)))))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


# --- orders that load as released ---


@pytest.mark.req("MAT-06")
def test_an_order_that_loads_as_released_gets_its_quota(kept, csv_file, loaded):
    loaded("boms", csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2,,,\n"))
    loaded("orders", csv_file("number,product_code,quantity,workshop_code,due_on,status\nX1,P1,100,A,2026-12-01,released\n"))
    order = ProductionOrder.objects.get(number="X1")
    assert [(line.item.code, line.quota) for line in order.quota_lines.all()] == [("STEEL", 200)]


@pytest.mark.req("MAT-06")
def test_without_a_bill_it_is_a_fault_once_this_plant_keeps_materials(plant, csv_file, loaded, faults):
    ProductFactory(code="P1")
    head = "number,product_code,quantity,workshop_code,due_on,status\n"
    loaded("orders", csv_file(f"{head}X1,P1,100,A,2026-12-01,released\n"))
    ItemFactory()

    told = faults("orders", csv_file(f"{head}X2,P1,100,A,2026-12-01,released\nX3,P1,100,A,2026-12-01,draft\n"))

    assert told == [f'row 2, column status: "released" – P1 has no approved bill of materials valid on {plant_today()}.']
    assert not ProductionOrder.objects.filter(number="X2").exists()
    assert loaded("orders", csv_file(f"{head}X4,P1,100,A,2026-12-01,closed\n")) == (1, 0, 0)


# --- rights ---


@pytest.mark.req("SYS-01")
def test_who_may_bring_which_file(plant):
    told = {"items": {"eng", "plr", "stk"}, "boms": {"mgr", "eng"}, "places": {"adm", "stk"}, "opening_stock": {"mgr", "adm"}}
    assert {name: set(ACTIONS[KINDS[name].edit_action]) for name in told} == told
    assert all(access_of(plant.person("opr", plant.a1)).may(KINDS[name].read_action) for name in told)


def test_a_bill_brought_by_a_person_is_approved_by_that_person(kept, tmp_path, csv_file):
    manager = kept.person("mgr")
    load(KINDS["boms"], csv_file(f"{BOM_HEAD}P1,1,,,STEEL,2,,,\n"), by=manager, access=access_of(manager))
    bom = Bom.objects.get()
    assert (bom.made_by, bom.approved_by) == (None, manager)


def test_files_in_gb18030_load_too(kept, csv_file, loaded):
    path = csv_file("code,name,name_zh,kind\nB-7,Bin,一号货位,bin\n", encoding="gb18030")
    assert loaded("places", path) == (1, 0, 0)
    assert Place.objects.get(code="B-7").name_zh == "一号货位"
