"""A new plant's schema, made at once, is the one that the migrations lead to step by step."""

import contextlib
import os
import subprocess
import sys

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_default,
           identity_generation
    FROM information_schema.columns
    -- Django once made this table with the narrower number and never widened it.
    WHERE table_schema = 'public' AND (table_name, column_name) <> ('auth_group_permissions', 'id') ORDER BY 1, 2
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, 2
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT tgisinternal ORDER BY 1, 2
"""
FUNCTIONS = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
EXTENSIONS = "SELECT extname FROM pg_extension ORDER BY 1"
QUESTIONS = {
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "triggers": TRIGGERS,
    "functions": FUNCTIONS,
    "extensions": EXTENSIONS,
}

STEP_BY_STEP = """
import django
django.setup()
from django.core.management.commands.migrate import Command
from django.core.management import call_command
call_command(Command(), verbosity=0)
"""


def answers(cursor):
    found = {}
    for name, question in QUESTIONS.items():
        cursor.execute(question)
        found[name] = set(cursor.fetchall())
    return found


def test_a_new_database_has_every_migration_marked_as_applied(db):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_both_ways_lead_to_the_same_schema():
    server = dict(connection.get_connection_params())
    name = "step_by_step"
    with contextlib.closing(psycopg2.connect(**server)) as keeper:
        keeper.autocommit = True
        with keeper.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
            at = settings.DATABASES["default"]
            url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{name}"
            env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "floorops.settings.test"}
            subprocess.run([sys.executable, "-c", STEP_BY_STEP], env=env, check=True)
            with contextlib.closing(psycopg2.connect(url)) as other, other.cursor() as there:
                step_by_step = answers(there)
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    with connection.cursor() as cursor:
        at_once = answers(cursor)
    different = {what: sorted(at_once[what] ^ step_by_step[what], key=str) for what in QUESTIONS}
    assert {what: rows for what, rows in different.items() if rows} == {}
