import json
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Answer
from plans.services import answer, submit_sheet
from tests.factories.checklists import make_sheet, tap, taps_for_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def send(signed_in, sheet, sup):
    """Send taps as the page's script does."""

    def post(*taps, by=sup):
        rows = [{"id": str(given.id), "item": given.item, "round": given.round, "value": given.value, "note": given.note} for given in taps]
        address = f"/sheets/{sheet.pk}/answers"
        return signed_in(by).post(address, json.dumps({"answers": rows}), content_type="application/json")

    return post


def picture() -> SimpleUploadedFile:
    from io import BytesIO

    from PIL import Image

    kept = BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG")
    return SimpleUploadedFile("press.jpg", kept.getvalue(), "image/jpeg")


def test_the_page_shows_every_item_in_its_phase(signed_in, sheet, sup):
    page = signed_in(sup).get(f"/sheets/{sheet.pk}").content.decode()

    assert page.count("data-fo-row ") == 25
    assert [page.index(name) for name in ("Before shift", "Start of shift", "During shift", "Before leaving")]


@pytest.mark.req("PLN-03")
def test_a_tap_is_kept_and_its_repeat_is_harmless(send, sheet):
    given = tap(1)

    assert send(given).json() == {"saved": [str(given.id)]}
    assert send(given).status_code == 200
    assert Answer.objects.get().value == "ok"


@pytest.mark.req("PLN-03")
def test_ng_without_a_note_is_refused_at_its_row(send):
    response = send(tap(1), tap(10, "ng"))

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {
            "field": "answers.1.note",
            "code": "note_needed",
            "detail": "Say what is wrong with “Machines and tools used and maintained normally”. NG is saved together with its note.",
        }
    ]


@pytest.mark.req("PLN-03")
def test_a_submitted_sheet_answers_403_and_can_only_be_read(send, sheet, sup, signed_in):
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    submit_sheet(sheet=sheet, by=sup)

    response = send(tap(1, "na"))
    assert (response.status_code, response.json()["code"]) == (403, "sheet_locked")
    page = signed_in(sup).get(f"/sheets/{sheet.pk}").content.decode()
    assert 'type="radio"' not in page
    assert "submitted by sup A" in page


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", '{"answers": []}', '{"answers": {}}', '{"answers": [1]}', '{"answers": [{"id": "1", "item": "x", "value": "ok"}]}'],
)
def test_what_is_no_answer_is_a_fault_and_no_crash(signed_in, sheet, sup, body):
    response = signed_in(sup).post(f"/sheets/{sheet.pk}/answers", body, content_type="application/json")

    assert response.status_code == 422


def test_another_workshops_sheet_does_not_exist_and_a_reader_may_not_fill(signed_in, sheet, plant, send):
    assert signed_in(plant.person("sup", plant.b)).get(f"/sheets/{sheet.pk}").status_code == 404
    assert send(tap(1), by=plant.person("sup", plant.b)).status_code == 404
    planner = plant.person("plr", plant.a)
    assert signed_in(planner).get(f"/sheets/{sheet.pk}").status_code == 200
    assert send(tap(1), by=planner).status_code == 403
    assert not Answer.objects.exists()


def test_without_a_script_the_whole_form_is_saved_and_only_what_changed(signed_in, sheet, sup):
    client = signed_in(sup)
    form = {"value-T-01-01.1": "ok", "id-T-01-01.1": str(uuid4()), "value-T-01-10.1": "ng", "note-T-01-10.1": "Oil under the press"}

    assert client.post(f"/sheets/{sheet.pk}/answers", form).status_code == 302
    assert client.post(f"/sheets/{sheet.pk}/answers", form | {"note-T-01-10.1": "Oil, wiped"}).status_code == 302
    assert list(Answer.objects.order_by("saved_at").values_list("item__key", "note", "is_current")) == [
        ("T-01-01", "", True),
        ("T-01-10", "Oil under the press", False),
        ("T-01-10", "Oil, wiped", True),
    ]


