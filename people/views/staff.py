"""The staff register: list, card, history, and the account an administrator gives."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView, TemplateView

from core.clock import plant_today
from core.errors import NotAllowed, RuleBroken
from core.forms import HouseForm
from core.history import Part, history_of
from core.versions import version_among, version_of
from core.views import Column, RefusalMixin, RegisterList
from people.access import roles_of
from people.doors import StaffRequired
from people.filters import StaffFilter
from people.forms import AccountForm, AddStaffForm, RolesForm, StaffForm
from people.models import Delegation, Staff, StaffPin, User
from people.models.accounts import UserRole
from people.selectors import node_labels, spans_on
from people.services import add_staff, edit_staff, give_account, set_account_open, set_one_time_password, set_roles


class StaffList(StaffRequired, RegisterList):
    action = "staff.read"
    queryset = Staff.objects.select_related("user")
    scope_path = "org"
    title = _("Staff")
    columns = (
        Column(_("Number"), "staff_no"),
        Column(pgettext_lazy("person", "Name"), "name"),
        Column(_("Organisation unit"), "org__code", less=2),
        Column(_("Position"), "position", less=2),
        Column(_("Pay type"), "pay_type", less=1),
        Column(_("User name"), "user__username", less=1),
        Column(_("Hired on"), "hired_on", less=1),
        Column(_("Employed"), "left_on"),
    )
    row_template = "people/_staff_row.html"
    filterset_class = StaffFilter
    default_order = ("staff_no",)
    export_kind = "staff"
    new_label = _("Add a person")
    new_action = "staff.edit"
    empty_title = _("Nobody is in the register yet")
    empty_text = _("Add the first person, or load the staff file of your plant.")
    views = (("here", _("Employed")), ("left", pgettext_lazy("person", "Left")), ("all", _("Everybody")))

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("staff-add")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        if view == "here":
            return rows.employed()  # type: ignore[attr-defined]
        return rows.left() if view == "left" else rows  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"labels": node_labels(plant_today())}


class PersonMixin(StaffRequired):
    """Finds the person of the address among those in scope; the right is asked where the person works."""

    action = "staff.read"
    asks_node = True
    kwargs: dict[str, Any]

    @cached_property
    def person(self) -> Staff:
        person = get_object_or_404(Staff.objects.select_related("user", "org"), pk=self.kwargs["pk"])
        self.require(person.org)
        if self.action != "staff.read" and not self.may_change(person):
            raise NotAllowed()
        return person

    def may_change(self, person: Staff) -> bool:
        return self.access.may_with("staff.edit", person)


class PersonPage(PersonMixin, TemplateView):
    template_name = "people/person.html"
    TABS = {"card": _("Card"), "account": _("Account"), "history": _("History")}

    @property
    def tab(self) -> str:
        asked = self.request.GET.get("tab", "card")
        if asked not in self.TABS:
            raise Http404
        return asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, tab = self.person, self.tab
        address = reverse("person", args=[person.pk])
        own = {
            "person": person,
            "tab": tab,
            "tabs": [{"url": f"{address}?tab={key}", "label": word, "is_here": key == tab} for key, word in self.TABS.items()],
            "labels": node_labels(plant_today()),
            "may_edit": self.may_change(person),
            "may_account": self.access.may_with("account.edit", person),
        }
        own |= {"card": self.card, "account": self.account, "history": self.history}[tab]()
        return super().get_context_data(**(own | kwargs))

    def card(self) -> dict[str, Any]:
        return {"leads": [span for span in spans_on(plant_today()).values() if span.leader_id == self.person.pk]}

    def account(self) -> dict[str, Any]:
        roles, user = roles_of(self.person), self.person.user
        version = version_among(UserRole, user=user) if user else 0
        return {
            "roles": roles,
            "pin": StaffPin.objects.filter(staff=self.person).first(),
            "roles_form": RolesForm(initial={"roles": [role.value for role in roles], "version": version}),
            "account_form": AccountForm(initial={"username": self.person.staff_no}),
            "borrowed": Delegation.objects.filter(taker=self.person).select_related("giver", "taker")[:20],
        }

    def history(self) -> dict[str, Any]:
        """What happened to the log-in is for those who give log-ins."""
        person, parts = self.person, []
        if self.access.may_with("account.edit", person):
            parts.append(Part(StaffPin, {"staff": person}, untold=("staff",)))
            if person.user_id:
                parts.append(Part(UserRole, {"user": person.user}, untold=("user",)))
                parts.append(Part(User, {"id": person.user_id}, untold=("is_superuser", "is_staff", "date_joined", "email")))
        return {"history": history_of(person, *parts)}


class AddPerson(StaffRequired, RefusalMixin, FormView):
    action = "staff.edit"
    template_name = "people/person_form.html"
    form_class = AddStaffForm
    told = _("The person is in the register.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"access": self.access}

    def perform(self, form: AddStaffForm) -> HttpResponse:
        card = form.card()
        self.require(card.org)
        staff = add_staff(staff_no=form.cleaned_data["staff_no"], card=card, by=self.by)
        return redirect("person", pk=staff.pk)


class EditPerson(PersonMixin, RefusalMixin, FormView):
    action = "staff.edit"
    template_name = "people/person_form.html"
    form_class = StaffForm
    told = _("The card is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"access": self.access}

    def get_initial(self) -> dict[str, Any]:
        person = self.person
        kept = {name: getattr(person, name) for name in ("name", "position", "hired_on", "left_on", "pay_type")}
        return kept | {"org": person.org_id, "version": version_of(person)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"person": self.person}

    def perform(self, form: StaffForm) -> HttpResponse:
        card = form.card()
        self.require(card.org)
        edit_staff(staff=self.person, card=card, by=self.by, version=form.cleaned_data["version"])
        return redirect("person", pk=self.person.pk)


class PersonAccount(PersonPage):
    """What an administrator does to a log-in; each button names its deed."""

    action = "account.edit"
    http_method_names = ["post", "options"]
    tab = "account"  # type: ignore[assignment]
    FORMS: dict[str, tuple[str, type[HouseForm]]] = {"roles": ("roles_form", RolesForm), "give": ("account_form", AccountForm)}

    def post(self, request: Any, pk: int, deed: str) -> HttpResponse:
        person = self.person
        if deed == "one-time-password":
            password = set_one_time_password(staff=person, by=self.by)
            response = render(request, "people/one_time_password.html", {"person": person, "password": password})
            response["Cache-Control"] = "no-store"
            return response
        if deed in ("open", "close"):
            set_account_open(staff=person, is_open=deed == "open", by=self.by)
        elif deed in self.FORMS:
            name, form_class = self.FORMS[deed]
            form = form_class(request.POST)
            if not (form.is_valid() and self.done(deed, form)):
                return self.render_to_response(self.get_context_data(**{name: form}), status=422)
        else:
            raise Http404
        return redirect(f"{reverse('person', args=[pk])}?tab=account")

    def done(self, deed: str, form: HouseForm) -> bool:
        try:
            if deed == "roles":
                set_roles(staff=self.person, by=self.by, **form.cleaned_data)
            else:
                give_account(staff=self.person, by=self.by, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return False
        return True
