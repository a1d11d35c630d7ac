"""Shift hand-overs: the list, one of them as it is written, signed by the giver, received by the next shift, printed (PLN-13)."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.asked import read_date
from core.errors import NotAllowed, RuleBroken
from core.history import history_of
from core.tables import columns as table
from core.views.lists import Column, FileLayout, RegisterList
from people.access import access_of
from people.doors import StaffRequired
from people.models import OrgKind, OrgNode, OrgSpan, Shift
from people.services import countersigner
from plans.forms.handovers import HandoverForm, ReceiveForm, typed_before
from plans.handover_filters import HandoverFilter
from plans.models import Finding, Handover
from plans.selectors.findings import findings_seen, severe_safety_without_owner
from plans.selectors.handover_facts import SECTIONS, facts_of, told
from plans.selectors.handovers import (
    SIGN_BEFORE,
    Following,
    Owed,
    following,
    handovers_seen,
    lately,
    may_receive,
    owed_handovers,
    window_of,
)
from plans.selectors.lateness import OpenPhase, keeping_shift
from plans.selectors.places import named
from plans.selectors.report_book import ReportBook
from plans.selectors.sheets import sheets_seen
from plans.services import receive_handover, save_handover, sign_handover

Status = Handover.Status


class HandoverList(StaffRequired, RegisterList):
    """What is still to be signed on top, below it every hand-over."""

    model = Handover
    template_name = "plans/handovers.html"
    title = gettext_lazy("Shift hand-overs")
    lead = gettext_lazy("Each shift is handed over to the one that follows, with two signatures; the last of the day is signed off.")
    filterset_class = HandoverFilter
    views = (
        ("open", gettext_lazy("Unsigned")),
        ("mine", gettext_lazy("Mine")),
        ("all", gettext_lazy("All")),
    )
    row_template = "plans/_handover_row.html"
    default_order = ("-business_date", "-ends_at", "team__code")
    columns = (
        Column(gettext_lazy("Shift"), sort="business_date"),
        Column(gettext_lazy("Team"), sort="team__code"),
        Column(gettext_lazy("Goes to"), less=1),
        Column(pgettext_lazy("handover", "Given by"), sort="given_by__name", less=2),
        Column(pgettext_lazy("handover", "Received by"), sort="received_by__name", less=2),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "handovers",
        (
            table.Column("business_date", table.Day()),
            table.Column("shift_code", table.Text(), source="shift__code"),
            table.Column("team_code", table.Text(), source="team__code"),
            table.Column("to_team_code", table.Text(), source="to_team__code"),
            table.Column("status", table.Text()),
            table.Column("given_by", table.Text(), source="given_by__staff_no"),
            table.Column("given_at", table.Moment()),
            table.Column("received_by", table.Text(), source="received_by__staff_no"),
            table.Column("received_at", table.Moment()),
            table.Column("is_objected", table.Flag()),
        ),
    )
    empty_title = gettext_lazy("No hand-over here")
    empty_text = gettext_lazy(
        "Near the end of a shift its team leader finds the hand-over on My day, filled in as far as the system knows."
    )

    def base_rows(self) -> QuerySet:
        return handovers_seen(self.access)

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "open":
                return rows.exclude(status=Status.SIGNED)
            case "mine":
                return rows.filter(Q(given_by=self.by) | Q(received_by=self.by) | Q(made_by=self.by))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        teams = {pk for row in context["rows"] for pk in (row.team_id, row.to_team_id) if pk}
        asks = not self.request.htmx and self.access.may("sheet.fill")
        return context | {"places": named(teams), "owed": self._owed() if asks else []}

    def _owed(self) -> list[Owed]:
        book = ReportBook(self.access.scope)
        return owed_handovers(book, self.access, lately(book.scope, book.last))


class HandoverDoor(StaffRequired, View):
    """Finds the team, date and shift; the row where somebody has begun one, else an unsaved one."""

    action = "sheet.fill"
    asks_node = True
    team: OrgNode
    shift: Shift
    on: date
    handover: Handover

    def find(self, team: int, on: str, shift: int) -> None:
        found_on = read_date(on)
        if found_on is None:
            raise Http404
        self.on = found_on
        self.team = get_object_or_404(OrgNode, pk=team, kind=OrgKind.TEAM)
        self.shift = get_object_or_404(Shift, pk=shift)
        row = handovers_seen(self.access).filter(team=self.team, shift=self.shift, business_date=self.on).first()
        is_receivers = row is not None and not self.access.sees(self.team)
        self.require(row.to_team_id if row and is_receivers else self.team, "read")
        self.handover = row or Handover(
            team=self.team, shift=self.shift, business_date=self.on, ends_at=window_of(self.team, self.shift, self.on)[1], made_by=self.by
        )

    def facts(self) -> dict[str, list[dict[str, Any]]]:
        """Frozen ones of what was signed, else those of now."""
        return told(self.handover.facts if self.handover.facts is not None else facts_of(self.handover, timezone.now()))

    def unowned(self) -> list[tuple[Finding, bool]]:
        """What keeps the shift from being signed off, each with whether this person can open it."""
        row = self.handover
        if row.status != Status.DRAFT:
            return []
        found = list(severe_safety_without_owner(row.team_id, row.shift, row.business_date, row.ends_at))
        seen = set(
            findings_seen(self.access, Finding.objects.filter(pk__in=[finding.pk for finding in found])).values_list("pk", flat=True)
        )
        return [(finding, finding.pk in seen) for finding in found]

    def phases(self) -> list[tuple[OpenPhase, OrgSpan, bool]]:
        """The checks that are done before the signature and still open, each with its place and whether this person can open it."""
        row = self.handover
        found = keeping_shift(row.team_id, row.shift, row.business_date) if row.status == Status.DRAFT else []
        if not found:
            return []
        places = named({phase.node_id for phase in found}, self.on)
        seen = set(sheets_seen(self.access).filter(pk__in={phase.sheet_id for phase in found}).values_list("pk", flat=True))
        return [(phase, places[phase.node_id], phase.sheet_id in seen) for phase in found]

    def page_context(self, form: HandoverForm | None = None) -> dict[str, Any]:
        """``sections``: each with its facts, the giver's remark and the field where it is typed."""
        row = self.handover
        places = named([pk for pk in (row.team_id, row.to_team_id) if pk], self.on)
        facts = self.facts()
        return {
            "handover": row,
            "place": places[row.team_id],
            "to_place": places.get(row.to_team_id) if row.to_team_id else None,
            "sections": [
                (section, facts.get(section.key, []), getattr(row, section.field), form[section.field] if form else None)
                for section in SECTIONS
            ],
        }


