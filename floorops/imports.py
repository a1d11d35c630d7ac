"""A file that a worker looks at: with the rights its owner has then, in the owner's language, its progress told beside the load."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_noop

from core.errors import NotAllowed
from core.models import JobRun, TableImport
from core.services.imports import run_import
from core.services.jobs import Progress, queue_job
from core.tables import KINDS
from people.access import Access, access_of
from people.models import Staff

JOB = "table_import"
# What a request does by itself; a larger file waits for a worker.
AT_ONCE_BYTES = 300_000
READING = gettext_noop("Reading and checking the rows")


def look_at_file(brought: TableImport, *, is_trial: bool, by: Staff) -> JobRun | None:
    """Try or load a small file now, a large one by a worker, whose run is handed back. One that was loaded is gone: nothing is done."""
    if brought.loaded_at is not None:
        return None
    if brought.file and brought.file.size > AT_ONCE_BYTES:
        params = {"import": brought.pk, "is_trial": is_trial, "language": translation.get_language() or "en"}
        return queue_job(kind=JOB, params=params, owner_no=by.staff_no)
    _run(brought, is_trial=is_trial, by=by)
    return None


def run_asked_import(run: JobRun, progress: Progress) -> None:
    """What a worker does for ``look_at_file``."""
    by = Staff.objects.select_related("user", "org").get(staff_no=run.owner_no)
    brought = TableImport.objects.get(pk=run.params["import"])
    with translation.override(run.params["language"]), _told_beside(progress) as tell:
        _run(brought, is_trial=run.params["is_trial"], by=by, tell=tell)


def may_start(run: JobRun, access: Access) -> bool:
    """Whoever edits the table may have its file looked at again, with their own rights."""
    brought = TableImport.objects.filter(pk=run.params["import"]).first()
    return brought is not None and access.may(KINDS.find(brought.kind).edit_action)


def _run(brought: TableImport, *, is_trial: bool, by: Staff, tell: Callable[[int], None] | None = None) -> None:
    access = access_of(by)
    if not access.may(KINDS.find(brought.kind).edit_action):
        raise NotAllowed()
    run_import(brought, is_trial=is_trial, by=by, access=access, progress=tell)


@contextmanager
def _told_beside(progress: Progress) -> Iterator[Callable[[int], None]]:
    """The load is one transaction, so its progress is written by another connection; a cancelled run ends the load there."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-progress") as beside:

        def tell(percent: int) -> None:
            beside.submit(progress, min(percent, 99), READING).result()

        try:
            yield tell
        finally:
            beside.submit(lambda: connection.close()).result()
