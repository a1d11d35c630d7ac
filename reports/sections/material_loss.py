"""Material loss: scrap and rework against what was produced, and what orders drew against what they should have used (RPT-06, MAT-04)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.block import MonthBlock
from reports.charts import Chart
from reports.kpis import FIGURES, KPIS
from reports.presenting import Table, Tile, bar_chart, month_table, product_table, tile, tree_table, trend_chart
from reports.sections import comparing, material_tables
from reports.sections.base import Section, SectionView
from reports.words import figure

COLUMNS = ("produced", "scrap", "rework", "scrap_pct", "rework_pct")
TILES = ("scrap_pct", "scrap", "rework_pct", "produced")
MATERIAL_TILES = ("material_variance_pct", "supplements", "supplement_value", "material_loss_value")
VARIANCE = FIGURES["material_variance_pct"]


def fill(block: MonthBlock) -> SectionView | None:
    material = block.material_block
    if block.whole is None and (material is None or material.whole is None):
        return None
    view = SectionView("material_loss", str(SECTION.title), " ".join(_words(block)))
    if block.whole is not None:
        view = _with_scrap(view, block)
    if material is not None and material.whole is not None:
        view = _with_material(view, block, material)
    return view


def _words(block: MonthBlock) -> list[str]:
    scrap, material = KPIS["scrap_pct"], block.material_block
    said = [_("No team daily report was submitted in this month.")]
    if block.whole is not None:
        said = [_("Scrap rate %(scrap)s %%.") % {"scrap": figure(block.whole.value(scrap), 2)}]
        if not block.scrap_causes:
            said.append(_("No causes of scrap are recorded."))
    if material is None:
        return [*said, _("Material used against quota was not counted in this version.")]
    if material.whole is None:
        return [*said, _("No material was drawn on a production order in this month.")]
    return [*said, *material_words(material)]


def material_words(material: MonthBlock) -> list[str]:
    """How far what was drawn is from its standard, and what values leave out; ``material`` has a whole."""
    if material.whole is None:
        return []
    variance = material.whole.value(VARIANCE, 1)
    if variance is None:
        said = [_("No output is reported of the orders that drew material, so there is no standard to compare with.")]
    else:
        said = [_("Material usage variance %(variance)s %%.") % {"variance": figure(variance, 1)}]
    if unpriced := material.whole.sums["unpriced"]:
        said.append(_("Items without a standard cost, which values leave out: %(count)s.") % {"count": figure(unpriced)})
    return said


def _with_scrap(view: SectionView, block: MonthBlock) -> SectionView:
    scrap = KPIS["scrap_pct"]
    return replace(
        view,
        tiles=tuple(tile(block, KPIS[code]) for code in TILES),
        charts={
            "scrap-trend": trend_chart(block, scrap),
            "scrap-workshops": bar_chart(block, scrap, "workshop"),
            "scrap-teams": bar_chart(block, scrap, "team"),
            "scrap-products": bar_chart(block, scrap, "product"),
            "scrap-causes": material_tables.cause_chart(block),
        },
        tables=(
            tree_table(block, COLUMNS),
            product_table(block, COLUMNS),
            month_table(block, COLUMNS, beside=("scrap_pct",)),
            *comparing.rank_tables(block, [(scrap, by) for by in ("workshop", "team", "product")]),
            *((material_tables.cause_table(block),) if block.scrap_causes else ()),
        ),
    )


def _with_material(view: SectionView, block: MonthBlock, material: MonthBlock) -> SectionView:
    source = material_tables.source_words()
    charts: dict[str, Chart] = {
        "variance-workshops": replace(bar_chart(material, VARIANCE, "workshop"), source=source),
        "variance-trend": replace(trend_chart(material, VARIANCE), source=source),
    }
    tables: tuple[Table, ...] = (*material_tables.tables(block), comparing.rank_table(material, VARIANCE, "workshop"))
    if block.material is not None and block.material.reasons:
        charts["supplement-reasons"] = material_tables.reason_chart(block)
        tables = (*tables, material_tables.reason_table(block))
    links = material_tables.Links(material.month, material.org.code)
    tiles: tuple[Tile, ...] = tuple(tile(material, FIGURES[code], links.whole(code)) for code in MATERIAL_TILES)
    return replace(view, tiles=(*view.tiles, *tiles), charts=view.charts | charts, tables=(*view.tables, *tables))


SECTION = Section(
    "material_loss",
    gettext_lazy("Material loss"),
    fill,
    gettext_lazy("No team daily report was submitted in this month, and no material was drawn on a production order."),
)
