"""Queries of Django's that are put together once: their rows are those of the query itself."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from core.models import Unit
from core.prepared import Given, PreparedRows
from people.models import Staff

pytestmark = pytest.mark.django_db


def of_number():
    return Staff.objects.select_related("user", "org").filter(staff_no=Given(1, "text"))


def test_rows_come_with_what_is_joined_and_the_second_asking_puts_nothing_together(plant, monkeypatch):
    person, boss = plant.person("sup", plant.a), plant.person("mgr")
    tried = PreparedRows("tried_rows", of_number)
    assert tried.run(person.staff_no) == [person]

    monkeypatch.setattr(SQLCompiler, "as_sql", None)
    with CaptureQueriesContext(connection) as sent:
        (found,) = tried.run(boss.staff_no)
        assert (found, found.user, found.org) == (boss, boss.user, boss.org)
        assert not found._state.adding
        assert tried.run("nobody") == []
    assert len(sent) == 2
    assert all(query["sql"].startswith("EXECUTE tried_rows_") for query in sent)


def test_tuples_lists_of_values_and_fixed_values_with_percent_signs(db):
    tried = PreparedRows(
        "tried_tuples",
        lambda: (
            Unit.objects.filter(code__in=Given(2, "text[]"), decimals__gte=Given(1, "int"))
            .exclude(name="100 %")
            .order_by("code")
            .values_list("code", "decimals")
        ),
    )
    query = Unit.objects.filter(code__in=["kg", "pcs"]).order_by("code").values_list("code", "decimals")
    assert tried.run(0, ["kg", "pcs", "?"]) == list(query) != []
    assert tried.run(99, ["kg"]) == []


def test_a_date_that_would_be_kept_for_ever_is_refused(db):
    tried = PreparedRows("tried_date", lambda: Staff.objects.filter(hired_on__lte=date(2026, 11, 20), pk=Given(1, "bigint")))
    with pytest.raises(ImproperlyConfigured, match="tried_date"):
        tried.run(1)
