import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from floorops.demo import DEMO_PASSWORD
from people.models import Staff
from people.roles import Role


class Command(BaseCommand):
    help = "Print the demo plant's log-ins, one per role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        people = {
            person.user.username: person
            for person in Staff.objects.filter(staff_no__startswith="D-", user__isnull=False).select_related("user")
            if person.user
        }
        rows = [
            {"role": role.value, "username": role.value, "password": DEMO_PASSWORD, "name": people[role.value].name}
            for role in Role
            if role.value in people
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['username']:<6}{row['password']}  {row['name']}")
