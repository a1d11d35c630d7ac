"""Spot checks and what asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from people.models import OrgNode, Shift, Staff
from plans.models import SpotCheck, TemplateAssignment
from plans.selectors.spot_checks import spot_version
from plans.services import SpotAnswerInput, record_spot_check
from tests.factories.checklists import shipped

OBJECTS = ("T-02-01", "T-02-02", "T-02-03", "T-02-04", "T-02-05")


def spots_asked(node: OrgNode, shift: Shift | None) -> TemplateAssignment:
    """The unit owes a spot check in every window of the shift."""
    return TemplateAssignment.objects.create(
        template=shipped("T-02"), node=node, shift=shift, rule=TemplateAssignment.Rule.WINDOWS, starts_on=date(2026, 1, 1)
    )


def looked_round(node: OrgNode, *, by: Staff, at: datetime | None = None, objects: Sequence[str] = OBJECTS, **more) -> SpotCheck:
    version = spot_version(node.pk)
    assert version is not None
    answers = [SpotAnswerInput(item=key, is_ok=True) for key in objects]
    return record_spot_check(id=more.pop("id", uuid4()), version=version, node=node, answers=answers, by=by, checked_at=at, **more)
