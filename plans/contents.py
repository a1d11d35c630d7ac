"""What a checklist template asks, apart from the database: the form in which it is shipped, edited, compared, exported and imported.

As data it is JSON, a field that has its usual value left out::

    {"default_rounds": 3, "blocks": [{"key": "tour", "name": "Tour", "name_zh": "巡查", "due_anchor": "end"}],
     "areas": [{"key": "hall", "name": "Workshop hall", "name_zh": "车间大厅"}],
     "items": [{"key": "T-04-01", "block": "tour", "area": "hall", "text": "Floor tidy", "text_zh": "地面整洁", "type": "ok_ng"}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from core.errors import Faults, Faulty, NotANumber, Required, RuleBroken, Unknown
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS, plain, read_number
from plans.errors.findings import TextTooLong
from plans.errors.templates import EmptyBlock, KeyTwice, LowAboveHigh, NotRounds, UnknownKey
from plans.models import MOST_ROUNDS, AnswerType, Severity, TemplateBlock, TemplateItem

MOST_MINUTES = 24 * 60
MOST_ITEMS = 300
MOST_OPTIONS = 12
KEY_LENGTH = 30


@dataclass(frozen=True)
class Block:
    """A phase of the day. ``due_minutes`` after (before, when negative) the shift's start or end."""

    key: str
    name: str
    name_zh: str = ""
    due_anchor: str = "end"
    due_minutes: int = 0
    before_sign_off: bool = False


@dataclass(frozen=True)
class Area:
    key: str
    name: str
    name_zh: str = ""
    place: str = ""
    place_zh: str = ""


@dataclass(frozen=True)
class Option:
    """One answer of a choice."""

    key: str
    text: str
    text_zh: str = ""
    abnormal: bool = False


@dataclass(frozen=True)
class Item:
    """One thing to look at; ``rounds`` is ``None`` where it follows the template's."""

    key: str
    block: str
    text: str
    text_zh: str
    area: str = ""
    hint: str = ""
    hint_zh: str = ""
    type: str = "ok_ng"
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    rounds: int | None = None
    severity: str = "normal"
    note_on_ng: bool = True
    photo_on_ng: bool = False
    must_look: bool = False


@dataclass(frozen=True)
class Content:
    """All of one version; items stand in the order of their blocks."""

    blocks: tuple[Block, ...] = ()
    areas: tuple[Area, ...] = ()
    items: tuple[Item, ...] = ()
    default_rounds: int = field(default=1)

    def in_order(self) -> Content:
        place = {block.key: number for number, block in enumerate(self.blocks)}
        return replace(self, items=tuple(sorted(self.items, key=lambda item: place.get(item.block, len(place)))))

    def items_of(self, block: str) -> list[Item]:
        return [item for item in self.items if item.block == block]


Part = TypeVar("Part", Block, Area, Option, Item)
ENUMS: dict[tuple[type, str], Sequence[str]] = {
    (Block, "due_anchor"): TemplateBlock.Anchor.values,
    (Item, "type"): AnswerType.values,
    (Item, "severity"): Severity.values,
}
NUMBERS = {"low", "high"}
WHOLE = {"due_minutes": (-MOST_MINUTES, MOST_MINUTES), "rounds": (1, MOST_ROUNDS)}
FLAGS = {"before_sign_off", "abnormal", "required", "note_on_ng", "photo_on_ng", "must_look"}
LENGTHS = {"text": 200, "text_zh": 200, "hint": 300, "hint_zh": 300, "unit": 20, "key": KEY_LENGTH}
NAME_LENGTH = 200


def as_data(content: Content) -> dict[str, Any]:
    """As JSON; what has its usual value is left out."""
    return {
        "default_rounds": content.default_rounds,
        "blocks": [_part_data(block) for block in content.blocks],
        "areas": [_part_data(area) for area in content.areas],
        "items": [_part_data(item) for item in content.items],
    }


