"""The figures that stand before a reviewer of an order, as values: found now, or kept with a verdict (PLN-24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Unit
from core.models.names import in_language
from core.quantities import plain
from core.templatetags.fo import mark, qty

ZERO = Decimal(0)


@dataclass(frozen=True)
class MaterialRow:
    """What an order needs of one item and what there is of it, in the item's unit with that many ``decimals``.

    ``reserved`` is what other open orders may still draw; ``expected`` arrives before this one starts.
    """

    code: str
    name: str
    name_zh: str
    unit: str
    decimals: int
    needed: Decimal
    on_hand: Decimal
    reserved: Decimal
    expected: Decimal
    unit_zh: str = ""

    @property
    def mark(self) -> str:
        """The unit as it stands beside a figure."""
        return mark(Unit(code=self.unit, name_zh=self.unit_zh, decimals=self.decimals))

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_zh)

    @property
    def short(self) -> Decimal:
        return max(self.needed - max(self.on_hand + self.expected - self.reserved, ZERO), ZERO)

    @property
    def words(self) -> str:
        return _("%(item)s short %(short)s %(unit)s") % {"item": self.code, "short": qty(self.short, self.decimals), "unit": self.mark}


@dataclass(frozen=True)
class MaterialFound:
    """``state`` is counted, no_bill (the plant keeps materials, the product has no bill in force), bad_bill, or not_kept."""

    state: str = "not_kept"
    bill: str = ""
    rows: tuple[MaterialRow, ...] = ()

    @property
    def short(self) -> list[MaterialRow]:
        return [row for row in self.rows if row.short]

    @property
    def passes(self) -> bool:
        return self.state == "not_kept" or (self.state == "counted" and not self.short)

    @property
    def words(self) -> str:
        if self.state == "not_kept":
            return _("no bill of materials: this plant keeps no materials yet")
        if self.state == "no_bill":
            return _("no bill of materials is in force for this product")
        if self.state == "bad_bill":
            return _("the bill of materials cannot be exploded")
        if self.short:
            return _(", ").join(row.words for row in self.short)
        return ngettext("%(count)s item is there", "all %(count)s items are there", len(self.rows)) % {"count": len(self.rows)}

    def kept(self) -> dict[str, Any]:
        return _kept(asdict(self))

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> MaterialFound:
        rows = tuple(_typed(MaterialRow, row) for row in kept.get("rows", ()))
        return cls(kept.get("state", "not_kept"), kept.get("bill", ""), rows)


@dataclass(frozen=True)
class DueFound:
    """Person-hours: what the order ``needed`` by its standard (``None`` without one), what its team or workshop has by the roster from
    the start to the due date (``capacity``), and what other open orders that are due by then still ask of it (``load``).

    ``people`` work in ``teams``; ``uncounted`` are other orders whose product has no standard.
    """

    needed: Decimal | None
    capacity: Decimal
    load: Decimal
    days: int
    teams: int
    people: int
    others: int
    uncounted: int

    @property
    def free(self) -> Decimal:
        return max(self.capacity - self.load, ZERO)

    @property
    def short(self) -> Decimal:
        return ZERO if self.needed is None else max(self.needed - self.free, ZERO)

    @property
    def passes(self) -> bool | None:
        """``None`` where no standard says how long the order takes."""
        return None if self.needed is None else not self.short

    @property
    def words(self) -> str:
        if self.needed is None:
            return _("no standard hours, so the figures say nothing")
        said = {"needed": qty(self.needed, 1), "free": qty(self.free, 1), "short": qty(self.short, 1)}
        if self.short:
            return _("%(short)s h short: %(needed)s h asked, %(free)s h free") % said
        return _("%(needed)s h asked, %(free)s h free") % said

    def kept(self) -> dict[str, Any]:
        return _kept(asdict(self))

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> DueFound:
        return _typed(cls, kept)


Found = MaterialFound | DueFound


def found_of(kind: str, kept: Mapping[str, Any]) -> Found | None:
    """The figures that were kept with a verdict; ``None`` where there are none."""
    if not kept:
        return None
    return MaterialFound.of(kept) if kind == "material" else DueFound.of(kept)


def _kept(value: Any) -> Any:
    """As JSON: a decimal is a text."""
    if isinstance(value, dict):
        return {name: _kept(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_kept(part) for part in value]
    return plain(value) if isinstance(value, Decimal) else value


def _typed(cls: Any, kept: Mapping[str, Any]) -> Any:
    """Back from JSON; every text in a field of decimals is one."""
    values = {field.name: kept[field.name] for field in fields(cls) if field.name in kept or field.default is MISSING}
    decimals = {field.name for field in fields(cls) if "Decimal" in str(field.type)}
    return cls(**{name: Decimal(value) if name in decimals and value is not None else value for name, value in values.items()})
