"""Which share of the checks was done, and what must be done before a shift is signed off (PLN-01, GEN-03)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.clock import plant_today
from plans.models import Sheet
from plans.selectors.coverage import coverage_by_place
from plans.selectors.lateness import open_before_sign_off
from plans.services import answer, mark_missed, reopen_sheet, skip_sheet, submit_sheet
from tests.factories.checklists import make_sheet, tap, taps_for_all
from tests.factories.people import ShiftFactory
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 16)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


def handed_in(sheet: Sheet, when: datetime, by) -> Sheet:
    Sheet.objects.filter(pk=sheet.pk).update(status="submitted", submitted_by=by, submitted_at=when)
    sheet.refresh_from_db()
    return sheet


def test_coverage_is_handed_in_by_due_with_late_missed_and_skipped_apart(plant, day_shift, sup):
    sheets = [make_sheet(plant.a, day_shift, MONDAY + timedelta(days=number)) for number in range(6)]
    handed_in(sheets[0], at("2026-11-16 17:15"), sup)  # within the grace
    handed_in(sheets[1], at("2026-11-17 17:16"), sup)  # late
    skip_sheet(sheet=sheets[2], reason="Power cut", by=plant.person("mgr"))
    mark_missed(at=at("2026-11-19 21:00"))  # that of Thursday
    # Friday's is open and overdue, Saturday's not due yet

    figures = coverage_by_place(Sheet.objects.all(), at("2026-11-20 17:15"))[plant.a.pk]

    assert (figures.due, figures.done, figures.late, figures.missed, figures.overdue, figures.skipped) == (4, 2, 1, 1, 1, 1)
    assert figures.percent == Decimal("50.00")


def test_nothing_due_is_no_figure(plant, day_shift):
    make_sheet(plant.a, day_shift, MONDAY)

    assert coverage_by_place(Sheet.objects.all(), at("2026-11-16 12:00"))[plant.a.pk].percent is None


def test_a_sheet_opened_again_for_a_correction_stays_done(plant, day_shift, sup):
    sheet = handed_in(make_sheet(plant.a, day_shift, MONDAY), at("2026-11-16 16:00"), sup)
    reopen_sheet(sheet=sheet, reason="Wrong item", by=plant.person("mgr"))

    figures = coverage_by_place(Sheet.objects.all(), at("2026-11-18 12:00"))[plant.a.pk]
    assert (figures.done, figures.overdue, figures.late) == (1, 0, 0)


def test_the_page_shows_the_worst_place_first_and_every_figure_opens_its_sheets(plant, day_shift, sup, signed_in):
    today = plant_today()
    for number in range(1, 4):
        handed_in(make_sheet(plant.a, day_shift, today - timedelta(days=number)), timezone.now() - timedelta(days=number), sup)
        make_sheet(plant.b, day_shift, today - timedelta(days=number))
    mark_missed()
    client = signed_in(plant.person("mgr"))

    page = client.get("/coverage")

    rows = page.context["rows"]
    assert [(row.label, row.figures.percent) for row in rows] == [("workshop B", Decimal(0)), ("workshop A", Decimal(100))]
    assert page.context["sum"].percent == Decimal(50)
    behind = client.get(f"{rows[0].url}&status=missed").context["rows"]
    assert len(behind) == rows[0].figures.missed
    assert client.get(f"{page.context['sum_url']}&status=handed_in").context["rows"] == list(
        Sheet.objects.filter(node=plant.a).order_by("-business_date")
    )
    assert client.get("/coverage", {"node": plant.a.pk}).context["sum"].due == 3
    assert client.get("/coverage?template=T-04").context["rows"] == []
    assert own_statements(client, "/coverage") <= 6


@pytest.mark.req("PLN-01")
def test_each_team_has_its_own_share_beside_that_of_its_workshop(plant, day_shift, sup, signed_in):
    days = [plant_today() - timedelta(days=number) for number in range(1, 5)]
    for number, on in enumerate(days):
        first, _second = make_sheet(plant.a1, day_shift, on, code="T-05b"), make_sheet(plant.a2, day_shift, on, code="T-05b")
        if number < 3:
            handed_in(first, first.starts_at, plant.person("tld", plant.a1))
        handed_in(make_sheet(plant.a, day_shift, on), timezone.now() - timedelta(days=number + 1), sup)
    make_sheet(plant.b1, day_shift, days[0], code="T-05b")
    mark_missed()

    page = signed_in(plant.person("wsm", plant.a)).get("/coverage", {"node": plant.a.pk})

    told = [(row.label, row.figures.due, row.figures.done, row.figures.percent) for row in page.context["rows"]]
    assert told == [("team A2", 4, 0, Decimal(0)), ("team A1", 4, 3, Decimal(75)), ("workshop A", 4, 4, Decimal(100))]
    assert "<b>75.0</b>" in page.content.decode()
    behind = signed_in(plant.person("wsm", plant.a)).get(page.context["rows"][1].url).context["rows"]
    assert {row.node for row in behind} == {plant.a1}
    assert [row.label for row in signed_in(plant.person("tld", plant.a1)).get("/coverage").context["rows"]] == ["team A1"]


def test_all_missed_of_three_days_stand_in_the_list(plant, day_shift, signed_in):
    for number in range(5):
        make_sheet(plant.a, day_shift, MONDAY + timedelta(days=number))
    mark_missed(at=at("2026-11-20 23:00"))
    client = signed_in(plant.person("mgr"))

    address = "/sheets?view=all&status=missed&business_date_from=2026-11-17&business_date_to=2026-11-19"
    page = client.get(address)

    assert sorted(row.business_date.day for row in page.context["rows"]) == [17, 18, 19]
    assert page.content.decode().count("is-missed") == 3


def test_others_see_only_their_own_places(plant, day_shift, sup, signed_in):
    make_sheet(plant.a, day_shift, plant_today() - timedelta(days=2))
    make_sheet(plant.b, day_shift, plant_today() - timedelta(days=2))

    assert [row.label for row in signed_in(sup).get("/coverage").context["rows"]] == ["workshop A"]


def test_a_sheet_is_skipped_on_its_page_by_whoever_may(plant, day_shift, sup, signed_in):
    sheet = make_sheet(plant.a, day_shift)
    assert signed_in(sup).get(f"/sheets/{sheet.pk}/skip").status_code == 403
    client = signed_in(plant.person("wsm", plant.a))
    assert f"/sheets/{sheet.pk}/skip" in client.get(f"/sheets/{sheet.pk}").content.decode()

    assert client.post(f"/sheets/{sheet.pk}/skip", {"reason": " "}).status_code == 422
    assert client.post(f"/sheets/{sheet.pk}/skip", {"reason": "Power cut"}).status_code == 302
    assert "Power cut" in client.get(f"/sheets/{sheet.pk}").content.decode()
    assert client.post(f"/sheets/{sheet.pk}/skip", {"reason": "Again"}).status_code == 409
    assert client.get("/sheets?view=all&status=skipped").status_code == 200


@pytest.mark.req("GEN-03")
def test_the_closing_list_is_open_before_the_sign_off_until_it_is_answered(plant, day_shift, sup):
    closing, opening = make_sheet(plant.a, day_shift, code="T-05c"), make_sheet(plant.a, day_shift, code="T-05b")
    night = ShiftFactory(code="N2")
    key = ([plant.a.pk], day_shift.pk, closing.business_date)

    assert [(phase.sheet_id, phase.block.name_zh) for phase in open_before_sign_off(*key)] == [(closing.pk, "收班")]
    assert open_before_sign_off([plant.b.pk], day_shift.pk, closing.business_date) == []
    assert open_before_sign_off([plant.a.pk], night.pk, closing.business_date) == []
    answer(sheet=closing, answers=taps_for_all(closing)[:-1], by=sup)
    assert len(open_before_sign_off(*key)) == 1
    answer(sheet=closing, answers=[tap("T-05c-04")], by=sup)
    assert open_before_sign_off(*key) == []
    submit_sheet(sheet=closing, by=sup)
    assert opening.status == "open"
