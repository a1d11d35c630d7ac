"""Rates that several pages of this room show, each divided in one place (REQUIREMENTS part C). Those of the month are in ``reports.kpis``
(docs/adr/0027).
"""

from __future__ import annotations

from decimal import Decimal

from core.quantities import percent


def on_time(lines: int, due: int) -> Decimal | None:
    """On-time lines ÷ due lines × 100 (purchase due date)."""
    return percent(Decimal(lines), Decimal(due))


def lots_accepted(accepted: int, judged: int) -> Decimal | None:
    return percent(Decimal(accepted), Decimal(judged))


def count_accuracy(near: int, lines: int) -> Decimal | None:
    """Lines within the tolerance ÷ lines × 100 (stocktake)."""
    return percent(Decimal(near), Decimal(lines))


def usage_variance(actual: Decimal, standard: Decimal | None) -> Decimal | None:
    """(Actual − standard for the output) ÷ standard × 100 (material usage variance, also of hours)."""
    return None if standard is None else percent(actual - standard, standard)
