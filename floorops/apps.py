from django.apps import AppConfig
from django.contrib.admin import apps as administration
from django.db.models.signals import post_migrate


class FloorOpsConfig(AppConfig):
    name = "floorops"
    verbose_name = "FloorOps"
    default = True

    def ready(self) -> None:
        from floorops.timetable import ship_timetable

        post_migrate.connect(ship_timetable, sender=self)


class AdministrationConfig(administration.AdminConfig):
    default = False
    default_site = "floorops.administration.Administration"
