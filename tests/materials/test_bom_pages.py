"""Bills of materials as pages: the list, the version, the screen of its lines, both hands of an approval (MAT-01)."""

from decimal import Decimal

import pytest

from core.clock import plant_today
from materials.models import Bom
from materials.services import BomLineInput, draft_bom, save_bom_draft
from tests.factories.materials import ItemFactory, make_bom
from tests.factories.plans import ProcessFactory, ProductFactory
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def product(db):
    return ProductFactory(code="BRACKET")


@pytest.fixture
def desk(plant, signed_in):
    """The planner, who drafts."""
    return signed_in(plant.person("plr"))


def rows(bom, *lines, **head):
    """What the screen sends: ``(item, quantity, more)`` a line."""
    data = {"version": bom.version, "valid_from": plant_today().isoformat(), "remark": "", "lines-TOTAL_FORMS": len(lines)} | head
    data["lines-INITIAL_FORMS"] = 0
    for number, (item, quantity, more) in enumerate(lines):
        data |= {f"lines-{number}-item": item, f"lines-{number}-qty_per_unit": quantity}
        data |= {f"lines-{number}-{name}": value for name, value in more.items()}
    return data


@pytest.mark.req("MAT-01")
def test_from_a_blank_version_to_its_lines_its_quota_and_the_approval_of_another(product, plant, desk, signed_in):
    steel, other, process = ItemFactory(code="STEEL"), ItemFactory(code="STEEL-2"), ProcessFactory()
    begun = desk.post("/boms/new", {"product": "BRACKET", "start": "newest", "valid_from": plant_today().isoformat(), "version_code": ""})
    bom = Bom.objects.get()
    assert (begun.status_code, begun["Location"], bom.version_code) == (302, f"/boms/{bom.pk}/edit", "1")
    sent = rows(
        bom,
        ("STEEL", "２．００", {"process": process.pk, "substitutes": "STEEL-2 = 1.25"}),
        ("", "", {}),
        ("STEEL-2", "0.5", {"loss_percent": "10", "part": "Lid"}),
    )
    assert desk.post(f"/boms/{bom.pk}/edit", sent).status_code == 302
    assert {(line.item.code, line.qty_per_unit, line.loss_percent) for line in bom.lines.all()} == {
        ("STEEL", D(2), D(0)),
        ("STEEL-2", D("0.5"), D(10)),
    }
    shown = text_of(desk.get(f"/boms/{bom.pk}", {"quantity": "100"}))
    assert "200.000" in shown
    assert "55.000" in shown
    assert f"or STEEL-2 {other.label}, counts 1.25" in shown
    assert "You drafted it" in shown
    assert "200.000" in text_of(desk.get(f"/boms/{bom.pk}", {"tab": "quota", "quantity": "100"}))

    assert desk.post(f"/boms/{bom.pk}/approve").status_code == 403
    boss = signed_in(plant.person("mgr"))
    assert boss.post(f"/boms/{bom.pk}/approve", {"version": "1"}).status_code == 409  # it was saved since
    assert boss.post(f"/boms/{bom.pk}/approve", {"version": "9" * 10}).status_code == 409  # and never as often as this
    assert boss.post(f"/boms/{bom.pk}/approve", {"version": "2"}).status_code == 302
    bom.refresh_from_db()
    assert bom.status == "approved"
    assert signed_in(plant.person("plr")).get(f"/boms/{bom.pk}/edit").status_code == 302
    assert steel.bom_lines.count() == 1


def test_everything_wrong_stands_at_its_field_and_what_was_typed_stays(product, desk, plant):
    ItemFactory(code="STEEL")
    bom = draft_bom(product=product, valid_from=plant_today(), by=plant.person("plr"))
    sent = rows(bom, ("NOBODY", "1", {}), ("STEEL", "", {}), ("STEEL", "x", {"substitutes": "WHO"}))
    refused = desk.post(f"/boms/{bom.pk}/edit", sent)
    html, shown = refused.content.decode(), text_of(refused)
    assert refused.status_code == 422
    for word in ("“NOBODY” is not known here.", "“x” is not a number.", "“WHO” is not known here."):
        assert word in shown
    assert 'value="NOBODY"' in html
    assert not bom.lines.exists()
    twice = desk.post(f"/boms/{bom.pk}/edit", rows(bom, ("STEEL", "1", {}), ("", "", {}), ("STEEL", "2", {})))
    assert "STEEL stands twice for the same part and process." in text_of(twice)
    assert not bom.lines.exists()


