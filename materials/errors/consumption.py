"""Refusals about reported use, its check and the close of an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken
from core.quantities import plain


class ItemNotOnOrder(RuleBroken):
    code = "item_not_on_order"
    sentence = _("%(item)s does not belong to this order.")


class LineWithoutOrder(Faulty):
    code = "line_without_order"
    sentence = _("This report line belongs to no order, so nothing says what it may use.")


class NothingToCheck(RuleBroken):
    code = "nothing_to_check"
    sentence = _("%(item)s has no standard on order %(order)s, so there is nothing to compare.")


class NotConfirmed(RuleBroken):
    code = "not_confirmed"
    sentence = _("%(slips)s: the receiver has not confirmed yet. Close the order after that.")


class NotHeld(Faulty):
    code = "not_held"
    sentence = _("The order holds nothing of %(item)s, lot “%(lot)s”.")


class LeftoverTwice(Faulty):
    code = "same_line_twice"
    sentence = _("%(item)s, lot “%(lot)s” is there twice.")


@dataclass(frozen=True)
class Unexplained:
    """An item whose leftovers do not add up; quantities in its unit. ``difference`` is what nobody accounts for."""

    item: str
    unit: str
    held: Decimal
    used: Decimal
    returned: Decimal
    scrapped: Decimal
    explained: Decimal

    @property
    def difference(self) -> Decimal:
        return self.held - self.used - self.returned - self.scrapped - self.explained

    @property
    def sentence(self) -> str:
        names = ("held", "used", "returned", "scrapped", "explained", "difference")
        figures = {name: plain(getattr(self, name)) for name in names}
        return str(UNEXPLAINED) % (figures | {"item": self.item, "unit": self.unit})


UNEXPLAINED = _(
    "%(item)s: %(held)s %(unit)s held, %(used)s used, %(returned)s returned, %(scrapped)s scrapped, %(explained)s explained:"
    " %(difference)s %(unit)s are not accounted for."
)


class UnexplainedDifference(RuleBroken):
    """Used + returned + scrapped + explained is not what the order holds (MAT-14); ``rows`` are the items."""

    code = "unexplained_difference"
    sentence = _("%(first)s Nothing was posted.")

    def __init__(self, rows: Sequence[Unexplained]) -> None:
        self.rows = tuple(rows)
        names = ("held", "used", "returned", "scrapped", "explained", "difference")
        lines = [{"item": row.item, "unit": row.unit} | {name: plain(getattr(row, name)) for name in names} for row in rows]
        super().__init__(field="leftovers", first=rows[0].sentence, lines=lines)


class UseAboveDrawn(Faulty):
    """More than an order ever drew or may draw; figures are in the item's unit."""

    code = "use_above_drawn"
    sentence = _("%(used)s %(unit)s is more than this order ever drew or may draw of it: %(most)s %(unit)s; the standard is %(standard)s.")
