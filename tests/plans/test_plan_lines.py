"""The plan of the day: the planner's lines, the supervisor's yes or query, and what a change does to them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Faults, Required, StaleVersion
from people.models import OrgSpan
from plans.errors.planning import PlanOver
from plans.errors.status import WrongStatus
from plans.models import PlanLine, ProductionOrder
from plans.services import PlanInput, confirm_plan, query_plan, save_plan
from tests.factories.checklists import FRIDAY
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory
from tests.races import Elsewhere, wait_until_blocked

D = Decimal


@pytest.fixture(autouse=True)
def _before_the_shift():
    with time_machine.travel("2026-11-19 23:00Z", tick=False):
        yield


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def row(plant):
    return PlanInput(team=plant.a1, order=OrderFactory(workshop=plant.a), planned_qty=D(1000))


@pytest.fixture
def place(day_shift, plr):
    return {"business_date": FRIDAY, "shift": day_shift, "by": plr}


@pytest.fixture
def line(place, row):
    return save_plan(**place, lines=[row])[0]


def faults_of(call):
    with pytest.raises(Faults) as refused:
        call()
    return [(fault.field, fault.code) for fault in refused.value.faults]


def again(line, row, **changes):
    line.refresh_from_db()
    return replace(row, line=line.pk, version=line.version, **changes)


@pytest.mark.req("PLN-05")
@pytest.mark.django_db
def test_a_line_changed_after_confirmation_is_to_be_reconfirmed(line, row, place, sup):
    confirm_plan(lines=[(line.pk, line.version)], by=sup)
    save_plan(**place, lines=[again(line, row, planned_qty=D(1200))])

    line.refresh_from_db()
    assert (line.status, line.get_status_display()) == ("to_reconfirm", "To be reconfirmed")
    assert (line.planned_qty, line.agreed_qty, line.confirmed_by, line.confirmed_at) == (D(1200), D(1000), None, None)

    confirm_plan(lines=[(line.pk, line.version)], by=sup)
    line.refresh_from_db()
    assert (line.status, line.confirmed_by) == ("confirmed", sup)


@pytest.mark.req("PLN-05")
@pytest.mark.django_db
def test_the_database_itself_takes_a_confirmation_back_whatever_the_door(line, sup):
    confirm_plan(lines=[(line.pk, line.version)], by=sup)

    PlanLine.objects.filter(pk=line.pk).update(planned_qty=D(900))

    line.refresh_from_db()
    assert (line.status, line.agreed_qty, line.confirmed_by) == ("to_reconfirm", D(1000), None)


@pytest.mark.django_db
def test_a_note_alone_or_nothing_at_all_leaves_the_confirmation(line, row, place, sup):
    confirm_plan(lines=[(line.pk, line.version)], by=sup)
    save_plan(**place, lines=[again(line, row, note="Use die 4")])
    save_plan(**place, lines=[again(line, row, note="Use die 4")])

    line.refresh_from_db()
    assert (line.status, line.note, line.version) == ("confirmed", "Use die 4", 3)


@pytest.mark.req("PLN-05")
@pytest.mark.django_db
def test_a_query_has_words_and_the_planner_answers_it_with_a_change_or_a_note(line, row, place, sup):
    with pytest.raises(Required):
        query_plan(line=line, words=" ", by=sup)
    query_plan(line=line, words="Two presses are down", by=sup, version=line.version)
    line.refresh_from_db()
    assert (line.status, line.query, line.queried_by) == ("queried", "Two presses are down", sup)

    save_plan(**place, lines=[again(line, row, note="P-04 is free from 10:00")])
    line.refresh_from_db()
    assert line.status == "to_reconfirm"


@pytest.mark.django_db
def test_what_changed_after_it_was_looked_at_is_not_confirmed(line, row, place, sup):
    seen = line.version
    save_plan(**place, lines=[again(line, row, planned_qty=D(1200))])

    with pytest.raises(StaleVersion):
        confirm_plan(lines=[(line.pk, seen)], by=sup)
    with pytest.raises(StaleVersion):
        query_plan(line=line, words="Why?", by=sup, version=seen)


@pytest.mark.django_db
def test_every_fault_of_every_row_is_named_at_once(plant, place, row):
    kg = ProductFactory()
    closed = OrderFactory(workshop=plant.a, status=ProductionOrder.Status.CLOSED)
    rows = [
        replace(row, planned_qty=None),
        replace(row, planned_qty=D(0), process=ProcessFactory()),
        replace(row, planned_qty=D("0.5"), process=ProcessFactory()),
        PlanInput(team=plant.a1, planned_qty=D(1)),
        replace(row, product=kg),
        replace(row, order=OrderFactory(workshop=plant.b)),
        replace(row, order=closed),
        replace(row, team=plant.a),
        replace(row, team=plant.a2, note="x" * 201),
        replace(row, team=plant.a2),
        replace(row, team=plant.a2, line=0, planned_qty=D(10) ** 12, process=ProcessFactory()),
    ]

    assert sorted(faults_of(lambda: save_plan(**place, lines=rows))) == sorted(
        [
            ("lines.0.planned_qty", "required"),
            ("lines.1.planned_qty", "not_above_zero"),
            ("lines.2.planned_qty", "too_fine"),
            ("lines.3.product", "required"),
            ("lines.4.product", "product_not_on_order"),
            ("lines.5.order", "order_elsewhere"),
            ("lines.6.order", "order_closed"),
            ("lines.7.team", "not_a_team"),
            ("lines.8.note", "text_too_long"),
            ("lines.9.team", "already_planned"),
            ("lines.10.planned_qty", "too_large"),
        ]
    )
    assert not PlanLine.objects.exists()


@pytest.mark.django_db
def test_one_line_a_key_also_when_another_planner_was_first(line, row, place, plant):
    assert faults_of(lambda: save_plan(**place, lines=[row])) == [("lines.0.team", "already_planned")]
    other = save_plan(**place, lines=[replace(row, team=plant.a2)])[0]
    moved = replace(row, team=plant.a1, line=other.pk, version=other.version)
    assert faults_of(lambda: save_plan(**place, lines=[moved])) == [("lines.0.team", "already_planned")]


@pytest.mark.django_db
def test_a_line_nobody_looked_at_is_deleted_and_another_is_withdrawn_with_a_reason(line, row, place, sup, plant):
    fresh = save_plan(**place, lines=[replace(row, team=plant.a2)])[0]
    save_plan(**place, lines=[replace(row, team=plant.a2, line=fresh.pk, version=1, is_dropped=True)])
    assert list(PlanLine.objects.all()) == [line]

    confirm_plan(lines=[(line.pk, line.version)], by=sup)
    assert faults_of(lambda: save_plan(**place, lines=[again(line, row, is_dropped=True)])) == [("lines.0.note", "reason_needed")]
    save_plan(**place, lines=[again(line, row, is_dropped=True, note="Customer moved the order")])
    line.refresh_from_db()
    assert (line.status, line.note, line.confirmed_by) == ("withdrawn", "Customer moved the order", None)
    with pytest.raises(WrongStatus):
        confirm_plan(lines=[(line.pk, line.version)], by=sup)

    back = save_plan(**place, lines=[row])
    line.refresh_from_db()
    assert (back, line.status) == ([line], "to_reconfirm")


@pytest.mark.django_db
def test_a_line_that_somebody_took_out_is_told_and_nothing_is_written(line, row, place, plant):
    PlanLine.objects.all().delete()

    rows = [replace(row, line=line.pk, version=1, planned_qty=D(5)), replace(row, team=plant.a2)]
    assert faults_of(lambda: save_plan(**place, lines=rows)) == [("lines.0.team", "plan_line_gone")]
    assert not PlanLine.objects.exists()


@pytest.mark.django_db
def test_the_plan_of_a_finished_shift_stays(row, place):
    with time_machine.travel("2026-11-20 08:59Z", tick=False):
        (line,) = save_plan(**place, lines=[row])
    with time_machine.travel("2026-11-20 09:00Z", tick=False), pytest.raises(PlanOver) as refused:
        save_plan(**place, lines=[again(line, row, planned_qty=D(1))])
    assert (refused.value.code, refused.value.status) == ("plan_over", 409)


@pytest.mark.django_db
def test_a_team_is_planned_for_orders_of_the_workshop_it_will_stand_in(row, place, plant):
    OrgSpan.objects.create(node=plant.b1, name="B1", parent=plant.a, valid_from=FRIDAY)

    assert save_plan(**place, lines=[replace(row, team=plant.b1)])
    yesterday = place | {"business_date": FRIDAY - timedelta(days=1)}
    with time_machine.travel("2026-11-19 01:00Z", tick=False):
        assert faults_of(lambda: save_plan(**yesterday, lines=[replace(row, team=plant.b1)])) == [("lines.0.order", "order_elsewhere")]


@pytest.mark.django_db
def test_sending_a_plan_twice_with_its_key_enters_it_once(row, place):
    key = uuid4()

    assert save_plan(**place, lines=[row], request_key=key) == save_plan(**place, lines=[row], request_key=key)
    assert PlanLine.objects.count() == 1


@pytest.mark.django_db
def test_fifty_lines_cost_as_many_statements_as_one(plant, place, sup):
    def cost(count):
        order = OrderFactory(workshop=plant.a)
        rows = [PlanInput(team=plant.a1, order=order, process=ProcessFactory(), planned_qty=D(10)) for _ in range(count)]
        with CaptureQueriesContext(connection) as made:
            lines = save_plan(**place, lines=rows)
        rows = [replace(row, line=line.pk, version=line.version, planned_qty=D(20)) for row, line in zip(rows, lines, strict=True)]
        with CaptureQueriesContext(connection) as changed:
            lines = save_plan(**place, lines=rows)
        with CaptureQueriesContext(connection) as confirmed:
            confirm_plan(lines=[(line.pk, line.version) for line in lines], by=sup)
        return len(made), len(changed), len(confirmed)

    assert cost(1) == cost(50)


@pytest.mark.django_db
def test_the_database_keeps_plan_lines_whole(line):
    for change in ({"planned_qty": 0}, {"status": "confirmed"}, {"status": "queried"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanLine.objects.filter(pk=line.pk).update(**change)


@pytest.mark.req("PLN-05")
@pytest.mark.django_db(transaction=True)
def test_of_a_change_and_a_confirmation_at_once_the_confirmation_of_the_old_figure_is_refused(line, row, place, sup):
    with transaction.atomic():
        save_plan(**place, lines=[again(line, row, planned_qty=D(1200))])
        confirming = Elsewhere(lambda: confirm_plan(lines=[(line.pk, 1)], by=sup))
        wait_until_blocked()
    assert confirming.outcome == "StaleVersion"
    line.refresh_from_db()
    assert (line.status, line.planned_qty) == ("to_confirm", D(1200))
