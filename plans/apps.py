from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("Plans and daily work")

    def ready(self) -> None:
        from plans.shipping import ship_templates

        post_migrate.connect(ship_templates, sender=self)
