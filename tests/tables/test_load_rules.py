"""What every table does with its rows: created, updated, unchanged, kept, cleared, refused, all or nothing."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from core.models import Unit
from core.tables import KINDS, load
from people.models import Shift
from plans.models import Process, Product, StandardHours
from tests.factories.people import org
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db


def test_new_changed_and_equal_rows_are_counted(csv_file, loaded):
    path = csv_file("code,name,unit\nP1,Gear,pcs\nP2,Shaft,kg\n")

    assert loaded("products", path) == (2, 0, 0)
    assert loaded("products", path) == (0, 0, 2)
    assert loaded("products", csv_file("code,name,unit\nP1,Gear,pcs\nP2,Axle,kg\nP3,Pin,pcs\n")) == (1, 1, 1)
    assert Product.objects.get(code="P2").name == "Axle"


def test_blank_and_absent_keep_and_a_dash_clears(csv_file, loaded):
    ProductFactory(code="P1", name="Gear", name_zh="齿轮", spec="M2")

    assert loaded("products", csv_file("code,name_zh,spec\nP1,,-\n")) == (0, 1, 0)

    product = Product.objects.get(code="P1")
    assert (product.name, product.name_zh, product.spec) == ("Gear", "齿轮", "")


def test_a_dash_in_a_required_column_is_refused(csv_file, faults):
    ProductFactory(code="P1")

    assert faults("products", csv_file("code,name\nP1,-\n")) == ['row 2, column name: "-" is needed']


def test_columns_in_any_order(csv_file, loaded):
    assert loaded("products", csv_file("unit,name_zh,code,name\npcs,齿轮,P1,Gear\n")) == (1, 0, 0)
    assert Product.objects.get(code="P1").name_zh == "齿轮"


def test_the_same_key_twice_is_a_fault_of_the_later_row(csv_file, faults):
    path = csv_file("code,name,unit\nP1,Gear,pcs\nP2,Pin,pcs\nP1,Axle,pcs\n")

    assert faults("products", path) == ['row 4, column code: "P1" is the same key as row 2 (P1)']
    assert not Product.objects.exists()


def test_the_same_key_twice_is_found_over_chunks_and_in_composite_keys(csv_file, faults, monkeypatch):
    monkeypatch.setattr("core.tables.loading.CHUNK_ROWS", 1)
    ProductFactory(code="P1")
    path = csv_file("product_code,valid_from,hours_per_unit\nP1,,1\nP1,2026-01-01,2\nP1,-,3\n")

    assert faults("standard_hours", path) == ['row 4, column product_code: "P1" is the same key as row 2 (P1~~~)']


def test_one_fault_and_nothing_is_written(csv_file, faults, monkeypatch):
    monkeypatch.setattr("core.tables.loading.CHUNK_ROWS", 2)
    rows = "".join(f"P{number},Gear,pcs\n" for number in range(10))

    faults("products", csv_file(f"code,name,unit\n{rows}P10,Gear,no unit\n"))

    assert not Product.objects.exists()


def test_a_trial_tells_the_same_and_writes_nothing(csv_file, loaded):
    path = csv_file("code,name,unit\nP1,Gear,pcs\n")

    assert loaded("products", path, is_trial=True) == (1, 0, 0)
    assert not Product.objects.exists()
    assert loaded("products", path) == (1, 0, 0)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-3", "is below 0"),
        ("0", "is not above 0"),
        ("1,5", "is not a number (digits, with a point before the decimals)"),
        ("1 000", "is not a number (digits, with a point before the decimals)"),
        ("1e3", "is not a number (digits, with a point before the decimals)"),
        ("１２", "is not a number (digits, with a point before the decimals)"),
        ("nan", "is not a number (digits, with a point before the decimals)"),
        ("Infinity", "is not a number (digits, with a point before the decimals)"),
        ("0.1234567", "is finer than its unit allows (6 decimals)"),
        ("1.00000000000000000000000000000001", "is finer than its unit allows (6 decimals)"),
        ("1234567", "is above 999999"),
    ],
)
def test_numbers_that_are_refused(csv_file, faults, typed, words):
    ProductFactory(code="P1")
    path = csv_file(f'product_code,hours_per_unit\nP1,"{typed}"\n')

    assert faults("standard_hours", path) == [f'row 2, column hours_per_unit: "{typed}" {words}']


@pytest.mark.parametrize("typed", ["0.25", ".25", "0.250000000000", "+0.25", "00.25"])
def test_numbers_that_are_taken(csv_file, loaded, typed):
    ProductFactory(code="P1")

    loaded("standard_hours", csv_file(f"product_code,hours_per_unit\nP1,{typed}\n"))

    assert str(StandardHours.objects.get().hours_per_unit) == "0.250000"


@pytest.mark.parametrize("typed", ["2026-02-30", "31.10.2026", "20261031", "2026-W40-1", "2026-1-1", "x"])
def test_dates_are_iso(csv_file, faults, typed):
    ProductFactory(code="P1")
    path = csv_file(f"product_code,valid_from,hours_per_unit\nP1,{typed},1\n")

    assert faults("standard_hours", path) == [f'row 2, column valid_from: "{typed}" is not a date (YYYY-MM-DD)']


def test_a_date_outside_all_reason_is_refused(csv_file, faults):
    ProductFactory(code="P1")
    path = csv_file("product_code,valid_from,hours_per_unit\nP1,0205-01-01,1\n")

    assert faults("standard_hours", path) == ['row 2, column valid_from: "0205-01-01" is a date outside 1900 to 2999']


def test_flags_and_their_blanks(csv_file, loaded, faults):
    loaded("processes", csv_file("code,name,is_key,is_final\nA,Cut,1,0\nB,Sew,,\n"))

    assert list(Process.objects.order_by("code").values_list("is_key", "is_final")) == [(True, False), (False, True)]
    assert faults("processes", csv_file("code,is_key\nA,yes\n")) == ['row 2, column is_key: "yes" is not 0 or 1']


def test_texts_that_are_too_long_or_hold_what_cannot_be_kept(csv_file, faults):
    assert faults("products", csv_file(f"code,name,unit\n{'C' * 61},a\x07b,pcs\n")) == [
        f'row 2, column code: "{"C" * 61}" has 61 characters, more than 60',
        'row 2, column name: "a\x07b" holds a character that cannot be kept',
    ]


def test_shifts_over_midnight_and_bad_times(csv_file, loaded, faults):
    assert loaded("shifts", csv_file("code,name,starts_at,ends_at,break_minutes\nN,Night,20:00,05:00,60\n")) == (1, 0, 0)
    assert Shift.objects.get(code="N").times.crosses_midnight
    assert faults("shifts", csv_file("code,name,starts_at,ends_at,break_minutes\nX,X,24:00,8,1441\n")) == [
        'row 2, column starts_at: "24:00" is not a time (HH:MM)',
        'row 2, column ends_at: "8" is not a time (HH:MM)',
        'row 2, column break_minutes: "1441" is above 1440',
    ]


def test_units_never_become_coarser_than_what_is_counted_in_them(csv_file, loaded, faults):
    ProductFactory(unit=Unit.objects.get(code="kg"))

    assert loaded("units", csv_file("code,name,decimals\ndoz,dozens,0\nm,metres,1\n")) == (1, 1, 0)
    assert faults("units", csv_file("code,decimals\nkg,1\n")) == [
        'row 2, column decimals: "1" – kg is in use with 3 decimals, so it keeps at least these.'
    ]


def test_a_product_keeps_its_unit_once_it_is_counted(csv_file, faults, loaded):
    product = ProductFactory(code="P1")
    assert loaded("products", csv_file("code,unit\nP1,kg\n")) == (0, 1, 0)
    OrderFactory(product=product, workshop=org("W", "workshop", org("P", "plant")))

    assert faults("products", csv_file("code,unit\nP1,pcs\n")) == [
        'row 2, column unit: "pcs" cannot be: orders or reports already count this product in kg'
    ]


def test_a_process_belongs_to_a_unit_of_the_organisation_or_to_none(csv_file, loaded, faults):
    org("W", "workshop", org("P", "plant"))

    assert loaded("processes", csv_file("code,name,org_code\nA,Cut,W\nB,Sew,\n")) == (2, 0, 0)
    assert loaded("processes", csv_file("code,org_code\nA,-\n")) == (0, 1, 0)
    assert Process.objects.get(code="A").org is None
    assert faults("processes", csv_file("code,org_code\nA,Q\n")) == ['row 2, column org_code: "Q" is not known']


def test_standard_hours_of_parts_processes_and_dates_are_rows_of_their_own(csv_file, loaded):
    ProductFactory(code="P1")
    ProcessFactory(code="SEW")
    path = csv_file(
        "product_code,part,process_code,valid_from,hours_per_unit\nP1,,,,0.5\nP1,sleeve,,,0.1\nP1,,SEW,,0.2\nP1,,SEW,2026-01-01,0.19\n"
    )

    assert loaded("standard_hours", path) == (4, 0, 0)
    assert loaded("standard_hours", path) == (0, 0, 4)
    assert StandardHours.objects.count() == 4


def test_who_loaded_is_in_the_history(csv_file, loaded):
    loaded("products", csv_file("code,name,unit\nP1,Gear,pcs\n"))

    event = Product.objects.get().events.get()
    assert event.pgh_context.metadata == {"by": "", "url": "load products"}


def test_a_write_that_came_between_is_a_refusal_not_a_crash(csv_file, monkeypatch):
    """The row appears after the loader looked for it: the database refuses, and the load says so."""
    from core.tables.faults import ChangedMeanwhile
    from core.tables.loaders import Loader

    ProductFactory(code="P1")
    monkeypatch.setattr(Loader, "find", lambda self, rows: {})

    with pytest.raises(ChangedMeanwhile):
        load(KINDS["products"], csv_file("code,name,unit\nP1,Gear,pcs\n"))


# --- the command ---


def run(*words, **how):
    out = StringIO()
    code = 0
    try:
        call_command("load", *words, stdout=out, stderr=out, **how)
    except CommandError as refusal:
        code = refusal.returncode
        out.write(str(refusal))
    return code, out.getvalue()


def test_the_command_answers_as_the_contract_says(csv_file):
    path = csv_file("code,name,unit\nP1,Gear,pcs\n")

    assert run("products", path, "--dry-run") == (0, "products: 1 created, 0 updated, 0 unchanged\n")
    assert run("products", path) == (0, "products: 1 created, 0 updated, 0 unchanged\n")
    assert run("products", path) == (0, "products: 0 created, 0 updated, 1 unchanged\n")
    code, told = run("products", csv_file("code,name,unit\nP1,Gear,x\n"))
    assert (code, told.splitlines()[0]) == (1, 'row 2, column unit: "x" is not known')
    for words in (("produkte", path), ("products", Path("/nowhere.csv")), ("products", csv_file("code,colour\n"))):
        assert run(*words)[0] == 2


def test_the_machine_form(csv_file):
    code, told = run("products", csv_file("code,name,unit\nP1,Gear,x\nP1,,pcs\n"), "--json")

    answer = json.loads(told[: told.rindex("}") + 1])
    assert code == 1
    assert [(fault["row"], fault["column"], fault["value"], fault["code"]) for fault in answer["faults"]] == [
        (2, "unit", "x", "unknown"),
        (3, "code", "P1", "same_key"),
        (3, "name", "", "required"),
    ]
    code, told = run("products", csv_file("code,name,unit\nP1,Gear,pcs\n"), "--json", "--dry-run")
    assert json.loads(told) == {
        "kind": "products",
        "dry_run": True,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "faults": [],
        "notes": [],
    }
    code, told = run("nothing", csv_file(""), "--json")
    assert code == 2
    assert json.loads(told.splitlines()[0])["code"] == "unknown_kind"


def test_exit_codes_reach_the_shell(csv_file):
    """The one door that other people's scripts see."""
    words = [sys.executable, "manage.py", "load", "nothing", str(csv_file("code\n"))]

    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "LANG": "C.UTF-8"}, check=False)

    assert done.returncode == 2
    assert "There is no table “nothing”" in done.stderr
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "LANG": "zh_CN.UTF-8", "LC_ALL": ""}, check=False)
    assert "没有“nothing”这张表" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_of_two_loads_of_one_table_the_second_waits_and_finds_the_rows_of_the_first(csv_file):
    path = csv_file("code,name,unit\nP1,Gear,pcs\n")
    with transaction.atomic():
        first = load(KINDS["products"], path)
        second = Elsewhere(lambda: load(KINDS["products"], path))
        wait_until_blocked()

    assert second.outcome == "done"
    assert (first.tally.created, second.result.tally.created, second.result.tally.unchanged) == (1, 0, 1)
