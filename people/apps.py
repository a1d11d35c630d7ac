from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from core.people_names import answer_names
        from core.tables import KINDS
        from people.selectors import names_of
        from people.shipped import ship_roles
        from people.tables import TABLES

        answer_names(names_of)
        post_migrate.connect(ship_roles, sender=self)
        KINDS.register(*TABLES)
