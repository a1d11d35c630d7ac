"""Which checklists the demo plant asks where, and how they were filled lately: mostly in time, now and then late, missed or skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from floorops.demo import cast
from floorops.demo.draws import draw_for, working_days
from people.models import OrgNode, Shift, Staff
from plans.models import Answer, AnswerType, ChecklistTemplate, Sheet, TemplateAssignment, TemplateItem, TemplateVersion

Status = Sheet.Status
CUT_OFF = timedelta(hours=4)
STAMPS = (
    "status", "submitted_by", "submitted_at", "countersigned_by", "countersigned_at", "missed_at", "skipped_by", "skipped_at",
    "skip_reason",
)  # fmt: skip
SKIPPED_BECAUSE = "停电检修，全车间停产 / Power works, the whole hall stood"


@dataclass(frozen=True)
class Asked:
    """One assignment of the demo; its sheets of the last ``days`` were filled by ``writer``, a log-in, else by the leader of the place."""

    template: str
    node: str
    rule: str = "working_days"
    weekdays: tuple[int, ...] = ()
    role: str = ""
    reach: str = "node"
    days: int = 0
    writer: str = ""


ASSIGNMENTS = (
    Asked("T-01", "D-STA", days=30, writer="sup"),
    Asked("T-01", "D-WEL", days=30),
    Asked("T-01", "D-ASM", days=30),
    Asked("T-02", "D-STA", "windows"),
    Asked("T-02", "D-WEL", "windows"),
    Asked("T-02", "D-ASM", "windows"),
    Asked("T-04", "D-STA", days=4, writer="sup"),
    Asked("T-05b", "D-STA", days=9, writer="sup"),
    Asked("T-05c", "D-STA", days=9, writer="sup"),
    Asked("T-06", "D-STA", "weekly", role="sup"),
    Asked("T-10", "D-STA", "weekly", role="wsm"),
    Asked("T-10b", "D-STA", "weekly", role="sup"),
    Asked("T-12", "D-ASM", "weekdays", (0, 3)),
)


def make_assignments(first: date) -> None:
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    templates = {template.code: template for template in ChecklistTemplate.objects.all()}
    shift = Shift.objects.get(code="D-DAY")
    for asked in ASSIGNMENTS:
        more = {"reach": asked.reach, "role": asked.role, "rule": asked.rule, "weekdays": list(asked.weekdays), "starts_on": first}
        key = {"template": templates[asked.template], "node": nodes[asked.node], "shift": shift}
        TemplateAssignment.objects.get_or_create(**key, defaults=more)


def make_sheets(first: date, last: date) -> int:
    """Sheets of the last days as they were filled; a missed one has a third of its answers, a skipped one none."""
    sheets: list[Sheet] = []
    answers: list[Answer] = []
    ends: list[Status] = []
    manager = Staff.objects.filter(user__username="mgr").first()
    for asked in ASSIGNMENTS:
        assignment = TemplateAssignment.objects.select_related("template", "node", "shift").get(
            template__code=asked.template, node__code=asked.node, shift__code="D-DAY"
        )
        version = assignment.template.versions.filter(published_at__isnull=False).first()
        assert version is not None
        items = list(version.items.select_related("block").order_by("order"))
        known = set(Sheet.objects.filter(template=assignment.template, node=assignment.node).values_list("business_date", flat=True))
        writer = _writer(asked)
        for day in working_days(max(first, last - timedelta(days=asked.days)), last) if asked.days else []:
            if day in known:
                continue
            sheet, end = _sheet(assignment, version, items, day), _end_of(asked, day, last)
            sheet.submitted_by = writer
            given = {Status.SKIPPED: 0, Status.MISSED: len(items) // 3}.get(end, len(items))
            sheets.append(sheet)
            ends.append(end)
            answers += _answers(sheet, items[:given], writer)
    _keep(sheets, ends, answers, manager)
    return len(sheets)


def _writer(asked: Asked) -> Staff:
    own = Staff.objects.filter(user__username=asked.writer).first() if asked.writer else None
    found = own or Staff.objects.filter(led_spans__node__code=asked.node).first()
    assert found is not None, asked.node
    return found


def _sheet(assignment: TemplateAssignment, version: TemplateVersion, items: Sequence[TemplateItem], day: date) -> Sheet:
    assert assignment.shift is not None
    starts, ends = assignment.shift.times.window(day)
    sheet = Sheet(
        assignment=assignment,
        template=assignment.template,
        version=version,
        node=assignment.node,
        shift=assignment.shift,
        business_date=day,
        starts_at=starts,
        ends_at=ends,
    )
    sheet.due_at = max(_due(sheet, item) for item in items)
    return sheet


def _due(sheet: Sheet, item: TemplateItem) -> datetime:
    anchor = sheet.starts_at if item.block.due_anchor == "start" else sheet.ends_at
    return anchor + timedelta(minutes=item.block.due_minutes)


def _end_of(asked: Asked, day: date, last: date) -> Status:
    chance = draw_for("end", asked.template, asked.node, day).random()
    if chance < 0.05:
        return Status.MISSED
    if chance < 0.07:
        return Status.SKIPPED
    return Status.SUBMITTED if day >= last - timedelta(days=1) else Status.COUNTERSIGNED


def _answers(sheet: Sheet, items: Sequence[TemplateItem], writer: Staff) -> list[Answer]:
    """One after the other before each phase is due; the rounds of a tour spread over the shift."""
    notes = dict(cast.NG_NOTES)
    draw = draw_for("sheet", sheet.template.code, sheet.node.code, sheet.business_date)
    wrong = draw.choice(list(notes)) if draw.random() < 0.4 else ""
    made = []
    for number, item in enumerate(items):
        due = _due(sheet, item)
        for count in range(1, item.rounds + 1):
            earlier = (sheet.ends_at - sheet.starts_at) * (item.rounds - count) / item.rounds
            is_wrong = item.key == wrong
            made.append(
                Answer(
                    id=uuid5(NAMESPACE_URL, f"demo {sheet.node.code} {sheet.business_date} {item.key} {count}"),
                    sheet=sheet,
                    item=item,
                    round=count,
                    value="ng" if is_wrong else _value(item),
                    abnormal=is_wrong,
                    note=notes[item.key] if is_wrong else "",
                    by=writer,
                    answered_at=due - earlier - timedelta(minutes=25) + timedelta(seconds=12 * number),
                )
            )
    return made


def _value(item: TemplateItem) -> str:
    return {AnswerType.NUMBER: "12", AnswerType.TEXT: "07:40 – 20:10", AnswerType.CHOICE: "current"}.get(AnswerType(item.answer_type), "ok")


def _keep(sheets: list[Sheet], ends: list[Status], answers: list[Answer], manager: Staff | None) -> None:
    """Open sheets first, since only those take answers; then each comes to its end."""
    writers = [sheet.submitted_by for sheet in sheets]
    for sheet in sheets:
        sheet.submitted_by = None
    Sheet.objects.bulk_create(sheets)
    Answer.objects.bulk_create(answers, batch_size=2000)
    for sheet, end, writer in zip(sheets, ends, writers, strict=True):
        sheet.status = end
        is_late = draw_for("late", sheet.template.code, sheet.node.code, sheet.business_date).random() < 0.1
        if end in (Status.SUBMITTED, Status.COUNTERSIGNED):
            sheet.submitted_by = writer
            sheet.submitted_at = sheet.due_at + timedelta(minutes=40 if is_late else -4)
        if end == Status.COUNTERSIGNED:
            sheet.countersigned_by, sheet.countersigned_at = manager, sheet.ends_at + timedelta(hours=1)
        if end == Status.MISSED:
            sheet.missed_at = sheet.ends_at + CUT_OFF
        if end == Status.SKIPPED:
            sheet.skipped_by, sheet.skipped_at, sheet.skip_reason = manager, sheet.starts_at, SKIPPED_BECAUSE
    Sheet.objects.bulk_update(sheets, STAMPS, batch_size=500)
