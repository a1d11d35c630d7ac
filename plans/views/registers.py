"""Products, processes and standard hours: lists, forms, and the page of each with its history."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView, TemplateView

from core.history import history_of
from core.templatetags.fo import moment
from core.versions import version_of
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value
from people.models import OrgKind
from plans.filters import ProcessFilter, ProductFilter, StandardHoursFilter
from plans.forms.registers import ProcessForm, ProductForm, StandardHoursForm
from plans.hooks import tabs_for
from plans.models import DisplayLink, Process, Product, StandardHours
from plans.selectors.places import named, nodes_of
from plans.selectors.products import products_to_pick
from plans.services import save_process, save_product, save_standard_hours

PLACES = (OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM)


class ProductList(StaffRequired, RegisterList):
    queryset = Product.objects.select_related("unit")
    title = _("Products")
    lead = _("What the plant makes, each counted in one unit.")
    filterset_class = ProductFilter
    row_template = "plans/_product_row.html"
    default_order = ("code",)
    export_kind = "products"
    new_url = reverse_lazy("product-new")
    new_label = _("New product")
    new_action = "product.edit"
    columns = (
        Column(_("Code"), sort="code"),
        Column(_("Name"), sort="name"),
        Column(_("Specification"), less=1),
        Column(pgettext_lazy("quantity", "Unit")),
    )
    empty_title = _("No product yet")
    empty_text = _("Bring your products as a file, or make the first one here.")


class ProcessList(StaffRequired, RegisterList):
    model = Process
    scope_path = "org"
    title = _("Processes")
    lead = _("The steps of making; output of a final process is finished goods.")
    filterset_class = ProcessFilter
    row_template = "plans/_process_row.html"
    default_order = ("code",)
    export_kind = "processes"
    new_url = reverse_lazy("process-new")
    new_label = _("New process")
    new_action = "product.edit"
    columns = (
        Column(_("Code"), sort="code"),
        Column(_("Name"), sort="name"),
        Column(_("Where it is done"), less=1),
        Column(_("Key process"), less=2),
        Column(_("Final process")),
    )
    empty_title = _("No process yet")
    empty_text = _("Bring your processes as a file, or make the first one here.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(row.org_id for row in context["rows"] if row.org_id)}


class StandardHoursList(StaffRequired, RegisterList):
    queryset = StandardHours.objects.select_related("product__unit", "process")
    title = _("Standard hours")
    lead = _("Allowed hours per unit; parts of one process add up, the latest date counts.")
    filterset_class = StandardHoursFilter
    row_template = "plans/_standard_hours_row.html"
    default_order = ("product__code", "part", "process__code", "valid_from")
    export_kind = "standard_hours"
    new_url = reverse_lazy("standard-hours-new")
    new_label = _("New standard")
    new_action = "standard_hours.edit"
    columns = (
        Column(_("Product"), sort="product__code"),
        Column(_("Part"), less=2),
        Column(_("Process"), sort="process__code"),
        Column(_("Valid from"), sort="valid_from"),
        Column(_("Hours per unit"), sort="hours_per_unit", number=True, unit="h"),
    )
    empty_title = _("No standard hours yet")
    empty_text = _(
        "Without a standard the month shows hours without standard and no efficiency. Bring them as a file, or make the first one here."
    )


class RegisterForm(StaffRequired, RefusalMixin, FormView):
    """Make or change one row: the same form, the service decides."""

    template_name = "plans/register_form.html"
    model: type[Model]
    list_name = ""
    page_name = ""
    new_title: Any = ""
    told = _("Saved.")

    def rows(self) -> QuerySet:
        """What this person may find here."""
        return self.model._default_manager.all()

    def row(self) -> Any:
        pk = self.kwargs.get("pk")
        return get_object_or_404(self.rows(), pk=pk) if pk else None

    def kept(self, row: Any) -> dict[str, Any]:
        """What the fields start with."""
        raise LookupError(type(row).__name__)

    def get_initial(self) -> dict[str, Any]:
        row = self.row()
        if row is None:
            return {}
        # Read before the fields: what is saved in between makes the page stale instead of going unseen.
        version = version_of(row)
        return self.kept(self.row()) | {"version": version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.row()
        back = reverse(self.page_name, args=[row.pk]) if row else reverse(self.list_name)
        listed = products_to_pick() if "product" in self.get_form_class().base_fields else []
        return super().get_context_data(**kwargs) | {
            "row": row,
            "title": self.title_of(row) if row else self.new_title,
            "list_title": self.model._meta.verbose_name_plural,
            "list_url": reverse(self.list_name),
            "back": back,
            "products": listed,
        }

    def title_of(self, row: Any) -> str:
        return f"{row.code} · {row.label}"

    def done(self, row: Any) -> HttpResponse:
        return redirect(self.page_name, pk=row.pk)


class ProductEdit(RegisterForm):
    action = "product.edit"
    model = Product
    form_class = ProductForm
    list_name, page_name, new_title = "products", "product", _("New product")

    def kept(self, row: Product) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("code", "name", "name_zh", "spec", "unit")}

    def perform(self, form: ProductForm) -> HttpResponse:
        return self.done(save_product(product=self.row(), by=self.by, **form.cleaned_data))


class ProcessEdit(RegisterForm):
    action = "product.edit"
    model = Process
    form_class = ProcessForm
    list_name, page_name, new_title = "processes", "process", _("New process")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": nodes_of(self.access.scope, PLACES)}

    def kept(self, row: Process) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("code", "name", "name_zh", "is_key", "is_final")} | {"org": node_value(row.org_id)}

    def rows(self) -> QuerySet:
        return self.access.scoped(super().rows(), "org")

    def perform(self, form: ProcessForm) -> HttpResponse:
        row = self.row()
        for place in (row.org if row else None, form.cleaned_data["org"]):
            self.require(place)
        return self.done(save_process(process=self.row(), by=self.by, **form.cleaned_data))


class StandardHoursEdit(RegisterForm):
    action = "standard_hours.edit"
    model = StandardHours
    form_class = StandardHoursForm
    list_name, page_name, new_title = "standard-hours", "standard-hours-row", _("New standard")

    def kept(self, row: StandardHours) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("product", "part", "process", "valid_from", "hours_per_unit")}

    def title_of(self, row: StandardHours) -> str:
        return " · ".join(str(part) for part in (row.product.code, row.part, row.process) if part)

    def perform(self, form: StandardHoursForm) -> HttpResponse:
        return self.done(save_standard_hours(standard=self.row(), by=self.by, **form.cleaned_data))


class RegisterPage(StaffRequired, TemplateView):
    """One row with its facts and its history."""

    template_name = "plans/register_page.html"
    model: type[Model]
    list_name = ""
    edit_name = ""
    edit_action = "product.edit"

    def rows(self) -> QuerySet:
        """What this person may find here."""
        return self.model._default_manager.all()

    def facts(self, row: Any) -> list[tuple[Any, Any]]:
        raise LookupError(type(row).__name__)

    def title_of(self, row: Any) -> str:
        return f"{row.code} · {row.label}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = get_object_or_404(self.rows(), pk=self.kwargs["pk"])
        is_history = self.request.GET.get("tab") == "history"
        return super().get_context_data(**kwargs) | {
            "row": row,
            "title": self.title_of(row),
            "facts": self.facts(row),
            "list_title": self.model._meta.verbose_name_plural,
            "list_url": reverse(self.list_name),
            "edit_url": reverse(self.edit_name, args=[row.pk]) if self.edit_name and self.access.may(self.edit_action) else "",
            "is_history": is_history,
            "history": history_of(row) if is_history else [],
        }


class ProductPage(RegisterPage):
    model = Product
    list_name, edit_name = "products", "product-edit"

    def facts(self, row: Product) -> list[tuple[Any, Any]]:
        return [
            (_("Name"), row.name),
            (_("Chinese name"), row.name_zh),
            (_("Specification"), row.spec),
            (pgettext_lazy("quantity", "Unit"), row.unit.label),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        standards = context["row"].standard_hours.select_related("process").order_by("part", "process__code", "-valid_from")
        return context | {"standards": standards, "unit": context["row"].unit, "more_tabs": tabs_for("product", context["row"])}


class ProcessPage(RegisterPage):
    model = Process
    list_name, edit_name = "processes", "process-edit"

    def rows(self) -> QuerySet:
        return self.access.scoped(super().rows(), "org")

    def facts(self, row: Process) -> list[tuple[Any, Any]]:
        place = named([row.org_id])[row.org_id].label if row.org_id else _("Anywhere")
        yes = {True: _("yes"), False: _("no")}
        return [
            (_("Name"), row.name),
            (_("Chinese name"), row.name_zh),
            (_("Where it is done"), place),
            (_("Key process"), yes[row.is_key]),
            (_("Final process"), yes[row.is_final]),
        ]


class StandardHoursPage(RegisterPage):
    model = StandardHours
    list_name, edit_name, edit_action = "standard-hours", "standard-hours-edit", "standard_hours.edit"

    def title_of(self, row: StandardHours) -> str:
        return " · ".join(str(part) for part in (row.product.code, row.part, row.process) if part)

    def facts(self, row: StandardHours) -> list[tuple[Any, Any]]:
        process = row.process.label if row.process else _("Every process without its own standard")
        return [
            (_("Product"), row.product.label),
            (_("Part"), row.part),
            (_("Process"), process),
            (_("Valid from"), row.valid_from),
            (_("Hours per unit"), row.hours_per_unit),
        ]


class DisplayLinkPage(RegisterPage):
    """A link that opens the board on a wall screen; its address was shown once, when it was made."""

    action = "display.edit"
    asks_node = True
    model = DisplayLink
    list_name = "display-links"

    def rows(self) -> QuerySet:
        return self.access.scoped(super().rows(), "node").select_related("made_by", "revoked_by")

    def title_of(self, row: DisplayLink) -> str:
        return row.name

    def facts(self, row: DisplayLink) -> list[tuple[Any, Any]]:
        return [
            (_("What it shows"), named([row.node_id])[row.node_id].label),
            (pgettext_lazy("choice", "Language"), row.get_language_display()),
            (pgettext_lazy("link", "Made by"), f"{row.made_by.name}, {moment(row.made_at)}"),
            (_("Last used"), moment(row.last_used_at)),
            (_("Revoked by"), f"{row.revoked_by.name}, {moment(row.revoked_at)}" if row.revoked_by else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        self.require(context["row"].node_id)
        return context | {"list_title": _("Wall screens")}
