from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import TemplateView, View

from core.asked import read_page
from core.clock import PlantMonth, plant_today
from core.plant_settings import all_plant_settings, plant_setting
from core.views.pages import PartialMixin
from people.doors import StaffRequired
from people.models import OrgKind, OrgNode
from people.selectors import all_shifts
from reports import selectors
from reports.block import MonthBlock, NamedRow, read_block
from reports.charts import Chart
from reports.figures import count
from reports.figures.counting import WHOLE
from reports.figures.names import Name
from reports.figures.rows import NOWHERE
from reports.figures.waiting import WaitingRow, waiting_by_reason
from reports.kpis import DOWNTIME, KPIS, MATERIAL, Kpi
from reports.models import MonthPack
from reports.needs import needs_of
from reports.presenting import TREE_COLUMNS, Table, Tile, bar_chart, month_table, product_table, tile, tree_table, trend_chart, with_year
from reports.sections.comparing import rank_table
from reports.sections.lost_hours import lost_hours_chart, lost_hours_table, waiting_table
from reports.views.asked import Asked, read_asked
from reports.views.compare import Compare, figure_asked, month_beside
from reports.views.drill import day_table, lines_page
from reports.views.grouped import grouped_table
from reports.views.material_tab import MaterialTab, links_of
from reports.words import month_name

TILES = (*(KPIS[code] for code in ("good", "attainment_pct", "efficiency_pct", "defect_pct", "scrap_pct")), DOWNTIME)
MONTHS_OFFERED = 18


class MonthPage(StaffRequired):
    """Reads the address and asks for the right at its node, for everything that shows a month."""

    action = "month.read"
    asks_node = True
    kwargs: dict[str, Any]

    @cached_property
    def roots(self) -> list[OrgNode]:
        return selectors.roots_of(self.access)

    @cached_property
    def settings(self) -> dict[str, Any]:
        return all_plant_settings()

    def asked_of(self, month: PlantMonth) -> Asked:
        asked = read_asked(month, self.request.GET, self.roots)
        # A team that left a workshop stays with that workshop for the days it stood there.
        self.require(asked.within or asked.org)
        return asked

    @cached_property
    def asked(self) -> Asked:
        return self.asked_of(PlantMonth.parse(self.kwargs["month"], self.settings["month_first_day"]))

    def compared(self, block: MonthBlock) -> Compare:
        """The month ``block`` beside another by the figure asked for."""
        asked = self.asked
        beside = replace(asked, month=month_beside(asked))
        then = read_block(beside.part, beside.month, kept=self.settings, with_material=self.is_of_material)
        if not self.is_of_material:
            return Compare(asked, block, then, lambda asked: partial(_tree_url(asked), None))
        code = figure_asked(asked).code
        return Compare(asked, block.material_block or block, then.material_block or then, lambda asked: partial(links_of(asked).unit, code))

    @cached_property
    def is_of_material(self) -> bool:
        """Whether the address asks for the material, or compares a figure of it."""
        return self.asked.by == "material" or (self.asked.by == "compare" and figure_asked(self.asked).code in MATERIAL)

    @cached_property
    def waiting(self) -> list[WaitingRow] | None:
        """Why teams stood, where the address asks for it."""
        return waiting_by_reason(self.asked.part) if self.asked.by == "waiting" else None

    def read(self, *also: OrgNode | None) -> MonthBlock:
        """With the material where it is asked for."""
        asked, named = self.asked, [node.pk for node in also if node]
        return read_block(asked.part, asked.month, kept=self.settings, also=named, with_material=self.is_of_material)


