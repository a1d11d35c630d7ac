"""Money as it is kept: what cannot be kept to the last digit is refused, never rounded."""

from decimal import Decimal

from core.errors import Negative, TooLarge
from core.money import MONEY_DECIMALS, MONEY_DIGITS
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS, plain
from materials.errors.boms import TooManyDecimals

MOST_MONEY = Decimal(10) ** (MONEY_DIGITS - MONEY_DECIMALS)
HIGHEST_MONEY = MOST_MONEY - Decimal(1).scaleb(-MONEY_DECIMALS)
HIGHEST_QUANTITY = Decimal(10) ** (QUANTITY_DIGITS - QUANTITY_DECIMALS) - 1


def decimals_of(value: Decimal) -> int:
    """How many decimals a number has that say something."""
    return len(plain(value).partition(".")[2])


def require_money(amount: Decimal | None, *, field: str) -> None:
    """Raises ``Negative``, ``TooLarge`` from 10^14 on, and ``TooManyDecimals`` beyond the four that money has."""
    if amount is None:
        return
    if amount < 0:
        raise Negative(field=field)
    if amount >= MOST_MONEY:
        raise TooLarge(field=field, value=plain(amount))
    if decimals_of(amount) > MONEY_DECIMALS:
        raise TooManyDecimals(field=field, value=plain(amount), decimals=MONEY_DECIMALS)
