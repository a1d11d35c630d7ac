"""What cannot change while one page is drawn is read once for it: the plant's settings, its shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept_for_this_page", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Inside it ``read_once`` keeps what it read. Only for a request that writes nothing."""
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


def is_unread(name: str) -> bool:
    """Whether this page keeps what it reads and has not read ``name`` yet; outside a page never."""
    kept = _kept.get()
    return kept is not None and name not in kept


def read_once(name: str, read: Callable[[], Answer]) -> Answer:
    """The answer of ``read``, kept under ``name`` until the page is drawn; outside a page it is read every time."""
    kept = _kept.get()
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    return kept[name]
