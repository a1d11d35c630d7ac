from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from floorops import backups


class Command(BaseCommand):
    help = "Write the whole plant, database and uploaded files, to one file."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that does not exist yet, for example plant-2026-11-21.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            size = backups.backup(options["file"].absolute())
        except (backups.BackupFault, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"{options['file']}: {size / 1024**2:.1f} MB")
