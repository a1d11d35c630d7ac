import json
from datetime import date
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Answer, Finding
from plans.services import FindingInput, ToDoInput, answer, record_observation, submit_sheet
from tests.factories.checklists import make_sheet, tap, taps_for_all, template_of
from tests.factories.handovers import at, two_shifts
from tests.factories.work_logs import handed_in, led
from tests.plans.statements import asked_by_page

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

    assert page.count("data-fo-item ") == 25
    assert [page.index(name) for name in ("Before shift", "Start of shift", "During shift", "Before leaving")]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Floor, aisles, machines, waste bins"), ("zh-hans", "看：地面、通道、机台、垃圾桶")]
)
def test_an_items_hint_stands_under_its_question(signed_in, sheet, sup, language, words):
    page = signed_in(sup).get(f"/sheets/{sheet.pk}", headers={"Accept-Language": language}).content.decode()

    row = page.partition('id="row-T-01-02.1"')[2].partition("</li>")[0]
    assert f"<small>{words}</small>" in row
    assert page.count(words) == 1


@pytest.mark.req("PLN-03")
@pytest.mark.req("PLN-11")
@pytest.mark.parametrize(("chosen", "severity"), [({"owner": ""}, "severe"), ({"severity": "minor"}, "minor")])
def test_a_finding_is_as_severe_as_its_item_unless_another_is_chosen(signed_in, sheet, sup, chosen, severity):
    client = signed_in(sup)
    severe = {"item": "T-01-24", "finding": chosen}
    usual = {"item": "T-01-10", "finding": {"owner": ""}}
    rows = [{"id": str(uuid4()), "value": "ng", "note": "Door blocked"} | row for row in (severe, usual)]

    answered = client.post(f"/sheets/{sheet.pk}/answers", json.dumps({"answers": rows}), content_type="application/json")

    assert answered.status_code == 200
    assert dict(Finding.objects.values_list("item_key", "severity")) == {"T-01-24": severity, "T-01-10": "normal"}


@pytest.mark.req("PLN-03")
def test_a_tap_is_kept_and_its_repeat_is_harmless(send, sheet):
    given = tap(1)

    assert send(given).json()["saved"] == [str(given.id)]
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
    [
        "[]",
        "{}",
        "[" * 100_000,
        '{"answers": []}',
        '{"answers": {}}',
        '{"answers": [1]}',
        '{"answers": [{"id": "1", "item": "x", "value": "ok"}]}',
        *(
            '{"answers": [{"id": "8a1f3bb0-5c06-4a55-9a53-000000000001", "item": "T-01-10", "value": "ng", "note": "Oil", ' + more + "}]}"
            for more in (
                '"round": 1e999',
                '"note": "Oil\\u0000"',
                '"note": "Oil\\ud800"',
                '"item": "\\u0000"',
                '"finding": {"severity": "x"}',
                '"finding": {"due_at": "0001-01-01T00:00"}',
                '"answered_at": "9999-12-31T23:59:59-10:00"',
            )
        ),
    ],
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


def test_without_a_script_a_character_that_cannot_be_kept_is_a_fault_and_no_crash(signed_in, sheet, sup):
    form = {"value-T-01-10.1": "ng", "note-T-01-10.1": "Oil\0"}
    assert signed_in(sup).post(f"/sheets/{sheet.pk}/answers", form).status_code == 422


def test_without_a_script_a_refused_form_keeps_what_was_typed(signed_in, sheet, sup):
    form = {"value-T-01-01.1": "ok", "value-T-01-10.1": "ng", "note-T-01-10.1": " "}

    response = signed_in(sup).post(f"/sheets/{sheet.pk}/answers", form)

    assert response.status_code == 422
    page = response.content.decode()
    assert 'id="T-01-01.1-ok" value="ok" checked' in page
    assert 'id="T-01-10.1-ng" value="ng" checked' in page
    assert 'aria-describedby="T-01-10.1-fault"' in page
    assert not Answer.objects.exists()


