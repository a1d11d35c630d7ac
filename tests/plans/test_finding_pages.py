"""Findings on their pages: the list, the board, raising one in a few taps, and the steps each person may take."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.models import Attachment
from people.models import OrgSpan
from plans.models import Finding
from plans.services import escalate, put_right, raise_finding, report_pile_up

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10:00 at the plant
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def leader(plant, day_shift):
    leader = plant.person("tld", plant.a1)
    OrgSpan.objects.filter(node=plant.a1).update(leader=leader)
    OrgSpan.objects.filter(node=plant.a).update(leader=plant.person("wsm", plant.a))
    return leader


@pytest.fixture
def finding(plant, leader):
    return raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=plant.person("opr", plant.a1))


def photo(name="p.png", broken=False):
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    return SimpleUploadedFile(name, b"no picture" if broken else picture.getvalue())


def typed(node, **more):
    return {"kind": "problem", "node": node.pk, "text": "Guard is loose", "severity": "normal", "request_key": uuid4()} | more


def step(client, finding, name, **data):
    return client.post(f"/findings/{finding.number}/{name}", {"version": finding.version} | data)


@pytest.mark.req("PLN-11")
def test_anybody_raises_one_with_kind_words_and_photo(plant, leader, signed_in):
    client = signed_in(plant.person("opr", plant.a1))
    page = client.get("/findings/new").content.decode()
    assert f'<option value="{plant.a1.pk}" selected>' in page  # where one works is chosen already

    answer = client.post("/findings/new", typed(plant.a1, photo=photo()), follow=True)

    finding = Finding.objects.get()
    assert answer.redirect_chain == [(f"/findings/{finding.number}", 302)]
    assert (finding.owner, finding.raised_by) == (leader, plant.person("opr", plant.a1))
    assert finding.photos.get().side == "before"


def test_sent_twice_it_is_raised_once(plant, leader, signed_in):
    client, same = signed_in(plant.person("opr", plant.a1)), typed(plant.a1)
    assert client.post("/findings/new", same)["Location"] == client.post("/findings/new", same)["Location"]
    assert Finding.objects.count() == 1


def kept_on_a_device(node, *, photo_id="", typed_at=TEN, sent_at=TEN, id=None, **more):
    fields = {name: str(value) for name, value in typed(node, photo_id=photo_id, **more).items() if name != "request_key"}
    return {"id": str(id or uuid4()), "typed_at": typed_at.isoformat(), "sent_at": sent_at.isoformat(), "fields": fields}


def from_device(client, sent):
    return client.post("/findings/new", sent, content_type="application/json")


def test_a_device_tells_hours_later_when_it_was_written_and_it_is_due_by_the_shift_that_runs_now(plant, leader, day_shift, signed_in):
    with time_machine.travel(TEN + timedelta(hours=24), tick=False):
        client = signed_in(plant.person("opr", plant.a1))
        assert from_device(client, kept_on_a_device(plant.a1, sent_at=TEN + timedelta(hours=24))).status_code == 200
        finding = Finding.objects.get()
        assert (finding.raised_at, finding.business_date, finding.shift) == (TEN, TEN.date(), day_shift)
        assert finding.due_at > TEN + timedelta(hours=24)
        emergency = kept_on_a_device(plant.a1, kind="emergency", area="Hall 2", what="fire", sent_at=TEN + timedelta(hours=24))
        from_device(client, emergency)
    assert Finding.objects.get(kind="emergency").emergency.happened_at == TEN


def test_a_device_whose_clock_is_an_hour_fast_is_set_right(plant, leader, signed_in):
    fast = TEN + timedelta(hours=1)
    from_device(signed_in(plant.person("opr", plant.a1)), kept_on_a_device(plant.a1, typed_at=fast - timedelta(minutes=5), sent_at=fast))
    assert Finding.objects.get().raised_at == TEN - timedelta(minutes=5)


def test_what_a_device_sends_twice_gets_the_first_answer_even_where_it_would_be_refused_by_now(plant, leader, signed_in):
    client, sent = signed_in(plant.person("opr", plant.a1)), kept_on_a_device(plant.a1, owner=leader.pk)
    first = from_device(client, sent).json()
    leader.left_on = TEN.date() - timedelta(days=3)
    leader.save()

    assert from_device(client, sent | {"sent_at": (TEN + timedelta(hours=1)).isoformat()}).json() == first
    assert first["url"] == f"/findings/{Finding.objects.get().number}"
    other = from_device(client, kept_on_a_device(plant.a1, id=sent["id"], text="Something else"))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert Finding.objects.count() == 1


def test_what_a_device_sent_is_refused_with_each_fault_at_its_field_and_may_be_sent_again_under_its_key(plant, leader, signed_in):
    client, sent = signed_in(plant.person("opr", plant.a1)), kept_on_a_device(plant.a1, kind="pile_up", owner=987654, quantity="many")
    refused = from_device(client, sent)

    assert refused.status_code == 422
    assert {fault["field"] for fault in refused.json()["errors"]} == {"owner", "quantity"}
    assert "Owner: This person is not to be chosen here any more." in refused.json()["detail"]
    sent["fields"] |= {"owner": "", "quantity": ""}
    assert from_device(client, sent).json()["errors"] == [{"field": "area", "code": "place_needed", "detail": "Say where it is."}]
    sent["fields"]["area"] = "Aisle C"
    assert from_device(client, sent).status_code == 200


def test_a_photo_that_is_not_there_is_never_left_out_in_silence(plant, leader, signed_in):
    client, kept = signed_in(plant.person("opr", plant.a1)), uuid4()
    answer = from_device(client, kept_on_a_device(plant.a1, photo_id=kept))
    assert (answer.status_code, answer.json()["code"], Finding.objects.count()) == (422, "unknown_photo", 0)

    for _ in range(2):
        assert client.post("/findings/photos", {"id": kept, "photo": photo()}).json() == {"id": str(kept)}
    assert from_device(client, kept_on_a_device(plant.a1, photo_id=kept)).status_code == 200
    assert Finding.objects.get().photos.get().photo_id == kept


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"id": "x", "fields": {}}', '{"id": 7, "fields": []}', '{"id": null, "fields": {"text": "\\u0000"}}']
)
def test_what_no_device_of_ours_sends_is_a_fault_and_no_crash(plant, signed_in, body):
    answer = signed_in(plant.person("opr", plant.a1)).post("/findings/new", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_device_keeps_the_blank_page_and_none_that_a_link_filled_in(plant, signed_in):
    opr = plant.person("opr", plant.a1)
    assert signed_in(opr).get("/findings/new")["X-FloorOps-Keep"] == str(opr.pk)
    assert "X-FloorOps-Keep" not in signed_in(opr).get("/findings/new?kind=emergency")


def test_what_was_typed_and_photographed_stays_when_something_is_missing(plant, leader, signed_in):
    client = signed_in(plant.person("opr", plant.a1))
    answer = client.post("/findings/new", typed(plant.a1, kind="pile_up", cause="No crane", photo=photo()))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Say where it is" in page
    assert "No crane" in page
    kept = Attachment.objects.get()
    assert str(kept.pk) in page
    client.post("/findings/new", typed(plant.a1, kind="pile_up", area="Aisle C", photo_id=kept.pk))
    assert Finding.objects.get().photos.get().photo == kept


def test_a_photo_that_is_none_is_refused_and_nothing_typed_is_lost(plant, leader, signed_in):
    answer = signed_in(plant.person("opr", plant.a1)).post("/findings/new", typed(plant.a1, photo=photo(broken=True)))
    assert answer.status_code == 422
    assert "Guard is loose" in answer.content.decode()
    assert not Finding.objects.exists()


def test_each_kind_asks_what_it_needs(plant, leader, signed_in):
    client = signed_in(plant.person("sup", plant.a))
    answer = client.post("/findings/new", typed(plant.a1, kind="observation"))
    assert answer.status_code == 422
    client.post("/findings/new", typed(plant.a1, kind="observation", person=leader.staff_no, standard="WI-014"))
    client.post("/findings/new", typed(plant.a1, kind="imbalance", heads="2", side="over", action="support"))
    client.post("/findings/new", typed(plant.a1, kind="emergency", area="Hall 2", what="fire", severity="severe"))
    kinds = Finding.objects.order_by("pk")
    assert [row.kind for row in kinds] == ["observation", "imbalance", "emergency"]
    assert kinds[1].imbalance.heads_over == 2
    for row in kinds:
        assert client.get(f"/findings/{row.number}").status_code == 200


@pytest.mark.req("PLN-08")
def test_a_request_for_support_belongs_to_the_leader_above_who_answers_it_with_a_photo(plant, leader, signed_in):
    manager = plant.person("wsm", plant.a)
    asked = typed(plant.a1, kind="imbalance", heads="2", side="short", action="support", photo=photo())
    signed_in(plant.person("sup", plant.a)).post("/findings/new", asked)
    finding = Finding.objects.get()
    assert finding.owner == manager

    assert step(signed_in(leader), finding, "done", result="Never mind").status_code == 403
    client = signed_in(manager)
    assert step(client, finding, "done", result="Two from A2").status_code == 422
    assert step(client, finding, "done", result="Two from A2", photo=photo()).status_code == 302
    finding.refresh_from_db()
    assert (finding.status, finding.imbalance.answered_by) == ("done", manager)


@pytest.mark.req("PLN-08")
def test_what_was_handled_at_once_belongs_to_whoever_handled_it(plant, leader, signed_in):
    sup = plant.person("sup", plant.a)
    signed_in(sup).post("/findings/new", typed(plant.a1, kind="imbalance", heads="1", side="over", action="handled"))
    assert (Finding.objects.get().status, Finding.objects.get().owner) == ("done", sup)


def test_a_step_that_adds_a_photo_needs_one(finding, leader, signed_in):
    assert step(signed_in(leader), finding, "photo").status_code == 422
    assert not finding.photos.exists()


def test_one_is_raised_only_where_one_belongs(plant, leader, signed_in):
    client = signed_in(plant.person("opr", plant.a1))
    assert client.post("/findings/new", typed(plant.b1)).status_code == 422
    assert signed_in(plant.person("adm")).get("/findings/new").status_code == 403


@pytest.mark.req("PLN-11")
def test_the_owner_puts_it_right_and_somebody_else_verifies(finding, leader, plant, signed_in):
    client = signed_in(leader)
    assert step(client, finding, "done", result="").status_code == 422
    assert step(client, finding, "done", result="Wiped", photo=photo()).status_code == 302
    finding.refresh_from_db()
    assert finding.status == "done"
    assert step(client, finding, "verify").status_code == 403
    manager = signed_in(plant.person("wsm", plant.a))
    assert "You may." in manager.get(f"/findings/{finding.number}").content.decode()
    assert step(manager, finding, "verify").status_code == 302
    facts = manager.get(f"/findings/{finding.number}").content.decode()
    assert "<dt>Put right by</dt><dd>tld A1, " in facts
    assert "<dt>Verified by</dt><dd>" in facts
    finding.refresh_from_db()
    assert finding.verified_by == plant.person("wsm", plant.a)


@pytest.mark.req("PLN-11")
def test_who_only_looks_on_takes_no_step(finding, plant, signed_in):
    client = signed_in(plant.person("opr", plant.a))
    assert step(client, finding, "done", result="Wiped").status_code == 403
    assert step(client, finding, "cancel", reason="None").status_code == 403
    assert step(client, finding, "comment", text="I saw it too").status_code == 302
    assert "I saw it too" in client.get(f"/findings/{finding.number}").content.decode()
    assert client.post(f"/findings/{finding.number}/burn").status_code == 404


def test_hand_over_due_severity_reopen_and_cancel_from_the_page(finding, leader, plant, signed_in):
    manager = plant.person("wsm", plant.a)
    client = signed_in(manager)
    assert step(client, finding, "hand-over", owner=leader.pk).status_code == 422  # is the owner already
    assert step(client, finding, "hand-over", owner=manager.pk, text="Mine").status_code == 302
    finding.refresh_from_db()
    assert step(client, finding, "due", due_at="2026-11-21T12:00", reason="Part").status_code == 302
    finding.refresh_from_db()
    assert finding.due_at == datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert step(client, finding, "severity", severity="severe").status_code == 302
    finding.refresh_from_db()
    assert step(client, finding, "due", due_at="2026-11-20T09:00", reason="Part").status_code == 422
    assert step(client, finding, "photo", photo=photo()).status_code == 302
    assert step(client, finding, "done", result="Wiped", photo=photo()).status_code == 302
    finding.refresh_from_db()
    assert step(signed_in(plant.person("mgr")), finding, "reopen", reason="Oil again").status_code == 302
    history = client.get(f"/findings/{finding.number}?tab=history").content.decode()
    for words in ("handed it over", "changed the due time", "changed the severity", "put it right", "reopened it", "Oil again"):
        assert words in history


def test_a_stale_page_is_refused_and_what_was_typed_stays(finding, leader, plant, signed_in):
    step(signed_in(plant.person("wsm", plant.a)), finding, "severity", severity="severe")
    answer = step(signed_in(leader), finding, "done", result="Wiped and clamped")
    assert answer.status_code == 409
    assert "Wiped and clamped" in answer.content.decode()


@pytest.mark.req("PLN-11")
def test_the_list_narrows_to_mine_late_escalated_and_to_verify(finding, leader, plant, signed_in):
    with time_machine.travel(TEN + timedelta(hours=8), tick=False):
        escalate()
        mine = signed_in(leader).get("/findings?view=mine").content.decode()
        assert "Oil on the aisle" in mine
        assert "Late" in mine
        manager = signed_in(plant.person("wsm", plant.a))
        assert "Oil on the aisle" in manager.get("/findings?view=escalated").content.decode()
        assert "Oil on the aisle" in manager.get("/findings?view=late").content.decode()
        assert "Oil on the aisle" not in manager.get("/findings?view=mine").content.decode()
        put_right(finding=finding, result="Wiped", by=leader)
        assert "Oil on the aisle" in manager.get("/findings?view=wait").content.decode()
        assert "Oil on the aisle" not in signed_in(leader).get("/findings?view=wait").content.decode()


def test_the_list_filters_by_place_kind_severity_owner_and_status(finding, plant, signed_in):
    client = signed_in(plant.person("mgr"))
    for query in (
        f"node={plant.a.pk}",
        "kind=problem",
        "severity=normal",
        f"owner={finding.owner_id}",
        "status=open",
        "due_to=2026-11-20",
        "q=FND-2026",
    ):
        assert "Oil on the aisle" in client.get(f"/findings?{query}").content.decode(), query
    for query in (f"node={plant.b.pk}", "kind=safety", "severity=severe", "status=done", "due_to=2026-11-19"):
        assert "Oil on the aisle" not in client.get(f"/findings?{query}").content.decode(), query


@pytest.mark.req("PLN-11")
@pytest.mark.parametrize("address", ["/findings?view=all", "/findings/board?"])
def test_list_and_board_are_narrowed_by_owner_area_severity_and_due(plant, leader, signed_in, address):
    other, by = plant.person("sup", plant.a), plant.person("opr", plant.a1)
    said = {"kind": "problem", "node": plant.a1, "by": by}
    raise_finding(text="Oil on the aisle", area="Press P-03", severity="severe", owner=leader, due_at=TEN + timedelta(hours=2), **said)
    raise_finding(text="Lamp is dark", area="Gate 2", severity="minor", owner=other, due_at=TEN + timedelta(days=3), **said)
    client = signed_in(plant.person("mgr"))

    for first, second in (
        (f"owner={leader.pk}", f"owner={other.pk}"),
        ("q=press p-03", "q=gate 2"),
        ("severity=severe", "severity=minor"),
    ):
        for query, is_first in ((first, True), (second, False)):
            page = client.get(f"{address}&{query}").content.decode()
            assert ("Oil on the aisle" in page, "Lamp is dark" in page) == (is_first, not is_first), query
    due = client.get(f"{address}&due_to=2026-11-20").content.decode()
    assert "Oil on the aisle" in due
    assert "Lamp is dark" not in due
    late = client.get(f"{address}&due_to=2026-11-23").content.decode()
    assert "Oil on the aisle" in late
    assert "Lamp is dark" in late


def test_another_workshop_sees_it_only_once_it_is_theirs(finding, plant, signed_in):
    other = plant.person("sup", plant.b)
    assert "Oil on the aisle" not in signed_in(other).get("/findings?view=all").content.decode()
    Finding.objects.update(owner=other)
    assert "Oil on the aisle" in signed_in(other).get("/findings?view=mine").content.decode()
    assert signed_in(other).get(f"/findings/{finding.number}").status_code == 200


def test_the_board_shows_each_state_in_its_column(finding, leader, plant, signed_in):
    raise_finding(kind="safety", severity="severe", node=plant.a1, text="Guard open", by=leader)
    page = signed_in(leader).get("/findings/board").content.decode()
    assert page.index("In time") < page.index("Oil on the aisle")
    assert "Severe" in page
    assert "Guard open" not in signed_in(leader).get("/findings/board?severity=normal").content.decode()


def test_lists_and_pages_cost_the_same_however_many_findings(finding, leader, plant, signed_in, django_assert_max_num_queries):
    for number in range(60):
        raise_finding(kind="problem", node=plant.a1, text=f"Number {number}", by=leader, item_key="X", area="Y")
    client = signed_in(leader)
    for address, most in (("/findings", 20), ("/findings/board", 24), (f"/findings/{finding.number}", 24), ("/findings/new", 26)):
        with django_assert_max_num_queries(most):
            client.get(address)


def test_its_photo_is_shown_to_whom_sees_the_finding(plant, leader, signed_in):
    signed_in(leader).post("/findings/new", typed(plant.a1, photo=photo()))
    kept = Attachment.objects.get()
    assert signed_in(plant.person("wsm", plant.a)).get(f"/files/{kept.pk}").status_code == 200
    assert signed_in(plant.person("wsm", plant.b)).get(f"/files/{kept.pk}").status_code == 404


def test_the_register_leaves_as_a_file(finding, plant, signed_in):
    client = signed_in(plant.person("mgr"))
    answer = client.get("/data/findings/export?form=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "FND-2026-000001" in text
    assert "2026-11-20T17:00+08:00" in text
    assert client.get("/data/findings/import").status_code == 404
    assert "findings" in client.get("/data").content.decode()


@pytest.mark.req("PLN-09")
@pytest.mark.parametrize("address", ["/findings?view=all", "/findings/board", "/findings/{number}"])
@pytest.mark.parametrize(("stood", "is_marked"), [({"hours": 4}, False), ({"hours": 4, "minutes": 1}, True)])
def test_a_pile_up_open_longer_than_4_hours_is_marked_with_a_sign_and_words(plant, leader, signed_in, address, stood, is_marked):
    finding = report_pile_up(node=plant.a1, area="Before bending", text="Two pallets", by=leader)
    raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=leader)
    with time_machine.travel(TEN + timedelta(**stood), tick=False):
        page = signed_in(leader).get(address.format(number=finding.number)).content.decode()
        badge = '<span class="fo-st is-late"><i class="bi bi-stack" aria-hidden="true"></i>Stands too long</span>'
        assert page.count("Stands too long") == page.count(badge) == is_marked
        put_right(finding=finding, result="Moved on", by=leader)
        assert "Stands too long" not in signed_in(leader).get(address.format(number=finding.number)).content.decode()


@pytest.mark.req("PLN-09")
def test_the_page_of_a_long_pile_up_says_since_when_it_stands(plant, leader, signed_in):
    finding = report_pile_up(node=plant.a1, area="Before bending", text="Two pallets", by=leader)
    with time_machine.travel(TEN + timedelta(hours=4), tick=False):
        assert "It has been standing since" not in signed_in(leader).get(f"/findings/{finding.number}").content.decode()
    with time_machine.travel(TEN + timedelta(hours=4, minutes=1), tick=False):
        assert "It has been standing since 20 Nov 10:00." in signed_in(leader).get(f"/findings/{finding.number}").content.decode()


@pytest.mark.req("PLN-11")
def test_the_page_leads_to_what_was_found_before_at_the_same_item_and_place(plant, leader, signed_in):
    def found(text, **more):
        return raise_finding(**{"kind": "problem", "node": plant.a1, "text": text, "by": leader, "item_key": "T-01-10"} | more)

    def page_of(finding):
        page = signed_in(leader).get(f"/findings/{finding.number}").content.decode()
        return page.partition('id="earlier"')[2].partition("</section>")[0]

    first = found("Oil under the press")
    with time_machine.travel(TEN + timedelta(days=3), tick=False):
        elsewhere, other_item = found("Oil at A2", node=plant.a2), found("Late", item_key="T-01-01")
        again = found("Oil under the press again")

        assert "Found here before" in page_of(again)
        assert f'<a href="/findings/{first.number}">Oil under the press</a>' in page_of(again)
        for other in (elsewhere, other_item):
            assert other.number not in page_of(again)
        assert page_of(first) == page_of(elsewhere) == ""
