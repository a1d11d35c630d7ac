"""``manage.py export KIND FILE``: a table as CSV or XLSX, by the file's ending; loading it back changes nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.tables import KINDS, RECORDS, export, find_leaving
from floorops.management.shell_language import shell_language


class Command(BaseCommand):
    help = "Write a table to a .csv or .xlsx file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=", ".join((*KINDS, *RECORDS)))
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        with shell_language():
            try:
                count = export(find_leaving(options["kind"]), options["file"])
            except RuleBroken as refusal:
                raise CommandError(str(refusal), returncode=2) from None
            self.stdout.write(_("%(kind)s: %(count)s rows written") % {"kind": options["kind"], "count": count})