def test_without_a_script_a_stale_page_takes_no_newer_answer_back(signed_in, sheet, sup, plant):
    """A's page shows item 3 as OK; meanwhile B finds it abnormal; A answers another item and saves."""
    other = plant.person("wsm", plant.a)
    first = answer(sheet=sheet, answers=[tap(3)], by=sup)[0]
    page = signed_in(sup).get(f"/sheets/{sheet.pk}").content.decode()
    assert f'name="seen-T-01-03.1" value="{first.pk}"' in page
    assert 'name="seen-T-01-04.1" value=""' in page
    for item in (3, 4):
        answer(sheet=sheet, answers=[tap(item, "ng", "Oil under the press", finding=FindingInput())], by=other)
    form = {"value-T-01-03.1": "ok", "seen-T-01-03.1": str(first.pk), "seen-T-01-04.1": "", "seen-T-01-05.1": "", "value-T-01-05.1": "ok"}
    address = f"/sheets/{sheet.pk}/answers"

    refused = signed_in(sup).post(address, form | {"value-T-01-04.1": "ok"})
    assert refused.status_code == 422
    page = refused.content.decode()
    theirs = Answer.objects.get(item__key="T-01-04", is_current=True)
    assert f'name="seen-T-01-04.1" value="{theirs.pk}"' in page  # seen now: the next save decides
    assert 'id="T-01-03.1-ng" value="ng" checked' in page
    assert 'id="T-01-05.1-ok" value="ok" checked' in page

    assert signed_in(sup).post(address, form).status_code == 302
    standing = Answer.objects.filter(sheet=sheet, is_current=True).order_by("item__key").values_list("item__key", "value")
    assert list(standing) == [("T-01-03", "ng"), ("T-01-04", "ng"), ("T-01-05", "ok")]
    assert set(Finding.objects.values_list("status", flat=True)) == {"open"}


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
    empty = asked_by_page(client, f"/sheets/{sheet.pk}")
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    full = asked_by_page(client, f"/sheets/{sheet.pk}")

    assert len(full) == len(empty)
    assert len(full) <= 12, "\n".join(full)


def test_the_list_shows_progress_in_the_same_number_of_statements_for_many_rows(signed_in, plant, day_shift, sup, sheet):
    from datetime import timedelta

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


def test_a_tour_of_60_items_costs_at_most_12_statements_however_much_is_answered(signed_in, plant, day_shift, sup):
    """Beside session and user: roles, settings and what the frame shows are counted (PERFORMANCE E2)."""
    sheet = make_sheet(plant.a, day_shift, code="T-04")
    client = signed_in(sup)
    empty = asked_by_page(client, f"/sheets/{sheet.pk}")
    answer(sheet=sheet, answers=[tap(item.key, round=n) for item in sheet.version.items.all() for n in range(1, item.rounds + 1)], by=sup)
    full = asked_by_page(client, f"/sheets/{sheet.pk}")

    assert sheet.version.items.count() == 64
    assert len(full) == len(empty)
    assert len(full) <= 12, "\n".join(full)


def test_60_items_cost_no_more_while_its_shift_is_on_and_everything_stands_around_it(signed_in, plant):
    """The reader is awaited, something was handed over, teams worked otherwise than the standard says, to-dos of other days are left."""
    shifts = two_shifts(plant)
    led(plant.a, plant.person("wsm", plant.a))
    sup = plant.person("sup", plant.a)
    areas = [f"area{number}" for number in range(6)]
    before_shift = {"key": "before", "name": "Before", "name_zh": "班前", "due_anchor": "start", "due_minutes": 0}
    template_of([{"area": areas[number % 6]} for number in range(60)], code="X", blocks=[before_shift], areas=areas)
    sheet = make_sheet(plant.a, shifts.late, code="X")
    address, client = f"/sheets/{sheet.pk}", signed_in(sup)

    def asked_at(clock):
        with time_machine.travel(at(clock), tick=False):
            return asked_by_page(client, address)

    before = asked_at("15:55")
    with time_machine.travel(at("15:30"), tick=False):
        for number in range(6):
            team = (plant.a1, plant.a2)[number % 2]
            record_observation(node=team, person=plant.person("opr", team), standard="WI-014", text=f"Gauge left out {number}", by=sup)
        shifts.given()
        handed_in(sup, date(2026, 11, 19), to_dos=(ToDoInput(text="Order gloves"), ToDoInput(text="Show the gauge", team=plant.a)))
    with time_machine.travel(at("16:05"), tick=False):
        context = client.get(address).context

    assert context["is_awaited"]
    assert (len(context["deviations"]), len(context["handed_over"]), len(context["to_dos"])) == (2, 1, 2)
    after = asked_at("16:05")
    assert len(after) == len(before)
    assert len(after) <= 12, "\n".join(after)