def test_without_a_script_a_refused_form_keeps_what_was_typed(signed_in, sheet, sup):
    form = {"value-T-01-01.1": "ok", "value-T-01-10.1": "ng", "note-T-01-10.1": " "}

    response = signed_in(sup).post(f"/sheets/{sheet.pk}/answers", form)

    assert response.status_code == 422
    page = response.content.decode()
    assert 'id="T-01-01.1-ok" value="ok" checked' in page
    assert 'id="T-01-10.1-ng" value="ng" checked' in page
    assert 'aria-describedby="T-01-10.1-fault"' in page
    assert not Answer.objects.exists()


@pytest.mark.req("PLN-03")
def test_submitting_with_open_items_names_each_with_a_way_to_it(signed_in, sheet, sup):
    answer(sheet=sheet, answers=[given for given in taps_for_all(sheet) if given.item not in ("T-01-13", "T-01-20")], by=sup)

    response = signed_in(sup).post(f"/sheets/{sheet.pk}/answers", {"submit": "1"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "2 required items have no answer yet. Nothing was submitted." in page
    assert '<a href="#row-T-01-13.1">Everyone works to standard</a>' in page
    assert '<a href="#row-T-01-20.1">' in page


def test_a_photo_is_shown_to_those_who_see_the_sheet_and_to_nobody_else(signed_in, sheet, sup, plant):
    client = signed_in(sup)
    kept = client.post(f"/sheets/{sheet.pk}/photos", {"photo": picture()}).json()
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", photo=UUID(kept["id"]))], by=sup)

    assert signed_in(plant.person("wsm", plant.a)).get(kept["url"]).status_code == 200
    assert signed_in(plant.person("sup", plant.b)).get(kept["url"]).status_code == 404


def test_what_is_no_photo_is_refused_in_words(signed_in, sheet, sup):
    client = signed_in(sup)
    for sent in ({}, {"photo": SimpleUploadedFile("x.jpg", b"no picture")}):
        response = client.post(f"/sheets/{sheet.pk}/photos", sent)
        assert response.status_code == 422
        assert response.json()["detail"]


def test_the_paper_form_has_a_line_for_every_item(signed_in, sheet, sup):
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil under the press")], by=sup)

    page = signed_in(sup).get(f"/sheets/{sheet.pk}/paper").content.decode()

    assert page.count('<td class="num">') == 25
    assert "Oil under the press" in page


def own_statements(statements):
    return [query["sql"] for query in statements.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def statements_of(client, address):
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200
    return own_statements(statements)


def test_the_page_costs_at_most_12_statements_beside_who_asks_filled_or_not(signed_in, sheet, sup):
    client = signed_in(sup)
    who_asks = len(statements_of(client, "/account"))
    empty = statements_of(client, f"/sheets/{sheet.pk}")
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    full = statements_of(client, f"/sheets/{sheet.pk}")

    assert len(full) == len(empty)
    assert len(full) - who_asks <= 12, "\n".join(full)


def test_the_list_shows_progress_in_the_same_number_of_statements_for_many_rows(signed_in, plant, day_shift, sup, sheet):
    from datetime import date, timedelta

    client = signed_in(sup)
    answer(sheet=sheet, answers=[tap(1), tap(10, "ng", "Oil")], by=sup)
    few = statements_of(client, "/sheets?view=all")
    for days in range(1, 20):
        make_sheet(plant.a, day_shift, date(2026, 11, 20) - timedelta(days=days))
    many = statements_of(client, "/sheets?view=all")

    assert len(many) == len(few)
    page = client.get("/sheets?view=all").content.decode()
    assert "2 / 25" in page
    assert client.get("/sheets?view=all&status=submitted").context["rows"] == []
    assert len(client.get("/sheets?view=all&business_date_from=2026-11-15").context["rows"]) == 6


def test_the_list_has_no_sheet_of_another_workshop(signed_in, sheet, plant):
    assert signed_in(plant.person("sup", plant.b)).get("/sheets?view=all").context["rows"] == []
