from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.management.moments import add_at, read_at
from reports.services import remind_upward


class Command(BaseCommand):
    help = "Tell leaders and authors of reports upward that are due soon, each once. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_at(parser)

    def handle(self, *args: Any, at: str, **options: Any) -> None:
        self.stdout.write(f"{remind_upward(at=read_at(at))} notices told")