@pytest.mark.req("PLN-03")
def test_asking_what_others_answered_costs_at_most_4_statements_beside_who_asks(signed_in, sheet, sup, plant):
    client = signed_in(sup)
    who_asks = len(statements_of(client, "/who"))
    mark = client.get(f"/sheets/{sheet.pk}/state").json()["mark"]
    answer(sheet=sheet, answers=[tap(1), tap(10, "ng", "Oil", finding=FindingInput())], by=plant.person("wsm", plant.a))

    statements = statements_of(client, f"/sheets/{sheet.pk}/state?since={quote(mark)}")
    news = client.get(f"/sheets/{sheet.pk}/state?since={quote(mark)}").json()

    assert len(statements) - who_asks <= 4, "\n".join(statements)
    assert [(row["slot"], row["value"], row["who"]) for row in news["seen"]] == [("T-01-01.1", "ok", "wsm A"), ("T-01-10.1", "ng", "wsm A")]
    assert news["seen"][1]["finding"].startswith("FND-")
    assert news["locked"] == ""


def test_saving_a_tap_costs_at_most_6_statements_beside_who_asks(signed_in, sheet, sup):
    client = signed_in(sup)
    who_asks = len(statements_of(client, "/who"))
    for _ in range(2):  # a first answer, and the one that takes its place
        body = json.dumps({"answers": [{"id": str(uuid4()), "item": "T-01-02", "value": "ok", "replaces": None}]})
        with CaptureQueriesContext(connection) as statements:
            assert client.post(f"/sheets/{sheet.pk}/answers", body, content_type="application/json").status_code == 200
        own = [sql for sql in own_statements(statements) if "SAVEPOINT" not in sql]
        assert len(own) - who_asks <= 6, "\n".join(own)


def test_saving_a_tap_costs_no_more_in_the_morning_to_somebody_who_is_not_awaited(signed_in, sheet, plant):
    """Each answer of the phase before the shift asks whether its giver arrived with it."""
    client = signed_in(plant.person("wsm", plant.a))
    plant.person("sup", plant.a)
    with time_machine.travel(at("08:05"), tick=False):
        who_asks = len(statements_of(client, "/who"))
        for item in ("T-01-02", "T-01-03"):
            body = json.dumps({"answers": [{"id": str(uuid4()), "item": item, "value": "ok", "replaces": None}]})
            with CaptureQueriesContext(connection) as statements:
                assert client.post(f"/sheets/{sheet.pk}/answers", body, content_type="application/json").status_code == 200
            own = [sql for sql in own_statements(statements) if "SAVEPOINT" not in sql]
            assert len(own) - who_asks <= 6, "\n".join(own)


def test_the_tap_that_stamps_an_arrival_costs_at_most_6_statements_too(signed_in, sheet, sup):
    client = signed_in(sup)
    with time_machine.travel(at("07:45"), tick=False):
        who_asks = len(statements_of(client, "/who"))
        said, costs = [], []
        for item in ("T-01-02", "T-01-03"):
            body = json.dumps({"answers": [{"id": str(uuid4()), "item": item, "value": "ok", "replaces": None}]})
            with CaptureQueriesContext(connection) as statements:
                assert client.post(f"/sheets/{sheet.pk}/answers", body, content_type="application/json").status_code == 200
            own = [sql for sql in own_statements(statements) if "SAVEPOINT" not in sql]
            costs.append(len(own) - who_asks)
            said += own

    sheet.refresh_from_db()
    assert sheet.arrived_by == sup
    assert max(costs) <= 6, "\n".join(said)


def test_a_photo_sent_twice_under_its_own_id_is_kept_once(signed_in, sheet, sup):
    from core.models import Attachment

    client = signed_in(sup)
    own = uuid4()
    for _ in range(2):
        assert client.post(f"/sheets/{sheet.pk}/photos", {"photo": picture(), "id": str(own)}).json()["id"] == str(own)
    assert Attachment.objects.count() == 1


