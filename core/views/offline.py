"""What lets a tablet go on without network: the service worker, who is here, and the mark of pages that a device may keep."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

KEEP = "X-FloorOps-Keep"


class KeptOffline:
    """Mixin of a page that its reader's device keeps, to open and reload it without network until they sign out."""

    request: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_kept_offline = True
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == 200 and request.method == "GET" and request.staff is not None:
            response[KEEP] = str(request.staff.pk)
        return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker must come from the top, or it would see no page below it; browsers ask for it anew at every visit."""
    with open(str(finders.find("js/sw.js")), "rb") as kept:
        return HttpResponse(kept.read(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@never_cache
@require_safe
def who(request: Any) -> JsonResponse:
    """Who is signed in here and a fresh token for their writes: a page from before the last sign-in has an old one."""
    if request.staff is None:
        return JsonResponse({}, status=401)
    return JsonResponse({"staff": request.staff.pk, "name": request.staff.name, "csrf": get_token(request)})
