"""Pages of the frame itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from people.doors import staff_required


@staff_required("read")
def more(request: HttpRequest) -> HttpResponse:
    """Every page this person may open."""
    return render(request, "more.html")


@staff_required("read")
def home(request: HttpRequest) -> HttpResponse:
    return redirect("account")
