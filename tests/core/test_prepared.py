import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.prepared import Prepared, numbers


def names():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'tried%'")
        return [name for (name,) in cursor.fetchall()]


def ask(statement, *values):
    with connection.cursor() as cursor:
        statement.run(cursor, *values)
        return cursor.fetchall()


def test_a_statement_is_prepared_once_and_its_first_use_sends_no_more(db):
    statement = Prepared("tried_once", "SELECT $1::bigint % 7, n FROM unnest($2::numeric[]) AS n")
    with CaptureQueriesContext(
        connection,
    ) as sent:
        assert ask(statement, 9, numbers([1, None])) == [(2, 1), (2, None)]
        assert ask(statement, 8, numbers([])) == []
    assert len(sent) == 2
    assert len([name for name in names() if name.startswith("tried_once_")]) == 1


def test_a_first_use_that_was_refused_is_tried_again(db):
    statement = Prepared("tried_twice", "INSERT INTO core_unit (code, name, name_zh, decimals) VALUES ($1, $1, $1, $2) RETURNING code")
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(statement, "rod", -1)
    assert ask(statement, "rod", 1) == [("rod",)]
    assert ask(statement, "ell", 1) == [("ell",)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_anew():
    statement = Prepared("tried_anew", "SELECT $1::text")
    assert ask(statement, "one") == [("one",)]
    connection.close()
    assert ask(statement, "two") == [("two",)]
