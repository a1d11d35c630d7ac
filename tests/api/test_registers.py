"""Lists and rows of the registers: form, filters, pages, scope, statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import BEGINNING
from core.models import Unit
from core.tables import KINDS
from people.models import OrgSpan
from tests.api.conftest import codes
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.people import StaffFactory
from tests.factories.plans import (
    LineFactory,
    OrderFactory,
    ProcessFactory,
    ProductFactory,
    ReportFactory,
    StandardHoursFactory,
)

pytestmark = pytest.mark.django_db


def numbers(response, name="number"):
    assert response.status_code == 200, response.content
    return [item[name] for item in response.json()["items"]]


def test_every_table_is_a_register(api, plant):
    program = api(plant.person("adm"))

    for kind in KINDS.values():
        answer = program.get(f"/{kind.name.replace('_', '-')}")
        assert answer.status_code == 200, kind.name
        assert set(answer.json()) == {"items", "next"}
        for item in answer.json()["items"]:
            assert list(item)[: len(kind.names)] == list(kind.names)


def test_an_order_is_shown_as_its_file_row(api, plant):
    kilos = ProductFactory(code="PASTE", unit=Unit.objects.get(code="kg"))
    OrderFactory(number="MO/1 ~a", workshop=plant.a, team=plant.a1, product=kilos, quantity=Decimal("2.5"), due_on=date(2026, 12, 1))

    answer = api(plant.person("mgr")).get("/orders/" + quote("MO/1 ~a", safe=""))

    assert answer.json() == {
        "number": "MO/1 ~a",
        "product_code": "PASTE",
        "quantity": "2.500",
        "workshop_code": "A",
        "team_code": "A1",
        "start_on": None,
        "due_on": "2026-12-01",
        "status": "released",
    }


@pytest.mark.req("MAT-01")
@pytest.mark.req("MAT-11")
def test_a_line_of_a_bill_and_opening_stock_are_shown_as_their_file_rows(api, plant):
    steel, screw = ItemFactory(code="STEEL"), ItemFactory(code="SCREW", unit=Unit.objects.get(code="pcs"))
    frame = ProductFactory(code="FRAME")
    make_bom(frame, {steel: "0.01913"}, part="left", process=ProcessFactory(code="WELD"), loss_percent=Decimal("1.5"), setup_loss_qty=3)
    make_bom(frame, {screw: "4"}, version="2")
    put(steel, "7.25", make_bin("B-02"), lot="L7", expires_on=date(2027, 1, 31))
    put(screw, "120", make_bin("B-01"))
    program = api(plant.person("mgr"))

    first, second = program.get("/boms").json()["items"]
    assert first == {
        "product_code": "FRAME",
        "version": "1",
        "part": "left",
        "process_code": "WELD",
        "item_code": "STEEL",
        "qty_per_unit": "0.01913",
        "loss_percent": "1.5",
        "setup_loss_qty": "3",
        "valid_from": "2026-01-01",
    }
    blank = {"version": "2", "part": None, "process_code": None, "item_code": "SCREW", "qty_per_unit": "4", "setup_loss_qty": "0"}
    assert second == first | blank | {"loss_percent": "0"}
    assert program.get("/boms/FRAME~1~left~WELD~STEEL").json() == first
    assert [row["version"] for row in program.get("/boms", item_code="SCREW").json()["items"]] == ["2"]

    lot, loose = program.get("/opening-stock").json()["items"]
    stands = {"item_code": "STEEL", "bin_code": "B-02", "lot": "L7", "quantity": "7.250"}
    assert lot == stands | {"as_of": "2026-01-01", "expires_on": "2027-01-31"}
    assert loose == {"item_code": "SCREW", "bin_code": "B-01", "lot": None, "quantity": "120", "as_of": "2026-01-01", "expires_on": None}
    assert program.get("/opening-stock/STEEL~B-02~L7").json() == lot
    assert program.get("/opening-stock/SCREW~B-01~").json() == loose


def test_an_order_may_be_called_release(api, plant, product):
    OrderFactory(number="X/release", workshop=plant.a, product=product)

    assert api(plant.person("mgr")).get("/orders/X%2Frelease").json()["number"] == "X/release"


def test_keys_have_blanks_where_the_column_is_blank(api, plant, product, friday, day_shift):
    program = api(plant.person("mgr"))
    process = ProcessFactory(code="P~1", org=plant.a)
    StandardHoursFactory(product=product, process=process, part="body", valid_from=date(2026, 1, 1), hours_per_unit=Decimal("0.125"))
    StandardHoursFactory(product=product, hours_per_unit=Decimal(2))
    LineFactory(report=ReportFactory(team=plant.a1, business_date=friday, shift=day_shift), product=product)

    dated = program.get("/standard-hours/BOLT~body~P~1~2026-01-01").json()
    assert (dated["hours_per_unit"], dated["process_code"], dated["valid_from"]) == ("0.125", "P~1", "2026-01-01")
    blank = program.get("/standard-hours/BOLT~~~").json()
    assert (blank["hours_per_unit"], blank["part"], blank["process_code"], blank["valid_from"]) == ("2", None, None, None)
    assert program.get("/daily-reports/2026-11-20~DAY~A1~~BOLT~").json()["good_qty"] == "100"
    assert program.get("/organisation/A1~").json()["kind"] == "team"
    for wrong in ("BOLT", "BOLT~~", "BOLT~~~never", "BOLT~~NONE~", "~~~", "BOLT~~~~", "%00~~~"):
        assert program.get(f"/standard-hours/{wrong}").status_code == 404, wrong


@pytest.mark.req("SYS-01")
def test_lists_and_rows_stop_at_the_scope(api, plant, product, friday, day_shift):
    for team, number in ((plant.a1, "A-1"), (plant.b1, "B-1")):
        OrderFactory(number=number, workshop=plant.a if team is plant.a1 else plant.b, product=product)
        LineFactory(report=ReportFactory(team=team, business_date=friday, shift=day_shift), product=product)
        StaffFactory(staff_no=f"AT-{team.code}", org=team)
    program = api(plant.person("wsm", plant.a))

    assert numbers(program.get("/orders")) == ["A-1"]
    assert numbers(program.get("/daily-reports"), "team_code") == ["A1"]
    assert "AT-B1" not in numbers(program.get("/staff"), "staff_no")
    assert "B1" not in numbers(program.get("/organisation"), "code")
    for address in ("/orders/B-1", "/daily-reports/2026-11-20~DAY~B1~~BOLT~", "/staff/AT-B1", "/organisation/B1~"):
        answer = program.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address


def test_filters_by_codes_keys_and_dates(api, plant, product):
    other = ProductFactory(code="NUT")
    OrderFactory(number="1", workshop=plant.a, product=product, due_on=date(2026, 11, 1))
    OrderFactory(number="2", workshop=plant.a, team=plant.a1, product=other, due_on=date(2026, 11, 15))
    OrderFactory(number="3", workshop=plant.b, product=product, due_on=date(2026, 11, 30), status="draft")
    program = api(plant.person("mgr"))

    assert numbers(program.get("/orders", product_code="BOLT")) == ["1", "3"]
    assert numbers(program.get("/orders", workshop_code="A", number="2")) == ["2"]
    assert numbers(program.get("/orders", team_code="")) == ["1", "3"]
    assert numbers(program.get("/orders", due_on_from="2026-11-01", due_on_to="2026-11-15")) == ["1", "2"]
    assert numbers(program.get("/orders", due_on_from="2026-11-16")) == ["3"]
    assert numbers(program.get("/orders", status="draft")) == ["3"]
    assert numbers(program.get("/orders", product_code="NEVER")) == []


def test_the_beginning_of_time_is_a_blank_date(api, plant):
    OrgSpan.objects.create(node=plant.a1, name="later", parent=plant.a, valid_from=date(2027, 1, 1))
    program = api(plant.person("mgr"))

    assert [item["valid_from"] for item in program.get("/organisation", code="A1").json()["items"]] == [None, "2027-01-01"]
    assert numbers(program.get("/organisation", code="A1", valid_from=""), "name") == ["team A1"]
    assert BEGINNING.isoformat() not in program.get("/organisation").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"colour": "red"}, {"colour": "unknown_field"}),
        ({"quantity": "1"}, {"quantity": "unknown_field"}),
        ({"limit": "501"}, {"limit": "bad_limit"}),
        ({"limit": "0"}, {"limit": "bad_limit"}),
        ({"limit": "x"}, {"limit": "bad_limit"}),
        ({"cursor": "AAAA"}, {"cursor": "bad_cursor"}),
        ({"cursor": "~é"}, {"cursor": "bad_cursor"}),
        ({"due_on_from": "1.11.2026"}, {"due_on_from": "not_a_date"}),
        ({"due_on_from": "x", "limit": "-1"}, {"due_on_from": "not_a_date", "limit": "bad_limit"}),
        ({"number": ["1", "2"]}, {"number": "given_twice"}),
        ({"number": "a\x00"}, {"number": "wrong_type"}),
    ],
)
def test_a_query_that_is_not_understood_is_refused_by_name(api, plant, query, found):
    assert codes(api(plant.person("mgr")).get("/orders", **query)) == found


def test_pages_follow_each_other_and_miss_nothing_while_rows_are_added(api, plant, product):
    for n in range(7):
        OrderFactory(number=f"N{n}", workshop=plant.a, product=product)
    program = api(plant.person("mgr"))
    page = program.get("/orders", limit=3, workshop_code="A")
    seen = numbers(page)
    OrderFactory(number="N7", workshop=plant.a, product=product)

    while following := page.json()["next"]:
        assert "workshop_code=A" in following
        page = program.client.get(following, headers=program.headers)
        seen += numbers(page)

    assert seen == [f"N{n}" for n in range(8)]


def test_an_exactly_full_page_is_the_last(api, plant, product):
    OrderFactory(number="1", workshop=plant.a, product=product)

    assert api(plant.person("mgr")).get("/orders", limit=1).json()["next"] is None


def test_a_list_asks_as_much_for_many_rows_as_for_ten(api, plant, product, friday, day_shift):
    report = ReportFactory(team=plant.a1, business_date=friday, shift=day_shift)
    program = api(plant.person("wsm", plant.a))

    def statements(path):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert program.get(path, limit=500).status_code == 200
        return len(asked)

    def grow(count):
        for _ in range(count):
            new = ProductFactory()
            LineFactory(report=report, product=new, order=OrderFactory(workshop=plant.a, product=new))
            StaffFactory(org=plant.a1, roles=["opr"])

    grow(10)
    statements("/orders")  # the token's use is noted once
    paths = ("/orders", "/daily-reports", "/staff", "/organisation", "/products")
    few = {path: statements(path) for path in paths}
    grow(60)

    assert {path: statements(path) for path in paths} == few
    assert max(few.values()) <= 8
