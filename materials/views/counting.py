"""Stocktakes: the list, the sheet that is counted on, what was found, the decision (MAT-16)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from core.asked import read_page, read_whole
from core.errors import RuleBroken
from core.history import history_of
from core.money import currency
from core.plant_settings import plant_setting
from core.tables import Choice, Code, Day, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from materials.filters import CountFilter
from materials.forms.counting import CancelForm, CountSheetForm, SheetRow
from materials.forms.decisions import WordsForm
from materials.models import Count, CountLine
from materials.selectors.counting import accuracy_of, approvers, counts_seen, differences, lines_to_count, with_progress
from materials.services import approve_count, ask_recount, cancel_count, enter_counts, submit_count
from materials.services.counting import counters
from people.doors import StaffRequired
from plans.selectors.places import named

SHEET_LINES = 100
COUNT_SHEET = gettext_lazy("Count sheet")
Status = Count.Status


class CountList(StaffRequired, RegisterList):
    template_name = "materials/count_list.html"
    title = gettext_lazy("Stocktakes")
    lead = gettext_lazy("Counted blind against a frozen book; a difference is posted when somebody else approved it.")
    filterset_class = CountFilter
    row_template = "materials/_count_row.html"
    default_order = ("-frozen_at",)
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(pgettext_lazy("stocktake", "Plan"), sort="plan__name"),
        Column(gettext_lazy("Planned on"), sort="planned_on", less=2),
        Column(gettext_lazy("Counted"), number=True, less=1),
        Column(gettext_lazy("Differences"), number=True, less=1),
        Column(gettext_lazy("Accuracy"), number=True, less=2),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "stocktakes",
        (
            FileColumn("number", Code(), source="count__number"),
            FileColumn("plan", Text(), source="count__plan__name"),
            FileColumn("planned_on", Day(), source="count__planned_on"),
            FileColumn("status", Choice(choices=Count.Status), source="count__status"),
            FileColumn("place_code", Code(), source="place__code"),
            FileColumn("item_code", Code(), source="lot__item__code"),
            FileColumn("lot", Code(), source="lot__code"),
            FileColumn("book", Number()),
            FileColumn("counted", Number()),
            FileColumn("counted_book", Number()),
            FileColumn("recounted", Number()),
            FileColumn("recounted_book", Number()),
            FileColumn("unit", Code(), source="lot__item__unit__code"),
            FileColumn("note", Text()),
        ),
    )
    empty_title = gettext_lazy("No stocktake here")
    empty_text = gettext_lazy("One begins on the date of its plan, or from the plan at once.")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        """Who decides sees first what waits for that, who counts what is open."""
        everything = ("all", gettext_lazy("All"))
        wait, still_open = ("wait", pgettext_lazy("stocktake", "To decide")), ("open", gettext_lazy("Being counted"))
        if self.access.may("adjustment.approve"):
            return (wait, still_open, everything)
        return (still_open, wait, everything) if self.access.may("slip.post") else (everything, still_open, wait)

    def base_rows(self) -> QuerySet:
        return with_progress(counts_seen(self.access)).select_related("plan")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(status={"wait": Status.SUBMITTED, "open": Status.COUNTING}[view]) if view != "all" else rows

    def file_rows(self, rows: QuerySet) -> Any:
        """The lines of the stocktakes; the book of one that is still being counted stays unsaid."""
        assert self.file is not None
        chosen = rows.exclude(status=Status.COUNTING).order_by().values("pk")
        lines = CountLine.objects.filter(count__in=chosen).order_by("-count__frozen_at", "place__code", "lot__item__code", "pk")
        return super().file_rows(lines)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.accuracy = None if row.status == Status.COUNTING else accuracy_of(row)
            row.done = row.total - row.open
        return context


class CountDoor(StaffRequired, View):
    """Finds the stocktake among those in scope, then asks for the right there."""

    asks_node = True
    count: Count

    def find(self, number: str) -> None:
        rows = with_progress(counts_seen(self.access)).select_related(
            "plan__place", "plan__workshop", "submitted_by", "approved_by", "slip"
        )
        self.count = get_object_or_404(rows, number=number)
        self.require(None if self.action == "read" else self.node)

    @property
    def node(self) -> int | None:
        return self.count.plan.workshop_id

    def frame(self) -> dict[str, Any]:
        plan = self.count.plan
        return {"count": self.count, "workshop": named([plan.workshop_id]).get(plan.workshop_id) if plan.workshop_id else None}

    def show(self, *, refusal: RuleBroken | None = None, form: WordsForm | None = None, chosen: tuple[str, ...] = ()) -> HttpResponse:
        count, asked = self.count, self.request.GET
        tab = "history" if asked.get("tab") == "history" else "count"
        is_told = count.status in (Status.SUBMITTED, Status.APPROVED) and tab == "count"
        is_waiting = count.status == Status.SUBMITTED
        rows = differences(count, by_value=asked.get("sort") != "place", is_all=asked.get("lines") == "all") if is_told else []
        is_own = is_waiting and self.by.pk in counters(count)
        may_decide = is_waiting and not is_own and self.access.may("adjustment.approve", self.node)
        told = [row.value for row in rows if row.value is not None]
        context = self.frame() | {
            "rows": rows,
            "is_told": is_told,
            "accuracy": accuracy_of(count) if is_told else None,
            "tolerance": plant_setting("count_tolerance_pct"),
            "value": sum(told) if told else None,
            "loss": sum(value for value in told if value < 0) if told else None,
            "currency": currency(),
            "is_own": is_own,
            "is_waiting": is_waiting,
            "may_decide": may_decide,
            "may_count": count.status == Status.COUNTING and self.access.may("slip.post", self.node),
            "may_cancel": count.status in (Status.COUNTING, Status.SUBMITTED) and self.access.may("slip.post", self.node),
            "deciders": ", ".join(person.name for person in approvers(self.node)) if is_waiting and not may_decide else "",
            "form": form or WordsForm(),
            "chosen": chosen,
            "refusal": refusal,
            "tabs": [
                {"url": reverse("count", args=[count.number]), "label": _("Stocktake"), "is_here": tab == "count"},
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "tab": tab,
            "history": history_of(count) if tab == "history" else [],
        }
        return render(self.request, "materials/count.html", context, status=refusal.status if refusal else 200)


class CountPage(CountDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class CountSheet(CountDoor):
    """The sheet on the tablet: shelf by shelf, without the book. Each line is kept as it is typed, all of them with the button."""

    action = "slip.post"
    places: list[str]

    def rows(self) -> list[CountLine]:
        """A page of the lines, of one bin where one is chosen; of a form that was sent the lines it brought, or the one just typed."""
        lines = lines_to_count(self.count)
        if self.request.method == "POST":
            # The whole form comes along with one field that was changed.
            names = [self.request.htmx.trigger_name or ""] if self.request.htmx else self.request.POST
            sent = [name.rpartition("-")[2] for name in names if name.startswith(("counted-", "note-"))]
            return list(lines.filter(pk__in=[pk for name in sent if (pk := read_whole(name)) is not None]))
        self.places = list(lines.order_by("place__code").values_list("place__code", flat=True).distinct())
        asked = self.request.GET
        if asked.get("place") in self.places:
            lines = lines.filter(place__code=asked["place"])
        if asked.get("lines") == "open":
            lines = lines.filter(**{"recounted" if self.is_second else "counted": None})
        self.page = read_page(asked.get("page"))
        found = list(lines[(self.page - 1) * SHEET_LINES : self.page * SHEET_LINES + 1])
        self.has_next = len(found) > SHEET_LINES
        return found[:SHEET_LINES]

    def find(self, number: str) -> None:
        super().find(number)
        self.is_second = self.count.lines.filter(is_recount_asked=True).exists()
        self.places = []
        self.page, self.has_next = 1, False

    def sheet(self, form: CountSheetForm, *, refusal: RuleBroken | None = None) -> HttpResponse:
        rows = [SheetRow(line, form, is_second=self.is_second) for line in form.rows.values()]
        context = self.frame() | {
            "form": form,
            "rows": rows,
            "is_second": self.is_second,
            "places": self.places,
            "place": self.request.GET.get("place", ""),
            "is_open_only": self.request.GET.get("lines") == "open",
            "page": self.page,
            "has_next": self.has_next,
            "refusal": refusal,
        }
        if self.request.htmx:
            return render(self.request, "materials/_count_saved.html", context | {"row": rows[0] if rows else None})
        status = refusal.status if refusal else 422 if form.errors else 200
        return render(self.request, "materials/count_sheet.html", context, status=status)

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        if self.count.status != Status.COUNTING:
            return redirect("count", number=number)
        return self.sheet(CountSheetForm(rows=self.rows()))

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = CountSheetForm(request.POST, rows=self.rows())
        if not form.is_valid():
            return self.sheet(form)
        try:
            changed = form.changed()
            if changed:
                enter_counts(count=self.count, lines=changed, by=self.by)
            if request.POST.get("then") == "submit":
                submit_count(count=self.count, by=self.by)
        except RuleBroken as refusal:
            self.find(number)
            form = CountSheetForm(request.POST, rows=self.rows())
            form.is_valid()
            form.add_refusal(refusal)
            return self.sheet(form, refusal=form.refusal)
        if request.htmx:
            return self.sheet(CountSheetForm(rows=self.rows()))
        if request.POST.get("then") == "submit":
            messages.success(request, _("Handed in. Somebody who did not count approves the differences."))
            return redirect("count", number=number)
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('count-sheet', args=[number])}?{request.GET.urlencode()}")


class CountPaper(CountDoor):
    """The sheet on paper, without the book."""

    action = "slip.post"

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        address = request.build_absolute_uri(reverse("count", args=[number]))
        with override("en" if (get_language() or "").startswith("zh") else "zh-hans"):
            title_other = str(COUNT_SHEET)
        context = self.frame() | {"lines": list(lines_to_count(self.count)), "address": address}
        context |= {"title": COUNT_SHEET, "title_other": title_other}
        return render(request, "materials/count_paper.html", context)


class CountStep(CountDoor):
    """A decision about a stocktake; a refusal stands above it, what was typed and chosen stays."""

    action = "adjustment.approve"
    form_class: type[WordsForm] | type[CancelForm] = WordsForm

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("count", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = self.form_class(request.POST)
        form.is_valid()
        try:
            self.decide(form)
        except RuleBroken as refusal:
            self.find(number)
            words = form if isinstance(form, WordsForm) else None
            return self.show(refusal=refusal, form=words, chosen=tuple(request.POST.getlist("lines")))
        return redirect("count", number=number)

    def decide(self, form: Any) -> None:
        raise RuleBroken


class CountRecount(CountStep):
    def decide(self, form: Any) -> None:
        lines = [pk for sent in self.request.POST.getlist("lines") if (pk := read_whole(sent)) is not None]
        ask_recount(count=self.count, line_ids=lines, by=self.by)
        messages.success(self.request, _("Sent back to be counted again."))


class CountApprove(CountStep):
    def decide(self, form: Any) -> None:
        approve_count(count=self.count, note=form.cleaned_data.get("note", ""), by=self.by)
        messages.success(self.request, _("Approved. The book says what was counted."))


class CountCancel(CountStep):
    action = "slip.post"
    form_class = CancelForm

    def decide(self, form: Any) -> None:
        cancel_count(count=self.count, reason=form.cleaned_data.get("reason", ""), by=self.by)
        messages.success(self.request, _("Cancelled. Nothing was posted."))
