"""Rows of the plans room."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import factory

from core.models import Unit
from plans.models import DailyReport, DailyReportLine, PlanLine, Process, Product, ProductionOrder, StandardHours
from tests.factories.people import ShiftFactory


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    code = factory.Sequence(lambda n: f"PR-{n:03d}")
    name = factory.LazyAttribute(lambda product: f"Product {product.code}")
    name_zh = factory.LazyAttribute(lambda product: f"产品 {product.code}")
    unit = factory.LazyFunction(lambda: Unit.objects.get(code="pcs"))


class ProcessFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Process

    code = factory.Sequence(lambda n: f"PC-{n:03d}")
    name = factory.LazyAttribute(lambda process: f"Process {process.code}")


class StandardHoursFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StandardHours

    product = factory.SubFactory(ProductFactory)
    hours_per_unit = Decimal("0.25")


class OrderFactory(factory.django.DjangoModelFactory):
    """A released order; pass ``workshop``."""

    class Meta:
        model = ProductionOrder

    number = factory.Sequence(lambda n: f"MO-{n:05d}")
    product = factory.SubFactory(ProductFactory)
    quantity = Decimal(1000)
    due_on = date(2026, 12, 31)
    status = ProductionOrder.Status.RELEASED


class ReportFactory(factory.django.DjangoModelFactory):
    """A submitted report without lines; pass ``team`` and ``business_date``."""

    class Meta:
        model = DailyReport

    shift = factory.SubFactory(ShiftFactory)
    status = DailyReport.Status.SUBMITTED


class LineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DailyReportLine

    report = factory.SubFactory(ReportFactory)
    product = factory.SubFactory(ProductFactory)
    good_qty = Decimal(100)
    attended_hours = Decimal(64)


class PlanLineFactory(factory.django.DjangoModelFactory):
    """A plan line that waits for its supervisor; pass ``team``, ``shift`` and ``business_date``."""

    class Meta:
        model = PlanLine

    product = factory.SubFactory(ProductFactory)
    planned_qty = Decimal(1000)
