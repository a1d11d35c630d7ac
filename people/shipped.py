"""The roles as Django groups; made after every migration where they are missing."""

from typing import Any

from django.contrib.auth.models import Group

from people.roles import Role


def ship_roles(**kwargs: Any) -> None:
    Group.objects.bulk_create((Group(name=role.value) for role in Role), ignore_conflicts=True)
