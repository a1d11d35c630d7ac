"""The first user of an empty plant."""

import io

import pytest
from django.core.management import CommandError, call_command

from people.models import Staff, User

pytestmark = pytest.mark.django_db


def create(*words: str) -> str:
    told = io.StringIO()
    call_command("create_admin", *words, stdout=told)
    return told.getvalue()


@pytest.mark.req("PPL-02")
def test_the_first_administrator_signs_in_with_the_printed_password_and_chooses_an_own_one(client):
    password = create("chief", "--name", "赵文博").split("with ")[1].split(" and")[0]

    answer = client.post("/sign-in", {"username": "chief", "password": password}, follow=True)

    assert answer.status_code == 200
    assert answer.wsgi_request.user.username == "chief"
    assert set(User.objects.get(username="chief").groups.values_list("name", flat=True)) == {"adm"}
    assert Staff.objects.get(user__username="chief").name == "赵文博"


def test_a_person_of_the_register_can_become_administrator():
    Staff.objects.create(staff_no="0017", name="Lin")
    create("lin", "--staff-no", "0017")
    assert Staff.objects.get(staff_no="0017").user.username == "lin"


def test_a_user_who_exists_is_not_made_again():
    create("chief")
    with pytest.raises(CommandError, match="There is a user chief already"):
        create("chief")
