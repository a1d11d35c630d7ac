"""What beat starts when, by the plant's clock: made once where it is missing, then the administration's to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections
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
    Entry("core.forget_old", "forget_old", minute="45", hour="3"),
    Entry("reports.forget_kept", "forget_kept", minute="50", hour="3"),
    Entry("plans.make_sheets", "make_sheets", minute="*/10"),
    Entry("plans.mark_missed", "mark_missed", minute="*/5"),
    Entry("plans.remind", "remind", minute="*/5"),
    Entry("plans.escalate", "escalate", minute="*/5"),
    Entry("materials.tell_deviations", "tell_deviations", minute="15", hour="4"),
    Entry("materials.lapse_supplements", "lapse_supplements", minute="1", hour="0"),
    Entry("materials.start_due_counts", "start_due_counts", minute="5", hour="0"),
    Entry("reports.remind_upward", "remind_upward", minute="*/10"),
    Entry("reports.build_last_month", "last_month_packs", minute="0", hour="2", day_of_month="1"),
)


def ship_timetable(using: str = "default", **kwargs: Any) -> None:
    """Safe to run again; does nothing in a database that was migrated in part and has no table for it yet."""
    if PeriodicTask._meta.db_table not in connections[using].introspection.table_names():
        return
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
