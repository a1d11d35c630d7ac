"""The frame and the people pages in a real browser: by keyboard, in parts, without a network, at any theme."""

import re

import pytest

from tests.factories.people import PASSWORD, StaffFactory, make_plant


@pytest.fixture
def plant(transactional_db):
    return make_plant()


def test_a_person_signs_in_and_jumps_to_the_content_by_keyboard_alone(open_page, plant):
    person = plant.person("sup", plant.a)
    page = open_page()
    page.goto("/sign-in")
    page.keyboard.type(person.staff_no)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_a_choice_in_the_filter_changes_the_list_and_the_address_and_back_undoes_it(open_page, plant):
    StaffFactory(org=plant.a1, name="By the piece", pay_type="piece")
    StaffFactory(org=plant.a1, name="By the hour", pay_type="time")
    page = open_page(plant.person("mgr"))
    page.goto("/people/staff")
    page.evaluate("window.notReloaded = true")

    page.get_by_label("Pay type").select_option("piece")

    page.get_by_text("By the hour").wait_for(state="detached")
    assert page.get_by_text("By the piece").is_visible()
    assert "pay_type=piece" in page.url
    assert page.evaluate("window.notReloaded")
    page.go_back()
    page.get_by_text("By the hour").wait_for()


def test_without_a_network_the_page_says_so_and_keeps_what_was_typed(open_page, plant, console):
    page = open_page(plant.person("mgr"))
    page.goto("/people/staff")
    page.get_by_label("Name or number").fill("typed here")
    page.context.set_offline(True)
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No network. Nothing was sent").wait_for()
    assert page.get_by_label("Name or number").input_value() == "typed here"
    console[:] = [line for line in console if "ERR_INTERNET_DISCONNECTED" not in line and "htmx" not in line]


def test_a_refused_form_puts_the_focus_on_its_first_fault(open_page, plant, console):
    page = open_page(plant.person("mgr"))
    page.goto("/account/pin")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New PIN*", exact=True).fill("1234")
    page.get_by_label("New PIN, once more").fill("1234")
    page.get_by_role("button", name="Save the PIN").click()
    page.get_by_text("too easy to guess").wait_for()
    assert page.locator(":focus").get_attribute("id") == "id_pin"
    console[:] = [line for line in console if "422" not in line]


def test_the_toast_says_what_happened_and_goes(open_page, plant):
    page = open_page(plant.person("mgr"))
    page.goto("/account/pin")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New PIN*", exact=True).fill("4207")
    page.get_by_label("New PIN, once more").fill("4207")
    page.get_by_role("button", name="Save the PIN").click()
    toast = page.get_by_text("Your PIN is set.")
    toast.wait_for()
    toast.wait_for(state="detached")


@pytest.mark.req("SYS-02")
def test_one_press_in_the_strip_turns_the_page_into_chinese_and_stays_where_one_was(open_page, plant):
    page = open_page(plant.person("mgr"))
    page.goto("/people/staff?view=all")
    page.get_by_role("button", name="中文").click()
    page.get_by_role("heading", name="员工").wait_for()
    assert page.url.endswith("/people/staff?view=all")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_page_that_follows_the_device_is_dark_before_it_is_drawn(open_page, plant):
    page = open_page(plant.person("mgr"), dark=True)
    page.goto("/account")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert re.findall(r"\d+", background)[:3] == ["15", "21", "28"]
    page.emulate_media(color_scheme="light")
    page.locator("html[data-bs-theme=light]").wait_for()


def test_paper_is_white_whatever_the_screen_was(open_page, plant):
    page = open_page(plant.person("mgr"), dark=True)
    page.goto("/people/staff")
    page.emulate_media(media="print")
    ink, paper = page.evaluate("[getComputedStyle(document.querySelector('h1')).color, getComputedStyle(document.body).backgroundColor]")
    assert re.findall(r"\d+", ink)[:3] == ["24", "34", "45"]
    assert re.findall(r"\d+", paper)[:3] == ["255", "255", "255"]
    assert not page.locator(".fo-bar").is_visible()
