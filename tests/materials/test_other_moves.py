"""Issues without order and transfers: within a value, between bins, by the lot's status (MAT-11, MAT-17)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from core.errors import Faults, IdempotencyMismatch, OwnRequest, SamePerson
from core.services.settings import change_plant_settings
from materials.errors.slips import (
    ApprovalNeeded,
    NoApprovalNeeded,
    NotReversible,
    NotYourRequest,
    ReasonNeeded,
    RequestDecided,
    SlipRefused,
)
from materials.models import Balance, LotStatus, Purpose, Slip, SlipRequest
from materials.services import (
    SlipLine,
    approve_slip_request,
    confirm_slip,
    decide_lot,
    issue_without_order,
    reject_slip_request,
    request_slip,
    reverse_slip,
    transfer,
    verify_ledger,
    withdraw_slip_request,
)
from people.models import Notice
from tests.factories.materials import ItemFactory, make_bin, put
from tests.races import Elsewhere, wait_until_blocked

D = Decimal


@pytest.fixture(autouse=True)
def whole(store):
    """Whatever a test did, the ledger tells the same as its moves."""
    yield
    assert verify_ledger() == []


@pytest.fixture
def grease(store):
    item = ItemFactory(code="GREASE", standard_cost=D("10"))
    put(item, "200")
    return item


def hand_out(store, item, quantity, **more):
    said = {"purpose": "consumable", "cost_centre": store.plant.a, "reason": "Machine 4", "receiver": store.welder, "by": store.keeper}
    return issue_without_order(lines=[SlipLine(item, D(quantity))], **said | more)


def ask(store, item, quantity, **more):
    said = {"purpose": "repair", "cost_centre": store.plant.a, "reason": "Gearbox", "receiver": store.welder, "by": store.keeper}
    return request_slip(kind="other_issue", lines=[SlipLine(item, D(quantity))], **said | more)


def lying(item, place="B-01"):
    return sum(row.on_hand for row in Balance.objects.filter(lot__item=item, place__code=place))


# --- without order ---


@pytest.mark.req("MAT-11")
def test_up_to_the_value_it_is_posted_and_charged_above_it_nothing_moves(store, grease):
    slip = hand_out(store, grease, "50")  # 500.00, the plant's limit
    assert (slip.number[:4], slip.kind, slip.cost_centre, slip.purpose) == ("OIS-", "other_issue", store.plant.a, "consumable")
    assert (slip.status, slip.approved_by) == ("awaiting_receiver", None)
    assert lying(grease) == 150

    with pytest.raises(ApprovalNeeded) as refused:
        hand_out(store, grease, "50.001")
    assert refused.value.code == "approval_needed"
    assert refused.value.figures == {"value": "500.01 CNY", "limit": "500.00 CNY"}
    assert lying(grease) == 150

    change_plant_settings(values={"other_issue_value": 501})
    hand_out(store, grease, "50.001")
    confirm_slip(slip=slip, by=store.welder)


def test_an_item_without_cost_needs_an_approval_whatever_its_quantity(store):
    with pytest.raises(ApprovalNeeded) as refused:
        hand_out(store, store.steel, "0.001")
    assert "STEEL has no standard cost" in str(refused.value)


def test_it_takes_two_people_and_a_reason_and_what_is_issuable(store, grease):
    with pytest.raises(SamePerson):
        hand_out(store, grease, "1", receiver=store.keeper)
    with pytest.raises(ReasonNeeded):
        hand_out(store, grease, "1", reason=" ")
    put(grease, "5", lot="Q", status=LotStatus.QUARANTINE)
    change_plant_settings(values={"other_issue_value": 5000})
    with pytest.raises(SlipRefused) as refused:
        hand_out(store, grease, "201")
    assert refused.value.lines == [
        {"item": "GREASE", "code": "insufficient_stock", "asked": "201", "left": None, "on_hand": "200", "unit": "kg"}
    ]


def test_sending_it_twice_posts_one_and_another_body_is_refused(store, grease):
    key = uuid4()
    assert hand_out(store, grease, "2", request_key=key) == hand_out(store, grease, "2", request_key=key)
    with pytest.raises(IdempotencyMismatch):
        hand_out(store, grease, "3", request_key=key)
    assert lying(grease) == 198


def test_it_is_reversed_by_its_mirror(store, grease):
    slip = hand_out(store, grease, "2")
    back = reverse_slip(slip=slip, reason="Not needed", by=store.keeper)
    slip.refresh_from_db()
    assert (slip.status, back.reverses, lying(grease)) == ("reversed", slip, 200)


# --- asked for and decided ---


@pytest.mark.req("MAT-17")
def test_above_the_value_somebody_else_approves_before_anything_moves(store, grease):
    asked = ask(store, grease, "60")
    assert (asked.status, asked.value, lying(grease)) == ("requested", D(600), 200)
    assert Notice.objects.filter(recipient=store.manager, kind="slip_request.asked", done_at=None).count() == 1
    for own in (store.keeper, store.welder):
        with pytest.raises(OwnRequest):
            approve_slip_request(request=asked, by=own)
    assert lying(grease) == 200

    slip = approve_slip_request(request=asked, by=store.manager)
    asked.refresh_from_db()
    assert (asked.status, asked.slip, asked.decided_by) == ("approved", slip, store.manager)
    assert (slip.approved_by, slip.posted_by, slip.receiver, slip.status) == (
        store.manager,
        store.keeper,
        store.welder,
        "awaiting_receiver",
    )
    assert lying(grease) == 140
    assert not Notice.objects.filter(kind="slip_request.asked", done_at=None).exists()
    with pytest.raises(RequestDecided):
        approve_slip_request(request=asked, by=store.manager)


def test_the_value_of_a_request_is_rounded_as_all_money_is(store, grease):
    """1,005.01005 has its half beside an even digit, where Python's own rounding would go down."""
    grease.standard_cost = D("10.0001")
    grease.save()

    assert ask(store, grease, "100.5").value == D("1005.0101")


