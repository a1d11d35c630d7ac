"""A tablet that loses its network: what was tapped stays on it, the page reloads, and everything arrives once, in the right name."""

import re

import pytest
from PIL import Image

from plans.models import Answer, Finding, Sheet
from plans.services import answer, submit_sheet
from tests.browser import session_of
from tests.factories.checklists import make_sheet, tap, taps_for_all


@pytest.fixture
def sheet(transactional_db, plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def picture(tmp_path):
    Image.new("RGB", (60, 40), "navy").save(tmp_path / "press.jpg")
    return tmp_path / "press.jpg"


@pytest.fixture
def tablet(open_page, plant, sheet):
    return opened(open_page(plant.person("sup", plant.a)), sheet)


def until(page, expression, arg=None):
    """Wait until it holds; asked from outside, since the pages' policy forbids to evaluate anything inside."""
    for _ in range(100):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


KEPT = """async (path) => {
    const page = await (await caches.open('floorops-pages-1')).match(path);
    const file = await (await caches.open('floorops-files-1')).match(document.querySelector('script[src*=sheet]').getAttribute('src'));
    return Boolean(page && file && navigator.serviceWorker.controller);
}"""
CUT_ANSWERS = """() => {
    const real = window.fetch;
    window.fetch = (to, ...how) => String(to).endsWith('/answers') ? Promise.reject(new TypeError('cut')) : real(to, ...how);
}"""
WAITING = """() => new Promise((done) => {
    const asked = indexedDB.open('floorops', 1);
    asked.onsuccess = () => {
        const all = asked.result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result.length); };
    };
})"""

ENTRIES = """() => new Promise((done) => {
    const asked = indexedDB.open('floorops', 1);
    asked.onsuccess = () => {
        const all = asked.result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result.map((entry) => entry.json)); };
    };
})"""
# The moment between the whole page and its scripts, in which Chromium fills in a form again.
FILL_IN = """document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    for (const [number, value] of [['1', 'ok'], ['2', 'ok'], ['10', 'ng']]) {
        document.querySelector(`[data-number='${number}'] input[type=radio][value='${value}']`).checked = true;
    }
});"""


def opened(page, sheet):
    """The sheet on a page whose device keeps it for a time without network."""
    page.goto(f"/sheets/{sheet.pk}")
    until(page, KEPT, f"/sheets/{sheet.pk}")
    return page


def press(page, number, word="OK"):
    page.locator(f"[data-number='{number}'] .fo-answer").get_by_text(word, exact=True).tap()


def kept(page, count):
    until(page, f"async () => await ({WAITING})() === {count}")


def counted(page, answered):
    """Last of all the page counts what it found on this device."""
    page.locator("[data-fo-answered]", has_text=re.compile(rf"^{answered}$")).wait_for()


@pytest.mark.req("PLN-03")
def test_ten_answers_and_a_photo_without_network_survive_a_reload_and_arrive_once(tablet, sheet, picture, console):
    tablet.context.set_offline(True)
    for number in range(1, 10):
        press(tablet, number)
    press(tablet, 10, "NG")
    tablet.keyboard.type("Oil under press P-03")
    tablet.locator("[data-number='10'] input[type=file]").set_input_files(picture)
    tablet.get_by_text("No network. 10 answers kept on this tablet.").wait_for()
    kept(tablet, 10)

    tablet.reload()
    tablet.get_by_text("No network. 10 answers kept on this tablet.").wait_for()
    counted(tablet, 10)
    assert tablet.locator("[data-number='10'] [data-fo-note]").input_value() == "Oil under press P-03"
    assert tablet.locator("[data-number='10'] [data-fo-thumb] img").evaluate("image => image.naturalWidth") == 60
    assert tablet.get_by_text("On this device", exact=True).count() == 10
    assert not Answer.objects.exists()

    tablet.context.set_offline(False)
    tablet.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.filter(sheet=sheet).count() == 10
    wrong = Answer.objects.get(sheet=sheet, value="ng")
    assert (wrong.note, wrong.photo is not None) == ("Oil under press P-03", True)
    assert wrong.finding == Finding.objects.get()
    tablet.reload()
    counted(tablet, 10)
    console.clear()  # Chromium notes every request that found no network


def test_what_a_browser_fills_in_after_a_reload_takes_nothing_from_what_is_kept(tablet, sheet, picture, console):
    """Boxes that were ticked before stand ticked again, sometimes before the page's script is there; notes and photos do not."""
    press(tablet, 2)
    tablet.get_by_text("Everything is saved").wait_for()
    tablet.locator("[data-number='2']").get_by_text("Saved").wait_for()
    tablet.context.set_offline(True)
    press(tablet, 1)
    press(tablet, 10, "NG")
    tablet.keyboard.type("Oil under press P-03")
    tablet.locator("[data-number='10'] input[type=file]").set_input_files(picture)
    tablet.get_by_text("No network. 2 answers kept on this tablet.").wait_for()
    kept(tablet, 2)
    before = tablet.evaluate(ENTRIES)

    tablet.context.add_init_script(FILL_IN)
    tablet.reload()
    counted(tablet, 3)
    assert tablet.locator("[data-number='10'] [data-fo-note]").input_value() == "Oil under press P-03"
    assert tablet.locator("[data-number='10'] [data-fo-thumb] img").evaluate("image => image.naturalWidth") == 60
    assert tablet.evaluate(ENTRIES) == before
    console.clear()


def test_what_was_saved_before_the_network_went_shows_after_a_reload_without_it(tablet, sheet, console):
    press(tablet, 1)
    tablet.get_by_text("Everything is saved").wait_for()
    tablet.locator("[data-number='1']").get_by_text("Saved").wait_for()
    tablet.context.set_offline(True)
    tablet.reload()

    tablet.locator("[data-number='1']").get_by_text(re.compile("Saved .* sup A")).wait_for()
    counted(tablet, 1)
    console.clear()


def test_submitting_needs_the_network_and_says_so(tablet, sheet, console, plant):
    answer(sheet=sheet, answers=[given for given in taps_for_all(sheet) if given.item != "T-01-01"], by=plant.person("sup", plant.a))
    tablet.reload()
    tablet.context.set_offline(True)
    press(tablet, 1)
    tablet.get_by_role("button", name="Submit").tap()
    tablet.get_by_text("Submitting needs the network. 1 answers are kept on this tablet").wait_for()
    assert Sheet.objects.get().status == Sheet.Status.OPEN

    tablet.context.set_offline(False)
    tablet.get_by_text("Everything is saved").wait_for()
    tablet.get_by_role("button", name="Submit").tap()
    tablet.get_by_text("submitted by sup A").wait_for()
    console.clear()


def test_signed_out_meanwhile_the_answers_wait_and_go_out_after_the_next_sign_in(tablet, sheet, plant, settings, console):
    sup = plant.person("sup", plant.a)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": tablet.evaluate("location.origin")}
    tablet.context.add_cookies([{**cookie, "value": "gone"}])
    press(tablet, 1)
    tablet.get_by_text("You are signed out. 1 answers are kept on this tablet").wait_for()

    tablet.goto("/sign-in")
    tablet.get_by_text("1 kept on this device. They are sent when the person who made them signs in.").wait_for()
    tablet.context.add_cookies([{**cookie, "value": session_of(sup)}])
    tablet.goto("/account")
    kept(tablet, 0)
    assert [(row.value, row.by) for row in Answer.objects.all()] == [("ok", sup)]
    console.clear()


def test_what_one_person_made_is_shown_to_the_next_and_never_sent_in_their_name(tablet, sheet, plant, settings, console):
    tablet.context.set_offline(True)
    press(tablet, 1)
    kept(tablet, 1)
    wsm = plant.person("wsm", plant.a)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": tablet.evaluate("location.origin"), "value": session_of(wsm)}
    tablet.context.add_cookies([cookie])
    tablet.context.set_offline(False)
    tablet.get_by_text("wsm A is signed in here now. What you answered waits until you sign in again.").wait_for()

    tablet.goto(f"/sheets/{sheet.pk}")
    tablet.get_by_text("1 answers of sup A wait on this tablet until sup A signs in.").wait_for()
    tablet.goto("/on-this-device")
    tablet.get_by_text("Made by sup A; sent when sup A signs in here").wait_for()
    assert not Answer.objects.exists()
    console.clear()


def test_signing_out_drops_the_kept_pages_and_keeps_what_was_not_sent(tablet, sheet, console):
    tablet.context.set_offline(True)
    press(tablet, 1)
    kept(tablet, 1)
    # In the pages themselves: what leaves through the service worker does not always meet a route.
    tablet.evaluate(CUT_ANSWERS)
    tablet.add_init_script(f"({CUT_ANSWERS})()")
    tablet.context.set_offline(False)
    tablet.goto("/account")
    tablet.get_by_role("button", name="Sign out").click()
    tablet.get_by_text("1 kept on this device.").wait_for()

    assert tablet.evaluate("caches.has('floorops-pages-1')") is False
    kept(tablet, 1)
    console.clear()


def test_two_answers_to_the_same_are_shown_and_a_person_decides(tablet, sheet, plant, console):
    wsm = plant.person("wsm", plant.a)
    tablet.context.set_offline(True)
    press(tablet, 1, "N/A")
    press(tablet, 2, "N/A")
    kept(tablet, 2)
    answer(sheet=sheet, answers=[tap(1), tap(2)], by=wsm)
    tablet.context.set_offline(False)

    row = tablet.locator("[data-number='1']")
    row.get_by_text(re.compile("wsm A answered “OK” at .*; you answered “N/A”.")).wait_for()
    assert set(Answer.objects.values_list("value", flat=True)) == {"ok"}
    row.get_by_role("button", name="Use mine").tap()
    tablet.locator("[data-number='2']").get_by_role("button", name="Keep theirs").tap()
    tablet.get_by_text("Everything is saved").wait_for()

    assert dict(Answer.objects.filter(is_current=True).values_list("item__key", "value")) == {"T-01-01": "na", "T-01-02": "ok"}
    assert tablet.locator("[data-number='2'] input[value=ok]").is_checked()
    console.clear()


def test_answers_to_a_sheet_that_was_submitted_meanwhile_stay_with_the_reason_and_can_be_discarded(tablet, sheet, plant, console):
    wsm = plant.person("wsm", plant.a)
    tablet.context.set_offline(True)
    press(tablet, 1, "N/A")
    kept(tablet, 1)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=wsm)
    submit_sheet(sheet=sheet, by=wsm)
    tablet.context.set_offline(False)
    tablet.get_by_text(re.compile("wsm A submitted this sheet .* What you tapped since is kept on this tablet.")).wait_for()

    tablet.goto("/on-this-device")
    tablet.get_by_text(re.compile("wsm A submitted this sheet at .* It is locked.")).wait_for()
    tablet.get_by_role("button", name="Discard").tap()
    tablet.get_by_text("Everything is with the server").wait_for()
    kept(tablet, 0)
    assert not Answer.objects.filter(value="na").exists()
    console.clear()


def test_a_file_that_is_no_photo_is_refused_at_its_place_and_the_rest_stays(tablet, sheet, tmp_path):
    (tmp_path / "report.jpg").write_bytes(b"not a picture")
    (tmp_path / "huge.jpg").write_bytes(b"x" * (15 * 1024 * 1024 + 1))
    press(tablet, 10, "NG")
    tablet.keyboard.type("Oil")
    row = tablet.locator("[data-number='10']")
    row.locator("input[type=file]").set_input_files(tmp_path / "report.jpg")
    row.get_by_text("This is no picture that can be kept.").wait_for()
    row.locator("input[type=file]").set_input_files(tmp_path / "huge.jpg")
    row.get_by_text("The picture has 16 MB; at most 15 MB can be kept.").wait_for()

    assert row.locator("[data-fo-note]").input_value() == "Oil"
    tablet.get_by_text("Everything is saved").wait_for()
    assert Answer.objects.get(is_current=True).note == "Oil"
