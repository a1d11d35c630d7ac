"""What every page's frame shows."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"staff": getattr(request, "staff", None), "access": getattr(request, "access", None)}
