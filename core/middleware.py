"""What surrounds every request: who acts, for the audit triggers, and refusals that no view put into words."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import reswap, retarget

from core.errors import RuleBroken

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


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
        if getattr(request, "htmx", None) and not request.htmx.boosted:  # type: ignore[attr-defined]
            response = render(request, "components/refusal.html", {"refusal": fault}, status=fault.status)
            return reswap(retarget(response, "#refusals"), "innerHTML")
        return render(request, "errors/refusal.html", {"refusal": fault}, status=fault.status)
