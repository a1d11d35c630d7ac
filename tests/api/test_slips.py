"""An order's quota, slips and supplements for programs: the answers and refusals of FORMATS section 3, to the letter."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.clock import plant_today
from core.models import RequestKey, Unit
from materials.models import Balance, BomSubstitute, Item, QuotaLine, Slip, StockMove, Supplement
from materials.services import freeze_quota, verify_ledger
from people.services import set_pin
from plans.models import ProductionOrder
from tests.api.conftest import codes
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store, put
from tests.factories.plans import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db
PIN = "4207"


@pytest.fixture
def store(plant):
    return make_store(plant)


@pytest.fixture
def keeper(store, api):
    return api(store.keeper)


@pytest.fixture
def body(store):
    """An issue of 10 kg steel to the welder; ``body(quantity="60")`` or other parts of the slip."""

    def made(quantity="10.000", item="STEEL", lines=None, **parts):
        given = {"kind": "issue", "order": store.order.number, "receiver": store.welder.staff_no}
        return given | {"lines": lines or [{"item": item, "quantity": quantity}]} | parts

    return made


def refusal(response, status, code):
    told = response.json()
    assert (response.status_code, told["code"], response["Content-Type"]) == (status, code, "application/problem+json"), told
    return told


# --- quota ---


@pytest.mark.req("MAT-07")
def test_the_quota_of_an_order_says_every_figure_with_the_units_decimals(store, keeper, body, api):
    make_bin("B-Q", "quarantine")
    keeper.post("/slips", body("150"))
    for quantity, kind in (("5", "good"), ("2.5", "incoming_defect"), ("1", "operation_defect")):
        assert keeper.post("/slips", body(quantity, kind="return", return_type=kind)).status_code == 201

    assert api(store.welder).get(f"/orders/{store.order.number}/quota").json() == {
        "lines": [
            {
                "item": "STEEL",
                "unit": "kg",
                "quota": "200.000",
                "supplement": "0.000",
                "issued": "150.000",
                "returned_good": "5.000",
                "returned_incoming_defect": "2.500",
                "returned_operation_defect": "1.000",
                "left": "57.500",
                "held": "141.500",
                "on_hand": "355.000",
            }
        ]
    }


def test_on_hand_is_what_may_be_issued(store, keeper):
    put(store.steel, "7", lot="L1", status="to_inspect")
    put(store.steel, "7", lot="L2", expires_on=plant_today() - timedelta(days=1))
    put(store.steel, "7", lot="L3", status="concession", expires_on=plant_today())
    put(store.steel, "7", place=make_bin("B-S", "scrap"), lot="L4")
    (line,) = keeper.get(f"/orders/{store.order.number}/quota").json()["lines"]
    assert line["on_hand"] == "507.000"


def test_what_a_substitute_holds_counts_by_its_factor(plant, keeper, store, api):
    steel, other = ItemFactory(), ItemFactory(code="OTHER")
    product = ProductFactory()
    bom = make_bom(product, {steel: "2"}, version="x")
    order = OrderFactory(number="A/7", product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    line = QuotaLine.objects.get(order=order)
    assert not BomSubstitute.objects.filter(line__bom=bom).exists()
    line.substitutes.create(item=other, factor=Decimal("0.5"))
    put(other, "1000")

    sent = {"kind": "issue", "order": "A/7", "receiver": store.welder.staff_no, "lines": [{"item": "OTHER", "quantity": "100"}]}
    assert keeper.post("/slips", sent).status_code == 201

    (told,) = keeper.get("/orders/A%2F7/quota").json()["lines"]
    assert (told["issued"], told["held"], told["left"], told["on_hand"]) == ("50.000", "50.000", "150.000", "0.000")
    assert keeper.get("/orders/nothing/quota").status_code == 404
    OrderFactory(number="MO/quota", product=product, workshop=plant.a)
    assert keeper.get("/orders/MO/quota").json()["number"] == "MO/quota"


def test_an_order_without_a_bill_has_no_lines(plant, api):
    order = OrderFactory(workshop=plant.a)
    assert api(plant.person("opr", plant.a1)).get(f"/orders/{order.number}/quota").json() == {"lines": []}
    refusal(api(plant.person("opr", plant.b1)).get(f"/orders/{order.number}/quota"), 404, "not_found")


# --- slips ---


@pytest.mark.req("MAT-07")
def test_an_issue_answers_with_number_status_and_the_lots_and_bins_taken(store, keeper, body):
    soon = plant_today() + timedelta(days=3)
    put(store.steel, "4", lot="L1", expires_on=soon)
    put(store.steel, "3", place=make_bin("B-02"), lot="L1", expires_on=soon)

    posted = keeper.post("/slips", body("10.000"))

    slip = posted.json()
    assert (posted.status_code, slip["number"], slip["status"]) == (201, "ISS-2026-000001", "awaiting_receiver")
    assert [(line["item"], line["unit"], line["quantity"], line["lot"], line["bin"]) for line in slip["lines"]] == [
        ("STEEL", "kg", "4.000", "L1", "B-01"),
        ("STEEL", "kg", "3.000", "L1", "B-02"),
        ("STEEL", "kg", "3.000", None, "B-01"),
    ]
    assert (slip["order"], slip["receiver"], slip["posted_by"]) == (
        store.order.number,
        store.welder.staff_no,
        store.keeper.staff_no,
    )
    assert keeper.get(f"/slips/{slip['number']}").json() == slip
    assert store.line.issued == 10


@pytest.mark.req("MAT-07")
def test_beyond_the_quota_every_refused_line_is_listed_and_nothing_posted(store, plant, api, keeper, body):
    glue, tin = ItemFactory(code="GLUE", unit=Unit.objects.get(code="l")), ItemFactory(code="TIN")
    bom = make_bom(ProductFactory(), {store.steel: "2", glue: "0.5"})
    order = OrderFactory(product=bom.product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    put(glue, "20")
    lines = [
        {"item": "GLUE", "quantity": "30"},
        {"item": "STEEL", "quantity": "150"},
        {"item": "STEEL", "quantity": "60"},
        {"item": "TIN", "quantity": 1},
    ]

    told = refusal(keeper.post("/slips", body(lines=lines, order=order.number)), 409, "insufficient_stock")

    assert told["lines"] == [
        {"item": "GLUE", "code": "insufficient_stock", "asked": "30", "left": "50", "on_hand": "20", "unit": "l"},
        {"item": "STEEL", "code": "quota_exceeded", "asked": "210", "left": "200", "on_hand": "500", "unit": "kg"},
        {"item": "TIN", "code": "item_not_on_order", "asked": "1", "left": None, "on_hand": "0", "unit": "kg"},
    ]
    assert "GLUE: 30 l asked, 20 l on hand." in told["detail"]
    assert tin.lots.count() == 0
    assert not Slip.objects.exclude(kind="opening").exists()


@pytest.mark.req("MAT-13")
def test_a_named_lot_that_is_not_released_is_refused(store, keeper, body):
    put(store.steel, "100", lot="L2", status="to_inspect")
    refusal(keeper.post("/slips", body(lines=[{"item": "STEEL", "quantity": "1", "lot": "L2"}])), 409, "lot_not_released")
    taken = keeper.post("/slips", body(lines=[{"item": "STEEL", "quantity": "1", "bin": "B-01"}])).json()["lines"]
    assert [(line["lot"], line["bin"]) for line in taken] == [(None, "B-01")]


@pytest.mark.req("MAT-06")
def test_an_order_that_is_not_open_takes_nothing(store, keeper, body):
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="closed")
    refusal(keeper.post("/slips", body()), 409, "order_not_open")


@pytest.mark.req("MAT-08")
def test_the_same_person_twice_is_refused(store, keeper, body):
    refusal(keeper.post("/slips", body(receiver=store.keeper.staff_no)), 409, "same_person")
    set_pin(pin=PIN, by=store.keeper)
    refusal(keeper.post("/slips", body(receiver=store.keeper.staff_no, receiver_pin=PIN)), 409, "same_person")


def test_what_is_wrong_in_itself_is_named_at_its_field(store, keeper, body):
    lines = [
        {"item": "STEEL", "quantity": "0"},
        {"item": "STEEL", "quantity": "-1"},
        {"item": "STEEL", "quantity": "1.0001"},
        {"item": "STEEL", "quantity": "much"},
        {"item": "NONE", "quantity": 5},
        {"item": "STEEL", "quantity": 1, "bin": "B-99"},
        {"item": "STEEL", "quantity": True},
        {"item": "STEEL", "quantity": ""},
    ]
    assert codes(keeper.post("/slips", body(lines=lines, receiver="nobody", kind="gift", business_date="soon"))) == {
        "lines.4.item": "unknown",
        "lines.5.bin": "unknown",
        "lines.0.quantity": "not_above_zero",
        "lines.1.quantity": "negative",
        "lines.2.quantity": "too_fine",
        "lines.3.quantity": "not_a_number",
        "lines.6.quantity": "wrong_type",
        "lines.7.quantity": "required",
        "receiver": "unknown",
        "kind": "invalid",
        "business_date": "not_a_date",
    }
    assert codes(keeper.post("/slips", body(kind="return"))) == {"return_type": "required"}
    assert codes(keeper.post("/slips", body(return_type="good"))) == {"return_type": "invalid"}
    assert codes(keeper.post("/slips", body(lines=[{"item": "STEEL"}]))) == {"lines.0.quantity": "required"}
    assert codes(keeper.post("/slips", body() | {"lines": []})) == {"lines": "no_lines"}
    assert codes(keeper.post("/slips", body(receiver=store.plant.person("opr", store.plant.b1).staff_no))) == {
        "receiver": "receiver_elsewhere"
    }
    assert codes(keeper.post("/slips", body(business_date="2020-01-01"))) == {"business_date": "date_out_of_reach"}
    assert codes(keeper.post("/slips", body(unknown=1))) == {"unknown": "unknown_field"}
    assert store.line.issued == 0


@pytest.mark.req("MAT-10")
def test_a_return_beyond_what_is_held_is_refused(store, keeper, body):
    keeper.post("/slips", body("10"))
    told = refusal(keeper.post("/slips", body("10.001", kind="return", return_type="good")), 409, "return_exceeds_issue")
    assert told["lines"][0]["on_hand"] == "10"
    back = keeper.post("/slips", body("4", kind="return", return_type="good")).json()
    assert (back["kind"], back["return_type"], back["lines"][0]["bin"], back["number"]) == ("return", "good", "B-01", "RET-2026-000001")
    assert (store.line.returned_good, store.line.left) == (4, 194)


@pytest.mark.req("MAT-08")
def test_with_the_receivers_pin_the_slip_is_posted_at_once(store, keeper, body):
    refusal(keeper.post("/slips", body(receiver_pin=PIN)), 409, "pin_not_set")
    set_pin(pin=PIN, by=store.welder)
    assert codes(keeper.post("/slips", body(receiver_pin="9999"))) == {"receiver_pin": "pin_wrong"}
    assert store.line.issued == 0
    key = uuid4()

    posted = keeper.post("/slips", body(receiver_pin=PIN), key=key).json()

    assert posted["status"] == "posted"
    assert posted["confirmed_at"]
    again = keeper.post("/slips", body(receiver_pin="0000"), key=key)
    assert (again.json(), again["Idempotent-Replay"]) == (posted, "true")
    assert RequestKey.objects.get(pk=key).is_kept
    assert store.line.issued == 10


@pytest.mark.req("MAT-08")
def test_the_receiver_confirms_alone_or_by_pin_at_the_counter(store, keeper, body, api, plant):
    number = keeper.post("/slips", body()).json()["number"]
    refusal(api(plant.person("tld", plant.a1)).post(f"/slips/{number}/confirm", {}), 403, "not_allowed")
    refusal(keeper.post(f"/slips/{number}/confirm"), 403, "not_allowed")
    refusal(api(plant.person("opr", plant.b1)).post(f"/slips/{number}/confirm", {}), 404, "not_found")

    assert api(store.welder).post(f"/slips/{number}/confirm").json()["status"] == "posted"
    assert api(store.welder).post(f"/slips/{number}/confirm", {}).status_code == 200

    set_pin(pin=PIN, by=store.welder)
    other = keeper.post("/slips", body()).json()["number"]
    assert codes(keeper.post(f"/slips/{other}/confirm", {"pin": "1357"})) == {"pin": "pin_wrong"}
    refusal(api(plant.person("sup", plant.a)).post(f"/slips/{other}/confirm", {"pin": PIN}), 403, "not_allowed")
    assert keeper.post(f"/slips/{other}/confirm", {"pin": PIN}).json()["status"] == "posted"


@pytest.mark.req("MAT-11")
def test_a_slip_is_undone_by_its_mirror_image(store, keeper, body, api, plant):
    number = keeper.post("/slips", body("40")).json()["number"]
    assert codes(keeper.post(f"/slips/{number}/reverse", {"reason": " "})) == {"reason": "reason_needed"}
    refusal(api(plant.person("tld", plant.a1)).post(f"/slips/{number}/reverse", {"reason": "Wrong"}), 403, "not_allowed")

    told = keeper.post(f"/slips/{number}/reverse", {"reason": "Wrong order"})

    assert (told.status_code, told.json()["status"], told.json()["reversed_by"]) == (200, "reversed", "REV-2026-000001")
    assert keeper.get("/slips/REV-2026-000001").json()["reverses"] == number
    assert (store.line.issued, store.line.left) == (40, 200)
    refusal(keeper.post(f"/slips/{number}/reverse", {"reason": "Again"}), 409, "already_reversed")
    assert verify_ledger() == []


def test_a_slip_sent_twice_with_its_key_is_posted_once(store, keeper, body):
    key = uuid4()
    first, again = keeper.post("/slips", body(), key=key), keeper.post("/slips", body(), key=key)
    assert (first.content, first.status_code, again.status_code, again["Idempotent-Replay"]) == (again.content, 201, 201, "true")
    refusal(keeper.post("/slips", body("11"), key=key), 409, "idempotency_mismatch")
    assert store.line.issued == 10

    refused = uuid4()
    refusal(keeper.post("/slips", body("999"), key=refused), 409, "quota_exceeded")
    assert keeper.post("/slips", body("20"), key=refused).status_code == 201


def test_slips_are_listed_with_filters_and_pages_in_constant_statements(store, keeper, body, django_assert_max_num_queries, api, plant):
    for quantity in ("1", "2", "3"):
        keeper.post("/slips", body(quantity))
    keeper.post("/slips", body("1", kind="return", return_type="good"))
    page = keeper.get("/slips", kind="issue", order=store.order.number, limit=2).json()
    assert [[line["quantity"] for line in slip["lines"]] for slip in page["items"]] == [["1.000"], ["2.000"]]
    rest = keeper.client.get(page["next"], headers=keeper.headers).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert keeper.get("/slips", status="posted", kind="issue").json()["items"] == []
    assert keeper.get("/slips", business_date_from=plant_today().isoformat(), return_type="good").json()["items"][0]["kind"] == "return"
    assert [slip["kind"] for slip in api(plant.person("opr", plant.b1)).get("/slips").json()["items"]] == ["opening"]
    refusal(api(plant.person("opr", plant.b1)).get("/slips/ISS-2026-000001"), 404, "not_found")
    with django_assert_max_num_queries(9):
        keeper.get("/slips")


@pytest.mark.req("SYS-01")
def test_an_order_of_another_workshop_does_not_exist_for_its_keeper(store, body, api, plant):
    refusal(api(plant.person("stk", plant.b)).post("/slips", body()), 404, "not_found")
    refusal(api(plant.person("stk", plant.b)).post("/slips", body(order="no such")), 404, "not_found")
    refusal(api(plant.person("adm")).post("/slips", body()), 403, "not_allowed")
    assert StockMove.objects.filter(slip__kind="issue").count() == 0


# --- supplements ---


@pytest.fixture
def asking(store):
    def made(**parts):
        return {"order": store.order.number, "item": "STEEL", "quantity": "10", "reason": "scrap", "note": "Five bent"} | parts

    return made


@pytest.mark.req("MAT-09")
def test_after_approving_10_exactly_10_more_can_be_issued(store, keeper, body, api, plant, asking):
    leader, manager = api(plant.person("tld", plant.a1)), api(plant.person("wsm", plant.a))
    keeper.post("/slips", body("200"))

    asked = leader.post("/supplements", asking())

    row = asked.json()
    assert (asked.status_code, row["number"], row["status"], row["quantity"], row["unit"]) == (
        201,
        "SUP-2026-000001",
        "requested",
        "10.000",
        "kg",
    )
    refusal(keeper.post("/slips", body("10")), 409, "quota_exceeded")
    refusal(leader.post(f"/supplements/{row['number']}/approve", {}), 403, "own_request")
    refusal(keeper.post(f"/supplements/{row['number']}/approve", {}), 403, "not_allowed")

    granted = manager.post(f"/supplements/{row['number']}/approve").json()

    assert (granted["status"], granted["approved_quantity"], granted["decided_by"]) == (
        "approved",
        "10.000",
        plant.person("wsm", plant.a).staff_no,
    )
    assert refusal(keeper.post("/slips", body("10.001")), 409, "quota_exceeded")["lines"][0]["left"] == "10"
    assert keeper.post("/slips", body("10")).status_code == 201
    refusal(manager.post(f"/supplements/{row['number']}/reject", {"note": "Late"}), 409, "wrong_status")
    assert keeper.get(f"/supplements/{row['number']}").json() == granted


@pytest.mark.req("MAT-09")
def test_above_the_first_tier_the_production_manager_decides(store, api, plant, asking):
    number = api(plant.person("tld", plant.a1)).post("/supplements", asking(quantity="10.001")).json()["number"]
    refusal(api(plant.person("wsm", plant.a)).post(f"/supplements/{number}/approve", {}), 403, "not_allowed")
    assert (
        api(plant.person("wsm", plant.a)).post(f"/supplements/{number}/approve", {"quantity": "10"}).json()["approved_quantity"] == "10.000"
    )


def test_a_supplement_is_rejected_with_words(store, api, plant, asking):
    assert codes(api(store.keeper).post("/supplements", asking())) == {"receiver": "required"}
    number = api(store.keeper).post("/supplements", asking(receiver=plant.person("wsm", plant.a).staff_no)).json()["number"]
    refusal(api(plant.person("wsm", plant.a)).post(f"/supplements/{number}/reject", {"note": "x"}), 403, "own_request")
    manager = api(store.manager)
    assert codes(manager.post(f"/supplements/{number}/reject", {})) == {"note": "reason_needed"}
    assert manager.post(f"/supplements/{number}/reject", {"note": "Use the rest"}).json()["decision_note"] == "Use the rest"
    assert store.line.supplement == 0


@pytest.mark.req("MAT-09")
def test_a_supplement_says_its_photo_and_its_reference(store, api, plant, asking, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    leader, picture = api(plant.person("tld", plant.a1)), BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    file = SimpleUploadedFile("coil.png", picture.getvalue(), "image/png")
    photo = leader.client.post("/api/v1/uploads", {"photo": file}, headers=leader.headers).json()["id"]

    row = leader.post("/supplements", asking(photo=photo, reference="QA 26/118")).json()

    assert row["reference"] == "QA 26/118"
    assert str(Supplement.objects.get(number=row["number"]).photo_id) == photo
    assert api(store.keeper).get(f"/supplements/{row['number']}").json()["reference"] == "QA 26/118"
    assert codes(leader.post("/supplements", asking(reference="x" * 61))) == {"reference": "invalid"}


def test_what_a_supplement_cannot_say(store, api, plant, asking):
    leader = api(plant.person("tld", plant.a1))
    assert codes(leader.post("/supplements", asking(item="NONE", quantity="0", reason="whim", photo=str(uuid4())))) == {
        "item": "unknown",
        "quantity": "not_above_zero",
        "reason": "invalid",
        "photo": "unknown",
    }
    ItemFactory(code="TIN")
    refusal(leader.post("/supplements", asking(item="TIN")), 409, "item_not_on_order")
    refusal(api(plant.person("opr", plant.a1)).post("/supplements", asking()), 403, "not_allowed")
    refusal(api(plant.person("tld", plant.b1)).post("/supplements", asking()), 404, "not_found")
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="on_hold")
    refusal(leader.post("/supplements", asking()), 409, "order_not_open")
    assert not Supplement.objects.exists()


def test_supplements_are_listed_within_ones_scope(store, api, plant, asking):
    leader = api(plant.person("tld", plant.a1))
    leader.post("/supplements", asking())
    key = uuid4()
    assert leader.post("/supplements", asking(), key=key).content == leader.post("/supplements", asking(), key=key).content
    assert len(leader.get("/supplements", status="requested", item="STEEL", order=store.order.number).json()["items"]) == 2
    assert api(plant.person("tld", plant.b1)).get("/supplements").json()["items"] == []
    refusal(api(plant.person("tld", plant.b1)).get("/supplements/SUP-2026-000001"), 404, "not_found")
    refusal(api(plant.person("wsm", plant.b)).post("/supplements/SUP-2026-000001/approve", {}), 404, "not_found")
    assert Balance.objects.filter(place__order=store.order).count() == 0


# --- close ---


@pytest.fixture
def planner(store, api):
    return api(store.plant.person("plr"))


@pytest.mark.req("MAT-14")
def test_an_order_closes_when_everything_it_holds_is_accounted_for(store, keeper, planner, body, api):
    make_bin("B-S", "scrap")
    number = keeper.post("/slips", body("20")).json()["number"]
    path = f"/orders/{store.order.number}/close"
    leftovers = [{"item": "STEEL", "lot": None, "returned": "5", "scrapped": 1, "explained": "14.000", "reason": "Not reported"}]
    refusal(keeper.post(path, {"leftovers": leftovers}), 403, "not_allowed")
    refusal(planner.post(path, {"leftovers": leftovers}), 409, "not_confirmed")
    api(store.welder).post(f"/slips/{number}/confirm", {})

    told = refusal(planner.post(path, {}), 409, "unexplained_difference")
    assert told["lines"][0]["difference"] == "20"
    assert codes(planner.post(path, {"leftovers": [leftovers[0] | {"reason": ""}]})) == {"leftovers.0.reason": "reason_needed"}
    wrong = [{"item": "NONE"}, {"item": "STEEL", "returned": "-1", "scrapped": "much", "explained": "-0.0001", "return_type": "gift"}]
    assert codes(planner.post(path, {"leftovers": wrong})) == {
        "leftovers.0.item": "unknown",
        "leftovers.1.returned": "negative",
        "leftovers.1.scrapped": "not_a_number",
        "leftovers.1.explained": "too_fine",
        "leftovers.1.return_type": "invalid",
    }
    refusal(planner.post(path, {"leftovers": [leftovers[0] | {"returned": "20"}]}), 409, "return_exceeds_issue")
    key = uuid4()

    closed = planner.post(path, {"leftovers": leftovers}, key=key)

    assert (closed.status_code, closed.json()["status"], closed.json()["number"]) == (200, "closed", store.order.number)
    assert planner.post(path, {"leftovers": leftovers}, key=key)["Idempotent-Replay"] == "true"
    refusal(planner.post(path, {"leftovers": []}), 409, "order_not_open")
    (line,) = keeper.get(f"/orders/{store.order.number}/quota").json()["lines"]
    assert (line["held"], line["returned_good"], line["on_hand"]) == ("0.000", "5.000", "485.000")
    assert verify_ledger() == []


def test_an_order_called_close_is_still_an_order(plant, api):
    OrderFactory(number="MO/close", workshop=plant.a)
    assert api(plant.person("plr")).get("/orders/MO/close").json()["number"] == "MO/close"
    assert api(plant.person("plr")).post("/orders/MO%2Fclose/close").json()["status"] == "closed"


@pytest.mark.req("MAT-11")
def test_a_bin_at_the_line_is_refilled_by_an_issue_that_names_it(store, keeper):
    make_bin("L-01", "line_side")
    Item.objects.update(standard_cost=Decimal(1))
    slip = {"kind": "other_issue", "cost_centre": "A", "purpose": "line_side", "reason": "Low", "receiver": store.welder.staff_no}
    line = {"item": "STEEL", "quantity": "20"}

    assert codes(keeper.post("/slips", slip | {"lines": [line]})) == {"lines.0.to_bin": "bin_needed"}
    elsewhere = slip | {"lines": [line | {"to_bin": "L-01"}], "purpose": "sample"}
    assert codes(keeper.post("/slips", elsewhere)) == {"lines.0.to_bin": "issue_place"}

    posted = keeper.post("/slips", slip | {"lines": [line | {"to_bin": "L-01"}]})
    assert posted.status_code == 201
    (moved,) = posted.json()["lines"]
    assert (posted.json()["purpose"], moved["bin"], moved["to_bin"], moved["quantity"]) == ("line_side", "B-01", "L-01", "20.000")
