import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class PlantSetting(models.Model):
    """One setting that this plant changed; what may be set, and its default, is listed in ``core.plant_settings``."""

    key = models.CharField(_("setting"), max_length=60, unique=True)
    value = models.JSONField(_("value"))

    class Meta:
        verbose_name = _("plant setting")
        verbose_name_plural = _("plant settings")

    def __str__(self) -> str:
        return self.key
