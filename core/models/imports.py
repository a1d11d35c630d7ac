import uuid
from pathlib import PurePath

from django.db import models


def _place(brought: "TableImport", filename: str) -> str:
    return f"imports/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()[:8]}"


class TableImport(models.Model):
    """One file that somebody brings for a table: tried first, loaded when nothing is wrong with it; then the file goes.

    ``outcome`` is what the last look said: counts and notes, or the faults, or why the file cannot be used. It is empty while a worker
    has not looked yet. Only its owner sees it.
    """

    kind = models.CharField(max_length=40)
    file = models.FileField(upload_to=_place, blank=True)
    original_name = models.CharField(max_length=200)
    by_no = models.CharField(max_length=40)
    outcome = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    loaded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.original_name}"
