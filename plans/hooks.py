"""What the rooms above may add to plans: they fill these lists from their ``AppConfig.ready`` (DESIGN section 2).

A hook that nobody answers passes, and the page says so in words. Every callable is called inside the transaction of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from people.models import OrgNode, Staff
    from plans.models import ProductionOrder


@dataclass(frozen=True)
class Review:
    """One review's verdict on an order: its name, whether it passed, and the figures in words."""

    title: str | Promise
    passed: bool
    words: str | Promise = ""


@dataclass(frozen=True)
class Slot:
    """A card that a higher room puts on a page of this one."""

    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


release_checks: list[Callable[[ProductionOrder], Review]] = []
on_release: list[Callable[[ProductionOrder, Staff | None], None]] = []
"""Writes that belong to a release, in its transaction (quota lines)."""

posting_checks: list[Callable[[ProductionOrder], None]] = []
"""May output be posted on the order; raises a ``RuleBroken`` that says why not."""

close_checks: list[Callable[[ProductionOrder], Sequence[str | Promise]]] = []
"""What keeps an order from closing, in words; empty when nothing does."""

on_close: list[Callable[[ProductionOrder, Staff | None], None]] = []
page_slots: list[Callable[[str, Any], Slot | None]] = []
"""Called with the page's URL name and the thing it shows."""

kpi_values: list[Callable[[OrgNode], Mapping[str, Any]]] = []


def slots_for(page: str, thing: Any) -> list[Slot]:
    return [slot for fill in page_slots if (slot := fill(page, thing)) is not None]
