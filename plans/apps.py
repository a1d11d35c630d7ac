from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("Plans and daily work")

    def ready(self) -> None:
        from core.attachments import answer_may_see
        from core.tables import KINDS, RECORDS
        from people.notices import list_notice_kinds
        from plans.hooks import page_slots
        from plans.notices import NOTICE_KINDS
        from plans.selectors.deviation_slot import deviation_slot
        from plans.selectors.findings import shows_photo as finding_shows
        from plans.selectors.sheets import shows_photo
        from plans.selectors.spot_checks import shows_photo as spot_check_shows
        from plans.shipping import ship_templates
        from plans.tables import LEAVING, TABLES

        post_migrate.connect(ship_templates, sender=self)
        answer_may_see("plans.answer", lambda attachment, access: shows_photo(attachment.pk, access))
        answer_may_see("plans.spot_check", lambda attachment, access: spot_check_shows(attachment.pk, access))
        answer_may_see("plans.finding", lambda attachment, access: finding_shows(attachment.pk, access))
        KINDS.register(*TABLES)
        RECORDS.register(*LEAVING)
        list_notice_kinds(*NOTICE_KINDS)
        page_slots.append(deviation_slot)
