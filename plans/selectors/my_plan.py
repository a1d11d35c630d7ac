"""What a person has to confirm, answer or count, as *My day* lists it, and how far today's plan is."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.clock import plant_zone
from core.templatetags.fo import clock, day
from people.access import Access
from people.models import Shift
from plans.models import PlanLine
from plans.selectors.daily_reports import Sums
from plans.selectors.due import Task, late
from plans.selectors.planning import queried_of, waiting_of
from plans.selectors.progress import TeamProgress, shown_now


def running_lines(lines: Sequence[PlanLine], at: datetime, teams: Container[int]) -> list[PlanLine]:
    """Those of the shifts that run now (else of the last, else of the next) among the lines of yesterday and today in these teams."""
    today = at.astimezone(plant_zone()).date()
    days = (today - timedelta(days=1), today)
    return shown_now([line for line in lines if line.business_date in days and line.team_id in teams], at)


def plan_to_do(access: Access, at: datetime, lines: Sequence[PlanLine], board: Sequence[TeamProgress]) -> list[Task]:
    """Lines to confirm by the supervisor, queries for the planner, time slots that nobody counted, gaps without a reason."""
    tasks = _to_confirm(waiting_of(lines, access, at), at) + _to_answer(queried_of(lines, access, at))
    return tasks + [task for team in board if access.may("progress.post", team.team.node_id) for task in _to_count(team, at)]


def _plan_url(line: PlanLine) -> str:
    return f"{reverse('plan')}?on={line.business_date.isoformat()}&shift={line.shift_id}"


def _to_confirm(lines: Sequence[PlanLine], at: datetime) -> list[Task]:
    """One task a shift: its plan is confirmed before it begins; what changed after that is told first."""
    tasks = []
    for (on, shift), of_shift in _by_shift(lines).items():
        changed = [line for line in of_shift if line.status == PlanLine.Status.TO_RECONFIRM]
        starts = shift.times.window(on)[0]
        text = _("%(on)s · %(shift)s") % {"on": day(on, "long"), "shift": shift.label}
        counted = ngettext("%(count)s line to be confirmed", "%(count)s lines to be confirmed", len(of_shift)) % {"count": len(of_shift)}
        text = f"{text} · {counted}"
        if changed:
            again = ngettext("%(count)s changed after you confirmed it", "%(count)s changed after you confirmed them", len(changed))
            text = f"{text} · {again % {'count': len(changed)}}"
        state, word = late(starts, at)
        title = _("Plan of the day changed") if changed else _("Plan of the day")
        tasks.append(Task("calendar-check", title, text, _plan_url(of_shift[0]), pgettext("plan", "Confirm"), starts, state, word))
    return tasks


def _to_answer(lines: Sequence[PlanLine]) -> list[Task]:
    tasks = []
    for (on, shift), of_shift in _by_shift(lines).items():
        first = of_shift[0]
        said = {"who": first.queried_by.name if first.queried_by else "—", "words": first.query}
        text = _("%(on)s · %(shift)s") % {"on": day(on, "long"), "shift": shift.label}
        title = ngettext("Query to the plan", "%(count)s queries to the plan", len(of_shift)) % {"count": len(of_shift)}
        words = _("%(who)s: %(words)s") % said
        starts = shift.times.window(on)[0]
        tasks.append(Task("question-circle", title, f"{text} · {words}", _plan_url(first), _("Answer"), starts, "queried"))
    return tasks


def _by_shift(lines: Sequence[PlanLine]) -> dict[tuple[date, Shift], list[PlanLine]]:
    found: dict[tuple[date, Shift], list[PlanLine]] = {}
    for line in lines:
        found.setdefault((line.business_date, line.shift), []).append(line)
    return found


def _to_count(team: TeamProgress, at: datetime) -> list[Task]:
    """The oldest slot without a count, and the first line that is behind without a reason; of the running shift only."""
    if not team.is_running:
        return []
    address = reverse("progress-count", args=[team.team.node_id, team.business_date.isoformat(), team.shift.pk])
    tasks = []
    slot = team.to_post
    if slot is not None and slot.ends <= at:
        state, word = late(slot.ends, at)
        title = _("%(team)s output %(from)s–%(until)s") % {"team": team.team.label, "from": clock(slot.starts), "until": clock(slot.ends)}
        text = _("The progress board waits for the count")
        tasks.append(Task("graph-up-arrow", title, text, address, pgettext("verb", "Count"), slot.ends, state, word))
    behind = [line for line in team.lines if line.asks_why]
    if behind:
        first = behind[0]
        assert first.asks_why is not None
        title = _("%(team)s is behind its plan") % {"team": team.team.label}
        text = ngettext("%(count)s line without a reason", "%(count)s lines without a reason", len(behind)) % {"count": len(behind)}
        url = f"{address}?slot={first.asks_why.starts_at.astimezone(plant_zone()):%Y-%m-%dT%H:%M}"
        tasks.append(Task("question-circle", title, text, url, _("Say why"), first.asks_why.counted_until, "behind"))
    return tasks


def counted_sums(board: Sequence[TeamProgress]) -> dict[tuple[int, date, int], Sums]:
    """What was counted so far by team, business date and shift, where all its lines have one unit and something was counted."""
    found = {}
    for team in board:
        units = {line.line.product.unit_id: line.line.product.unit for line in team.lines}
        if len(units) == 1 and any(line.last for line in team.lines):
            planned = sum((line.line.planned_qty for line in team.lines), Decimal(0))
            actual = sum((line.actual for line in team.lines), Decimal(0))
            found[team.team.node_id, team.business_date, team.shift.pk] = Sums(
                len(team.lines), next(iter(units.values())), planned, actual, actual, None, None, Decimal(0)
            )
    return found
