from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.dateparse import parse_datetime

from core.clock import PlantMonth, plant_now, plant_zone
from core.models import JobRun
from core.plant_settings import plant_setting
from core.services.jobs import Progress, run_job
from reports import services
from reports.models import PackVersion
from reports.selectors import plants


def _build(run: JobRun, progress: Progress) -> None:
    services.build_asked_pack(run=run, progress=progress)


class Command(BaseCommand):
    """What beat does on the first of the month, here and now and with no broker; safe to run twice."""

    help = "Build last month's pack of every plant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", type=parse_datetime, help="ISO time, now unless given")

    def handle(self, *args: Any, **asked: Any) -> None:
        at = asked["at"] or plant_now()
        today = (at if at.tzinfo else at.replace(tzinfo=plant_zone())).astimezone(plant_zone()).date()
        month = PlantMonth.of(today, plant_setting("month_first_day")).previous()
        for plant in plants():
            if PackVersion.objects.filter(pack__plant=plant, pack__month=str(month), state=PackVersion.State.SUBMITTED).exists():
                continue
            run = services.start_pack_job(plant=plant, month=month)
            run = run_job(run.pk, partial(_build, run))
            self.stdout.write(f"{plant.code} {month}: {JobRun.State(run.state).label}")
