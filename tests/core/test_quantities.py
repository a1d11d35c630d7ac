from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.errors import NotANumber, TooFine, TooLarge
from core.forms import NumberField
from core.models import Unit
from core.quantities import fit, percent, plain, read_number

KG = Unit(code="kg", decimals=3)
PCS = Unit(code="pcs", decimals=0)


NUMBERS = [
    ("12", "12"),
    ("１２３", "123"),
    ("－３．５", "-3.5"),
    ("−3", "-3"),
    ("12。5", "12.5"),
    ("1,234,567.8", "1234567.8"),
    ("１，２３４", "1234"),
    (" 7 ", "7"),
    ("+4", "4"),
    (".5", "0.5"),
    ("5.", "5"),
]


@pytest.mark.parametrize(("typed", "number"), NUMBERS)
def test_numbers_are_read_from_any_keyboard(typed, number):
    assert read_number(typed) == Decimal(number)


NO_NUMBERS = ["", "abc", "1,23", "12,34.5", "1.2.3", "1e5", "NaN", "Infinity", "--1", "１，２", "9" * 40, "五"]
GUESSES = ["1 5", "1\u202f500", "5'3", "10²", "①5", "½", "٣", "1'000", "1,234,56", "1.234,567", "1 ,234", "- 3", "5″", "㎏"]


@pytest.mark.parametrize("typed", [*NO_NUMBERS, *GUESSES])
def test_anything_else_is_a_fault(typed):
    with pytest.raises(NotANumber):
        read_number(typed)


def test_a_quantity_finer_than_its_unit_is_refused_and_never_rounded():
    assert str(fit(Decimal("2.5"), KG)) == "2.500"
    with pytest.raises(TooFine) as refused:
        fit(Decimal("0.0001"), KG)
    assert refused.value.figures["decimals"] == 3
    with pytest.raises(TooFine):
        fit(Decimal("0.5"), PCS)


@pytest.mark.parametrize("typed", ["1000000000000", "-1000000000000", "9" * 26, "9" * 30])
def test_more_than_can_be_kept_is_refused_by_the_unit_and_by_the_field(typed):
    with pytest.raises(TooLarge) as refused:
        fit(Decimal(typed), PCS, field="quantity")
    with pytest.raises(ValidationError) as told:
        NumberField(low=None).clean(typed)

    assert refused.value.field == "quantity"
    assert told.value.messages == [f"{typed} is too large."]
    assert fit(Decimal("999999999999.999"), KG) == NumberField().clean("999999999999.999")


def test_a_percentage_of_nothing_is_no_data():
    assert percent(Decimal(1), Decimal(0)) is None
    assert percent(None, Decimal(5)) is None
    assert percent(Decimal(940), Decimal(1000)) == Decimal("94.00")
    assert percent(Decimal(1), Decimal(8), places=1) == Decimal("12.5")
    assert percent(Decimal("1.00005"), Decimal(100), places=4) == Decimal("1.0001")


def test_numbers_are_written_without_padding_and_without_exponent():
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("2.500")) == "2.5"
    assert plain(Decimal("100")) == "100"
