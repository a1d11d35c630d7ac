"""Pieces that many pages share, each on one of them: the steps of a wizard, and what asks why before it is done."""

import re

import pytest

from plans.models import ProductionOrder
from tests.factories.people import make_plant
from tests.factories.plans import OrderFactory

Status = ProductionOrder.Status
STEP = re.compile(r"<li(?P<marks>[^>]*)><b>(?P<icon><svg.*?</svg>|<i[^>]*></i>)?(?P<label>[^<]*)</b>(?P<note>[^<]*)</li>", re.S)


def steps(html: str) -> list[tuple[str, str, bool, bool]]:
    """Of each step its words, its state, whether it is said to be the one that is on, and whether it has an icon."""
    [listed] = re.findall(r'<ol class="fo-steps[^"]*">(.*?)</ol>', html, re.S)
    assert len(STEP.findall(listed)) == listed.count("<li")
    return [
        (
            step["label"],
            "".join(re.findall(r'class="is-(\w+)"', step["marks"])),
            'aria-current="step"' in step["marks"],
            bool(step["icon"]),
        )
        for step in STEP.finditer(listed)
    ]


@pytest.mark.django_db
def test_steps_say_what_is_done_and_what_is_on_in_both_languages_and_not_by_colour_alone(signed_in, plant):
    order = OrderFactory(workshop=plant.a, status=Status.RELEASED)
    client = signed_in(plant.person("plr"))
    shown = {}
    for language in ("en", "zh-hans"):
        client.post("/language", {"language": language})
        shown[language] = steps(client.get(f"/orders/{order.number}").content.decode())

    assert shown["en"] == [
        ("Draft", "done", False, True),
        ("Released", "done", False, True),
        ("Reported", "now", True, True),
        ("Closed", "", False, False),
    ]
    assert [step[0] for step in shown["zh-hans"]] == ["草稿", "已下达", "已报产量", "已结案"]
    assert [step[1:] for step in shown["zh-hans"]] == [step[1:] for step in shown["en"]]


@pytest.mark.django_db
def test_a_step_that_stands_still_is_told_apart(signed_in, plant):
    order = OrderFactory(workshop=plant.a, status=Status.ON_HOLD)
    shown = steps(signed_in(plant.person("plr")).get(f"/orders/{order.number}").content.decode())
    assert [step[:3] for step in shown][2] == ("On hold", "late", False)


@pytest.fixture
def cancelling(transactional_db, open_page):
    """The page of a draft order with its confirm, by keyboard: the tablet's and the desk's way alike."""
    plant = make_plant()
    order = OrderFactory(workshop=plant.a, status=Status.DRAFT)
    page = open_page(plant.person("plr"))
    page.goto(f"/orders/{order.number}")
    confirm = page.locator("details.fo-confirm").filter(has=page.locator("#cancel-reason"))
    return page, confirm, order


def test_a_confirm_opens_in_place_and_closes_again_with_nothing_sent(cancelling):
    page, confirm, order = cancelling
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    why = page.locator("#cancel-reason")
    assert not why.is_visible()

    confirm.locator("summary").press("Enter")
    assert why.is_visible()
    assert confirm.get_by_label("Why").get_attribute("id") == "cancel-reason"
    confirm.locator("summary").press("Enter")
    assert not why.is_visible()

    order.refresh_from_db()
    assert (sent, order.status) == ([], Status.DRAFT)


def test_a_confirm_is_sent_only_with_words(cancelling):
    page, confirm, order = cancelling
    confirm.locator("summary").click()
    confirm.get_by_role("button").click()
    assert page.evaluate("document.activeElement.id") == "cancel-reason"
    order.refresh_from_db()
    assert order.status == Status.DRAFT

    page.keyboard.type("Customer withdrew 客户取消")
    page.keyboard.press("Enter")
    page.locator("details.fo-confirm").filter(has=page.locator("#cancel-reason")).wait_for(state="detached")
    order.refresh_from_db()
    assert order.status == Status.CANCELLED
