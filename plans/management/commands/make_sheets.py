from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.clock import plant_zone
from plans.services import make_sheets


class Command(BaseCommand):
    help = "Make the check sheets of the running shift and of those that begin within 24 hours. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", default="", help="ISO moment, by the plant's clock when it names no zone; now unless given")

    def handle(self, *args: Any, at: str, **options: Any) -> None:
        try:
            moment = datetime.fromisoformat(at) if at else timezone.now()
        except ValueError:
            raise CommandError(f'--at: "{at}" is not an ISO moment such as 2026-10-05T07:00') from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=plant_zone())
        self.stdout.write(f"{make_sheets(at=moment)} sheets made")
