from typing import Any

from django.core.management.base import BaseCommand

from materials.services import lapse_supplements


class Command(BaseCommand):
    help = "Take back what was granted beyond a quota and not drawn by its last day. Safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{lapse_supplements()} supplements lapsed")
