"""``--at ISO-TIME`` of the commands that beat starts too."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone

from core.clock import plant_zone


def add_at(parser: ArgumentParser) -> None:
    parser.add_argument("--at", default="", help="ISO moment, by the plant's clock when it names no zone; now unless given")


def read_at(text: str) -> datetime:
    """The moment asked for, now when none was. Raises ``CommandError``."""
    try:
        moment = datetime.fromisoformat(text) if text else timezone.now()
    except ValueError:
        raise CommandError(f'--at: "{text}" is not an ISO moment such as 2026-10-05T07:00') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=plant_zone())
