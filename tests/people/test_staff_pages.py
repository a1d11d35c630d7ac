"""The staff register as people use it (PPL-02, SYS-01, SYS-03)."""

from datetime import date, timedelta

import pytest

from core.clock import plant_today
from people.models import Staff
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


def card(**changes):
    return {"name": "Li Min", "org": "", "position": "Welder", "pay_type": "piece", "hired_on": "2020-03-01", "left_on": ""} | changes


@pytest.mark.req("SYS-01")
def test_a_supervisor_of_workshop_a_finds_nobody_of_workshop_b(signed_in, plant):
    theirs, ours = StaffFactory(org=plant.b1, name="Of workshop B"), StaffFactory(org=plant.a1, name="Of workshop A")
    client = signed_in(plant.person("sup", plant.a))
    assert client.get(f"/people/staff/person/{theirs.pk}").status_code == 404
    assert client.get(f"/people/staff/person/{ours.pk}").status_code == 200
    page = client.get("/people/staff").content.decode()
    assert "Of workshop A" in page
    assert "Of workshop B" not in page
    assert client.get(f"/people/staff/person/{ours.pk}/edit").status_code == 403
    assert client.get(f"/people/staff/person/{theirs.pk}/edit").status_code == 404
    assert client.get("/people/staff/new").status_code == 403


@pytest.mark.req("PPL-02")
def test_hr_adds_a_person_changes_the_card_and_lets_them_leave(signed_in, plant):
    client = signed_in(plant.person("hrt"))
    made = client.post("/people/staff/new", card(staff_no="30001", org=plant.a1.pk))
    person = Staff.objects.get(staff_no="30001")
    assert made["Location"] == f"/people/staff/person/{person.pk}"

    edit = f"{made['Location']}/edit"
    version = client.get(edit).context["form"]["version"].value()
    yesterday = plant_today() - timedelta(days=1)
    client.post(edit, card(org=plant.a1.pk, pay_type="time", left_on=yesterday.isoformat(), version=version))

    person.refresh_from_db()
    assert person.has_left()
    assert person.pay_type == "time"
    assert "Li Min" not in client.get("/people/staff").content.decode()
    assert "Li Min" in client.get("/people/staff?view=all&q=30001").content.decode()


@pytest.mark.req("SYS-03")
def test_the_history_tab_shows_who_changed_what_from_what_to_what(signed_in, plant):
    clerk = plant.person("hrt")
    person = StaffFactory(org=plant.a1, name="Li Min", position="Welder", hired_on=date(2020, 3, 1))
    client = signed_in(clerk)
    version = client.get(f"/people/staff/person/{person.pk}/edit").context["form"]["version"].value()
    client.post(f"/people/staff/person/{person.pk}/edit", card(org=plant.a1.pk, position="Team leader", pay_type="", version=version))

    page = client.get(f"/people/staff/person/{person.pk}?tab=history").content.decode()
    assert f"<b>{clerk.name}</b> changed it" in page
    assert "<del>Welder</del>" in page
    assert "<ins>Team leader</ins>" in page


def test_a_stale_page_does_not_overwrite_and_keeps_what_was_typed(signed_in, plant):
    clerk, person = plant.person("hrt"), StaffFactory(org=plant.a1, name="Li Min", position="Welder")
    client = signed_in(clerk)
    version = client.get(f"/people/staff/person/{person.pk}/edit").context["form"]["version"].value()
    client.post(f"/people/staff/person/{person.pk}/edit", card(org=plant.a1.pk, position="Painter", version=version))

    stale = client.post(f"/people/staff/person/{person.pk}/edit", card(org=plant.a1.pk, position="Typed meanwhile", version=version))

    assert stale.status_code == 409
    assert f"{clerk.name} changed this at" in stale.content.decode()
    assert 'value="Typed meanwhile"' in stale.content.decode()
    person.refresh_from_db()
    assert person.position == "Painter"


def test_refusals_stand_at_their_field(signed_in, plant):
    StaffFactory(staff_no="30001")
    client = signed_in(plant.person("hrt"))
    taken = client.post("/people/staff/new", card(staff_no="30001", org=plant.a1.pk))
    assert taken.status_code == 422
    assert taken.context["form"].errors["staff_no"] == ["“30001” is in use already."]
    reversed_ = client.post("/people/staff/new", card(staff_no="30002", org=plant.a1.pk, left_on="2019-01-01"))
    assert "left_on" in reversed_.context["form"].errors


def test_the_list_filters_sorts_pages_and_says_when_nothing_fits(signed_in, plant, settings):
    for number in range(60):
        StaffFactory(org=plant.a1 if number % 2 else plant.b1, name=f"Person {number:02d}", pay_type="piece" if number < 5 else "time")
    client = signed_in(plant.person("mgr"))
    first = client.get("/people/staff?sort=-name")
    assert len(first.context["rows"]) == 50
    assert first.context["rows"][0].name.startswith(("mgr", "Person 59"))
    assert "page=2" in first.content.decode()
    assert len(client.get("/people/staff?sort=-name&page=2").context["rows"]) == 11
    assert len(client.get("/people/staff?pay_type=piece").context["rows"]) == 5
    assert len(client.get(f"/people/staff?unit={plant.b.pk}").context["rows"]) == 30
    nothing = client.get("/people/staff?q=nobody+of+this+name").content.decode()
    assert "Nothing matches" in nothing
    assert "Clear the filter" in nothing
    assert client.get("/people/staff?sort=password&page=x").status_code == 200


def test_a_filter_sends_back_its_part_of_the_page_only(signed_in, plant):
    client = signed_in(plant.person("mgr"))
    part = client.get("/people/staff?q=mgr", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="register"')
    assert "HX-Request" in part["Vary"]
    restored = client.get("/people/staff?q=mgr", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_a_page_of_fifty_costs_no_more_questions_than_a_page_of_one(signed_in, plant, django_assert_max_num_queries):
    for _number in range(50):
        StaffFactory(org=plant.a1, roles=None)
    client = signed_in(plant.person("mgr"))
    with django_assert_max_num_queries(16):
        client.get("/people/staff")
