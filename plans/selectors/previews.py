"""A version as the supervisor will see it, before any sheet asks it."""

from __future__ import annotations

from datetime import datetime, time

from core.clock import plant_zone
from people.models import Shift
from plans.models import Sheet, TemplateVersion
from plans.selectors.sheets import SheetPage, assembled
from plans.selectors.templates import items_of


def preview_page(version: TemplateVersion, at: datetime) -> SheetPage:
    """An empty sheet of today's first shift that nobody keeps; without a shift of 08:00 to 17:00."""
    shift = Shift.objects.first() or Shift(code="", name="", starts_at=time(8), ends_at=time(17))
    on = at.astimezone(plant_zone()).date()
    starts, ends = shift.times.window(on)
    sheet = Sheet(template=version.template, version=version, shift=shift, business_date=on, starts_at=starts, ends_at=ends, due_at=ends)
    return assembled(sheet, items_of(version), {}, {}, starts)
