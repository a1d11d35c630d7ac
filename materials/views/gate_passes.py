"""Gate passes: goods that may leave, approved by another person, closed at the gate, with the slip for the guard (GEN-25)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView

from core.clock import plant_today
from core.views.lists import Column, FileLayout, RegisterList
from core.views.pages import RefusalMixin
from materials.buying_filters import GatePassFilter
from materials.forms.buying import GatePassForm
from materials.forms.decisions import WordsForm
from materials.models import Disposal, GatePass
from materials.selectors.slips import slips_seen
from materials.services import close_gate_pass, decide_gate_pass, request_gate_pass
from materials.tables.buying import GATE_PASSES
from materials.views.records import RecordDoor, RecordPage, RecordStep
from people.doors import StaffRequired
from people.roles import ACTIONS
from people.selectors import holders

Status = GatePass.Status
PAPER_TITLE = gettext_lazy("Gate pass")


class GatePassList(StaffRequired, RegisterList):
    model = GatePass
    title = gettext_lazy("Gate passes")
    lead = gettext_lazy("Goods leave the plant with a pass that somebody else approved.")
    filterset_class = GatePassFilter
    row_template = "materials/_gate_pass_row.html"
    default_order = ("-requested_at",)
    new_url = reverse_lazy("gate-pass-new")
    new_label = gettext_lazy("New gate pass")
    new_action = "adjustment.draft"
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(gettext_lazy("Goods and quantity")),
        Column(gettext_lazy("Taken by"), less=1),
        Column(gettext_lazy("Reason"), less=1),
        Column(gettext_lazy("Asked by"), less=2),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout("gate-passes", GATE_PASSES.columns)
    empty_title = gettext_lazy("No gate pass here")
    empty_text = gettext_lazy("Whatever leaves the plant, sold, scrapped, lent or sent back, gets a pass first.")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        waits = (("decide", pgettext_lazy("gate pass", "To decide")),) if self.access.may("adjustment.approve") else ()
        return (*waits, ("open", pgettext_lazy("gate pass", "Not left yet")), ("all", gettext_lazy("All")))

    def base_rows(self) -> QuerySet:
        return GatePass.objects.select_related("requested_by")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "decide":
                return rows.filter(status=Status.REQUESTED).exclude(requested_by=self.by)
            case "open":
                return rows.filter(status__in=(Status.REQUESTED, Status.APPROVED))
        return rows


class GatePassNew(StaffRequired, RefusalMixin, FormView):
    """Ask that goods may leave; ``?slip=`` or ``?disposal=`` names what they belong to."""

    action = "adjustment.draft"
    form_class = GatePassForm
    template_name = "materials/master_form.html"

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        disposal = Disposal.objects.filter(number=asked.get("disposal", "")).select_related("lot__item__unit").first()
        goods = ""
        if disposal is not None:
            item = disposal.lot.item
            goods = f"{item.code} {item.label} · {disposal.quantity.normalize():f} {item.unit.code}"
        return {
            "slip": asked.get("slip", ""),
            "disposal": asked.get("disposal", ""),
            "goods": goods,
            "reason": disposal.reason if disposal else "",
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        may_leave = Disposal.objects.filter(status__in=(Disposal.Status.APPROVED, Disposal.Status.DONE))
        return super().get_form_kwargs() | {"slips": slips_seen(self.access), "disposals": may_leave}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": GatePassList.new_label,
            "list_title": GatePassList.title,
            "list_url": reverse("gate-passes"),
            "back": reverse("gate-passes"),
        }

    def perform(self, form: GatePassForm) -> HttpResponse:
        gate_pass = request_gate_pass(by=self.by, **form.cleaned_data)
        messages.success(self.request, _("%(number)s waits for its decision.") % {"number": gate_pass.number})
        return redirect("gate-pass", gate_pass.number)


class GatePassDoor(RecordDoor):
    template_name = "materials/gate_pass.html"
    page = "gate-pass"
    tab_label = gettext_lazy("Gate pass")

    def find(self, key: str) -> None:
        rows = GatePass.objects.select_related("requested_by", "decided_by", "closed_by", "slip", "disposal__lot__item__unit")
        self.record = get_object_or_404(rows, number=key)

    def context(self, forms: dict[str, Any]) -> dict[str, Any]:
        asked = self.record
        is_waiting, is_own = asked.status == Status.REQUESTED, asked.requested_by_id == self.by.pk
        return {
            "asked": asked,
            "is_waiting": is_waiting,
            "is_own": is_own,
            "may_decide": is_waiting and not is_own and self.access.may("adjustment.approve"),
            "may_close": asked.status == Status.APPROVED and self.access.may("adjustment.draft"),
            "deciders": self.deciders() if is_waiting else "",
            "decide_form": forms.get("decide_form") or WordsForm(),
        }

    def deciders(self) -> str:
        node = self.record.requested_by.org_id
        people = holders(sorted(ACTIONS["adjustment.approve"]), node, plant_today()) if node else []
        return ", ".join(person.name for person in people if person.pk != self.record.requested_by_id)


class GatePassPage(GatePassDoor, RecordPage):
    pass


class GatePassDecision(GatePassDoor, RecordStep):
    action = "adjustment.approve"
    form_name = "decide_form"
    is_yes = True

    def make_form(self, *args: Any) -> WordsForm:
        return WordsForm(*args)

    def perform(self, form: WordsForm) -> None:
        decide_gate_pass(gate_pass=self.record, approve=self.is_yes, note=form.cleaned_data["note"], by=self.by)
        messages.success(self.request, _("Approved. The goods may leave.") if self.is_yes else _("Rejected. The goods stay here."))


class GatePassReject(GatePassDecision):
    is_yes = False


class GatePassClose(GatePassDoor, RecordStep):
    """The goods went through the gate; a pass that nobody approved is refused."""

    action = "adjustment.draft"
    form_name = "close_form"

    def make_form(self, *args: Any) -> WordsForm:
        return WordsForm(*args)

    def perform(self, form: WordsForm) -> None:
        close_gate_pass(gate_pass=self.record, by=self.by)
        messages.success(self.request, _("Closed: the goods have left."))


class GatePassPaper(GatePassDoor):
    """The slip for the gate, A4, with the names of who asked and who approved."""

    def get(self, request: Any, key: str) -> HttpResponse:
        self.reach(key)
        with override("en" if (get_language() or "").startswith("zh") else "zh-hans"):
            title_other = str(PAPER_TITLE)
        context = {
            "asked": self.record,
            "title": PAPER_TITLE,
            "title_other": title_other,
            "address": request.build_absolute_uri(reverse("gate-pass", args=[self.record.number])),
        }
        return render(request, "materials/gate_pass_paper.html", context)
