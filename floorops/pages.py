"""Pages of the frame itself, and the doors of core's pages: the lowest floor knows no roles."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import TemplateView

from core.models import JobRun
from core.views import files, jobs, settings
from core.views.offline import KeptOffline
from people.doors import StaffRequired, staff_required
from people.models import OrgNode
from people.roles import SEES_THE_PLANT


@staff_required("read")
def more(request: HttpRequest) -> HttpResponse:
    """Every page this person may open."""
    return render(request, "more.html")


class OnThisDevice(KeptOffline, StaffRequired, TemplateView):
    """What this device still keeps to itself, drawn by its own script; also what shows where a page needs the network and there is none."""

    template_name = "device.html"


class StoredFile(StaffRequired, files.StoredFile):
    """A photo or document, to whoever sees a record that shows it."""


class JobPage(StaffRequired, jobs.JobPage):
    """A run is its owner's; those who see the plant see what is done for it, by its people, or by the system for all."""

    action = "job.read"

    def may_see(self, run: JobRun) -> bool:
        if super().may_see(run) or not self.access.roles & SEES_THE_PLANT:
            return super().may_see(run)
        if self.access.scope is None or not (run.owner_no or "plant" in run.params):
            return True
        places = OrgNode.objects.filter(Q(code=run.params.get("plant", "")) | Q(staff__staff_no=run.owner_no))
        return places.filter(pk__in=self.access.scope).exists()


class SettingsPage(StaffRequired, settings.SettingsPage):
    action = "setting.edit"
