"""The frame of every page: error pages, headers, forms and numbers."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Faults, Negative, RuleBroken
from core.forms import HouseForm, NumberField
from core.models import JobRun
from core.states import STATES
from core.templatetags.fo import day, initials, pct, qty

pytestmark = pytest.mark.django_db


class Weighing(HouseForm):
    takes_key = True
    good = NumberField(unit="kg")
    pieces = NumberField(whole=True, required=False, high=10)


@pytest.mark.parametrize(("typed", "meant"), [("12.5", "12.5"), ("１２。５", "12.5"), ("1,200", "1200"), ("１，２００．５", "1200.5")])
def test_a_number_field_reads_what_any_keyboard_types(typed, meant):
    assert NumberField().clean(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1,2", "12 kg", "-3", "1e3"])
def test_a_number_field_never_guesses(typed):
    with pytest.raises(ValidationError):
        NumberField().clean(typed)


def test_a_number_shows_its_unit_and_the_numeric_keys_and_is_no_number_control():
    html = str(Weighing()["good"])
    assert 'inputmode="decimal"' in html
    assert 'type="text"' in html
    assert "<span>kg</span>" in html


def test_a_refusal_stands_at_its_field_and_the_rest_above_the_form():
    form = Weighing({"good": "5", "request_key": "2f0d3fd4-1a11-4a57-8b1c-3b9f4c9d5f10"})
    assert form.is_valid()
    form.add_refusal(Faults([Negative(field="good"), RuleBroken()]))
    assert form.errors["good"] == ["Must be 0 or more."]
    assert form.errors_of_the_whole() == ["This is not possible now."]


def test_every_state_has_a_word_in_both_languages_and_an_icon():
    for key, state in STATES.items():
        assert str(state.word), key
        assert state.icon, key


def test_figures_and_dates_read_as_the_look_says(settings):
    from datetime import date

    from django.utils import translation

    assert (qty(Decimal("1339.8"), 3), qty(None), pct(Decimal("95.65"))) == ("1,339.800", "—", "95.7\u202f%")
    with translation.override("zh-hans"):
        assert day(date(1999, 11, 20), "long") == "1999年11月20日 周六"
    assert day(date(1999, 11, 20)) == "20 Nov 1999"
    assert (initials("Wang Zhiqiang"), initials("李敏")) == ("WZ", "李")


def test_an_unknown_address_is_a_page_of_the_house(client, signed_in, plant):
    anonymous = client.get("/nowhere")
    inside = signed_in(plant.person("sup", plant.a)).get("/nowhere")
    for response in (anonymous, inside):
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client):
    policy = client.get("/sign-in")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_page_that_was_open_too_long_says_so(plant):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/language", {"language": "en"})
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


def test_a_refusal_in_a_part_of_a_page_stands_above_it_and_alone(signed_in, plant):
    client = signed_in(plant.person("sup", plant.a))
    whole = client.get("/settings")
    part = client.get("/settings", headers={"HX-Request": "true"})
    assert whole.status_code == part.status_code == 403
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert part["HX-Retarget"] == "#refusals"
    assert 'role="alert"' in part.content.decode()


def whole_page(answer, status: int, *words: str) -> str:
    """The answer is a page in the house's look that says these words, and nothing of the program."""
    html = answer.content.decode()
    assert answer.status_code == status
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    for expected in ('<link rel="stylesheet"', 'class="fo-shell', 'id="main"', *words):
        assert expected in html, expected
    for inner in ("Traceback", "RuleBroken", "Exception", "/core/", ".py"):
        assert inner not in html, inner
    return html


