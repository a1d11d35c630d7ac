from django.utils.translation import gettext_lazy as _

from reports.block import MonthBlock
from reports.sections.base import Section, SectionView


def fill(block: MonthBlock) -> SectionView | None:
    """None of these records is counted yet."""
    return None


SECTION = Section("people", _("People"), fill, _("Attendance, training and skills are not counted in this report yet."))
