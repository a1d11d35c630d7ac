"""What the clock does to a sheet, seen on the tablet: missed at its cut-off, and a night that runs into another month."""

from datetime import date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from core.clock import plant_zone
from plans.models import Answer, Sheet
from tests.browser import session_of
from tests.factories.checklists import assigned
from tests.factories.people import night_shift


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=plant_zone())


@pytest.fixture
def sup(transactional_db, plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def signed_in_again(settings, live_server):
    """A session ends by itself within the hours that pass here."""

    def sign_in(page, staff):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(staff), "url": live_server.url}
        page.context.add_cookies([cookie])

    return sign_in


def press(page, number, word):
    page.locator(f"[data-number='{number}'] .fo-answer").get_by_text(word, exact=True).tap()


@pytest.mark.req("PLN-01")
@pytest.mark.parametrize(
    ("language", "ok", "saved", "missed"),
    [("en", "OK", "Everything is saved", "Missed"), ("zh-hans", "正常", "全部已保存", "漏做")],
    ids=["en", "zh-hans"],
)
def test_a_sheet_that_nobody_handed_in_is_missed_at_its_cut_off(
    open_page, plant, day_shift, sup, signed_in_again, language, ok, saved, missed
):
    assigned(plant.a, day_shift)
    call_command("make_sheets", "--at", "2026-11-20T07:00", stdout=StringIO())
    sheet = Sheet.objects.get(business_date=date(2026, 11, 20))
    with time_machine.travel(at("2026-11-20 08:10")) as clock:
        page = open_page(sup, language=language)
        page.goto(f"/sheets/{sheet.pk}")
        assert page.locator("input[value=ok]").count() == 25
        press(page, 1, ok)
        page.get_by_text(saved).wait_for()
        page.goto("about:blank")  # what the sheet asks while its session ends would take the next one with it

        clock.move_to(at("2026-11-20 21:00"))
        call_command("mark_missed", "--at", "2026-11-20T21:00", stdout=StringIO())
        signed_in_again(page, sup)
        page.goto(f"/sheets/{sheet.pk}")
        page.locator(".fo-st", has_text=missed).first.wait_for()
        assert page.locator("input[value=ok]").count() == 0  # to read, not to answer
        page.goto("/sheets?view=all&status=missed")
        assert page.locator("tbody tr").count() == 1
        assert page.locator(".is-missed", has_text=missed).first.is_visible()

    sheet.refresh_from_db()
    assert (sheet.status, sheet.missed_at) == ("missed", at("2026-11-20 21:00"))
    assert Answer.objects.get(sheet=sheet).value == "ok"


@pytest.mark.req("PLN-01")
def test_a_night_over_the_end_of_a_month_is_one_sheet_of_the_month_in_which_it_began(open_page, plant, sup):
    assigned(plant.a, night_shift())
    call_command("make_sheets", "--at", "2026-11-30T19:00", stdout=StringIO())
    sheet = Sheet.objects.get(business_date=date(2026, 11, 30))
    with time_machine.travel(at("2026-11-30 23:50")) as clock:
        page = open_page(sup)
        page.goto(f"/sheets/{sheet.pk}")
        page.get_by_text("Mon 30 Nov").first.wait_for()
        press(page, 1, "OK")
        page.get_by_text("Everything is saved").wait_for()

        clock.move_to(at("2026-12-01 03:00"))
        page.goto("/")
        page.locator(f"a[href^='/sheets/{sheet.pk}']").first.tap()
        page.get_by_text("Mon 30 Nov").first.wait_for()
        assert page.locator("[data-number='1'] input[value=ok]").is_checked()
        for number in range(2, 26):
            press(page, number, "OK")
        page.get_by_text("Everything is saved").wait_for()
        page.get_by_role("button", name="Submit").tap()
        page.get_by_text("submitted by sup A").wait_for()

    sheet.refresh_from_db()
    assert (sheet.status, sheet.business_date) == ("submitted", date(2026, 11, 30))
    taken = Answer.objects.filter(sheet=sheet).order_by("answered_at").values_list("answered_at", flat=True)
    assert (taken.first() < at("2026-12-01 00:00") < taken.last(), len(taken)) == (True, 25)
