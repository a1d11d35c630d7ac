"""What leaves comes back as it was: every table, both forms, whatever people wrote in it."""

import csv
from datetime import date, time
from decimal import Decimal

import openpyxl
import pytest

from core.clock import BEGINNING
from core.tables import KINDS, export, write_table
from people.models import OrgSpan
from plans.models import DailyReportLine, PlanLine, Product, ProductionOrder, StandardHours
from reports.models import Target
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.people import StaffFactory, night_shift
from tests.factories.plans import (
    LineFactory,
    OrderFactory,
    PlanLineFactory,
    ProcessFactory,
    ProductFactory,
    ReportFactory,
    StandardHoursFactory,
)
from tests.factories.rosters import rostered

pytestmark = pytest.mark.django_db
NASTY = [
    "-",
    "=1+1",
    "+86 21",
    "@here",
    "-5 mm",
    "'=quoted",
    "'tis",
    '"q", a;b',
    "two\nlines",
    "中文，全角",
    "007",
    "1e5",
    "TRUE",
    '=HYPERLINK("x")',
]


@pytest.fixture
def full_house(plant):
    """Rows in every table, with codes and words that spreadsheets like to spoil."""
    night_shift()
    OrgSpan.objects.create(node=plant.a1, name="moved", parent=plant.b, valid_from=date(2026, 10, 15), leader_staff_no="unknown")
    person = plant.person("mgr")
    StaffFactory(staff_no="0007", name="李娜", org=plant.a1, roles=["tld", "sup"], hired_on=date(2020, 1, 1), pay_type="time")
    StaffFactory(staff_no="ADMIN", roles=["adm"])
    for number, text in enumerate(NASTY):
        ProductFactory(code=text if len(text) < 20 and "\n" not in text else f"N{number}", name=text, name_zh=text, spec=text)
    process = ProcessFactory(code="00123456789012345", org=plant.a, is_final=False)
    product = Product.objects.first()
    StandardHoursFactory(product=product, part="=part", hours_per_unit=Decimal("0.190167"))
    StandardHoursFactory(product=product, process=process, valid_from=date(2026, 1, 1))
    order = OrderFactory(number="1234567890123456789", product=product, workshop=plant.a, quantity=Decimal("123456789012"))
    OrderFactory(number="@2", product=product, workshop=plant.a, team=plant.a2, status="on_hold", start_on=date(2026, 1, 1))
    for made_for, step in ((order, None), (None, process)):
        PlanLineFactory(
            team=plant.a1, business_date=date(2026, 10, 31), shift=night_shift(), product=product, order=made_for, process=step, note="-"
        )
    report = ReportFactory(team=plant.a1, business_date=date(2026, 10, 31), made_by=person)
    LineFactory(report=report, order=order, product=product, remark="-", good_qty=5, scrap_qty=1, produced_qty=6, headcount=Decimal("30.5"))
    LineFactory(report=report, product=product, process=process, remark="=cmd|' /C calc'!A0", planned_qty=0, downtime_reason="machine")
    for period, value in (("2026", "95"), ("2026-10", "92.5"), ("2026-W43", "0.125")):
        Target.objects.create(kpi_code="attainment_pct", org=plant.a, period=period, value=Decimal(value))
    rostered(plant.a1, night_shift(), [date(2026, 11, 20), date(2026, 11, 21)], ends_at=time(7))
    rostered(plant.a1, night_shift(), [date(2026, 11, 20)], staff=person, is_off=True)
    return plant


@pytest.fixture
def full_store(full_house):
    """The same with materials, whose bills and moves nothing takes away again."""
    product = Product.objects.first()
    make_bom(product, {ItemFactory(code="0012", name="=steel", min_stock=Decimal("0.125")): "0.019130"}, version="1.0", part="-left")
    put(ItemFactory(code="-glue", shelf_life_days=90), "123456789012.125", make_bin("=B"), lot="007", expires_on=date(2027, 1, 31))
    return full_house


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_loading_what_was_exported_changes_nothing(full_store, tmp_path, loaded, kind, ending):
    path = tmp_path / f"{kind}.{ending}"

    count = export(KINDS[kind], path)

    assert count == KINDS[kind].rows().count() > 0
    assert loaded(kind, path) == (0, 0, count)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_words_come_back_into_an_empty_table(full_house, tmp_path, loaded, ending):
    path = tmp_path / f"products.{ending}"
    before = list(Product.objects.order_by("code").values_list("code", "name", "name_zh", "spec", "unit__code"))
    export(KINDS["products"], path)
    for model in (PlanLine, DailyReportLine, ProductionOrder, StandardHours, Product):
        model.objects.all().delete()

    assert loaded("products", path) == (len(before), 0, 0)

    assert list(Product.objects.order_by("code").values_list("code", "name", "name_zh", "spec", "unit__code")) == before


def test_no_cell_leaves_as_a_formula(full_store, tmp_path):
    for kind in KINDS:
        export(KINDS[kind], tmp_path / "t.csv")
        with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell and cell[0] in "=+-@\t\r"]
        export(KINDS[kind], tmp_path / "t.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_beginnings_leave_blank_and_dates_leave_as_dates(full_house, tmp_path):
    export(KINDS["organisation"], tmp_path / "o.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx").active
    cells = {(row[0].value, row[2].value): row[1] for row in sheet.iter_rows(min_row=2)}
    assert cells["P", "plant P"].value is None
    assert cells["A1", "moved"].is_date
    assert OrgSpan.objects.filter(valid_from=BEGINNING).exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_is_the_header_alone(tmp_path, loaded, ending):
    path = tmp_path / f"t.{ending}"
    with path.open("wb") as file:
        write_table(KINDS["daily_reports"], file, ending, ())

    assert loaded("daily_reports", path) == (0, 0, 0)


def test_an_export_of_many_rows_is_one_statement(full_house, tmp_path, django_assert_num_queries):
    with django_assert_num_queries(1):
        export(KINDS["staff"], tmp_path / "s.csv")
