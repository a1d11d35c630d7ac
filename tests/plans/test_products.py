from datetime import date
from decimal import Decimal

import pghistory
import pytest

from core.clock import BEGINNING
from core.errors import Required, StaleVersion, TooFine, TooLarge
from core.models import Unit
from core.versions import version_of
from plans.errors.orders import CodeTaken, NotAboveZero, StandardTaken, UnitInUse
from plans.services import save_process, save_product, save_standard_hours
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


def unit(code):
    return Unit.objects.get(code=code)


def test_a_product_is_made_and_changed(plr):
    product = save_product(code="HB-120", name="Hinge bracket", unit=unit("pcs"), by=plr)

    save_product(product=product, code="HB-120", name="Hinge bracket", name_zh="铰链支架", spec="1.5 mm", unit=unit("kg"), by=plr)

    product.refresh_from_db()
    assert (product.name_zh, product.unit.code) == ("铰链支架", "kg")


def test_a_code_is_used_once(plr):
    save_product(code="HB-120", name="Hinge", unit=unit("pcs"), by=plr)
    save_process(code="PUNCH", name="Punching", by=plr)

    with pytest.raises(CodeTaken) as refused:
        save_product(code="HB-120", name="Other", unit=unit("pcs"), by=plr)
    assert refused.value.field == "code"


def test_a_process_code_is_used_once(plr):
    save_process(code="PUNCH", name="Punching", by=plr)
    with pytest.raises(CodeTaken):
        save_process(code="PUNCH", name="Other", by=plr)


def test_a_blank_name_is_refused(plr):
    with pytest.raises(Required) as refused:
        save_process(code="PUNCH", name=" ", by=plr)
    assert refused.value.field == "name"


def test_the_unit_stays_once_an_order_counts_in_it(plr, plant):
    product = OrderFactory(workshop=plant.a).product

    with pytest.raises(UnitInUse) as refused:
        save_product(product=product, code=product.code, name="x", unit=unit("kg"), by=plr)

    assert refused.value.figures["unit"] == "pcs"


def test_standard_hours_hold_from_a_date_and_one_row_a_date(plr):
    given = {"product": ProductFactory(), "process": ProcessFactory(), "hours_per_unit": Decimal("0.25"), "by": plr}

    assert save_standard_hours(**given).valid_from == BEGINNING
    save_standard_hours(**given, valid_from=date(2026, 11, 1))
    with pytest.raises(StandardTaken):
        save_standard_hours(**given, valid_from=date(2026, 11, 1))


def test_two_standards_for_every_process_from_one_date_are_refused_too(plr):
    given = {"product": ProductFactory(), "hours_per_unit": Decimal("0.25"), "by": plr}
    save_standard_hours(**given)
    with pytest.raises(StandardTaken):
        save_standard_hours(**given)


def test_a_standard_is_more_than_nothing(plr):
    with pytest.raises(NotAboveZero):
        save_standard_hours(product=ProductFactory(), hours_per_unit=Decimal(0), by=plr)


@pytest.mark.parametrize(("hours", "refusal"), [("0.1234567", TooFine), ("1000000", TooLarge), ("1e29", TooLarge)])
def test_a_standard_is_kept_as_typed_or_refused_never_rounded(plr, hours, refusal):
    with pytest.raises(refusal) as refused:
        save_standard_hours(product=ProductFactory(), hours_per_unit=Decimal(hours), by=plr)
    assert refused.value.field == "hours_per_unit"


def test_a_stale_page_does_not_put_an_older_standard_back(plr, plant):
    """Two engineers open the same row; the second who saves is told who was first."""
    process = ProcessFactory()
    product = ProductFactory()
    standard = save_standard_hours(product=product, process=process, hours_per_unit=Decimal("0.5"), by=plr)
    rows = {row: version_of(row) for row in (standard, process, product)}
    with pghistory.context(by=plant.person("eng", plant.a).staff_no):
        save_standard_hours(
            standard=standard, product=product, process=process, hours_per_unit=Decimal("0.4"), by=plr, version=rows[standard]
        )
        save_process(process=process, code="PUNCH", name="Punching", by=plr, version=rows[process])
        save_product(product=product, code="HB-120", name="Hinge", unit=product.unit, by=plr, version=rows[product])

    saves = (
        lambda: save_standard_hours(
            standard=standard, product=product, process=process, hours_per_unit=Decimal("0.5"), by=plr, version=rows[standard]
        ),
        lambda: save_process(process=process, code="PUNCH", name="Other", by=plr, version=rows[process]),
        lambda: save_product(product=product, code="HB-120", name="Other", unit=product.unit, by=plr, version=rows[product]),
    )
    for save in saves:
        with pytest.raises(StaleVersion) as refused:
            save()
        assert refused.value.figures["who"] == "eng A"
    standard.refresh_from_db()
    assert standard.hours_per_unit == Decimal("0.4")