def test_a_request_is_rejected_with_words_and_taken_back_by_who_asked(store, grease):
    first, second = ask(store, grease, "60"), ask(store, grease, "70")
    with pytest.raises(ReasonNeeded):
        reject_slip_request(request=first, note=" ", by=store.manager)
    assert reject_slip_request(request=first, note="Use the old one", by=store.manager).status == "rejected"
    with pytest.raises(NotYourRequest):
        withdraw_slip_request(request=second, by=store.manager)
    assert withdraw_slip_request(request=second, by=store.keeper).status == "withdrawn"
    assert (SlipRequest.objects.filter(slip=None).count(), lying(grease)) == (2, 200)


def test_what_needs_no_approval_is_not_asked_for(store, grease):
    with pytest.raises(NoApprovalNeeded):
        ask(store, grease, "1")


def test_an_approval_looks_at_the_stock_anew_and_keeps_the_request_when_it_is_gone(store, grease):
    asked = ask(store, grease, "160")
    hand_out(store, grease, "50")
    with pytest.raises(SlipRefused):
        approve_slip_request(request=asked, by=store.manager)
    asked.refresh_from_db()
    assert (asked.status, lying(grease)) == ("requested", 150)


# --- transfers ---


def bring(item, quantity, source, target, **more):
    keeper = more.pop("by")
    return transfer(lines=[SlipLine(item, D(quantity), more.pop("lot", None), source, target)], by=keeper, **more)


@pytest.mark.req("MAT-11")
def test_a_transfer_moves_lots_between_bins_and_never_more_than_lies_there(store):
    first, second = make_bin(), make_bin("B-02")
    slip = bring(store.steel, "120.5", first, second, by=store.keeper)
    assert (slip.number[:4], slip.status) == ("TRF-", "posted")
    assert (lying(store.steel), lying(store.steel, "B-02")) == (D("379.5"), D("120.5"))
    with pytest.raises(SlipRefused) as refused:
        bring(store.steel, "120.501", second, first, by=store.keeper)
    assert refused.value.code == "insufficient_stock"
    with pytest.raises(NotReversible):
        reverse_slip(slip=slip, reason="Wrong bin", by=store.keeper)


@pytest.mark.req("MAT-11")
@pytest.mark.parametrize("status", ["released", "quarantine"])
def test_the_standing_lot_is_named_by_a_blank_and_moves_alone_whatever_lies_beside_it(store, status):
    first, second = make_bin(), make_bin("B-02")
    put(store.steel, "10", first, lot="L1", expires_on=plant_today() + timedelta(days=5), status=status)
    slip = bring(store.steel, "5", first, second, lot="", by=store.keeper)
    assert [(move.lot.code, move.quantity) for move in slip.moves.all()] == [("", 5)]


def test_a_request_keeps_whether_it_names_the_standing_lot_or_none(store):
    quarantine, stock = make_bin("Q-01", Purpose.QUARANTINE), make_bin()
    put(store.steel, "10", quarantine)
    put(store.steel, "10", quarantine, lot="L1", expires_on=plant_today() + timedelta(days=5))
    for lot, found in (("", ""), (None, "L1"), ("L1", "L1")):
        lines = [SlipLine(store.steel, D(2), lot, quarantine, stock)]
        slip = approve_slip_request(request=request_slip(kind="transfer", lines=lines, reason="Dried", by=store.keeper), by=store.manager)
        assert [move.lot.code for move in slip.moves.all()] == [found], lot


