"""Targets of the demo plant: a year's for the whole, and a few that ask more or less of one workshop or month."""

from __future__ import annotations

from decimal import Decimal

from core.clock import PlantMonth
from people.models import OrgNode
from reports.models import Target

# figure, unit, target of the year
OF_THE_YEAR = [
    ("attainment_pct", "D-PLANT", "96"),
    ("efficiency_pct", "D-PLANT", "88"),
    ("scrap_pct", "D-PLANT", "1.2"),
    ("rework_pct", "D-PLANT", "1.5"),
    ("defect_pct", "D-PLANT", "2"),
    ("first_pass_pct", "D-PLANT", "97"),
    ("attainment_pct", "D-WEL", "94"),
    ("scrap_pct", "D-ASM", "0.8"),
]
# figure, unit, target of the last month
OF_THE_LAST_MONTH = [("attainment_pct", "D-STA-1", "97"), ("efficiency_pct", "D-ASM", "90")]


def make_targets(until: PlantMonth) -> None:
    """Nothing where the plant has targets of its own already."""
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    wanted = [(*row, str(year)) for year in (until.year - 1, until.year) for row in OF_THE_YEAR]
    wanted += [(*row, str(until)) for row in OF_THE_LAST_MONTH]
    known = set(Target.objects.filter(org__in=nodes.values()).values_list("kpi_code", "org__code", "period"))
    Target.objects.bulk_create(
        Target(kpi_code=code, org=nodes[node], period=period, value=Decimal(value))
        for code, node, value, period in wanted
        if (code, node, period) not in known
    )
