from django.apps import AppConfig
from django.contrib.admin import apps as administration


class FloorOpsConfig(AppConfig):
    name = "floorops"
    verbose_name = "FloorOps"
    default = True


class AdministrationConfig(administration.AdminConfig):
    default = False
    default_site = "floorops.administration.Administration"
