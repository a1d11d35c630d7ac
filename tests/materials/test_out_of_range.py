"""Numbers that no column holds, and digits that are none, are refused in words and never end in a fault of the server."""

from decimal import Decimal
from uuid import uuid4

import pytest

from core.errors import Faults, TooLarge
from materials.errors.boms import TooManyDecimals
from materials.errors.supplements import AboveAsked
from materials.models import Bom, ExpectedReceipt, Item, Supplement, Supplier
from materials.services import (
    BomLineInput,
    decide_requisition,
    draft_bom,
    expect_receipt,
    file_quota_report,
    request_purchase,
    save_bom_draft,
)
from tests.factories.materials import ItemFactory
from tests.materials.test_issue_pages import text_of
from tests.materials.test_supplements import approve, ask

pytestmark = pytest.mark.django_db
NINES = "9" * 29
D = Decimal


@pytest.mark.parametrize("typed", [NINES, "9" * 14, "1e5", "²"])
def test_a_quantity_in_an_address_that_is_out_of_reach_is_no_fault(store, signed_in, typed):
    desk = signed_in(store.plant.person("plr"))
    assert desk.get(f"/boms/{store.order.order_quota.bom_id}", {"quantity": typed}).status_code == 200
    assert desk.get(f"/quota/{store.order.number}", {"quantity": typed}).status_code in (200, 422)


def test_more_than_a_quota_can_hold_is_said(store, signed_in):
    shown = signed_in(store.plant.person("plr")).get(f"/quota/{store.order.number}", {"quantity": "999999999999"})
    assert "no quota can hold it" in text_of(shown)


def test_a_bill_keeps_its_screen_when_a_number_is_too_long(store):
    engineer = store.plant.person("eng")
    draft = draft_bom(product=store.order.product, valid_from=store.order.order_quota.bom.valid_from, by=engineer)
    line = BomLineInput(item=ItemFactory(), qty_per_unit=D("9" * 25), loss_percent=D(0), setup_loss_qty=D("1." + "1" * 25))
    with pytest.raises(Faults) as refused:
        save_bom_draft(bom=draft, valid_from=draft.valid_from, remark="", lines=[line], by=engineer)
    assert {fault.field for fault in refused.value.faults} == {"lines.0.qty_per_unit", "lines.0.setup_loss_qty"}


def test_a_grant_of_26_digits_is_more_than_was_asked(store, signed_in):
    asked = ask(store)
    with pytest.raises(AboveAsked):
        approve(store, asked, "9" * 26)
    page = signed_in(store.manager).post(f"/supplements/{asked.number}/approve", {"quantity": "9" * 26, "note": ""})
    assert page.status_code in (409, 422)


def test_one_tap_for_more_than_anything_holds_is_refused(store, signed_in):
    data = {"request_key": str(uuid4()), "receiver": str(store.welder.pk), "pin": "", f"quantity-{store.steel.pk}": NINES}
    answer = signed_in(store.keeper).post(f"/issue/{store.order.number}", data | {"supplement": f"{store.steel.pk}:scrap"})
    assert answer.status_code == 422
    assert not Supplement.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("min_stock", "1000000000000"), ("standard_cost", "1000000000000000"), ("standard_cost", "1.00001")]
)
def test_an_item_with_a_figure_that_cannot_be_kept_is_refused_at_its_field(store, signed_in, field, value):
    desk = signed_in(store.keeper)
    data = {"version": "1", "code": "STEEL", "name": "Steel", "unit": str(store.steel.unit_id), field: value}
    answer = desk.post("/items/STEEL/edit", data)
    assert (answer.status_code, f'value="{value}"' in answer.content.decode()) == (422, True)
    assert getattr(Item.objects.get(pk=store.steel.pk), field) == getattr(store.steel, field)


@pytest.mark.parametrize(("price", "refusal"), [("1.00001", TooManyDecimals), ("1000000000000000", TooLarge)])
def test_a_price_that_cannot_be_kept_is_refused_and_never_rounded(store, price, refusal):
    asked = request_purchase(item=store.steel, quantity=D(10), needed_on=store.order.due_on, reason="other", by=store.keeper)
    decide_requisition(requisition=asked, approve=True, by=store.manager)
    with pytest.raises(refusal):
        expect_receipt(
            requisition=asked,
            supplier=Supplier.objects.create(code="S-9", name="Steel works"),
            quantity=D(1),
            promised_on=store.order.due_on,
            unit_price=D(price),
            by=store.plant.person("buy"),
        )
    assert not ExpectedReceipt.objects.exists()


def test_a_proposal_finer_than_a_bill_can_say_is_refused(store):
    line = store.order.order_quota.bom.lines.get()
    with pytest.raises(TooManyDecimals):
        file_quota_report(bom_line=line, proposed=D("1.9500001"), evidence="x", node=store.plant.a1, by=store.keeper)


@pytest.mark.parametrize("digit", ["²", "٣", "9" * 30, "-1", "1.5"])
def test_a_digit_that_is_no_number_is_no_fault(store, signed_in, digit):
    keeper, engineer = store.keeper, store.plant.person("eng")
    bom = Bom.objects.create(product=store.order.product, version_code="9", valid_from="2026-01-01", made_by=engineer)
    for person, method, page, data in (
        (keeper, "get", "/labels/lots", {"code": digit}),
        (engineer, "get", "/boms/new", {"from": digit}),
        (store.manager, "post", f"/boms/{bom.pk}/approve", {"version": digit}),
        (engineer, "post", f"/boms/{bom.pk}/edit", {"then": "add", "lines-TOTAL_FORMS": digit, "lines-INITIAL_FORMS": "0"}),
        (keeper, "post", "/other-issue", {"then": "add", "lines-TOTAL_FORMS": digit, "lines-INITIAL_FORMS": "0"}),
    ):
        assert getattr(signed_in(person), method)(page, data).status_code < 500
