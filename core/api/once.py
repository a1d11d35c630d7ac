"""A write that a program may send twice (FORMATS section 3, ``Idempotency-Key``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse

from core.api.answers import answer_text, to_json
from core.api.refusals import NotAUuid
from core.services import request_once

HEADER = "Idempotency-Key"
ROUTE_CHARACTERS = 200
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The sender's own UUID; a repeat gets the first answer.",
    "schema": {"type": "string", "format": "uuid"},
}


def read_key(request: Any) -> UUID | None:
    """Raises ``NotAUuid``."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        return UUID(text.strip())
    except ValueError:
        raise NotAUuid(field=HEADER) from None


def once(request: Any, write: Callable[[], Any], *, status: int = 200, body: Any = None, is_kept: bool = False) -> HttpResponse:
    """Do ``write`` and answer what it returns; a repeat of the key gets that answer again, word for word.

    ``body`` is what was sent where that is not JSON; ``is_kept`` keeps the key of a document for ever. All of
    ``write`` is one transaction with the key; a refusal keeps neither.
    """
    sent = getattr(request, "sent", None) if body is None else body
    key, who = read_key(request), request.staff.staff_no
    with request_once(key, route=_route(request), staff_no=who, body=sent, is_kept=is_kept) as first:
        if not first.found:
            # As text, since a JSON column would change the order of the names.
            first.status, first.answer = status, {"text": to_json(write())}
    response = answer_text(first.answer["text"], first.status)
    if first.found:
        response["Idempotent-Replay"] = "true"
    return response


def _route(request: Any) -> str:
    """Method and address, printable and no longer than its column."""
    return f"{request.method} {quote(request.path, safe='/')}"[:ROUTE_CHARACTERS]
