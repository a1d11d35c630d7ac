"""What surrounds every request: who acts, for the audit triggers, and refusals that no view put into words."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import reswap, retarget

from core.api.answers import refused
from core.errors import OtherPerson, RuleBroken
from core.once import one_page
from core.refusal_page import refusal_page

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FROM_OUTBOX = "X-FloorOps-Staff"
"""A device's outbox says whose entry it sends, and reads refusals as a program does."""


class AuditMiddleware:
    """Writes of this request carry the acting person's staff number into every History row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        staff = getattr(request, "staff", None)
        with pghistory.context(by=staff.staff_no if staff else "", url=request.path):
            return self.get_response(request)


class ReadOnceMiddleware:
    """A request that only reads asks for settings and shifts once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with one_page():
            return self.get_response(request)


class OutboxMiddleware:
    """What a device kept for one person is not written in the name of another who signed in there meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        staff = getattr(request, "staff", None)
        whose = request.headers.get(FROM_OUTBOX)
        if whose is not None and staff is not None and whose != str(staff.pk):
            return refused(OtherPerson())
        return self.get_response(request)


class RefusalMiddleware:
    """A refusal that reaches the top becomes a page in the house's look with its own status.

    To an htmx request it goes alone, above the page's content, and what was typed stays where it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if not isinstance(fault, RuleBroken):
            return None
        if FROM_OUTBOX in request.headers:
            return refused(fault)
        if getattr(request, "htmx", None) and not request.htmx.boosted:  # type: ignore[attr-defined]
            response = render(request, "components/refusal.html", {"refusal": fault}, status=fault.status)
            return reswap(retarget(response, "#refusals"), "innerHTML")
        return refusal_page(request, fault)
