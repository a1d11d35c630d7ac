from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import PlantMonth
from floorops.demo import make_demo


class Command(BaseCommand):
    help = "Make the demo plant, or what is missing of it: the same rows for the same arguments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=int, default=12, help="months of work, 1 to 60")
        parser.add_argument("--until", default="", help="last month, YYYY-MM; this month unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["months"] <= 60:
            raise CommandError("--months takes a whole number from 1 to 60", returncode=2)
        try:
            until = PlantMonth.parse(options["until"]) if options["until"] else None
        except ValueError:
            raise CommandError("--until takes a month as YYYY-MM", returncode=2) from None
        made = make_demo(months=options["months"], until=until)
        self.stdout.write("demo: " + ", ".join(f"{count} {what}" for what, count in made.items()) + " made")
