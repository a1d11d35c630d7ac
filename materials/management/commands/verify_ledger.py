from typing import Any

from django.core.management.base import BaseCommand

from materials.services import verify_ledger


class Command(BaseCommand):
    help = "Recompute every balance and quota figure from the moves; exit 1 on any difference."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = verify_ledger()
        for difference in differences:
            self.stdout.write(str(difference))
        self.stdout.write(f"{len(differences)} differences")
        if differences:
            raise SystemExit(1)
