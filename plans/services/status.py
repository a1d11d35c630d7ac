from typing import Any

from django.db import models

from plans.errors.status import WrongStatus


def change_status(document: Any, to: str, **stamps: Any) -> None:
    """Lead a document on to its next status when its ``TRANSITIONS`` allow that, and stamp it.

    The caller has locked the row. ``stamps`` are further fields written in the same UPDATE. Raises ``WrongStatus``.
    """
    if to not in document.TRANSITIONS[document.status]:
        raise WrongStatus(what=str(document), status=document.get_status_display())
    document.status = to
    for name, value in stamps.items():
        setattr(document, name, value)
    fields = ["status", *stamps]
    if any(field.name == "version" and isinstance(field, models.PositiveIntegerField) for field in document._meta.fields):
        document.version += 1
        fields.append("version")
    document.save(update_fields=fields)
