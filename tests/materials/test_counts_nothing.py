"""A substitute is counted by its factor, move by move; so little that it would count 0 does not move (MAT-01, MAT-07)."""

from decimal import Decimal

import pytest

from core.errors import Faults
from materials.errors.slips import CountsNothing, SlipRefused
from materials.models import Place, Purpose, QuotaSubstitute, Slip
from materials.services import Leftover, SlipLine, close_with_leftovers, return_material, reverse_slip, verify_ledger
from tests.factories.materials import ItemFactory, make_bin, put
from tests.materials.test_issue import draw
from tests.materials.test_ledger import move, rule_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-07")]


def stand_in(store, factor, *bins):
    """A substitute of the order's steel; ``bins`` are quantities by code."""
    item = ItemFactory(code="STEEL-2")
    QuotaSubstitute.objects.create(quota_line=store.line, item=item, factor=Decimal(factor))
    for code, quantity in bins:
        put(item, quantity, make_bin(code))
    return item


@pytest.fixture
def thin(store):
    """One kg counts 0.0004: the smallest quantity, 0.001 kg, would count 0, the next one does not."""
    store.thin = stand_in(store, "0.0004", ("B-01", "100"))
    return store


def fault_of(call, field):
    with pytest.raises(Faults) as refused:
        call()
    (fault,) = refused.value.faults
    assert (type(fault), fault.field) == (CountsNothing, field)
    return str(fault)


def bring(store, quantity):
    lines = [SlipLine(store.thin, Decimal(quantity))]
    return return_material(order=store.order, lines=lines, return_type="good", receiver=store.welder, by=store.keeper)


def test_an_issue_that_counts_0_is_refused_with_its_figures_and_nothing_posted(thin):
    said = fault_of(lambda: draw(thin, "0.001", item=thin.thin), "lines.0.quantity")
    assert said.startswith("STEEL-2: 0.001 kg would count 0 of the quota, as 1 kg counts 0.0004.")
    assert not Slip.objects.filter(kind="issue").exists()
    draw(thin, "0.002", item=thin.thin)
    assert thin.line.issued == Decimal("0.000001")


def test_postgres_refuses_it_in_both_directions(thin):
    lot = thin.thin.lots.get()
    assert rule_of(lambda: move(thin, lot=lot, quantity=Decimal("0.001"))) == "move_counts_something"
    move(thin, lot=lot, quantity=Decimal("0.002"))
    back = {"lot": lot, "source": thin.order.place, "target": Place.objects.get(code="B-01"), "return_type": "good"}
    assert rule_of(lambda: move(thin, **back, quantity=Decimal("0.001"))) == "move_counts_something"
    move(thin, **back, quantity=Decimal("0.002"))
    assert verify_ledger() == []


@pytest.mark.req("MAT-10")
def test_a_return_that_counts_0_is_refused_and_the_whole_can_come_back_or_be_undone(thin):
    slip = draw(thin, "0.004", item=thin.thin)
    fault_of(lambda: bring(thin, "0.001"), "lines.0.quantity")
    bring(thin, "0.002")
    with pytest.raises(SlipRefused):
        reverse_slip(slip=slip, reason="wrong", by=thin.keeper)
    reverse_slip(slip=Slip.objects.get(kind="return"), reason="wrong", by=thin.keeper)
    reverse_slip(slip=slip, reason="wrong", by=thin.keeper)
    assert thin.line.drawn == 0
    assert verify_ledger() == []


@pytest.mark.req("MAT-10")
def test_a_leftover_too_small_to_count_is_named_at_its_field_and_can_be_scrapped(thin):
    make_bin("S-01", Purpose.SCRAP)
    draw(thin, "0.002", item=thin.thin, receiver_signed=True)
    planner = thin.plant.person("plr", thin.plant.a)

    def close(**parts):
        row = Leftover(thin.thin, **{name: Decimal(value) for name, value in parts.items()}, reason="Tiny")
        return close_with_leftovers(order=thin.order, leftovers=[row], by=planner)

    fault_of(lambda: close(returned="0.001", scrapped="0.001"), "leftovers.0.returned")
    assert close(scrapped="0.001", explained="0.001").status == "closed"
    assert verify_ledger() == []


def test_each_part_of_a_line_is_counted_for_itself_as_postgres_does(store):
    """Of two bins 0.000667 + 0.000667 is drawn, not 0.001333; with 0.001333 left this is refused in words, not by an error."""
    item = stand_in(store, "0.666667", ("B-01", "0.002"), ("B-02", "0.001"))
    draw(store, "199.998")
    draw(store, "0.001", item=item)
    assert store.line.left == Decimal("0.001333")
    with pytest.raises(SlipRefused) as refused:
        draw(store, "0.002", item=item)
    assert (refused.value.code, refused.value.lines[0]["on_hand"]) == ("quota_exceeded", "0.002")
    draw(store, "0.001", item=item)
    assert verify_ledger() == []
