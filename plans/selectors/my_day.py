"""What a person has to do today, in order of due time, and how the day goes in their part of the plant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.clock import at_plant, plant_zone
from core.models import Unit
from core.plant_settings import plant_setting
from core.templatetags.fo import clock, day, qty
from core.together import read_together
from people.access import Access
from people.models import OrgKind, OrgNode, OrgSpan, Shift, Staff, SupportNote
from people.selectors.roll_calls import uncalled
from people.selectors.shifts import keep_shifts, shifts_of_the_day
from people.selectors.support import due_follow_ups
from plans.models import DailyReport, Handover, Product, ProductionOrder, Sheet, SpotWindow, TemplateAssignment, ToDo, WorkLog
from plans.selectors.arrivals import ArrivalPrompt, ArrivalRow, arrival_prompt, arrivals_on, prompt_among
from plans.selectors.daily_reports import Sums, by_place, lines_to_sum, sums_among, waiting_for_approval
from plans.selectors.due import Task
from plans.selectors.due import late as _late
from plans.selectors.handovers import News, lately, news_for, owed_handovers, shifts_to_give
from plans.selectors.my_findings import things_to_do, units_of, what_waits
from plans.selectors.my_plan import counted_sums, plan_to_do, running_lines
from plans.selectors.planning import lines_around
from plans.selectors.progress import outputs_of, progress_among
from plans.selectors.report_book import Missing, Output, ReportBook
from plans.selectors.reviews import PASSED, REVIEW_STATES, REVIEWERS_ONLY, UNREVIEWED, drafts_by_due_date
from plans.selectors.sheets import SheetPage, pages_of, phases_of, todays_sheets
from plans.selectors.spot_checks import owed_windows
from plans.selectors.to_dos import to_dos_of_today, with_places
from plans.selectors.work_logs import MyLog, last_logs, my_log

EACH_KIND = 5
OUTPUTS_SHOWN = 12


@dataclass(frozen=True)
class SetUpStep:
    label: str | Promise
    url: str
    is_done: bool


@dataclass
class MyDay:
    tasks: list[Task] = field(default_factory=list)
    sheet: SheetPage | None = None
    sheets: list[tuple[SheetPage, OrgSpan]] = field(default_factory=list)
    today: list[Output] = field(default_factory=list)
    yesterday: list[Output] = field(default_factory=list)
    yesterday_on: object = None
    missing: list[Missing] = field(default_factory=list)
    handed_over: list[News] = field(default_factory=list)
    set_up: list[SetUpStep] = field(default_factory=list)
    to_dos: list[ToDo] = field(default_factory=list)
    log: MyLog | None = None
    arrival: ArrivalPrompt | None = None
    arrivals: list[ArrivalRow] = field(default_factory=list)
    business_date: date | None = None

    @property
    def late_arrivals(self) -> list[ArrivalRow]:
        """Who came late, and who should be there and is not."""
        return [row for row in self.arrivals if row.is_late]

    @property
    def late(self) -> int:
        return sum(task.state == "late" for task in self.tasks)


def my_day(access: Access, at: datetime | None = None) -> MyDay:
    """The page of one person, in a number of statements that does not grow with the plant."""
    at = at or timezone.now()
    found = MyDay()
    may = access.may
    book = ReportBook(access.scope, at, beside=access.staff.org_id)
    looks_round = may("sheet.fill") and not may("sheet.countersign")
    in_team = access.staff.org is not None and access.staff.org.kind == OrgKind.TEAM
    of_today = todays_sheets(access, at)
    shifts, book.paths, day_sheets, phases, answered, owed, waiting, handed, things, logs, drafts, talks = read_together(
        shifts_of_the_day(),
        book.standing(),
        of_today.order_by("shift__starts_at", "template__code"),
        *phases_of(of_today),
        owed_windows(access, at) if looks_round else SpotWindow.objects.none(),
        waiting_for_approval(access)[: EACH_KIND + 1] if may("report.approve") else DailyReport.objects.none(),
        lately(access.scope, book.last) if looks_round or in_team else Handover.objects.none(),
        what_waits(access),
        last_logs(access.staff) if may("sheet.fill") else WorkLog.objects.none(),
        drafts_by_due_date(access)[: EACH_KIND + 1] if may("order.release") else ProductionOrder.objects.none(),
        due_follow_ups(access).filter(follow_up_on__lte=at.astimezone(plant_zone()).date()),
    )
    keep_shifts(shifts)
    found.business_date = on = book.business_date
    sheets = pages_of(day_sheets, phases, answered, at)
    places = book.names(_units_named(sheets, owed, waiting, handed) | units_of(things))
    shown = book.reports_on(on, book.last_worked(on)) + waiting
    lines = lines_around(access, at, shown)
    running = running_lines(lines, at, book.teams)
    reported, counted, to_dos, book.beginners = read_together(
        lines_to_sum({report.pk for report in shown}), outputs_of(running), to_dos_of_today(access, on), book.never_reported()
    )
    sums = sums_among(reported, by_place(lines))
    board = progress_among(running, counted, at, book.duties, book.teams)
    found.to_dos = with_places(to_dos, places)
    _add_sheets(found, access, sheets, places, at)
    _add_arrivals(found, access, sheets, places, at)
    _add_spot_checks(found, [window for window in owed if may("sheet.fill", window.node_id)], places, at)
    found.handed_over = news_for(handed, access, at, places)
    if looks_round:
        found.tasks += shifts_to_give(owed_handovers(book, access, handed), access, at)
    missing = book.missing()
    if may("report.post"):
        _add_missing(found, [row for row in missing if may("report.post", row.team.node_id)], at)
        _add_due_reports(found, [row for row in book.due_today() if may("report.post", row.team.node_id)], sums, at)
    if may("report.approve"):
        found.missing = missing
        _add_waiting(found, waiting, places, sums)
    if may("roll.call"):
        _add_roll_calls(found, access, book)
    found.tasks += things_to_do(things, access, at, places)
    if may("sheet.fill"):
        found.log = my_log(access.staff, logs, at, shifts, book.duties)
    found.tasks += plan_to_do(access, at, lines, board)
    _add_drafts(found, drafts, at)
    _add_talks(found, talks, at)
    found.tasks.sort(key=lambda task: task.due)
    found.today = book.output(on, sums, counted_sums(board))[:OUTPUTS_SHOWN]
    if may("report.approve") or not may("report.post"):
        found.yesterday_on = before = book.last_worked(on)
        found.yesterday = book.output(before, sums)[:OUTPUTS_SHOWN] if before else []
    if may("organisation.edit"):
        found.set_up = set_up_steps()
    return found


def _units_named(
    sheets: Iterable[SheetPage], owed: Iterable[SpotWindow], waiting: Iterable[DailyReport], handed: Iterable[Handover]
) -> set[int]:
    units = {page.sheet.node_id for page in sheets} | {window.node_id for window in owed} | {report.team_id for report in waiting}
    return units | {team for row in handed for team in (row.team_id, row.to_team_id) if team}


def _add_sheets(found: MyDay, access: Access, sheets: Sequence[SheetPage], places: dict[int, OrgSpan], at: datetime) -> None:
    """The phase that is on of every sheet one fills oneself; who countersigns only looks on."""
    found.sheets = [(page, places[page.sheet.node_id]) for page in sheets]
    if not access.may("sheet.fill"):
        return
    running = [page for page in sheets if access.may("sheet.fill", page.sheet.node_id)]
    found.sheet = max(running, key=lambda page: (page.sheet.business_date, len(page.phases)), default=None)
    if access.may("sheet.countersign"):
        return
    for page in running:
        phase = page.now
        if page.sheet.status != Sheet.Status.OPEN:
            continue
        place = places[page.sheet.node_id].label
        address = reverse("sheet-fill", args=[page.sheet.pk])
        if phase is None:
            if page.required_open == 0:
                state, word = _late(page.phases[-1].due, at)
                title, text = page.sheet.template.label, _("%(place)s · everything is answered") % {"place": place}
                found.tasks.append(Task("ui-checks", title, text, address, _("Submit"), page.phases[-1].due, state, word))
            continue
        state, word = _late(phase.due, at)
        title = phase.block.label if len(page.phases) > 1 else page.sheet.template.label
        text = ngettext("%(place)s · %(count)s item open", "%(place)s · %(count)s items open", phase.required_open)
        text %= {"place": place, "count": phase.required_open}
        if page.ng:
            text = _("%(text)s · %(count)s NG") % {"text": text, "count": page.ng}
        label = _("Continue") if page.answered else _("Start")
        found.tasks.append(Task("ui-checks", title, text, f"{address}#phase-{phase.block.key}", label, phase.due, state, word))


def _add_arrivals(found: MyDay, access: Access, sheets: Sequence[SheetPage], places: dict[int, OrgSpan], at: datetime) -> None:
    """Who countersigns sees everybody's arrival; who fills a sheet that awaits them is asked for their own."""
    if access.may("sheet.countersign"):
        on = found.business_date
        assert on is not None
        # After midnight of a night shift those of yesterday that are handed in are not on the page any more.
        is_today = on == at.astimezone(plant_zone()).date()
        day_pages = [page for page in sheets if page.sheet.business_date == on] if is_today else None
        found.arrivals = arrivals_on(access, on, at, pages=day_pages, places=places)
        found.arrival = prompt_among(found.arrivals, access, sheets, places, at)
    elif access.may("sheet.fill"):
        found.arrival = arrival_prompt(access, sheets, places, at)


