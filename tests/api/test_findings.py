"""Findings for programs (FORMATS section 3)."""

from uuid import uuid4

import pytest
import time_machine

from people.models import OrgSpan
from plans.models import Finding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten():
    with time_machine.travel("2026-11-20 02:00Z", tick=False):
        yield


@pytest.fixture
def leader(plant, day_shift):
    leader = plant.person("tld", plant.a1)
    OrgSpan.objects.filter(node=plant.a1).update(leader=leader)
    return leader


BODY = {"kind": "problem", "org_code": "A1", "text": "Oil on the aisle"}


@pytest.mark.req("PLN-11")
def test_one_is_raised_once_per_key_and_read_by_number_and_in_the_list(plant, leader, api):
    caller, key = api(plant.person("opr", plant.a1)), uuid4()

    first = caller.post("/findings", BODY, key=key)
    again = caller.post("/findings", BODY, key=key)

    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (201, 201, "true")
    row = first.json()
    assert (row["number"], row["owner"], row["status"], row["due_at"]) == (
        "FND-2026-000001",
        leader.staff_no,
        "open",
        "2026-11-20T17:00:00+08:00",
    )
    assert Finding.objects.count() == 1
    assert caller.get(f"/findings/{row['number']}").json() == row
    assert caller.get("/findings", status="open", owner=leader.staff_no).json()["items"] == [row]
    assert caller.get("/findings", due_at_to="2026-11-20T16:00+08:00").json()["items"] == []
    assert caller.post("/findings", BODY | {"text": "Other"}, key=key).status_code == 409


def test_what_is_wrong_is_named_at_its_field(plant, leader, api):
    caller = api(plant.person("sup", plant.a))
    answer = caller.post("/findings", BODY | {"org_code": "B1", "owner": "nobody"})
    assert answer.status_code == 422
    assert {fault["field"] for fault in answer.json()["errors"]} == {"org_code", "owner"}
    assert caller.post("/findings", BODY | {"text": " "}).json()["errors"][0]["field"] == "text"
    assert caller.post("/findings", BODY | {"kind": "pile_up", "area": "C", "quantity": "3"}).json()["errors"][0]["field"] == "product_code"
    assert caller.post("/findings", BODY | {"kind": "gossip"}).status_code == 422
    assert not Finding.objects.exists()


def test_every_kind_can_be_raised(plant, leader, api):
    caller = api(plant.person("sup", plant.a))
    for more in (
        {"kind": "pile_up", "area": "Before bending", "cause": "Tool"},
        {"kind": "imbalance", "heads_short": 2, "action": "support"},
        {"kind": "observation", "person": leader.staff_no, "standard": "WI-014"},
        {"kind": "emergency", "area": "Hall 2", "what": "fire", "severity": "severe"},
        {"kind": "safety", "severity": "severe"},
    ):
        answer = caller.post("/findings", BODY | more)
        assert answer.status_code == 201, answer.json()
    assert Finding.objects.get(kind="safety").owner is None


def test_another_workshop_reads_nothing(plant, leader, api):
    api(leader).post("/findings", BODY)
    other = api(plant.person("sup", plant.b))
    assert other.get("/findings").json()["items"] == []
    assert other.get("/findings/FND-2026-000001").status_code == 404
