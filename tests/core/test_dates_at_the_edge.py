"""Dates that leave the calendar are not found or a fault at the field, in every door alike: 1900 to 2999 count."""

from datetime import date

import pytest
from django import forms
from django.urls import reverse

from core.clock import PlantMonth, read_day
from core.forms import HouseForm
from tests.factories.people import night_shift

pytestmark = pytest.mark.django_db
OUTSIDE = ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"]


class DayForm(HouseForm):
    on = forms.DateField()


@pytest.mark.parametrize("text", [*OUTSIDE, "2026-1-1", "20260101", "2026-W01-1", "2026-02-30", "２０２６-01-01", ""])
def test_what_is_no_day_of_our_time_is_no_date(text):
    with pytest.raises(ValueError):
        read_day(text)


def test_the_first_and_the_last_day_count():
    assert (read_day("1900-01-01"), read_day("2999-12-31")) == (date(1900, 1, 1), date(2999, 12, 31))
    assert DayForm({"on": "1900-01-01"}).is_valid()
    assert DayForm({"on": "2999-12-31"}).is_valid()
    assert PlantMonth.parse("1900-01", 26).starts_on == date(1899, 12, 26)
    assert PlantMonth.parse("2999-12", 1).ends_on == date(2999, 12, 31)


@pytest.mark.parametrize("text", ["0000-01", "0001-01", "1899-12", "3000-01", "9999-12", "２０２６-01"])
def test_no_month_lies_outside(text):
    with pytest.raises(ValueError):
        PlantMonth.parse(text)


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_date_field_says_so(text):
    assert DayForm({"on": text}).errors == {"on": ["This date lies outside 1900 to 2999."]}


@pytest.mark.parametrize("month", ["0001-01", "0001-05", "9999-12", "1900-01", "2999-12"])
def test_pages_of_months_answer_for_any_month(plant, signed_in, month):
    client = signed_in(plant.person("mgr"))
    is_ours = month in ("1900-01", "2999-12")

    assert client.get(f"/months/{month}").status_code in ((200, 404) if is_ours else (404,))
    assert client.get(f"/api/v1/months/{month}").status_code in ((200, 404) if is_ours else (422,))
    for address in ("/months?until=", "/people/calendar?month=", "/people/roster?month="):
        assert client.get(f"{address}{month}").status_code == 200


@pytest.mark.parametrize("on", [*OUTSIDE, "1900-01-01", "2999-12-31"])
def test_pages_of_days_answer_for_any_day(plant, signed_in, day_shift, on):
    client, shifts = signed_in(plant.person("mgr")), (day_shift, night_shift())
    found = 404 if on in OUTSIDE else 200

    for shift in shifts:
        assert client.get(reverse("roll-call", args=[plant.a1.pk, on, shift.pk])).status_code == found
    for address in ("/people/organisation?on=", "/plans?on=", "/reports/review?on="):
        assert client.get(f"{address}{on}").status_code in (200, 404)