def _part_data(part: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for what in fields(part):
        value = getattr(part, what.name)
        if what.default is not MISSING and value == what.default:
            continue
        if isinstance(value, Decimal):
            value = plain(value)
        elif isinstance(value, tuple):
            value = [_part_data(option) for option in value]
        data[what.name] = value
    return data


def read_content(data: Any) -> Content:
    """From JSON. Raises ``Faults``, each with its place as in ``items.3.text``."""
    faults: list[RuleBroken] = []
    if not isinstance(data, Mapping):
        raise Faults([Faulty(field="file")])
    lists = {}
    for name in ("blocks", "areas", "items"):
        lists[name] = data.get(name, [])
        if not isinstance(lists[name], list) or len(lists[name]) > MOST_ITEMS:
            faults.append(Faulty(field=name))
            lists[name] = []
    rounds = data.get("default_rounds", 1)
    if type(rounds) is not int or not 1 <= rounds <= MOST_ROUNDS:
        faults.append(NotRounds(field="default_rounds", most=MOST_ROUNDS))
        rounds = 1
    content = Content(
        tuple(_read(Block, lists["blocks"], "blocks", faults)),
        tuple(_read(Area, lists["areas"], "areas", faults)),
        tuple(_read(Item, lists["items"], "items", faults)),
        rounds,
    ).in_order()
    faults += [fault for fault in faults_of(content) if fault.field not in {known.field for known in faults}]
    if faults:
        raise Faults(faults)
    return content


def _read(kind: type[Part], rows: list[Any], at: str, faults: list[RuleBroken]) -> Iterator[Part]:
    known = {what.name: what for what in fields(kind)}
    for number, row in enumerate(rows):
        place = f"{at}.{number}"
        if not isinstance(row, Mapping):
            faults.append(Faulty(field=place))
            continue
        values: dict[str, Any] = {}
        for name, value in row.items():
            if name not in known:
                faults.append(UnknownKey(field=f"{place}.{name}", name=str(name)))
                continue
            try:
                values[name] = _value(kind, name, value, f"{place}.{name}", faults)
            except RuleBroken as fault:
                fault.field = f"{place}.{name}"
                faults.append(fault)
        for name, what in known.items():
            if name not in row and what.default is MISSING:
                faults.append(Required(field=f"{place}.{name}"))
            if what.default is MISSING:
                values.setdefault(name, "")
        yield kind(**values)


def _value(kind: type, name: str, value: Any, place: str, faults: list[RuleBroken]) -> Any:
    if name == "options":
        if not isinstance(value, list) or len(value) > MOST_OPTIONS:
            raise Faulty()
        return tuple(_read(Option, value, place, faults))
    if name in FLAGS:
        good = isinstance(value, bool)
    elif name in WHOLE:
        low, high = WHOLE[name]
        good = (type(value) is int and low <= value <= high) or (name == "rounds" and value is None)
    elif name in NUMBERS:
        return limit(value) if value is not None else None
    else:
        good = isinstance(value, str)
    if not good:
        raise Faulty()
    if (kind, name) in ENUMS and value not in ENUMS[kind, name]:
        raise Unknown(value=value)
    return value.strip() if isinstance(value, str) else value


def limit(value: Any) -> Decimal:
    """A limit as typed or sent. Raises ``NotANumber``."""
    number = read_number(str(value))
    if number.adjusted() >= QUANTITY_DIGITS - QUANTITY_DECIMALS or number != round(number, QUANTITY_DECIMALS):
        raise NotANumber(value=str(value))
    return number


def faults_of(content: Content, *, complete: bool = False) -> list[RuleBroken]:
    """What cannot be kept; with ``complete`` also what must not be asked yet: labels missing in a language, a block with no items."""
    faults: list[RuleBroken] = []
    blocks, areas = {block.key for block in content.blocks}, {area.key for area in content.areas}
    lists: dict[str, Sequence[Any]] = {"blocks": content.blocks, "areas": content.areas, "items": content.items}
    for at, parts in lists.items():
        seen: set[str] = set()
        for number, part in enumerate(parts):
            faults += _key_faults(part.key, seen, f"{at}.{number}")
            faults += _length_faults(part, f"{at}.{number}")
    for number, item in enumerate(content.items):
        place = f"items.{number}"
        if item.block not in blocks:
            faults.append(Unknown(field=f"{place}.block", value=item.block))
        if item.area and item.area not in areas:
            faults.append(Unknown(field=f"{place}.area", value=item.area))
        faults += _item_faults(item, place)
    return faults + (list(_incomplete(content)) if complete else [])


def _key_faults(key: str, seen: set[str], place: str) -> Iterator[RuleBroken]:
    if not key:
        yield Required(field=f"{place}.key")
    elif key in seen:
        yield KeyTwice(field=f"{place}.key", key=key)
    seen.add(key)


def _length_faults(part: Any, place: str) -> Iterator[RuleBroken]:
    for what in fields(part):
        value = getattr(part, what.name)
        most = LENGTHS.get(what.name, NAME_LENGTH)
        if isinstance(value, str) and len(value) > most:
            yield TextTooLong(field=f"{place}.{what.name}", length=len(value), most=most)


def _item_faults(item: Item, place: str) -> Iterator[RuleBroken]:
    if item.type != AnswerType.NUMBER:
        for name in ("low", "high", "unit"):
            if getattr(item, name) not in (None, ""):
                yield Faulty(field=f"{place}.{name}")
    elif item.low is not None and item.high is not None and item.low > item.high:
        yield LowAboveHigh(field=f"{place}.low", low=plain(item.low), high=plain(item.high))
    if item.type == AnswerType.CHOICE and not item.options:
        yield Required(field=f"{place}.options")
    if item.type != AnswerType.CHOICE and item.options:
        yield Faulty(field=f"{place}.options")
    seen: set[str] = set()
    for number, option in enumerate(item.options):
        yield from _key_faults(option.key, seen, f"{place}.options.{number}")
        yield from _length_faults(option, f"{place}.options.{number}")
        if not option.text and not option.text_zh:
            yield Required(field=f"{place}.options.{number}.text")


def _incomplete(content: Content) -> Iterator[RuleBroken]:
    if not content.blocks:
        yield Required(field="blocks")
    for at, parts in (("blocks", content.blocks), ("areas", content.areas)):
        for number, part in enumerate(parts):
            for name in ("name", "name_zh"):
                if not getattr(part, name):
                    yield Required(field=f"{at}.{number}.{name}")
    for number, block in enumerate(content.blocks):
        if not content.items_of(block.key):
            yield EmptyBlock(field=f"blocks.{number}.name", block=block.name or block.name_zh or block.key)
    for number, item in enumerate(content.items):
        for name in ("text", "text_zh"):
            if not getattr(item, name):
                yield Required(field=f"items.{number}.{name}")
        for at_option, option in enumerate(item.options):
            for name in ("text", "text_zh"):
                if not getattr(option, name):
                    yield Required(field=f"items.{number}.options.{at_option}.{name}")


def item_values(item: Item, default_rounds: int) -> dict[str, Any]:
    """The fields of a ``TemplateItem``, without its places."""
    return {
        "key": item.key,
        "text": item.text,
        "text_zh": item.text_zh,
        "hint": item.hint,
        "hint_zh": item.hint_zh,
        "answer_type": item.type,
        "low": item.low,
        "high": item.high,
        "unit": item.unit,
        "options": [{"key": o.key, "text": o.text, "text_zh": o.text_zh, "abnormal": o.abnormal} for o in item.options],
        "is_required": item.required,
        "rounds": item.rounds or default_rounds,
        "has_own_rounds": item.rounds is not None,
        "severity": item.severity,
        "note_on_ng": item.note_on_ng,
        "photo_on_ng": item.photo_on_ng,
        "must_look": item.must_look,
    }


def item_of(row: TemplateItem, block: str, area: str) -> Item:
    return Item(
        key=row.key,
        block=block,
        text=row.text,
        text_zh=row.text_zh,
        area=area,
        hint=row.hint,
        hint_zh=row.hint_zh,
        type=row.answer_type,
        low=row.low,
        high=row.high,
        unit=row.unit,
        options=tuple(Option(**option) for option in row.options),
        required=row.is_required,
        rounds=row.rounds if row.has_own_rounds else None,
        severity=row.severity,
        note_on_ng=row.note_on_ng,
        photo_on_ng=row.photo_on_ng,
        must_look=row.must_look,
    )
