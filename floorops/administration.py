"""Django's administration, for administrators only: registers to look at, the timetable of jobs to change.

Rights come from ``people.access`` like everywhere else; Django's own permission tables are not used.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.errors import NotAllowed


class Administration(admin.AdminSite):
    """Open to administrators who see every plant, since it shows every plant's rows; sign-in is the house's own page."""

    site_header = site_title = "FloorOps"

    def has_permission(self, request: HttpRequest) -> bool:
        access = getattr(request, "access", None)
        return access is not None and access.may("setting.edit") and access.sees_every_plant

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise NotAllowed()
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))


class LookOnly(admin.ModelAdmin):
    """A register as it stands in the database: read, search, filter; it is changed on its own page, where its rules are."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Timetable(LookOnly):
    """What beat does when: the administrator may change it."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)
