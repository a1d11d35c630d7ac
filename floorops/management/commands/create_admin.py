"""``manage.py create_admin USERNAME``: the first user of an empty plant (FORMATS section 2)."""

from __future__ import annotations

import getpass
import sys
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from floorops.management.shell_language import shell_language
from floorops.settings.env import env
from people.services import make_administrator

BAD_USE = 2
PASSWORD_VARIABLE = "FLOOROPS_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = (
        "Make an administrator of the whole company. The password is asked for here, or comes from"
        f" {PASSWORD_VARIABLE} or with --password-stdin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the person's name; the user name when absent")
        parser.add_argument("--staff-no", default="", help="the person's staff number; the user name when absent")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        with shell_language():
            password = self._password(from_stdin=options["password_stdin"])
            try:
                with pghistory.context(by="", url="create_admin"):
                    staff = make_administrator(
                        username=options["username"], password=password, name=options["name"], staff_no=options["staff_no"]
                    )
            except RuleBroken as refusal:
                raise CommandError(str(refusal), returncode=BAD_USE) from None
            self.stdout.write(_("%(username)s may sign in now.") % {"username": staff.user})

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        given = env.ENVIRON.get(PASSWORD_VARIABLE)  # as it stands: a password may begin with a $, which the reader would look up
        if given is not None:
            return given
        if not sys.stdin.isatty():
            words = _("There is no terminal to ask for the password: set %(variable)s or use --password-stdin.")
            raise CommandError(words % {"variable": PASSWORD_VARIABLE}, returncode=BAD_USE)
        password = getpass.getpass(_("Password: "))
        if getpass.getpass(_("Once more: ")) != password:
            raise CommandError(_("These are two different passwords."), returncode=BAD_USE)
        return password
