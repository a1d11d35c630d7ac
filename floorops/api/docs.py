from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger


class OfflineDocs(Swagger):
    """Swagger UI from our own static files, without a script or style in the page."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        shown = self.settings | {"url": self.get_openapi_url(api, kwargs), "validatorUrl": None}
        return render(request, "api/docs.html", {"swagger_settings": shown})
