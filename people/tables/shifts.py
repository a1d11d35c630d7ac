"""The table of shifts."""

from django.utils.translation import gettext_lazy as _

from core.tables import Clock, Code, Column, Loader, TableKind, Text, Whole
from people.models import Shift

DAY_MINUTES = 1440

SHIFTS = TableKind(
    name="shifts",
    label=_("Shifts"),
    model=Shift,
    columns=(
        Column("code", Code(20), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("starts_at", Clock(), is_required=True),
        Column("ends_at", Clock(), is_required=True),
        Column("break_minutes", Whole(0, DAY_MINUTES)),
    ),
    loader=Loader,
    edit_action="shift.edit",
)
