"""The template editor on a tablet: items moved by keyboard and by drag, types with their own fields, nothing lost by leaving."""

import re

import pytest

from plans.selectors.templates import content_of, draft_of
from tests.factories.checklists import shipped


@pytest.fixture
def editor(open_page, plant):
    page = open_page(plant.person("mgr"))
    page.goto("/templates/T-02/edit")
    return page


def order_on(page) -> list[str]:
    return page.eval_on_selector_all("[data-fo-item]", "rows => rows.map((row) => row.dataset.foItem)")


def save(page) -> None:
    page.get_by_role("button", name="Save the draft").last.click()
    page.get_by_text("Last saved by mgr P").wait_for()


@pytest.mark.req("PLN-01")
def test_an_item_is_moved_by_keyboard_alone_and_keeps_the_focus(editor):
    up = editor.get_by_role("button", name="T-02-03 up")
    up.focus()
    editor.keyboard.press("Enter")
    editor.keyboard.press("Enter")

    assert order_on(editor) == ["T-02-03", "T-02-01", "T-02-02", "T-02-04", "T-02-05"]
    assert up.evaluate("button => button === document.activeElement")
    editor.get_by_text("T-02-03 moved, 1 of 5").wait_for()
    save(editor)
    assert [item.key for item in content_of(draft_of(shipped("T-02"))).items][:2] == ["T-02-03", "T-02-01"]


@pytest.mark.req("PLN-01")
def test_an_item_is_dragged_to_another_place(editor):
    editor.locator("#item-T-02-01").evaluate("row => row.scrollIntoView()")
    grip = editor.locator("#item-T-02-05 [data-fo-grip]")
    target = editor.locator("#item-T-02-02 summary").bounding_box()
    start = grip.bounding_box()
    editor.mouse.move(start["x"] + 10, start["y"] + 20)
    editor.mouse.down()
    editor.mouse.move(target["x"] + 60, target["y"] + 20, steps=5)
    editor.mouse.up()

    assert order_on(editor) == ["T-02-01", "T-02-05", "T-02-02", "T-02-03", "T-02-04"]
    editor.get_by_text("Not saved yet").wait_for()


@pytest.mark.req("GEN-04")
def test_a_number_shows_its_limits_and_is_published_to_the_sheet_with_its_pad(editor, plant):
    editor.locator("#item-T-02-02 summary").click()
    item = editor.locator("#item-T-02-02")
    assert not item.get_by_label("Lowest good value").is_visible()
    item.get_by_label("Answer", exact=True).select_option("number")
    item.get_by_label("Lowest good value").fill("４")
    item.get_by_label("Highest good value").fill("6")
    item.get_by_label("Unit").fill("bar")
    editor.get_by_role("button", name="Publish").click()

    editor.get_by_text("Version 2 is published").wait_for()
    editor.get_by_role("link", name="Preview").click()
    editor.get_by_text("≥ 4").or_(editor.get_by_text(re.compile("4.*6.*bar"))).first.wait_for()


def test_a_fault_opens_its_item_and_gets_the_focus(editor, console):
    editor.locator("#item-T-02-04 summary").click()
    editor.locator("#i-T-02-04-type").select_option("number")
    editor.locator("#i-T-02-04-low").fill("much")
    editor.locator("#item-T-02-04 summary").click()
    with editor.expect_console_message() as refusal:  # the refusal is a 422, which Chromium tells
        editor.get_by_role("button", name="Save the draft").last.click()

    assert "422" in refusal.value.text
    field = editor.locator("#i-T-02-04-low")
    field.wait_for()
    editor.wait_for_function("document.activeElement.id === 'i-T-02-04-low'")
    assert field.input_value() == "much"
    assert {"422" in said for said in console} == {True}, console
    console.clear()


def test_without_script_the_same_buttons_move_an_item(browser, live_server, open_page, plant):
    from django.conf import settings

    from tests.browser import session_of

    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(plant.person("mgr")), "url": live_server.url}])
    page = context.new_page()
    page.goto("/templates/T-02/edit")
    page.get_by_role("button", name="T-02-03 up").click()
    assert page.url.endswith("#item-T-02-03")
    context.close()

    assert [item.key for item in content_of(draft_of(shipped("T-02"))).items][:3] == ["T-02-01", "T-02-03", "T-02-02"]
