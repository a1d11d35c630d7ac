"""One's own inbox (SYS-04)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from core.asked import read_page, read_whole
from core.views import PAGE_ROWS
from people.doors import StaffRequired
from people.models import Notice
from people.notices import in_words
from people.selectors import inbox, inbox_count
from people.services import mark_seen


class Inbox(StaffRequired, View):
    """What is due, late and waiting for the reader. A press on a thing leads there and marks it as seen."""

    def get(self, request: Any) -> HttpResponse:
        self.require()
        shows_all = request.GET.get("view") == "all"
        page = read_page(request.GET.get("page"))
        rows = list(inbox(self.by, only_open=not shows_all)[(page - 1) * PAGE_ROWS : page * PAGE_ROWS + 1])
        now = timezone.now()
        context = {
            "told": in_words(rows[:PAGE_ROWS], now),
            "count": inbox_count(self.by, now),
            "view": "all" if shows_all else "open",
            "page": page,
            "has_next": len(rows) > PAGE_ROWS,
        }
        return render(request, "people/inbox.html", context)

    def post(self, request: Any) -> HttpResponse:
        """``notice`` names one to be marked as seen (with ``go`` the reader is led to it); without it all are."""
        self.require()
        asked = request.POST.get("notice", "")
        if not asked:
            mark_seen(by=self.by)
            return redirect("inbox")
        pk = read_whole(asked)
        notice = None if pk is None else Notice.objects.filter(recipient=self.by, pk=pk).first()
        if notice is None:
            return redirect("inbox")
        mark_seen(notices=[notice.pk], by=self.by)
        is_ours = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
        return redirect(notice.url) if "go" in request.POST and is_ours else redirect("inbox")
