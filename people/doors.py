"""The one way into a page: signed in, and with the right its ``action`` asks for (SYS-01).

Nobody signed in: to the sign-in page. Outside one's scope: 404, as if it did not exist. In scope without the right: 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from people.access import Access
from people.models import OrgNode, Staff


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, coming back here afterwards; an htmx request moves the whole page there."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        back = htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(f"{resolve_url('sign-in')}?{urlencode({'next': back})}")
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect(f"{resolve_url('sign-in')}?{urlencode({'next': back})}")


class StaffRequired:
    """Put it first among a view's bases and set ``action`` to one of ``people.roles.ACTIONS``.

    With ``asks_node`` the view itself calls ``self.require(node)`` once it has found its record among those in scope, so that a record
    out of scope is a 404 also for somebody without the right. Otherwise the right in any part of the plant opens the page.
    """

    action = "read"
    asks_node = False
    request: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.staff is None:
            return to_sign_in(request)
        self._asked = False
        if not self.asks_node:
            self.require()
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if not self._asked and response.status_code < 400 and request.method != "OPTIONS":
            raise ImproperlyConfigured(f"{type(self).__name__} never asked for the right {self.action}")
        return response

    @property
    def by(self) -> Staff:
        """Who acts."""
        return self.request.staff

    @property
    def access(self) -> Access:
        return self.request.access

    def require(self, node: OrgNode | int | None = None, action: str = "") -> None:
        """Raises ``Http404`` when ``node`` is out of scope and ``NotAllowed`` when the right is missing there."""
        self._asked = True
        self.request.access.require(action or self.action, node)


def staff_required(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The same door for a plain function; the view carries its ``action``."""

    def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inside(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.staff is None:
                return to_sign_in(request)
            request.access.require(action)
            return view(request, *args, **kwargs)

        inside.action = action  # type: ignore[attr-defined]
        return inside

    return door
