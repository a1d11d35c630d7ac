"""Money: one currency, shown with two decimals and kept with four, a half always away from zero."""

from decimal import Decimal

import pytest
from django.db import connection

from core.money import as_kept, currency, shown


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "0.00 CNY"),
        ("0.0049", "0.00 CNY"),
        ("0.005", "0.01 CNY"),
        ("1234.565", "1,234.57 CNY"),
        ("1234567.8", "1,234,567.80 CNY"),
        ("-0.005", "-0.01 CNY"),
        ("99999999999999.9999", "100,000,000,000,000.00 CNY"),
    ],
)
def test_it_is_shown_with_two_decimals_and_its_currency(amount, words):
    assert shown(Decimal(amount)) == words


def test_the_currency_is_the_plants_and_yuan_unless_set(settings):
    assert currency() == "CNY"
    settings.PLANT_CURRENCY = "EUR"
    assert (currency(), shown(Decimal("12"))) == ("EUR", "12.00 EUR")


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.00005", "0.0001"), ("0.00015", "0.0002"), ("-0.00005", "-0.0001"), ("7.12344999", "7.1234")]
)
def test_it_is_kept_with_four_decimals_as_the_database_rounds_it(db, amount, rounded):
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%s AS numeric(18, 4))", [Decimal(amount)])
        assert as_kept(Decimal(amount)) == cursor.fetchone()[0] == Decimal(rounded)