def test_a_stale_screen_keeps_what_was_typed(product, desk, plant):
    ItemFactory(code="STEEL")
    bom = draft_bom(product=product, valid_from=plant_today(), by=plant.person("plr"))
    save_bom_draft(bom=bom, lines=[], valid_from=plant_today(), by=plant.person("eng"))
    stale = desk.post(f"/boms/{bom.pk}/edit", rows(bom, ("STEEL", "7", {}), version="1"))
    assert (stale.status_code, 'value="7"' in stale.content.decode()) == (409, True)
    assert "What you typed is kept here" in text_of(stale)


def test_the_list_is_found_by_product_state_and_item(product, desk):
    steel, paint = ItemFactory(code="STEEL", name="Plate"), ItemFactory(code="PAINT")
    make_bom(product, {steel: "2"}, "1")
    make_bom(product, {paint: "1"}, "2")
    other = ProductFactory(code="OTHER")
    make_bom(other, {steel: "1"})
    listed = text_of(desk.get("/boms"))
    assert ("In force" in listed, "Superseded" in listed) == (True, True)
    for query, codes in (({"item": "steel"}, {"BRACKET", "OTHER"}), ({"item": "PAINT"}, {"BRACKET"}), ({"q": "OTHER"}, {"OTHER"})):
        shown = text_of(desk.get("/boms", query))
        assert {code for code in ("BRACKET", "OTHER") if code in shown} == codes, query
    assert "OTHER" not in text_of(desk.get("/boms", {"state": "superseded"}))


@pytest.mark.req("MAT-01")
def test_two_versions_stand_side_by_side_with_the_difference(product, desk):
    steel, paint = ItemFactory(code="STEEL"), ItemFactory(code="PAINT")
    make_bom(product, {steel: "2"}, "1")
    new = make_bom(product, {steel: "1.95", paint: "1"}, "2")
    shown = text_of(desk.get(f"/boms/{new.pk}/compare"))
    assert "-2.50" in shown
    assert "1 added, 0 removed, 1 changed, 0 the same" in shown


def test_a_version_is_withdrawn_with_a_reason_by_who_may_approve(product, desk, plant, signed_in):
    bom = make_bom(product, {ItemFactory(): "1"})
    assert desk.post(f"/boms/{bom.pk}/withdraw", {"reason": "x"}).status_code == 403
    boss = signed_in(plant.person("mgr"))
    assert boss.post(f"/boms/{bom.pk}/withdraw", {"reason": " "}).status_code == 422
    assert boss.post(f"/boms/{bom.pk}/withdraw", {"reason": "Wrong sheet"}).status_code == 302
    assert "Wrong sheet" in text_of(boss.get(f"/boms/{bom.pk}"))


def test_the_history_tells_a_changed_line(product, desk, plant):
    steel = ItemFactory(code="STEEL")
    bom = draft_bom(product=product, valid_from=plant_today(), by=plant.person("plr"))
    save_bom_draft(bom=bom, lines=[BomLineInput(steel, D(2))], valid_from=plant_today(), by=plant.person("plr"))
    desk.post(f"/boms/{bom.pk}/edit", rows(bom, ("STEEL", "1.95", {}), version="2"))
    shown = text_of(desk.get(f"/boms/{bom.pk}", {"tab": "history"}))
    assert "1.95" in shown
    assert "STEEL" in shown


def test_product_and_item_lead_to_the_bill(product, desk):
    steel, made = ItemFactory(code="STEEL"), ItemFactory(code="MADE", product=product)
    bom = make_bom(product, {steel: "2"})
    assert "/boms?q=BRACKET" in desk.get(f"/products/{product.pk}").content.decode()
    assert f"/boms/{bom.pk}" in desk.get(f"/items/{made.code}").content.decode()
    used = text_of(desk.get("/items/STEEL", {"tab": "used"}))
    assert "BRACKET" in used


def test_pages_cost_the_same_for_one_line_and_for_forty(product, desk, plant, django_assert_max_num_queries):
    items = [ItemFactory() for _ in range(40)]
    bom = draft_bom(product=product, valid_from=plant_today(), by=plant.person("plr"))
    save_bom_draft(bom=bom, lines=[BomLineInput(item, D(1)) for item in items], valid_from=plant_today(), by=plant.person("plr"))
    for number in range(30):
        make_bom(ProductFactory(), {items[number]: "1"})
    for address, most in ((f"/boms/{bom.pk}", 20), (f"/boms/{bom.pk}/edit", 18), ("/boms", 14), (f"/boms/{bom.pk}/compare", 16)):
        with django_assert_max_num_queries(most):
            assert desk.get(address).status_code == 200
