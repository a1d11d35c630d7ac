"""The counter as a page: what it shows, what it posts, what it refuses and how it helps (MAT-07, MAT-08, MAT-09)."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from materials.models import Item, QuotaSubstitute, Slip, Supplement
from materials.selectors.issuing import draw_rows
from materials.services import SlipLine, approve_supplement, freeze_quota, issue, reject_supplement, request_supplement
from people.models import StaffPin
from people.services import set_pin
from plans.models import ProductionOrder
from tests.factories.materials import ItemFactory, make_bin, make_bom, make_store, put
from tests.factories.people import StaffFactory
from tests.factories.plans import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(store, signed_in):
    return signed_in(store.keeper)


def address(store):
    return f"/issue/{store.order.number}"


def sent(store, **more):
    """What the form sends: quantities by item code, the rest by name."""
    data = {"request_key": str(uuid4()), "receiver": str(store.welder.pk), "pin": ""}
    quantities = more.pop("quantities", {store.steel: "10"})
    data |= {f"quantity-{item.pk}": quantity for item, quantity in quantities.items()}
    return data | more


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_scanning_a_released_order_opens_it_and_an_unknown_number_is_said(store, desk):
    scanned = desk.get("/issue", {"order": f" {store.order.number.lower()} "})
    assert (scanned.status_code, scanned["Location"]) == (302, address(store))
    by_address = desk.get("/issue", {"order": f"https://plant.example/orders/{store.order.number}"})
    assert by_address["Location"] == address(store)

    unknown = desk.get("/issue", {"order": "MO-9"})
    assert unknown.status_code == 409 or unknown.status_code == 422
    assert "MO-9" in text_of(unknown)
    assert store.order.number in text_of(unknown)  # the list is still there to choose from


@pytest.mark.req("MAT-06")
def test_a_closed_order_is_refused_by_scan_by_page_and_by_post(store, desk):
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="closed")
    for answer in (
        desk.get("/issue", {"order": store.order.number}),
        desk.get(address(store)),
        desk.post(address(store), sent(store)),
    ):
        assert answer.status_code == 409
        assert "Material moves only while an order is released." in text_of(answer)
    assert not Slip.objects.filter(kind="issue").exists()


def test_only_orders_with_a_quota_and_in_scope_are_listed(store, desk):
    without = OrderFactory(workshop=store.plant.a)
    draft = OrderFactory(workshop=store.plant.a, status="draft", product=store.order.product)
    shown = text_of(desk.get("/issue"))
    assert store.order.number in shown
    assert without.number not in shown
    assert draft.number not in shown


@pytest.mark.req("MAT-07")
def test_a_line_shows_quota_issued_supplement_left_on_hand_and_where_it_lies(store, desk):
    other = make_bin("B-02")
    put(store.steel, "20", other, lot="L-EARLY", expires_on=plant_today() + timedelta(days=5))
    issue(order=store.order, lines=[SlipLine(store.steel, D(150))], receiver=store.welder, by=store.keeper)
    line = Supplement.objects.create(number="SUP-1", quota_line=store.line, quantity=D(30), reason="scrap", requested_by=store.keeper)
    approve_supplement(supplement=line, by=store.manager, is_above_first_tier_allowed=True)

    shown = text_of(desk.get(address(store)))
    for figure in ("200.000", "+ 30.000", "150.000", "80.000", "370.000"):
        assert figure in shown
    # Of what expires first nothing is left after 150 were taken; the rest lies in B-01.
    assert "B-01" in shown


@pytest.mark.req("MAT-07")
def test_of_150_issued_60_is_refused_with_its_figures_and_everything_typed_is_kept(store, desk):
    issue(order=store.order, lines=[SlipLine(store.steel, D(150))], receiver=store.welder, by=store.keeper)
    data = sent(store, quantities={store.steel: "60"})

    refused = desk.post(address(store), data)

    assert refused.status_code == 409
    html, shown = refused.content.decode(), text_of(refused)
    assert "Line 1 is over its quota. Nothing was posted." in shown
    for figure in ("60.000", "50.000", "350.000", "10.000"):
        assert figure in shown
    assert f'name="quantity-{store.steel.pk}" value="60"' in html
    assert f'<option value="{store.welder.pk}" selected>' in html
    assert data["request_key"] in html
    assert "Left = quota 200.000 + supplements 0.000 − issued 150.000" in shown
    assert store.manager.name in shown  # who decides a supplement
    assert Slip.objects.filter(kind="issue").count() == 1

    accepted = desk.post(address(store), data | {f"quantity-{store.steel.pk}": "50"})
    slip = Slip.objects.exclude(pk=Slip.objects.filter(kind="issue").earliest("pk").pk).get(kind="issue")
    assert (accepted.status_code, accepted["Location"]) == (302, f"/slips/{slip.number}")
    assert store.line.left == 0


@pytest.mark.req("MAT-09")
def test_one_tap_without_a_receiver_says_that_one_is_needed(store, desk):
    data = sent(store, quantities={store.steel: "260"}, receiver="", supplement=f"{store.steel.pk}:scrap")
    answer = desk.post(address(store), data)
    assert (answer.status_code, Supplement.objects.count()) == (422, 0)
    assert "Say for whom you ask" in text_of(answer)
    assert f'name="quantity-{store.steel.pk}" value="260"' in answer.content.decode()


@pytest.mark.req("MAT-09")
def test_one_tap_asks_for_the_missing_quantity_and_keeps_the_slip(store, desk):
    data = sent(store, quantities={store.steel: "260"})
    for _twice in range(2):
        answer = desk.post(address(store), data | {"supplement": f"{store.steel.pk}:scrap"})
        assert answer.status_code == 200
    asked = Supplement.objects.get()
    assert (asked.quantity, asked.reason, asked.receiver, asked.requested_by) == (D(60), "scrap", store.welder, store.keeper)
    assert f'name="quantity-{store.steel.pk}" value="260"' in answer.content.decode()
    assert "supplement of 60.000 kg waits" in text_of(answer)
    assert desk.post(address(store), data).status_code == 409  # nothing may be drawn before somebody else approved

    approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)
    assert desk.post(address(store), data).status_code == 302
    assert store.line.left == 0


@pytest.mark.req("MAT-09")
def test_what_is_asked_already_is_not_asked_again_and_only_the_rest_is_offered(store, desk):
    tap = {"supplement": f"{store.steel.pk}:scrap"}
    desk.post(address(store), sent(store, quantities={store.steel: "260"}) | tap)
    refused = text_of(desk.post(address(store), sent(store, quantities={store.steel: "260"})))
    assert f"60.000 kg already asked, waiting for {store.manager.name}" in refused
    assert "Ask for a supplement" not in refused

    again = desk.post(address(store), sent(store, quantities={store.steel: "260"}) | tap)
    assert (again.status_code, Supplement.objects.count()) == (409, 1)
    assert "60 kg of" in text_of(again)

    more = text_of(desk.post(address(store), sent(store, quantities={store.steel: "265"})))
    assert "Ask for a supplement of 5.000 kg, because" in more
    said = text_of(desk.post(address(store), sent(store, quantities={store.steel: "265"}) | tap))
    assert "asks for 5.000 kg" in said
    assert [asked.quantity for asked in Supplement.objects.order_by("pk")] == [60, 5]


@pytest.mark.req("MAT-09")
def test_a_line_that_is_used_up_leads_to_the_request_for_more(store, desk):
    issue(order=store.order, lines=[SlipLine(store.steel, store.line.left)], receiver=store.welder, by=store.keeper)
    page = desk.get(address(store)).content.decode()
    (link,) = re.findall(r'href="(/supplements/new[^"]+)"', page)
    asked = desk.get(link.replace("&amp;", "&"))
    assert f'value="{store.steel.code}" selected' in asked.content.decode()
    assert asked.context["order"] == store.order

    waiting = request_supplement(order=store.order, item=store.steel, quantity=D(5), reason="scrap", by=store.welder)
    assert "/supplements/new" not in desk.get(address(store)).content.decode()  # it waits already, and the line says so
    reject_supplement(supplement=waiting, note="No", by=store.manager)
    assert "/supplements/new" in desk.get(address(store)).content.decode()
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="on_hold")
    assert "/supplements/new" not in desk.get(address(store)).content.decode()


def test_stock_that_does_not_suffice_is_said_with_what_is_there(plant, signed_in):
    store = make_store(plant, stock="30")
    refused = signed_in(store.keeper).post(address(store), sent(store, quantities={store.steel: "40"}))
    assert refused.status_code == 409
    assert "Line 1: the store has too little." in text_of(refused)
    assert "Issue 30.000 kg" in text_of(refused)
    assert "Ask for a supplement" not in text_of(refused)


def test_digits_of_a_chinese_keyboard_count_and_too_fine_ones_are_refused_at_their_field(store, desk):
    assert desk.post(address(store), sent(store, quantities={store.steel: "１０．５"})).status_code == 302
    assert store.line.issued == D("10.5")
    refused = desk.post(address(store), sent(store, quantities={store.steel: "1.2345"}))
    assert refused.status_code == 422
    assert "1.2345 is finer than the unit kg allows" in text_of(refused)


def test_a_slip_without_any_quantity_is_refused_in_words(store, desk):
    refused = desk.post(address(store), sent(store, quantities={store.steel: ""}))
    assert (refused.status_code, "The slip has no line." in text_of(refused)) == (422, True)


@pytest.mark.req("MAT-08")
def test_the_storekeeper_is_not_offered_as_receiver_and_somebody_elsewhere_neither(store, desk):
    shown = text_of(desk.get(address(store)))
    assert store.welder.name in shown
    elsewhere = store.plant.person("opr", store.plant.b1)
    assert elsewhere.name not in shown
    refused = desk.post(address(store), sent(store, receiver=str(store.keeper.pk)))
    assert refused.status_code == 422
    assert not Slip.objects.filter(kind="issue").exists()


@pytest.mark.req("MAT-08")
@pytest.mark.django_db(transaction=True)
def test_the_receiver_signs_by_pin_here_and_a_wrong_one_posts_nothing(store, desk):
    set_pin(pin="4826", by=store.welder)
    wrong = desk.post(address(store), sent(store, pin="1111"))
    assert wrong.status_code == 422
    assert StaffPin.objects.get(staff=store.welder).wrong_tries == 1
    assert not Slip.objects.filter(kind="issue").exists()
    assert "1111" not in wrong.content.decode()

    assert desk.post(address(store), sent(store, pin="4826")).status_code == 302
    slip = Slip.objects.get(kind="issue")
    assert (slip.status, slip.receiver, slip.posted_by) == ("posted", store.welder, store.keeper)
    assert slip.confirmed_at is not None


def test_sending_the_same_form_twice_posts_one_slip(store, desk):
    data = sent(store)
    first, second = desk.post(address(store), data), desk.post(address(store), data)
    assert first["Location"] == second["Location"]
    assert Slip.objects.filter(kind="issue").count() == 1


@pytest.mark.req("MAT-07")
def test_a_named_lot_and_bin_is_taken_and_a_substitute_counts_against_the_same_line(store, desk):
    second = make_bin("B-02")
    put(store.steel, "40", second, lot="L2")
    other = ItemFactory(code="STEEL-2")
    QuotaSubstitute.objects.create(quota_line=store.line, item=other, factor=D("1.25"))
    put(other, "100", second)

    data = sent(store, quantities={store.steel: "15", other: "8"})
    assert desk.post(address(store), data | {f"from-{store.steel.pk}": f"L2|{second.pk}"}).status_code == 302

    moves = Slip.objects.get(kind="issue").moves.order_by("pk")
    assert [(move.lot.code, move.source.code, move.quantity) for move in moves] == [("L2", "B-02", D(15)), ("", "B-02", D(8))]
    assert store.line.issued == D(25)  # 15 + 8 × 1.25


@pytest.mark.req("MAT-07")
def test_the_standing_lot_named_with_its_bin_is_taken_though_another_expires_first(store, desk):
    put(store.steel, "40", lot="L1", expires_on=plant_today() + timedelta(days=5))
    place = make_bin()
    assert desk.post(address(store), sent(store) | {f"from-{store.steel.pk}": f"|{place.pk}"}).status_code == 302
    assert [move.lot.code for move in Slip.objects.get(kind="issue").moves.all()] == [""]
    assert desk.post(address(store), sent(store)).status_code == 302
    assert [move.lot.code for move in Slip.objects.filter(kind="issue").latest("pk").moves.all()] == ["L1"]


def taken_from(store, answer):
    """The lots and bins that the steel's line offers: value, words, whether it is chosen; the first is what is suggested."""
    (offered,) = re.findall(rf'<select class="fo-from" name="from-{store.steel.pk}".*?</select>', answer.content.decode())
    return [(value, words, bool(chosen)) for value, chosen, words in re.findall('<option value="([^"]*)"( selected)?>([^<]*)<', offered)]


