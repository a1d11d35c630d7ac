from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.models import JobRun
from core.services.jobs import run_job
from people.models import OrgKind
from reports import services
from reports.errors import MonthNotBegun
from reports.management.asked import BAD_USE, add_month_and_org, asked_month, asked_org
from reports.models import MonthPack


class Command(BaseCommand):
    """Builds a month pack here and now, as the worker would; no broker is needed (SYS-05)."""

    help = "Build the pack of a month for a plant: figures, charts, PDF and XLSX in both languages."

    def add_arguments(self, parser: CommandParser) -> None:
        add_month_and_org(parser)

    def handle(self, *args: Any, **asked: Any) -> None:
        month, plant = asked_month(asked["month"]), asked_org(asked["org"])
        if plant.kind != OrgKind.PLANT:
            raise CommandError(_("“%(code)s” is no plant: a month pack is made for a plant.") % {"code": plant.code}, returncode=BAD_USE)
        try:
            run = services.start_pack_job(plant=plant, month=month)
        except MonthNotBegun as refusal:
            raise CommandError(str(refusal), returncode=BAD_USE) from None
        run = run_job(run.pk, lambda progress: services.build_asked_pack(run=run, progress=progress))
        if run.state != JobRun.State.DONE:
            raise CommandError(_(run.error))
        version = MonthPack.objects.get(plant=plant, month=str(month)).versions.order_by("-number")[0]
        self.stdout.write(f"{plant.code} {month}: {version.get_state_display()}, version {version.number}")
        for kept in version.files.all():
            self.stdout.write(f"  {kept.file.path}")
