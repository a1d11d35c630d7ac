"""Material loss: scrap and rework against what was produced (RPT-06); consumption joins once there is a ledger."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.block import MonthBlock
from reports.kpis import KPIS
from reports.presenting import bar_chart, month_table, product_table, tile, tree_table, trend_chart
from reports.sections.base import Section, SectionView
from reports.words import figure

COLUMNS = ("produced", "scrap", "rework", "scrap_pct", "rework_pct")
TILES = ("scrap_pct", "scrap", "rework_pct", "produced")


def fill(block: MonthBlock) -> SectionView | None:
    if block.whole is None:
        return None
    scrap = KPIS["scrap_pct"]
    return SectionView(
        key="material_loss",
        title=str(SECTION.title),
        words=_("Scrap rate %(scrap)s %%. Material used against quota: no data, no material is issued yet.")
        % {"scrap": figure(block.whole.value(scrap), 2)},
        tiles=tuple(tile(block, KPIS[code]) for code in TILES),
        charts={
            "scrap-trend": trend_chart(block, scrap),
            "scrap-workshops": bar_chart(block, scrap, "workshop"),
            "scrap-teams": bar_chart(block, scrap, "team"),
            "scrap-products": bar_chart(block, scrap, "product"),
        },
        tables=(tree_table(block, COLUMNS), product_table(block, COLUMNS), month_table(block, COLUMNS)),
    )


SECTION = Section("material_loss", gettext_lazy("Material loss"), fill, gettext_lazy("No team daily report was submitted in this month."))