@pytest.mark.req("MAT-07")
@pytest.mark.req("GEN-23")
def test_lots_and_bins_are_suggested_first_expired_then_first_in_and_a_slip_as_typed_takes_these(store, desk):
    today, first, second = plant_today(), make_bin(), make_bin("B-02")
    late = today + timedelta(days=9)
    put(store.steel, "60", second, lot="NEW", received_on=today - timedelta(days=1), expires_on=late)
    put(store.steel, "50", first, lot="OLD", received_on=today - timedelta(days=20), expires_on=late)
    put(store.steel, "25", second, lot="SOON", received_on=today, expires_on=today + timedelta(days=3))
    put(store.steel, "15", first, lot="SOON")

    suggested, *offered = taken_from(store, desk.get(address(store)))

    assert suggested == ("", "SOON · B-01 + SOON · B-02 + OLD · B-01 + NEW · B-02 + B-01", False)
    assert offered == [
        (f"SOON|{first.pk}", "SOON · B-01 · 15.000", False),
        (f"SOON|{second.pk}", "SOON · B-02 · 25.000", False),
        (f"OLD|{first.pk}", "OLD · B-01 · 50.000", False),
        (f"NEW|{second.pk}", "NEW · B-02 · 60.000", False),
        (f"|{first.pk}", "B-01 · 500.000", False),
    ]
    assert desk.post(address(store), sent(store, quantities={store.steel: "200"})).status_code == 302
    moves = Slip.objects.get(kind="issue").moves.order_by("pk")
    assert [(move.lot.code, move.source.code, move.quantity) for move in moves] == [
        ("SOON", "B-01", 15),
        ("SOON", "B-02", 25),
        ("OLD", "B-01", 50),
        ("NEW", "B-02", 60),
        ("", "B-01", 50),
    ]