class HandoverPage(HandoverDoor):
    """The hand-over: written and signed by whoever may, read by everybody who sees one of the two teams."""

    def get(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        self.find(team, on, shift)
        return self.show()

    def following(self) -> list[Following]:
        return following(self.team, self.shift, self.on) if self.handover.status == Status.DRAFT else []

    def show(
        self,
        *,
        form: HandoverForm | None = None,
        receive: ReceiveForm | None = None,
        refusal: RuleBroken | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        row, may = self.handover, self.access.may
        to = self.following()
        may_give = row.status == Status.DRAFT and may("sheet.fill", row.team_id)
        receives = row.status == Status.WAITING and may_receive(self.access, row) and row.given_by_id != self.by.pk
        by_pin = row.status == Status.WAITING and not receives and may("sheet.fill", row.team_id)
        initial = typed_before(row)
        if row.to_team_id and row.to_business_date:
            initial["to"] = f"{row.to_team_id}:{row.to_business_date.isoformat()}:{row.to_shift_id}"
        form = form or HandoverForm(initial=initial, to=to)
        context = self.page_context(form) | {
            "form": form,
            "to": to,
            "may_give": may_give,
            "may_sign": may_give and timezone.now() >= row.ends_at - SIGN_BEFORE,
            "signs_from": row.ends_at - SIGN_BEFORE,
            "is_sign_off": row.is_sign_off if row.status != Status.DRAFT else not to,
            "receives": receives,
            "by_pin": by_pin,
            "receive": receive or ReceiveForm(by_pin=not receives),
            "unowned": self.unowned(),
            "phases": self.phases(),
            "refusal": refusal,
            "history": history_of(row) if row.pk else [],
        }
        return render(self.request, "plans/handover.html", context, status=status)

    def post(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        """Keeps what was typed and, where asked, signs it: the remarks stay when the signature is refused, since the way out leads to
        another page."""
        self.find(team, on, shift)
        self.require(self.team)
        form = HandoverForm(request.POST, to=self.following())
        if not form.is_valid():
            return self.show(form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        said = dict(form.cleaned_data)
        version, to = said.pop("version"), said.pop("to", "")
        try:
            row = save_handover(team=self.team, shift=self.shift, on=self.on, words=said, to=to, by=self.by, version=version)
            if "sign" in request.POST:
                row = sign_handover(handover=row, by=self.by)
        except RuleBroken as refusal:
            self.find(team, on, shift)
            if "sign" in request.POST and self.handover.given_by_id == self.by.pk:
                return redirect(request.path)  # the same tap sent twice
            return self._refused(form, refusal)
        messages.success(request, self._told(row))
        return redirect(request.path)

    def _refused(self, form: HandoverForm, refusal: RuleBroken) -> HttpResponse:
        form.add_refusal(refusal)
        if self.handover.pk and refusal.code != "stale_version":
            data = self.request.POST.copy()
            data["version"] = str(self.handover.version)  # what was typed is kept already: the next tap is not stale
            form.data = data
        return self.show(form=form, refusal=form.refusal, status=refusal.status)

    def _told(self, row: Handover) -> str:
        if row.status == Status.DRAFT:
            return _("The remarks are kept.")
        return _("The shift is signed off.") if row.is_sign_off else _("Signed. The next shift is told.")


class HandoverReceive(HandoverPage):
    """The second name: by whoever is signed in, or by staff number and PIN on the giver's screen."""

    def get(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        self.find(team, on, shift)
        return redirect("handover", team=team, on=on, shift=shift)

    def post(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        self.find(team, on, shift)
        by_pin = "staff_no" in request.POST
        if self.handover.pk is None:
            raise Http404
        if by_pin:
            self.require(self.team)
        form = ReceiveForm(request.POST, by_pin=by_pin)
        if not form.is_valid():
            return self.show(receive=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        said = form.cleaned_data
        try:
            signer = countersigner(staff_no=said["staff_no"], pin=said["pin"]) if by_pin else self.by
            is_giver = signer.pk == self.handover.given_by_id  # told so by the service
            if not is_giver and not may_receive(access_of(signer) if by_pin else self.access, self.handover):
                raise NotAllowed()
            receive_handover(handover=self.handover, by=signer, reply=said["reply"], is_objected=said["is_objected"])
        except RuleBroken as refusal:
            self.find(team, on, shift)
            form.add_refusal(refusal)
            return self.show(receive=form, refusal=form.refusal, status=refusal.status)
        messages.success(request, _("Received; the hand-over is signed by both."))
        return redirect("handover", team=team, on=on, shift=shift)


class HandoverPaper(HandoverDoor):
    """The hand-over on A4."""

    def get(self, request: Any, team: int, on: str, shift: int) -> HttpResponse:
        self.find(team, on, shift)
        return render(request, "plans/handover_paper.html", self.page_context())