def _add_spot_checks(found: MyDay, owed: Sequence[SpotWindow], places: dict[int, OrgSpan], at: datetime) -> None:
    """The window that is open, and the last one that passed without a complete look round, of each place."""
    last = {(window.node_id, window.ends_at > at): window for window in owed}
    for window in last.values():
        state, word = _late(window.ends_at, at)
        said = {"place": places[window.node_id].label, "starts": clock(window.starts_at), "ends": clock(window.ends_at)}
        text = _("%(place)s · window %(starts)s–%(ends)s") % said
        address = f"{reverse('spot-check-new')}?node={window.node_id}"
        found.tasks.append(Task("binoculars", _("Spot check"), text, address, _("Look round"), window.ends_at, state, word))


def _report_url(row: Missing) -> str:
    if row.draft:
        return reverse("report-edit", args=[row.draft.pk])
    return f"{reverse('report-new')}?team={row.team.node_id}&business_date={row.business_date.isoformat()}&shift={row.shift.pk}"


def _add_missing(found: MyDay, rows: Sequence[Missing], at: datetime) -> None:
    for row in rows[:EACH_KIND]:
        state, word = _late(row.due, at)
        title = _("%(team)s daily report") % {"team": row.team.label}
        text = _("%(on)s · %(shift)s was not reported") % {"on": day(row.business_date, "long"), "shift": row.shift.label}
        label = _("Continue") if row.draft else _("Write")
        found.tasks.append(Task("clipboard-data", title, text, _report_url(row), label, row.due, state, word))
    if len(rows) > EACH_KIND:
        more = len(rows) - EACH_KIND
        title = ngettext("%(count)s more report is missing", "%(count)s more reports are missing", more) % {"count": more}
        found.tasks.append(Task("calendar-x", title, "", reverse("reports-missing"), _("Look"), rows[EACH_KIND].due, "late", _("Late")))


