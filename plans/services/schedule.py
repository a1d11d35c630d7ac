"""Sheets of the day: made ahead for whoever is on duty, moved and withdrawn with the roster while nobody has begun (PLN-01, PPL-17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from plans.models import Answer, Sheet, TemplateAssignment, TemplateVersion
from plans.selectors.schedule import Horizon, Planned, monday, planned_sheets

Rule = TemplateAssignment.Rule

INSERT_SHEETS = """
    INSERT INTO plans_sheet (assignment_id, template_id, version_id, node_id, shift_id, business_date, starts_at, ends_at, role, due_at,
                             status, skip_reason, reopen_reason)
    SELECT made.*, COALESCE((
        SELECT max(CASE block.due_anchor WHEN 'start' THEN made.starts_at ELSE made.ends_at END
                   + make_interval(mins => block.due_minutes))
        FROM plans_templateblock block WHERE block.version_id = made.version_id
    ), made.ends_at), 'open', '', ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::timestamptz[], %s::timestamptz[],
                %s::text[])
        AS made (assignment_id, template_id, version_id, node_id, shift_id, business_date, starts_at, ends_at, role)
    ON CONFLICT (business_date, template_id, node_id, shift_id, area_id) DO NOTHING
"""

MOVE_SHEETS = """
    UPDATE plans_sheet SET starts_at = moved.starts_at, ends_at = moved.ends_at, due_at = COALESCE((
        SELECT max(CASE block.due_anchor WHEN 'start' THEN moved.starts_at ELSE moved.ends_at END
                   + make_interval(mins => block.due_minutes))
        FROM plans_templateblock block WHERE block.version_id = plans_sheet.version_id
    ), moved.ends_at)
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS moved (id, starts_at, ends_at)
    WHERE plans_sheet.id = moved.id
"""


@transaction.atomic
def make_sheets(*, at: datetime | None = None) -> int:
    """Make the sheets of every assignment for the shifts of ``at``'s date, for one still running and for those that begin within 24 hours,
    where the roster has the unit on duty. A shift of today that has ended gets its sheet too: what was not done while nothing ran must
    show as not done.

    Sheets that nobody has begun follow the roster: they move with the shift's times and are withdrawn where it is no longer worked. Safe
    to run twice and at once, in a number of statements that does not grow with the plant. Returns how many were made. Each sheet takes
    the version published by ``at``.
    """
    at = at or timezone.now()
    horizon = Horizon(at)
    planned = planned_sheets(horizon)
    kept = _follow_roster(planned, horizon)
    wanted = [sheet for sheet in planned if horizon.asks_now(sheet) and not _is_there(sheet, kept)]
    versions = _versions_at({sheet.assignment.template_id for sheet in wanted}, at)
    return _insert([sheet for sheet in wanted if sheet.assignment.template_id in versions], versions)


def _follow_roster(planned: Sequence[Planned], horizon: Horizon) -> list[Sheet]:
    """Withdraw and move the sheets made for these days that nobody has begun; those that stay are returned."""
    begun = Exists(Answer.objects.filter(sheet=OuterRef("pk")))
    near = Q(assignment__rule=Rule.ONCE) | Q(business_date__gte=horizon.first)
    rows = list(Sheet.objects.filter(near, assignment__isnull=False).annotate(begun=begun).select_related("assignment"))
    by_key = {sheet.key: sheet for sheet in planned}
    gone, moved = [], []
    for row in rows:
        if row.status != Sheet.Status.OPEN or row.begun or row.arrived_at or row.reopened_at or not _follows(row, horizon):
            continue
        asked = by_key.get((row.template_id, row.node_id, row.shift_id, row.business_date))
        if asked is None:
            gone.append(row)
        elif (row.starts_at, row.ends_at) != (asked.starts, asked.ends):
            moved.append((row.pk, asked.starts, asked.ends))
    withdrawn = _withdraw([row.pk for row in gone])
    _move(moved)
    return [row for row in rows if row.pk not in withdrawn]


def _follows(sheet: Sheet, horizon: Horizon) -> bool:
    """Whether the plan of this horizon speaks of the sheet at all."""
    assert sheet.assignment is not None
    first = {Rule.WEEKLY: horizon.first, Rule.ONCE: horizon.today}.get(Rule(sheet.assignment.rule), horizon.yesterday)
    return first <= sheet.business_date <= horizon.last


def _is_there(sheet: Planned, kept: Sequence[Sheet]) -> bool:
    """Whether this week's, or the only, sheet of the place exists under another date already."""
    rule = sheet.assignment.rule
    if rule not in (Rule.WEEKLY, Rule.ONCE):
        return False
    return any(
        (row.assignment_id, row.node_id) == (sheet.assignment.pk, sheet.node_id)
        and (rule == Rule.ONCE or monday(row.business_date) == monday(sheet.business_date))
        for row in kept
    )


def _withdraw(sheets: Sequence[int]) -> set[int]:
    """Delete these where really nobody has begun: whoever answers at this moment keeps the sheet."""
    if not sheets:
        return set()
    with connection.cursor() as cursor:
        # First the locks, then a new look: an answer saved while we waited is seen by the second statement alone.
        cursor.execute("SELECT id FROM plans_sheet WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [list(sheets)])
        cursor.execute(
            "DELETE FROM plans_sheet WHERE id = ANY(%s) AND status = 'open' AND arrived_at IS NULL AND reopened_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM plans_answer WHERE sheet_id = plans_sheet.id) RETURNING id",
            [list(sheets)],
        )
        return {row[0] for row in cursor.fetchall()}


def _move(moved: Sequence[tuple[int, datetime, datetime]]) -> None:
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(MOVE_SHEETS, [list(column) for column in zip(*moved, strict=True)])


def _versions_at(template_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """The version of each template that was the newest at a moment; before its first publication the first."""
    versions: dict[int, int] = {}
    rows = TemplateVersion.objects.filter(template__in=template_ids, published_at__isnull=False).order_by("template", "number")
    for pk, template, published_at in rows.values_list("pk", "template_id", "published_at"):
        if template not in versions or (published_at and published_at <= at):
            versions[template] = pk
    return versions


def _insert(sheets: Sequence[Planned], versions: dict[int, int]) -> int:
    if not sheets:
        return 0
    rows: list[tuple[int, int, int, int, int, date, datetime, datetime, str]] = [
        (
            sheet.assignment.pk,
            sheet.assignment.template_id,
            versions[sheet.assignment.template_id],
            sheet.node_id,
            sheet.shift.pk,
            sheet.business_date,
            sheet.starts,
            sheet.ends,
            sheet.assignment.role,
        )
        for sheet in sheets
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_SHEETS, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount
