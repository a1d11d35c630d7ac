"""Answers and refusals as they leave: JSON, and ``application/problem+json`` (RFC 9457) for everything that was refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Faults, RuleBroken
from core.quantities import plain

PROBLEM = "application/problem+json"
TYPE = "urn:floorops:problem:"
RESERVED = {"type", "title", "status", "detail", "code", "errors"}
# What Django itself refuses, outside of any rule of the plant.
PLAIN_PROBLEMS: dict[int, tuple[str, str | Promise]] = {
    400: ("bad_request", _("This request cannot be read.")),
    403: ("not_allowed", _("Your role does not include this.")),
    404: ("not_found", _("There is nothing here that you can see.")),
    405: ("method_not_allowed", _("This address does not take this method.")),
    413: ("body_too_big", _("The request is too big.")),
    500: ("broken", _("Something broke here. It was written to the log.")),
}


class Encoder(DjangoJSONEncoder):
    """Quantities leave as strings, so that nobody's float touches them."""

    def default(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return plain(value)
        if isinstance(value, set | frozenset | tuple):
            return list(value)
        return super().default(value)


def to_json(data: Any) -> str:
    return json.dumps(data, cls=Encoder, ensure_ascii=False)


def answer_text(text: str, status: int = 200, content_type: str = "application/json") -> HttpResponse:
    return HttpResponse(text, status=status, content_type=content_type, headers={"Cache-Control": "no-store"})


def answer(data: Any, status: int = 200) -> HttpResponse:
    return answer_text(to_json(data), status)


def problem(
    status: int, code: str, detail: Any, *, errors: Iterable[Mapping[str, Any]] = (), figures: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A refusal. A figure whose name is one of the document's own gets ``its_`` in front."""
    body: dict[str, Any] = {
        "type": f"{TYPE}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    if errors or status == HTTPStatus.UNPROCESSABLE_ENTITY:
        body["errors"] = list(errors)
    figures = figures or {}
    body |= {f"its_{name}" if name in RESERVED else name: value for name, value in figures.items()}
    response = answer_text(to_json(body), status, PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="FloorOps"'
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(figures.get("retry_after", 60))
    return response


def plain_problem(status: int) -> HttpResponse:
    code, detail = PLAIN_PROBLEMS.get(status) or PLAIN_PROBLEMS[400 if status < 500 else 500]
    return problem(status, code, detail)


def refused(refusal: RuleBroken) -> HttpResponse:
    """A rule's refusal in the words and with the figures it was decided on."""
    faults = refusal.faults if isinstance(refusal, Faults) else (refusal,) if refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY else ()
    errors = [
        {"field": fault.field, "code": fault.code, "detail": _said(fault)} | {name: fault.figures[name] for name in fault.told}
        for fault in faults
    ]
    code = faults[0].code if len(faults) == 1 else refusal.code
    figures = dict(faults[0].figures if len(faults) == 1 else refusal.figures)
    return problem(refusal.status, code, _said(faults[0] if len(faults) == 1 else refusal), errors=errors, figures=figures)


def _said(refusal: RuleBroken) -> str:
    try:
        return str(refusal)
    except (KeyError, ValueError, TypeError):
        # Some refusals say their figures only in the page that knows them.
        return gettext("This value cannot be used.")
