import json
from typing import Any

from django.core.management.base import BaseCommand

from floorops.health import OK, report


class Command(BaseCommand):
    help = "Say whether database, cache, worker and beat are well, as /healthz does; exit code 1 when one is not."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        told = report()
        self.stdout.write(json.dumps(told))
        if set(told.values()) != {OK}:
            raise SystemExit(1)
