"""Phases of open sheets that lack answers: late ones, and those that keep a shift from being signed off (PLN-01, GEN-03)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse

from core.plant_settings import plant_setting
from people.models import OrgNode, Shift
from plans.models import TemplateBlock
from plans.selectors.places import standing

OPEN_PHASES = """
    SELECT phase.sheet_id, phase.node_id, phase.business_date, phase.template_id, phase.block_id, phase.due
    FROM (
        SELECT s.id AS sheet_id, s.node_id, s.shift_id, s.business_date, s.template_id, b.id AS block_id, b."order", b.before_sign_off,
               CASE b.due_anchor WHEN 'start' THEN s.starts_at ELSE s.ends_at END + make_interval(mins => b.due_minutes) AS due
        FROM plans_sheet s JOIN plans_templateblock b ON b.version_id = s.version_id
        WHERE s.status = 'open' AND s.area_id IS NULL
    ) AS phase
    WHERE {which} AND EXISTS (
        SELECT 1 FROM plans_templateitem i
        WHERE i.block_id = phase.block_id AND i.is_required AND i.rounds > (
            SELECT count(*) FROM plans_answer a WHERE a.sheet_id = phase.sheet_id AND a.item_id = i.id AND a.is_current
        )
    )
    ORDER BY phase.sheet_id, phase."order"
"""
LATE = "phase.due <= %s"
BEFORE_SIGN_OFF = "phase.before_sign_off AND phase.node_id = ANY(%s) AND phase.shift_id = %s AND phase.business_date = %s"


@dataclass(frozen=True)
class OpenPhase:
    sheet_id: int
    node_id: int
    business_date: date
    template_id: int
    block: TemplateBlock
    due: datetime

    @property
    def key(self) -> str:
        return f"{self.sheet_id}:{self.block.key}"

    @property
    def name(self) -> str:
        return f"{self.block.version.template.code} {self.block.label}"

    @property
    def url(self) -> str:
        return reverse("sheet-fill", args=[self.sheet_id])


def grace() -> timedelta:
    """How long after its due time a check counts as late."""
    return timedelta(minutes=plant_setting("sheet_grace_minutes"))


def late_phases(at: datetime) -> list[OpenPhase]:
    """Phases of open sheets, of the whole company, that lack a required answer although their due time and the grace are over."""
    return _open_phases(LATE, [at - grace()])


def open_before_sign_off(nodes: Iterable[int], shift: int, on: date) -> list[OpenPhase]:
    """Phases that must be done before the shift of these places is signed off and still lack a required answer (GEN-03)."""
    return _open_phases(BEFORE_SIGN_OFF, [list(nodes), shift, on])


def keeping_shift(team: OrgNode | int, shift: Shift, on: date) -> list[OpenPhase]:
    """Those of a team's shift: on the sheets of the team itself and of the section and workshop it stands in."""
    path = standing(team, on)
    above = (path.section_id, path.workshop_id) if path else ()
    pk = team if isinstance(team, int) else team.pk
    return open_before_sign_off([pk, *(node for node in above if node)], shift.pk, on)


def _open_phases(which: str, figures: list[Any]) -> list[OpenPhase]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_PHASES.format(which=which), figures)
        rows = cursor.fetchall()
    blocks = TemplateBlock.objects.select_related("version__template").in_bulk({row[4] for row in rows})
    return [OpenPhase(sheet, node, on, template, blocks[block], due) for sheet, node, on, template, block, due in rows]
