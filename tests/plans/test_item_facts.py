"""What the sheet itself knows beside a question, and the way to its work (PPL-03)."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from people.services import Mark, save_roll_call
from tests.factories.checklists import make_sheet
from tests.factories.people import StaffFactory
from tests.factories.rosters import follow, make_pattern

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


@pytest.mark.req("PPL-03")
def test_an_unplanned_absence_shows_in_item_6_of_the_managers_day(signed_in, plant, day_shift):
    follow(plant.a1, make_pattern(day_shift), FRIDAY)
    people = StaffFactory.create_batch(3, org=plant.a1)
    sheet = make_sheet(plant.a, day_shift)
    client = signed_in(plant.person("sup", plant.a))
    with time_machine.travel("2026-11-20 08:10+08:00"):
        before = client.get(reverse("sheet-fill", args=[sheet.pk])).context["item_facts"]["T-01-06"]
        marks = [Mark(people[0], "absent"), Mark(people[1], "leave"), Mark(people[2], "present")]
        save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=marks, by=people[2])
        page = client.get(reverse("sheet-fill", args=[sheet.pk]))

    assert before.text == ""
    fact = page.context["item_facts"]["T-01-06"]
    assert fact.is_bad
    assert fact.text == f"1 absent: {people[0].name} · 1 on leave: {people[1].name}"
    assert fact.text in page.content.decode()


def test_the_way_to_confidential_talks_is_shown_only_to_those_who_may_write_one(signed_in, plant, day_shift):
    sheet = make_sheet(plant.a, day_shift)

    def ways(role, node=None):
        return set(signed_in(plant.person(role, node)).get(reverse("sheet-fill", args=[sheet.pk])).context["item_facts"])

    assert {"T-01-06", "T-01-07", "T-01-08", "T-01-09", "T-01-16"} <= ways("sup", plant.a)
    assert ways("dir") == {"T-01-06", "T-01-07", "T-01-25"}
