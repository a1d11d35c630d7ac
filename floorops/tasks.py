"""What a worker does for the pages of the frame."""

from celery import shared_task

from core.models import JobRun
from core.services.jobs import run_job
from floorops.imports import run_asked_import


@shared_task(name="floorops.look_at_file")
def look_at_file(run_id: int) -> None:
    run = JobRun.objects.get(pk=run_id)
    run_job(run_id, lambda progress: run_asked_import(run, progress))
