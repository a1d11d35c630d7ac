"""What a worker and beat do for the month; each has a twin command that works with no broker."""

from celery import shared_task

from core.models import JobRun
from core.services.jobs import run_job
from reports import services
from reports.figures import keeping

SOFT_LIMIT_SECONDS = 900
HARD_LIMIT_SECONDS = 960


@shared_task(name="reports.build_month_pack", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=HARD_LIMIT_SECONDS)
def build_month_pack(run_id: int) -> None:
    run = JobRun.objects.get(pk=run_id)
    run_job(run_id, lambda progress: services.build_asked_pack(run=run, progress=progress))


@shared_task(name="reports.forget_kept", ignore_result=True)
def forget_kept() -> None:
    keeping.forget_kept()


@shared_task(name="reports.remind_upward")
def remind_upward() -> int:
    """Tell of reports upward that are due soon, each once; safe to run twice."""
    return services.remind_upward()


@shared_task(name="reports.build_last_month")
def build_last_month() -> None:
    """On the first of the month, 02:00 plant time: last month's pack of every plant."""
    services.build_last_month()
