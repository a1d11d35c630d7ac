"""What stands around the questions of a check sheet, read in one statement: its place, arrivals, to-dos, deviations, hand-overs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core.together import read_together
from people.access import Access
from people.models import OrgSpan
from people.selectors.shifts import keep_shifts, shifts_of_the_day
from plans.models import Arrival, ToDo
from plans.selectors.arrivals import arrivals_around, arrivals_of_sheet
from plans.selectors.finding_kinds import deviation_words, team_with_deviations
from plans.selectors.handovers import News, handed_to, news_on_sheet
from plans.selectors.item_facts import ItemFact, item_facts, marks_asked
from plans.selectors.places import holding, spans_where
from plans.selectors.sheets import SheetPage
from plans.selectors.to_dos import to_dos_on, with_places


@dataclass(frozen=True)
class Around:
    """``arrived`` are the arrivals on the sheet and its reader's own; ``places`` the units that are named, the sheet's among them."""

    places: Mapping[int, OrgSpan]
    arrived: list[Arrival]
    arrivals: list[Arrival]
    to_dos: list[ToDo]
    deviations: list[str]
    handed_over: list[News]
    item_facts: Mapping[str, ItemFact]


def around_sheet(page: SheetPage, access: Access, at: datetime, *, with_to_dos: bool) -> Around:
    """One statement, and three more where the sheet asks for the day's attainment. The shifts that the page's frame shows come along."""
    sheet, reader = page.sheet, access.staff
    on, keys = sheet.business_date, [row.item.key for row in page.rows]
    handed, deviating = handed_to(sheet), team_with_deviations(sheet.node_id, on)
    units = Q(node=sheet.node_id)
    for named_there in (deviating.values("node"), handed.order_by().values("team"), handed.order_by().values("to_team")):
        units |= Q(node__in=named_there)
    spans, arrived, to_dos, counted, handovers, marks, shifts = read_together(
        spans_where(units),
        arrivals_around(sheet, reader),
        to_dos_on(sheet, reader) if with_to_dos else ToDo.objects.none(),
        deviating,
        handed,
        marks_asked(sheet, keys),
        shifts_of_the_day(),
    )
    keep_shifts(shifts)
    places = holding(spans, on)
    return Around(
        places,
        arrived,
        arrivals_of_sheet(sheet, arrived),
        with_places(to_dos, places),
        deviation_words(counted, places),
        news_on_sheet(handovers, access, at, places),
        item_facts(sheet, keys, access, marks),
    )
