import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection, transaction

from core.models import DocumentCounter
from core.services import next_number


@pytest.mark.django_db
@time_machine.travel(datetime(2025, 12, 31, 16, 30, tzinfo=UTC), tick=False)
def test_numbers_count_per_kind_and_plant_local_year():
    with transaction.atomic():
        assert [next_number("ISS"), next_number("ISS"), next_number("RET")] == ["ISS-2026-000001", "ISS-2026-000002", "RET-2026-000001"]


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_only_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        next_number("ISS")


@pytest.mark.django_db(transaction=True)
def test_a_document_that_fails_leaves_no_gap():
    with transaction.atomic():
        next_number("ISS")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError(next_number("ISS"))
    with transaction.atomic():
        assert next_number("ISS").endswith("000002")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers():
    given = []

    def post():
        with transaction.atomic():
            given.append(next_number("ISS"))
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(given)) == 8
    assert DocumentCounter.objects.get(kind="ISS").last == 8
