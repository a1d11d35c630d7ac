from datetime import date
from decimal import Decimal

import pytest

from plans.selectors.orders import progress_of
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(plant):
    return OrderFactory(workshop=plant.a, quantity=Decimal(1000))


def reported(order, plant, process, good, recovered=0, on=date(2026, 11, 19)):
    report = ReportFactory(team=plant.a1, business_date=on)
    LineFactory(report=report, order=order, product=order.product, process=process, good_qty=good, recovered_qty=recovered)


def test_an_order_is_as_far_as_its_final_process(order, plant):
    reported(order, plant, ProcessFactory(is_final=False), 900)
    reported(order, plant, ProcessFactory(is_final=True), 400, recovered=10, on=date(2026, 11, 18))

    assert progress_of([order])[order.pk].percent == Decimal("41.0")


def test_without_a_final_process_it_is_as_far_as_the_step_furthest_behind(order, plant):
    reported(order, plant, ProcessFactory(is_final=False), 900)
    reported(order, plant, ProcessFactory(is_final=False), 300, on=date(2026, 11, 18))

    assert progress_of([order])[order.pk].percent == Decimal("30.0")


def test_an_order_nobody_reported_on_has_not_begun(order):
    assert progress_of([order])[order.pk].percent == 0
