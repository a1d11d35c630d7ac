from django.db import connection


def should_ignore(name, ignored):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [ignored])
        cursor.execute("SELECT public._pgtrigger_should_ignore(%s)", [name])
        return cursor.fetchone()[0]


def test_every_trigger_asks_without_a_subtransaction(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.lanname, p.prosrc FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE proname = '_pgtrigger_should_ignore'"
        )
        [(language, source)] = cursor.fetchall()
    assert (language, "EXCEPTION" in source) == ("sql", False)


def test_only_what_is_named_is_ignored(db):
    assert should_ignore("one", "{one,two}") is True
    assert should_ignore("three", "{one,two}") is False
    assert should_ignore("one", "{}") is False
    assert should_ignore("one", "") is False, "a setting that was local to a transaction is blank after it"
