"""Work logs and surveys, and the leaders that stand above those who write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from core.clock import plant_today
from people.models import OrgNode, OrgSpan, Staff
from plans.models import Survey, WorkLog
from plans.selectors.surveys import sections_of_checklist
from plans.services import LogInput, NoteInput, ToDoInput, save_log, start_survey, submit_log
from tests.factories.checklists import FRIDAY, shipped


def led(node: OrgNode, leader: Staff) -> Staff:
    OrgSpan.objects.filter(node=node).update(leader=leader)
    return leader


def written(
    author: Staff, on: date = FRIDAY, *, to_dos: tuple[ToDoInput, ...] = (), notes: Mapping[str, Any] | None = None, **words: str
) -> WorkLog:
    """A draft; ``notes`` by kind, each a text or a ``NoteInput``."""
    kept = {kind: note if isinstance(note, NoteInput) else NoteInput(note) for kind, note in (notes or {}).items()}
    said = LogInput(**{"done": "Ran line 2 as planned"} | words, to_dos=to_dos, notes=kept)
    return save_log(author=author, business_date=on, said=said)


def handed_in(author: Staff, on: date = FRIDAY, **more: Any) -> WorkLog:
    return submit_log(log=written(author, on, **more))


def surveyed(node: OrgNode, *, owner: Staff, by: Staff, owners: Mapping[str, Staff] | None = None, code: str = "T-05") -> Survey:
    """A survey of a place in which one person owns every section but those of ``owners``."""
    template = shipped(code)
    areas = sections_of_checklist(template.versions.order_by("-number").first())
    people = {area.key: owner for area in areas} | dict(owners or {})
    return start_survey(template=template, node=node, owners=people, due_on=plant_today() + timedelta(days=14), by=by)