@pytest.mark.parametrize(("quantity", "status"), [("260", 409), ("1.2345", 422)])
def test_a_chosen_lot_and_bin_stays_chosen_when_the_slip_is_refused(store, desk, quantity, status):
    second = make_bin("B-02")
    put(store.steel, "300", second, lot="L2")

    chosen = {f"from-{store.steel.pk}": f"L2|{second.pk}"}
    refused = desk.post(address(store), sent(store, quantities={store.steel: quantity}) | chosen)

    assert refused.status_code == status
    assert [value for value, _words, is_chosen in taken_from(store, refused) if is_chosen] == [f"L2|{second.pk}"]
    assert not Slip.objects.filter(kind="issue").exists()


def test_the_page_asks_the_database_the_same_number_of_times_for_one_line_and_for_thirty(store, desk, django_assert_max_num_queries):
    product = ProductFactory()
    items = [ItemFactory() for _ in range(30)]
    make_bom(product, dict.fromkeys(items, "1"))
    for item in items:
        put(item, "100")
    order = OrderFactory(product=product, workshop=store.plant.a, team=store.plant.a1)
    freeze_quota(order=order, by=None)
    StaffFactory.create_batch(20, org=store.plant.a1)
    with django_assert_max_num_queries(23):
        assert desk.get(f"/issue/{order.number}").status_code == 200
    with django_assert_max_num_queries(18):
        assert desk.get("/issue").status_code == 200


