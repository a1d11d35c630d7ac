from typing import Any

from django.core.management.base import BaseCommand

from core.services import prune_request_keys


class Command(BaseCommand):
    """Forgets old request keys, as beat does every night; safe to run twice."""

    help = "Forget the keys of writes that were sent more than 30 days ago."

    def handle(self, *args: Any, **asked: Any) -> None:
        self.stdout.write(f"{prune_request_keys()} forgotten")
