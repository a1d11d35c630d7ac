from django.apps import AppConfig


class FloorOpsConfig(AppConfig):
    name = "floorops"
    verbose_name = "FloorOps"
