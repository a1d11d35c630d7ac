"""The History of a record: who changed what, from what, to what (SYS-03)."""

from datetime import date
from decimal import Decimal

import pghistory
import pytest

from core.history import Part, history_of
from plans.models import DailyReportLine
from tests.factories.people import StaffFactory
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = pytest.mark.django_db


@pytest.mark.req("SYS-03")
def test_a_changed_record_shows_old_and_new_and_who(plant):
    clerk = plant.person("hrt")
    person = StaffFactory(name="Li Min", position="Welder", org=plant.a1)
    with pghistory.context(by=clerk.staff_no):
        person.position, person.org, person.hired_on = "Team leader", plant.b1, date(2020, 3, 1)
        person.save()

    latest, first = history_of(person)

    assert (latest.who, latest.deed, first.deed) == (clerk.name, "changed", "made")
    assert {str(change.label): (change.before, change.after) for change in latest.changes} == {
        "position": ("Welder", "Team leader"),
        "organisation unit": ("A1", "B1"),
        "hired on": ("—", "1 Mar 2020"),
    }


@pytest.mark.req("SYS-03")
def test_lines_that_keep_only_what_was_before_show_what_came_after(plant, day_shift):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=date(2026, 10, 5))
    line = LineFactory(report=report, good_qty=Decimal(100), rework_qty=0, scrap_qty=0)
    author = plant.person("tld", plant.a1)
    for good in (Decimal(90), Decimal(80)):
        with pghistory.context(by=author.staff_no):
            line.good_qty = good
            line.save()
    line.delete()

    entries = [entry for entry in history_of(report, Part(DailyReportLine, {"report": report})) if entry.thing]

    assert [entry.deed for entry in entries] == ["removed", "changed", "changed"]
    assert [(change.before, change.after) for change in entries[1].changes] == [("90", "80")]
    assert [(change.before, change.after) for change in entries[2].changes] == [("100", "90")]
    assert entries[1].who == author.name


def test_the_history_of_many_changes_asks_few_questions(plant, django_assert_max_num_queries):
    person = StaffFactory(org=plant.a1)
    for number in range(12):
        person.position = f"Post {number}"
        person.org = plant.a2 if number % 2 else plant.b1
        person.save()
    with django_assert_max_num_queries(4):
        assert len(history_of(person)) == 13
