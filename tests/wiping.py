"""After a test that commits, the database is again what the migrations made of it.

Django's own way empties every table and ships all roles, units and permissions anew, about a second a test. Here the rows that the
migrations made are kept in a schema beside the tables, and one call deletes and puts back. It needs a superuser, as the suite's own
Postgres has; on a server of somebody else Django's way is used.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import TransactionTestCase

KEEP = """
drop schema if exists pristine cascade;
create schema pristine;
do $$
declare name text; filled boolean;
begin
    for name in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('select exists (select from public.%I)', name) into filled;
        if filled then
            execute format('create table pristine.%I as table public.%I', name, name);
        end if;
    end loop;
end $$;
"""
# Triggers and foreign keys do not fire for a replica: the order of the tables does not matter, and a ledger lets itself be emptied.
PUT_BACK = """
set session_replication_role = replica;
do $$
declare name text; filled boolean; columns text;
begin
    for name in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('select exists (select from public.%I)', name) into filled;
        if filled then
            execute format('delete from public.%I', name);
        end if;
    end loop;
    for name in select relname from pg_class where relnamespace = 'pristine'::regnamespace loop
        select string_agg(quote_ident(attname), ', ') into columns from pg_attribute
        where attrelid = format('public.%I', name)::regclass and attnum > 0 and attgenerated = '' and not attisdropped;
        execute format('insert into public.%I (%s) overriding system value select %s from pristine.%I', name, columns, columns, name);
    end loop;
end $$;
set session_replication_role = default;
"""


def put_back() -> None:
    """What a browser asked for last may still be written meanwhile; of two that wait for each other Postgres ends one: try again."""
    for is_last in (False, False, True):
        try:
            _run(PUT_BACK)
        except OperationalError:
            if is_last:
                raise
            connection.close()
        else:
            return


def _run(orders: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(orders)


def _may_be_a_replica() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("show is_superuser")
        return cursor.fetchone() == ("on",)


@pytest.fixture(scope="session", autouse=True)
def wiped_at_once(django_db_keepdb) -> Iterator[None]:
    """Every test that commits, however it asked for that, is tidied up after in this way."""
    kept: set[str] = set()
    djangos_way = TransactionTestCase._fixture_teardown

    def before(case: type[TransactionTestCase]) -> None:
        name = connection.settings_dict["NAME"]
        if name not in kept and _may_be_a_replica():
            if django_db_keepdb:  # the run that used it before may have been killed
                call_command("flush", verbosity=0, interactive=False)
            _run(KEEP)
            kept.add(name)

    def after(case: TransactionTestCase) -> None:
        if connection.settings_dict["NAME"] in kept:
            put_back()
        else:
            djangos_way(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(before))
        patch.setattr(TransactionTestCase, "_fixture_teardown", after)
        yield
