"""The commands of the store as a shell runs them: what they say and how they end."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from materials.models import Balance
from stack.services import ROOT
from tests.factories.materials import make_bin, put
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


@pytest.mark.parametrize(("kind", "words"), [("items", "STEEL"), ("places", "B-01"), ("units", "kg"), ("boms", "STEEL"), ("slips", "ISS-")])
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
