"""The lists of work logs: one's own, and those of the people below with who owes one of a date."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from core.asked import read_date
from core.tables import columns as table
from core.views.lists import Column, FileLayout, RegisterList
from people.doors import StaffRequired
from plans.log_filters import TeamLogFilter, WorkLogFilter
from plans.models import WorkLog
from plans.selectors.log_readers import Ladder, ladder, logs_to_answer, logs_to_read
from plans.selectors.work_logs import expected_of, late_logs, log_day

Status = WorkLog.Status
WRITE = "finding.raise"
"""Everybody but the administrator, who does no business writes, may keep a log of their own."""


class NotKept:
    """Private notes stand on these pages: no browser and no proxy keeps them."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"
        return response


def _file(name: str) -> FileLayout:
    """What leaves as a file: no private note, shared or not."""
    words = [table.Column(word, table.Text()) for word in ("done", "contacts", "follow_up", "problems")]
    return FileLayout(
        name,
        (
            table.Column("business_date", table.Day()),
            table.Column("staff_no", table.Text(), source="author__staff_no"),
            *words,
            table.Column("due_at", table.Moment()),
            table.Column("submitted_at", table.Moment()),
            table.Column("is_late", table.Flag()),
            table.Column("reply", table.Text()),
            table.Column("replied_by", table.Text(), source="replied_by__staff_no"),
            table.Column("replied_at", table.Moment()),
        ),
    )


class MyLogs(NotKept, StaffRequired, RegisterList):
    """One's own logs; nobody else's stand here."""

    model = WorkLog
    template_name = "plans/work_logs.html"
    title = gettext_lazy("My work logs")
    lead = gettext_lazy("One a day: what was done, what comes next. Who stands above you reads it and replies; your notes stay yours.")
    filterset_class = WorkLogFilter
    row_template = "plans/_work_log_row.html"
    default_order = ("-business_date",)
    columns = (
        Column(gettext_lazy("Date"), sort="business_date"),
        Column(gettext_lazy("What was done"), less=2),
        Column(gettext_lazy("Handed in"), sort="submitted_at"),
        Column(gettext_lazy("State"), sort="status"),
        Column(gettext_lazy("Reply by"), less=1),
    )
    file = _file("work_logs")
    new_url = reverse_lazy("work-log-today")
    new_label = gettext_lazy("Write today's log")
    new_action = WRITE
    empty_title = gettext_lazy("No log written yet")
    empty_text = gettext_lazy("At the end of the day: what was done, whom you spoke with, what stands in the way, what comes tomorrow.")

    def base_rows(self) -> QuerySet:
        return WorkLog.objects.filter(author=self.by).select_related("replied_by", "shift")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"now": timezone.now()}


class TeamLogs(NotKept, StaffRequired, RegisterList):
    """Who of those directly below owes a log of a date, and every log that is handed in from below; unanswered first."""

    model = WorkLog
    template_name = "plans/team_logs.html"
    title = gettext_lazy("Work logs of my people")
    lead = gettext_lazy("Of those who stand below you. You reply to the ones directly below; private notes are not yours to read.")
    filterset_class = TeamLogFilter
    views = (("unanswered", gettext_lazy("Waiting for my reply")), ("late", gettext_lazy("Late")), ("all", gettext_lazy("All")))
    row_template = "plans/_team_log_row.html"
    default_order = ("business_date", "submitted_at")
    columns = (
        Column(gettext_lazy("Date"), sort="business_date"),
        Column(gettext_lazy("Who"), sort="author__name"),
        Column(gettext_lazy("What was done"), less=2),
        Column(gettext_lazy("Handed in"), sort="submitted_at"),
        Column(gettext_lazy("State"), sort="status"),
    )
    file = _file("team_work_logs")
    empty_title = gettext_lazy("No log waits for you")
    empty_text = gettext_lazy("When somebody directly below you hands in their log, it stands here until you reply.")

    @cached_property
    def rungs(self) -> Ladder:
        return ladder()

    def base_rows(self) -> QuerySet:
        return logs_to_read(self.access, self.rungs).select_related("author", "shift", "replied_by")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "unanswered":
                mine = logs_to_answer(self.access, self.rungs).filter(status=Status.SUBMITTED)
                return rows.filter(pk__in=mine.values("pk"))
            case "late":
                return rows.filter(late_logs(timezone.now()))
        return rows

    def order_of_rows(self) -> list[str]:
        order = super().order_of_rows()
        return order if self.view_key() == "unanswered" or self.sort_key()[0] else ["-business_date", "author__name", "pk"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.request.htmx:  # type: ignore[attr-defined]
            return context
        now = timezone.now()
        on = read_date(self.request.GET.get("on", "")) or log_day(self.by, now).on
        return context | {"on": on, "now": now, "expected": expected_of(self.access, on, now, self.rungs)}
