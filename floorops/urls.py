"""The addresses of the whole house: each room brings its own."""

from django.contrib import admin
from django.urls import path

from floorops.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
