import pghistory
from django.db import models


@pghistory.track()
class PlantSetting(models.Model):
    """One setting that this plant changed; what may be set, and its default, is listed in ``core.plant_settings``."""

    key = models.CharField(max_length=60, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.key
