from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.management.moments import add_at, read_at
from plans.services import mark_missed, tell_late, tell_overdue_windows


class Command(BaseCommand):
    help = "Keep the check sheets still open at their cut-off as missed, and tell whose phases and spot checks are late. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_at(parser)

    def handle(self, *args: Any, at: str, **options: Any) -> None:
        moment = read_at(at)
        told, missed = tell_late(at=moment) + tell_overdue_windows(at=moment), mark_missed(at=moment)
        self.stdout.write(f"{missed} sheets missed, {told} told late")
