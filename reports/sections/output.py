"""Output: plan, good, hours, efficiency and attainment, by workshop, team and product, and where hours were lost (RPT-02, PLN-25)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.block import MonthBlock
from reports.kpis import KPIS
from reports.presenting import bar_chart, month_table, product_table, tile, tree_table, trend_chart
from reports.sections import comparing, lost_hours
from reports.sections.base import Section, SectionView
from reports.words import figure

COLUMNS = ("planned", "good", "attended_hours", "standard_hours", "attainment_pct", "efficiency_pct")
TILES = ("good", "attainment_pct", "efficiency_pct", "attended_hours")


def fill(block: MonthBlock) -> SectionView | None:
    if block.whole is None:
        return None
    attainment, efficiency = KPIS["attainment_pct"], KPIS["efficiency_pct"]
    words = _("%(lines)s report lines; attainment %(attainment)s %%, efficiency %(efficiency)s %%.") % {
        "lines": figure(block.whole.sums["lines"]),
        "attainment": figure(block.whole.value(attainment, 1), 1),
        "efficiency": figure(block.whole.value(efficiency, 1), 1),
    }
    waiting = () if block.waiting is None else (lost_hours.waiting_table(block.waiting),)
    return SectionView(
        key="output",
        title=str(SECTION.title),
        words=" ".join(filter(None, (words, lost_hours.words_of(block.waiting)))),
        tiles=tuple(tile(block, KPIS[code]) for code in TILES),
        charts={
            "attainment-trend": trend_chart(block, attainment),
            "efficiency-trend": trend_chart(block, efficiency),
            "output-trend": trend_chart(block, KPIS["good"]),
            "output-stack": comparing.month_stack(block),
            "attainment-workshops": bar_chart(block, attainment, "workshop"),
            "efficiency-teams": bar_chart(block, efficiency, "team"),
            "output-products": bar_chart(block, KPIS["good"], "product"),
            "unit-stack": comparing.unit_stack(block),
            "lost-hours": lost_hours.lost_hours_chart(block, block.waiting),
        },
        tables=(
            tree_table(block, COLUMNS),
            product_table(block, COLUMNS),
            month_table(block, COLUMNS, beside=("good", "attainment_pct", "efficiency_pct")),
            *comparing.rank_tables(block, [(attainment, "workshop"), (efficiency, "team"), (KPIS["good"], "product")]),
            *comparing.stack_tables(block),
            lost_hours.lost_hours_table(block, block.waiting),
            *waiting,
        ),
    )


SECTION = Section("output", gettext_lazy("Output"), fill, gettext_lazy("No team daily report was submitted in this month."))
