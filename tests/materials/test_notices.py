"""What waits for a decision about the store stands in the inbox of who may decide it, and leaves it with the decision (SYS-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from core.clock import plant_today
from core.models import Unit
from materials.models import CountPlan, Lot
from materials.services import (
    BomLineInput,
    Counted,
    approve_adjustment,
    approve_bom,
    approve_count,
    ask_recount,
    decide_disposal,
    decide_gate_pass,
    decide_requisition,
    discard_bom_draft,
    draft_adjustment,
    draft_bom,
    draft_disposal,
    enter_counts,
    request_gate_pass,
    request_purchase,
    save_bom_draft,
    start_count,
    submit_count,
)
from people.models import Notice
from people.notices import in_words
from tests.factories.materials import ItemFactory, make_bin
from tests.factories.plans import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("SYS-04")]


def waiting(kind):
    return sorted(Notice.objects.filter(kind=kind, done_at=None).values_list("recipient__name", flat=True))


def requisition(store):
    asked = request_purchase(item=store.steel, quantity=Decimal(5), needed_on=plant_today(), reason="other", by=store.keeper)
    return "requisition.asked", lambda: decide_requisition(requisition=asked, approve=True, by=store.manager)


def gate_pass(store):
    asked = request_gate_pass(goods="2 pallets", taken_by="Driver", reason="Lent", by=store.keeper)
    return "gate_pass.asked", lambda: decide_gate_pass(gate_pass=asked, approve=False, note="Not today", by=store.manager)


def adjustment(store):
    lot = Lot.objects.get(item=store.steel)
    asked = draft_adjustment(lot=lot, place=make_bin(), change=Decimal(-1), reason="damaged", note="Wet", by=store.keeper)
    return "adjustment.asked", lambda: approve_adjustment(adjustment=asked, by=store.manager)


def disposal(store):
    lot, due_on = Lot.objects.get(item=store.steel), plant_today() + timedelta(days=9)
    given = {"lot": lot, "place": make_bin(), "quantity": Decimal(5), "decision": "scrap", "reason": "old", "due_on": due_on}
    asked = draft_disposal(**given, by=store.keeper)
    return "disposal.asked", lambda: decide_disposal(disposal=asked, approve=True, by=store.manager)


@pytest.mark.parametrize("ask", [requisition, gate_pass, adjustment, disposal])
def test_who_may_decide_is_told_until_somebody_did(store, ask):
    store.plant.person("mgr", store.plant.plant)
    kind, decide = ask(store)
    assert waiting(kind) == [store.manager.name]
    assert store.keeper.name in in_words(Notice.objects.filter(kind=kind), timezone.now())[0].title
    decide()
    assert waiting(kind) == []


def test_what_is_counted_in_pieces_is_told_in_the_readers_word(store):
    bolts = ItemFactory(code="BOLT", unit=Unit.objects.get(code="pcs"))
    request_purchase(item=bolts, quantity=Decimal(5), needed_on=plant_today(), reason="other", by=store.keeper)
    with translation.override("zh-hans"):
        assert "5 件" in in_words(Notice.objects.filter(kind="requisition.asked"), timezone.now())[0].title


def test_a_stocktake_that_is_sent_back_waits_again_once_it_is_handed_in_again(store):
    today = plant_today()
    plan = CountPlan.objects.create(name="All bins", cycle="week", first_on=today, next_on=today, made_by=store.keeper)
    count = start_count(plan=plan, by=store.keeper)
    for _again in range(2):
        lines = {line.pk: Counted(Decimal(499)) for line in count.lines.all()}
        enter_counts(count=count, lines=lines, by=store.keeper)
        count = submit_count(count=count, by=store.keeper)
        assert waiting("count.waits") == [store.manager.name]
        if not count.lines.filter(is_recount_asked=True).exists():
            count = ask_recount(count=count, line_ids=[count.lines.first().pk], by=store.manager)
            assert waiting("count.waits") == []
    approve_count(count=count, by=store.manager)
    assert waiting("count.waits") == []


@pytest.mark.parametrize("end", [approve_bom, discard_bom_draft])
def test_a_draft_of_a_bill_waits_for_whoever_may_approve_it_from_its_first_lines_to_its_end(store, end):
    engineer = store.plant.person("eng", store.plant.plant)
    bom = draft_bom(product=ProductFactory(), valid_from=plant_today(), by=engineer)
    for lines, told in (
        ([], []),
        ([BomLineInput(ItemFactory(), Decimal(2))], [store.manager]),
        ([BomLineInput(ItemFactory(), Decimal(3))], []),
    ):
        save_bom_draft(bom=bom, lines=lines, valid_from=bom.valid_from, by=engineer)
        assert set(told) <= {notice.recipient for notice in Notice.objects.filter(kind="bom.waits")}
        assert bool(Notice.objects.filter(kind="bom.waits").exists()) == bool(lines)
    assert Notice.objects.filter(kind="bom.waits", recipient=store.manager).count() == 1
    assert not Notice.objects.filter(kind="bom.waits", recipient=engineer).exists()
    assert waiting("bom.waits") == [store.manager.name]
    assert str(bom) in str(in_words(Notice.objects.filter(kind="bom.waits"), timezone.now())[0])
    end(bom=bom, by=store.manager)
    assert waiting("bom.waits") == []
