"""Pages of the frame itself, and the doors of core's pages: the lowest floor knows no roles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.models import JobRun
from core.views import files, jobs, settings
from people.doors import StaffRequired, staff_required
from people.roles import SEES_THE_PLANT


@staff_required("read")
def more(request: HttpRequest) -> HttpResponse:
    """Every page this person may open."""
    return render(request, "more.html")


class StoredFile(StaffRequired, files.StoredFile):
    """A photo or document, to whoever sees a record that shows it."""


class JobPage(StaffRequired, jobs.JobPage):
    """A run is its owner's; those who see the plant see all."""

    action = "job.read"

    def may_see(self, run: JobRun) -> bool:
        return super().may_see(run) or bool(self.access.roles & SEES_THE_PLANT)


class SettingsPage(StaffRequired, settings.SettingsPage):
    action = "setting.edit"