@pytest.mark.parametrize(
    ("status", "source", "target", "code"),
    [
        ("released", "stock", "quarantine", "transfer_place"),
        ("released", "stock", "scrap", "transfer_place"),
        ("quarantine", "stock", "quarantine", ""),
        ("rejected", "stock", "scrap", ""),
        ("quarantine", "stock", "stock", "transfer_place"),
        ("to_inspect", "receiving", "stock", "transfer_place"),
        ("to_inspect", "receiving", "quarantine", ""),
        ("released", "receiving", "stock", ""),
        ("concession", "receiving", "stock", ""),
        ("rejected", "receiving", "stock", "transfer_place"),
        ("released", "stock", "line_side", "transfer_place"),
        ("quarantine", "quarantine", "quarantine", ""),
        ("quarantine", "quarantine", "stock", "approval_needed"),
        ("released", "quarantine", "stock", "approval_needed"),
        ("rejected", "scrap", "quarantine", ""),
    ],
)
def test_what_is_set_aside_goes_only_where_its_lot_allows(store, status, source, target, code):
    item = ItemFactory(code="PAINT")
    places = [make_bin(f"X-{number}", purpose) for number, purpose in enumerate((source, target))]
    put(item, "10", places[0], lot="L1", status=status)

    def done():
        try:
            bring(item, "4", *places, lot="L1", by=store.keeper)
        except Faults as refusal:
            return refusal.faults[0].code
        except ApprovalNeeded as refusal:
            return refusal.code
        return ""

    assert done() == code
    assert lying(item, "X-1") == (0 if code else 4)


@pytest.mark.req("MAT-17")
def test_out_of_quarantine_it_goes_by_another_persons_word_and_only_once_the_lot_is_released(store):
    quarantine, stock = make_bin("Q-01", Purpose.QUARANTINE), make_bin()
    lot = put(store.steel, "10", quarantine, lot="Q", status=LotStatus.QUARANTINE)
    lines = [SlipLine(store.steel, D(10), "Q", quarantine, stock)]
    with pytest.raises(Faults) as refused:
        request_slip(kind="transfer", lines=lines, reason="Dried", by=store.keeper)
    assert refused.value.faults[0].code == "transfer_place"

    decide_lot(lot=lot, status=LotStatus.RELEASED, note="Dried", by=store.manager)
    asked = request_slip(kind="transfer", lines=lines, reason="Dried", by=store.keeper)
    slip = approve_slip_request(request=asked, by=store.manager)
    assert (slip.kind, slip.status, slip.approved_by, lying(store.steel, "Q-01")) == ("transfer", "posted", store.manager, 0)


@pytest.mark.req("MAT-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_the_last_quantity_one_is_refused(store):
    source = make_bin("LAST")
    item = ItemFactory()
    put(item, "5", source)
    targets = [make_bin(f"T-{number}") for number in range(2)]
    calls = [Elsewhere(lambda target=target: bring(item, "5", source, target, by=store.keeper)) for target in targets]
    assert sorted(call.outcome for call in calls) == ["SlipRefused", "done"]
    assert (lying(item, "LAST"), sum(lying(item, target.code) for target in targets)) == (0, 5)


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_the_last_quantity_is_refused_with_the_figures_of_then(store):
    """The first holds the balance: the second chose from a plain read, waits, and looks again."""
    source, first, second = make_bin("LAST"), make_bin("T-0"), make_bin("T-1")
    item = ItemFactory()
    put(item, "5", source)
    with transaction.atomic():
        bring(item, "3", source, first, by=store.keeper)
        other = Elsewhere(lambda: bring(item, "3", source, second, by=store.keeper))
        wait_until_blocked()
    assert other.outcome == "SlipRefused"
    assert other.fault.lines[0]["on_hand"] == "2"


def statements(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


@pytest.mark.parametrize("kind", ["other_issue", "transfer"])
def test_a_slip_of_50_lines_costs_as_many_statements_as_one_of_1(store, kind):
    first, second = make_bin(), make_bin("B-02")
    items = [ItemFactory(standard_cost=D(1)) for _ in range(50)]
    for item in items:
        put(item, "100")

    def posting(count):
        lines = [SlipLine(item, D(2), bin=first, to_bin=second if kind == "transfer" else None) for item in items[:count]]
        if kind == "transfer":
            return lambda: transfer(lines=lines, by=store.keeper)
        said = {"purpose": "sample", "cost_centre": store.plant.a, "reason": "Fair", "receiver": store.welder, "by": store.keeper}
        return lambda: issue_without_order(lines=lines, **said)

    posting(1)()
    assert statements(posting(50)) == statements(posting(1))
    assert Slip.objects.filter(kind=kind).count() == 3
