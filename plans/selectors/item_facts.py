"""What the system knows about a question of the shipped day sheet, and where its work is done: beside the question, for its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.fo import pct, qty
from people.access import Access
from people.models import RollCallMark
from people.selectors import Absence, absences_by, marks_of_absence
from plans.models import Sheet
from plans.selectors.day_figures import Figures, figures_so_far

# Item of T-01: the page where its work is done, the right that page asks for, and what the way there is called.
WAYS: dict[str, tuple[str, str, str | Promise]] = {
    "T-01-06": ("roll-calls", "read", gettext_lazy("Roll calls")),
    "T-01-07": ("loans", "read", gettext_lazy("People lent")),
    "T-01-08": ("joiners", "joiner.guide", gettext_lazy("New joiners")),
    "T-01-09": ("attire-add", "attire.write", gettext_lazy("Write a note")),
    "T-01-16": ("support-add", "support.write", gettext_lazy("Write down a talk")),
}
ABSENCES = "T-01-06"
ATTAINMENT = "T-01-25"
NAMED = 6


@dataclass(frozen=True)
class ItemFact:
    """``text`` is what is known, blank where nothing is; ``url`` and ``label`` lead on. ``is_bad`` asks for a look."""

    text: str
    url: str
    label: str | Promise
    is_bad: bool = False


def marks_asked(sheet: Sheet, keys: Sequence[str]) -> QuerySet[RollCallMark]:
    """The marks of a sheet's shift that ``item_facts`` needs: none where the sheet does not ask for absences."""
    if ABSENCES not in keys:
        return RollCallMark.objects.none()
    return marks_of_absence([sheet.node_id], sheet.business_date, sheet.business_date, shift=sheet.shift)


def item_facts(sheet: Sheet, keys: Sequence[str], access: Access, marks: Iterable[RollCallMark]) -> Mapping[str, ItemFact]:
    """Facts by item key, for those of ``keys`` that have any; ``marks`` are those of ``marks_asked``. Three statements where the sheet asks
    for the day's attainment, else none."""
    found = {}
    for key in keys:
        way = WAYS.get(key)
        if way and access.may(way[1]):
            found[key] = ItemFact("", reverse(way[0]), way[2])
    if ABSENCES in found:
        away = absences_by(marks)
        found[ABSENCES] = ItemFact(
            absence_words(away), reverse("roll-calls"), WAYS[ABSENCES][2], any(row.presence == "absent" for row in away)
        )
    if ATTAINMENT in keys:
        address = reverse("day-figures", args=[sheet.node_id, sheet.business_date.isoformat()])
        words = attainment_words(figures_so_far(sheet.node, sheet.business_date))
        found[ATTAINMENT] = ItemFact(words, address, _("Figures of the day"))
    return found


def attainment_words(figures: Figures | None) -> str:
    """``612 / 750 pieces, 81.6 % · rework 3 · scrap 2``; in words before anything is reported."""
    if figures is None:
        return _("Not reported yet")
    parts = []
    for one in figures.units:
        said = {"good": qty(one.good, one.unit), "planned": qty(one.planned, one.unit), "unit": one.unit.label, "pct": pct(one.attainment)}
        words = _("%(good)s %(unit)s") if one.planned is None else _("%(good)s / %(planned)s %(unit)s, %(pct)s")
        parts.append(words % said)
        loss = {"rework": qty(one.rework, one.unit), "scrap": qty(one.scrap, one.unit)}
        parts.append(_("rework %(rework)s · scrap %(scrap)s") % loss)
    return " · ".join(parts)


def absence_words(away: Sequence[Absence]) -> str:
    """``2 absent: Li Min, Wang Wei · 1 on leave: …``; blank when nobody is away by the roll calls so far."""
    parts = []
    absent = [row.staff.name for row in away if row.presence == "absent"]
    leave = [row.staff.name for row in away if row.presence == "leave"]
    if absent:
        words = ngettext("%(count)s absent: %(who)s", "%(count)s absent: %(who)s", len(absent))
        parts.append(words % {"count": len(absent), "who": _names(absent)})
    if leave:
        words = ngettext("%(count)s on leave: %(who)s", "%(count)s on leave: %(who)s", len(leave))
        parts.append(words % {"count": len(leave), "who": _names(leave)})
    return " · ".join(parts)


def _names(people: Sequence[str]) -> str:
    shown = ", ".join(people[:NAMED])
    return shown if len(people) <= NAMED else _("%(who)s and others") % {"who": shown}
