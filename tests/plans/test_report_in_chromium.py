"""The day on a tablet: the supervisor fills T-01, the team leader reports, the workshop manager approves."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core.clock import plant_now, plant_today
from plans.models import DailyReport
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


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("PLN-01")
@pytest.mark.req("PLN-03")
@pytest.mark.req("PLN-23")
def test_one_day_from_the_sheet_to_the_approval(open_page, plant, order, running_shift, language):
    words = {
        "en": ["Start", "OK", "Submit", "Submit report", "Decide", "Approve", "locked"],
        "zh-hans": ["开始", "正常", "提交", "提交日报", "审批", "批准", "已锁定"],
    }[language]
    start, ok, submit, submit_report, decide, approve, locked = words
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
