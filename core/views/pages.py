"""What pages share: one address serves the page and its fragment, and a refused form keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise

from core.errors import RuleBroken


class PartialMixin:
    """The whole page, or ``fragment_name`` for an htmx request; a history restore gets the page.

    The fragment's root element carries the id that htmx targets, and the page includes the same file, so markup exists once.
    """

    fragment_name = ""
    request: HttpRequest

    def get_template_names(self) -> list[str]:
        htmx = self.request.htmx  # type: ignore[attr-defined]
        if self.fragment_name and htmx and not htmx.history_restore_request and not htmx.boosted:
            return [self.fragment_name]
        return super().get_template_names()  # type: ignore[misc]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)  # type: ignore[misc]
        patch_vary_headers(response, ["HX-Request"])
        return response


class RefusalMixin:
    """For a ``FormView`` over a ``HouseForm``: a broken rule goes back to its field with status 422 or the refusal's own.

    The view writes ``perform(form)``, which calls one service and answers with a response; ``told`` is the toast of success.
    """

    told: str | Promise = ""
    request: HttpRequest
    perform: Callable[[Any], HttpResponse]

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response = self.perform(form)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.form_invalid(form, status=refusal.status)
        if self.told:
            messages.success(self.request, str(self.told))
        return response

    def form_invalid(self, form: Any, *, status: int = 422) -> HttpResponse:
        if "request_key" in form.fields and "request_key" in form.errors:
            form.data = form.data.copy()
            form.data[form.add_prefix("request_key")] = str(uuid4())
        return self.render_to_response(self.get_context_data(form=form), status=status)  # type: ignore[attr-defined]
