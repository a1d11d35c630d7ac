"""What beat starts; each has a twin command that works with no broker."""

from celery import shared_task

from materials import services


@shared_task(name="materials.tell_deviations")
def tell_deviations() -> int:
    """Raise findings for running orders that depart from their standard; safe to run twice."""
    return services.tell_deviations_of_running_orders()


@shared_task(name="materials.start_due_counts")
def start_due_counts() -> int:
    """Begin the stocktakes whose date has come; safe to run twice."""
    return services.start_due_counts()


@shared_task(name="materials.lapse_supplements")
def lapse_supplements() -> int:
    """Take back what was granted and not drawn by its last day; safe to run twice."""
    return services.lapse_supplements()
