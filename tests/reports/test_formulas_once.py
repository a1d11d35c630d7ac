"""What floors below the month divide themselves is what the month divides (docs/adr/0027)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials import rates as of_material
from plans import rates as of_plans
from reports.kpis import FIGURES

AMOUNT = st.decimals(0, 10**6, places=3)


@pytest.mark.req("PLN-14")
@given(attained=AMOUNT, planned=AMOUNT)
def test_a_days_attainment_is_that_of_the_month(attained, planned):
    month = FIGURES["attainment_pct"].of({"attained": attained, "planned": planned}, places=1)
    assert of_plans.attainment(attained, planned) == month


@pytest.mark.req("MAT-04")
@given(actual=AMOUNT, standard=AMOUNT)
def test_the_variance_of_an_order_is_that_of_the_month(actual, standard):
    month = FIGURES["material_variance_pct"].of({"variance": actual - standard, "standard": standard})
    assert of_material.usage_variance(actual, standard) == month


def test_without_a_divisor_there_is_no_data():
    assert of_plans.attainment(Decimal(5), None) is None
    assert of_plans.attainment(None, Decimal(5)) is None
    assert of_material.usage_variance(Decimal(5), None) is None
    assert of_material.on_time(0, 0) is of_material.lots_accepted(0, 0) is of_material.count_accuracy(0, 0) is None
    assert (of_material.on_time(2, 3), of_material.count_accuracy(199, 200)) == (Decimal("66.67"), Decimal("99.50"))


@pytest.mark.req("RPT-04")
def test_of_1000_inspected_with_30_defective_3_percent_are_defective_and_97_good():
    """Of one population, as REQUIREMENTS counts; the sums come with the room that inspects."""
    sums = {
        "inspected": Decimal(1000),
        "defective": Decimal(30),
        "first_pass_inspected": Decimal(1000),
        "first_pass_accepted": Decimal(970),
    }
    assert (FIGURES["defect_pct"].of(sums), FIGURES["first_pass_pct"].of(sums)) == (Decimal("3.00"), Decimal("97.00"))
    assert FIGURES["defect_pct"].of(dict.fromkeys(sums)) is None
