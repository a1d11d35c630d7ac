from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        from core import checks  # noqa: F401  registers itself
        from core.shipped import ship_units
        from core.tables.kinds import KINDS
        from core.tables.units import UNITS
        from core.triggers import ask_without_subtransaction

        post_migrate.connect(ship_units, sender=self)
        post_migrate.connect(ask_without_subtransaction, sender=self)
        KINDS.register(UNITS)
