from typing import Any

from django.core.management.base import BaseCommand

from core.services import forget_old


class Command(BaseCommand):
    """Forgets old files and logs, as beat does every night; safe to run twice."""

    help = "Forget files that were brought and never loaded, old sign-ins and ended sessions, after the days that the plant sets."

    def handle(self, *args: Any, **asked: Any) -> None:
        self.stdout.write(", ".join(f"{count} {kind}" for kind, count in forget_old().items()))
