"""Money: ``Decimal`` in the plant's one currency, kept with four decimals and shown with two."""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

MONEY_DIGITS = 18
MONEY_DECIMALS = 4


def currency() -> str:
    """ISO 4217 code of the plant's only currency."""
    return settings.PLANT_CURRENCY


def as_kept(amount: Decimal) -> Decimal:
    """As a column keeps it: four decimals, a half goes away from zero, as Postgres rounds it."""
    return amount.quantize(Decimal(1).scaleb(-MONEY_DECIMALS), ROUND_HALF_UP)


def shown(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,f} {currency()}"
