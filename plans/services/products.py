"""What the plant makes, in which steps, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from core.clock import BEGINNING
from core.errors import Required, TooLarge
from core.models import Unit
from core.quantities import fit, plain
from core.refusals import refusals_explained
from core.versions import require_unchanged
from people.models import OrgNode, Staff
from plans.errors.orders import CodeTaken, NotAboveZero, StandardTaken, UnitInUse
from plans.models import Process, Product, StandardHours

MOST_HOURS_PER_UNIT = Decimal(10) ** 6


@dataclass(frozen=True)
class _Hours:
    code: str = "h"
    decimals: int = 6


HOUR = _Hours()


@transaction.atomic
def save_product(
    *,
    product: Product | None = None,
    code: str,
    name: str,
    name_zh: str = "",
    spec: str = "",
    unit: Unit,
    by: Staff,
    version: int | None = None,
) -> Product:
    """Make a product, or change one. Raises ``CodeTaken``, ``StaleVersion``, and ``UnitInUse`` once orders or reports count in its unit."""
    _require_words(code=code, name=name)
    if product is None:
        product = Product()
    else:
        product = Product.objects.select_for_update(no_key=True).select_related("unit").get(pk=product.pk)
        require_unchanged(product, version)
        if product.unit_id != unit.pk and (product.orders.exists() or product.report_lines.exists()):
            raise UnitInUse(field="unit", product=product.code, unit=product.unit.code)
    product.code, product.name, product.name_zh, product.spec, product.unit = code, name, name_zh, spec, unit
    with refusals_explained({"plans_product_code_key": lambda: CodeTaken(field="code", value=code)}):
        product.save()
    return product


@transaction.atomic
def save_process(
    *,
    process: Process | None = None,
    code: str,
    name: str,
    name_zh: str = "",
    org: OrgNode | None = None,
    is_key: bool = False,
    is_final: bool = True,
    by: Staff,
    version: int | None = None,
) -> Process:
    """Make a process, or change one. Raises ``CodeTaken``, ``StaleVersion``."""
    _require_words(code=code, name=name)
    if process is None:
        process = Process()
    else:
        process = Process.objects.select_for_update(no_key=True).get(pk=process.pk)
        require_unchanged(process, version)
    process.code, process.name, process.name_zh, process.org = code, name, name_zh, org
    process.is_key, process.is_final = is_key, is_final
    with refusals_explained({"plans_process_code_key": lambda: CodeTaken(field="code", value=code)}):
        process.save()
    return process


@transaction.atomic
def save_standard_hours(
    *,
    standard: StandardHours | None = None,
    product: Product,
    part: str = "",
    process: Process | None = None,
    valid_from: date | None = None,
    hours_per_unit: Decimal,
    by: Staff,
    version: int | None = None,
) -> StandardHours:
    """Set the allowed hours per unit, at most six decimals, from a date on (blank: from the beginning).

    Raises ``NotAboveZero``, ``TooLarge``, ``TooFine``, ``StandardTaken``, ``StaleVersion``. (MAT-02)
    """
    if hours_per_unit <= 0:
        raise NotAboveZero(field="hours_per_unit")
    if hours_per_unit >= MOST_HOURS_PER_UNIT:
        raise TooLarge(field="hours_per_unit", value=plain(hours_per_unit))
    if standard is None:
        standard = StandardHours()
    else:
        standard = StandardHours.objects.select_for_update(no_key=True).get(pk=standard.pk)
        require_unchanged(standard, version)
    standard.product, standard.part, standard.process = product, part, process
    standard.valid_from, standard.hours_per_unit = valid_from or BEGINNING, fit(hours_per_unit, HOUR, field="hours_per_unit")
    taken = {"one_standard_per_key_and_date": lambda: StandardTaken(field="valid_from", valid_from=valid_from or "")}
    with refusals_explained(taken):
        standard.save()
    return standard


def _require_words(**values: str) -> None:
    for field, value in values.items():
        if not value.strip():
            raise Required(field=field)
