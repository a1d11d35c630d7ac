from typing import Any

from django.core.management.base import BaseCommand, CommandError

from floorops import translations


class Command(BaseCommand):
    help = "Compile the Chinese texts of all rooms (locale/parts/*.po) into the file that the app reads."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = translations.compile_catalogue()
        except translations.Conflict as conflict:
            raise CommandError(str(conflict)) from None
        if options["verbosity"]:
            self.stdout.write("translations compiled" if changed else "translations unchanged")
