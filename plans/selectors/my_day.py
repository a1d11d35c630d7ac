"""What a person has to do today, in order of due time, and how the day goes in their part of the plant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Exists
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import at_plant
from core.models import Unit
from core.templatetags.fo import clock, day, qty
from people.access import Access
from people.models import OrgKind, OrgNode, OrgSpan, Shift, Staff
from plans.models import DailyReport, Product, ProductionOrder, Sheet, TemplateAssignment
from plans.selectors.daily_reports import Sums, sums_of, waiting_for_approval
from plans.selectors.orders import orders_seen
from plans.selectors.places import named
from plans.selectors.report_book import Missing, Output, ReportBook
from plans.selectors.sheets import SheetPage, pages_of, todays_sheets

EACH_KIND = 5
OUTPUTS_SHOWN = 12


@dataclass(frozen=True)
class Task:
    """One thing to do: what, where, until when, and the button that leads there. ``state`` is a key of ``core.states``."""

    icon: str
    title: str
    text: str
    url: str
    label: str
    due: datetime
    state: str = ""
    word: str = ""


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
    set_up: list[SetUpStep] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(task.state == "late" for task in self.tasks)


def my_day(access: Access, at: datetime | None = None) -> MyDay:
    """The page of one person, in a number of statements that does not grow with the plant."""
    at = at or timezone.now()
    found = MyDay()
    book = ReportBook(access.scope, at)
    writes, approves = access.may("report.post"), access.may("report.approve")
    sheets = pages_of(list(todays_sheets(access, at).order_by("shift__starts_at", "template__code")), at)
    places = named(page.sheet.node_id for page in sheets)
    waiting = list(waiting_for_approval(access)[: EACH_KIND + 1]) if approves else []
    sums = _sums(book, waiting)
    _add_sheets(found, access, sheets, places, at)
    missing = book.missing()
    if writes:
        own = [row for row in missing if access.may("report.post", row.team.node_id)]
        _add_missing(found, own, at)
        _add_due_reports(found, [row for row in book.due_today() if access.may("report.post", row.team.node_id)], sums, at)
    if approves:
        found.missing = missing
        _add_waiting(found, waiting, book, sums)
    if access.may("order.release"):
        _add_drafts(found, access, at)
    found.tasks.sort(key=lambda task: task.due)
    found.today = book.output(book.business_date, sums)[:OUTPUTS_SHOWN]
    if approves or not writes:
        found.yesterday_on = on = book.last_worked(book.business_date)
        found.yesterday = book.output(on, sums)[:OUTPUTS_SHOWN] if on else []
    if access.may("organisation.edit"):
        found.set_up = set_up_steps()
    return found


def _sums(book: ReportBook, waiting: Sequence[DailyReport]) -> dict[int, Sums]:
    on, before = book.business_date, book.last_worked(book.business_date)
    shown = {report.pk for (_team, day_of, _shift), report in book.reports.items() if day_of in (on, before)}
    return sums_of(shown | {report.pk for report in waiting})


def _late(due: datetime, at: datetime) -> tuple[str, str]:
    """Badge of something due: when, or by how much it is late."""
    if due >= at:
        word = clock(due) if due.date() == at.date() or due - at < timedelta(hours=12) else f"{day(due)} {clock(due)}"
        return "due", _("by %(at)s") % {"at": word}
    minutes = int((at - due).total_seconds() // 60)
    if minutes < 60:
        return "late", ngettext("%(count)s min late", "%(count)s min late", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return "late", ngettext("%(count)s h late", "%(count)s h late", minutes // 60) % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return "late", ngettext("%(count)s day late", "%(count)s days late", days) % {"count": days}


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


def _add_waiting(found: MyDay, waiting: Sequence[DailyReport], book: ReportBook, sums: dict[int, Sums]) -> None:
    names = {**book.teams, **named({row.team_id for row in waiting} - set(book.teams))} if waiting else book.teams
    for report in waiting[:EACH_KIND]:
        own = sums.get(report.pk)
        where = {"on": day(report.business_date, "long"), "shift": report.shift.label}
        text = _("%(on)s · %(shift)s") % where
        if own and own.unit:
            said = {"text": text, "good": qty(own.good, own.unit), "planned": qty(own.planned, own.unit), "unit": own.unit.label}
            text = _("%(text)s · good %(good)s / %(planned)s %(unit)s") % said
        title = _("%(team)s daily report") % {"team": names[report.team_id].label}
        due = report.submitted_at or report.made_at
        found.tasks.append(
            Task("person-check", title, text, reverse("report", args=[report.pk]), _("Decide"), due, "wait", _("Waits for me"))
        )
    if len(waiting) > EACH_KIND:
        address = f"{reverse('reports')}?view=wait"
        due = max(report.submitted_at or report.made_at for report in waiting)  # after every one that is named
        found.tasks.append(Task("person-check", _("More reports wait for approval"), "", address, _("All"), due, "wait", _("Waits for me")))


def _add_drafts(found: MyDay, access: Access, at: datetime) -> None:
    rows = orders_seen(access).filter(status=ProductionOrder.Status.DRAFT).select_related("product__unit").order_by("due_on", "number")
    drafts = list(rows[: EACH_KIND + 1])
    for order in drafts[:EACH_KIND]:
        due = at_plant(order.due_on, time(23, 59))
        said = {"product": order.product.label, "quantity": qty(order.quantity, order.product.unit), "unit": order.product.unit.label}
        text = _("%(product)s · %(quantity)s %(unit)s") % said
        title = _("Order %(number)s") % {"number": order.number}
        word = _("due %(on)s") % {"on": day(order.due_on)}
        state = "late" if order.due_on < at.date() else "draft"
        found.tasks.append(Task("card-list", title, text, reverse("order", args=[order.number]), _("Release"), due, state, word))
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
