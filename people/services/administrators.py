"""The first person of a new installation."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import Required
from people.errors import PasswordWeak, Taken
from people.models import Staff, User
from people.roles import Role


@transaction.atomic
def make_administrator(*, username: str, password: str, name: str = "", staff_no: str = "") -> Staff:
    """A log-in with the role of administrator and its person, who belongs to the whole company.

    Name and staff number are the user name where they are blank. Raises ``Taken`` and ``PasswordWeak``.
    """
    username = User.normalize_username(username.strip())
    staff_no = staff_no.strip() or username
    if not username:
        raise Required(field="username")
    if User.objects.filter(username=username).exists():
        raise Taken(field="username", value=username)
    if Staff.objects.filter(staff_no=staff_no).exists():
        raise Taken(field="staff_no", value=staff_no)
    user = User(username=username, is_staff=True)
    try:
        user.full_clean(exclude=["password"])
        validate_password(password, user)
    except ValidationError as weak:
        raise PasswordWeak(field="password", why=" ".join(weak.messages)) from None
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name=Role.ADM))
    return Staff.objects.create(staff_no=staff_no, name=name.strip() or username, user=user)