@pytest.mark.req("PLN-03")
def test_countersigning_is_the_managers_in_place_or_by_pin_and_never_the_authors(signed_in, sheet, sup, plant):
    from people.services import set_pin

    wsm, tld = plant.person("wsm", plant.a), plant.person("tld", plant.a1)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=wsm)
    submit_sheet(sheet=sheet, by=wsm)
    address = f"/sheets/{sheet.pk}/countersign"

    assert signed_in(sup).post(address).status_code == 403
    assert signed_in(wsm).post(address).status_code == 403
    assert "You submitted this sheet yourself" in signed_in(wsm).get(f"/sheets/{sheet.pk}").content.decode()
    for person in (wsm, tld, plant.person("mgr")):
        set_pin(pin="4826", by=person)
    assert signed_in(sup).post(address, {"staff_no": wsm.staff_no, "pin": "4826"}).status_code == 403  # the author
    assert signed_in(sup).post(address, {"staff_no": plant.person("mgr").staff_no, "pin": "4827"}).status_code in (403, 409, 422)
    response = signed_in(sup).post(address, {"staff_no": plant.person("mgr").staff_no, "pin": "4826"})
    assert response.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.countersigned_by.name) == ("countersigned", "mgr P")


@pytest.mark.req("PLN-03")
def test_who_submitted_a_sheet_does_not_open_it_again(signed_in, sheet, plant):
    wsm = plant.person("wsm", plant.a)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=wsm)
    submit_sheet(sheet=sheet, by=wsm)
    client, address = signed_in(wsm), f"/sheets/{sheet.pk}/reopen"

    assert address not in client.get(f"/sheets/{sheet.pk}").content.decode()
    refused = client.post(address, {"reason": "Item 10 was wrong"})
    assert refused.status_code == 403
    assert "You submitted this sheet yourself, so somebody else opens it again." in refused.content.decode()
    sheet.refresh_from_db()
    assert sheet.status == "submitted"

    other = signed_in(plant.person("mgr"))
    assert other.post(address, {"reason": "x" * 501}).status_code == 422
    assert address in other.get(f"/sheets/{sheet.pk}").content.decode()


def test_opened_again_with_a_reason_the_page_and_history_say_why(signed_in, sheet, sup, plant):
    wsm = plant.person("wsm", plant.a)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    submit_sheet(sheet=sheet, by=sup)

    assert signed_in(sup).post(f"/sheets/{sheet.pk}/reopen", {"reason": "x"}).status_code == 403
    assert signed_in(wsm).post(f"/sheets/{sheet.pk}/reopen", {"reason": " "}).status_code == 422
    assert signed_in(wsm).post(f"/sheets/{sheet.pk}/reopen", {"reason": "Item 10 was wrong"}).status_code == 302
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil")], by=sup)

    assert "wsm A opened this sheet again" in signed_in(sup).get(f"/sheets/{sheet.pk}").content.decode()
    history = signed_in(sup).get(f"/sheets/{sheet.pk}/history").content.decode()
    assert "Item 10 was wrong" in history
    assert "Machines and tools used and maintained normally" in history


def test_the_paper_of_a_tour_has_a_column_for_every_round(signed_in, plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, code="T-04")
    key = sheet.version.items.order_by("order").first().key
    answer(sheet=sheet, answers=[tap(key), tap(key, "ng", "Lamp out", round=2)], by=sup)

    page = signed_in(sup).get(f"/sheets/{sheet.pk}/paper").content.decode()

    assert '<th scope="col">4</th>' in page
    assert "2: Lamp out" in page


# Zones that Postgres does not know, the ends of the calendar, no zone, no moment.
ODD_MOMENTS = (
    "2026-11-20T08:00:00+23:59",
    "2026-11-20T08:00:00-16:00",
    "0001-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-20T08:00:00",
    "x",
)


@pytest.mark.parametrize("odd", ODD_MOMENTS)
def test_no_moment_in_an_address_or_of_a_device_breaks_a_sheet(signed_in, sheet, sup, odd):
    client, row = signed_in(sup), {"item": "T-01-01", "round": 1, "value": "ok", "note": "", "answered_at": odd}
    body = {"answers": [row | {"id": str(uuid4())}], "sent_at": odd}

    assert client.get(f"/sheets/{sheet.pk}/state", {"since": odd}).status_code == 200
    assert client.post(f"/sheets/{sheet.pk}/answers", json.dumps(body), content_type="application/json").status_code in (200, 422)
