"""What a tablet shows of a sheet at once, and what it says when the questions have moved on meanwhile."""

import re

import pytest

from plans.models import Answer, Sheet
from tests.factories.checklists import make_sheet, publish_change, shipped

PHASES = {"before": range(1, 5), "start": range(5, 10), "during": range(10, 21), "leaving": range(21, 26)}
# Between the bar at the top and the dock at the bottom; where the rows of a phase begin and end; where the progress stands.
PLACES = """(phase) => {
  const box = (found) => found.getBoundingClientRect();
  const rows = [...document.querySelectorAll(`[data-fo-item][data-phase="${phase}"]`)];
  const count = box(document.querySelector("[data-fo-answered]"));
  return {
    from: box(document.querySelector("header")).bottom,
    to: box(document.querySelector(".fo-dock")).top,
    title: box(document.getElementById(`phase-${phase}`)).top,
    ends: box(rows.at(-1)).bottom,
    count: [count.top, count.bottom],
  };
}"""


@pytest.fixture
def sheet(transactional_db, plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def tablet(open_page, plant, sheet):
    page = open_page(plant.person("sup", plant.a))  # 1024 × 768
    page.goto(f"/sheets/{sheet.pk}")
    return page


def press(page, number, word="OK"):
    page.locator(f"[data-number='{number}']").get_by_text(word, exact=True).tap()


@pytest.mark.req("PLN-03")
@pytest.mark.parametrize("phase", ["before", "start", "leaving"])
def test_a_phase_of_up_to_5_items_stands_whole_on_the_screen_when_it_is_led_to(tablet, phase):
    tablet.locator(f"[data-fo-phase='{phase}']").tap()
    tablet.wait_for_function(f"location.hash === '#phase-{phase}'")

    place = tablet.evaluate(PLACES, phase)
    numbers = tablet.locator(f"[data-fo-item][data-phase='{phase}']").evaluate_all("rows => rows.map((row) => Number(row.dataset.number))")
    assert numbers == list(PHASES[phase])
    assert place["from"] <= place["title"]
    assert place["ends"] <= place["to"], place


@pytest.mark.req("PLN-03")
def test_the_progress_stays_in_view_and_counts_wherever_the_page_is_scrolled(tablet):
    counts = []
    for number, phase in enumerate([*PHASES, "before"], 1):
        tablet.locator(f"[data-fo-item][data-phase='{phase}']").last.scroll_into_view_if_needed()
        press(tablet, PHASES[phase][0] if number <= len(PHASES) else 2)
        tablet.get_by_text(re.compile(rf"^{number} / 25")).wait_for()
        counts.append(tablet.evaluate(PLACES, phase)["count"])
    for y in (0, 1500, 99_999):
        tablet.evaluate("y => scrollTo(0, y)", y)
        counts.append(tablet.evaluate(PLACES, "before")["count"])

    assert all(0 <= top < bottom <= 768 for top, bottom in counts), counts
    assert len({tuple(count) for count in counts}) == 1
    assert tablet.locator("[data-fo-answered]").text_content() == "5"


@pytest.mark.req("PLN-01")
@pytest.mark.req("PLN-03")
def test_a_version_published_while_a_sheet_is_filled_leaves_its_words_and_its_answers_as_they_are(tablet, sheet, plant):
    press(tablet, 1)
    tablet.get_by_text("Everything is saved").wait_for()
    publish_change(shipped(), {"T-01-02": {"text": "Department tidy"}}, by=plant.person("adm"))

    press(tablet, 2)
    tablet.locator("[data-number='2'] [data-fo-slot-state]", has_text="Saved").wait_for()
    tablet.reload()
    assert tablet.locator("[data-number='2'] .q").text_content().strip() == "Department environment and hygiene"
    assert tablet.locator("[data-fo-answered]").text_content() == "2"
    kept = Answer.objects.filter(sheet=sheet).order_by("item__key").values_list("item__text", "item__version__number")
    assert list(kept) == [("Arrive 10 min early", 1), ("Department environment and hygiene", 1)]


@pytest.mark.req("PLN-03")
def test_a_page_with_older_questions_says_so_at_the_row_and_keeps_what_was_typed(tablet, sheet, plant, console):
    """Nobody had answered, and the sheet was made anew from the version that was published meanwhile."""
    newest = publish_change(shipped(), {"T-01-10": {"text": "Machines run"}}, by=plant.person("adm"))
    Sheet.objects.filter(pk=sheet.pk).update(version=newest)
    words = "This sheet asks version 2, your page shows version 1. Load the page again; what you gave is kept here."
    row = tablet.locator("[data-number='10']")

    press(tablet, 10, "NG")
    row.get_by_label("What you saw (needed)").fill("Oil under press P-03")
    row.get_by_label("What you saw (needed)").blur()

    row.get_by_text(words).wait_for()
    row.locator("[data-fo-slot-state]", has_text="Not saved").wait_for()
    tablet.get_by_text("1 not saved: see the rows").wait_for()
    assert row.get_by_label("What you saw (needed)").input_value() == "Oil under press P-03"
    assert not Answer.objects.exists()

    tablet.reload()
    row.locator(".q", has_text="Machines run").wait_for()
    assert row.get_by_label("What you saw (needed)").input_value() == "Oil under press P-03"
    console.clear()  # Chromium notes the refusal
