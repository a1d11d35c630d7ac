"""The sheet on a tablet: what is tapped is kept, and nothing is called saved that is not."""

import re

import pytest

from plans.models import Answer, Sheet
from tests.factories.checklists import make_sheet


@pytest.fixture
def sheet(transactional_db, plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def tablet(open_page, plant, sheet):
    page = open_page(plant.person("sup", plant.a), viewport="upright")
    page.goto(f"/sheets/{sheet.pk}")
    return page


def press(page, number, word="OK"):
    page.locator(f"[data-number='{number}']").get_by_text(word, exact=True).tap()


@pytest.mark.req("PLN-03")
@pytest.mark.req("PLN-01")
def test_25_items_are_filled_and_submitted_in_at_most_30_taps(tablet, sheet):
    taps = 0
    for number in range(1, 26):
        press(tablet, number, "NG" if number == 10 else "OK")
        taps += 1
        if number == 10:
            tablet.keyboard.type("Oil under press P-03")  # the note has the focus already
    tablet.get_by_text("Everything is saved").wait_for()
    tablet.get_by_role("button", name="Submit").tap()
    taps += 1
    tablet.get_by_text("submitted by sup A").wait_for()

    assert taps <= 30
    sheet.refresh_from_db()
    assert sheet.status == Sheet.Status.SUBMITTED
    assert Answer.objects.filter(sheet=sheet, is_current=True).count() == 25
    assert Answer.objects.get(sheet=sheet, value="ng", is_current=True).note == "Oil under press P-03"


def test_what_is_tapped_before_the_script_is_there_is_kept_as_well(open_page, plant, sheet):
    page = open_page(plant.person("sup", plant.a), viewport="upright")
    held = []
    page.route("**/js/sheet.js", lambda route: held.append(route), times=1)
    page.goto(f"/sheets/{sheet.pk}", wait_until="commit")
    press(page, 1)
    assert not Answer.objects.exists()
    held[0].continue_()
    press(page, 2)

    page.locator("[data-number='2'] [data-fo-slot-state]", has_text="Saved").wait_for()
    page.locator("[data-number='1'] [data-fo-slot-state]", has_text="Saved").wait_for()
    assert sorted(Answer.objects.filter(sheet=sheet).values_list("item__key", "value")) == [("T-01-01", "ok"), ("T-01-02", "ok")]
    page.reload()
    page.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.filter(sheet=sheet).count() == 2


def test_the_dock_leads_to_the_next_open_item_and_counts(tablet):
    press(tablet, 1)
    press(tablet, 2, "N/A")

    tablet.get_by_text("Next open · 3").wait_for()
    assert tablet.locator("[data-fo-answered]").text_content() == "2"
    tablet.get_by_text("Next open · 3").tap()
    tablet.keyboard.press("Space")
    tablet.get_by_text("Next open · 4").wait_for()


def test_a_second_tap_on_the_same_answer_sends_nothing(tablet, sheet):
    press(tablet, 1)
    tablet.get_by_text(re.compile("Saved .* sup A")).wait_for()
    press(tablet, 1)
    press(tablet, 2)
    tablet.get_by_text("Everything is saved").wait_for()

    assert Answer.objects.filter(sheet=sheet).count() == 2


def test_ng_is_not_called_saved_before_it_has_its_note_and_keeps_it_on_a_change_of_mind(tablet, sheet):
    press(tablet, 10, "NG")
    row = tablet.locator("[data-number='10']")
    row.get_by_text("Say what you saw; then it is saved").wait_for()
    tablet.get_by_text("1 not finished").wait_for()
    assert not Answer.objects.exists()

    row.get_by_label("What you saw (needed)").fill("Oil")
    row.get_by_label("What you saw (needed)").blur()
    tablet.get_by_text("Everything is saved").wait_for()
    press(tablet, 10, "OK")
    press(tablet, 10, "NG")
    tablet.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.get(sheet=sheet, is_current=True).note == "Oil"


def test_a_note_stays_at_hand_when_the_answer_between_was_saved(tablet, sheet):
    row = tablet.locator("[data-number='10']")
    press(tablet, 10, "NG")
    row.get_by_label("What you saw (needed)").fill("Oil")
    row.get_by_label("What you saw (needed)").blur()
    for word, value in (("OK", "ok"), ("NG", "ng")):
        with tablet.expect_response("**/answers"):
            press(tablet, 10, word)
        tablet.get_by_text("Everything is saved").wait_for()
        assert Answer.objects.get(sheet=sheet, is_current=True).value == value
    assert Answer.objects.get(sheet=sheet, is_current=True).note == "Oil"


def test_without_network_each_answer_says_where_it_is_and_is_sent_once_afterwards(tablet, sheet, console):
    tablet.context.set_offline(True)
    press(tablet, 1)
    press(tablet, 2)
    tablet.get_by_text("No network. 2 answers kept on this tablet.").wait_for()
    assert tablet.locator("[data-number='1']").get_by_text("On this device").is_visible()

    tablet.context.set_offline(False)
    tablet.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.filter(sheet=sheet).count() == 2
    console.clear()  # Chromium notes every request that found no network


def test_an_answer_lost_on_the_way_back_is_sent_again_with_its_id(tablet, sheet, console):
    calls = []

    def lose_the_first(route):
        calls.append(route.request.post_data_json["answers"][0]["id"])
        if len(calls) == 1:
            route.fetch()  # it arrives, its answer does not
            route.abort()
        else:
            route.continue_()

    tablet.context.route("**/answers", lose_the_first)
    press(tablet, 1)
    tablet.get_by_text("Everything is saved").wait_for()

    assert len(calls) == 2
    assert calls[0] == calls[1]
    assert Answer.objects.filter(sheet=sheet).count() == 1
    console.clear()


def test_a_sheet_that_was_submitted_meanwhile_says_so_and_keeps_its_page(tablet, sheet, plant, console):
    from plans.services import answer, submit_sheet
    from tests.factories.checklists import taps_for_all

    wsm = plant.person("wsm", plant.a)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=wsm)
    submit_sheet(sheet=sheet, by=wsm)
    press(tablet, 1, "N/A")

    tablet.get_by_text(re.compile("wsm A submitted this sheet .* What you tapped since is kept on this tablet.")).wait_for()
    assert Answer.objects.filter(sheet=sheet, value="na").count() == 0
    console.clear()


def test_a_photo_goes_with_the_note(tablet, sheet, tmp_path):
    from PIL import Image

    Image.new("RGB", (60, 40), "navy").save(tmp_path / "press.jpg")
    press(tablet, 10, "NG")
    tablet.keyboard.type("Oil")
    tablet.locator("[data-number='10'] input[type=file]").set_input_files(tmp_path / "press.jpg")
    tablet.locator("[data-number='10'] [data-fo-thumb] img").wait_for()
    tablet.get_by_text("Everything is saved").wait_for()

    kept = Answer.objects.get(sheet=sheet, is_current=True)
    assert kept.photo is not None
    assert kept.note == "Oil"
