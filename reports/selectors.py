"""What pages, commands, packs and the API read of a month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max

from core.clock import PlantMonth, plant_today
from core.plant_settings import plant_setting
from people.access import Access
from people.models import OrgKind, OrgNode, OrgPath
from people.models.organisation import ORG_RANK
from plans.models import DailyReport
from reports.figures import Slice, count
from reports.figures.counting import WHOLE
from reports.models import PackVersion

COUNTED_STATES = (DailyReport.Status.SUBMITTED, DailyReport.Status.APPROVED)


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


def roots_of(access: Access) -> list[OrgNode]:
    """The highest nodes that a person sees: where their months begin."""
    if access.scope is None:
        return plants()
    today = plant_today()
    paths = OrgPath.objects.filter(node__in=access.scope, valid_from__lte=today, valid_to__gt=today).select_related("node")
    roots = []
    for path in paths:
        above = {path.plant_id, path.workshop_id, path.section_id, path.team_id} - {None, path.node_id}
        if not above & access.scope:
            roots.append(path.node)
    return sorted(roots, key=lambda node: (ORG_RANK[OrgKind(node.kind)], node.code))


def workshops_beside(org: OrgNode, on: date) -> tuple[OrgNode | None, list[OrgNode]]:
    """The plant in which ``org`` stood on a date, and the workshops of that plant then."""
    plant_id = org.pk
    if org.kind != OrgKind.PLANT:
        standing = OrgPath.objects.filter(node=org, valid_from__lte=on, valid_to__gt=on).values_list("plant_id", flat=True).first()
        if standing is None:
            return None, []
        plant_id = standing
    paths = OrgPath.objects.filter(plant=plant_id, valid_from__lte=on, valid_to__gt=on, node__kind__in=[OrgKind.PLANT, OrgKind.WORKSHOP])
    nodes = [path.node for path in paths.select_related("node").order_by("node__code")]
    return next((node for node in nodes if node.kind == OrgKind.PLANT), None), [node for node in nodes if node.kind == OrgKind.WORKSHOP]


def last_month_with_data(org: OrgNode, first_day: int) -> PlantMonth | None:
    """The month of the newest counted report of a node, as the organisation stands now."""
    nodes = OrgPath.objects.filter(**{org.kind: org}).values("node")
    newest = DailyReport.objects.filter(team__in=nodes, status__in=COUNTED_STATES).aggregate(newest=Max("business_date"))["newest"]
    return PlantMonth.of(newest, first_day) if newest else None


def version_before(version: PackVersion) -> PackVersion | None:
    return PackVersion.objects.filter(pack=version.pack_id, number__lt=version.number).order_by("-number").first()
