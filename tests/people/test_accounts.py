"""Log-ins: given by the administrator, the password chosen by the person; language and theme remembered (SYS-02)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from people.access import roles_of
from people.errors import HasAccount, NotAUsername, OwnRoles, PasswordWeak, Taken
from people.models import User
from people.services import change_password, give_account, set_one_time_password, set_roles
from tests.factories.people import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db
NEW = "another long phrase 42"


def test_a_new_person_gets_a_log_in_without_password_then_a_one_time_one_and_chooses_an_own(client, plant, signed_in):
    admin, person = plant.person("adm"), StaffFactory(org=plant.a1)
    give_account(staff=person, username="limin", roles=["tld"], by=admin)
    person.refresh_from_db()
    assert not person.user.has_usable_password()

    page = signed_in(admin).post(f"/people/staff/person/{person.pk}/account/one-time-password")
    once = re.search(r'id="one-time-password">([^<]+)<', page.content.decode())[1]
    assert page["Cache-Control"] == "no-store"
    client.post("/sign-out")

    assert client.post("/sign-in", {"username": "limin", "password": once}).status_code == 302
    assert client.get("/people/organisation")["Location"] == "/account/password"
    answer = client.post("/account/password", {"present": once, "new": NEW, "again": NEW})
    assert answer["Location"] == "/account"
    assert client.get("/account").status_code == 200, "the session goes on"
    client.post("/sign-out")
    assert client.post("/sign-in", {"username": "limin", "password": once}).status_code == 422


def test_a_one_time_password_opens_nothing_after_three_days(client, plant):
    person = StaffFactory(org=plant.a1, roles=["tld"])
    once = set_one_time_password(staff=person, by=plant.person("adm"))
    User.objects.filter(pk=person.user_id).update(one_time_until=timezone.now() - timedelta(minutes=1))
    assert client.post("/sign-in", {"username": person.user.username, "password": once}).status_code == 422


@pytest.mark.parametrize("weak", ["short1", "12345678901", "password12", PASSWORD])
def test_weak_passwords_are_refused_at_their_field(plant, weak):
    with pytest.raises(PasswordWeak) as refused:
        change_password(present=PASSWORD, new=weak, by=plant.person("sup", plant.a))
    assert refused.value.field == "new"


def test_a_changed_password_ends_the_other_sessions(plant, signed_in, client):
    from django.test import Client

    person = plant.person("sup", plant.a)
    other = Client()
    other.force_login(person.user, backend="people.auth.StaffBackend")
    signed_in(person).post("/account/password", {"present": PASSWORD, "new": NEW, "again": NEW})
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_accounts_are_given_once_and_user_names_are_not_shared(plant):
    admin = plant.person("adm")
    with pytest.raises(HasAccount):
        give_account(staff=plant.person("sup", plant.a), username="second", roles=[], by=admin)
    with pytest.raises(Taken) as refused:
        give_account(staff=StaffFactory(), username=admin.user.username, roles=[], by=admin)
    assert refused.value.field == "username"


@pytest.mark.parametrize("username", ["li min", "li/min", "<b>", "李 敏", ""])
def test_a_log_in_has_a_name_that_a_file_takes_too(plant, signed_in, username):
    person, admin = StaffFactory(org=plant.a1), plant.person("adm")

    with pytest.raises(NotAUsername) as refused:
        give_account(staff=person, username=username, roles=[], by=admin)
    page = signed_in(admin).post(f"/people/staff/person/{person.pk}/account/give", {"username": username, "roles": []})

    assert refused.value.field == "username"
    assert page.status_code == 422
    assert "username" in page.context["account_form"].errors


@pytest.mark.req("SYS-01")
def test_a_stale_page_takes_no_role_back(plant, signed_in):
    """Two administrators have the card open; what the first one gave, the second one does not take away unseen."""
    person, first, second = StaffFactory(org=plant.a1, roles=["tld"]), plant.person("adm"), StaffFactory(org=None, roles=["adm"])
    page = signed_in(second).get(f"/people/staff/person/{person.pk}?tab=account")
    opened = page.context["roles_form"]["version"].value()
    set_roles(staff=person, roles=["tld", "stk"], by=first)

    address = f"/people/staff/person/{person.pk}/account/roles"
    refused = signed_in(second).post(address, {"roles": ["tld", "ins"], "version": opened})

    assert refused.status_code == 422
    assert "changed this at" in refused.content.decode()
    assert sorted(roles_of(person)) == ["stk", "tld"]
    now = signed_in(second).get(f"/people/staff/person/{person.pk}?tab=account").context["roles_form"]["version"].value()
    assert signed_in(second).post(address, {"roles": ["tld", "ins"], "version": now}).status_code == 302


@pytest.mark.req("SYS-01")
def test_roles_are_set_by_the_administrator_alone_and_never_one_s_own_administration_away(plant, signed_in):
    admin, person = plant.person("adm"), plant.person("sup", plant.a)
    set_roles(staff=person, roles=["tld", "stk"], by=admin)
    assert sorted(roles_of(person)) == ["stk", "tld"]
    with pytest.raises(OwnRoles):
        set_roles(staff=admin, roles=["mgr"], by=admin)

    address = f"/people/staff/person/{person.pk}/account/roles"
    assert signed_in(plant.person("mgr")).post(address, {"roles": ["adm"]}).status_code == 403
    assert signed_in(plant.person("hrt")).post(address, {"roles": ["adm"]}).status_code == 403
    assert signed_in(admin).post(address, {"roles": ["nonsense"]}).status_code == 422
    assert signed_in(admin).post(address, {"roles": ["ins"]}).status_code == 302
    assert roles_of(person) == ["ins"]


def test_a_closed_log_in_is_out_at_once(plant, signed_in):
    from django.test import Client

    person = plant.person("sup", plant.a)
    theirs = Client()
    theirs.force_login(person.user, backend="people.auth.StaffBackend")
    signed_in(plant.person("adm")).post(f"/people/staff/person/{person.pk}/account/close")
    assert theirs.get("/account").status_code == 302


@pytest.mark.req("SYS-02")
def test_the_language_is_switched_signed_out_by_cookie_and_signed_in_for_the_person(client, signed_in, plant):
    assert 'lang="en"' in client.get("/sign-in").content.decode()
    client.post("/language", {"language": "zh-hans", "next": "/sign-in"})
    page = client.get("/sign-in").content.decode()
    assert 'lang="zh-Hans"' in page
    assert "登录" in page

    person = plant.person("sup", plant.a)
    signed_in(person).post("/language", {"language": "zh-hans"})
    del client.cookies["floorops_language"]
    assert "我的账号" in client.get("/account").content.decode(), "remembered with the person, not only in this browser"
    assert client.post("/language", {"language": "fr"}).status_code == 422


def test_the_theme_is_there_in_the_first_byte(client, signed_in, plant):
    client.post("/theme", {"theme": "dark", "next": "/sign-in"})
    assert 'data-bs-theme="dark"' in client.get("/sign-in").content.decode()
    person = plant.person("sup", plant.a)
    signed_in(person).post("/theme", {"theme": "light"})
    assert 'data-fo-theme="light"' in client.get("/account").content.decode()
    assert User.objects.get(pk=person.user_id).theme == "light"
