"""Stocktakes, adjustments and disposals for programs (MAT-16, MAT-17, MAT-18)."""

from datetime import date, timedelta

import pytest

from core.clock import plant_today
from materials.models import Balance, CountPlan
from materials.services import start_count, verify_ledger
from tests.api.test_slips import refusal
from tests.factories.materials import make_store
from tests.materials.test_issue import draw

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(plant):
    return make_store(plant)


@pytest.fixture
def keeper(store, api):
    return api(store.keeper)


@pytest.fixture
def manager(store, api):
    return api(store.manager)


def on_hand():
    return Balance.objects.get(place__code="B-01").on_hand


@pytest.mark.req("MAT-16")
def test_a_stocktake_is_counted_blind_and_posted_by_another(store, keeper, manager):
    first = date(2026, 1, 5)
    plan = CountPlan.objects.create(name="All", cycle="week", first_on=first, next_on=first, made_by=store.keeper)
    number = start_count(plan=plan, by=store.keeper).number
    row = keeper.get(f"/counts/{number}").json()
    (line,) = row["lines"]
    assert (row["status"], line["book"], line["item"], line["place"]) == ("counting", None, "STEEL", "B-01")

    refusal(keeper.post(f"/counts/{number}/submit", {}), 409, "lines_not_counted")
    fault = keeper.post(f"/counts/{number}/lines", {"lines": [{"id": line["id"], "counted": "1.23456"}, {"id": 0, "counted": "1"}]}).json()
    assert [one["field"] for one in fault["errors"]] == ["lines.0.counted", "lines.1.id"]
    kept = keeper.post(f"/counts/{number}/lines", {"lines": [{"id": line["id"], "counted": "497", "note": "Two bundles"}]}).json()
    assert (kept["lines"][0]["counted"], kept["lines"][0]["note"]) == ("497.000", "Two bundles")
    assert kept["lines"][0]["counted_book"] is None
    handed_in = keeper.post(f"/counts/{number}/submit", {}).json()
    assert (handed_in["status"], handed_in["lines"][0]["book"], on_hand()) == ("submitted", "500.000", 500)
    assert (handed_in["lines"][0]["counted_book"], handed_in["lines"][0]["recounted_book"]) == ("500.000", None)
    refusal(keeper.post(f"/counts/{number}/approve", {}), 403, "not_allowed")

    done = manager.post(f"/counts/{number}/approve", {"note": "Seen"}).json()
    assert (done["status"], done["note"], on_hand(), done["slip"][:4]) == ("approved", "Seen", 497, "ADJ-")
    assert verify_ledger() == []


@pytest.mark.req("MAT-17")
def test_an_adjustment_is_decided_by_another_than_its_author(store, keeper, manager):
    body = {"item": "STEEL", "bin": "B-01", "change": "-3.5", "reason": "missing", "note": "Not in the bin"}
    for more, status, code in (
        ({"change": "-600"}, 422, "more_than_lies"),
        ({"change": "0"}, 422, "not_above_zero"),
        ({"lot": "L9"}, 422, "unknown"),
        ({"reason": "because"}, 422, "invalid"),
    ):
        refused = keeper.post("/adjustments", body | more)
        told = refused.json()
        assert refused.status_code == status, told
        assert code in (told["code"], *(one["code"] for one in told.get("errors", []))), told
    asked = keeper.post("/adjustments", body)
    row = asked.json()
    assert (asked.status_code, row["change"], row["status"], on_hand()) == (201, "-3.500", "requested", 500)
    refusal(keeper.post(f"/adjustments/{row['number']}/approve", {}), 403, "own_request")
    assert manager.post(f"/adjustments/{row['number']}/approve", {}).json()["status"] == "approved"
    assert str(on_hand()) == "496.500000"
    refusal(manager.post(f"/adjustments/{row['number']}/reject", {"note": "Late"}), 409, "wrong_status")


@pytest.mark.req("MAT-18")
def test_a_disposal_is_carried_out_after_approval(store, keeper, manager):
    due = (plant_today() + timedelta(days=5)).isoformat()
    body = {"item": "STEEL", "bin": "B-01", "quantity": "100", "decision": "sell", "reason": "Never used", "due_on": due}
    assert keeper.post("/disposals", body | {"due_on": "2020-01-01"}).status_code == 422
    draw(store, "10")
    held = keeper.post("/disposals", body | {"bin": store.order.place.code, "quantity": "5"})
    assert (held.status_code, "not_a_bin" in held.content.decode()) == (422, True)
    row = keeper.post("/disposals", body).json()
    refusal(keeper.post(f"/disposals/{row['number']}/done", {}), 409, "wrong_status")
    refusal(keeper.post(f"/disposals/{row['number']}/approve", {}), 403, "own_request")
    assert manager.post(f"/disposals/{row['number']}/reject", {}).json()["code"] in ("reason_needed", "invalid")
    assert manager.post(f"/disposals/{row['number']}/approve", {"note": "Yes"}).json()["decision_note"] == "Yes"
    done = keeper.post(f"/disposals/{row['number']}/done", {}).json()
    assert (done["status"], done["done_by"], on_hand()) == ("done", store.keeper.staff_no, 390)
