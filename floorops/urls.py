"""The addresses of the whole house: each room brings its own."""

from django.contrib import admin
from django.urls import include, path

from floorops import pages
from floorops.health import healthz

urlpatterns = [
    path("more", pages.more, name="more"),
    path("files/<uuid:pk>", pages.StoredFile.as_view(), name="file"),
    path("settings", pages.SettingsPage.as_view(), name="settings"),
    path("jobs/<int:pk>", pages.JobPage.as_view(), name="job"),
    path("", include("people.urls")),
    path("", include("plans.urls")),
    path("", include("reports.urls")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.not_allowed"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.broken"