def _add_due_reports(found: MyDay, rows: Sequence[Missing], sums: dict[int, Sums], at: datetime) -> None:
    for row in rows:
        state, word = _late(row.due, at)
        own = sums.get(row.draft.pk) if row.draft else None
        if row.draft and own and own.unit:
            said = {"who": row.draft.made_by.name if row.draft.made_by else "—", "good": qty(own.good, own.unit), "unit": own.unit.label}
            text = _("%(who)s has begun it, good %(good)s %(unit)s") % said
        else:
            text = _("%(shift)s · not begun yet") % {"shift": row.shift.label}
        title = _("%(team)s daily report") % {"team": row.team.label}
        label = _("Continue") if row.draft else _("Write")
        found.tasks.append(Task("clipboard-data", title, text, _report_url(row), label, row.due, state, word))


def _add_waiting(found: MyDay, waiting: Sequence[DailyReport], places: dict[int, OrgSpan], sums: dict[int, Sums]) -> None:
    for report in waiting[:EACH_KIND]:
        own = sums.get(report.pk)
        where = {"on": day(report.business_date, "long"), "shift": report.shift.label}
        text = _("%(on)s · %(shift)s") % where
        if own and own.unit:
            said = {"text": text, "good": qty(own.good, own.unit), "planned": qty(own.planned, own.unit), "unit": own.unit.label}
            text = _("%(text)s · good %(good)s / %(planned)s %(unit)s") % said
        title = _("%(team)s daily report") % {"team": places[report.team_id].label}
        due = report.submitted_at or report.made_at
        found.tasks.append(
            Task("person-check", title, text, reverse("report", args=[report.pk]), _("Decide"), due, "wait", _("Waits for me"))
        )
    if len(waiting) > EACH_KIND:
        address = f"{reverse('reports')}?view=wait"
        due = max(report.submitted_at or report.made_at for report in waiting)  # after every one that is named
        found.tasks.append(Task("person-check", _("More reports wait for approval"), "", address, _("All"), due, "wait", _("Waits for me")))


