from celery import shared_task

from core import services
from core.services import jobs


@shared_task(name="core.fail_lost_jobs", ignore_result=True)
def fail_lost_jobs() -> None:
    jobs.fail_lost_jobs()


@shared_task(name="core.prune_request_keys", ignore_result=True)
def prune_request_keys() -> None:
    services.prune_request_keys()


@shared_task(name="core.forget_old", ignore_result=True)
def forget_old() -> None:
    services.forget_old()
