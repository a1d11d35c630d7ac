from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.management.moments import add_at, read_at
from plans.services import remind


class Command(BaseCommand):
    help = "Tell people of what waits for their decision and of reports that are late, each once. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_at(parser)

    def handle(self, *args: Any, at: str, **options: Any) -> None:
        self.stdout.write(f"{remind(at=read_at(at))} notices told")
