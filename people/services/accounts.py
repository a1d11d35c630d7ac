"""Log-ins: an account and its roles are given by an administrator, the password is the person's own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Faulty
from core.templatetags.fo import day
from core.versions import require_all_unchanged
from people.errors import HasAccount, HasLeft, NoAccount, NotAUsername, OwnRoles, PasswordWeak, PasswordWrong, Taken
from people.models import Staff, User
from people.models.accounts import UserRole
from people.roles import Role

ONE_TIME_DAYS = 3
may_be_username = UnicodeUsernameValidator()
# Without letters and digits that are taken for each other.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def change_password(*, present: str, new: str, by: Staff) -> User:
    """Choose an own password. Raises ``PasswordWrong`` or ``PasswordWeak``, each at its field."""
    if by.user_id is None:
        raise NoAccount(who=by.name)
    user = User.objects.select_for_update().get(pk=by.user_id)
    if not user.check_password(present):
        raise PasswordWrong(field="present")
    try:
        validate_password(new, user)
    except ValidationError as weak:
        raise PasswordWeak(field="new", why=" ".join(weak.messages)) from None
    if present == new:
        raise PasswordWeak(field="new", why=_("Choose another one than the present password."))
    user.set_password(new)
    user.one_time_until = None
    user.save(update_fields=["password", "one_time_until"])
    return user


def require_username(name: str) -> None:
    """Raises ``NotAUsername`` for what no door takes as a user name."""
    try:
        may_be_username(name)
    except ValidationError:
        raise NotAUsername(field="username") from None


@transaction.atomic
def give_account(*, staff: Staff, username: str, roles: Iterable[str], by: Staff) -> User:
    """A log-in without a password yet.

    Raises ``NotAUsername``, ``HasAccount``, ``HasLeft``, ``Taken`` or ``Faulty`` for an unknown role.
    """
    name = User.normalize_username(username.strip())
    require_username(name)
    staff = Staff.objects.select_for_update(of=["self"]).get(pk=staff.pk)
    if staff.user_id is not None:
        raise HasAccount(who=staff.name)
    if staff.has_left():
        raise HasLeft(who=staff.name, left_on=day(staff.left_on, "full"))
    user = User(username=name)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Taken(field="username", value=username) from None
    user.groups.set(_groups(roles))
    staff.user = user
    staff.save(update_fields=["user"])
    return user


@transaction.atomic
def set_roles(*, staff: Staff, roles: Iterable[str], by: Staff, version: int | None = None) -> None:
    """Give exactly these roles.

    Raises ``NoAccount``, ``OwnRoles`` when administrators take away their own administration, ``StaleVersion`` when somebody gave or
    took a role after ``version``.
    """
    if staff.user_id is None:
        raise NoAccount(who=staff.name)
    wanted = set(roles)
    user = User.objects.select_for_update().get(pk=staff.user_id)
    require_all_unchanged(UserRole, version, user=user)
    if staff == by and Role.ADM not in wanted and user.groups.filter(name=Role.ADM).exists():
        raise OwnRoles(field="roles")
    user.groups.set(_groups(wanted))


def _groups(roles: Iterable[str]) -> list[Group]:
    wanted = set(roles)
    if not wanted <= set(Role.values):
        raise Faulty(field="roles")
    return list(Group.objects.filter(name__in=wanted))


@transaction.atomic
def set_account_open(*, staff: Staff, is_open: bool, by: Staff) -> None:
    """Close a log-in or open it again; its history stays. Raises ``OwnRoles`` for one's own."""
    if staff.user_id is None:
        raise NoAccount(who=staff.name)
    if staff == by and not is_open:
        raise OwnRoles()
    User.objects.filter(pk=staff.user_id).update(is_active=is_open)


@transaction.atomic
def set_one_time_password(*, staff: Staff, by: Staff) -> str:
    """A password to be handed over in person: it signs in for three days, and only to choose an own one. It is shown once."""
    if staff.user_id is None:
        raise NoAccount(who=staff.name)
    if staff.has_left():
        raise HasLeft(who=staff.name, left_on=day(staff.left_on, "full"))
    password = "-".join("".join(secrets.choice(READABLE) for _letter in range(4)) for _group in range(3))
    user = User.objects.select_for_update().get(pk=staff.user_id)
    user.set_password(password)
    user.one_time_until = timezone.now() + timedelta(days=ONE_TIME_DAYS)
    user.save(update_fields=["password", "one_time_until"])
    return password
