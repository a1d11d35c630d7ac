"""What beat starts when, by the plant's clock: made once where it is missing, then the administration's to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_celery_beat.models import CrontabSchedule, PeriodicTask


@dataclass(frozen=True)
class Entry:
    """``task`` is the Celery name, ``twin`` the command that does the same with no broker."""

    task: str
    twin: str
    minute: str = "*"
    hour: str = "*"
    day_of_month: str = "*"


TIMETABLE = (
    Entry("core.fail_lost_jobs", "fail_lost_jobs"),
    Entry("core.prune_request_keys", "prune_request_keys", minute="30", hour="3"),
    Entry("plans.make_sheets", "make_sheets", minute="*/10"),
    Entry("reports.build_last_month", "last_month_packs", minute="0", hour="2", day_of_month="1"),
)


def ship_timetable(**kwargs: Any) -> None:
    for entry in TIMETABLE:
        if PeriodicTask.objects.filter(name=entry.task).exists():
            continue
        times, _made = CrontabSchedule.objects.get_or_create(
            minute=entry.minute,
            hour=entry.hour,
            day_of_month=entry.day_of_month,
            month_of_year="*",
            day_of_week="*",
            timezone=settings.TIME_ZONE,
        )
        PeriodicTask.objects.create(name=entry.task, task=entry.task, crontab=times)
