from django.apps import AppConfig, apps
from django.contrib.admin import apps as administration
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class FloorOpsConfig(AppConfig):
    name = "floorops"
    verbose_name = "FloorOps"
    default = True

    def ready(self) -> None:
        from core.models import JobRun
        from core.services.jobs import JobKind, list_kind
        from floorops.imports import JOB, may_start
        from floorops.timetable import ship_timetable

        def enqueue(run_id: int) -> None:
            from floorops.tasks import look_at_file

            look_at_file.delay(run_id)

        # Of this room, which has no models, Django never says that it was migrated.
        post_migrate.connect(ship_timetable, sender=apps.get_app_config("django_celery_beat"))

        def result_url(run: JobRun) -> str:
            return reverse("import-result", args=[run.params["import"]])

        list_kind(JobKind(JOB, _("Import"), enqueue, result_url, may_start, is_own=True))


class AdministrationConfig(administration.AdminConfig):
    default = False
    default_site = "floorops.administration.Administration"