def test_an_order_of_another_workshop_does_not_exist_here(store, signed_in):
    elsewhere = store.plant.person("stk", store.plant.b)
    assert signed_in(elsewhere).get(address(store)).status_code == 404
    assert signed_in(store.plant.person("tld", store.plant.a1)).get(address(store)).status_code == 403


@pytest.fixture
def two_lines(plant):
    """An order that draws A and B; X may stand in for both, A for B."""
    store = make_store(plant)
    items = {code: ItemFactory(code=code) for code in ("A", "B", "X")}
    product = ProductFactory()
    make_bom(product, {items["A"]: "1", items["B"]: "1"})
    store.order = OrderFactory(product=product, quantity=D(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=store.order, by=None)
    for item in items.values():
        put(item, "500")
    a, b = (store.order.quota_lines.get(item=items[code]) for code in "AB")
    for line, item in ((b, items["X"]), (a, items["X"]), (b, items["A"])):
        QuotaSubstitute.objects.create(quota_line=line, item=item, factor=D(1))
    return store, items


@pytest.mark.req("MAT-07")
@pytest.mark.parametrize("code", ["X", "A"])
def test_an_item_that_two_lines_may_draw_has_one_field_and_is_issued_once(two_lines, signed_in, code):
    store, items = two_lines
    desk = signed_in(store.keeper)
    shown = desk.get(address(store)).content.decode()
    assert shown.count(f'name="quantity-{items[code].pk}"') == 1
    assert desk.post(address(store), sent(store, quantities={items[code]: "5"})).status_code == 302
    (move,) = Slip.objects.get(kind="issue").moves.all()
    assert (move.quantity, move.quota_line.item.code) == (5, "A" if code == "A" else "B")
    row = next(row for row in draw_rows(store.order) if row.item == items[code])
    assert (row.line, row.line.drawn) == (move.quota_line, 5)  # the page counts it where the slip did


@pytest.mark.req("MAT-07")
def test_a_slip_posted_as_typed_asks_for_nothing_that_is_only_shown(store, desk):
    with CaptureQueriesContext(connection) as sent_to:
        assert desk.post(address(store), sent(store, quantities={store.steel: "5"})).status_code == 302
    asked = [query["sql"] for query in sent_to if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 16
    assert not [sql for sql in asked if "materials_supplement" in sql or 'FROM "materials_balance"' in sql]


@pytest.mark.req("MAT-07")
def test_the_line_that_a_substitute_counts_on_does_not_hang_on_codes(two_lines):
    store, items = two_lines
    Item.objects.filter(pk=items["A"].pk).update(code="Z")  # the line that is older comes after by its item's code
    issue(order=store.order, lines=[SlipLine(items["X"], D(5))], receiver=store.welder, by=store.keeper)
    row = next(row for row in draw_rows(store.order) if row.item == items["X"])
    assert row.line.drawn == 5
