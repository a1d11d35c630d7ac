"""What beat starts; each has a twin command that works with no broker."""

from celery import shared_task

from plans import services


@shared_task(name="plans.make_sheets")
def make_sheets() -> int:
    """Make the sheets of the running and the next day's shifts; safe to run twice."""
    return services.make_sheets()
