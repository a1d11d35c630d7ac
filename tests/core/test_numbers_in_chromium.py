"""Scripts read a number as the server does."""

from decimal import Decimal

from tests.core.test_quantities import GUESSES, NO_NUMBERS, NUMBERS

READ = "typed => import('/static/js/bits.js').then(bits => typed.map(bits.numberIn))"
PLAIN = "typed => import('/static/js/bits.js').then(bits => typed.map(bits.plainMarks))"


def test_a_script_finds_the_same_numbers_and_guesses_none(page, live_server):
    page.goto(f"{live_server.url}/sign-in")

    found = page.evaluate(READ, [typed for typed, _number in NUMBERS])
    none = page.evaluate(READ, [typed for typed in [*NO_NUMBERS, *GUESSES] if len(typed) < 30])

    assert [Decimal(text) for text in found] == [Decimal(number) for _typed, number in NUMBERS]
    assert set(none) == {""}


def test_marks_of_a_chinese_keyboard_become_plain_and_nothing_else_does(page, live_server):
    page.goto(f"{live_server.url}/sign-in")

    assert page.evaluate(PLAIN, [" １２。５ ", "－１，２３４", "10²", "①5", "1 5"]) == ["12.5", "-1,234", "10²", "①5", "1 5"]
