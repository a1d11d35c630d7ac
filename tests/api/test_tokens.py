"""Tokens: made by a command, kept as a hash, revoked on the account page."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.errors import Required, Unknown
from people.errors import HasLeft, NameTooLong, NoAccount
from people.models import ApiToken
from people.services import make_token, revoke_token
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


def test_the_command_prints_the_token_and_nothing_else(client, plant):
    person = plant.person("stk")
    said = StringIO()
    call_command("api_token", person.user.username, "--name", "Scale 3", stdout=said)

    (token,) = said.getvalue().splitlines()
    kept = ApiToken.objects.get()
    assert (kept.staff, kept.name) == (person, "Scale 3")
    assert token not in str(vars(kept))
    assert client.get("/api/v1/units", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_nobodys_user_name_is_refused_in_a_sentence(plant):
    with pytest.raises(CommandError, match="Nobody has the user name “nobody”") as refused:
        call_command("api_token", "nobody")
    assert refused.value.returncode == 1


def test_only_who_could_sign_in_gets_a_token(plant):
    person = plant.person("stk")
    with pytest.raises(Required):
        make_token(staff=person, name=" ")
    with pytest.raises(NameTooLong):
        make_token(staff=person, name="x" * 101)
    with pytest.raises(NoAccount):
        make_token(staff=StaffFactory(), name="x")
    person.left_on = person.hired_on = "2020-01-01"
    person.save()
    person.refresh_from_db()
    with pytest.raises(HasLeft):
        make_token(staff=person, name="x")


def test_one_revokes_ones_own_tokens_alone(plant):
    make_token(staff=plant.person("stk"), name="mine")
    token = ApiToken.objects.get()
    with pytest.raises(Unknown):
        revoke_token(token=token.pk, by=plant.person("mgr"))

    ended = revoke_token(token=token.pk, by=plant.person("stk"))
    assert revoke_token(token=token.pk, by=plant.person("stk")).revoked_at == ended.revoked_at
    assert list(token.events.order_by("pgh_id").values_list("revoked_at", flat=True)) == [None, ended.revoked_at]


@pytest.mark.req("SYS-02")
@pytest.mark.parametrize(("language", "word"), [("en", "Programs that act as me"), ("zh-hans", "以我的名义访问的程序")])
def test_the_account_page_lists_and_revokes_them(signed_in, plant, language, word):
    person = plant.person("stk")
    make_token(staff=person, name="Scale 3")
    make_token(staff=plant.person("mgr"), name="Scale 99")
    client = signed_in(person)
    client.cookies["floorops_language"] = language

    page = client.get("/account").content.decode()
    assert word in page
    assert "Scale 3" in page
    assert "Scale 99" not in page

    token = ApiToken.objects.get(staff=person)
    assert client.post("/account/tokens", {"token": token.pk}).status_code == 302
    assert word not in client.get("/account").content.decode()
    assert client.post("/account/tokens", {"token": ApiToken.objects.exclude(staff=person).get().pk}).status_code == 422
    assert client.post("/account/tokens", {"token": "x"}).status_code == 422
    assert ApiToken.objects.filter(revoked_at=None).count() == 1
