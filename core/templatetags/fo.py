"""What every template needs: badges, dates and figures in the reader's language."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import segno
from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.clock import plant_today, plant_zone
from core.states import state

register = template.Library()
NO_DATA = "—"
WEEKDAYS_ZH = "一二三四五六日"


def _chinese() -> bool:
    return (get_language() or "en").startswith("zh")


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon; the word stands beside it."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A full QR code of level M as a drawing of its own; phones do not read a Micro QR."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m", boost_error=False).matrix]
    lines = []
    for y, row in enumerate(rows):
        for run in re.finditer(rb"\x01+", row):
            lines.append(f"M{run.start()} {y}.5h{run.end() - run.start()}")
    drawing = '<svg class="fo-qr" role="img" aria-label="{}" viewBox="0 0 {} {}"><path stroke="#000" d="{}"/></svg>'
    return format_html(drawing, label or text, len(rows), len(rows), "".join(lines))


@register.inclusion_tag("components/status.html")
def status(key: str, word: Any = "", big: bool = False) -> dict[str, Any]:
    """The badge of a state: ``{% status order.status %}``; ``word`` replaces the listed word, as in *Late 12 min*."""
    entry = state(key)
    return {"state": entry, "word": word or entry.word, "big": big}


@register.filter
def day(on: date | None, form: str = "") -> str:
    """``20 Nov``, ``11月20日``; another year is named; ``"long"`` adds the weekday, ``"full"`` the year."""
    if on is None:
        return NO_DATA
    if isinstance(on, datetime):
        on = on.astimezone(plant_zone()).date()
    names_year = form == "full" or on.year != plant_today().year
    if _chinese():
        text = f"{on.year}年{on.month}月{on.day}日" if names_year else f"{on.month}月{on.day}日"
        return f"{text} 周{WEEKDAYS_ZH[on.weekday()]}" if form == "long" else text
    text = date_format(on, "j M Y" if names_year else "j M", use_l10n=False)
    return f"{date_format(on, 'D', use_l10n=False)} {text}" if form == "long" else text


@register.filter
def month_name(on: date) -> str:
    """``November 2026``, ``2026年11月``."""
    return f"{on.year}年{on.month}月" if _chinese() else date_format(on, "F Y", use_l10n=False)


@register.filter
def weekday_name(on: date) -> str:
    """``Mon``, ``周一``."""
    return f"周{WEEKDAYS_ZH[on.weekday()]}" if _chinese() else date_format(on, "D", use_l10n=False)


@register.filter
def clock(moment: datetime | time | None) -> str:
    """``13:42`` by the plant's wall clock."""
    if moment is None:
        return NO_DATA
    if isinstance(moment, datetime):
        moment = moment.astimezone(plant_zone()).time()
    return f"{moment:%H:%M}"


@register.filter
def moment(at: datetime | None) -> str:
    """``20 Nov 13:42``, ``11月20日 13:42``."""
    return NO_DATA if at is None else f"{day(at)} {clock(at)}"


@register.filter
def iso(on: date | datetime | None) -> str:
    """For ``datetime`` attributes, forms and print: ``2026-11-20``."""
    if isinstance(on, datetime):
        return on.astimezone(plant_zone()).isoformat(timespec="minutes")
    return on.isoformat() if on else ""


@register.filter
def qty(value: Decimal | int | None, unit: Any = None) -> str:
    """A quantity with its unit's decimals and thousands commas; no data is ``—``. ``unit`` is a unit or a number of decimals."""
    if value is None or value == "":
        return NO_DATA
    number = Decimal(value)
    decimals = getattr(unit, "decimals", unit)
    if decimals is None:
        text = f"{number:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP):,f}"


@register.filter
def mark(unit: Any) -> str:
    """A unit as it stands beside a figure: ``kg``, ``pcs``; what is counted in whole pieces has a Chinese word, ``件``."""
    return str(unit.name_zh or unit.code) if _chinese() and unit.decimals == 0 else str(unit.code)


@register.filter
def pct(value: Decimal | None, places: int = 1) -> str:
    """``95.7 %``; one place on pages."""
    if value is None:
        return NO_DATA
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}\u202f%"


@register.filter
def initials(name: str) -> str:
    """Of a person, for the round face: ``WZ``; of a Chinese name the family name's first character."""
    name = name.strip()
    if not name:
        return "?"
    if ord(name[0]) > 0x2E7F:
        return name[0]
    words = name.split()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, ``None`` where it is absent."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: Any) -> str:
    """This page's address with some parameters changed; ``None`` or blank drops one: ``{% address_with page=2 %}``."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    query = parameters.urlencode()
    return f"?{query}" if query else context["request"].path
