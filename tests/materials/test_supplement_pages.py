"""Supplements as pages: asked with a reason, decided by somebody else, in tiers (MAT-09)."""

from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.models import Attachment
from materials.models import Item, Supplement
from people.models import Notice
from plans.services import raise_finding
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def leader(store):
    return store.plant.person("tld", store.plant.a1)


@pytest.fixture
def wsm(store):
    return store.plant.person("wsm", store.plant.a)


def ask(client, store, **more):
    data = {"item": "STEEL", "quantity": "6", "reason": "scrap", "request_key": str(uuid4())} | more
    return client.post(f"/supplements/new?order={store.order.number}", data)


@pytest.mark.req("MAT-09")
def test_a_team_leader_asks_and_the_workshop_manager_is_told_and_grants_a_part(store, leader, wsm, signed_in):
    form = signed_in(leader).get(f"/supplements/new?order={store.order.number}&item=STEEL&quantity=6.5")
    assert 'value="6.5"' in form.content.decode()
    answer = ask(signed_in(leader), store, quantity="６.5", note="Two coils rusty")
    asked = Supplement.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/supplements/{asked.number}")
    assert (asked.quantity, asked.note, store.line.left) == (D("6.5"), "Two coils rusty", 200)
    assert {notice.recipient for notice in Notice.objects.filter(kind="supplement.asked")} >= {wsm, store.manager}

    own = signed_in(leader).get(f"/supplements/{asked.number}")
    assert "You asked for this supplement, so somebody else decides." in text_of(own)
    assert wsm.name in text_of(own)
    desk = signed_in(wsm)
    assert asked.number in text_of(desk.get("/supplements"))
    assert asked.number in text_of(desk.get("/"))
    assert "3.3" in text_of(desk.get(f"/supplements/{asked.number}"))  # 6.5 of 200
    granted = desk.post(f"/supplements/{asked.number}/approve", {"quantity": "4", "note": "Four will do"})
    assert granted.status_code == 302
    assert (store.line.supplement, store.line.left) == (4, 204)
    assert not Notice.objects.filter(kind="supplement.asked", done_at=None).exists()
    assert Notice.objects.filter(kind="supplement.approved", recipient=leader).count() == 1


@pytest.mark.req("MAT-09")
def test_above_the_first_tier_the_workshop_manager_is_refused_and_the_production_manager_decides(store, leader, wsm, signed_in):
    ask(signed_in(leader), store, quantity="11")  # 5.5 % of 200, the tier ends at 5 %
    asked = Supplement.objects.get()
    refused = signed_in(wsm).post(f"/supplements/{asked.number}/approve", {"quantity": "11"})
    assert (refused.status_code, store.line.left) == (403, 200)
    assert "so the production manager decides" in text_of(refused)
    assert signed_in(store.manager).post(f"/supplements/{asked.number}/approve", {"quantity": "11"}).status_code == 302
    assert store.line.left == 211


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize(("quantity", "cost"), [("11", "0"), ("5", "300")])  # above 5 % of 200; above a value of 1,000
def test_above_the_first_tier_only_who_may_grant_so_much_is_named_told_and_shown_the_button(store, leader, wsm, signed_in, quantity, cost):
    Item.objects.update(standard_cost=D(cost))
    ask(signed_in(leader), store, quantity=quantity)
    asked = Supplement.objects.get()
    assert [notice.recipient for notice in Notice.objects.filter(kind="supplement.asked")] == [store.manager]
    manager, page = signed_in(wsm), f"/supplements/{asked.number}"
    shown = manager.get(page)
    assert (f"{page}/approve" in shown.content.decode(), f"Decided by {store.manager.name}" in text_of(shown)) == (False, True)
    assert asked.number not in text_of(manager.get("/supplements?view=wait"))
    assert asked.number not in text_of(manager.get("/"))
    refused = manager.post(f"{page}/approve", {"quantity": quantity})
    assert (refused.status_code, "so the production manager decides" in text_of(refused)) == (403, True)
    decider = signed_in(store.manager)
    assert f"{page}/approve" in decider.get(page).content.decode()
    assert asked.number in text_of(decider.get("/supplements?view=wait"))


