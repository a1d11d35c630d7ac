"""What the rooms above may add to plans: they fill these lists from their ``AppConfig.ready`` (DESIGN section 2).

A hook that nobody answers passes, and the page says so in words. Every callable is called inside the transaction of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import Expression, Subquery

    from core.models import BilingualName, Unit
    from people.access import Access
    from people.models import Staff
    from plans.models import ProductionOrder
    from plans.review_figures import MaterialFound


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


@dataclass(frozen=True)
class Tab:
    """A tab that a higher room adds to a record of this one; its page stands in that room."""

    label: str | Promise
    url: str


material_reviews: list[Callable[[ProductionOrder, bool], MaterialFound]] = []
"""What an order asks of the store and what there is (PLN-24). With ``True`` what is counted stays so until the transaction ends: the call
locks what a release makes scarcer. One room answers."""

bills_in_force: list[Callable[[], Expression | Subquery]] = []
"""The version of the bill of materials in force today, for a row that has a ``product``; ``NULL`` where there is none. One room answers."""

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

day_cards: list[Callable[[Access], Sequence[Slot]]] = []
"""What else waits for a person, on *My day*: a room answers with all of its cards at once."""

page_tabs: list[Callable[[str, Any], Tab | None]] = []
"""Called like ``page_slots``."""


@dataclass(frozen=True)
class Shortage:
    """So much of one item an order still needs and the store does not have, in the item's stock unit."""

    order: str
    code: str
    item: BilingualName
    short: Decimal
    unit: Unit


order_shortages: list[Callable[[Sequence[ProductionOrder]], Sequence[Shortage]]] = []
"""What these orders are short of, in as many statements as for one; a hand-over keeps the answer as it was then."""


@dataclass(frozen=True)
class UnsignedSlip:
    """A document of the store whose receiver has not confirmed it: ``url`` is its page, ``order`` blank where it belongs to none."""

    number: str
    url: str
    order: str
    receiver: Staff
    posted_at: datetime


unsigned_slips: list[Callable[[int, datetime], Sequence[UnsignedSlip]]] = []
"""Called with a team's key and a moment: what of that team nobody has confirmed then, the oldest first; a hand-over keeps the answer."""


def slots_for(page: str, thing: Any) -> list[Slot]:
    return [slot for fill in page_slots if (slot := fill(page, thing)) is not None]


def tabs_for(page: str, thing: Any) -> list[Tab]:
    return [tab for fill in page_tabs if (tab := fill(page, thing)) is not None]


# --- named slots: one place on a page that one higher room answers, for all the things shown there at once ---


@dataclass(frozen=True)
class NamedSlot:
    """A place on a page: its title, and what it says while nobody answers."""

    title: str | Promise
    nobody: str | Promise


NAMED_SLOTS = {
    "material_readiness": NamedSlot(_("Material"), _("Material is not kept here yet, so nothing says whether it is ready.")),
    "material_used": NamedSlot(_("Material used"), _("Material is not kept here yet, so nothing is used up by this report.")),
    "shortages": NamedSlot(_("Shortages"), _("Material is not kept here yet, so no shortage is known.")),
    # Asked with pairs of a unit and a date; the card goes by the unit's key.
    "defects": NamedSlot(_("Defects found"), _("Inspections are not kept here yet, so no defect is counted.")),
    "process_card": NamedSlot(_("Process card"), _("Process cards are not kept here yet; the standard is named in words.")),
    "goal": NamedSlot(_("Goal"), _("Goals are not kept here yet, so this task serves none.")),
    "improvement_plan": NamedSlot(_("Improvement plan"), _("Improvement plans are not kept here yet; each finding stands alone.")),
}
named_answers: dict[str, Callable[[Sequence[Any]], Mapping[Any, Slot]]] = {}


def answer_slot(name: str, answer: Callable[[Sequence[Any]], Mapping[Any, Slot]]) -> None:
    """From ``AppConfig.ready`` of the room that knows: ``answer`` gets the things of a page and gives a card by primary key.

    Raises ``KeyError`` for a place that no page has, ``ValueError`` for one that is answered already.
    """
    NAMED_SLOTS[name]
    if name in named_answers:
        raise ValueError(name)
    named_answers[name] = answer


@dataclass(frozen=True)
class Filled:
    """A named slot on one page: the cards by the primary key of what they stand beside; ``plans/_slot.html`` draws one."""

    slot: NamedSlot
    cards: Mapping[Any, Slot]
    is_answered: bool


def named_slot(name: str, things: Sequence[Any]) -> Filled:
    """Ask the room that answers a slot for all things of a page, in as many statements as for one."""
    answer = named_answers.get(name)
    return Filled(NAMED_SLOTS[name], answer(things) if answer and things else {}, answer is not None)
