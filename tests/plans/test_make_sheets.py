from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from people.models import CalendarDay
from plans.models import Sheet
from plans.services import make_sheets
from tests.factories.checklists import assigned, publish_change, shipped
from tests.factories.people import night_shift
from tests.races import Elsewhere, wait_until_blocked

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def dates() -> list[date]:
    return sorted(Sheet.objects.values_list("business_date", flat=True))


@pytest.mark.django_db
def test_sheets_are_made_for_the_running_shift_and_those_that_begin_within_24_hours(plant, day_shift):
    assigned(plant.a, day_shift)

    assert make_sheets(at=at("2026-11-19 09:00")) == 2
    assert dates() == [date(2026, 11, 19), date(2026, 11, 20)]


@pytest.mark.django_db
def test_a_shift_that_has_ended_today_gets_its_sheet_and_yesterdays_does_not(plant, day_shift):
    assigned(plant.a, day_shift)

    make_sheets(at=at("2026-11-18 23:00"))

    assert dates() == [date(2026, 11, 18), date(2026, 11, 19)]


@pytest.mark.django_db
def test_a_shift_that_begins_in_exactly_24_hours_gets_its_sheet(plant, day_shift):
    assigned(plant.a, day_shift)

    make_sheets(at=at("2026-11-19 07:59"))
    assert dates() == [date(2026, 11, 19)]
    make_sheets(at=at("2026-11-19 08:00"))
    assert dates() == [date(2026, 11, 19), date(2026, 11, 20)]


@pytest.mark.django_db
def test_a_night_shift_over_the_end_of_a_month_belongs_to_the_date_on_which_it_began(plant):
    assigned(plant.a, night_shift())

    make_sheets(at=at("2026-12-01 03:00"))

    assert dates() == [date(2026, 11, 30), date(2026, 12, 1)]


@pytest.mark.django_db
def test_no_sheet_on_a_sunday_nor_on_a_holiday_but_on_a_worked_sunday(plant, day_shift):
    assigned(plant.a, day_shift)
    CalendarDay.objects.create(plant=None, date=date(2026, 11, 20), is_working=False, name="Holiday")
    CalendarDay.objects.create(plant=plant.plant, date=date(2026, 11, 29), is_working=True, name="Made up")

    make_sheets(at=at("2026-11-20 18:00"))  # a holiday, before a Saturday
    make_sheets(at=at("2026-11-22 06:00"))  # a Sunday, before eight
    assert dates() == [date(2026, 11, 21)]
    make_sheets(at=at("2026-11-29 06:00"))  # a Sunday that is worked
    assert dates() == [date(2026, 11, 21), date(2026, 11, 29)]


@pytest.mark.django_db
def test_dates_of_the_assignment_hold_both_ends_included(plant, day_shift):
    row = assigned(plant.a, day_shift, starts_on=date(2026, 11, 18))
    row.ends_on = date(2026, 11, 19)
    row.save()

    for day in range(15, 25):
        make_sheets(at=at(f"2026-11-{day} 06:00"))

    assert dates() == [date(2026, 11, 18), date(2026, 11, 19)]


@pytest.mark.django_db
def test_a_second_run_makes_nothing_and_a_retired_template_nothing_at_all(plant, day_shift):
    assigned(plant.a, day_shift)
    retired = assigned(plant.a, day_shift, "T-02").template
    retired.is_retired = True
    retired.save()

    assert make_sheets(at=at("2026-11-19 06:00")) == 1
    assert make_sheets(at=at("2026-11-19 06:00")) == 0


@pytest.mark.req("PLN-01")
@pytest.mark.django_db
def test_a_sheet_takes_the_version_that_was_the_newest_then(plant, day_shift):
    assigned(plant.a, day_shift)
    version = publish_change(shipped(), {"T-01-01": {"text": "Come early"}}, by=plant.person("adm"))

    make_sheets(at=at("2026-11-19 06:00"))
    make_sheets(at=version.published_at + timedelta(days=2))

    assert [sheet.version.number for sheet in Sheet.objects.order_by("business_date")][:1] == [1]
    assert Sheet.objects.order_by("business_date").last().version == version


@pytest.mark.django_db
def test_the_command_makes_the_sheets_of_a_moment_and_refuses_what_is_none(plant, day_shift, capsys):
    assigned(plant.a, day_shift)

    call_command("make_sheets", "--at", "2026-11-19T06:00")
    call_command("make_sheets", "--at", "2026-11-19T06:00")

    assert capsys.readouterr().out.splitlines() == ["1 sheets made, 0 windows for spot checks", "0 sheets made, 0 windows for spot checks"]
    with pytest.raises(CommandError):
        call_command("make_sheets", "--at", "tomorrow")


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_sheet_once(plant, day_shift):
    from django.db import transaction

    assigned(plant.a, day_shift)
    moment = at("2026-11-19 06:00")
    with transaction.atomic():
        first = make_sheets(at=moment)
        other = Elsewhere(lambda: make_sheets(at=moment))
        wait_until_blocked()

    assert other.outcome == "done"
    assert (first, other.result, Sheet.objects.count()) == (1, 0, 1)
