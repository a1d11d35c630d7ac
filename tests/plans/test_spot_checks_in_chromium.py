"""Spot checks on a tablet: five taps and a save, kept without network, windows that turn late by the plant's clock."""

from datetime import datetime, time

import pytest
import time_machine

from core.clock import plant_zone
from plans.models import SpotCheck, TemplateAssignment
from plans.services import make_spot_windows
from tests.browser import session_of
from tests.factories.checklists import template_of
from tests.factories.people import ShiftFactory
from tests.factories.spot_checks import spots_asked
from tests.plans.test_sheet_offline_in_chromium import until


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20 {text}").replace(tzinfo=plant_zone())


@pytest.fixture
def sup(transactional_db, plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def windows(sup, plant):
    spots_asked(plant.a, ShiftFactory(code="E", name="Early", name_zh="早班", starts_at=time(8), ends_at=time(16)))
    make_spot_windows(at=at("07:30"))


HOLDS = """(words) => new Promise((done) => {
    const asked = indexedDB.open('floorops', 1);
    asked.onsuccess = () => {
        const all = asked.result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => { asked.result.close(); done(JSON.stringify(all.result).includes(words)); };
    };
})"""


def all_ok(page):
    page.get_by_role("button", name="Save the check").wait_for()
    for label in page.locator(".fo-answer .ok").all():
        label.tap()


@pytest.mark.req("PLN-04")
def test_windows_turn_green_by_a_check_and_late_by_the_clock(open_page, sup, windows, plant, settings):
    with time_machine.travel(at("09:10")) as clock:
        page = open_page(sup)
        page.goto("/spot-checks")
        page.get_by_text("open until 12:00").wait_for()
        page.get_by_role("link", name="Look round now").first.tap()
        all_ok(page)
        page.get_by_role("button", name="Save the check").tap()
        page.get_by_text("09:10 · sup A").wait_for()

        clock.move_to(at("16:00"))
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(sup), "url": page.evaluate("location.origin")}]
        )
        page.goto("/spot-checks")
        strip = page.locator(".fo-window")
        assert [strip.nth(n).get_attribute("class").split("is-")[1] for n in range(2)] == ["green", "overdue"]
        assert strip.nth(1).get_by_text("Overdue").is_visible()
    assert SpotCheck.objects.get().is_complete


@pytest.mark.req("PLN-04")
def test_a_check_without_work_standards_is_warned_of_and_kept_without_counting(open_page, sup, windows):
    page = open_page(sup)
    page.goto("/spot-checks/new")
    for label in page.locator(".fo-answer .ok").all()[:4]:
        label.tap()
    page.get_by_role("button", name="Save the check").tap()
    page.get_by_text("Work standards: no answer yet. Saved like this the check counts for no window.").wait_for()
    page.get_by_role("button", name="Save it as it is").tap()
    page.get_by_text("Not complete", exact=True).wait_for()
    assert not SpotCheck.objects.get().is_complete


@pytest.mark.req("PLN-04")
def test_the_warning_and_the_offer_go_with_the_answer_that_was_missing(open_page, sup, windows):
    page = open_page(sup)
    page.goto("/spot-checks/new")
    answers = page.locator(".fo-answer .ok").all()
    for label in answers[:-1]:
        label.tap()
    page.get_by_role("button", name="Save the check").tap()
    warning = page.get_by_text("Saved like this the check counts for no window.")
    warning.wait_for()

    answers[-1].tap()
    page.get_by_role("button", name="Save the check").wait_for()
    assert not warning.is_visible()
    page.get_by_role("button", name="Save the check").tap()
    page.wait_for_url("**/spot-checks")
    assert SpotCheck.objects.get().is_complete


def test_without_network_a_check_is_kept_here_and_arrives_once(open_page, sup, windows, console):
    page = open_page(sup)
    page.goto("/spot-checks/new")
    all_ok(page)
    page.locator("[data-fo-object='T-02-02'] .ng").tap()
    page.keyboard.type("Guard off at press 3")
    until(page, HOLDS, "Guard off at press 3")
    page.reload()
    page.get_by_text("What you began here is filled in below.").wait_for()
    assert page.locator("[data-fo-object='T-02-02'] [data-fo-note]").input_value() == "Guard off at press 3"

    page.context.set_offline(True)
    page.get_by_role("button", name="Save the check").tap()
    page.get_by_text("Kept on this tablet; sent by itself when the network is back.").wait_for()
    page.context.set_offline(False)
    page.locator("[data-fo-device]").wait_for(state="hidden")

    check = SpotCheck.objects.get()
    assert check.answers.get(is_ok=False).note == "Guard off at press 3"
    assert check.answers.get(is_ok=False).finding is not None
    console.clear()  # Chromium notes every request that found no network


def test_a_place_with_a_checklist_of_its_own_opens_its_own_page(open_page, sup, windows, plant):
    template = template_of([{"text": "Guards", "text_zh": "护罩"}], code="S-1")
    TemplateAssignment.objects.create(template=template, node=plant.a1, rule="windows", starts_on="2026-01-01")
    page = open_page(sup)
    page.goto(f"/spot-checks/new?node={plant.a.pk}")
    all_ok(page)
    page.context.set_offline(True)
    page.locator("#spot-node").select_option(str(plant.a1.pk))
    page.get_by_text("This place has a checklist of its own").wait_for()
    assert page.locator("#spot-node").input_value() == str(plant.a.pk)

    page.context.set_offline(False)
    page.locator("#spot-node").select_option(str(plant.a1.pk))
    page.wait_for_url(f"**/spot-checks/new?node={plant.a1.pk}")
    all_ok(page)
    page.get_by_role("button", name="Save the check").tap()
    page.wait_for_url("**/spot-checks")
    check = SpotCheck.objects.get()
    assert (check.node, check.version.template, check.is_complete) == (plant.a1, template, True)


def test_two_checks_without_network_with_a_reload_between_them_both_arrive(open_page, sup, windows, console):
    page = open_page(sup)
    page.goto("/spot-checks/new")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # under the worker, which keeps the page
    page.context.set_offline(True)
    for note in ("Guard off at press 3", "Oil under press 5"):
        page.reload()
        all_ok(page)
        page.locator("[data-fo-object='T-02-02'] .ng").tap()
        page.keyboard.type(note)
        page.get_by_role("button", name="Save the check").tap()
        page.get_by_text("Kept on this tablet; sent by itself when the network is back.").wait_for()
    page.context.set_offline(False)
    page.locator("[data-fo-device]").wait_for(state="hidden")

    notes = SpotCheck.objects.filter(answers__is_ok=False).values_list("answers__note", flat=True)
    assert sorted(notes) == ["Guard off at press 3", "Oil under press 5"]
    console.clear()  # Chromium notes every request that found no network
