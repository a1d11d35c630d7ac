"""Daily reports, the release of orders, check sheets, uploads: one happy call and every refusal."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from plans import hooks
from plans.models import DailyReportLine, ProductionOrder, Sheet
from tests.api.conftest import codes
from tests.factories.checklists import make_sheet
from tests.factories.plans import OrderFactory, ReportFactory

pytestmark = pytest.mark.django_db


# --- daily reports ---


@pytest.mark.req("PLN-23")
def test_a_report_line_is_posted_and_answered_as_a_row(api, plant, line, order):
    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", line(order_number="MO-1", planned_qty=120, remark="夜班"))

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert row["order_number"] == "MO-1"
    assert (row["good_qty"], row["planned_qty"], row["scrap_qty"], row["process_code"]) == ("100", "120", "0", None)
    assert (row["remark"], row["status"], row["business_date"]) == ("夜班", "submitted", "2026-11-20")
    kept = DailyReportLine.objects.get()
    assert kept.report.submitted_by == plant.person("tld", plant.a1)


@pytest.mark.req("PLN-23")
def test_the_same_line_twice_is_already_reported(api, plant, line):
    program = api(plant.person("tld", plant.a1))
    program.post("/daily-reports", line())

    again = program.post("/daily-reports", line(good_qty="90"))

    assert (again.status_code, again.json()["code"]) == (409, "already_reported")
    assert DailyReportLine.objects.get().good_qty == 100


def test_all_that_is_wrong_is_named_by_its_column(api, plant, line):
    sent = line(shift_code="NONE", product_code=None, good_qty="-3", attended_hours="1,5", headcount=True, extra=1, process_code=["x"])

    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", sent)

    assert codes(answer) == {
        "shift_code": "unknown",
        "product_code": "required",
        "good_qty": "negative",
        "attended_hours": "not_a_number",
        "headcount": "wrong_type",
        "process_code": "wrong_type",
        "extra": "unknown_field",
    }
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.req("PLN-23")
def test_produced_must_be_the_sum(api, plant, line):
    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", line(produced_qty=101))

    assert codes(answer) == {"produced_qty": "qty_mismatch"}
    assert answer.json()["sum"] == "100"


def test_a_quantity_finer_than_its_unit_is_refused(api, plant, line):
    assert codes(api(plant.person("tld", plant.a1)).post("/daily-reports", line(good_qty=0.5))) == {"good_qty": "too_fine"}


def test_numbers_are_read_exactly(api, plant, line):
    body = '{"business_date":"2026-11-20","shift_code":"DAY","team_code":"A1","product_code":"BOLT","good_qty":100,"attended_hours":0.1}'

    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", body)

    assert answer.json()["attended_hours"] == "0.1"
    assert DailyReportLine.objects.get().attended_hours == Decimal("0.1")


@pytest.mark.req("SYS-01")
def test_a_team_or_order_out_of_scope_does_not_exist(api, plant, line, product):
    program = api(plant.person("tld", plant.a1))
    elsewhere = OrderFactory(number="MO-B", workshop=plant.b, product=product)

    assert program.post("/daily-reports", line(team_code="B1")).status_code == 404
    assert program.post("/daily-reports", line(order_number=elsewhere.number)).status_code == 404
    assert not DailyReportLine.objects.exists()


def test_an_order_that_is_not_open_takes_nothing(api, plant, line, order):
    ProductionOrder.objects.update(status="on_hold")

    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", line(order_number="MO-1"))

    assert (answer.status_code, answer.json()["code"]) == (409, "order_not_open")
    assert (answer.json()["order"], answer.json()["its_status"]) == ("MO-1", "On hold")


def test_tomorrow_is_not_reported(api, plant, line):
    assert codes(api(plant.person("tld", plant.a1)).post("/daily-reports", line(business_date="2026-11-21"))) == {
        "business_date": "date_ahead"
    }


def test_an_approved_report_is_locked(api, plant, line, friday, day_shift):
    ReportFactory(team=plant.a1, business_date=friday, shift=day_shift, status="approved", approved_at="2026-11-20T01:00Z")

    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", line())

    assert (answer.status_code, answer.json()["code"]) == (409, "report_locked")


# --- release ---


@pytest.fixture
def draft(plant, product):
    return OrderFactory(number="MO/7 a", workshop=plant.a, product=product, status="draft")


@pytest.fixture
def no_review_passes(monkeypatch):
    monkeypatch.setattr(hooks, "release_checks", [lambda order: hooks.Review("Material", False, "3 missing")])


def test_the_planner_releases_an_order_whose_number_has_a_slash(api, plant, draft):
    answer = api(plant.person("plr", plant.a)).post("/orders/MO%2F7%20a/release")

    assert (answer.status_code, answer.json()["status"], answer.json()["number"]) == (200, "released", "MO/7 a")


def test_a_review_that_did_not_pass_stops_it_unless_the_manager_overrides(api, plant, draft, no_review_passes):
    refused = api(plant.person("plr", plant.a)).post("/orders/MO%2F7%20a/release", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "review_not_passed")
    assert api(plant.person("plr", plant.a)).post("/orders/MO%2F7%20a/release", {"override": "urgent"}).status_code == 403

    assert api(plant.person("mgr")).post("/orders/MO%2F7%20a/release", {"override": "urgent"}).json()["status"] == "released"


def test_where_reviews_pass_the_manager_has_nothing_to_override(api, plant, draft):
    assert api(plant.person("mgr")).post("/orders/MO%2F7%20a/release", {"override": "urgent"}).json()["code"] == "not_allowed"


def test_an_order_in_sight_is_refused_to_whom_releasing_is_not_given(api, plant, draft):
    assert api(plant.person("tld", plant.a1)).post("/orders/MO%2F7%20a/release").json()["code"] == "not_allowed"
    assert api(plant.person("plr", plant.b)).post("/orders/MO%2F7%20a/release").status_code == 404
    assert api(plant.person("plr")).post("/orders/none/release").json()["code"] == "not_found"


def test_strange_numbers_name_no_order(api, plant):
    program = api(plant.person("plr"))
    for number in ("%00", "%FF", "%F0%9F%98%80", "x" * 5000, "%2F", "~"):
        assert program.post(f"/orders/{number}/release", {}, key=uuid4()).status_code == 404, number
        assert program.get(f"/orders/{number}").status_code == 404, number


def test_a_release_of_what_is_released_is_the_wrong_moment(api, plant, order):
    answer = api(plant.person("plr")).post("/orders/MO-1/release")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")


# --- sheets ---


def tap(item="T-01-01", value="ok", **more):
    return {"id": str(uuid4()), "item": item, "value": value, **more}


@pytest.mark.req("PLN-03")
def test_todays_sheets_come_with_items_and_answers(api, plant, sheet):
    program = api(plant.person("sup", plant.a))
    first = sheet.version.items.order_by("order").first()
    kept = program.post(f"/checklists/{sheet.pk}/answers", {"answers": [tap(first.key, "ng", note="漏油")]})

    assert kept.status_code == 200, kept.content
    (shown,) = program.get("/checklists/today").json()
    assert {name: shown[name] for name in ("id", "template", "version", "business_date", "shift", "status")} == {
        "id": sheet.pk,
        "template": "T-01",
        "version": 1,
        "business_date": "2026-11-20",
        "shift": "DAY",
        "status": "open",
    }
    item = shown["items"][0]
    assert set(item) == {"key", "phase", "label", "label_zh", "type", "required", "rounds", "answers"}
    assert (item["key"], item["label"], item["label_zh"], item["type"]) == (first.key, first.text, first.text_zh, "ok_ng")
    assert [(a["value"], a["note"], a["round"]) for a in item["answers"]] == [("ng", "漏油", 1)]
    assert shown == kept.json()


@pytest.mark.req("PLN-03")
def test_ng_without_a_note_is_refused(api, plant, sheet):
    key = sheet.version.items.first().key

    answer = api(plant.person("sup", plant.a)).post(f"/checklists/{sheet.pk}/answers", {"answers": [tap(key), tap(key, "ng")]})

    assert codes(answer) == {"answers.1.note": "note_needed"}
    assert not sheet.answers.exists()


@pytest.mark.req("PLN-03")
def test_a_submitted_sheet_is_locked(api, plant, sheet):
    program = api(plant.person("sup", plant.a))
    keys = list(sheet.version.items.filter(is_required=True).values_list("key", flat=True))
    refused = program.post(f"/checklists/{sheet.pk}/submit")
    assert (refused.status_code, refused.json()["code"], refused.json()["count"]) == (409, "missing_answers", len(keys))

    done = program.post(f"/checklists/{sheet.pk}/submit", {"answers": [tap(key) for key in keys]})
    late = program.post(f"/checklists/{sheet.pk}/answers", {"answers": [tap(keys[0], "na")]})

    assert (done.status_code, done.json()["status"]) == (200, "submitted")
    assert (late.status_code, late.json()["code"]) == (403, "sheet_locked")
    assert Sheet.objects.get().status == "submitted"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"id": "no"}, "answers.0.id", "not_a_uuid"),
        ({"item": "T-99"}, "answers.0.item", "unknown_item"),
        ({"round": 9}, "answers.0.round", "unknown_round"),
        ({"round": "x"}, "answers.0.round", "wrong_type"),
        ({"value": True}, "answers.0.value", "unknown_value"),
        ({"value": 1.5}, "answers.0.value", "unknown_value"),
        ({"value": None}, "answers.0.value", "wrong_type"),
        ({"value": ["ok"]}, "answers.0.value", "wrong_type"),
        ({"photo": str(uuid4())}, "answers.0.photo", "unknown_photo"),
        ({"answered_at": "2026-11-20T08:00"}, "answers.0.answered_at", "wrong_type"),
        ({"colour": "red"}, "answers.0.colour", "unknown_field"),
    ],
)
def test_what_is_wrong_with_an_answer_is_named(api, plant, sheet, change, field, code):
    sent = tap(sheet.version.items.first().key) | change

    answer = api(plant.person("sup", plant.a)).post(f"/checklists/{sheet.pk}/answers", {"answers": [sent]})

    assert codes(answer) == {field: code}


def test_an_answer_id_is_used_once(api, plant, sheet):
    program = api(plant.person("sup", plant.a))
    sent = tap(sheet.version.items.first().key)
    program.post(f"/checklists/{sheet.pk}/answers", {"answers": [sent]})

    assert program.post(f"/checklists/{sheet.pk}/answers", {"answers": [sent]}).status_code == 200
    other = program.post(f"/checklists/{sheet.pk}/answers", {"answers": [sent | {"value": "na"}]})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


@pytest.mark.req("SYS-01")
def test_sheets_of_another_workshop_do_not_exist(api, plant, sheet):
    program = api(plant.person("sup", plant.b))

    assert program.get("/checklists/today").json() == []
    assert program.post(f"/checklists/{sheet.pk}/submit").status_code == 404
    assert program.post(f"/checklists/{2**70}/submit").status_code == 404


def test_todays_sheets_ask_the_same_however_many(api, plant, sheet, django_assert_max_num_queries):
    program = api(plant.person("mgr"))
    program.get("/checklists/today")
    for team in (plant.a2, plant.b1, plant.a, plant.b):
        make_sheet(team, sheet.shift)

    with django_assert_max_num_queries(10):
        assert len(program.get("/checklists/today").json()) == 5


@pytest.mark.parametrize("body", ["[]", '"x"', "7", '{"answers": {}}', '{"answers": [7]}', '{"no": 1}'])
def test_a_body_of_another_form_is_refused_in_one_fault(api, plant, sheet, body):
    program = api(plant.person("sup", plant.a))
    for path in (f"/checklists/{sheet.pk}/answers", f"/checklists/{sheet.pk}/submit"):
        assert set(codes(program.post(path, body)).values()) <= {"wrong_type", "unknown_field", "required"}, path


# --- uploads ---


def send_photo(program, data, key=None):
    headers = program.headers | ({"Idempotency-Key": str(key)} if key else {})
    return program.client.post("/api/v1/uploads", {"photo": SimpleUploadedFile("oil.png", data, "image/png")}, headers=headers)


@pytest.fixture
def png(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept = BytesIO()
    Image.new("RGB", (8, 8), "red").save(kept, "PNG")
    return kept.getvalue()


def test_a_photo_is_kept_and_used_in_an_answer(api, plant, sheet, png):
    program, key = api(plant.person("sup", plant.a)), uuid4()
    photo = send_photo(program, png, key)
    again = send_photo(program, png, key)

    assert photo.status_code == 201, photo.content
    assert again.json() == photo.json()
    assert again["Idempotent-Replay"] == "true"
    sent = tap(sheet.version.items.first().key, photo=photo.json()["id"])
    kept = program.post(f"/checklists/{sheet.pk}/answers", {"answers": [sent]})
    assert kept.json()["items"][0]["answers"][0]["photo"] == photo.json()["id"]


def test_what_is_no_picture_is_refused(api, plant, png):
    program = api(plant.person("sup", plant.a))

    assert codes(send_photo(program, b"no picture")) == {"photo": "upload_no_picture"}
    assert codes(program.post("/uploads", {})) == {"photo": "required"}
    broken = program.post("/uploads", b"no parts", content_type="multipart/form-data")
    assert (broken.status_code, broken.json()["code"]) == (400, "bad_request")
