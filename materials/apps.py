from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MaterialsConfig(AppConfig):
    name = "materials"
    verbose_name = _("Materials")

    def ready(self) -> None:
        from core.attachments import answer_may_see
        from core.tables import KINDS, RECORDS
        from materials.hooks import (
            day_cards,
            material_of_lines,
            material_tab,
            material_to_close,
            material_used,
            open_slips_and_leftovers,
            tell_what_departed,
            write_quota,
        )
        from materials.notices import NOTICE_KINDS
        from materials.selectors.counting import adjustment_shows
        from materials.selectors.quota_reports import shows_photo as quota_report_shows
        from materials.selectors.readiness import bill_of_product, material_found
        from materials.selectors.shortages import shortages_of
        from materials.selectors.slips import unsigned_of_team
        from materials.selectors.supplements import shows_photo
        from materials.selectors.suppliers import shows_document
        from materials.shipped import ship_places
        from materials.tables import LEAVING, TABLES
        from people.notices import list_notice_kinds
        from plans import hooks

        post_migrate.connect(ship_places, sender=self)
        KINDS.register(*TABLES)
        RECORDS.register(*LEAVING)
        list_notice_kinds(*NOTICE_KINDS)
        answer_may_see("materials.supplement", lambda attachment, access: shows_photo(attachment.pk, access))
        answer_may_see("materials.adjustment", lambda attachment, access: adjustment_shows(attachment.pk, access))
        answer_may_see("materials.quotareport", lambda attachment, access: quota_report_shows(attachment.pk, access))
        answer_may_see("materials.supplierdocument", lambda attachment, access: shows_document(attachment.pk, access))
        hooks.on_release.append(write_quota)
        hooks.material_reviews.append(material_found)
        hooks.bills_in_force.append(bill_of_product)
        hooks.answer_slot("material_readiness", material_of_lines)
        hooks.answer_slot("material_used", material_used)
        hooks.page_tabs.append(material_tab)
        hooks.page_slots.append(material_to_close)
        hooks.day_cards.append(day_cards)
        hooks.close_checks.append(open_slips_and_leftovers)
        hooks.on_close.append(tell_what_departed)
        hooks.order_shortages.append(shortages_of)
        hooks.unsigned_slips.append(unsigned_of_team)
