"""What people read instead of a status code: what did not happen, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.refusal_page import ASK_FOR_IT


@dataclass(frozen=True)
class ErrorPage:
    status: int
    title: str | Promise
    text: str | Promise


BAD_REQUEST = ErrorPage(
    400, _("This address was not understood"), _("Something in the address or in what was sent is cut off or mistyped.")
)
NOT_ALLOWED = ErrorPage(403, _("Your role does not include this"), ASK_FOR_IT)
NOT_FOUND = ErrorPage(
    404, _("There is nothing here"), _("It was moved, it never existed, or it belongs to a part of the plant that you do not see.")
)
TOO_MANY = ErrorPage(
    429, _("Too many tries"), _("To keep your account safe, signing in is closed for a while. Wait 15 minutes, or ask the administrator.")
)
BROKEN = ErrorPage(
    500,
    _("Something broke on our side"),
    _("Nothing was half saved. Go back and try again; when it happens again, tell the administrator the time."),
)
TOO_OLD = ErrorPage(
    403, _("This page was open for too long"), _("For your safety it was not sent. Go back, load the page again and send it once more.")
)


def error_page(request: HttpRequest, page: ErrorPage) -> HttpResponse:
    return render(request, "errors/page.html", {"page": page}, status=page.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, BAD_REQUEST)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Drawn without the request, which would ask the database who is here: it may be what broke."""
    return HttpResponseServerError(render_to_string("errors/500.html", {"page": BROKEN}))


def page_too_old(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    return error_page(request, TOO_OLD)


def too_many(request: HttpRequest, *, retry_after_seconds: int) -> HttpResponse:
    response = error_page(request, TOO_MANY)
    response["Retry-After"] = str(retry_after_seconds)
    return response
