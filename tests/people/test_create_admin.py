"""The first user of an empty plant."""

import io
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from people.access import access_of
from people.models import Staff, User
from tests.factories.people import StaffFactory, UserFactory

PASSWORD = "seven-blue-lathes-hum"

pytestmark = pytest.mark.django_db


def create_admin(*words):
    out = io.StringIO()
    call_command("create_admin", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def from_environment(monkeypatch):
    monkeypatch.setenv("FLOOROPS_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.mark.req("SYS-01")
def test_the_first_user_administers_the_whole_company_and_signs_in(from_environment, client):
    assert create_admin("chief", "--name", "Zhao Lei") == "chief may sign in now.\n"

    staff = Staff.objects.get(user__username="chief")
    assert (staff.name, staff.org, staff.user.is_staff, staff.user.is_superuser) == ("Zhao Lei", None, True, False)
    assert access_of(staff).scope is None
    assert access_of(staff).may("setting.edit")
    assert client.post("/sign-in", {"username": "chief", "password": PASSWORD}).status_code == 302
    assert client.get("/settings").status_code == 200


def test_a_password_may_begin_with_the_sign_of_a_variable(from_environment, monkeypatch):
    monkeypatch.setenv("FLOOROPS_ADMIN_PASSWORD", "$HOME-of-9-lathes")
    create_admin("chief")
    assert User.objects.get(username="chief").check_password("$HOME-of-9-lathes")


def test_the_password_comes_from_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\nmore\n"))

    create_admin("chief", "--password-stdin")

    assert User.objects.get(username="chief").check_password(PASSWORD)


def test_the_password_is_asked_for_twice_at_a_terminal(monkeypatch):
    monkeypatch.delenv("FLOOROPS_ADMIN_PASSWORD", raising=False)
    answers = [PASSWORD, PASSWORD, PASSWORD, "another"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda words: answers.pop(0))

    create_admin("chief")
    with pytest.raises(CommandError):
        create_admin("deputy")

    assert list(User.objects.values_list("username", flat=True)) == ["chief"]


@pytest.mark.parametrize(("username", "password"), [("chief", "short"), ("chief", "1234567890"), ("two words", PASSWORD), ("", PASSWORD)])
def test_weak_passwords_and_bad_names_are_refused(monkeypatch, username, password):
    monkeypatch.setenv("FLOOROPS_ADMIN_PASSWORD", password)

    with pytest.raises(CommandError) as refused:
        create_admin(username)

    assert refused.value.returncode == 2
    assert not User.objects.exists()


def test_a_name_or_number_that_is_taken_is_refused(from_environment):
    StaffFactory(staff_no="7", user=UserFactory(username="chief"))

    for words in (("chief",), ("other", "--staff-no", "7")):
        with pytest.raises(CommandError, match="in use already"):
            create_admin(*words)


def test_without_terminal_and_without_password_it_says_what_to_do():
    env = {name: value for name, value in os.environ.items() if name != "FLOOROPS_ADMIN_PASSWORD"} | {"LANG": "C.UTF-8"}
    words = [sys.executable, "manage.py", "create_admin", "chief"]

    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env, check=False)

    assert done.returncode == 2
    assert "FLOOROPS_ADMIN_PASSWORD" in done.stderr
