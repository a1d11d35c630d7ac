from django.utils.translation import gettext_lazy as _

from reports.block import MonthBlock
from reports.sections.base import Section, SectionView


def fill(block: MonthBlock) -> SectionView | None:
    """No room keeps these records yet, so there is nothing to count."""
    return None


SECTION = Section("quality", _("Quality"), fill, _("No inspections are recorded yet."))
