"""A work log on a tablet: it keeps itself while it is typed, also over a lost network, and what it prepares is ticked the next day."""

from datetime import date, datetime

import pytest
import time_machine

from core.clock import plant_zone
from plans.models import ToDo, WorkLog
from plans.services import ToDoInput
from tests.factories.checklists import make_sheet
from tests.factories.people import ShiftFactory
from tests.factories.work_logs import handed_in


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=plant_zone())


@pytest.fixture
def sup(transactional_db, plant):
    ShiftFactory()
    return plant.person("sup", plant.a)


@pytest.mark.req("GEN-10")
def test_a_log_keeps_itself_while_it_is_typed_and_is_handed_in(open_page, sup, plant, console):
    with time_machine.travel(at("2026-11-20 17:30")):
        page = open_page(sup)
        page.goto("/work-logs/2026-11-20/write")
        page.get_by_label("What was done").fill("Ran line 2 as planned")
        page.get_by_label("Staffing").fill("Only mine")
        page.get_by_role("button", name="One more row").tap()
        page.locator("[data-fo-row]").last.get_by_label("What is to be done").fill("Oil press 3")
        page.locator("[data-fo-log-state] .bi-cloud-check").wait_for()
        page.reload()
        assert page.get_by_label("What was done").input_value() == "Ran line 2 as planned"

        page.context.set_offline(True)
        page.get_by_label("Problems").fill("Sheet metal came late")
        page.get_by_text("No network, not saved yet").wait_for()
        page.context.set_offline(False)
        page.locator("[data-fo-log-state] .bi-cloud-check").wait_for()
        page.get_by_role("button", name="Hand in").tap()
        page.get_by_role("link", name="Correct it").wait_for()
    log = WorkLog.objects.get()
    assert (log.status, log.problems, log.is_late) == ("submitted", "Sheet metal came late", False)
    assert [(row.text, row.due_on) for row in log.to_dos.all()] == [("Oil press 3", date(2026, 11, 21))]
    assert log.notes.get().text == "Only mine"
    console.clear()  # Chromium notes every request that found no network


@pytest.mark.req("PLN-12")
def test_what_was_prepared_is_ticked_on_top_of_the_next_days_sheet(open_page, sup, plant):
    with time_machine.travel(at("2026-11-20 17:30")):
        handed_in(sup, to_dos=(ToDoInput("Change the die of press 3", team=plant.a1),))
        sheet = make_sheet(plant.a1, ShiftFactory(), date(2026, 11, 21))
    with time_machine.travel(at("2026-11-21 08:10")):
        page = open_page(plant.person("tld", plant.a1))
        page.goto(f"/sheets/{sheet.pk}")
        page.get_by_role("button", name="Done · Change the die of press 3").tap()
        page.get_by_role("button", name="Not done yet").wait_for()
    assert ToDo.objects.get().done_by == plant.person("tld", plant.a1)
