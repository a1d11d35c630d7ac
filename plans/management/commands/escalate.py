from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.management.moments import add_at, read_at
from plans.services import escalate


class Command(BaseCommand):
    help = "Take the findings that are open past their due time one level up. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_at(parser)

    def handle(self, *args: Any, at: str, **options: Any) -> None:
        self.stdout.write(f"{escalate(at=read_at(at))} findings escalated")
