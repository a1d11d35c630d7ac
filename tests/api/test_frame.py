"""What holds for every route: who comes in, how refusals look, what a body may be, how often one may ask."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.models import ApiToken, Staff
from plans.models import DailyReportLine
from tests.api.conftest import Program, codes

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/orders"


def is_problem(response, status, code):
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content
    body = response.json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    return True


# --- who ---


@pytest.mark.req("SYS-01")
def test_nobody_is_told_to_sign_in(api):
    answer = api().get("/orders")

    assert is_problem(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.req("SYS-01")
def test_a_wrong_token_is_nobody_even_beside_a_session(signed_in, plant):
    client = signed_in(plant.person("mgr"))

    for words in ("Bearer wrong", "Bearer ", "Basic dTpw", "Bearer é", "fo_x"):
        assert is_problem(client.get(ADDRESS, headers={"Authorization": words}), 401, "not_signed_in"), words


@pytest.mark.req("SYS-01")
def test_a_session_reads_and_writes_only_with_the_csrf_header(plant, line):
    client = Client(enforce_csrf_checks=True)
    client.force_login(plant.person("tld", plant.a1).user, backend="people.auth.StaffBackend")
    assert client.get(ADDRESS).status_code == 200

    def post(**headers):
        return client.post("/api/v1/daily-reports", line(), content_type="application/json", headers=headers)

    assert is_problem(post(), 403, "csrf_failed")
    client.get("/account")
    assert post(**{"X-CSRFToken": client.cookies["floorops_csrf"].value}).status_code == 201


@pytest.mark.req("PPL-02")
@pytest.mark.parametrize("ending", ["left", "closed", "revoked", "without account"])
def test_a_token_ends_with_its_person(api, plant, ending):
    person = plant.person("mgr")
    program = api(person)
    assert program.get("/orders").status_code == 200
    if ending == "left":
        Staff.objects.filter(pk=person.pk).update(left_on=date.today() - timedelta(days=2))
    elif ending == "closed":
        person.user.is_active = False
        person.user.save()
    elif ending == "revoked":
        ApiToken.objects.update(revoked_at="2026-01-01T00:00Z")
    else:
        Staff.objects.filter(pk=person.pk).update(user=None)

    assert is_problem(program.get("/orders"), 401, "not_signed_in")


def test_a_one_time_password_opens_nothing_here(signed_in, plant):
    person = plant.person("mgr")
    person.user.one_time_until = "2099-01-01T00:00Z"
    person.user.save()

    assert is_problem(signed_in(person).get(ADDRESS), 401, "not_signed_in")


def test_the_use_of_a_token_is_noted_once_a_minute(api, plant):
    with time_machine.travel("2026-11-20 02:00Z", tick=False) as clock:
        program = api(plant.person("mgr"))
        noted = []
        for seconds in (0, 30, 31):
            clock.shift(seconds)
            program.get("/orders")
            noted.append(ApiToken.objects.get().last_used_at.strftime("%H:%M:%S"))

    assert noted == ["02:00:00", "02:00:00", "02:01:01"]


def test_writes_of_a_program_carry_its_person_into_the_history(api, plant, line):
    person = plant.person("tld", plant.a1)
    api(person).post("/daily-reports", line())

    report = DailyReportLine.objects.get().report
    assert report.events.order_by("-pgh_id").first().pgh_context.metadata["by"] == person.staff_no


def test_refusals_speak_the_language_asked_for(api, plant):
    assert api(plant.person("mgr"), "zh-CN").get("/orders/none").json()["detail"] == "没有这条记录，或者您无权查看。"
    assert api(plant.person("mgr"), "en").get("/orders/none").json()["detail"].startswith("There is nothing")


# --- the framework's own refusals ---


def test_unknown_addresses_and_methods_are_problems_too(api, plant):
    program = api(plant.person("mgr"))

    assert is_problem(program.get("/nowhere"), 404, "not_found")
    answer = program.client.delete(ADDRESS, headers=program.headers)
    assert is_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


def test_what_breaks_says_nothing_of_itself(api, plant, monkeypatch):
    monkeypatch.setattr("plans.api.todays_sheets", lambda access: 1 / 0)

    answer = api(plant.person("mgr")).get("/checklists/today")

    assert is_problem(answer, 500, "broken")
    assert b"Zero" not in answer.content


# --- how often ---


def test_too_many_requests_of_one_person_are_asked_to_wait(api, plant, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    with time_machine.travel("2026-11-20 02:00:20Z", tick=False) as clock:
        program, other = api(plant.person("mgr")), api(plant.person("dir"))
        assert [program.get("/orders").status_code for _ in range(2)] == [200, 200]
        answer = program.get("/orders")
        assert is_problem(answer, 429, "too_many_requests")
        assert answer["Retry-After"] == "40"
        assert other.get("/orders").status_code == 200
        clock.shift(40)
        assert program.get("/orders").status_code == 200


def test_without_a_cache_requests_pass(api, plant, settings):
    program = api(plant.person("mgr"))
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}

    with pytest.raises(redis.RedisError):
        cache.get("x")
    assert program.get("/orders").status_code == 200


# --- bodies ---


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "malformed_json"),
        ("", "not_an_object"),
        ("[]", "not_an_object"),
        ("null", "not_an_object"),
        ('{"good_qty": NaN}', "malformed_json"),
        ('{"good_qty": -Infinity}', "malformed_json"),
        ('{"good_qty": 1e999999999}', "malformed_json"),
        ('{"good_qty": 1e99999999999999999999999}', "malformed_json"),
        ('{"good_qty": ' + "9" * 5000 + "}", "malformed_json"),
        ('{"remark": "\\u0000"}', "malformed_json"),
        ('{"remark": "\\ud800"}', "malformed_json"),
        (b'{"remark": "\xff"}', "malformed_json"),
        ("[" * 100_000, "malformed_json"),
        ('{"remark": "' + "x" * 1_100_000 + '"}', "body_too_big"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_body_that_cannot_be_read_is_refused(api, plant, line, body, code):
    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", body)

    assert is_problem(answer, 422, code)
    assert list(codes(answer).values()) == [code]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"])
def test_another_content_type_is_refused(api, plant, sheet, line, signed_in, kind):
    program = api(plant.person("tld", plant.a1))
    for path in ("/daily-reports", f"/checklists/{sheet.pk}/answers"):
        assert is_problem(program.post(path, json.dumps(line()), content_type=kind), 422, "wrong_content_type")


def test_of_a_name_that_comes_twice_the_last_counts(api, plant, line):
    body = json.dumps(line())[:-1] + ', "good_qty": 7}'

    assert api(plant.person("tld", plant.a1)).post("/daily-reports", body).json()["good_qty"] == "7"


def test_a_body_beyond_what_the_house_takes_is_refused(api, plant, line, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert is_problem(api(plant.person("tld", plant.a1)).post("/daily-reports", " " * 2000), 413, "body_too_big")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
COLUMNS = ["business_date", "shift_code", "team_code", "order_number", "product_code", "good_qty", "attended_hours", "remark", "headcount"]
LIKE_A_LINE = st.fixed_dictionaries(
    {"business_date": st.just("2026-11-20"), "shift_code": st.just("DAY"), "team_code": st.just("A1"), "product_code": st.just("BOLT")},
    optional={name: JSON | st.sampled_from(["1", "0", "-1", "1e5", "٣", "1_0", "0x1", "9" * 30, "0.00000001"]) for name in COLUMNS[5:]},
)
ANSWERS = st.fixed_dictionaries(
    {"answers": st.lists(st.dictionaries(st.sampled_from(["id", "item", "value", "round", "note", "x"]), JSON), max_size=3)}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60) | JSON.map(json.dumps) | LIKE_A_LINE.map(json.dumps) | ANSWERS.map(json.dumps))
def test_no_body_breaks_the_house(api, plant, sheet, line, body):
    program: Program = api(plant.person("sup", plant.a))
    for path in ("/daily-reports", f"/checklists/{sheet.pk}/answers", f"/checklists/{sheet.pk}/submit", "/orders/x/release"):
        answer = program.post(path, body)
        assert answer.status_code in (200, 201, 403, 404, 409, 422), (path, body, answer.content)
        if answer.status_code == 422:
            assert all(set(fault) == {"field", "code", "detail"} for fault in answer.json()["errors"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.decimals(min_value=0, max_value=Decimal("9999999.9999"), places=4, allow_nan=False))
def test_any_decimal_arrives_as_it_was_sent(api, plant, line, number):
    body = json.dumps(line(attended_hours="@")).replace('"@"', f"{number:f}")
    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", body)

    assert answer.status_code == 201, answer.content
    kept = DailyReportLine.objects.get()
    assert kept.attended_hours == number
    assert Decimal(answer.json()["attended_hours"]) == number
    kept.delete()
