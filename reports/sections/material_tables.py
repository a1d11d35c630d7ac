"""The tables of the month's material, and the Pareto of supplements; every figure of them opens the rows that sum to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import PlantMonth
from core.money import currency
from core.quantities import percent
from materials.models import Supplement
from people.models import OrgKind
from reports.block import MonthBlock, NamedRow
from reports.charts import ParetoChart
from reports.figures.material import Reason
from reports.figures.material_sql import RETURNS, SIGNED
from reports.figures.rows import NOWHERE
from reports.kpis import KPIS, MATERIAL, Direction, Kpi
from reports.presenting import Cell, Column, Table, TableRow, cell, column, month_table, product_table, tree_table, with_year
from reports.words import month_name

USE = ("net_issue", "standard", "variance", "used", "use_standard", "use_variance")
MOVES = ("supplement", *(f"returned_{kind}" for kind in RETURNS), "material_loss")
MONTHS = ("net_issue_value", "standard_value", "material_variance_pct", "supplements", "supplement_value", "material_loss_value")
# The figures of other names, and whose rows they are of.
ROWS_OF = {"material_variance_pct": "variance", "supplements": "supplement", **{f"returns_{kind}": f"returned_{kind}" for kind in RETURNS}}
# What the small tables show; each is counted by figures of material.
SLIPS = Kpi(
    "slips",
    pgettext_lazy("number", "Slips"),
    pgettext_lazy("number", "Slips"),
    MATERIAL["supplements"].unit,
    Direction.NONE,
    "",
    "",
    fixed_places=0,
)
SHARE = Kpi("share_pct", _("Share"), _("Share"), "%", Direction.NONE, "", "", fixed_places=1)
CUMULATIVE = Kpi("cumulative_pct", _("Cumulative share"), _("Cumulative"), "%", Direction.NONE, "", "", fixed_places=1)
VALUE = Kpi("value", _("Value"), _("Value"), currency(), Direction.NONE, "", "", fixed_places=2)


def source_words() -> str:
    return gettext("Source: postings of the store and daily reports")


def rows_of(code: str) -> str | None:
    """The figure whose rows stand behind a figure of material; ``None`` for what is none."""
    name = ROWS_OF.get(code, code.removesuffix("_value"))
    return name if name in SIGNED else None


@dataclass(frozen=True)
class Links:
    """Where the very rows of a figure are shown: those of ``org`` in a month, of its days ``within`` another unit, of one ``product``."""

    month: PlantMonth
    org: str
    kind: str = OrgKind.PLANT
    within: str = ""
    product: str = ""
    shift: str = ""

    def whole(self, code: str, item: str = "") -> str:
        return self._address(code, self.org, self.within, item)

    def unit(self, code: str, named: NamedRow, head: NamedRow | None) -> str:
        """Of a workshop, or of a team in the workshop ``head``: only what of it stands in ``org``."""
        if named.name.code == NOWHERE:
            return ""
        if head is None:
            is_above = self.kind in (OrgKind.SECTION, OrgKind.TEAM)
            return self._address(code, self.org, named.name.code) if is_above else self._address(code, named.name.code)
        if self.kind == OrgKind.SECTION:
            return self._address(code, named.name.code, self.org)
        return self._address(code, named.name.code, "" if head.name.code == NOWHERE else head.name.code)

    def _address(self, code: str, org: str, within: str = "", item: str = "") -> str:
        asked = {"org": org, "in": within, "product": self.product, "shift": self.shift, "item": item, "figure": rows_of(code)}
        return f"{reverse('month-material', args=[str(self.month)])}?{urlencode({key: value for key, value in asked.items() if value})}"


def tables(block: MonthBlock, links: Links | None = None) -> tuple[Table, ...]:
    """Of a month with its material; by unit and by product in money, by item in quantities as well."""
    material = block.material_block
    if material is None:
        return ()
    links = links or Links(material.month, material.org.code)
    use, moves = ([f"{code}_value" for code in codes] for codes in (USE, MOVES))
    use.insert(3, "material_variance_pct")
    moves.insert(0, "supplements")
    of_item = [*USE[:3], "material_variance_pct", *USE[3:]]
    return (
        _by_unit(material, links, "material-use", gettext("Material used, by workshop and team"), use),
        _by_unit(material, links, "material-moves", gettext("Supplements, returns and loss, by workshop and team"), moves),
        *_by_product(block, links, use),
        _by_item(material, links, "item-use", gettext("Material used, by item"), of_item),
        _by_item(material, links, "item-moves", gettext("Supplements, returns and loss, by item"), [*MOVES, "material_loss_value"]),
        _returns(material, links),
        replace(
            with_year(material, month_table(material, MONTHS, beside=("material_variance_pct",))),
            key="material-months",
            title=gettext("Material of the last 12 months"),
        ),
    )


def _by_unit(material: MonthBlock, links: Links, key: str, title: str, codes: list[str]) -> Table:
    def url(kpi: Kpi, named: NamedRow, head: NamedRow | None) -> str:
        return links.unit(kpi.code, named, head)

    made = tree_table(material, codes, url)
    foot = TableRow(
        material.org.label, "sum",
        tuple(cell(material, MATERIAL[code], material.whole, links.whole(code)) for code in codes if material.whole),
    )  # fmt: skip
    return Table(key, title, made.first, made.columns, (*made.rows[:-1], foot))


def _by_product(block: MonthBlock, links: Links, codes: list[str]) -> tuple[Table, ...]:
    """What each product drew and should have used; a version that kept no products has no such table."""
    made = block.material_of_products
    if made is None or made.whole is None or not made.products:
        return ()

    def url(kpi: Kpi, named: NamedRow, head: NamedRow | None) -> str:
        return replace(links, product=named.name.code).whole(kpi.code)

    table = product_table(made, codes, url)
    foot = TableRow(made.org.label, "sum", tuple(cell(made, MATERIAL[code], made.whole, links.whole(code)) for code in codes))
    return (replace(table, key="product-use", title=gettext("Material used, by product"), rows=(*table.rows[:-1], foot)),)


def _by_item(material: MonthBlock, links: Links, key: str, title: str, codes: list[str]) -> Table:
    """Each item in its own unit, which stands beside its name; so there is no sum but of money."""
    kpis = [MATERIAL[code] for code in codes]
    columns = tuple(_unitless(column(material, kpi), kpi) for kpi in kpis)
    rows = []
    for named in material.products:
        label = f"{named.name.label} · {named.name.code}, {material.unit_label(named.row)}"
        urls = [links.whole(kpi.code, named.name.code) for kpi in kpis]
        cells = tuple(cell(material, kpi, named.row, url, named.targets) for kpi, url in zip(kpis, urls, strict=True))
        rows.append(TableRow(label, "plain", cells))
    return Table(key, title, gettext("Item"), columns, tuple(rows))


def _unitless(head: Column, kpi: Kpi) -> Column:
    return Column(kpi, head.label, "", head.less) if kpi.unit == "" else head


def _returns(material: MonthBlock, links: Links) -> Table:
    words = {
        "good": gettext("Good surplus"),
        "incoming_defect": gettext("Incoming defect"),
        "operation_defect": gettext("Operation defect"),
    }
    rows = []
    for kind in RETURNS:
        kpis = [MATERIAL[f"returns_{kind}"], MATERIAL[f"returned_{kind}_value"]]
        url = links.whole(f"returned_{kind}")
        rows.append(TableRow(words[kind], "plain", tuple(cell(material, kpi, material.whole, url) for kpi in kpis if material.whole)))
    return Table("returns", gettext("Returns by type"), gettext("Type of return"), _heads(SLIPS, VALUE), tuple(rows))


def _heads(*kpis: Kpi) -> tuple[Column, ...]:
    return tuple(Column(kpi, str(kpi.short), str(kpi.unit)) for kpi in kpis)


def reason_label(reason: Reason) -> str:
    return str(Supplement.Reason(reason.code).label)


def reason_chart(block: MonthBlock) -> ParetoChart:
    reasons = block.material.reasons if block.material else ()
    return ParetoChart(
        title=gettext("Supplements by reason"),
        unit=str(MATERIAL["supplements"].unit),
        period=month_name(block.month),
        scope=block.org.label,
        source=source_words(),
        labels=tuple(reason_label(reason) for reason in reasons),
        values=tuple(Decimal(reason.slips) for reason in reasons),
        places=0,
    )


def reason_table(block: MonthBlock) -> Table:
    """What the Pareto shows, with what the supplements are worth."""
    reasons = block.material.reasons if block.material else ()
    chart = reason_chart(block)
    total = sum(reason.slips for reason in reasons)
    rows = [
        TableRow(
            reason_label(reason), "plain",
            (
                Cell(Decimal(reason.slips), 0),
                Cell(percent(Decimal(reason.slips), Decimal(total), 1), 1),
                Cell(share, 1),
                Cell(reason.value, 2),
            ),
        )
        for reason, share in zip(reasons, chart.shares, strict=True)
    ]  # fmt: skip
    return Table("reasons", gettext("Supplements by reason"), gettext("Reason"), _heads(SLIPS, SHARE, CUMULATIVE, VALUE), tuple(rows))


def cause_chart(block: MonthBlock) -> ParetoChart:
    """Scrap by cause; of a month whose causes nobody kept it says that there is no data."""
    causes = block.scrap_causes or ()
    return ParetoChart(
        title=gettext("Scrap by cause"),
        unit=block.unit_of(KPIS["scrap"]),
        period=month_name(block.month),
        scope=block.org.label,
        source=gettext("Source: records of defects"),
        labels=tuple(cause.label for cause in causes),
        values=tuple(cause.quantity for cause in causes),
        places=block.decimals(block.whole),
    )


def cause_table(block: MonthBlock) -> Table:
    """What the Pareto of causes shows."""
    chart = cause_chart(block)
    total = sum((value or Decimal(0) for value in chart.values), Decimal(0))
    rows = [
        TableRow(label, "plain", (Cell(value, chart.places), Cell(percent(value or Decimal(0), total, 1), 1), Cell(share, 1)))
        for label, value, share in zip(chart.labels, chart.values, chart.shares, strict=True)
    ]
    scrap = Column(KPIS["scrap"], str(KPIS["scrap"].short), chart.unit)
    return Table("scrap-causes", chart.title, gettext("Cause"), (scrap, *_heads(SHARE, CUMULATIVE)), tuple(rows))
