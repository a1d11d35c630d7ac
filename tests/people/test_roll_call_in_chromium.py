"""The roll call in a real browser: the hours follow the tap, also one that came before the page's script."""

from decimal import Decimal

import pytest

from core.clock import plant_today
from people.models import RollCallMark
from tests.browser import wait_until
from tests.factories.people import ShiftFactory, StaffFactory
from tests.factories.rosters import follow, make_pattern


@pytest.fixture
def shift(transactional_db, plant):
    """A shift that may be called whatever the clock of the machine that tests."""
    shift = ShiftFactory(code="ALL", starts_at="00:00", ends_at="08:00", break_minutes=60)
    follow(plant.a1, make_pattern(shift), plant_today())
    return shift


@pytest.mark.req("PPL-03")
def test_the_hours_follow_a_tap_that_came_before_the_script(open_page, plant, shift):
    late, absent = StaffFactory.create_batch(2, org=plant.a1)
    page = open_page(plant.person("sup", plant.a), viewport="tablet")
    held = []
    page.route("**/js/roll.js", lambda route: held.append(route), times=1)
    page.goto(f"/people/roll-calls/{plant.a1.pk}/{plant_today()}/{shift.pk}", wait_until="commit")
    page.get_by_role("group", name=absent.name).get_by_text("Absent").tap()
    held[0].continue_()
    page.get_by_text("1 here").wait_for()
    page.get_by_role("group", name=late.name).get_by_text("Late").tap()
    page.keyboard.type("30")
    page.get_by_role("button", name="Save the roll call").tap()

    page.get_by_text("Saved").first.wait_for()
    assert dict(RollCallMark.objects.values_list("staff", "attended_hours")) == {late.pk: Decimal("6.5"), absent.pk: Decimal(0)}


@pytest.mark.req("PPL-03")
def test_minutes_typed_full_width_shorten_the_hours_too(open_page, plant, shift):
    late = StaffFactory(org=plant.a1)
    page = open_page(plant.person("sup", plant.a), viewport="tablet")
    page.goto(f"/people/roll-calls/{plant.a1.pk}/{plant_today()}/{shift.pk}")
    person = page.get_by_role("group", name=late.name)
    person.get_by_text("Late").tap()

    page.keyboard.insert_text("３０")
    page.keyboard.press("Tab")

    assert page.locator(f"[name=p{late.pk}-hours]").input_value() == "6.5"


@pytest.mark.req("PPL-03")
def test_a_mark_that_is_not_saved_is_not_left_without_being_asked(open_page, plant, shift):
    late = StaffFactory(org=plant.a1)
    page = open_page(plant.person("sup", plant.a), viewport="tablet")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    address = f"/people/roll-calls/{plant.a1.pk}/{plant_today()}/{shift.pk}"
    page.goto(address)
    person = page.get_by_role("group", name=late.name)
    person.get_by_text("Late").tap()
    page.get_by_role("link", name="My day").first.tap()
    wait_until(page, lambda: asked)
    assert asked == ["beforeunload"]
    assert page.url.endswith(address)

    page.locator(f"[name=p{late.pk}-minutes_late]").fill("30")
    page.get_by_role("button", name="Save the roll call").tap()
    page.get_by_text("Saved").first.wait_for()
    page.get_by_role("link", name="My day").first.tap()
    page.wait_for_url(lambda url: not url.endswith(address))
    assert asked == ["beforeunload"]
    assert RollCallMark.objects.get().minutes_late == 30
