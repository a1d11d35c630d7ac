"""A slip of 50 lines costs as many statements as one of 1, whatever is done and however long the ledger is (PERFORMANCE A3)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from materials.errors.slips import SlipRefused
from materials.models import Lot, Purpose, Slip, StockMove
from materials.services import Leftover, SlipLine, close_with_leftovers, freeze_quota, issue, return_material, reverse_slip
from people.models import Staff
from plans.models import ProductionOrder
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.people import Plant
from tests.factories.plans import OrderFactory, ProductFactory

MANY = 50
LENGTHENED = 200  # moves


@dataclass
class Counter:
    """Orders of the first so many of 50 items, and the three who move their material."""

    plant: Plant
    keeper: Staff
    welder: Staff
    manager: Staff
    items: list

    def order(self, items):
        product = ProductFactory()
        make_bom(product, dict.fromkeys(items, "1"))
        order = OrderFactory(product=product, quantity=Decimal(100), workshop=self.plant.a, team=self.plant.a1)
        freeze_quota(order=order, by=None)
        return order

    def issue(self, order, items, quantity="2"):
        lines = [SlipLine(item, Decimal(quantity)) for item in items]
        return issue(order=order, lines=lines, receiver=self.welder, by=self.keeper, receiver_signed=True, request_key=uuid4())

    def bring(self, order, items, kind="good"):
        lines = [SlipLine(item, Decimal(1)) for item in items]
        two = {"receiver": self.welder, "by": self.keeper, "receiver_signed": True}
        return return_material(order=order, lines=lines, return_type=kind, **two, request_key=uuid4())

    def undo(self, slip):
        return reverse_slip(slip=slip, reason="Wrong order", by=self.keeper, request_key=uuid4())

    def close(self, order, items):
        sums = {"returned": Decimal(1), "scrapped": Decimal("0.25"), "explained": Decimal("98.75"), "reason": "Counted"}
        close_with_leftovers(order=order, leftovers=[Leftover(item, **sums) for item in items], by=self.manager, request_key=uuid4())


@pytest.fixture
def counter(plant):
    make_bin("Q-01", Purpose.QUARANTINE)
    make_bin("S-01", Purpose.SCRAP)
    items = ItemFactory.create_batch(MANY)
    for item in items:
        put(item, "10000")
    return Counter(plant, plant.person("stk"), plant.person("opr", plant.a1), plant.person("mgr"), items)


def refused(call, code, lines):
    with pytest.raises(SlipRefused) as told:
        call()
    assert [line["code"] for line in told.value.lines] == [code] * lines


def an_issue(counter, order, items):
    return lambda: counter.issue(order, items)


def a_refused_issue(counter, order, items):
    return lambda: refused(lambda: counter.issue(order, items, "101"), "quota_exceeded", len(items))


def a_good_return(counter, order, items):
    counter.issue(order, items)
    return lambda: counter.bring(order, items)


def a_defective_return(counter, order, items):
    counter.issue(order, items)
    return lambda: counter.bring(order, items, "operation_defect")


def an_undone_issue(counter, order, items):
    slip = counter.issue(order, items)
    return lambda: counter.undo(slip)


def an_undone_return(counter, order, items):
    counter.issue(order, items)
    slip = counter.bring(order, items)
    return lambda: counter.undo(slip)


def an_undoing_refused_for_what_is_held(counter, order, items):
    first = counter.issue(order, items)
    for _twice in range(2):
        counter.bring(order, items, "operation_defect")
    for other in order.slips.filter(kind=Slip.Kind.ISSUE).exclude(pk=first.pk):
        counter.undo(other)
    return lambda: refused(lambda: counter.undo(first), "return_exceeds_issue", len(items))


def an_undoing_refused_for_the_quota(counter, order, items):
    counter.issue(order, items)
    slip = counter.bring(order, items)
    counter.issue(order, items, str(order.quota_lines.first().left))
    return lambda: refused(lambda: counter.undo(slip), "quota_exceeded", len(items))


def an_undoing_refused_for_its_lots(counter, order, items):
    counter.issue(order, items)
    slip = counter.bring(order, items)
    Lot.objects.filter(item__in=items).update(status="rejected")
    return lambda: refused(lambda: counter.undo(slip), "lot_not_released", len(items))


def a_closing(counter, order, items):
    """All of the quota is drawn, so that no item departs from its standard: a finding has a cost of its own."""
    for slip in order.slips.filter(kind=Slip.Kind.ISSUE):
        counter.undo(slip)
    counter.issue(order, items, "100")
    return lambda: counter.close(order, items)


DEEDS = [
    an_issue,
    a_refused_issue,
    a_good_return,
    a_defective_return,
    an_undone_issue,
    an_undone_return,
    an_undoing_refused_for_what_is_held,
    an_undoing_refused_for_the_quota,
    an_undoing_refused_for_its_lots,
    a_closing,
]


def statements(counter, deed, lines, moves=0):
    """What it costs on an order of so many items, after the ledger has grown there by ``moves``."""
    items = counter.items[:lines]
    Lot.objects.filter(item__in=items).update(status="released")
    order = counter.order(items)
    before = StockMove.objects.count()
    for _slip in range(moves // lines):
        counter.issue(order, items)
    assert StockMove.objects.count() == before + moves
    call = deed(counter, ProductionOrder.objects.get(pk=order.pk), items)
    with CaptureQueriesContext(connection) as queries:
        call()
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


@pytest.mark.req("MAT-07")
@pytest.mark.req("MAT-10")
@pytest.mark.req("MAT-14")
@pytest.mark.parametrize("deed", DEEDS)
def test_50_lines_cost_as_many_statements_as_1_also_after_200_more_moves(counter, deed):
    statements(counter, deed, 1)  # what is read once and kept
    one = statements(counter, deed, 1)
    assert len(statements(counter, deed, MANY)) == len(one)
    assert len(statements(counter, deed, MANY, LENGTHENED)) == len(one)


def read_in_the_ledger():
    """How often this transaction has looked at the ledger, row by row or through an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq_scan + idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'materials_stockmove'")
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.req("MAT-07")
def test_an_issue_never_looks_at_the_ledger_and_what_undoes_it_looks_its_moves_up(counter):
    items = counter.items[:3]
    order = counter.order(items)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE materials_stockmove")  # of a ledger known to be short Postgres would rather read the whole
    before = read_in_the_ledger()
    slip = counter.issue(order, items)
    assert read_in_the_ledger() == before
    counter.undo(slip)
    assert read_in_the_ledger() > before
