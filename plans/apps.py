from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("Plans and daily work")

    def ready(self) -> None:
        from core.attachments import answer_may_see
        from core.tables import KINDS
        from plans.selectors.sheets import shows_photo
        from plans.shipping import ship_templates
        from plans.tables import TABLES

        post_migrate.connect(ship_templates, sender=self)
        answer_may_see("plans.answer", lambda attachment, access: shows_photo(attachment.pk, access))
        KINDS.register(*TABLES)