class MonthOrNothingYet(MonthPage):
    """Before the organisation is entered there is no month to show: the page says so and leads there."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.roots:
            self.require()
            return render(request, "reports/month_none.html")
        return super().get(request, *args, **kwargs)  # type: ignore[misc]


class MonthDashboard(MonthOrNothingYet, TemplateView):
    """The month in one screen: tiles, the table that opens down to the report lines, charts (RPT-11)."""

    template_name = "reports/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        plant, workshops = selectors.workshops_beside(asked.org, asked.month.ends_on)
        block = self.read(*workshops, *self.roots, plant, asked.within)
        roots, named = self.roots, block.names
        context = super().get_context_data(**kwargs) | {
            "asked": asked,
            "figures": block,
            "month_key": str(asked.month),
            "month_name": month_name(asked.month),
            "months": _months_around(asked.month),
            "plants": [(node, named[node.pk].label) for node in roots if node.kind == OrgKind.PLANT and len(roots) > 1],
            "plant": plant,
            "sees_plant": plant is not None and self.access.sees(plant),
            "workshops": [(node, named[node.pk].label) for node in workshops if self.access.sees(node)],
            "crumbs": self.crumbs(asked, plant, named),
            "pack": _pack_of(plant, asked.month) if plant and self.access.may("pack.read", plant) else None,
            "shifts": all_shifts,
            "xlsx_url": asked.address("month-xlsx"),
            "tabs": _tabs(asked),
        }
        if asked.by == "material":
            tab = MaterialTab(block, asked)
            return context | tab.context() | {"charts": _chart_addresses(asked, tab.charts(), tab.tables_beside())}
        if asked.by == "compare":
            compared = self.compared(block)
            if block.whole or compared.has_data:
                context["tiles"] = [_linked(block, kpi, asked) for kpi in TILES]
                return context | compared.context() | {"charts": _chart_addresses(asked, compared.charts())}
        if block.whole is None:
            newest = selectors.last_month_with_data(asked.org, asked.month.first_day)
            return context | {"newest_url": asked.address(month=newest) if newest else "", "newest": month_name(newest) if newest else ""}
        return context | {
            "tiles": [_linked(block, kpi, asked) for kpi in TILES],
            "off_target": _off_target(block, asked) if asked.org.kind != OrgKind.TEAM else [],
            "charts": _chart_addresses(asked, _charts(block, asked, self.waiting), _tables_beside(block, asked, self.waiting)),
            **self.table(asked, block),
        }

    def crumbs(self, asked: Asked, plant: OrgNode | None, named: Mapping[int, Name]) -> list[tuple[str, str]]:
        """The way back up: plant, workshop."""
        above = [node for node in (plant, asked.within) if node and node.pk != asked.org.pk and self.access.sees(node)]
        return [(asked.address(org=node.code, in_=None), named[node.pk].label) for node in above]

    def table(self, asked: Asked, block: MonthBlock) -> dict[str, Any]:
        if asked.by == "product":
            return {"table": product_table(block, url=_product_url(asked))}
        if asked.by == "day":
            return {"table": day_table(block, count(asked.part, [("day",)])["day",], asked)}
        if asked.by in ("process", "shift", "week"):
            return {"table": grouped_table(block, asked)}
        if self.waiting is not None:
            return {"table": waiting_table(self.waiting, asked.address(by="line"))}
        if asked.by == "line":
            whole = count(asked.part_of_lines, [WHOLE])[WHOLE] if asked.days else [block.whole]
            return lines_page(block, whole[0] if whole else None, asked, read_page(self.request.GET.get("page")))
        return {"table": tree_table(block, url=_tree_url(asked))}


def _months_around(month: PlantMonth) -> list[tuple[str, str]]:
    """For the filter, newest first: up to today, or a few months past this one where it lies further back."""
    today = PlantMonth.of(plant_today(), month.first_day)
    last = max(month, today) if month > today.shifted(-MONTHS_OFFERED) else month.shifted(3)
    return [(str(shown), month_name(shown)) for shown in (last.shifted(-offset) for offset in range(MONTHS_OFFERED))]


def _pack_of(plant: OrgNode, month: PlantMonth) -> Any:
    return MonthPack.objects.filter(plant=plant, month=str(month)).first()


def _linked(block: MonthBlock, kpi: Kpi, asked: Asked) -> Tile:
    """Opens the days, which sum to the figure; downtime opens its reasons, which do."""
    return tile(block, kpi, asked.address(by="waiting" if kpi is DOWNTIME else "day"))


def _tabs(asked: Asked) -> list[tuple[str, str, bool]]:
    words = {
        "team": _("Team"),
        "product": _("Product"),
        "process": _("Process"),
        "shift": _("Shift"),
        "day": _("Day"),
        "week": _("Week"),
        "waiting": _("Waiting"),
        "material": pgettext("month", "Material"),
        "compare": _("Compare"),
        "line": _("Rows"),
    }
    offered = [key for key in words if key != "team" or asked.org.kind != OrgKind.TEAM]
    return [(asked.address(by=key), words[key], key == asked.by) for key in offered]


def _tree_url(asked: Asked):
    """A workshop's figure opens its teams; a team's figure opens its days in that workshop, row by row."""

    def url(kpi: Kpi | None, named: NamedRow, head: NamedRow | None) -> str:
        if named.name.code == NOWHERE:
            return ""
        if head is None:
            return asked.address(org=named.name.code, in_=None)
        within = None if head.name.code == NOWHERE else head.name.code
        return asked.address(org=named.name.code, in_=within, by="line")

    return url


def _product_url(asked: Asked):
    def url(kpi: Kpi | None, named: NamedRow, head: NamedRow | None) -> str:
        return asked.address(product=named.name.code, by="line" if asked.org.kind == OrgKind.TEAM else "team")

    return url


def _off_target(block: MonthBlock, asked: Asked) -> list[tuple[str, str]]:
    """Teams with any figure on the wrong side of its target or limit."""
    url = _tree_url(asked)
    return [
        (team.name.label, url(None, team, group.head))
        for group in block.groups
        for team in group.teams
        if any(kpi.meets(team.row.value(kpi), block.limit(kpi, team.targets)) is False for kpi in KPIS.values())
    ]


def _compared_by(asked: Asked) -> str:
    return {"plant": "team", "workshop": "team", "section": "team", "team": "product"}[asked.org.kind]


def _charts(block: MonthBlock, asked: Asked, waiting: list[WaitingRow] | None) -> dict[str, Chart]:
    by = _compared_by(asked)
    found: dict[str, Chart] = {
        "attainment": trend_chart(block, KPIS["attainment_pct"]),
        "efficiency": bar_chart(block, KPIS["efficiency_pct"], by),
        "scrap": bar_chart(block, KPIS["scrap_pct"], by),
    }
    return found if waiting is None else {"lost-hours": lost_hours_chart(block, waiting)} | found


def _tables_beside(block: MonthBlock, asked: Asked, waiting: list[WaitingRow] | None) -> dict[str, Table]:
    """What each of the charts shows, in figures."""
    by = _compared_by(asked)
    found = {
        "attainment": month_table(block, ["attainment_pct"], beside=["attainment_pct"]),
        "efficiency": rank_table(block, KPIS["efficiency_pct"], by),
        "scrap": rank_table(block, KPIS["scrap_pct"], by),
    }
    return found if waiting is None else {"lost-hours": lost_hours_table(block, waiting)} | found


def _chart_addresses(asked: Asked, charts: Mapping[str, Chart], tables: Mapping[str, Table] | None = None) -> list[dict[str, Any]]:
    by = asked.by if asked.by in ("material", "compare", "waiting") else None
    return [
        {
            "alt": chart.alt,
            "table": (tables or {}).get(key),
            **{theme: asked.address("month-chart", (key, theme), by=by, show=None) for theme in ("light", "dark")},
        }
        for key, chart in charts.items()
    ]


class MonthNeeds(PartialMixin, StaffRequired, TemplateView):
    """What needs me: beside the month once that is shown, or as a page of its own."""

    action = "month.read"
    template_name = "reports/month_needs.html"
    fragment_name = "reports/_needs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"needs": needs_of(self.access)}


class MonthChart(MonthPage, View):
    """One chart of the dashboard as SVG in the colours of a theme."""

    def get(self, request: HttpRequest, month: str, key: str, theme: str) -> HttpResponse:
        from reports.charts import drawing

        asked, block = self.asked, self.read()
        chart: Chart | None
        if asked.by == "compare":
            chart = self.compared(block).charts().get(key)
        elif asked.by == "material":
            chart = MaterialTab(block, asked).charts().get(key)
        else:
            chart = _charts(block, asked, self.waiting).get(key)
        if chart is None:
            raise Http404
        return HttpResponse(drawing.svg(chart, theme), content_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"})


def _all_tables(block: MonthBlock, asked: Asked) -> list[Table]:
    waiting = waiting_by_reason(asked.part)
    beside = _tables_beside(block, asked, waiting)
    months = with_year(block, month_table(block, beside=("good", "attainment_pct")))
    return [
        tree_table(block),
        product_table(block),
        months,
        waiting_table(waiting),
        *(beside[key] for key in beside if key != "attainment"),
    ]


class MonthXlsx(MonthPage, View):
    """The month's tables as a workbook."""

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        from reports.documents.xlsx import tables_xlsx

        asked, block = self.asked, self.read()
        if asked.by == "material":
            tables = list(MaterialTab(block, asked).tables)
        elif asked.by == "compare":
            tables = [self.compared(block).table()]
        else:
            tables = _all_tables(block, asked)
        response = HttpResponse(
            tables_xlsx(f"{block.org.label} {month_name(asked.month)}", tables),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{asked.org.code}-{asked.month}.xlsx")
        return response


class MonthList(MonthOrNothingYet, TemplateView):
    """Twelve months of a node, newest first, with what is known of each."""

    template_name = "reports/months.html"

    @cached_property
    def asked(self) -> Asked:
        """The year up to the month given, else up to the newest with data."""
        first_day = self.settings["month_first_day"]
        until = self.request.GET.get("until", "")
        if _is_month(until):
            return self.asked_of(PlantMonth.parse(until, first_day))
        this_month = PlantMonth.of(plant_today(), first_day)
        newest = selectors.last_month_with_data(self.asked_of(this_month).org, first_day)
        return self.asked_of(newest or this_month)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, block = self.asked, self.read(*self.roots)
        this_month = PlantMonth.of(plant_today(), asked.month.first_day)
        table = month_table(block, TREE_COLUMNS)
        rows = [
            (row, asked.address(month=month, by=None), str(month) in block.trend)
            for row, month in zip(reversed(table.rows), reversed(block.months), strict=True)
        ]
        here = f"{reverse('months')}?org={asked.org.code}&until="
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "figures": block,
            "table": table,
            "rows": rows,
            "year": next(iter(with_year(block, table).rows[len(rows) :]), None),
            "roots": [(node, block.names[node.pk].label) for node in self.roots],
            "older_url": f"{here}{asked.month.shifted(-12)}",
            "newer_url": f"{here}{min(asked.month.shifted(12), this_month)}" if asked.month < this_month else "",
        }


