"""The table of units."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty
from core.models import Unit
from core.tables.columns import Code, Column, Text, Whole
from core.tables.kinds import TableKind
from core.tables.loaders import Loader, LoadRow


class UnitNeedsDecimals(Faulty):
    """Quantities of something that is counted in the unit would become finer than it."""

    code = "unit_in_use"
    sentence = _("%(unit)s is in use with %(decimals)s decimals, so it keeps at least these.")


class UnitLoader(Loader):
    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        if current is None or merged.get("decimals", current.decimals) >= current.decimals:
            return
        for relation in current._meta.related_objects:
            is_history = hasattr(relation.related_model, "pgh_tracked_model")
            if not is_history and relation.related_model._default_manager.filter(**{relation.field.name: current}).exists():
                row.refuse("decimals", UnitNeedsDecimals(unit=current.code, decimals=current.decimals))
                return


UNITS = TableKind(
    name="units",
    label=_("Units"),
    model=Unit,
    columns=(
        Column("code", Code(20), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("decimals", Whole(0, 6), is_required=True),
    ),
    loader=UnitLoader,
    edit_action="setting.edit",
)
