"""Sheets of every kind at 1024 × 768: the morning in Chinese, the tour by rounds, numbers and choices, two people at once."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from plans.models import Answer, Finding, Sheet
from plans.services import answer
from tests.factories.checklists import make_sheet, tap, taps_for_all, template_of


@pytest.fixture
def sup(transactional_db, plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def photo(tmp_path):
    Image.new("RGB", (60, 40), "navy").save(tmp_path / "press.jpg")
    return tmp_path / "press.jpg"


@pytest.mark.req("PLN-03")
def test_a_morning_with_two_abnormal_items_and_photos_in_chinese(open_page, plant, day_shift, sup, photo):
    sheet = make_sheet(plant.a, day_shift)
    page = open_page(sup, language="zh-hans")
    page.goto(f"/sheets/{sheet.pk}")
    for number, note in ((2, "通道有油污"), (10, "三号冲床漏油")):
        page.locator(f"[data-number='{number}'] .fo-answer").get_by_text("异常").tap()
        page.keyboard.insert_text(note)
        row = page.locator(f"[data-number='{number}']")
        assert row.get_by_text("开问题项").is_visible()
        row.get_by_text("严重", exact=True).tap()
        row.locator("[data-fo-photo]").set_input_files(photo)
        page.get_by_text("全部已保存").wait_for()
        row.locator("[data-fo-finding-made] a").wait_for()
    for phase in page.locator("[data-fo-all-ok]").all():
        phase.tap()
    page.locator("[data-number='24'] .fo-answer").get_by_text("正常").tap()  # must be looked at by itself
    page.get_by_text("全部已保存").wait_for()
    page.get_by_role("button", name="提交").tap()
    page.get_by_text(re.compile("sup A.*提交")).wait_for()

    sheet.refresh_from_db()
    assert sheet.status == Sheet.Status.SUBMITTED
    found = {finding.item_key: finding for finding in Finding.objects.all()}
    assert {key: (finding.text, finding.severity, finding.photos.count()) for key, finding in found.items()} == {
        "T-01-02": ("通道有油污", "severe", 1),
        "T-01-10": ("三号冲床漏油", "severe", 1),
    }
    assert all(row.photo and row.finding_id for row in Answer.objects.filter(sheet=sheet, abnormal=True, is_current=True))


@pytest.mark.req("PLN-03")
@pytest.mark.req("PLN-11")
def test_after_a_quick_note_was_sent_the_severity_is_still_one_tap_away(open_page, plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift)
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    row = page.locator("[data-number='10']")
    row.locator(".fo-answer").get_by_text("NG").tap()
    page.keyboard.insert_text("Oil at press 3")
    row.locator("[data-fo-note]").dispatch_event("change")
    made = row.locator("[data-fo-finding-made] a")
    made.wait_for()
    number = made.text_content()

    row.get_by_text("Severe", exact=True).tap()
    page.get_by_text("Everything is saved").wait_for()

    finding = Finding.objects.get()
    assert (finding.number, finding.severity, finding.text) == (number, "severe", "Oil at press 3")
    expect(row.get_by_text("Open a finding")).to_be_hidden()
    page.reload()
    expect(made).to_be_visible()
    expect(row.get_by_text("Severe", exact=True)).to_be_hidden()


@pytest.mark.req("GEN-01")
@pytest.mark.req("GEN-02")
def test_the_tour_is_ticked_round_by_round_on_one_screen(open_page, plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, code="T-04")
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    hall = page.locator("[data-fo-area='hall']")
    first = page.locator("[data-number='1']")
    assert first.locator("[data-fo-slot]").count() == 3
    assert first.locator("[data-round='2'] input[value=ok]").is_disabled()
    first.locator("[data-round='1'] label").tap()
    assert first.locator("[data-round='2'] input[value=ok]").is_enabled()
    hall.get_by_role("button", name=re.compile("Round 1: the other")).tap()
    page.get_by_text("Everything is saved").wait_for()
    assert hall.locator("[data-fo-area-answered]").text_content() == "8"  # all but the one that must be looked at
    assert set(Answer.objects.values_list("round", flat=True)) == {1}

    hall.get_by_role("button", name=re.compile("given as OK. Undo")).tap()
    page.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.filter(is_current=True).count() == 1
    page.locator("[data-number='2'] [data-fo-row-ng]").tap()
    page.keyboard.type("Puddle at gate 2")
    page.locator("[data-number='3'] [data-round='1'] label").tap()
    page.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.get(abnormal=True).note == "Puddle at gate 2"


def test_a_box_that_has_its_answer_opens_what_can_be_changed(open_page, plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift, code="T-04")
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    box = page.locator("[data-number='1'] [data-round='1'] label")
    box.tap()
    page.get_by_text("Everything is saved").wait_for()
    box.tap()
    page.locator("[data-number='1']").get_by_role("button", name="Take back").tap()
    page.get_by_text("Everything is saved").wait_for()

    assert not Answer.objects.filter(is_current=True).exists()
    assert page.locator("[data-fo-answered]").text_content() == "0"


@pytest.mark.req("GEN-04")
def test_numbers_choices_dates_and_ticks_are_answered_where_they_stand(open_page, plant, day_shift, sup):
    options = [{"key": "dry", "text": "Dry", "text_zh": "干燥"}, {"key": "ice", "text": "Ice", "text_zh": "结冰", "abnormal": True}]
    items = [
        {"answer_type": "number", "low": "4", "high": "6", "unit": "bar"},
        {"answer_type": "tick"},
        {"answer_type": "text", "is_required": False},
        {"answer_type": "choice", "options": options},
        {"answer_type": "date"},
    ]
    template_of(items, code="M")
    sheet = make_sheet(plant.a, day_shift, code="M")
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    page.locator("[data-number='1'] [data-fo-number]").tap()
    for key in ("6", ".", "4"):
        page.locator(f"[data-fo-key='{key}']").tap()
    page.locator("[data-number='1']").get_by_label("What you saw (needed)").wait_for()
    page.locator("[data-number='2'] label").tap()
    page.locator("[data-number='1']").get_by_label("What you saw (needed)").fill("Valve sticks")
    page.locator("[data-number='3'] textarea").fill("Two pallets left")
    page.locator("[data-number='4']").get_by_text("Dry").tap()
    page.locator("[data-number='5'] [type=date]").fill("2027-03-01")
    page.get_by_text("Everything is saved").wait_for()

    assert dict(Answer.objects.filter(is_current=True).values_list("item__key", "value")) == {
        "M-01": "6.4",
        "M-02": "ok",
        "M-03": "Two pallets left",
        "M-04": "dry",
        "M-05": "2027-03-01",
    }
    wrong = Answer.objects.get(abnormal=True, is_current=True)
    assert (wrong.item.key, wrong.note, wrong.finding is not None) == ("M-01", "Valve sticks", True)


@pytest.mark.req("GEN-04")
def test_an_item_that_asks_for_a_photo_is_answered_by_taking_one(open_page, plant, day_shift, sup, photo):
    template_of([{"answer_type": "photo"}, {"photo_on_ng": True}], code="P")
    sheet = make_sheet(plant.a, day_shift, code="P")
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    page.locator("[data-number='1'] [data-fo-photo]").set_input_files(photo)
    page.locator("[data-number='1'] [data-fo-thumb] img").wait_for()
    page.locator("[data-number='2'] .fo-answer").get_by_text("NG", exact=True).tap()
    page.keyboard.type("Guard bent")
    page.locator("[data-number='2']").get_by_text("Take the photo; then it is saved").wait_for()
    assert not Answer.objects.filter(item__key="P-02").exists()
    page.locator("[data-number='2'] [data-fo-photo]").set_input_files(photo)
    page.get_by_text("Everything is saved").wait_for()
    page.get_by_role("button", name="Submit").tap()
    page.get_by_text("submitted by sup A").wait_for()

    kept = {row.item.key: row for row in Answer.objects.filter(sheet=sheet, is_current=True).select_related("item", "photo")}
    assert {key: (row.value, row.photo is not None) for key, row in kept.items()} == {"P-01": ("photo", True), "P-02": ("ng", True)}


@pytest.mark.req("PLN-03")
def test_two_people_on_one_sheet_see_each_others_answers_within_5_seconds(open_page, plant, day_shift, sup):
    sheet = make_sheet(plant.a, day_shift)
    mine, theirs = open_page(sup), open_page(plant.person("wsm", plant.a))
    for page in (mine, theirs):
        page.clock.install()
        page.goto(f"/sheets/{sheet.pk}")
    mine.locator("[data-number='1']").get_by_text("OK", exact=True).tap()
    theirs.locator("[data-number='2']").get_by_text("N/A", exact=True).tap()
    for page in (mine, theirs):
        page.get_by_text("Everything is saved").wait_for()
    for page in (mine, theirs):
        page.clock.run_for(5_000)  # by the page's own clock: the machine may be busy

    theirs.locator("[data-number='1']").get_by_text(re.compile("Saved .* sup A")).wait_for()
    mine.locator("[data-number='2']").get_by_text(re.compile("Saved .* wsm A")).wait_for()
    assert mine.locator("[data-number='2'] input[value=na]").is_checked()
    assert mine.locator("[data-fo-answered]").text_content() == "2"


def test_what_is_missing_is_listed_with_a_way_to_it(open_page, plant, day_shift, sup, console):
    sheet = make_sheet(plant.a, day_shift)
    answer(sheet=sheet, answers=[given for given in taps_for_all(sheet) if given.item != "T-01-13"], by=sup)
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    page.get_by_role("button", name="Submit").tap()
    page.get_by_role("link", name="Everyone works to standard").tap()

    assert page.url.endswith("#row-T-01-13.1")
    assert page.locator("[data-number='13']").is_visible()
    console.clear()  # a refusal is an answer with its own status


def test_what_was_said_to_be_missing_goes_as_it_is_answered(open_page, plant, day_shift, sup, console):
    sheet = make_sheet(plant.a, day_shift)
    answer(sheet=sheet, answers=[given for given in taps_for_all(sheet) if given.item not in ("T-01-12", "T-01-13")], by=sup)
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    page.get_by_role("button", name="Submit").tap()
    page.get_by_text("2 required items have no answer yet.").wait_for()

    page.locator("[data-number='12']").get_by_text("OK", exact=True).tap()
    page.get_by_text("1 required items have no answer yet.").wait_for()
    assert page.locator("[data-fo-missing] a").all_text_contents() == ["Everyone works to standard"]
    page.locator("[data-number='13']").get_by_text("OK", exact=True).tap()
    page.locator("[data-fo-missing]").wait_for(state="hidden")
    console.clear()  # a refusal is an answer with its own status


def test_a_manager_signs_with_his_pin_on_the_supervisors_tablet(open_page, plant, day_shift, sup):
    from people.services import set_pin
    from plans.services import submit_sheet

    sheet = make_sheet(plant.a, day_shift)
    wsm = plant.person("wsm", plant.a)
    set_pin(pin="4826", by=wsm)
    answer(sheet=sheet, answers=[tap(number) for number in range(1, 26)], by=sup)
    submit_sheet(sheet=sheet, by=sup)
    page = open_page(sup)
    page.goto(f"/sheets/{sheet.pk}")
    page.get_by_text("The manager signs here").tap()
    page.get_by_label("Staff number").fill(wsm.staff_no)
    page.get_by_label("PIN").fill("4826")
    page.get_by_role("button", name="Countersign").tap()
    page.get_by_text("countersigned by wsm A").wait_for()