def _add_roll_calls(found: MyDay, access: Access, book: ReportBook) -> None:
    """Shifts of own teams that nobody has called yet, from yesterday to those that begin within two hours."""
    teams = [team for team in book.teams if access.may("roll.call", team)]
    days = (book.last - timedelta(days=1), book.last + timedelta(days=1))
    rows = uncalled(teams, book.shifts.values(), book.duties, days, book.at)
    for row in rows[:EACH_KIND]:
        state, word = _late(row.due, book.at)
        title = _("Roll call %(team)s") % {"team": book.teams[row.team_id].label}
        text = _("%(on)s · %(shift)s · not called yet") % {"on": day(row.on, "long"), "shift": row.shift.label}
        address = reverse("roll-call", args=[row.team_id, row.on.isoformat(), row.shift.pk])
        found.tasks.append(Task("person-check", title, text, address, pgettext("roll", "Call"), row.due, state, word))
    if len(rows) > EACH_KIND:
        due = rows[EACH_KIND].due
        found.tasks.append(
            Task("person-check", _("More roll calls are open"), "", reverse("roll-calls"), _("Look"), due, "late", _("Late"))
        )


def _add_talks(found: MyDay, talks: Iterable[SupportNote], at: datetime) -> None:
    """Talks of the author's own whose day to ask again has come; whose they were is said on their page alone (PPL-07)."""
    for talk in talks:
        assert talk.follow_up_on is not None
        due = at_plant(talk.follow_up_on, time(23, 59))
        state, word = _late(due, at)
        address = reverse("support-note", args=[talk.pk])
        found.tasks.append(Task("chat-heart", _("Confidential talk: ask again"), "", address, _("Open it"), due, state, word))


def _add_drafts(found: MyDay, drafts: Sequence[Any], at: datetime) -> None:
    """Drafts of ``drafts_by_due_date``, each with the step that its review asks for next."""
    words, must_ask = dict(REVIEW_STATES), plant_setting("release_reviews") == REVIEWERS_ONLY
    for order in drafts[:EACH_KIND]:
        due = at_plant(order.due_on, time(23, 59))
        said = {"product": order.product.label, "quantity": qty(order.quantity, order.product.unit), "unit": order.product.unit.label}
        text = _("%(product)s · %(quantity)s %(unit)s") % said
        if order.review_id:
            text = _("%(text)s · %(review)s") % {"text": text, "review": words[order.review_state]}
        title = _("Order %(number)s") % {"number": order.number}
        word = _("due %(on)s") % {"on": day(order.due_on)}
        state = "late" if order.due_on < at.date() else "draft"
        is_ready = order.review_state == PASSED or (order.review_state == UNREVIEWED and not must_ask)
        page, label = ("order", _("Release")) if is_ready else ("order-review", pgettext("order", "Review"))
        found.tasks.append(Task("card-list", title, text, reverse(page, args=[order.number]), label, due, state, word))
    if len(drafts) > EACH_KIND:
        address = f"{reverse('orders')}?status=draft"
        found.tasks.append(
            Task("card-list", _("More orders wait for release"), "", address, _("All"), at + timedelta(days=365), "draft", "")
        )


def set_up_steps() -> list[SetUpStep]:
    """What an empty plant still needs before a day can run through it; nothing once all is there. One statement."""
    needed = [
        (_("Organisation: plant, workshops, teams"), "organisation", OrgNode.objects.filter(kind=OrgKind.TEAM)),
        (_("Shifts"), "shifts", Shift.objects.all()),
        (_("Staff and their log-ins"), "staff", Staff.objects.exclude(org=None).exclude(user=None)),
        (_("Products: entered by the planner"), "products", Product.objects.all()),
        (_("Production orders: entered by the planner"), "orders", ProductionOrder.objects.all()),
        (_("Checklists: where and in which shift"), "assignments", TemplateAssignment.objects.all()),
    ]
    there = {name: Exists(rows.order_by()) for _label, name, rows in needed}
    found = Unit.objects.values_list(*there.values())[:1]
    steps = [SetUpStep(label, reverse(name), done) for (label, name, _rows), done in zip(needed, next(iter(found)), strict=True)]
    return [] if all(step.is_done for step in steps) else steps
