"""Sheets as people read them: by phase of the day, with who answered and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import ngettext

from core.clock import plant_zone
from core.models import PlantSetting
from core.plant_settings import plant_setting, plant_setting_among
from people.access import Access
from plans.models import Answer, Sheet, SurveySection, TemplateBlock, TemplateItem
from plans.selectors.sheet_rows import AreaRows, ItemRow, Slot, areas_of, items_of, quick_words

OPENS = "sheet_opens_minutes"


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
    areas: list[AreaRows] = field(default_factory=list)
    state: str = "later"
    is_now: bool = False

    @property
    def rows(self) -> list[ItemRow]:
        return [row for area in self.areas for row in area.rows]

    @property
    def good_width(self) -> str:
        """Of the gauge: answered without NG, in percent of all, as SVG wants it."""
        return _percent(self.answered - self.ng, self.total)

    @property
    def ng_width(self) -> str:
        return _percent(self.ng, self.total)


@dataclass(frozen=True)
class Pace:
    """From the first answer to the last; ``bulk_percent`` of them given together by one tap; ``clock_off``: how wrong a clock was."""

    first: datetime
    last: datetime
    bulk_percent: int
    clock_off: timedelta | None

    @property
    def minutes(self) -> int:
        return int((self.last - self.first).total_seconds() // 60)

    @property
    def clock_off_words(self) -> str:
        if self.clock_off is None:
            return ""
        minutes = int(self.clock_off.total_seconds() // 60)
        if minutes < 60:
            return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
        hours = round(minutes / 60)
        if hours < 24:
            return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
        days = round(hours / 24)
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


@dataclass
class SheetPage:
    sheet: Sheet
    phases: list[Phase]

    @property
    def rows(self) -> list[ItemRow]:
        return [row for phase in self.phases for row in phase.rows]

    @property
    def slots(self) -> list[Slot]:
        return [slot for row in self.rows for slot in row.slots]

    @property
    def mark(self) -> datetime:
        """Up to where this page knows the answers."""
        return max((slot.answer.saved_at for slot in self.slots if slot.answer), default=self.sheet.starts_at - timedelta(days=2))

    @property
    def pace(self) -> Pace | None:
        """How long the filling took and how much of it was one tap for many; ``None`` before the first answer."""
        given = [slot.answer for slot in self.slots if slot.answer]
        if not given:
            return None
        first, last = min(answer.answered_at for answer in given), max(answer.answered_at for answer in given)
        bulk = sum(answer.is_bulk for answer in given)
        return Pace(first, last, bulk * 100 // len(given), max((abs(a.answered_at - a.told_at) for a in given if a.told_at), default=None))

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
    def next_row(self) -> ItemRow | None:
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
    items = list(items_of(sheet).select_related("block", "area").order_by("order"))
    kept = Answer.objects.filter(sheet=sheet, is_current=True).select_related("by", "finding")
    answers = {(answer.item_id, answer.round): answer for answer in kept}
    words = quick_words(sheet) if sheet.status == Sheet.Status.OPEN else {}
    page = assembled(sheet, items, answers, words, at or timezone.now())
    following = next((row for row in page.rows if row.item.is_required and row.is_open), None)
    if following and sheet.status == Sheet.Status.OPEN:
        following.is_next = True
    return page


def assembled(
    sheet: Sheet,
    items: Sequence[TemplateItem],
    answers: Mapping[tuple[int, int], Answer],
    words: Mapping[str, list[str]],
    at: datetime,
) -> SheetPage:
    """The items of a sheet by phase and area, each with its boxes; ``answers`` by item and round. The items come with block and area."""
    blocks: dict[int, list[ItemRow]] = {}
    for number, item in enumerate(items, 1):
        slots = [Slot(item, count, answers.get((item.pk, count))) for count in range(1, item.rounds + 1)]
        blocks.setdefault(item.block_id, []).append(ItemRow(item, number, slots, words.get(item.key, [])))
    phases: list[Phase] = []
    opens = opens_before()
    for rows in sorted(blocks.values(), key=lambda rows: rows[0].item.block.order):
        phase = _phase(sheet, rows[0].item.block, phases, opens)
        phase.areas = areas_of(rows)
        _count(phase)
        phases.append(phase)
    _judge(phases, at)
    return SheetPage(sheet, phases)


def _count(phase: Phase) -> None:
    slots = [slot for row in phase.rows for slot in row.slots]
    given = [slot.answer for slot in slots if slot.answer]
    phase.total, phase.answered = len(slots), len(given)
    phase.ng = sum(answer.abnormal for answer in given)
    phase.required_open = sum(slot.item.is_required and slot.answer is None for slot in slots)
    phase.last_at = max((answer.answered_at for answer in given), default=None)


def phases_of(sheets: QuerySet[Sheet]) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """What ``pages_of`` needs beside the sheets: the blocks of their versions, and how much of each is answered."""
    sheets = sheets.order_by()
    blocks = TemplateBlock.objects.filter(version__in=sheets.values("version")).annotate(
        asked=Coalesce(Sum("items__rounds"), 0), needed=Coalesce(Sum("items__rounds", filter=Q(items__is_required=True)), 0)
    )
    kept = Answer.objects.filter(sheet__in=sheets.values("pk"), is_current=True).order_by()
    answered = kept.values_list("sheet", "item__block").annotate(
        given=Count("pk"),
        required=Count("pk", filter=Q(item__is_required=True)),
        ng=Count("pk", filter=Q(abnormal=True)),
        last=Max("answered_at"),
    )
    return blocks.order_by("order"), answered


def pages_of(sheets: Sequence[Sheet], phases: Iterable[Any], answers: Iterable[Any], at: datetime | None = None) -> list[SheetPage]:
    """Several sheets without their rows; ``phases`` and ``answers`` are their ``phases_of``."""
    opens = opens_before()
    blocks: dict[int, list[Any]] = {}
    for block in phases:
        blocks.setdefault(block.version_id, []).append(block)
    answered = {(sheet, block): given for sheet, block, *given in answers}
    pages = []
    for sheet in sheets:
        found: list[Phase] = []
        for block in blocks.get(sheet.version_id, []):
            phase = _phase(sheet, block, found, opens)
            phase.total = block.asked
            phase.answered, required, phase.ng, phase.last_at = answered.get((sheet.pk, block.pk), (0, 0, 0, None))
            phase.required_open = block.needed - required
            found.append(phase)
        _judge(found, at or timezone.now())
        pages.append(SheetPage(sheet, found))
    return pages


def _phase(sheet: Sheet, block: TemplateBlock, before: Iterable[Phase], opens: timedelta) -> Phase:
    """A phase begins when the one before it is due, the first when the sheet opens before the shift."""
    anchor = sheet.starts_at if block.due_anchor == TemplateBlock.Anchor.START else sheet.ends_at
    earlier = [phase.due for phase in before]
    return Phase(block, earlier[-1] if earlier else sheet.starts_at - opens, anchor + timedelta(minutes=block.due_minutes))


def opens_before(kept: Iterable[PlantSetting] | None = None) -> timedelta:
    """How long before its shift a sheet takes answers; ``kept`` is the setting of ``OPENS`` where it was read together with others."""
    return timedelta(minutes=plant_setting(OPENS) if kept is None else plant_setting_among(OPENS, kept))


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


def with_progress(sheets: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """Rows for a list: with ``asked``, ``answered`` and ``ng`` counts."""
    current = Answer.objects.filter(sheet=OuterRef("pk"), is_current=True).order_by()
    asked = TemplateItem.objects.filter(version=OuterRef("version")).order_by()

    def count(rows: QuerySet, group: str, number: Any) -> Coalesce:
        return Coalesce(Subquery(rows.values(group).annotate(n=number).values("n"), output_field=IntegerField()), 0)

    return sheets.select_related("template", "version", "shift", "node", "submitted_by").annotate(
        asked=count(asked, "version", Sum("rounds")),
        answered=count(current, "sheet", Count("*")),
        ng=count(current.filter(abnormal=True), "sheet", Count("*")),
    )


def todays_sheets(access: Access, at: datetime | None = None) -> QuerySet[Sheet]:
    """Sheets in scope of today, and open ones that began earlier and are not missed yet (a night's, a week's, a reopened one): what a
    person may have to do now."""
    at = at or timezone.now()
    today = at.astimezone(plant_zone()).date()
    not_over = Q(ends_at__gt=at - timedelta(hours=plant_setting("sheet_cutoff_hours"))) | Q(reopened_at__isnull=False)
    rows = Sheet.objects.filter(area=None).filter(Q(business_date=today) | Q(not_over, business_date__lt=today, status=Sheet.Status.OPEN))
    return access.scoped(rows, "node").select_related("template", "version", "shift", "node", "submitted_by", "assignment")


def sheets_seen(access: Access) -> QuerySet[Sheet]:
    """Sheets of the places in scope, and wherever they are the sections of a survey that one owns or has started."""
    if access.scope is None:
        return Sheet.objects.all()
    me = access.staff.pk
    asked = SurveySection.objects.filter(Q(owner=me) | Q(survey__started_by=me))
    return Sheet.objects.filter(Q(node__in=access.scope) | Q(area__isnull=False, pk__in=asked.values("sheet")))


def shows_photo(attachment_id: UUID, access: Access) -> bool:
    """Whether an answer with this photo stands on a sheet that the person sees."""
    sheets = sheets_seen(access).filter(pk=OuterRef("sheet"))
    return Answer.objects.filter(Exists(sheets), photo=attachment_id).exists()
