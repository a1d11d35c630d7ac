"""Coming in and going out, and what a person chooses for themselves: language and theme."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from core.errors import Faulty
from people.forms import SignInForm
from people.models import User
from people.services import choose_language, choose_theme

YEAR_SECONDS = 365 * 24 * 3600
THEME_COOKIE = "floorops_theme"


def safe_next(request: HttpRequest) -> str:
    """Where ``next`` leads when it stays in this house, else the first page."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else "/"


class SignIn(LoginView):
    template_name = "people/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:  # type: ignore[override]
        """Whoever is in already and comes back to this page goes to the first one."""
        asked = super().get_redirect_url()
        return "" if urlsplit(asked).path == self.request.path else asked

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(LogoutView):
    """By POST only, so that no link signs anybody out."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # What was said to this person is not for the next one at the tablet.
        list(get_messages(request))
        response = super().post(request, *args, **kwargs)
        # On a shared tablet the Back button must not bring back what the last person saw.
        response["Clear-Site-Data"] = '"cache"'
        return response


class ChooseLanguage(View):
    """Kept for the person, and in a cookie for before sign-in."""

    def post(self, request: Any) -> HttpResponse:
        language = request.POST.get("language", "")
        if language not in dict(settings.LANGUAGES):
            raise Faulty(field="language")
        response = redirect(safe_next(request))
        if request.staff is not None:
            choose_language(language=language, by=request.staff)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure()
        )
        return response


class ChooseTheme(View):
    def post(self, request: Any) -> HttpResponse:
        theme = request.POST.get("theme", "")
        if theme not in User.Theme.values:
            raise Faulty(field="theme")
        response = redirect(safe_next(request))
        if request.staff is not None:
            choose_theme(theme=theme, by=request.staff)
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure())
        return response
