"""The frame of every page: plant, clock and shift in the strip, navigation by role, sessions that end."""

from datetime import time

import pytest
import time_machine

from core.models import PlantSetting
from floorops.shell import Shell
from people.access import access_of
from people.models import Shift
from tests.access.pages import PAGES
from tests.access.rights import EVERYONE, RIGHTS
from tests.plans.statements import statements_of

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-20 05:42Z", tick=False)
def test_the_strip_tells_plant_clock_business_date_and_how_much_of_the_shift_is_gone(signed_in, plant, day_shift):
    page = signed_in(plant.person("sup", plant.a)).get("/account").content.decode()
    for words in ("plant P", ">13:42<", "Fri 20 Nov", "Day shift 08:00–17:00", "63% of the shift gone", 'width="63%"'):
        assert words in page, words
    PlantSetting.objects.create(key="plant_name", value="Hongyuan · Plant 1")
    assert "Hongyuan · Plant 1" in signed_in(plant.person("sup", plant.a)).get("/account").content.decode()


@time_machine.travel("2026-11-20 17:30Z", tick=False)
def test_the_night_shift_after_midnight_belongs_to_the_day_it_began(signed_in, plant):
    Shift.objects.create(code="N", name="Night shift", starts_at=time(20), ends_at=time(5))
    page = signed_in(plant.person("sup", plant.a)).get("/account").content.decode()
    assert ">01:30<" in page
    assert "Fri 20 Nov" in page, "the date of the shift, not of the clock"


def test_the_shifts_and_the_bell_of_the_frame_come_in_one_statement(signed_in, plant, day_shift):
    client = signed_in(plant.person("sup", plant.a))
    client.get("/more")

    frame = [sql for sql in statements_of(client, "/more") if 'FROM "people_shift"' in sql or 'FROM "people_notice"' in sql]

    assert len(frame) == 1, frame


def test_between_shifts_the_strip_says_so(signed_in, plant):
    assert "No shift is running" in signed_in(plant.person("sup", plant.a)).get("/account").content.decode()


def test_the_navigation_lists_what_the_role_may_open_and_nothing_else(signed_in, plant):
    def shell(role, node=None):
        return signed_in(plant.person(role, node)).get("/account").context["shell"]

    def places(role, node=None):
        return {place.name for place in shell(role, node).places}

    assert "settings" in places("adm")
    assert "settings" not in places("mgr")
    assert "staff" in places("sup", plant.a)
    assert "assignments" not in places("opr", plant.a)
    for role in ("adm", "mgr", "sup", "hrt"):
        entries = shell(role).nav
        assert len([entry for entry in entries if entry.only_on != "thumb"]) <= 8
        assert len([entry for entry in entries if entry.only_on != "rail"]) <= 5
        assert entries[-1].url == "/more"


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_more_lists_only_pages_that_are_meant_for_the_role(rf, plant, role):
    """That each page opens for whom it is meant is seen page by page in ``tests/access``."""
    request = rf.get("/more")
    request.staff = plant.person(role, plant.a)
    request.access = access_of(request.staff)
    shown = {place.name for place in Shell(request).places} - {"admin:index"}
    assert "my-day" in shown
    assert [name for name in shown if role not in RIGHTS[PAGES[name].right]] == []


def test_a_session_ends_by_itself_and_its_cookie_is_no_business_of_scripts(client, plant, settings):
    from tests.factories.people import PASSWORD

    client.post("/sign-in", {"username": plant.person("sup", plant.a).user.username, "password": PASSWORD})
    cookie = client.cookies["floorops_session"]
    assert int(cookie["max-age"]) == settings.SESSION_COOKIE_AGE == 12 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@time_machine.travel("2026-11-20 05:42Z", tick=False)
def test_the_frame_costs_few_questions(signed_in, plant, day_shift, django_assert_max_num_queries):
    client = signed_in(plant.person("sup", plant.a))
    with django_assert_max_num_queries(14):
        client.get("/more")


def test_pages_of_the_people_room_cost_few_questions(signed_in, plant, django_assert_max_num_queries):
    client = signed_in(plant.person("adm"))
    for address in ("/people/organisation", "/people/delegations", "/people/shifts", "/people/calendar"):
        with django_assert_max_num_queries(18):
            client.get(address)
