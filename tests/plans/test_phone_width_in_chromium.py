"""On a phone nothing scrolls sideways but inside a frame of its own."""

import pytest
import time_machine

from tests.factories.handovers import at, danger, two_shifts
from tests.factories.plans import OrderFactory
from tests.test_accessibility import TOO_WIDE

LANGUAGES = ["en", "zh-hans"]


@pytest.fixture(autouse=True)
def end_of_the_early_shift(transactional_db):
    with time_machine.travel(at("15:40"), tick=True):
        yield


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hand_over_stays_within_a_phone_before_and_after_it_is_signed(open_page, plant, language):
    shifts = two_shifts(plant)
    danger(plant, severity="minor")
    page = open_page(shifts.giver, viewport="phone", language=language)
    page.goto(shifts.url)
    assert page.evaluate(TOO_WIDE) == ""
    page.locator("button[name=sign]").tap()
    page.locator(".fo-st.is-wait").first.wait_for()
    assert page.evaluate(TOO_WIDE) == ""

    page = open_page(shifts.receiver, viewport="phone", language=language)
    page.goto(shifts.url)
    assert page.evaluate(TOO_WIDE) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tabs_of_an_order_scroll_in_their_own_frame(open_page, plant, language):
    order = OrderFactory(workshop=plant.a)
    page = open_page(plant.person("plr", plant.a), viewport="phone", language=language)
    page.goto(f"/orders/{order.number}")
    page.locator(".fo-tabs [aria-current]").wait_for()
    assert page.evaluate(TOO_WIDE) == ""
