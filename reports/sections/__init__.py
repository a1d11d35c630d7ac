"""The five sections of the month, in the order the plant reports them; page, PDF and XLSX are loops over this list.

A section is listed here, not registered by its room: ``reports/sections/<room>.py`` reads that room's selectors.
"""

from __future__ import annotations

from reports.block import MonthBlock
from reports.sections import equipment, material_loss, output, people, quality
from reports.sections.base import Section, SectionView

SECTIONS: tuple[Section, ...] = (output.SECTION, quality.SECTION, material_loss.SECTION, people.SECTION, equipment.SECTION)


def shown(block: MonthBlock) -> list[SectionView]:
    """All five in the reader's language; one without data says so in words."""
    return [section.show(block) for section in SECTIONS]


__all__ = ["SECTIONS", "Section", "SectionView", "shown"]
