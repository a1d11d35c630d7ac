"""Who asks: the middleware of the people room has found the person (``request.staff``); here the door looks at how they came."""

from __future__ import annotations

import time
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from core.api.refusals import CsrfMissing, TooManyRequests
from core.middleware import SAFE_METHODS

MINUTE_SECONDS = 60


class Token(HttpBearer):
    """``Authorization: Bearer …``; a wrong token is nobody, even beside a session."""

    def __call__(self, request: HttpRequest) -> Any:
        return _counted(request) if getattr(request, "came_with_token", False) else None

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return self(request)


class Session(APIKeyCookie):
    """A person signed in on our own pages; writes need the CSRF header."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        staff = getattr(request, "staff", None)
        if staff is None or getattr(request, "came_with_token", False):
            return None
        if request.method not in SAFE_METHODS and check_csrf(request) is not None:
            raise CsrfMissing()
        return _counted(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return self(request)


def _counted(request: Any) -> Any:
    """The person, unless this minute already had as many requests of theirs as the setting allows. Raises ``TooManyRequests``.

    Without a cache nobody is counted: a limit is no reason to stand still.
    """
    if request.staff is None:
        return None
    now = int(time.time())
    limit = settings.API_REQUESTS_PER_MINUTE
    key = f"api:{request.staff.pk}:{now // MINUTE_SECONDS}"
    try:
        count = _raised(key)
    except (redis.RedisError, OSError, ValueError):
        return request.staff
    if count > limit:
        raise TooManyRequests(limit=limit, retry_after=MINUTE_SECONDS - now % MINUTE_SECONDS)
    return request.staff


def _raised(key: str) -> int:
    """The count of that key with this request; the first of a minute begins it. Raises ``ValueError`` where it was forgotten meanwhile."""
    try:
        return cache.incr(key)
    except ValueError:
        return 1 if cache.add(key, 1, 2 * MINUTE_SECONDS) else cache.incr(key)
