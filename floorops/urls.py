"""The addresses of the whole house: each room brings its own."""

from django.contrib import admin
from django.urls import include, path

from core.views import offline
from floorops import data, pages
from floorops.api import api
from floorops.health import healthz

# Looked through from the top for every request: what no other address begins with stands first.
urlpatterns = [
    path("api/v1/", api.urls),
    path("sw.js", offline.service_worker, name="service-worker"),
    path("who", offline.who, name="who"),
    path("on-this-device", pages.OnThisDevice.as_view(), name="on-this-device"),
    path("more", pages.more, name="more"),
    path("files/<uuid:pk>", pages.StoredFile.as_view(), name="file"),
    path("settings", pages.SettingsPage.as_view(), name="settings"),
    path("jobs/<int:pk>", pages.JobPage.as_view(), name="job"),
    path("data", data.DataPage.as_view(), name="data"),
    path("data/imports/<int:pk>", data.ImportResult.as_view(), name="import-result"),
    path("data/<str:kind>/template", data.TemplateFile.as_view(), name="import-template"),
    path("data/<str:kind>/export", data.Export.as_view(), name="export"),
    path("data/<str:kind>/import", data.Import.as_view(), name="import"),
    path("", include("people.urls")),
    path("", include("plans.urls")),
    path("", include("materials.urls")),
    path("", include("reports.urls")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.not_allowed"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.broken"
