"""Sheets as people read them: by phase of the day, with who answered and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from core.clock import plant_today, plant_zone
from people.access import Access
from plans.models import Answer, AnswerValue, Sheet, TemplateBlock, TemplateItem

QUICK_WORDS = 4
QUICK_LENGTH = 12
QUICK_DAYS = 60


@dataclass
class Row:
    """One question (in one of its rounds) and its current answer."""

    item: TemplateItem
    number: int
    round: int = 1
    answer: Answer | None = None
    quick_words: list[str] = field(default_factory=list)
    is_next: bool = False
    typed: tuple[str, str] | None = None

    @property
    def slot(self) -> str:
        """Names the row on the page: ``T-01-10.1``."""
        return f"{self.item.key}.{self.round}"

    @property
    def value(self) -> str:
        """What stands on the page: typed but refused, else what is kept."""
        return self.typed[0] if self.typed else self.answer.value if self.answer else ""

    @property
    def note(self) -> str:
        return self.typed[1] if self.typed else self.answer.note if self.answer else ""


@dataclass
class Phase:
    """A block of a sheet at one moment. ``state`` is done, now, late or later."""

    block: TemplateBlock
    starts: datetime
    due: datetime
    total: int = 0
    answered: int = 0
    required_open: int = 0
    ng: int = 0
    last_at: datetime | None = None
    rows: list[Row] = field(default_factory=list)
    state: str = "later"
    is_now: bool = False

    @property
    def good_width(self) -> str:
        """Of the gauge: answered without NG, in percent of all, as SVG wants it."""
        return _percent(self.answered - self.ng, self.total)

    @property
    def ng_width(self) -> str:
        return _percent(self.ng, self.total)


@dataclass
class SheetPage:
    sheet: Sheet
    phases: list[Phase]

    @property
    def rows(self) -> list[Row]:
        return [row for phase in self.phases for row in phase.rows]

    @property
    def total(self) -> int:
        return sum(phase.total for phase in self.phases)

    @property
    def answered(self) -> int:
        return sum(phase.answered for phase in self.phases)

    @property
    def required_open(self) -> int:
        return sum(phase.required_open for phase in self.phases)

    @property
    def ng(self) -> int:
        return sum(phase.ng for phase in self.phases)

    @property
    def next_row(self) -> Row | None:
        return next((row for row in self.rows if row.is_next), None)

    @property
    def now(self) -> Phase | None:
        return next((phase for phase in self.phases if phase.is_now), None)

    @property
    def due(self) -> datetime:
        """When the next thing is due on it: the first open phase's time, else the last one's."""
        return next((phase.due for phase in self.phases if phase.state != "done"), self.phases[-1].due)


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.4g}" if whole else "0"


def sheet_page(sheet: Sheet, at: datetime | None = None) -> SheetPage:
    """Everything the page of one sheet shows; ``sheet`` comes with its shift. A constant number of statements."""
    items = list(TemplateItem.objects.filter(version=sheet.version_id).select_related("block").order_by("order"))
    kept = Answer.objects.filter(sheet=sheet, is_current=True).select_related("by", "photo")
    answers = {(answer.item_id, answer.round): answer for answer in kept}
    words = _quick_words(sheet) if sheet.status == Sheet.Status.OPEN else {}
    phases: dict[int, Phase] = {}
    for number, item in enumerate(items, 1):
        phase = phases.get(item.block_id) or phases.setdefault(item.block_id, _phase(sheet, item.block, phases.values()))
        for count in range(1, item.rounds + 1):
            phase.rows.append(Row(item, number, count, answers.get((item.pk, count)), words.get(item.key, [])))
    for phase in phases.values():
        given = [row.answer for row in phase.rows if row.answer]
        phase.total, phase.answered = len(phase.rows), len(given)
        phase.ng = sum(answer.value == AnswerValue.NG for answer in given)
        phase.required_open = sum(row.item.is_required and row.answer is None for row in phase.rows)
        phase.last_at = max((answer.answered_at for answer in given), default=None)
    page = SheetPage(sheet, sorted(phases.values(), key=lambda phase: phase.block.order))
    _judge(page.phases, at or timezone.now())
    following = next((row for row in page.rows if row.item.is_required and row.answer is None), None)
    if following and sheet.status == Sheet.Status.OPEN:
        following.is_next = True
    return page


def pages_of(sheets: Sequence[Sheet], at: datetime | None = None) -> list[SheetPage]:
    """The phases of several sheets, without their rows, in two statements."""
    versions = {sheet.version_id for sheet in sheets}
    blocks: dict[int, list[Any]] = {}
    counted = TemplateBlock.objects.filter(version__in=versions).annotate(
        asked=Count("items"), needed=Count("items", filter=Q(items__is_required=True))
    )
    for block in counted.order_by("order"):
        blocks.setdefault(block.version_id, []).append(block)
    answered: dict[tuple[int, int], list[Answer]] = {}
    rows = Answer.objects.filter(sheet__in=[sheet.pk for sheet in sheets], is_current=True).select_related("item")
    for answer in rows:
        answered.setdefault((answer.sheet_id, answer.item.block_id), []).append(answer)
    pages = []
    for sheet in sheets:
        phases: list[Phase] = []
        for block in blocks.get(sheet.version_id, []):
            given = answered.get((sheet.pk, block.pk), [])
            phase = _phase(sheet, block, phases)
            phase.total, phase.answered = block.asked, len(given)
            phase.required_open = block.needed - sum(answer.item.is_required for answer in given)
            phase.ng = sum(answer.value == AnswerValue.NG for answer in given)
            phase.last_at = max((answer.answered_at for answer in given), default=None)
            phases.append(phase)
        _judge(phases, at or timezone.now())
        pages.append(SheetPage(sheet, phases))
    return pages


def _phase(sheet: Sheet, block: TemplateBlock, before: Iterable[Phase]) -> Phase:
    """A phase begins when the one before it is due, the first an hour before the shift."""
    starts, ends = sheet.shift.times.window(sheet.business_date)
    anchor = starts if block.due_anchor == TemplateBlock.Anchor.START else ends
    earlier = [phase.due for phase in before]
    return Phase(block, earlier[-1] if earlier else starts - timedelta(hours=1), anchor + timedelta(minutes=block.due_minutes))


def _judge(phases: Sequence[Phase], at: datetime) -> None:
    for phase in phases:
        if phase.total and phase.required_open == 0:
            phase.state = "done"
        elif phase.due < at:
            phase.state = "late"
        else:
            phase.state = "now" if phase.starts <= at else "later"
    current = next((phase for phase in phases if phase.state in ("late", "now")), None)
    if current:
        current.is_now = True


def _quick_words(sheet: Sheet) -> dict[str, list[str]]:
    """Short notes lately given to each item in this place, the newest first: one tap instead of typing."""
    rows = (
        Answer.objects.annotate(length=Length("note"))
        .filter(
            sheet__template=sheet.template_id,
            sheet__node=sheet.node_id,
            value=AnswerValue.NG,
            length__lte=QUICK_LENGTH,
            sheet__business_date__gte=sheet.business_date - timedelta(days=QUICK_DAYS),
        )
        .exclude(sheet=sheet)
        .order_by("-answered_at")
        .values_list("item__key", "note")[:200]
    )
    words: dict[str, list[str]] = {}
    for key, note in rows:
        kept = words.setdefault(key, [])
        if note not in kept and len(kept) < QUICK_WORDS:
            kept.append(note)
    return words


def with_progress(sheets: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """Rows for a list: with ``asked``, ``answered`` and ``ng`` counts."""
    current = Answer.objects.filter(sheet=OuterRef("pk"), is_current=True).order_by()
    asked = TemplateItem.objects.filter(version=OuterRef("version")).order_by()

    def count(rows: QuerySet, group: str) -> Coalesce:
        return Coalesce(Subquery(rows.values(group).annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0)

    return sheets.select_related("template", "version", "shift", "node", "submitted_by").annotate(
        asked=count(asked, "version"), answered=count(current, "sheet"), ng=count(current.filter(value=AnswerValue.NG), "sheet")
    )


def todays_sheets(access: Access, at: datetime | None = None) -> QuerySet[Sheet]:
    """Sheets in scope of today, and open ones of a night shift that began yesterday: what a person may have to do now."""
    today = at.astimezone(plant_zone()).date() if at else plant_today()
    over_midnight = Q(business_date=today - timedelta(days=1), shift__ends_at__lte=F("shift__starts_at"), status=Sheet.Status.OPEN)
    rows = Sheet.objects.filter(Q(business_date=today) | over_midnight)
    return access.scoped(rows, "node").select_related("template", "version", "shift", "node", "submitted_by")


def shows_photo(attachment_id: UUID, access: Access) -> bool:
    """Whether an answer with this photo stands on a sheet that the person sees."""
    sheets = access.scoped(Sheet.objects.filter(pk=OuterRef("sheet")), "node")
    return Answer.objects.filter(Exists(sheets), photo=attachment_id).exists()
