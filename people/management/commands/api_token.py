from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from people.models import Staff
from people.services import make_token


class Command(BaseCommand):
    """Prints one line, the token; it is shown this one time (FORMATS section 2)."""

    help = "Make a token with which a program acts as this person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="api_token", help="what the token is for, as its person sees it")

    def handle(self, *args: Any, **asked: Any) -> None:
        staff = Staff.objects.filter(user__username=asked["username"]).select_related("user").first()
        if staff is None:
            raise CommandError(_("Nobody has the user name “%(username)s”.") % {"username": asked["username"]})
        try:
            self.stdout.write(make_token(staff=staff, name=asked["name"]))
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
