from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.management.moments import add_at, read_at
from core.models import JobRun
from core.services.jobs import Progress, run_job
from reports import services


def _build(run: JobRun, progress: Progress) -> None:
    services.build_asked_pack(run=run, progress=progress)


class Command(BaseCommand):
    """What beat does on the first of the month, here and now and with no broker; safe to run twice."""

    help = "Build last month's pack of every plant."

    def add_arguments(self, parser: CommandParser) -> None:
        add_at(parser)

    def handle(self, *args: Any, **asked: Any) -> None:
        for plant, month in services.packs_due(read_at(asked["at"])):
            run = services.start_pack_job(plant=plant, month=month)
            run = run_job(run.pk, partial(_build, run))
            self.stdout.write(f"{plant.code} {month}: {JobRun.State(run.state).label}")
