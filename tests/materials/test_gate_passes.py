"""Goods leave with a pass that another person approved (GEN-25)."""

from uuid import uuid4

import pytest

from materials.models import GatePass
from tests.materials.test_issue import draw
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(store, signed_in):
    def send(**more):
        data = {"goods": "12 pallets\n1 gauge", "taken_by": "Li, truck A-12", "reason": "Lent", "request_key": str(uuid4())}
        return signed_in(store.keeper).post("/gate-passes/new", data | more)

    return send


@pytest.mark.req("GEN-25")
def test_an_unapproved_pass_cannot_be_closed_and_an_approved_one_is_closed_at_the_gate(ask, store, signed_in):
    number = ask()["Location"].rpartition("/")[2]
    desk = signed_in(store.keeper)
    refused = desk.post(f"/gate-passes/{number}/close")
    assert (refused.status_code, "this step is not possible now" in text_of(refused)) == (409, True)
    assert "You asked for this, so somebody else decides." in text_of(desk.get(f"/gate-passes/{number}"))
    assert desk.post(f"/gate-passes/{number}/approve").status_code == 403
    boss = signed_in(store.manager)
    assert number in text_of(boss.get("/"))

    assert boss.post(f"/gate-passes/{number}/approve", {"note": "Back by Friday"}).status_code == 302
    desk = signed_in(store.keeper)
    paper = text_of(desk.get(f"/gate-passes/{number}/paper"))
    assert [word in paper for word in ("12 pallets", "1 gauge", "truck A-12", store.manager.name)] == [True] * 4
    assert number in text_of(desk.get("/"))
    assert desk.post(f"/gate-passes/{number}/close").status_code == 302
    assert desk.post(f"/gate-passes/{number}/close").status_code == 409
    gate_pass = GatePass.objects.get()
    assert (gate_pass.status, gate_pass.closed_by, gate_pass.decision_note) == ("closed", store.keeper, "Back by Friday")
    assert "Back by Friday" in text_of(desk.get(f"/gate-passes/{number}?tab=history"))


@pytest.mark.req("GEN-25")
def test_a_rejection_needs_words_and_a_rejected_pass_stays_here(ask, store, signed_in):
    number = ask()["Location"].rpartition("/")[2]
    boss = signed_in(store.manager)
    assert boss.post(f"/gate-passes/{number}/reject").status_code == 422
    assert boss.post(f"/gate-passes/{number}/reject", {"note": "Ours"}).status_code == 302
    assert signed_in(store.keeper).post(f"/gate-passes/{number}/close").status_code == 409


def test_a_pass_names_the_slip_it_belongs_to_and_a_faulty_one_keeps_what_was_typed(ask, store, signed_in):
    slip = draw(store, "1")
    unknown = ask(slip="ISS-0")
    assert (unknown.status_code, "12 pallets" in unknown.content.decode(), "ISS-0" in text_of(unknown)) == (422, True, True)
    assert ask(goods=" ").status_code == 422
    number = ask(slip=slip.number)["Location"].rpartition("/")[2]
    assert GatePass.objects.get(number=number).slip == slip


def test_sending_twice_asks_once_and_the_list_is_narrowed(ask, store, signed_in, django_assert_max_num_queries):
    key = str(uuid4())
    assert ask(request_key=key)["Location"] == ask(request_key=key)["Location"]
    assert GatePass.objects.count() == 1
    for _ in range(5):
        ask()
    desk = signed_in(store.keeper)
    with django_assert_max_num_queries(15):
        assert GatePass.objects.first().number in text_of(desk.get("/gate-passes"))
    assert "Nothing matches" in text_of(desk.get("/gate-passes?view=all&status=closed"))
