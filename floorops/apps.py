from django.apps import AppConfig
from django.contrib.admin import apps as administration
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class FloorOpsConfig(AppConfig):
    name = "floorops"
    verbose_name = "FloorOps"
    default = True

    def ready(self) -> None:
        from core.services.jobs import JobKind, list_kind
        from floorops.imports import JOB
        from floorops.timetable import ship_timetable

        def enqueue(run_id: int) -> None:
            from floorops.tasks import look_at_file

            look_at_file.delay(run_id)

        post_migrate.connect(ship_timetable, sender=self)
        list_kind(JobKind(JOB, _("Import"), enqueue, lambda run: reverse("import-result", args=[run.params["import"]])))


class AdministrationConfig(administration.AdminConfig):
    default = False
    default_site = "floorops.administration.Administration"
