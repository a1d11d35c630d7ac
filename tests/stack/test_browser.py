"""The browser of the tests sees what a person would, and what a person would not: console errors and strangers' addresses."""

import pytest

from tests.browser import wait_until


def test_the_sign_in_page_is_quiet_in_both_languages(open_page):
    for language, word in (("en", "Password"), ("zh-hans", "密码")):
        page = open_page(language=language)
        page.goto("/")
        assert word in page.inner_text("body")


def test_a_signed_in_person_is_named_on_the_page(plant, open_page):
    person = plant.person("sup", plant.a)
    page = open_page(person)
    page.goto("/")
    assert person.name in page.inner_text("body")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("console.error('went wrong')", "went wrong"),
        ("fetch('http://elsewhere.invalid/x').catch(() => 0)", "elsewhere.invalid"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')", "Content Security Policy"),
    ],
    ids=["error", "stranger", "inline style"],
)
def test_what_goes_wrong_on_a_page_is_noted(page, console, script, told):
    page.goto("/")
    page.evaluate(script)
    wait_until(page, lambda: any(told in said for said in console))
    noted = "\n".join(console)
    console.clear()
    assert told in noted
