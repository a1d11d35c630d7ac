from argparse import ArgumentParser
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import RuleBroken
from people.models import Staff, User
from people.roles import Role
from people.services import give_account, set_one_time_password


class Command(BaseCommand):
    help = "Make an administrator, the first user of an empty plant; prints a one-time password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the person's name (default: the user name)")
        parser.add_argument("--staff-no", default="", help="the person's staff number (default: the user name)")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"].strip()
        staff_no = options["staff_no"] or username
        if User.objects.filter(username=username).exists():
            raise CommandError(f"There is a user {username} already.")
        try:
            with transaction.atomic(), pghistory.context(by="system", url="create_admin"):
                staff, _ = Staff.objects.get_or_create(staff_no=staff_no, defaults={"name": options["name"] or username})
                give_account(staff=staff, username=username, roles=[Role.ADM], by=staff)
                staff.refresh_from_db()
                password = set_one_time_password(staff=staff, by=staff)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{username} may sign in within three days with {password} and then chooses an own password.")
