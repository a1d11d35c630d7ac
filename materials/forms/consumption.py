"""The shape of what a daily report's lines used."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.forms import HouseForm, NumberField
from core.templatetags.fo import mark, qty
from materials.models import Item
from materials.selectors.consumption import UseLine, output_of
from plans.models import DailyReportLine


class UseForm(HouseForm):
    """One number for each item of each line, in the item's unit; an emptied one takes back what was said."""

    def __init__(self, *args: Any, lines: Sequence[UseLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for row in lines:
            for item, said in row.items:
                known = row.known[item.pk]
                standard = known.standard_for(output_of(row.line))
                words = _("The order holds %(held)s %(unit)s, the standard for this line is %(standard)s.")
                figures = {"held": qty(known.held, item.unit), "unit": mark(item.unit)}
                shown = words % (figures | {"standard": "–" if standard is None else qty(standard, item.unit)})
                label = f"{item.label} ({item.code})"
                self.fields[self.name(row.line, item)] = NumberField(
                    label=label, unit=mark(item.unit), required=False, initial=said, help_text=shown
                )

    @staticmethod
    def name(line: DailyReportLine, item: Item) -> str:
        return f"{line.pk}.uses.{item.code}"

    def uses(self) -> dict[DailyReportLine, dict[Item, Decimal]]:
        """What is said anew; an item that was said nothing of before and now is left out."""
        found: dict[DailyReportLine, dict[Item, Decimal]] = {}
        for row in self.lines:
            for item, before in row.items:
                now = self.cleaned_data[self.name(row.line, item)]
                if now is not None or before is not None:
                    found.setdefault(row.line, {})[item] = now or Decimal(0)
        return found