HTML_LANGUAGE = {"en": "en", "zh-hans": "zh-Hans"}
REFUSED = {
    "en": (
        ("<title>Not done", "<h1>Not done</h1>", "This is not possible now."),
        "Nothing was changed. Go back, load the page again and look at how it stands now.",
        ("<title>Not done", "<h1>Not done</h1>", "This value cannot be used."),
        "Nothing was changed. Go back, put right what is said here and send it again.",
        "To my day",
    ),
    "zh-hans": (
        ("<title>没有办成", "<h1>没有办成</h1>", "现在不能这样做。"),
        "什么都没有改。请返回，重新加载页面，看看现在的情况。",
        ("<title>没有办成", "<h1>没有办成</h1>", "这个值不能用。"),
        "什么都没有改。请返回，按这里所说改正后再提交。",
        "回到我的一天",
    ),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refusal_is_a_page_that_says_what_to_do_now(signed_in, plant, language):
    """Of what changed meanwhile (409) and of a value that cannot be (422); the way back leads to where it was sent from."""
    person = plant.person("mgr")
    client = signed_in(person)
    client.post("/language", {"language": language})
    done = JobRun.objects.create(kind="month_pack", params={"plant": "P"}, owner_no=person.staff_no, state="done", ended_at=timezone.now())
    too_late, look_again, wrong, put_right, my_day = REFUSED[language]

    raced = client.post(f"/jobs/{done.pk}", {"do": "restart"}, headers={"Referer": "http://testserver/months?year=2026"})
    html = whole_page(raced, 409, *too_late, look_again, my_day, f'<html lang="{HTML_LANGUAGE[language]}"', person.name)
    assert 'href="/months?year=2026"' in html
    assert 'role="alert"' in html

    faulty = client.post("/language", {"language": "xx"})
    html = whole_page(faulty, 422, *wrong, put_right, my_day, f'<html lang="{HTML_LANGUAGE[language]}"')
    assert "Back</a>" not in html


@pytest.mark.parametrize(
    "told", ["https://elsewhere.example/months", "//elsewhere.example", "javascript:alert(1)", "http://testserver/language"]
)
def test_the_way_back_never_leads_out_of_the_house_nor_to_the_refusal_itself(client, told):
    html = whole_page(client.post("/language", {"language": "xx"}, headers={"Referer": told}), 422)
    assert "arrow-left" not in html
    assert "elsewhere" not in html


TOO_MANY = {
    "en": ("<title>Too many tries", "signing in is closed for a while. Wait 15 minutes, or ask the administrator.", "Error 429"),
    "zh-hans": ("<title>试得太多了", "为了账号安全，暂时不能登录。请等 15 分钟，或者找系统管理员。", "错误 429"),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_too_many_tries_end_on_a_page_that_says_how_long_to_wait(client, plant, language):
    client.cookies["floorops_language"] = language
    attempt = {"username": plant.person("sup", plant.a).user.username, "password": "wrong"}
    for _ in range(5):
        answer = client.post("/sign-in", attempt)

    whole_page(answer, 429, *TOO_MANY[language], f'<html lang="{HTML_LANGUAGE[language]}"')
    assert answer["Retry-After"] == "900"


BARRED = {
    "en": (
        "<title>Not done",
        "Your role does not include this.",
        "Ask your workshop manager or the administrator when you need it for your work.",
    ),
    "zh-hans": ("<title>没有办成", "您的角色没有这个权限。", "工作上需要时，请找车间主任或系统管理员。"),
}
NOWHERE = {
    "en": ("<title>There is nothing here", "it belongs to a part of the plant that you do not see."),
    "zh-hans": ("<title>这里什么都没有", "属于您看不到的部门。"),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_barred_and_what_is_not_there_are_pages_in_ones_own_language(signed_in, plant, language):
    client = signed_in(plant.person("sup", plant.a))
    client.post("/language", {"language": language})

    for address, status, words in (("/settings", 403, BARRED), ("/nowhere", 404, NOWHERE)):
        whole_page(client.get(address), status, *words[language], f'<html lang="{HTML_LANGUAGE[language]}"')


def test_the_page_of_a_crash_asks_the_database_nothing(rf, django_assert_num_queries):
    from core.views.errors import broken

    with django_assert_num_queries(0):
        response = broken(rf.get("/"))
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


def test_a_real_crash_ends_on_that_page(client, monkeypatch):
    from core.views import errors
    from people.views.session import SignIn

    def crash(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(SignIn, "get", crash)
    client.raise_request_exception = False
    response = client.get("/sign-in")
    assert response.status_code == 500
    assert str(errors.BROKEN.title) in response.content.decode()
    assert "broken on purpose" not in response.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("Something broke on our side", "Go back and try again; when it happens again, tell the administrator the time.", "To my day"),
        ),
        ("zh-hans", ("系统出了故障", "请返回再试；如果又出现，把时间告诉系统管理员。", "回到我的一天")),
    ],
)
def test_a_crash_is_told_in_ones_own_language(client, monkeypatch, language, words):
    from people.views.session import SignIn

    monkeypatch.setattr(SignIn, "get", None)
    client.raise_request_exception = False
    client.cookies["floorops_language"] = language
    html = client.get("/sign-in").content.decode()
    for expected in ('<link rel="stylesheet"', f'<html lang="{HTML_LANGUAGE[language]}"', *words):
        assert expected in html
