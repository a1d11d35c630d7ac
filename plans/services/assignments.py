"""Where a template is asked, of whom, in which shift and on which dates (PLN-01)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from core.errors import Required
from core.refusals import refusals_explained
from people.models import OrgNode, Shift, Staff
from plans.errors.templates import AlreadyAssigned, EndsBeforeStart, NeverPublished
from plans.models import ChecklistTemplate, TemplateAssignment
from plans.services.versions import require_version

Rule = TemplateAssignment.Rule


@transaction.atomic
def assign_template(
    *,
    template: ChecklistTemplate,
    node: OrgNode,
    shift: Shift | None,
    starts_on: date,
    ends_on: date | None = None,
    reach: str = TemplateAssignment.Reach.NODE,
    role: str = "",
    rule: str = Rule.WORKING_DAYS,
    weekdays: Sequence[int] = (),
    by: Staff,
    assignment: TemplateAssignment | None = None,
    version: int | None = None,
) -> TemplateAssignment:
    """Ask a template of a node, or of each team under it, in a shift and on the dates of a rule; ``shift`` blank follows the roster.

    Sheets that nobody has begun follow the change. Raises ``NeverPublished``, ``AlreadyAssigned``, ``EndsBeforeStart``, ``Required`` for
    the weekdays of the weekday rule, ``StaleVersion`` where ``version`` is no longer that of the assignment.
    """
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart(field="ends_on", ends_on=ends_on.isoformat(), starts_on=starts_on.isoformat())
    if rule == Rule.WEEKDAYS and not weekdays:
        raise Required(field="weekdays")
    if not template.versions.filter(published_at__isnull=False).exists():
        raise NeverPublished(field="template", template=template.code)
    if assignment is None:
        row = TemplateAssignment()
    else:
        row = TemplateAssignment.objects.select_for_update().get(pk=assignment.pk)
        require_version(row, version)
        row.version += 1
    row.template, row.node, row.shift = template, node, shift
    row.reach, row.role, row.rule = reach, role, rule
    row.weekdays = sorted(set(weekdays)) if rule == Rule.WEEKDAYS else []
    row.starts_on, row.ends_on = starts_on, ends_on
    taken = {"one_assignment_per_place_and_shift": lambda: AlreadyAssigned(field="node", template=template.code, node=node.code)}
    with refusals_explained(taken):
        row.save()
    return row
