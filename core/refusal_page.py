"""A refusal that no form put into words, as a page of its own: what did not happen, and what to do now."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, RuleBroken

WAYS_ON = {
    409: _("Nothing was changed. Go back, load the page again and look at how it stands now."),
    422: _("Nothing was changed. Go back, put right what is said here and send it again."),
}
NO_WAY_ON = _("Nothing was changed.")
ASK_FOR_IT = _("Ask your workshop manager or the administrator when you need it for your work.")


def refusal_page(request: HttpRequest, refusal: RuleBroken) -> HttpResponse:
    is_barred = isinstance(refusal, NotAllowed) and request.method in ("GET", "HEAD")
    way_on = ASK_FOR_IT if is_barred else WAYS_ON.get(refusal.status, NO_WAY_ON)
    given = {"refusal": refusal, "way_on": way_on, "back_url": came_from(request)}
    return render(request, "errors/refusal.html", given, status=refusal.status)


def came_from(request: HttpRequest) -> str:
    """The page of ours that this was asked from, ``""`` where none is told or it is this very address."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(told)
    address = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return "" if address == request.get_full_path() else address
