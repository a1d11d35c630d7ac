"""The questions of a sheet as its page shows them: by area, each item with a box for every round."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from core.clock import plant_today
from core.quantities import plain
from people.models import OrgPath, Staff
from people.roles import Role
from plans.models import Answer, AnswerType, Sheet, TemplateArea, TemplateItem
from plans.selectors.sheet_news import option_label, value_words

QUICK_WORDS = 4
QUICK_LENGTH = 12
QUICK_DAYS = 60
MOST_OWNERS = 60
OWNER_ROLES = (Role.TLD, Role.SUP, Role.WSM, Role.MGR, Role.MNT, Role.INS)


@dataclass
class Slot:
    """One box: an item in one of its rounds, its current answer, what was typed but refused, and the answer its writer saw there."""

    item: TemplateItem
    round: int = 1
    answer: Answer | None = None
    typed: tuple[str, str] | None = None
    seen_before: str | None = None

    @property
    def key(self) -> str:
        """Names the box on the page: ``T-01-10.1``."""
        return f"{self.item.key}.{self.round}"

    @property
    def value(self) -> str:
        """What stands on the page: typed but refused, else what is kept."""
        return self.typed[0] if self.typed else self.answer.value if self.answer else ""

    @property
    def note(self) -> str:
        return self.typed[1] if self.typed else self.answer.note if self.answer else ""

    @property
    def seen(self) -> str:
        """The answer that whoever sends the page back has seen in the box, ``""`` for none."""
        return self.seen_before if self.seen_before is not None else str(self.answer.pk) if self.answer else ""

    @property
    def words(self) -> str:
        return value_words(self.item, self.value) if self.value else ""


@dataclass
class ItemRow:
    """One question with its rounds."""

    item: TemplateItem
    number: int
    slots: list[Slot]
    quick_words: list[str] = field(default_factory=list)
    is_next: bool = False
    width: int = 1

    @property
    def padded(self) -> list[Slot | None]:
        """The boxes, and nothing up to the widest row of the area: the paper's columns."""
        return [*self.slots, *[None] * (self.width - len(self.slots))]

    @property
    def key(self) -> str:
        return self.slots[0].key

    @property
    def slot(self) -> Slot:
        """The only box of an item that is asked once."""
        return self.slots[0]

    @property
    def type(self) -> str:
        return self.item.answer_type

    @property
    def is_single(self) -> bool:
        return len(self.slots) == 1

    @property
    def is_abnormal(self) -> bool:
        return any(slot.answer.abnormal for slot in self.slots if slot.answer)

    @property
    def is_open(self) -> bool:
        return any(slot.answer is None for slot in self.slots)

    @property
    def told(self) -> list[Slot]:
        """The boxes with a note, a photo or a finding."""
        return [slot for slot in self.slots if slot.answer and (slot.note or slot.answer.photo_id or slot.answer.finding_id)]

    @property
    def quick_json(self) -> str:
        return json.dumps(self.quick_words, ensure_ascii=False)

    @property
    def options(self) -> list[dict[str, Any]]:
        return [{**option, "label": option_label(option)} for option in self.item.options]

    @property
    def low(self) -> str:
        return "" if self.item.low is None else plain(self.item.low)

    @property
    def high(self) -> str:
        return "" if self.item.high is None else plain(self.item.high)

    @property
    def limits(self) -> str:
        """``4–6 bar``, ``≤ 6 bar``, ``≥ 4 bar``; blank without limits."""
        if self.low and self.high:
            text = f"{self.low}–{self.high}"
        elif self.low or self.high:
            text = f"≥ {self.low}" if self.low else f"≤ {self.high}"
        else:
            return ""
        return f"{text} {self.item.unit}".strip()


@dataclass
class AreaRows:
    """What is looked at in one part of the floor during one phase; without areas, the whole phase."""

    area: TemplateArea | None
    rows: list[ItemRow] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.area.key if self.area else ""

    @property
    def slots(self) -> list[Slot]:
        return [slot for row in self.rows for slot in row.slots]

    @property
    def total(self) -> int:
        return len(self.slots)

    @property
    def answered(self) -> int:
        return sum(slot.answer is not None for slot in self.slots)

    @property
    def ng(self) -> int:
        return sum(slot.answer.abnormal for slot in self.slots if slot.answer)

    @property
    def most_rounds(self) -> int:
        return max(len(row.slots) for row in self.rows)

    @property
    def rounds(self) -> range:
        return range(1, self.most_rounds + 1)

    @property
    def is_plain(self) -> bool:
        """Asked once and answered OK, NG or N/A throughout: the form people know."""
        return all(row.is_single and row.type == AnswerType.OK_NG for row in self.rows)

    @property
    def takes_bulk(self) -> bool:
        simple = (AnswerType.OK_NG, AnswerType.TICK)
        return sum(row.type in simple and not row.item.must_look for row in self.rows) > 1


def areas_of(rows: Iterable[ItemRow]) -> list[AreaRows]:
    """Rows of one phase by area, in the order in which the areas first come."""
    found: dict[int | None, AreaRows] = {}
    for row in rows:
        found.setdefault(row.item.area_id, AreaRows(row.item.area)).rows.append(row)
    for area in found.values():
        for row in area.rows:
            row.width = area.most_rounds
    return list(found.values())


def quick_words(sheet: Sheet) -> dict[str, list[str]]:
    """Short notes lately given to each item in this place, the newest first: one tap instead of typing."""
    rows = (
        Answer.objects.annotate(length=Length("note"))
        .filter(
            sheet__template=sheet.template_id,
            sheet__node=sheet.node_id,
            abnormal=True,
            length__lte=QUICK_LENGTH,
            sheet__business_date__gte=sheet.business_date - timedelta(days=QUICK_DAYS),
        )
        .exclude(sheet=sheet)
        .exclude(note="")
        .order_by("-answered_at")
        .values_list("item__key", "note")[:200]
    )
    words: dict[str, list[str]] = {}
    for key, note in rows:
        kept = words.setdefault(key, [])
        if note not in kept and len(kept) < QUICK_WORDS:
            kept.append(note)
    return words


def items_of(sheet: Sheet) -> QuerySet[TemplateItem]:
    """What a sheet asks: its version's items, of a section's sheet those of its area alone."""
    items = TemplateItem.objects.filter(version=sheet.version_id)
    return items.filter(area=sheet.area_id) if sheet.area_id else items


def owners_around(node_id: int) -> list[Staff]:
    """Who may be asked to put right what is found in a place: those who lead, supervise or maintain around it; one statement."""
    today = plant_today()
    paths = OrgPath.objects.filter(valid_from__lte=today, valid_to__gt=today)
    own = paths.filter(node=node_id)
    around = Q(org=node_id)
    for level in ("plant", "workshop", "section", "team"):
        around |= Q(org__in=own.values(level))
    below = paths.filter(Q(workshop=node_id) | Q(section=node_id) | Q(team=node_id)).values("node")
    people = Staff.objects.employed().filter(around | Q(org__in=below), user__groups__name__in=OWNER_ROLES)
    return list(people.distinct().order_by("name", "staff_no")[:MOST_OWNERS])
