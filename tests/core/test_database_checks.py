"""A server that is too old, or that cannot tell Chinese letters, is refused before anything is written to it."""

import contextlib

import psycopg2
import pytest
from django.db import connection

from core.checks import database_server, faults_of


@pytest.mark.parametrize(
    ("version_number", "ctype", "ids"),
    [
        (150000, "C.UTF-8", []),
        (180006, "zh_CN.UTF-8", []),
        (140019, "C.UTF-8", ["core.E001"]),
        (150018, "C", ["core.E002"]),
        (130000, "POSIX", ["core.E001", "core.E002"]),
    ],
)
def test_what_a_server_may_be(version_number, ctype, ids):
    assert [fault.id for fault in faults_of(version_number=version_number, ctype=ctype)] == ids


@pytest.mark.django_db
def test_our_own_server_is_good():
    assert database_server(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_tell_chinese_letters_is_found():
    told = connection.settings_dict
    where = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"], "password": told["PASSWORD"]}
    with contextlib.closing(psycopg2.connect(dbname="postgres", **where)) as server:
        server.autocommit = True
        cursor = server.cursor()
        cursor.execute("create database plain_c template template0 encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C'")
        try:
            connection.close()
            connection.settings_dict = told | {"NAME": "plain_c"}
            assert [fault.id for fault in database_server(databases=["default"])] == ["core.E002"]
        finally:
            connection.close()
            connection.settings_dict = told
            cursor.execute("drop database plain_c with (force)")


def test_nothing_is_asked_when_no_database_is_checked():
    assert database_server(databases=None) == []
