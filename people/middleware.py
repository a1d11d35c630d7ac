"""Who is here: the staff row behind the session, its access, and the language it reads."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from core.middleware import SAFE_METHODS
from people.access import access_of
from people.models import Staff
from people.services.tokens import staff_of_token

API = "/api/"
BEARER = "bearer "
OPEN_WITH_ONE_TIME_PASSWORD = {"/account/password", "/sign-out", "/language", "/theme", "/healthz"}


class StaffMiddleware:
    """Sets ``request.staff`` and ``request.access``; somebody who has left meanwhile is signed out.

    Who came in with a one-time password gets no further than to the page where an own one is chosen. Programs bring a token in the
    Authorization header; where there is one, a session beside it does not count. Only what a person does prolongs the session: a page
    that was left open and asks for news does not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.staff = request.access = None  # type: ignore[attr-defined]
        if request.path.startswith(API) and "Authorization" in request.headers:
            self._by_token(request)
            return self.get_response(request)
        if request.user.is_authenticated:
            staff: Staff | None = getattr(request.user, "staff", None)
            if staff is None or staff.has_left():
                logout(request)
            else:
                request.staff = staff  # type: ignore[attr-defined]
                request.access = access_of(staff)  # type: ignore[attr-defined]
                if request.method not in SAFE_METHODS:
                    session: Any = request.session
                    session.prolong()
                if request.user.one_time_until and request.path not in OPEN_WITH_ONE_TIME_PASSWORD:
                    if not request.path.startswith(API):
                        return redirect("own-password")
                    request.staff = request.access = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def _by_token(self, request: HttpRequest) -> None:
        request.user = AnonymousUser()  # the language is the one that the program asks for
        request.came_with_token = True  # type: ignore[attr-defined]
        words = request.headers["Authorization"]
        staff = staff_of_token(words[len(BEARER) :].strip()) if words.lower().startswith(BEARER) else None
        if staff is not None:
            request.staff = staff  # type: ignore[attr-defined]
            request.access = access_of(staff)  # type: ignore[attr-defined]


class LanguageMiddleware:
    """The person's own choice, else the cookie, else what the browser asks for (SYS-02)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = dict(settings.LANGUAGES)
        chosen = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            response.headers.setdefault("Content-Language", language)
        return response
