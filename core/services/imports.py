"""Files that people bring by a page: kept, tried, loaded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, Required, RuleBroken
from core.models import TableImport
from core.tables import KINDS, Outcome, load

FILE_MOST_BYTES = 50 * 1024 * 1024
FAULTS_SHOWN = 1000


class FileTooBig(Faulty):
    code = "upload_too_big"
    sentence = _("The file has %(megabytes)s MB; at most %(limit)s MB can be read here. Split it, or load it with the command.")


def keep_import(*, kind: str, file: UploadedFile, by: Any) -> TableImport:
    """Keep a file for a table, until it is loaded or ``forget_old`` finds it. Raises ``Required`` for an empty one and ``FileTooBig``."""
    size = file.size or 0
    if not size:
        raise Required(field="file")
    if size > FILE_MOST_BYTES:
        raise FileTooBig(field="file", megabytes=-(-size // 1_048_576), limit=FILE_MOST_BYTES // 1_048_576)
    return TableImport.objects.create(kind=kind, file=file, original_name=(file.name or "")[-200:], by_no=by.staff_no)


def run_import(brought: TableImport, *, is_trial: bool, by: Any, access: Any, progress: Callable[[int], None] | None = None) -> TableImport:
    """Look at the file, or load it; what it said is kept on the row. A file that was loaded is not loaded again."""
    with transaction.atomic():
        brought = TableImport.objects.select_for_update().get(pk=brought.pk)
        if brought.loaded_at is not None:
            return brought
        try:
            outcome = load(KINDS.find(brought.kind), Path(brought.file.path), is_trial=is_trial, by=by, access=access, progress=progress)
        except RuleBroken as refusal:
            brought.outcome = {"refused": str(refusal)}
        else:
            brought.outcome = _told(outcome)
            if outcome.is_good and not is_trial:
                brought.loaded_at = timezone.now()
        brought.save(update_fields=["outcome", "loaded_at"])
        if brought.loaded_at:
            storage, name = brought.file.storage, str(brought.file)
            transaction.on_commit(lambda: storage.delete(name))
    return brought


def _told(outcome: Outcome) -> dict[str, Any]:
    faults = [asdict(fault) for fault in islice(outcome.faults, FAULTS_SHOWN)]
    return asdict(outcome.tally) | {"notes": outcome.notes, "faults": faults, "fault_count": len(outcome.faults)}
