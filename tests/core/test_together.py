"""Several short lists in one statement are the lists that the queries give one by one."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import models
from django.db.models import F, Value

from core.together import read_together
from people.models import OrgSpan, Shift
from plans.models import DailyReport, Handover, PlanLine, SlotOutput
from tests.factories.checklists import FRIDAY
from tests.factories.handovers import at, two_shifts
from tests.factories.people import night_shift
from tests.factories.plans import OrderFactory, PlanLineFactory, ReportFactory

pytestmark = pytest.mark.django_db


def told(thing):
    """Every value with its type, and those of what was joined to it."""
    if not isinstance(thing, models.Model):
        return repr(thing)
    own = {name: repr(value) for name, value in vars(thing).items() if name != "_state"}
    return own | {f"joined {name}": told(other) for name, other in thing._state.fields_cache.items()}


@pytest.fixture
def rows(plant):
    shifts = two_shifts(plant)
    night_shift()
    order = OrderFactory(workshop=plant.a)
    line = PlanLineFactory(team=plant.a1, shift=shifts.early, business_date=FRIDAY, order=order, product=order.product)
    sup = plant.person("sup", plant.a)
    moments = {"starts_at": at("08:00"), "ends_at": at("10:00"), "counted_until": at("09:59"), "posted_at": at("10:00")}
    SlotOutput.objects.create(plan_line=line, good_qty=Decimal("3.50"), posted_by=sup, **moments)
    for day in (3, 1, 2):
        ReportFactory(team=plant.a1, shift=shifts.early, business_date=date(2026, 11, day))
    shifts.given(note="O'Brien's die is at 95 % — 模具")
    return plant


def test_rows_joins_numbers_moments_and_json_are_those_of_each_query_alone(rows, django_assert_num_queries):
    asked = [
        Shift.objects.order_by("-starts_at"),
        PlanLine.objects.select_related("team", "shift", "order", "product__unit", "process"),
        SlotOutput.objects.select_related("posted_by__org"),
        DailyReport.objects.order_by("-business_date").annotate(word=Value("100 %"), doubled=F("pk") * 2),
        Handover.objects.select_related("to_team", "given_by"),
        OrgSpan.objects.order_by("node__code").values_list("name", "valid_from"),
        Shift.objects.filter(code="E").values_list("code").union(Shift.objects.filter(code="L").values_list("code")).order_by("-code"),
        Shift.objects.order_by("code").values_list("code", flat=True)[1:2],
    ]
    with django_assert_num_queries(1):
        together = read_together(*asked)

    assert all(together)
    assert [[told(row) for row in found] for found in together] == [[told(row) for row in query] for query in asked]


def test_what_can_find_nothing_is_an_empty_list_and_alone_no_statement(plant, day_shift, django_assert_num_queries):
    nothing = Shift.objects.none()
    with django_assert_num_queries(0):
        assert read_together(nothing, Shift.objects.filter(pk__in=[])) == [[], []]
    assert read_together(nothing, Shift.objects.all(), Shift.objects.filter(code="?")) == [[], [day_shift], []]
