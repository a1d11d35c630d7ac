"""How a draft is put together: parts added, moved, doubled and dropped. Pure; every step gives a new content."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from core.errors import Unknown
from plans.contents import Area, Block, Content, Item
from plans.errors.templates import BlockInUse

PARTS = ("block", "area", "item")


def add_block(content: Content) -> tuple[Content, str]:
    key = next_key("block-", (block.key for block in content.blocks))
    return replace(content, blocks=(*content.blocks, Block(key, ""))), key


def add_area(content: Content) -> tuple[Content, str]:
    key = next_key("area-", (area.key for area in content.areas))
    return replace(content, areas=(*content.areas, Area(key, ""))), key


def add_item(content: Content, block: str, key: str) -> Content:
    """A blank item at the end of a block, in the area of the one before it."""
    if block not in {row.key for row in content.blocks}:
        raise Unknown(value=block)
    before = content.items_of(block)
    item = Item(key, block, "", "", area=before[-1].area if before else "")
    return replace(content, items=(*content.items, item)).in_order()


def double_item(content: Content, key: str, new_key: str) -> Content:
    """The same again, right below."""
    at = _place(content.items, key)
    copy = replace(content.items[at], key=new_key)
    return replace(content, items=(*content.items[: at + 1], copy, *content.items[at + 1 :]))


def drop(content: Content, part: str, key: str) -> Content:
    """Raises ``BlockInUse`` for a block that still has items; the items of an area stay, without it."""
    if part == "block" and (left := content.items_of(key)):
        block = content.blocks[_place(content.blocks, key)]
        raise BlockInUse(block=block.name or block.name_zh or key, count=len(left))
    rows = _rows(content, part)
    at = _place(rows, key)
    kept = _with_rows(content, part, (*rows[:at], *rows[at + 1 :]))
    if part == "area":
        return replace(kept, items=tuple(replace(item, area="") if item.area == key else item for item in kept.items))
    return kept


def move(content: Content, part: str, key: str, step: int) -> Content:
    """One place up (``-1``) or down (``1``). An item at the end of its block goes on into the next one; at the very end it stays."""
    rows = _rows(content, part)
    at = _place(rows, key)
    if part == "item":
        return _move_item(content, at, step)
    to = at + step
    if not 0 <= to < len(rows):
        return content
    swapped = list(rows)
    swapped[at], swapped[to] = swapped[to], swapped[at]
    return _with_rows(content, part, tuple(swapped)).in_order()


def _move_item(content: Content, at: int, step: int) -> Content:
    item, to = content.items[at], at + step
    if 0 <= to < len(content.items) and content.items[to].block == item.block:
        swapped = list(content.items)
        swapped[at], swapped[to] = swapped[to], swapped[at]
        return replace(content, items=tuple(swapped))
    block = _place(content.blocks, item.block) + step
    if not 0 <= block < len(content.blocks):
        return content
    others = (*content.items[:at], *content.items[at + 1 :])
    moved = replace(item, block=content.blocks[block].key)
    return replace(content, items=(*others, moved) if step < 0 else (moved, *others)).in_order()


def next_key(prefix: str, keys: Iterable[str]) -> str:
    """The key after the highest number used with this prefix, two digits at least: ``T-01-26``, ``block-05``."""
    found = [int(match[1]) for key in keys if (match := re.fullmatch(rf"{re.escape(prefix)}(\d{{1,6}})", key))]
    return f"{prefix}{max(found, default=0) + 1:02d}"


def _place(rows: Iterable[Any], key: str) -> int:
    for number, row in enumerate(rows):
        if row.key == key:
            return number
    raise Unknown(value=key)


def _rows(content: Content, part: str) -> tuple[Any, ...]:
    if part not in PARTS:
        raise Unknown(value=part)
    return getattr(content, f"{part}s")


def _with_rows(content: Content, part: str, rows: tuple[Any, ...]) -> Content:
    changed: dict[str, Any] = {f"{part}s": rows}
    return replace(content, **changed)
