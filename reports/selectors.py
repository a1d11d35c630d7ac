"""What pages, commands, packs and the API read of a month."""

from __future__ import annotations

from typing import Any

from core.clock import PlantMonth
from core.plant_settings import plant_setting
from people.models import OrgKind, OrgNode
from people.models.organisation import ORG_RANK
from reports.figures import Slice, count
from reports.figures.counting import WHOLE


def read_month(text: str) -> PlantMonth:
    """A month of this plant from ``YYYY-MM``; raises ``ValueError`` for anything else."""
    return PlantMonth.parse(text, plant_setting("month_first_day"))


def plants() -> list[OrgNode]:
    return list(OrgNode.objects.filter(kind=OrgKind.PLANT).order_by("code"))


def month_figures(month: PlantMonth, org: OrgNode) -> dict[str, Any]:
    """The month of ``org`` as FORMATS section 2 says it: a row for the node itself, then for every node below it and every product.

    Lines that stand in no node of a level are its row ``-``, so each level sums to the whole. Sections are a level only where a
    counted line stands in one: most plants have none.
    """
    below = [kind.value for kind in ORG_RANK if kind != OrgKind.PLANT and ORG_RANK[kind] > ORG_RANK[OrgKind(org.kind)]]
    levels = [*below, "product"]
    figures = count(Slice.of_month(org, month), [WHOLE, *((level,) for level in levels)])
    rows = [{"level": org.kind, "code": org.code, **row.as_figures()} for row in figures[WHOLE]]
    for level in levels:
        found = figures[(level,)]
        if level == OrgKind.SECTION and not any(row.ids[level] for row in found):
            continue
        rows += [{"level": level, "code": row.codes[level], **row.as_figures()} for row in found]
    return {"month": str(month), "org": org.code, "rows": rows}
