"""The day on a tablet: the supervisor fills T-01, the team leader reports, the workshop manager approves."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core.clock import plant_now, plant_today
from plans.models import DailyReport
from tests.browser import wait_until
from tests.factories.checklists import make_sheet
from tests.factories.people import ShiftFactory
from tests.factories.plans import OrderFactory, ProcessFactory

D = Decimal


@pytest.fixture
def running_shift(transactional_db):
    """A shift that runs now, whatever the clock of the machine that tests."""
    now = plant_now()
    return ShiftFactory(code="NOW", starts_at=(now - timedelta(hours=4)).time(), ends_at=(now + timedelta(hours=4)).time())


@pytest.fixture
def order(running_shift, plant):
    ProcessFactory(code="PUNCH", name="Punching", org=plant.a)
    return OrderFactory(workshop=plant.a, number="MO-0417", due_on=plant_today())


@pytest.fixture
def tablet(open_page, plant, order):
    """The report form of team A1 on a tablet."""
    page = open_page(plant.person("tld", plant.a1))
    page.goto("/daily-reports/new")
    page.get_by_label("Production order").select_option(str(order.pk))
    return page


def pad(page, digits):
    for digit in digits:
        page.get_by_role("button", name="Point" if digit == "." else digit, exact=True).tap()


@pytest.mark.req("PLN-23")
def test_the_pad_fills_field_after_field_and_the_badge_proves_the_sum(tablet):
    tablet.get_by_label("Planned").tap()
    for digits in ("1000", "612", "18", "8"):
        pad(tablet, digits)
        tablet.get_by_role("button", name=re.compile("^Next")).tap()

    assert tablet.get_by_label("Good", exact=True).input_value() == "612"
    tablet.get_by_text("Good + rework + scrap = 638").wait_for()
    tablet.get_by_text("Counter, good after rework").tap()
    tablet.get_by_label("Counter at start").fill("1000")
    tablet.get_by_label("Counter at end").fill("1639")
    tablet.get_by_text("Counter says 639, the sum is 638").wait_for()
    tablet.get_by_label("Counter at end").fill("1638")
    tablet.get_by_text("Good + rework + scrap = produced 638").wait_for()


def test_the_draft_keeps_itself_and_says_when_it_could_not(tablet, console):
    tablet.get_by_label("Good", exact=True).fill("612")
    tablet.get_by_label("Attended hours").fill("66")
    tablet.get_by_text(re.compile(r"\d\d:\d\d saved")).wait_for()
    report = DailyReport.objects.get()
    assert tablet.url.endswith(f"/daily-reports/{report.pk}/edit")
    assert report.lines.get().good_qty == D(612)

    tablet.context.set_offline(True)
    tablet.get_by_label("Good", exact=True).fill("640")
    tablet.get_by_text("No network, not saved yet").wait_for()
    tablet.context.set_offline(False)
    tablet.get_by_text(re.compile(r"\d\d:\d\d saved")).wait_for()
    assert report.lines.get().good_qty == D(640)
    console.clear()


def test_what_is_typed_before_the_script_is_there_is_saved_as_well(open_page, plant, order):
    page = open_page(plant.person("tld", plant.a1))
    held = []
    page.route("**/js/report.js", lambda route: held.append(route), times=1)
    page.goto("/daily-reports/new", wait_until="commit")
    page.get_by_label("Production order").select_option(str(order.pk))
    page.get_by_label("Attended hours").fill("8")
    page.get_by_label("Good", exact=True).fill("640")
    held[0].continue_()

    page.get_by_text(re.compile(r"\d\d:\d\d saved")).wait_for()
    assert DailyReport.objects.get().lines.get().good_qty == D(640)


def test_a_second_order_stands_behind_a_tab_and_a_fault_there_is_brought_to_the_front(tablet, plant, order, console):
    other = OrderFactory(workshop=plant.a, number="MO-0418", due_on=plant_today())
    tablet.reload()
    tablet.get_by_label("Production order").select_option(str(order.pk))
    tablet.get_by_label("Good", exact=True).fill("10")
    tablet.get_by_label("Attended hours").fill("8")
    tablet.get_by_role("button", name="One more order").tap()
    second = tablet.locator("#lines-1")
    second.get_by_label("Production order").select_option(str(other.pk))
    second.get_by_label("Good", exact=True).fill("5")
    tablet.get_by_role("button", name="MO-0417").tap()
    assert not second.is_visible()
    tablet.get_by_role("button", name="Submit report").tap()

    second.get_by_text("This is needed.").wait_for()
    second.get_by_label("Attended hours").fill("4")
    tablet.get_by_role("button", name="Submit report").tap()
    tablet.get_by_text("waits for approval").first.wait_for()
    assert DailyReport.objects.get().lines.count() == 2
    console.clear()  # the refused form answers 422


def test_the_pad_writes_into_the_field_in_error_and_never_into_a_line_out_of_sight(tablet, plant, order, console):
    other = OrderFactory(workshop=plant.a, number="MO-0418", due_on=plant_today())
    tablet.reload()
    tablet.get_by_label("Production order").select_option(str(order.pk))
    for label, value in {"Planned": "470", "Good": "10", "Attended hours": "8"}.items():
        tablet.get_by_label(label, exact=True).fill(value)
    tablet.get_by_role("button", name="One more order").tap()
    second = tablet.locator("#lines-1")
    second.get_by_label("Production order").select_option(str(other.pk))
    second.get_by_label("Good", exact=True).fill("5")
    tablet.get_by_role("button", name="Submit report").tap()

    second.get_by_text("This is needed.").wait_for()
    pad(tablet, "9")
    assert second.get_by_label("Attended hours").input_value() == "9"
    assert tablet.locator("[name=lines-0-planned_qty]").input_value() == "470"

    tablet.get_by_role("button", name="MO-0417").tap()
    pad(tablet, "2")
    assert tablet.locator("[name=lines-0-good_qty]").input_value() == "102"
    assert second.get_by_label("Attended hours").input_value() == "9"
    console.clear()  # the refused form answers 422


def test_a_refused_report_is_not_left_without_being_asked_and_one_handed_in_is(tablet, console):
    asked = []
    tablet.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    tablet.get_by_text("Counter, good after rework").tap()
    for label, value in {"Good": "10", "Attended hours": "8", "Counter at start": "0", "Counter at end": "12"}.items():
        tablet.get_by_label(label, exact=True).fill(value)
    tablet.get_by_role("button", name="Submit report").tap()
    tablet.get_by_text("Produced 12 is not").first.wait_for()
    assert asked == []
    tablet.get_by_text("Not saved yet").wait_for()

    tablet.get_by_role("link", name="My day").first.tap()
    wait_until(tablet, lambda: asked)
    assert asked == ["beforeunload"]
    assert tablet.get_by_label("Good", exact=True).input_value() == "10"

    tablet.get_by_label("Good", exact=True).fill("12")
    tablet.get_by_role("button", name="Submit report").tap()
    tablet.get_by_text("waits for approval").first.wait_for()
    assert asked == ["beforeunload"]
    console.clear()  # the refused form answers 422


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("PLN-01")
@pytest.mark.req("PLN-03")
@pytest.mark.req("PLN-23")
def test_one_day_from_the_sheet_to_the_approval_and_to_the_managers_month(open_page, plant, order, running_shift, language):
    words = {
        "en": ["Start", "OK", "Submit", "Submit report", "Decide", "Approve", "locked", "workshop A", "team A1"],
        "zh-hans": ["开始", "正常", "提交", "提交日报", "审批", "批准", "已锁定", "A", "A1"],
    }[language]
    start, ok, submit, submit_report, decide, approve, locked, a_workshop, its_team = words
    on = (plant_now() - timedelta(hours=4)).date()
    sheet = make_sheet(plant.a, running_shift, on)

    taps = 0
    page = open_page(plant.person("sup", plant.a), viewport="upright", language=language)
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"^{start}")).first.tap()
    taps += 1
    for number in range(1, 26):
        page.locator(f"[data-number='{number}']").get_by_text(ok, exact=True).tap()
        taps += 1
        page.locator(f"[data-number='{number}'] input[value=ok]:checked").wait_for(state="attached")
    page.locator("[data-fo-dock-state]", has_text="全部已保存" if language == "zh-hans" else "Everything is saved").wait_for()
    page.get_by_role("button", name=submit).tap()
    taps += 1
    page.locator(".fo-st", has_text="已提交" if language == "zh-hans" else "Submitted").first.wait_for()
    assert taps <= 30
    sheet.refresh_from_db()
    assert sheet.status == "submitted"

    page = open_page(plant.person("tld", plant.a1), language=language)
    page.goto("/daily-reports/new")
    page.locator("[name=lines-0-order]").select_option(str(order.pk))
    for name, value in {"planned_qty": "1000", "good_qty": "612", "rework_qty": "18", "scrap_qty": "8", "attended_hours": "66"}.items():
        page.locator(f"[name=lines-0-{name}]").fill(value)
    page.get_by_role("button", name=submit_report).tap()
    page.locator(".fo-approve").wait_for()
    report = DailyReport.objects.get()
    assert (report.status, report.business_date, report.shift) == ("submitted", on, running_shift)

    page = open_page(plant.person("wsm", plant.a), language=language)
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"^{decide}")).first.tap()
    page.get_by_role("button", name=approve).tap()
    page.get_by_text(re.compile(locked)).first.wait_for()
    report.refresh_from_db()
    assert (report.status, report.approved_by.name) == ("approved", "wsm A")

    page = open_page(plant.person("mgr"), language=language)
    page.goto(f"/months/{on:%Y-%m}")
    for place in (a_workshop, its_team):
        page.get_by_role("row", name=re.compile(rf"^{place}\b")).get_by_role("link", name="612").click()
    page.get_by_role("row", name="612").get_by_role("link").first.click()
    page.wait_for_url(f"**/daily-reports/{report.pk}")
