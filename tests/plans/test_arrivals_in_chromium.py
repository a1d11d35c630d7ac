"""On arrival one tap of the thumb; before leaving the figures of the day and a comment, which the manager reads."""

from datetime import datetime
from decimal import Decimal

import pytest
import time_machine

from core.clock import plant_zone
from tests.factories.checklists import FRIDAY, make_sheet
from tests.factories.plans import LineFactory, ReportFactory


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20 {text}").replace(tzinfo=plant_zone())


@pytest.fixture
def sup(transactional_db, plant):
    return plant.person("sup", plant.a)


@pytest.mark.req("PLN-02")
def test_one_tap_of_64_px_stamps_the_arrival_and_the_manager_sees_how_late(open_page, sup, plant, day_shift):
    make_sheet(plant.a, day_shift)
    with time_machine.travel(at("07:51")):
        page = open_page(sup)
        page.goto("/")
        tap = page.get_by_role("button", name="I am here")
        assert tap.bounding_box()["height"] >= 64
        tap.tap()
        page.get_by_text("Your arrival is stamped: 07:51, 1 min late.").wait_for()
        assert page.get_by_role("button", name="I am here").count() == 0

        manager = open_page(plant.person("mgr"), viewport="wide")
        manager.goto("/")
        card = manager.locator("section[aria-labelledby=arrivals]")
        card.get_by_text("1 min late").wait_for()
        card.get_by_role("link", name="All 1").click()
        manager.get_by_role("cell", name="07:51").wait_for()


@pytest.mark.req("PLN-14")
def test_the_supervisor_comments_on_the_day_and_the_manager_reads_it_in_the_review(open_page, sup, plant, day_shift):
    LineFactory(report=ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY), planned_qty=Decimal(125))
    with time_machine.travel(at("17:05")):
        page = open_page(sup)
        page.goto("/")
        page.get_by_role("link", name="Figures of the day").first.tap()
        page.get_by_text("of 125 planned").wait_for()
        page.get_by_text("Write a comment").first.tap()
        page.get_by_label("Comment").first.fill("Steel came late")
        page.get_by_role("button", name="Save").first.tap()
        page.get_by_text("The comment is kept.").wait_for()

        manager = open_page(plant.person("mgr"), viewport="wide")
        manager.goto("/daily-reports/review")
        manager.get_by_text("Steel came late").wait_for()
