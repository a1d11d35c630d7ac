from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from floorops import backups


class Command(BaseCommand):
    help = "Put the plant of a backup file in place of what the database and the media folder hold now."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` has written")
        parser.add_argument("--yes", action="store_true", help="replace the plant that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if backups.holds_a_plant() and not options["yes"]:
            raise CommandError("This database holds a plant already, which a restore would replace: say --yes to do it.")
        try:
            manifest = backups.restore(options["file"].absolute())
        except (backups.BackupFault, OSError) as fault:
            raise CommandError(str(fault)) from None
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"{options['file']}: the plant of {manifest['made_at']} is back")
