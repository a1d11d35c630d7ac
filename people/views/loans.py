"""People lent to another team for hours (PPL-04)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from core.clock import plant_today
from core.history import history_of
from core.quantities import plain
from core.views import Column, RefusalMixin, RegisterList
from people.doors import StaffRequired
from people.filters import LoanFilter
from people.forms.roll_calls import LoanForm, TakeBackForm
from people.models import OrgKind, OrgSpan, StaffLoan
from people.selectors import node_labels, spans_on
from people.selectors.roll_calls import call_rows
from people.services import lend_staff, take_back_loan
from people.views.roll_calls import CallMixin


class LoanList(StaffRequired, RegisterList):
    title = gettext_lazy("People lent")
    lead = gettext_lazy("The hours follow the person: they count in the team that borrowed.")
    row_template = "people/_loan_row.html"
    filterset_class = LoanFilter
    default_order = ("-business_date", "-pk")
    columns = (
        Column(gettext_lazy("Date"), "business_date"),
        Column(gettext_lazy("Shift"), less=2),
        Column(gettext_lazy("Who"), "staff__name"),
        Column(gettext_lazy("From"), "from_team__code", less=1),
        Column(gettext_lazy("To"), "to_team__code"),
        Column(gettext_lazy("Hours"), "hours", number=True, unit="h"),
        Column(gettext_lazy("Skill for the work"), less=1),
        Column(gettext_lazy("Status"), less=2),
    )
    empty_title = gettext_lazy("Nobody was lent")
    empty_text = gettext_lazy("Supervisors lend a person for hours from the roll call of the team that gives.")

    def base_rows(self) -> QuerySet:
        rows = StaffLoan.objects.select_related("staff", "from_team", "to_team", "shift")
        scope = self.access.scope
        return rows if scope is None else rows.filter(Q(from_team__in=scope) | Q(to_team__in=scope))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        teams = {pk for row in context["rows"] for pk in (row.from_team_id, row.to_team_id)}
        return context | {"labels": node_labels(plant_today(), teams)}


class Lend(CallMixin, RefusalMixin, FormView):
    """From the roll call of a shift: who, to which team, for how many hours."""

    action = "staff.lend"
    template_name = "people/lend.html"
    form_class = LoanForm
    told = gettext_lazy("The person is lent; the hours follow.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.team)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.team)
        return super().post(request, *args, **kwargs)

    @cached_property
    def spans(self) -> dict[int, OrgSpan]:
        return spans_on(self.on)

    @cached_property
    def teams(self) -> list[OrgSpan]:
        """The other teams in which this person may lend as well."""
        seen = [span for span in self.spans.values() if span.node.kind == OrgKind.TEAM and span.node_id != self.team.pk]
        return sorted((span for span in seen if self.access.may("staff.lend", span.node_id)), key=lambda span: span.node.code)

    def get_form_kwargs(self) -> dict[str, Any]:
        people = []
        for row in call_rows(self.team, self.shift, self.on, self.around):
            left = (row.mark.attended_hours if row.mark else row.planned) - row.lent
            if left > 0:
                people.append((row.staff, _("%(who)s · %(hours)s h · no skill record yet") % {"who": row.staff.name, "hours": plain(left)}))
        return super().get_form_kwargs() | {"people": people, "teams": self.teams}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        span = self.spans.get(self.team.pk)
        label = span.label if span else self.team.code
        return super().get_context_data(**kwargs) | {"label": label, "shift": self.shift, "on": self.on, "address": self.address}

    def perform(self, form: LoanForm) -> HttpResponse:
        asked = form.cleaned_data
        self.require(asked["to_team"])
        lend_staff(
            staff=asked["staff"],
            from_team=self.team,
            to_team=asked["to_team"],
            shift=self.shift,
            business_date=self.on,
            hours=asked["hours"],
            work=asked["work"],
            by=self.by,
            request_key=asked["request_key"],
        )
        return redirect(self.address)


class LoanPage(StaffRequired, RefusalMixin, FormView):
    """One loan with its history, and the way to take it back."""

    action = "staff.lend"
    asks_node = True
    template_name = "people/loan.html"
    form_class = TakeBackForm
    told = gettext_lazy("The loan is taken back.")
    kwargs: dict[str, Any]

    @cached_property
    def loan(self) -> StaffLoan:
        rows = StaffLoan.objects.select_related("staff", "from_team", "to_team", "shift", "made_by", "cancelled_by")
        loan = get_object_or_404(rows, pk=self.kwargs["pk"])
        seen = loan.from_team if self.access.sees(loan.from_team) else loan.to_team
        self.require(seen, "read")
        return loan

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.loan.from_team)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        loan = self.loan
        return super().get_context_data(**kwargs) | {
            "loan": loan,
            "labels": node_labels(loan.business_date, [loan.from_team_id, loan.to_team_id]),
            "may_take_back": loan.cancelled_at is None and self.access.may("staff.lend", loan.from_team),
            "history": history_of(loan),
        }

    def perform(self, form: TakeBackForm) -> HttpResponse:
        loan = take_back_loan(loan=self.loan, reason=form.cleaned_data["reason"], by=self.by)
        return redirect("loan", pk=loan.pk)
