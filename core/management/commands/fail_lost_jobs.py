from typing import Any

from django.core.management.base import BaseCommand

from core.services.jobs import fail_lost_jobs


class Command(BaseCommand):
    """Gives up runs whose worker is not heard of, as beat does every minute; safe to run twice."""

    help = "Mark long work whose worker was lost as failed, so that it can be started again."

    def handle(self, *args: Any, **asked: Any) -> None:
        self.stdout.write(f"{fail_lost_jobs()} given up")
