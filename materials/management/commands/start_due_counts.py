from typing import Any

from django.core.management.base import BaseCommand

from materials.services import start_due_counts


class Command(BaseCommand):
    help = "Begin the stocktakes of every count plan whose date has come. Safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{start_due_counts()} stocktakes begun")
