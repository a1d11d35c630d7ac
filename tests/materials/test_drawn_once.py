"""What a supplement granted is drawn once: nothing that comes free of it after its last day can be drawn again (MAT-09, ADR 0026)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from materials.errors.slips import SlipRefused
from materials.models import Purpose, QuotaChange, Supplement, SupplementGrant
from materials.services import (
    SlipLine,
    approve_supplement,
    freeze_quota,
    issue,
    lapse_supplements,
    recalculate_quota,
    request_supplement,
    return_material,
    reverse_slip,
    verify_ledger,
)
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.plans import OrderFactory, ProductFactory
from tests.materials.test_issue import draw
from tests.materials.test_ledger import move, rule_of
from tests.materials.test_returns import bring
from tests.materials.test_supplements import approve, ask

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-09")]


def last_day_passes(*supplements, is_night_past=True):
    Supplement.objects.filter(pk__in=[row.pk for row in supplements]).update(expires_on=plant_today() - timedelta(days=1))
    if is_night_past:
        assert lapse_supplements() == len(supplements)


def figures(store):
    return store.line.quota, store.line.supplement, store.line.drawn, store.line.left


def refuses_a_draw_of_1(store):
    with pytest.raises(SlipRefused) as refused:
        draw(store, "1")
    assert rule_of(lambda: move(store)) == "quota_not_exceeded"
    return refused.value.code == "quota_exceeded"


@pytest.fixture
def drawn_210(store):
    """Quota 200 and 10 by a supplement, all of it drawn."""
    make_bin("Q-01", Purpose.QUARANTINE)
    store.granted = approve(store, ask(store))
    draw(store, "200")
    store.last_slip = draw(store, "10")
    return store


@pytest.mark.req("MAT-10")
@pytest.mark.parametrize("is_night_past", [True, False])
@pytest.mark.parametrize("kind", ["good", "incoming_defect"])
def test_what_comes_back_after_its_last_day_is_not_drawn_again(drawn_210, kind, is_night_past):
    last_day_passes(drawn_210.granted, is_night_past=is_night_past)

    bring(drawn_210, "10", kind)

    assert figures(drawn_210) == (200, 0, 200, 0)
    assert refuses_a_draw_of_1(drawn_210)
    taken = drawn_210.granted.grants.last()
    assert (taken.quantity, taken.by) == (-10, None)
    assert (lapse_supplements(), figures(drawn_210)) == (0 if is_night_past else 1, (200, 0, 200, 0))
    assert verify_ledger() == []


def test_only_as_much_as_was_granted_is_taken_and_only_once(drawn_210):
    last_day_passes(drawn_210.granted)
    bring(drawn_210, "4")
    assert figures(drawn_210) == (200, 6, 206, 0)
    bring(drawn_210, "30")
    assert figures(drawn_210) == (200, 0, 176, 24)
    bring(drawn_210, "1")
    draw(drawn_210, "25")
    assert refuses_a_draw_of_1(drawn_210)
    assert SupplementGrant.objects.count() == 3
    assert verify_ledger() == []


def test_while_its_days_last_a_wrong_slip_is_mended(drawn_210):
    bring(drawn_210, "10")
    assert figures(drawn_210) == (200, 10, 200, 10)
    draw(drawn_210, "10")
    assert refuses_a_draw_of_1(drawn_210)


def test_what_an_undone_issue_opens_after_the_last_day_is_taken_back(drawn_210):
    last_day_passes(drawn_210.granted)
    reverse_slip(slip=drawn_210.last_slip, reason="wrong", by=drawn_210.keeper)
    assert figures(drawn_210) == (200, 0, 200, 0)
    assert refuses_a_draw_of_1(drawn_210)
    assert verify_ledger() == []


def test_a_new_approval_alone_opens_it_again(drawn_210):
    last_day_passes(drawn_210.granted)
    slip = bring(drawn_210, "10")
    with pytest.raises(SlipRefused):
        reverse_slip(slip=slip, reason="wrong", by=drawn_210.keeper)
    approve(drawn_210, ask(drawn_210))
    reverse_slip(slip=slip, reason="wrong", by=drawn_210.keeper)
    assert figures(drawn_210) == (200, 10, 210, 0)


def test_what_comes_free_is_of_those_that_last_then_of_the_newest_that_does_not(drawn_210):
    second, third = approve(drawn_210, ask(drawn_210, "5")), approve(drawn_210, ask(drawn_210, "7"))
    draw(drawn_210, "12")
    last_day_passes(drawn_210.granted, second)
    Supplement.objects.filter(pk=second.pk).update(expires_on=plant_today() - timedelta(days=2))

    bring(drawn_210, "8")
    assert figures(drawn_210) == (200, 21, 214, 7)
    bring(drawn_210, "9")
    assert figures(drawn_210) == (200, 12, 205, 7)
    bring(drawn_210, "3")
    assert figures(drawn_210) == (200, 9, 202, 7)

    rest = [sum(row.quantity for row in asked.grants.all()) for asked in (drawn_210.granted, second, third)]
    assert rest == [0, 2, 7]
    draw(drawn_210, "7")
    assert refuses_a_draw_of_1(drawn_210)
    assert verify_ledger() == []


def test_two_supplements_are_taken_back_by_one_return(drawn_210):
    second = approve(drawn_210, ask(drawn_210, "5"))
    draw(drawn_210, "5")
    last_day_passes(drawn_210.granted, second)
    bring(drawn_210, "13")
    assert [list(row.grants.values_list("quantity", flat=True)) for row in (second, drawn_210.granted)] == [[5, -5], [10, -8]]
    assert figures(drawn_210) == (200, 2, 202, 0)
    assert refuses_a_draw_of_1(drawn_210)


def test_a_new_supplement_loses_nothing_to_one_that_was_drawn(drawn_210):
    last_day_passes(drawn_210.granted)
    approve(drawn_210, ask(drawn_210))
    assert (lapse_supplements(), figures(drawn_210)) == (0, (200, 20, 210, 10))
    bring(drawn_210, "1")
    assert figures(drawn_210) == (200, 19, 209, 10)
    draw(drawn_210, "10")
    assert refuses_a_draw_of_1(drawn_210)


def test_what_comes_free_by_another_way_is_taken_back_at_night_once(drawn_210):
    last_day_passes(drawn_210.granted)
    QuotaChange.objects.create(quota_line=drawn_210.line, quota=Decimal(207), reason="past every service")
    assert drawn_210.line.left == 7
    for _night in range(2):
        assert lapse_supplements() == 0
        assert figures(drawn_210) == (207, 3, 210, 0)
    assert verify_ledger() == []


def test_a_recalculated_quota_that_rises_takes_back_at_once(drawn_210):
    last_day_passes(drawn_210.granted)
    recalculate_quota(order=drawn_210.order, quantity=Decimal(103), reason="more", by=drawn_210.manager)
    assert figures(drawn_210) == (206, 4, 210, 0)
    recalculate_quota(order=drawn_210.order, quantity=Decimal(110), reason="more", by=drawn_210.manager)
    assert figures(drawn_210) == (220, 0, 210, 10)


@pytest.mark.req("MAT-10")
def test_a_lowered_quota_waits_for_what_comes_back_before_the_supplement_does(drawn_210):
    """What is drawn never passes quota and supplement: returns first lower the quota towards what is wanted, then free the supplement."""
    last_day_passes(drawn_210.granted)
    recalculate_quota(order=drawn_210.order, quantity=Decimal(75), reason="fewer", by=drawn_210.manager)
    assert (figures(drawn_210), drawn_210.line.wanted) == ((200, 10, 210, 0), 150)
    bring(drawn_210, "30")
    assert (figures(drawn_210), drawn_210.line.wanted) == ((170, 10, 180, 0), 150)
    bring(drawn_210, "26")
    assert (figures(drawn_210), drawn_210.line.wanted) == ((150, 4, 154, 0), None)
    bring(drawn_210, "5")
    assert figures(drawn_210) == (150, 0, 149, 1)
    recalculate_quota(order=drawn_210.order, quantity=Decimal(70), reason="fewer", by=drawn_210.manager)
    assert (figures(drawn_210), drawn_210.line.wanted) == ((149, 0, 149, 0), 140)
    assert verify_ledger() == []


def test_taking_back_from_20_lines_costs_as_many_statements_as_from_1(plant):
    make_bin("Q-01", Purpose.QUARANTINE)
    items, product = [ItemFactory() for _ in range(20)], ProductFactory()
    make_bom(product, dict.fromkeys(items, "1"))
    order = OrderFactory(product=product, quantity=Decimal(1), workshop=plant.a, team=plant.a1)
    lines = {line.item_id: line for line in freeze_quota(order=order, by=None)}
    keeper, welder, manager = plant.person("stk"), plant.person("opr", plant.a1), plant.person("mgr")
    for item in items:
        put(item, "10")
        asked = request_supplement(order=order, item=item, quantity=Decimal(1), reason="scrap", by=welder)
        approve_supplement(supplement=asked, by=manager, is_above_first_tier_allowed=True)
    people = {"order": order, "receiver": welder, "by": keeper}
    issue(lines=[SlipLine(item, lines[item.pk].quota + 1) for item in items], **people)
    last_day_passes(*Supplement.objects.all())
    counts, taking = [], []
    for some in (items[:1], items[1:]):
        with CaptureQueriesContext(connection) as queries:
            told = [SlipLine(item, Decimal(1)) for item in some]
            return_material(lines=told, return_type="good", request_key=uuid4(), **people)
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
        taking.append(len([query for query in queries if "take_back" in query["sql"]]))
    assert counts[0] == counts[1]
    assert taking == [1, 1]
    assert {line.supplement for line in order.quota_lines.all()} == {0}
