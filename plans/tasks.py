"""What beat starts; each has a twin command that works with no broker."""

from celery import shared_task

from plans import services


@shared_task(name="plans.make_sheets")
def make_sheets() -> int:
    """Make the sheets and spot-check windows of the running and the next day's shifts; safe to run twice."""
    services.make_spot_windows()
    return services.make_sheets()


@shared_task(name="plans.escalate")
def escalate() -> int:
    """Take overdue findings one level up; safe to run twice."""
    return services.escalate()


@shared_task(name="plans.mark_missed")
def mark_missed() -> int:
    """Keep sheets still open at the cut-off as missed, and tell whose phases and spot checks are late; safe to run twice."""
    services.tell_late()
    services.tell_overdue_windows()
    return services.mark_missed()


@shared_task(name="plans.remind")
def remind() -> int:
    """Tell of what waits for a decision and of late reports, each once; safe to run twice."""
    return services.remind()
