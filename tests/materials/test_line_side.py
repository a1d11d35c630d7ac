"""Bins at the line: refilled from stock by an issue without order, drawn from by orders within their quota (MAT-11, MAT-07)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from core.errors import Faults
from materials.errors.slips import ApprovalNeeded, LineSideBinNeeded, NotLineSide, OnlyToLineSide, SlipRefused
from materials.models import Place, Purpose, Slip, SlipRequest
from materials.services import SlipLine, approve_slip_request, issue_without_order, request_slip, reverse_slip, verify_ledger
from tests.factories.materials import make_bin
from tests.materials.test_issue import draw, on_hand
from tests.materials.test_issue_pages import text_of
from tests.materials.test_ledger import for_what, move, rule_of
from tests.materials.test_move_pages import other

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-11")]
D = Decimal


@pytest.fixture
def shelf(store):
    cost(store, 1)
    return make_bin("L-01", Purpose.LINE_SIDE)


@pytest.fixture
def desk(store, signed_in):
    return signed_in(store.keeper)


def cost(store, value):
    store.steel.standard_cost = D(value)
    store.steel.save()


def said(store, quantity, to_bin, purpose="line_side", **more):
    people = {"cost_centre": store.plant.a, "reason": "Shelf is low", "receiver": store.welder, "by": store.keeper}
    return {"lines": [SlipLine(store.steel, D(quantity), to_bin=to_bin)], "purpose": purpose} | people | more


def refill(store, quantity, to_bin, purpose="line_side"):
    return issue_without_order(**said(store, quantity, to_bin, purpose))


def fault_of(call):
    with pytest.raises(Faults) as refused:
        call()
    (fault,) = refused.value.faults
    assert fault.field == "lines.0.to_bin"
    return type(fault)


@pytest.mark.req("MAT-07")
def test_from_stock_to_the_line_and_from_there_to_an_order_within_its_quota(store, shelf):
    slip = refill(store, "300", shelf)
    assert (on_hand(store.steel), on_hand(store.steel, "L-01"), store.line.drawn) == (200, 300, 0)

    drawn = draw(store, "150", bin=shelf)

    assert {row.source.code for row in drawn.moves.all()} == {"L-01"}
    assert (on_hand(store.steel, "L-01"), store.line.drawn, store.line.left) == (150, 150, 50)
    with pytest.raises(SlipRefused) as refused:
        draw(store, "51", bin=shelf)
    assert refused.value.code == "quota_exceeded"
    with pytest.raises(SlipRefused):
        reverse_slip(slip=slip, reason="wrong", by=store.keeper)  # half of it is gone
    assert verify_ledger() == []


def test_it_is_taken_from_stock_and_never_from_the_line_itself(store, shelf):
    refill(store, "400", shelf)
    with pytest.raises(SlipRefused) as refused:
        refill(store, "101", shelf)
    assert (refused.value.code, refused.value.lines[0]["on_hand"]) == ("insufficient_stock", "100")
    refill(store, "100", shelf)
    assert on_hand(store.steel, "L-01") == 500


def test_what_was_brought_wrongly_is_undone(store, shelf):
    reverse_slip(slip=refill(store, "10", shelf), reason="wrong", by=store.keeper)
    assert (on_hand(store.steel), on_hand(store.steel, "L-01")) == (500, 0)
    assert verify_ledger() == []


def test_the_line_side_needs_a_bin_there_and_nothing_else_names_one(store, shelf):
    assert fault_of(lambda: refill(store, "1", None)) is LineSideBinNeeded
    assert fault_of(lambda: refill(store, "1", make_bin("B-02"))) is NotLineSide
    assert fault_of(lambda: refill(store, "1", shelf, purpose="sample")) is OnlyToLineSide
    assert fault_of(lambda: request_slip(kind="other_issue", **said(store, "501", None))) is LineSideBinNeeded
    assert not Slip.objects.filter(kind="other_issue").exists()


def test_postgres_asks_the_same_of_purpose_and_place(store, shelf):
    way = {"kind": "other_issue", "target": shelf, "quota_line": None}
    approved = for_what(store, approved_by=store.manager, approved_at="2026-06-01T00:00Z")
    assert rule_of(lambda: move(store, **way, slip=approved)) == "line_side_is_its_purpose"
    used = way | {"target": Place.objects.get(purpose=Purpose.USED)}
    assert rule_of(lambda: move(store, **used, slip=approved | {"purpose": "line_side"})) == "line_side_is_its_purpose"
    unapproved = for_what(store, purpose="line_side")
    assert rule_of(lambda: move(store, **way, slip=unapproved)) == "issue_without_order_is_approved"
    move(store, **way, slip=approved | {"purpose": "line_side"})
    assert on_hand(store.steel, "L-01") == 1


def test_above_the_value_another_person_approves_and_it_goes_to_the_bin_that_was_named(store, shelf):
    cost(store, 2)
    with pytest.raises(ApprovalNeeded):
        refill(store, "251", shelf)
    asked = request_slip(kind="other_issue", **said(store, "251", shelf))
    slip = approve_slip_request(request=asked, by=store.manager)
    assert (slip.purpose, slip.approved_by, on_hand(store.steel, "L-01")) == ("line_side", store.manager, 251)


def test_from_the_page_and_its_slip_tells_the_bin_wherever_it_is_shown(store, shelf, desk):
    assert "L-01" in text_of(desk.get("/other-issue"))
    posted = desk.post("/other-issue", other(store, ("STEEL", "20"), ("", ""), purpose="line_side", target=shelf.pk))
    slip = Slip.objects.get(kind="other_issue")
    assert posted["Location"] == f"/slips/{slip.number}"
    paper = f"/slips/{slip.number}/paper"
    for address in (f"/slips/{slip.number}", paper, f"{paper}?form=roll", "/items/STEEL?tab=moves"):
        shown = text_of(desk.get(address))
        assert "B-01 → L-01" in shown, address
    assert "Line side" in text_of(desk.get(f"/slips/{slip.number}"))


@pytest.mark.parametrize(
    ("purpose", "has_bin", "words"),
    [("line_side", False, "Say to which bin at the line."), ("sample", True, "Only what is issued for “Line side” goes to a bin.")],
)
def test_what_is_wrong_with_the_bin_is_said_once_at_its_field(store, shelf, desk, purpose, has_bin, words):
    data = other(store, ("STEEL", "20"), ("STEEL", "1"), purpose=purpose, target=shelf.pk if has_bin else "")
    data["lines-1-lot"] = "X"  # a line of its own
    refused = desk.post("/other-issue", data)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert html.count(words) == 1
    assert 'name="target"' in html
    assert "is-invalid" in html[html.index('name="target"') - 200 : html.index('name="target"') + 300]
    assert 'value="20"' in html


def test_asked_for_on_the_page_the_request_names_the_bin(store, shelf, desk, signed_in):
    dear = other(store, ("STEEL", "500"), purpose="line_side", target=shelf.pk)
    cost(store, 2)
    assert desk.post("/other-issue", dear).status_code == 409
    assert desk.post("/other-issue", dear | {"ask": "1"}).status_code == 302
    request = SlipRequest.objects.get()
    boss = signed_in(store.manager)
    assert "L-01" in text_of(boss.get(f"/slip-requests/{request.number}"))
    assert boss.post(f"/slip-requests/{request.number}/approve").status_code == 302
    assert on_hand(store.steel, "L-01") == 500


def test_the_transfer_page_says_how_a_bin_at_the_line_is_filled(store, shelf, desk):
    lot = store.steel.lots.get()
    data = {"request_key": str(uuid4()), "source": make_bin().pk, "target": "L-01", "quantity": "5"}
    refused = desk.post(f"/lots/{lot.pk}/move", data)
    assert "L-01 is at the line: material goes there by an issue without order, for “Line side”." in text_of(refused)
