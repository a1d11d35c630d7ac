"""Who gets in: sign-in, sign-out, scope and right (SYS-01, PPL-02)."""

from datetime import timedelta

import pytest
from django.http import Http404, HttpResponse
from django.views import View

from core.clock import plant_today
from core.errors import NotAllowed
from people.doors import StaffRequired
from people.models import OrgNode
from tests.factories.people import PASSWORD, StaffFactory

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


@pytest.mark.req("PPL-02")
def test_somebody_who_left_cannot_sign_in_and_is_signed_out_where_they_were(client, signed_in, plant):
    person = plant.person("sup", plant.a)
    assert signed_in(person).get("/account").status_code == 200

    person.left_on = plant_today() - timedelta(days=1)
    person.save()

    assert client.get("/account").status_code == 302
    assert client.post("/sign-in", {"username": person.user.username, "password": PASSWORD}).status_code == 422


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