@pytest.mark.req("MAT-09")
def test_whoever_asked_or_receives_cannot_decide_and_a_rejection_needs_words(store, leader, wsm, signed_in):
    ask(signed_in(leader), store, receiver=str(store.welder.pk))
    asked = Supplement.objects.get()
    assert signed_in(leader).post(f"/supplements/{asked.number}/approve", {}).status_code == 403
    desk = signed_in(wsm)
    silent = desk.post(f"/supplements/{asked.number}/reject", {"quantity": "6"})
    assert (silent.status_code, "Say why." in text_of(silent)) == (422, True)
    assert desk.post(f"/supplements/{asked.number}/reject", {"quantity": "6", "note": "Use the offcuts"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.decision_note, store.line.left) == ("rejected", "Use the offcuts", 200)
    assert "Use the offcuts" in text_of(signed_in(leader).get(f"/supplements/{asked.number}"))
    assert signed_in(wsm).post(f"/supplements/{asked.number}/approve", {"quantity": "6"}).status_code == 409


def test_a_faulty_request_keeps_what_was_typed(store, leader, signed_in):
    for more in ({"quantity": "0"}, {"quantity": "1.23456"}, {"reason": ""}, {"quantity": "much"}):
        answer = ask(signed_in(leader), store, note="Rusty", **more)
        assert answer.status_code == 422, more
        assert "Rusty" in answer.content.decode()
    assert not Supplement.objects.exists()


def test_the_list_is_narrowed_and_asks_the_database_a_constant_number_of_times(store, leader, signed_in, django_assert_max_num_queries):
    desk = signed_in(leader)
    for _ in range(6):
        ask(desk, store)
    with django_assert_max_num_queries(16):
        shown = text_of(desk.get("/supplements"))
    assert Supplement.objects.first().number in shown
    assert "Nothing matches" in text_of(desk.get("/supplements?status=rejected"))
    assert desk.get("/supplements?file=xlsx").status_code == 200


def test_a_supplement_of_another_workshop_does_not_exist_here(store, leader, signed_in):
    ask(signed_in(leader), store)
    number = Supplement.objects.get().number
    for role in ("tld", "wsm"):
        elsewhere = signed_in(store.plant.person(role, store.plant.b))
        assert elsewhere.get(f"/supplements/{number}").status_code == 404
        assert elsewhere.post(f"/supplements/{number}/approve", {}).status_code == 404


# --- what proves that more was needed ---


@pytest.fixture
def coil(settings, tmp_path):
    """A photo as a phone sends it."""
    settings.MEDIA_ROOT = str(tmp_path)
    data = BytesIO()
    Image.new("RGB", (40, 20), "red").save(data, "JPEG")
    return SimpleUploadedFile("coil.jpg", data.getvalue(), "image/jpeg")


@pytest.mark.req("MAT-09")
def test_the_evidence_photo_stands_at_the_request_and_is_served_to_those_who_see_it_alone(store, leader, wsm, coil, signed_in):
    assert ask(signed_in(leader), store, photo=coil).status_code == 302
    asked = Supplement.objects.get()
    assert (asked.photo.original_name, asked.photo.by_no) == ("coil.jpg", leader.staff_no)
    page, file = f"/supplements/{asked.number}", f"/files/{asked.photo_id}"

    for person in (leader, wsm, store.manager, store.keeper):
        client = signed_in(person)
        assert f'<img src="{file}"' in client.get(page).content.decode(), person
        served = client.get(file)
        assert (served.status_code, served["Content-Type"]) == (200, "image/jpeg"), person
        with Image.open(BytesIO(b"".join(served))) as image:
            assert image.size == (40, 20)
    for person in (store.plant.person("tld", store.plant.b1), store.plant.person("wsm", store.plant.b)):
        client = signed_in(person)
        assert (client.get(page).status_code, client.get(file).status_code) == (404, 404), person


def test_a_form_sent_twice_keeps_one_photo_and_what_is_no_picture_is_refused(store, leader, coil, signed_in):
    key, desk = str(uuid4()), signed_in(leader)
    for _time in range(2):
        coil.seek(0)
        assert ask(desk, store, photo=coil, request_key=key).status_code == 302
    assert (Attachment.objects.count(), Supplement.objects.count()) == (1, 1)

    refused = ask(desk, store, photo=SimpleUploadedFile("coil.jpg", b"no picture", "image/jpeg"))

    assert (refused.status_code, Supplement.objects.count()) == (422, 1)


@pytest.mark.req("MAT-09")
def test_the_reference_stands_at_the_request_in_its_files_and_in_its_history(store, leader, wsm, signed_in):
    desk = signed_in(leader)
    assert "Defect or scrap reference" in text_of(desk.get(f"/supplements/new?order={store.order.number}"))
    assert ask(desk, store, reference=" QA 26/118 ").status_code == 302
    asked = Supplement.objects.get()
    assert asked.reference == "QA 26/118"

    assert "Defect or scrap reference QA 26/118" in text_of(signed_in(wsm).get(f"/supplements/{asked.number}"))
    chinese = signed_in(wsm).get(f"/supplements/{asked.number}", headers={"Accept-Language": "zh-hans"})
    assert "缺陷或报废凭据号 QA 26/118" in text_of(chinese)
    head, row = openpyxl.load_workbook(
        BytesIO(b"".join(signed_in(wsm).get("/supplements?view=all&file=xlsx").streaming_content))
    ).active.values
    assert dict(zip(head, row, strict=True))["reference"] == "QA 26/118"

    long = ask(signed_in(leader), store, reference="x" * 61)
    assert (long.status_code, Supplement.objects.count()) == (422, 1)


@pytest.mark.req("MAT-09")
def test_a_reference_that_is_a_finding_leads_to_it_where_the_reader_sees_it(store, leader, wsm, signed_in):
    here, elsewhere = (
        raise_finding(kind="problem", node=node, text=text, by=store.plant.person("sup", above))
        for node, above, text in (
            (store.plant.a1, store.plant.a, "Coil is rusty"),
            (store.plant.b1, store.plant.b, "Secret of the neighbours"),
        )
    )
    for number in (here.number.lower(), elsewhere.number):
        ask(signed_in(leader), store, reference=number)
    first, second = Supplement.objects.order_by("pk")

    page = signed_in(wsm).get(f"/supplements/{first.number}")
    assert f'href="/findings/{here.number}"' in page.content.decode()
    assert f"{here.number} Coil is rusty" in text_of(page)

    page = signed_in(wsm).get(f"/supplements/{second.number}")
    assert elsewhere.number in text_of(page)
    assert f'href="/findings/{elsewhere.number}"' not in page.content.decode()
    assert "Secret of the neighbours" not in text_of(page)
