"""The bound of every quantity that people type."""

from decimal import Decimal

from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS

# Postgres keeps no more digits before the point.
MOST_UNITS = Decimal(10) ** (QUANTITY_DIGITS - QUANTITY_DECIMALS)
