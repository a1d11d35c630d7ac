from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.management.moments import add_at, read_at
from plans.services import make_sheets, make_spot_windows


class Command(BaseCommand):
    help = "Make the check sheets and spot-check windows of the running shift and of those that begin within 24 hours. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_at(parser)

    def handle(self, *args: Any, at: str, **options: Any) -> None:
        moment = read_at(at)
        made, windows = make_sheets(at=moment), make_spot_windows(at=moment)
        self.stdout.write(f"{made} sheets made, {windows} windows for spot checks")
