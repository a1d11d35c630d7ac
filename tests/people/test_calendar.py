from datetime import date

import pytest

from core.models import PlantSetting
from people.calendar import is_working_day, working_days
from people.models import CalendarDay

pytestmark = pytest.mark.django_db
SUNDAY, MONDAY = date(2026, 10, 4), date(2026, 10, 5)


def test_the_weekdays_decide_until_a_date_departs_from_them(plant):
    assert not is_working_day(plant.plant, SUNDAY)
    assert is_working_day(plant.plant, MONDAY)

    CalendarDay.objects.create(date=MONDAY, name="National holiday", is_working=False)
    assert not is_working_day(plant.plant, MONDAY)

    CalendarDay.objects.create(plant=plant.plant, date=MONDAY, name="Made up for", is_working=True)
    assert is_working_day(plant.plant, MONDAY)
    assert not is_working_day(None, MONDAY)


def test_a_plant_of_five_days_works_22_days_in_october_2026(plant):
    PlantSetting.objects.create(key="working_weekdays", value=[0, 1, 2, 3, 4])
    assert len(working_days(plant.plant, date(2026, 10, 1), date(2026, 10, 31))) == 22
