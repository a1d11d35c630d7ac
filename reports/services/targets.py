"""Setting what a figure should be."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from core.errors import Negative, TooFine, Unknown
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS, plain
from core.refusals import refusals_explained
from core.versions import require_unchanged
from people.models import OrgNode, Staff
from reports.errors import PercentTooHigh, TargetTaken, TargetTooLarge
from reports.kpis import TARGETED
from reports.models import Target
from reports.models.targets import PERCENT_MOST
from reports.periods import read_period


@transaction.atomic
def save_target(
    *,
    target: Target | None = None,
    kpi_code: str,
    org: OrgNode,
    period: str,
    value: Decimal,
    by: Staff,
    version: int | None = None,
) -> Target:
    """Set a target, or change one; ``value`` is in the figure's own unit, with at most six decimals.

    Raises ``Unknown`` at ``kpi_code``, ``NotAPeriod``, ``Negative``, ``PercentTooHigh``, ``TargetTooLarge``, ``TooFine``, ``TargetTaken``,
    and ``StaleVersion`` when it changed since ``version``.
    """
    if kpi_code not in TARGETED:
        raise Unknown(field="kpi_code", value=kpi_code)
    if target is None:
        target = Target()
    else:
        target = Target.objects.select_for_update().get(pk=target.pk)
        require_unchanged(target, version)
    target.kpi_code, target.org, target.period, target.value = kpi_code, org, read_period(period), _checked(kpi_code, value)
    with refusals_explained({"one_target_per_figure_unit_and_period": lambda: TargetTaken(field="period")}):
        target.save()
    return target


def _checked(kpi_code: str, value: Decimal) -> Decimal:
    if value < 0:
        raise Negative(field="value")
    require_percent(kpi_code, value)
    if value.adjusted() >= QUANTITY_DIGITS - QUANTITY_DECIMALS:
        raise TargetTooLarge(field="value", value=plain(value))
    kept = value.quantize(Decimal(1).scaleb(-QUANTITY_DECIMALS))
    if kept != value:
        raise TooFine(field="value", value=plain(value), unit=TARGETED[kpi_code].unit, decimals=QUANTITY_DECIMALS)
    return kept


def require_percent(kpi_code: str, value: Decimal) -> None:
    """Raises ``PercentTooHigh`` for a target in percent that can only be a slip of the pen."""
    if TARGETED[kpi_code].unit == "%" and value > PERCENT_MOST:
        raise PercentTooHigh(field="value", most=PERCENT_MOST)
