"""What the routes of this room read alike: codes as rows, quantities exactly, each fault at its field; a PIN first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404

from core.api.once import PARAMETER as KEY_PARAMETER
from core.api.once import read_key
from core.api.refusals import WrongType
from core.errors import Faults, Faulty, Required, RuleBroken, TooFine, Unknown
from core.models import RequestKey
from core.prepared import Given, PreparedRows
from core.quantities import plain
from core.tables import Day, Number
from core.tables.columns import decimals_of
from materials.models import Item, Place
from people.models import Staff
from plans.models import ProductionOrder
from plans.selectors.orders import order_of, sees_order

WRITE: dict[str, Any] = {"parameters": [KEY_PARAMETER]}
NUMBER: dict[str, Any] = {"type": ["string", "number"], "examples": ["10.000"]}
ABOVE_ZERO, ANY_NUMBER = Number(18, 6, above_zero=True), Number(18, 6)


ITEMS = PreparedRows("items_of_codes", lambda: Item.objects.filter(code__in=Given(1, "text[]")).select_related("unit").order_by())
STAFF = PreparedRows("staff_of_number", lambda: Staff.objects.filter(staff_no=Given(1, "text")).order_by())


class Said:
    """Reads a body and gathers what is wrong in itself; ``refuse_faults`` tells it all at once."""

    def __init__(self) -> None:
        self.faults: list[RuleBroken] = []

    def refuse_faults(self) -> None:
        """Raises ``Faults``, in the order in which the fields were read."""
        if self.faults:
            raise Faults(self.faults)

    def items(self, codes: Mapping[str, str]) -> dict[str, Item]:
        """Items by code; ``codes`` by field."""
        found = ITEMS.run(list({code.strip() for code in codes.values()})) if codes else []
        return self._known(codes, {item.code: item for item in found})

    def bins(self, codes: Mapping[str, str]) -> dict[str, Place]:
        found = Place.objects.filter(code__in={code.strip() for code in codes.values()}) if codes else []
        return self._known(codes, {place.code: place for place in found})

    def _known(self, codes: Mapping[str, str], rows: Mapping[str, Any]) -> dict[str, Any]:
        known = {}
        for field, code in codes.items():
            row = rows.get(code.strip())
            if row is None:
                self.faults.append(Unknown(field=field, value=code[:200]) if code.strip() else Required(field=field))
            else:
                known[code] = row
        return known

    def staff(self, field: str, number: str | None) -> Staff:
        """Whoever works here under that number; unknown is a fault."""
        person = next(iter(STAFF.run((number or "").strip())), None)
        if person is None or person.has_left():
            self.faults.append(Unknown(field=field, value=(number or "")[:200]) if number else Required(field=field))
        return person  # type: ignore[return-value]  # a fault stops the caller

    def quantity(self, field: str, value: Any, item: Item | None, kind: Number = ABOVE_ZERO) -> Decimal | None:
        """As fine as the item's unit and no finer."""
        try:
            if value is None or value == "":
                raise Required()
            if isinstance(value, bool | dict | list):
                raise WrongType()
            quantity = kind.read(value.strip() if isinstance(value, str) else value)
            if item is not None and decimals_of(quantity) > item.unit.decimals:
                raise TooFine(value=plain(quantity), unit=item.unit.code, decimals=item.unit.decimals)
        except RuleBroken as fault:
            fault.field = field
            self.faults.append(fault)
            return None
        return quantity

    def part(self, field: str, value: Any, item: Item | None, *, is_signed: bool = False) -> Decimal:
        """A part of a whole: 0 where nothing is said, below 0 only where that means something."""
        if value is None or value == "":
            return Decimal(0)
        text = plain(Decimal(value)) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
        is_below = is_signed and isinstance(text, str) and text.strip().startswith("-")
        quantity = self.quantity(field, text.strip()[1:] if is_below else value, item, ANY_NUMBER) or Decimal(0)
        return -quantity if is_below else quantity

    def day(self, field: str, value: Any) -> date | None:
        if value is None or value == "":
            return None
        try:
            if not isinstance(value, str):
                raise WrongType()
            return Day().read(value.strip())
        except RuleBroken as fault:
            fault.field = field
            self.faults.append(fault)
            return None

    def word(self, field: str, value: str | None, known: Sequence[str], *, is_required: bool = True) -> str:
        if value is None and not is_required:
            return ""
        if value not in known:
            self.faults.append(Faulty(field=field) if value else Required(field=field))
        return value or ""


def number_of(text: str) -> str:
    """The database takes no zero character, not even to say that there is no such number. Raises ``Http404``."""
    if "\x00" in text:
        raise Http404
    return text.strip()


def order_seen(request: Any, number: str) -> ProductionOrder:
    """Raises ``Http404`` for an order that is not there or out of scope: nobody can tell which."""
    order = order_of(number_of(number))
    if order is None or not sees_order(request.access, order):
        raise Http404
    return order


def is_repeat(request: Any) -> bool:
    """Whether this key was answered before: then nothing is written, so nothing needs a PIN."""
    key = read_key(request)
    return key is not None and RequestKey.objects.filter(pk=key).exists()


def sent_without(request: Any, pin: str) -> dict[str, Any]:
    """The body as a repeat is recognised by. A PIN is no part of it: not even its hash is kept."""
    sent = dict(getattr(request, "sent", None) or {})
    sent["signed"] = bool(sent.pop(pin, None))
    return sent


@contextmanager
def pin_at(field: str) -> Iterator[None]:
    """A PIN that is refused is told at the field it came in."""
    try:
        yield
    except RuleBroken as refusal:
        refusal.field = field
        raise
