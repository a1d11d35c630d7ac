"""The month's material on the dashboard: tiles, one of its tables at a time, charts; every figure opens the rows that sum to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import currency
from materials.selectors.disposed import Disposed, scrapped_by_disposal, worth
from people.models import OrgKind
from reports.block import MonthBlock
from reports.charts import Chart
from reports.kpis import MATERIAL
from reports.presenting import Cell, Column, Table, TableRow, bar_chart, month_table, tile, trend_chart
from reports.sections import material_loss, material_tables
from reports.sections.comparing import rank_table
from reports.views.asked import Asked
from reports.words import figure

TILES = ("material_variance_pct", "net_issue_value", "use_variance_value", "supplements", "supplement_value", "material_loss_value")
VARIANCE = MATERIAL["material_variance_pct"]
DRAWN = len(("net_issue", "standard", "variance", "material_variance_pct"))


@dataclass(frozen=True)
class MaterialTab:
    """``block`` is the month with its material."""

    block: MonthBlock
    asked: Asked

    @cached_property
    def material(self) -> MonthBlock | None:
        """``None`` where nothing was posted or due."""
        found = self.block.material_block
        return found if found and found.whole else None

    @cached_property
    def links(self) -> material_tables.Links:
        return links_of(self.asked)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        if self.material is None:
            return ()
        made = tuple(part for table in material_tables.tables(self.block, self.links) for part in _halves(table))
        if self.block.material and self.block.material.reasons:
            made = (*made, material_tables.reason_table(self.block))
        return (*made, self.disposed_table()) if self.disposed else made

    @cached_property
    def disposed(self) -> list[Disposed]:
        """Of the whole store, which belongs to no workshop; so only a plant shows it."""
        asked = self.asked
        if asked.org.kind != OrgKind.PLANT or asked.product or asked.shift or asked.process:
            return []
        return scrapped_by_disposal(asked.month.starts_on, asked.month.ends_on)

    def disposed_table(self) -> Table:
        rows = []
        for row in self.disposed:
            item, url = row.disposal.lot.item, reverse("disposal", args=[row.disposal.number])
            cells = (Cell(row.quantity, item.unit.decimals, url=url), Cell(row.value, 2, url=url))
            rows.append(TableRow(f"{item.label} · {row.disposal.number}, {item.unit.label}", "plain", cells))
        rows.append(TableRow(_("Sum"), "sum", (Cell(None, 0), Cell(worth(self.disposed), 2))))
        quantity, value = MATERIAL["material_loss"], material_tables.VALUE
        heads = (Column(quantity, _("Quantity"), ""), Column(value, str(value.short), str(value.unit)))
        return Table("disposed", _("Scrapped by disposal, without an order"), _("Item"), heads, tuple(rows))

    def disposed_words(self) -> str:
        """Why it stands in none of the figures: it left the store for no order, or came back from one and counted as spoilt then."""
        if not self.disposed:
            return ""
        words = _("Scrapped by disposal from the store, of no order and in no figure of loss: %(value)s %(currency)s.")
        return words % {"value": figure(worth(self.disposed), 2), "currency": currency()}

    @property
    def table(self) -> Table | None:
        """The one chosen in the address, else the first."""
        chosen = next((table for table in self.tables if table.key == self.asked.show), None)
        return chosen or next(iter(self.tables), None)

    @property
    def compared_by(self) -> str:
        """Whose variance stands side by side; blank for a team, which has nothing under it."""
        return {OrgKind.PLANT.value: "workshop", OrgKind.TEAM.value: ""}.get(self.asked.org.kind, "team")

    def charts(self) -> Mapping[str, Chart]:
        material = self.material
        if material is None:
            return {}
        source = material_tables.source_words()
        found: dict[str, Chart] = {"variance-trend": replace(trend_chart(material, VARIANCE), source=source)}
        if self.compared_by:
            found = {"variance": replace(bar_chart(material, VARIANCE, self.compared_by), source=source)} | found
        if self.block.material and self.block.material.reasons:
            found["supplement-reasons"] = material_tables.reason_chart(self.block)
        return found

    def tables_beside(self) -> Mapping[str, Table]:
        """What the charts show; the reasons of supplements stand among the tables to choose from."""
        material = self.material
        if material is None:
            return {}
        found = {"variance-trend": month_table(material, [VARIANCE.code], beside=[VARIANCE.code])}
        return found | ({"variance": rank_table(material, VARIANCE, self.compared_by)} if self.compared_by else {})

    def context(self) -> dict[str, Any]:
        material, chosen = self.material, self.table
        if material is None or chosen is None:
            return {"none_words": self.none_words()}
        return {
            "tiles": [tile(material, MATERIAL[code], self.links.whole(code)) for code in TILES],
            "table": chosen,
            "tables": [(table.key, table.title) for table in self.tables],
            "off_target": self.off_target(material),
            "words": " ".join(filter(None, (*material_loss.material_words(material), self.disposed_words()))),
        }

    def none_words(self) -> str:
        if self.asked.shift:
            return _("Material is drawn by order and day, not by shift: choose all shifts to see it.")
        if self.asked.process:
            return _("Material is drawn by order and day, not by process: choose all processes to see it.")
        none = _("No material was drawn on a production order in this month.")
        return " ".join(filter(None, (none, self.disposed_words())))

    def off_target(self, material: MonthBlock) -> list[tuple[str, str]]:
        """Teams that drew more above the standard than their target or limit allows."""
        if self.asked.org.kind == OrgKind.TEAM:
            return []
        return [
            (team.name.label, self.links.unit(VARIANCE.code, team, group.head))
            for group in material.groups
            for team in group.teams
            if VARIANCE.meets(team.row.value(VARIANCE), material.limit(VARIANCE, team.targets)) is False
        ]


def links_of(asked: Asked) -> material_tables.Links:
    return material_tables.Links(
        asked.month,
        asked.org.code,
        asked.org.kind,
        asked.within.code if asked.within else "",
        asked.product.code if asked.product else "",
        asked.shift.code if asked.shift else "",
    )


def _halves(table: Table) -> list[Table]:
    """The wide tables of use in two, so that a half stands beside the charts: what was drawn, and what daily reports say was used."""
    titles = {
        "material-use": (_("Material drawn, by workshop and team"), _("Use reported, by workshop and team")),
        "product-use": (_("Material drawn, by product"), _("Use reported, by product")),
        "item-use": (_("Material drawn, by item"), _("Use reported, by item")),
    }.get(table.key)
    if titles is None:
        return [table]
    parts = zip((table.key, f"{table.key}-reported"), titles, (slice(None, DRAWN), slice(DRAWN, None)), strict=True)
    return [
        replace(
            table, key=key, title=title, columns=table.columns[part], rows=tuple(replace(row, cells=row.cells[part]) for row in table.rows)
        )
        for key, title, part in parts
    ]
