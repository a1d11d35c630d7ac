"""The draft of a template as its page sends and shows it: everything as typed, so that nothing is lost when it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from core.errors import RuleBroken
from core.models.names import in_language
from core.quantities import plain
from plans.contents import FLAGS, MOST_OPTIONS, Area, Block, Content, Item, Option, read_content
from plans.models import AnswerType

SPARE_OPTIONS = 2
BLOCK_TEXTS = ("name", "name_zh")
AREA_TEXTS = ("name", "name_zh", "place", "place_zh")
ITEM_TEXTS = ("block", "area", "text", "text_zh", "hint", "hint_zh", "type", "low", "high", "unit", "rounds", "severity")
ITEM_FLAGS = ("required", "note_on_ng", "photo_on_ng", "must_look")
OPTION_TEXTS = ("text", "text_zh")


@dataclass
class Typed:
    """A block, area or item as it stands on the page, with the faults of its fields."""

    key: str
    prefix: str
    values: dict[str, Any]
    options: list[Typed] = field(default_factory=list)
    faults: dict[str, RuleBroken] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What it is called in the reader's language; blank while it has no name."""
        text, text_zh = self.values.get("text", self.values.get("name", "")), self.values.get("text_zh", self.values.get("name_zh", ""))
        return in_language(text, text_zh)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class TypedDraft:
    default_rounds: str
    blocks: list[Typed]
    areas: list[Typed]
    items: list[Typed]
    faults: dict[str, RuleBroken] = field(default_factory=dict)

    @property
    def sections(self) -> list[tuple[Typed, list[Typed]]]:
        """Each block with its items."""
        return [(block, [item for item in self.items if item.block == block.key]) for block in self.blocks]

    @property
    def has_area_faults(self) -> bool:
        return any(area.faults for area in self.areas)

    def as_data(self) -> dict[str, Any]:
        """As JSON for ``read_content``; what cannot be read stays as it was typed and is refused there."""
        return {
            "default_rounds": _whole(self.default_rounds),
            "blocks": [_block_data(block) for block in self.blocks],
            "areas": [{"key": area.key, **area.values} for area in self.areas],
            "items": [_item_data(item) for item in self.items],
        }

    def content(self) -> Content:
        """Raises ``Faults``."""
        return read_content(self.as_data())

    def blame(self, faults: Sequence[RuleBroken]) -> None:
        """Put faults, with places as in ``items.3.low``, beside what they speak of."""
        for fault in faults:
            part, _dot, rest = fault.field.partition(".")
            rows: dict[str, list[Typed]] = {"blocks": self.blocks, "areas": self.areas, "items": self.items}
            number, _dot, name = rest.partition(".")
            if part in rows and number.isdigit() and int(number) < len(rows[part]):
                rows[part][int(number)].faults.setdefault(name.partition(".")[0] or "key", fault)
            else:
                self.faults.setdefault(part, fault)


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 7 else text


def _block_data(block: Typed) -> dict[str, Any]:
    minutes = _whole(block.minutes or "0")
    anchor, before = block.due.partition("-")[0], block.due.endswith("-before")
    return {
        "key": block.key,
        "name": block.name,
        "name_zh": block.name_zh,
        "due_anchor": anchor,
        "due_minutes": -minutes if before and isinstance(minutes, int) else minutes,
        "before_sign_off": block.before_sign_off,
    }


def _item_data(item: Typed) -> dict[str, Any]:
    data: dict[str, Any] = {"key": item.key, **item.values}
    data["rounds"] = _whole(item.rounds) if item.rounds else None
    is_number = item.type == AnswerType.NUMBER
    for name in ("low", "high"):
        data[name] = (data[name] or None) if is_number else None
    if not is_number:
        data["unit"] = ""
    if item.type == AnswerType.CHOICE:
        given = [option for option in item.options if option.text or option.text_zh]
        data["options"] = [{"key": option.key, **option.values} for option in given]
    return data


def typed_draft(post: QueryDict) -> TypedDraft:
    """What the page sent; parts in the order in which they stood on it, items in that of their blocks."""
    blocks = [_typed("b", key, (*BLOCK_TEXTS, "minutes", "due"), ("before_sign_off",), post) for key in _keys(post, "block")]
    areas = [_typed("a", key, AREA_TEXTS, (), post) for key in _keys(post, "area")]
    items = [_typed("i", key, ITEM_TEXTS, ITEM_FLAGS, post) for key in _keys(post, "item")]
    for item in items:
        item.options = [
            option
            for number in range(MOST_OPTIONS)
            if f"{item.prefix}-o{number}-text" in post
            for option in [_option(item.prefix, number, post.get(f"{item.prefix}-o{number}-key", ""), post)]
        ]
        _name_options(item.options)
    place = {block.key: number for number, block in enumerate(blocks)}
    items.sort(key=lambda item: place.get(item.block, len(place)))
    return TypedDraft(post.get("default_rounds", "").strip(), blocks, areas, items)


def _keys(post: QueryDict, part: str) -> list[str]:
    return list(dict.fromkeys(post.getlist(part)))


def _typed(letter: str, key: str, texts: Sequence[str], flags: Sequence[str], post: QueryDict) -> Typed:
    prefix = f"{letter}-{key}"
    values: dict[str, Any] = {name: post.get(f"{prefix}-{name}", "").strip() for name in texts}
    return Typed(key, prefix, values | {name: f"{prefix}-{name}" in post for name in flags})


def _option(prefix: str, number: int, key: str, post: QueryDict) -> Typed:
    at = f"{prefix}-o{number}"
    values = {name: post.get(f"{at}-{name}", "").strip() for name in OPTION_TEXTS}
    return Typed(key, at, values | {"abnormal": f"{at}-abnormal" in post})


def _name_options(options: list[Typed]) -> None:
    """Give the new ones keys that no other has; a key never changes, since answers are kept by it."""
    used = {option.key for option in options}
    for option in options:
        if not option.key and (option.text or option.text_zh):
            option.key = next(key for number in range(1, 100) if (key := f"o{number}") not in used)
            used.add(option.key)


def shown_draft(content: Content) -> TypedDraft:
    """A kept content as the page shows it."""
    blocks = [_shown("b", block, {"minutes": str(abs(block.due_minutes)), "due": _due(block)}) for block in content.blocks]
    areas = [_shown("a", area, {}) for area in content.areas]
    items = [_shown("i", item, {"rounds": str(item.rounds or "")}) for item in content.items]
    for typed, item in zip(items, content.items, strict=True):
        typed.options = [_shown(f"{typed.prefix}-o{number}", option, {}, whole=True) for number, option in enumerate(item.options)]
    return TypedDraft(str(content.default_rounds), blocks, areas, items)


def add_spare_options(draft: TypedDraft) -> TypedDraft:
    """Blank lines in which a choice can get more answers."""
    for item in draft.items:
        first = len(item.options)
        for number in range(first, min(first + SPARE_OPTIONS, MOST_OPTIONS)):
            item.options.append(Typed("", f"{item.prefix}-o{number}", {"text": "", "text_zh": "", "abnormal": False}))
    return draft


def _due(block: Block) -> str:
    return f"{block.due_anchor}-{'before' if block.due_minutes < 0 else 'after'}"


def _shown(letter: str, part: Block | Area | Item | Option, more: Mapping[str, Any], *, whole: bool = False) -> Typed:
    told = {what.name: getattr(part, what.name) for what in fields(part) if what.name not in ("key", "options")}
    values = {name: value if name in FLAGS else _text(value) for name, value in told.items()}
    return Typed(part.key, letter if whole else f"{letter}-{part.key}", values | dict(more))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)
