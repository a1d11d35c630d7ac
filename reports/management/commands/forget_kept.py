from typing import Any

from django.core.management.base import BaseCommand

from reports.figures.keeping import forget_kept


class Command(BaseCommand):
    """What beat does every night; safe to run twice."""

    help = "Drop kept figures of ended months that were counted two months ago; they are counted anew when somebody looks."

    def handle(self, *args: Any, **asked: Any) -> None:
        self.stdout.write(f"{forget_kept()} kept figures")
