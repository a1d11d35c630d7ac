"""The commands of the store as a shell runs them: what they say and how they end."""

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.models import Unit
from materials.models import Balance, Purpose
from materials.services import verify_ledger
from plans.models import Product
from stack.services import ROOT
from tests.factories.materials import ItemFactory, make_bin, make_bom, put
from tests.factories.plans import ProcessFactory, ProductFactory
from tests.materials.test_issue import draw

pytestmark = pytest.mark.django_db


def falsify():
    """Change a balance behind the back of the ledger, as only somebody with the triggers off can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE materials_balance DISABLE TRIGGER USER")
        cursor.execute("UPDATE materials_balance SET on_hand = on_hand + 1 WHERE place_id = %s", [make_bin().pk])
        cursor.execute("ALTER TABLE materials_balance ENABLE TRIGGER USER")


def test_verify_ledger_ends_well_on_a_whole_ledger_and_with_1_on_a_broken_one(store):
    draw(store, "1")
    told = StringIO()
    call_command("verify_ledger", stdout=told)
    assert told.getvalue() == "0 differences\n"

    falsify()

    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", stdout=told)
    assert ended.value.code == 1
    assert told.getvalue().splitlines() == ["balance of STEEL  at B-01: kept 500.000000, counted 499.000000", "1 differences"]


@pytest.mark.django_db(transaction=True)
def test_the_exit_code_of_verify_ledger_reaches_the_shell(store):
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    env = os.environ | {"DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}", "DJANGO_SETTINGS_MODULE": "floorops.settings.test"}
    command = [sys.executable, "manage.py", "verify_ledger"]
    assert subprocess.run(command, cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL).returncode == 0
    assert Balance.objects.exists()

    falsify()

    assert subprocess.run(command, cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL).returncode == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [("items", "STEEL"), ("places", "B-01"), ("units", "kg"), ("boms", "STEEL"), ("slips", "ISS-"), ("opening_stock", "STEEL")],
)
def test_export_writes_a_file_and_says_how_much(store, tmp_path, kind, words):
    put(store.steel, "5", make_bin("B-02"))
    draw(store, "1")
    path, told = tmp_path / f"{kind}.csv", StringIO()

    call_command("export", kind, path, stdout=told)

    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert told.getvalue() == f"{kind}: {len(rows)} rows written\n"
    assert "," in head
    assert any(words in row for row in rows)


def test_export_of_an_unknown_table_ends_with_2(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("export", "itemz", tmp_path / "x.csv")
    assert refused.value.returncode == 2
    assert not (tmp_path / "x.csv").exists()


# In the order in which a new plant loads them.
MASTERS = ("units", "items", "places", "boms", "opening_stock")


def command(*words):
    told = StringIO()
    call_command(*words, stdout=told)
    return told.getvalue()


def exported(kind, folder):
    """The rows of a table as its file says them, without the head."""
    path = folder / f"{kind}.csv"
    command("export", kind, path)
    return sorted(path.read_text(encoding="utf-8-sig").splitlines()[1:])


def fill_the_store(product, process):
    drum = Unit.objects.create(code="drum", name="Drum", name_zh="桶", decimals=2)
    about = {
        "name": "Glue",
        "name_zh": "胶水",
        "spec": "5 l",
        "grade": "A",
        "item_class": "chemicals",
        "unit": drum,
        "shelf_life_days": 180,
    }
    figures = {"standard_cost": Decimal("12.3456"), "min_stock": Decimal("2.5")}
    glue = ItemFactory(code="GLUE", **about, **figures, lot_tracked=True, inspect_on_receipt=True)
    frame = ItemFactory(code="FRAME", product=Product.objects.get(code="FRAME"), is_phantom=True)
    loss = {"loss_percent": Decimal("1.5"), "setup_loss_qty": Decimal(3)}
    make_bom(product, {glue: "0.01913", frame: "1"}, part="left", process=process, **loss)
    make_bom(product, {glue: "0.02"}, version="2")
    put(glue, "7.25", make_bin("B-02"), lot="L7", expires_on=date(2027, 1, 31))
    put(glue, "0.5", make_bin("Q-01", Purpose.QUARANTINE), lot="L7")
    put(ItemFactory(code="STEEL"), "500")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_the_store_exports_loads_into_a_plant_that_has_none_of_it_and_is_the_same(plant, tmp_path, ending):
    product, process = ProductFactory(code="DOOR"), ProcessFactory(code="WELD")
    ProductFactory(code="FRAME")
    before = {kind: exported(kind, tmp_path) for kind in MASTERS}
    empty = transaction.savepoint()
    fill_the_store(product, process)
    full = {kind: exported(kind, tmp_path) for kind in MASTERS}
    for kind in MASTERS:
        command("export", kind, tmp_path / f"full-{kind}.{ending}")
    transaction.savepoint_rollback(empty)

    for kind in MASTERS:
        assert exported(kind, tmp_path) == before[kind]
        fresh, stood = len(full[kind]) - len(before[kind]), len(before[kind])
        assert fresh > 0
        for told in (f"{fresh} created, 0 updated, {stood} unchanged", f"0 created, 0 updated, {fresh + stood} unchanged"):
            assert command("load", kind, tmp_path / f"full-{kind}.{ending}") == f"{kind}: {told}\n"

    assert {kind: exported(kind, tmp_path) for kind in MASTERS} == full
    assert verify_ledger() == []
