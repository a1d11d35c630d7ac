"""Who gets in: sign-in, sign-out, scope and right (SYS-01, PPL-02)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.http import Http404, HttpResponse
from django.views import View

from core.clock import plant_today
from core.errors import NotAllowed
from people.access import access_of
from people.doors import StaffRequired
from people.errors import PinWrong
from people.models import Delegation, OrgNode, Staff
from people.services import countersigner, set_pin
from tests.factories.people import PASSWORD, StaffFactory, night_shift

pytestmark = pytest.mark.django_db


class NodePage(StaffRequired, View):
    action = "report.approve"
    asks_node = True

    def get(self, request, pk):
        self.require(OrgNode.objects.get(pk=pk))
        return HttpResponse("in")


def opened(rf, staff, node):
    from people.access import access_of

    request = rf.get("/")
    request.staff, request.access = staff, access_of(staff)
    return NodePage.as_view()(request, pk=node.pk)


@pytest.mark.req("SYS-01")
def test_a_record_out_of_scope_does_not_exist_whatever_the_right(rf, plant):
    with pytest.raises(Http404):
        opened(rf, plant.person("wsm", plant.a), plant.b1)
    with pytest.raises(Http404):
        opened(rf, plant.person("sup", plant.a), plant.b1)


@pytest.mark.req("SYS-01")
def test_in_scope_without_the_right_is_refused_and_with_it_let_in(rf, plant):
    with pytest.raises(NotAllowed):
        opened(rf, plant.person("sup", plant.a), plant.a1)
    assert opened(rf, plant.person("wsm", plant.a), plant.a1).status_code == 200


def test_nobody_signed_in_is_led_to_the_door_and_back(client):
    response = client.get("/account?tab=pin")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in?next=%2Faccount%3Ftab%3Dpin"


def test_an_htmx_request_of_a_lost_session_moves_the_whole_page(client):
    response = client.get("/account", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/more"})
    assert response["HX-Redirect"] == "/sign-in?next=%2Fmore"


def test_staff_number_or_user_name_signs_in(client, plant):
    person = plant.person("sup", plant.a)
    for typed in (person.staff_no, person.user.username):
        response = client.post("/sign-in", {"username": typed, "password": PASSWORD})
        assert response.status_code == 302
        client.post("/sign-out")


@pytest.mark.parametrize("asked", ["/sign-in", "/sign-in?next=/sign-in", "http://testserver/sign-in"])
def test_the_sign_in_page_leads_whoever_is_in_to_the_first_page(signed_in, plant, asked):
    answer = signed_in(plant.person("sup", plant.a)).get("/sign-in", {"next": asked})

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.req("PPL-02")
def test_somebody_who_left_cannot_sign_in_and_is_signed_out_where_they_were(client, signed_in, plant):
    person = plant.person("sup", plant.a)
    assert signed_in(person).get("/account").status_code == 200

    person.left_on = plant_today() - timedelta(days=1)
    person.save()

    assert client.get("/account").status_code == 302
    assert client.post("/sign-in", {"username": person.user.username, "password": PASSWORD}).status_code == 422


@pytest.mark.req("PPL-02")
def test_the_last_night_shift_counts_to_its_end(client, signed_in, plant, day_shift):
    """20:00 to 05:00: who leaves on the 31st works on until five of the next morning, signs, and decides in another's place."""
    night_shift()
    leaver, giver = plant.person("sup", plant.a), plant.person("wsm", plant.b)
    set_pin(pin="4207", by=leaver)
    last = date(2026, 10, 31)
    Staff.objects.filter(pk=leaver.pk).update(left_on=last)
    leaver.refresh_from_db()
    Delegation.objects.create(giver=giver, taker=leaver, role="wsm", starts_on=last, ends_on=last, made_by=giver)

    with time_machine.travel("2026-10-31 23:50+08:00"):
        signed_in(leaver)
    with time_machine.travel("2026-11-01 04:59+08:00"):
        assert client.get("/account").status_code == 200
        assert countersigner(staff_no=leaver.staff_no, pin="4207") == leaver
        assert access_of(leaver).may("report.approve", plant.b1)
        assert leaver in Staff.objects.employed()
        assert leaver not in Staff.objects.left()
    with time_machine.travel("2026-11-01 05:00+08:00"):
        assert client.get("/account").status_code == 302
        assert leaver not in Staff.objects.employed()
        assert leaver in Staff.objects.left()
        assert not access_of(leaver).grants
        with pytest.raises(PinWrong):
            countersigner(staff_no=leaver.staff_no, pin="4207")
    with time_machine.travel("2026-11-02 04:00+08:00"):
        assert leaver.has_left()
        assert leaver not in Staff.objects.employed()


@pytest.mark.req("SYS-01")
def test_access_is_one_statement_where_nothing_is_lent(plant, django_assert_num_queries):
    keeper = plant.person("stk")
    with django_assert_num_queries(1):
        access = access_of(keeper)
    assert [(grant.role, plant.a1.pk in grant.nodes) for grant in access.grants] == [("stk", True)]


def test_a_lent_role_counts_to_the_end_of_its_last_night(plant):
    night_shift()
    giver, taker, last = plant.person("wsm", plant.b), plant.person("sup", plant.a), date(2026, 10, 31)
    Delegation.objects.create(giver=giver, taker=taker, role="wsm", starts_on=last, ends_on=last, made_by=giver)

    with time_machine.travel("2026-11-01 04:59+08:00"):
        assert access_of(taker).may("report.approve", plant.b1)
    with time_machine.travel("2026-11-01 05:00+08:00"):
        assert not access_of(taker).may("report.approve", plant.b1)


def test_a_log_in_without_a_person_is_nobody(client):
    from tests.factories.people import UserFactory

    user = UserFactory()
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize("goal", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere.example"])
def test_signing_in_never_leads_out_of_the_house(client, plant, goal):
    person = plant.person("sup", plant.a)
    response = client.post("/sign-in", {"username": person.user.username, "password": PASSWORD, "next": goal})
    assert response["Location"] == "/"
    assert client.post("/language", {"language": "en", "next": goal})["Location"] == "/"


def test_sign_out_only_by_post(signed_in, plant):
    client = signed_in(plant.person("sup", plant.a))
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 302
    assert client.get("/account").status_code == 302


def test_five_wrong_passwords_close_the_door_for_a_while_and_say_how_long(client, plant):
    person = plant.person("sup", plant.a)
    attempt = {"username": person.user.username, "password": "wrong"}
    answers = [client.post("/sign-in", attempt) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert "1 try left" in answers[-1].content.decode()

    locked = client.post("/sign-in", attempt)
    right = client.post("/sign-in", {"username": person.user.username, "password": PASSWORD})

    assert (locked.status_code, right.status_code) == (429, 429)
    assert locked["Retry-After"] == "900"
    assert "Too many tries" in locked.content.decode()
    assert client.post("/sign-in", {"username": StaffFactory(roles=["sup"]).user.username, "password": PASSWORD}).status_code == 302