class MonthOpen(StaffRequired, View):
    """From the filter, or from the menu with nothing chosen, to the address of a month: the newest with data unless one is given."""

    action = "month.read"

    def get(self, request: HttpRequest) -> HttpResponse:
        given = request.GET
        same_plant = given.get("was", given.get("plant", "")) == given.get("plant", given.get("was", ""))
        org = (given.get("workshop") if same_plant else "") or given.get("plant") or given.get("was") or ""
        product = given.get("product", "") if same_plant else ""
        by = given.get("by", "") if given.get("by") != "line" else ""
        query = {
            "org": org,
            "product": product,
            "shift": given.get("shift", ""),
            "process": given.get("process", ""),
            "by": by,
            **{name: given.get(name, "") for name in ("show", "kpi", "with")},
        }
        month = given.get("month", "")
        if not _is_month(month):
            first_day = plant_setting("month_first_day")
            roots = selectors.roots_of(self.access)
            newest = next((found for root in roots if (found := selectors.last_month_with_data(root, first_day))), None)
            month = str(newest or PlantMonth.of(plant_today(), first_day))
        kept = urlencode({name: value for name, value in query.items() if value})
        return redirect(f"{reverse('month-dashboard', args=[month])}{'?' if kept else ''}{kept}")


def _is_month(text: str) -> bool:
    try:
        PlantMonth.parse(text)
    except ValueError:
        return False
    return True
