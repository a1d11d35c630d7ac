"""Orders and daily reports as files."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from core.models import Unit
from core.tables import KINDS
from people.access import access_of
from people.models import OrgSpan
from people.roles import ACTIONS
from plans import hooks
from plans.errors.orders import OrderNotOpen
from plans.models import DailyReport, DailyReportLine, ProductionOrder
from tests.factories.people import ShiftFactory
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ProductFactory, ReportFactory

pytestmark = pytest.mark.django_db
Status = DailyReport.Status


@pytest.fixture
def floor(plant, day_shift):
    """Plant P with product P1 (pieces), KG1 (kilograms), process SEW and released order MO-1 for P1 in workshop A."""
    product = ProductFactory(code="P1")
    ProductFactory(code="KG1", unit=Unit.objects.get(code="kg"))
    ProcessFactory(code="SEW")
    OrderFactory(number="MO-1", product=product, workshop=plant.a)
    return plant


ORDER_HEAD = "number,product_code,quantity,workshop_code,due_on,status\n"
HEAD = "business_date,shift_code,team_code,order_number,product_code,process_code,good_qty,attended_hours"


def reports(csv_file, *rows, head=HEAD):
    return csv_file("\n".join([head, *rows]))


# --- orders ---


def test_orders_load_as_drafts_and_keep_their_numbers(floor, csv_file, loaded):
    path = csv_file("number,product_code,quantity,workshop_code,team_code,due_on\nX/7,P1,500,A,A1,2026-12-01\n")

    assert loaded("orders", path) == (1, 0, 0)
    assert ProductionOrder.objects.get(number="X/7").status == "draft"
    assert loaded("orders", path) == (0, 0, 1)


def test_a_status_only_moves_forward(floor, csv_file, loaded, faults):
    loaded("orders", csv_file(f"{ORDER_HEAD}X1,P1,5,A,2026-12-01,released\nX2,P1,5,A,2026-12-01,closed\nX3,P1,5,A,2026-12-01,cancelled\n"))
    released = ProductionOrder.objects.get(number="X1")
    assert released.released_at is not None

    assert faults("orders", csv_file("number,status\nX1,draft\nX1,cancelled\nX2,released\nX3,draft\n"))[0] == (
        'row 2, column status: "draft" does not follow released: a file only moves the status forward'
    )
    assert loaded("orders", csv_file("number,status\nX1,on_hold\n")) == (0, 1, 0)
    assert len(faults("orders", csv_file("number,status\nX1,released\n"))) == 1
    assert loaded("orders", csv_file("number,status\nX1,closed\n")) == (0, 1, 0)


def test_an_order_loaded_released_runs_the_same_release(floor, csv_file, loaded, monkeypatch):
    """Reviews that say no are recorded as taken over by import; what a release writes is written."""
    written = []
    monkeypatch.setattr(hooks, "release_checks", [lambda order: hooks.Review("Material", passed=False, words="short")])
    monkeypatch.setattr(hooks, "on_release", [lambda order, by: written.append((order.number, order.status, by))])

    assert loaded("orders", csv_file(f"{ORDER_HEAD}X1,P1,5,A,2026-12-01,released\nX2,P1,5,A,2026-12-01,\n")) == (2, 0, 0)

    assert written == [("X1", "released", None)]
    event = ProductionOrder.objects.get(number="X1").events.latest("pgh_id")
    assert event.pgh_context.metadata["override"] == "Taken over by import"
    assert loaded("orders", csv_file("number,quantity,status\nX2,6,released\n")) == (0, 1, 0)
    assert ProductionOrder.objects.get(number="X2").quantity == 6
    assert len(written) == 2


def test_a_step_that_is_refused_is_a_fault_of_its_row(floor, csv_file, faults, monkeypatch):
    monkeypatch.setattr(hooks, "close_checks", [lambda order: ["5 kg left"]])
    path = csv_file(f"{ORDER_HEAD}X1,P1,5,A,2026-12-01,released\nX2,P1,5,A,2026-12-01,closed\n")

    assert faults("orders", path) == ['row 3, column status: "closed" – Order X2 cannot be closed yet: 5 kg left.']
    assert not ProductionOrder.objects.filter(number="X1").exists()


@pytest.mark.req("SYS-01")
def test_only_who_may_release_releases_by_import(floor, csv_file, faults, monkeypatch):
    planner = floor.person("plr", floor.a)
    monkeypatch.setitem(ACTIONS, "order.release", frozenset())
    path = csv_file(f"{ORDER_HEAD}X1,P1,5,A,2026-12-01,released\nX2,P1,5,B,2026-12-01,\n")

    assert faults("orders", path, by=planner, access=access_of(planner)) == [
        'row 2, column status: "released" – Your role does not include this.',
        'row 3, column workshop_code: "B" is not known',
    ]


@pytest.mark.req("PLN-24")
@pytest.mark.parametrize("status", ["released", "on_hold", "closed"])
def test_a_planners_file_is_no_way_round_the_reviews(floor, csv_file, faults, loaded, monkeypatch, status):
    """Short material holds up a new row and a draft that stands; once it passes, the import releases as the page does."""
    review = {"passed": False}
    monkeypatch.setattr(hooks, "release_checks", [lambda order: hooks.Review("Material", passed=review["passed"], words="short")])
    planner = floor.person("plr", floor.a)
    own = {"by": planner, "access": access_of(planner)}
    loaded("orders", csv_file(f"{ORDER_HEAD}X1,P1,5,A,2026-12-31,\n"), **own)
    path = csv_file(f"{ORDER_HEAD}X1,P1,5,A,2026-12-31,{status}\nX2,P1,5,A,2026-12-31,{status}\n")

    assert faults("orders", path, **own) == [
        f'row {row}, column status: "{status}" – Order X{row - 1} did not pass: Material (short). Nothing was released.' for row in (2, 3)
    ]
    assert list(ProductionOrder.objects.filter(number__startswith="X").values_list("number", "status")) == [("X1", "draft")]
    review["passed"] = True
    assert loaded("orders", path, **own) == (1, 1, 0)
    released = ProductionOrder.objects.get(number="X2")
    assert (released.status, released.released_by, list(released.reviews.values_list("override", flat=True))) == (status, planner, [""])


def test_what_orders_refuse(floor, csv_file, faults):
    path = csv_file(
        "number,product_code,quantity,workshop_code,team_code,start_on,due_on,status\n"
        "1,P1,0,A,,,2026-12-01,\n2,P1,1.5,A,,,2026-12-01,\n3,P1,5,A1,,,2026-12-01,\n4,P1,5,A,B1,,2026-12-01,\n"
        "5,P1,5,A,,2026-12-02,2026-12-01,\n6,P1,5,A,,,,\n7,P1,5,A,,,2026-12-01,open\n8,KG1,1.5,A,B,,2026-12-01,\n"
        "MO-1,,999,,,,,\n"
    )

    assert faults("orders", path) == [
        'row 2, column quantity: "0" is not above 0',
        'row 3, column quantity: "1.5" is finer than its unit allows (0 decimals)',
        'row 4, column workshop_code: "A1" is not a workshop',
        'row 5, column team_code: "B1" is not a team of A',
        'row 6, column due_on: "2026-12-01" lies before the start 2026-12-02',
        'row 7, column due_on: "" is needed',
        'row 8, column status: "open" is none of draft released on_hold closed cancelled',
        'row 9, column team_code: "B" is not a team of A',
        'row 10, column quantity: "999" cannot be: the order is released and keeps 1000',
    ]


def test_dates_of_a_released_order_may_move_those_of_a_closed_one_not(floor, csv_file, loaded, faults):
    assert loaded("orders", csv_file("number,due_on\nMO-1,2027-01-15\n")) == (0, 1, 0)
    ProductionOrder.objects.filter(number="MO-1").update(status="closed")

    assert faults("orders", csv_file("number,due_on\nMO-1,2027-02-01\n")) == [
        'row 2, column due_on: "2027-02-01" cannot be: the order is closed and keeps 2027-01-15'
    ]


# --- daily reports ---


@pytest.mark.req("PLN-23")
def test_daily_reports_load_as_submitted(floor, csv_file, loaded):
    path = reports(csv_file, "2026-10-31,DAY,A1,MO-1,P1,,100,64", "2026-10-31,DAY,A1,,P1,SEW,50,8")

    assert loaded("daily_reports", path) == (2, 0, 0)

    report = DailyReport.objects.get()
    assert (report.status, report.lines.count(), report.submitted_by) == (Status.SUBMITTED, 2, None)
    assert loaded("daily_reports", path) == (0, 0, 2)


@pytest.mark.req("PLN-23")
def test_produced_must_be_the_sum(floor, csv_file, faults, loaded):
    head = HEAD + ",rework_qty,scrap_qty,produced_qty"
    assert faults("daily_reports", reports(csv_file, "2026-10-31,DAY,A1,,P1,,100,64,2,3,104", head=head)) == [
        'row 2, column produced_qty: "104" is not good 100 + rework 2 + scrap 3 = 105'
    ]
    loaded("daily_reports", reports(csv_file, "2026-10-31,DAY,A1,,P1,,100,64,2,3,105", head=head))
    assert faults("daily_reports", reports(csv_file, "2026-10-31,DAY,A1,,P1,,101,", head=HEAD)) == [
        'row 2, column produced_qty: "105" is not good 101 + rework 2 + scrap 3 = 106'
    ]


@pytest.mark.req("PLN-23")
def test_an_approved_report_changes_in_nothing(floor, csv_file, faults, loaded):
    report = ReportFactory(team=floor.a1, shift=ShiftFactory(), business_date=date(2026, 10, 31))
    LineFactory(report=report, product_id=ProductFactory(code="Q").pk)
    report.status, report.approved_at = Status.APPROVED, report.made_at
    report.save()

    assert loaded("daily_reports", reports(csv_file, "2026-10-31,DAY,A1,,Q,,100,64")) == (0, 0, 1)
    path = reports(csv_file, "2026-10-31,DAY,A1,,Q,,120,64", "2026-10-31,DAY,A1,,P1,,1,1", "2026-10-30,DAY,A1,,P1,,1,1")
    assert faults("daily_reports", path) == [
        'row 2, column good_qty: "120" cannot be: the report is approved and says “100”',
        'row 3, column business_date: "2026-10-31" cannot have a new line: the report of A1, DAY is approved',
    ]
    assert DailyReportLine.objects.count() == 1


def test_a_draft_that_a_file_changes_is_submitted_by_it(floor, csv_file, loaded):
    report = ReportFactory(team=floor.a1, business_date=date(2026, 10, 31), status=Status.DRAFT)
    line = LineFactory(report=report, product=ProductFactory(code="Q"), counter_start=1, counter_end=101, produced_qty=100)
    keeper = floor.person("tld", floor.a1)
    head = HEAD + ",produced_qty"

    assert loaded("daily_reports", reports(csv_file, "2026-10-31,DAY,A1,,Q,,100,64,100", head=head)) == (0, 0, 1)
    report.refresh_from_db()
    assert report.status == Status.DRAFT
    path = reports(csv_file, "2026-10-31,DAY,A1,,Q,,120,64,120", head=head)
    assert loaded("daily_reports", path, by=keeper, access=access_of(keeper)) == (0, 1, 0)

    report.refresh_from_db()
    line.refresh_from_db()
    assert (report.status, report.submitted_by, report.version) == (Status.SUBMITTED, keeper, 2)
    assert (line.good_qty, line.counter_start, line.counter_end) == (120, None, None)


def test_a_team_reports_only_while_it_exists(floor, csv_file, faults):
    OrgSpan.objects.filter(node=floor.a1).update(valid_from=date(2026, 10, 1))

    path = reports(csv_file, "2026-09-30,DAY,A1,,P1,,1,1", "2026-10-01,DAY,A1,,P1,,1,1", "2026-10-01,DAY,A,,P1,,1,1")
    assert faults("daily_reports", path) == [
        'row 2, column team_code: "A1" is not a team on 2026-09-30',
        'row 4, column team_code: "A" is not a team on 2026-10-01',
    ]


def test_orders_of_another_product_or_not_released_take_no_report(floor, csv_file, faults, loaded):
    OrderFactory(number="MO-2", product=ProductFactory(code="P2"), workshop=floor.a, status="draft")
    OrderFactory(number="MO-3", product=ProductFactory(code="P3"), workshop=floor.a, status="closed")

    path = reports(csv_file, "2026-10-01,DAY,A1,MO-1,KG1,,1,1", "2026-10-01,DAY,A1,MO-2,P2,,1,1")
    assert faults("daily_reports", path) == [
        'row 2, column product_code: "KG1" is not what order MO-1 makes (P1)',
        'row 3, column order_number: "MO-2" is draft; nothing can be reported on it',
    ]
    assert loaded("daily_reports", reports(csv_file, "2026-10-01,DAY,A1,MO-3,P3,,1,1")) == (1, 0, 0)


def test_quantities_as_fine_as_the_unit_and_no_finer(floor, csv_file, faults, loaded):
    loaded("daily_reports", reports(csv_file, "2026-10-01,DAY,A1,,KG1,,1.125,1.25"))

    assert DailyReportLine.objects.get().good_qty == Decimal("1.125")
    assert faults("daily_reports", reports(csv_file, "2026-10-01,DAY,A1,,KG1,,1.1255,1.00001")) == [
        'row 2, column good_qty: "1.1255" is finer than its unit allows (3 decimals)',
        'row 2, column attended_hours: "1.00001" is finer than its unit allows (4 decimals)',
    ]


@pytest.mark.req("SYS-01")
def test_a_team_leader_imports_for_the_own_team_only(floor, csv_file, faults, loaded):
    leader = floor.person("tld", floor.a1)
    path = reports(csv_file, "2026-10-01,DAY,A1,,P1,,1,1", "2026-10-01,DAY,B1,,P1,,1,1")

    assert faults("daily_reports", path, by=leader, access=access_of(leader)) == ['row 3, column team_code: "B1" is not known']
    manager = floor.person("mgr")
    assert faults("daily_reports", path, by=manager, access=access_of(manager))[0].endswith("Your role does not include this.")


@pytest.mark.req("PLN-23")
@pytest.mark.req("SYS-01")
def test_the_rules_of_the_page_hold_for_a_team_leaders_file(floor, csv_file, faults, loaded, monkeypatch):
    """Orders on hold or closed, of another workshop or out of scope, and days ahead; past months come by ``manage.py load``."""
    product = ProductionOrder.objects.get(number="MO-1").product
    for number, place, status in (("HELD", floor.a, "on_hold"), ("OVER", floor.a, "closed"), ("FAR", floor.b, "released")):
        OrderFactory(number=number, product=product, workshop=place, status=status)
    OrderFactory(number="LENT", product=product, workshop=floor.b, team=floor.a1)
    leader = floor.person("tld", floor.a1)
    own = {"by": leader, "access": access_of(leader)}
    with time_machine.travel(datetime(2026, 10, 2, 4, tzinfo=UTC), tick=False):
        rows = [f"2026-10-01,DAY,A1,{number},P1,,1,1" for number in ("HELD", "OVER", "FAR", "LENT")]
        path = reports(csv_file, *rows, "2026-10-03,DAY,A1,,P1,,1,1", "2026-10-02,DAY,A1,MO-1,P1,,1,1")

        assert faults("daily_reports", path, **own) == [
            'row 2, column order_number: "HELD" – Order HELD is “On hold”. Only a released order can be reported on.',
            'row 3, column order_number: "OVER" – Order OVER is “Closed”. Only a released order can be reported on.',
            'row 4, column order_number: "FAR" is not known',
            'row 5, column order_number: "LENT" – Order LENT belongs to B, where A1 did not stand on that date.',
            'row 6, column business_date: "2026-10-03" – 2026-10-03 has not begun yet.',
        ]
        past = reports(csv_file, rows[1])
        assert loaded("daily_reports", past) == (1, 0, 0)
        assert loaded("daily_reports", past, **own) == (0, 0, 1)

        def refuse(order):
            raise OrderNotOpen(order=order.number, status="inspection")

        monkeypatch.setattr(hooks, "posting_checks", [refuse])
        assert len(faults("daily_reports", reports(csv_file, "2026-10-02,DAY,A1,MO-1,P1,,1,1"), **own)) == 1


@pytest.mark.req("PLN-23")
def test_a_file_with_thirty_different_faults_reports_all_thirty(floor, csv_file, faults):
    """Row and column of each, and nothing is written (issue section 6)."""
    OrderFactory(number="MO-D", product=ProductFactory(code="PD"), workshop=floor.a, status="draft")
    ReportFactory(team=floor.a2, business_date=date(2026, 10, 1), status=Status.APPROVED, approved_at="2026-10-02T00:00Z")
    columns = KINDS["daily_reports"].names
    good = dict.fromkeys(columns, "") | {
        "business_date": "2026-10-01", "shift_code": "DAY", "team_code": "A1", "product_code": "P1", "good_qty": "1", "attended_hours": "1",
    }  # fmt: skip
    wrong = [
        ("business_date", ""), ("business_date", "2026-13-01"), ("business_date", "0026-01-01"), ("shift_code", ""), ("shift_code", "X"),
        ("team_code", ""), ("team_code", "X"), ("team_code", "A"), ("order_number", "X"), ("order_number", "MO-D"),
        ("product_code", ""), ("product_code", "X"), ("process_code", "X"), ("planned_qty", "-1"), ("planned_qty", "x"),
        ("good_qty", ""), ("good_qty", "-3"), ("good_qty", "1.5"), ("good_qty", "1,5"), ("rework_qty", "-1"),
        ("scrap_qty", "0.5"), ("recovered_qty", "x"), ("produced_qty", "7"), ("headcount", "1.234"), ("attended_hours", ""),
        ("productive_hours", "-1"), ("excused_loss_hours", "1.00001"), ("downtime_hours", "999999999"), ("downtime_reason", "tea"),
        ("remark", "x" * 501),
    ]  # fmt: skip
    rows = []
    for number, (column, value) in enumerate(wrong, 2):
        row = good | {"business_date": f"2026-09-{number - 1:02d}" if number < 32 else "2026-08-01", column: value}
        if value == "MO-D":
            row["product_code"] = "PD"
        rows.append(",".join(f'"{row[name]}"' for name in columns))

    told = faults("daily_reports", csv_file("\n".join([",".join(columns), *rows])))

    assert [line.split('"')[0] for line in told] == [f"row {number}, column {column}: " for number, (column, _) in enumerate(wrong, 2)]
    assert len({line.split('"', 2)[2] for line in told}) >= 15
    assert DailyReportLine.objects.count() == 0


def test_many_reports_take_no_more_statements_than_few(floor, csv_file, loaded, django_assert_max_num_queries):
    rows = [f"2026-{month:02d}-{day:02d},DAY,A1,,P1,,{day},8" for month in range(1, 13) for day in range(1, 29)]

    with django_assert_max_num_queries(22):
        loaded("daily_reports", reports(csv_file, *rows))


def test_triggers_find_the_variable_they_ask_for(floor):
    """Without it every row's trigger ends a failed subtransaction, and a load of n rows takes n² steps."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW pgtrigger.ignore")
        assert cursor.fetchone() == ("{}",)
