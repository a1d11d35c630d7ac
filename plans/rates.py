"""Rates that several pages of this room show, each divided in one place. Those of the month are in ``reports.kpis`` (docs/adr/0027)."""

from __future__ import annotations

from decimal import Decimal

from core.quantities import percent


def attainment(attained: Decimal | None, planned: Decimal | None) -> Decimal | None:
    """Attained ÷ planned × 100 to one decimal (REQUIREMENTS part C); ``None`` where nothing was planned."""
    return percent(attained, planned, 1)
