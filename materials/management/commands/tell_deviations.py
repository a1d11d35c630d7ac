from typing import Any

from django.core.management.base import BaseCommand

from materials.services import tell_deviations_of_running_orders


class Command(BaseCommand):
    help = "Raise a finding for what released orders used, worked or scrapped beyond the plant's limits. Safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tell_deviations_of_running_orders()} deviations told")
