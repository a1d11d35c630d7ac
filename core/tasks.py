from celery import shared_task

from core.services import jobs


@shared_task(name="core.fail_lost_jobs", ignore_result=True)
def fail_lost_jobs() -> None:
    jobs.fail_lost_jobs()
