"""What one test commits, the next one does not see."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from core.models import Unit
from people.models import OrgNode
from tests.factories.people import make_plant
from tests.wiping import put_back


@pytest.mark.django_db(transaction=True)
def test_committed_rows_go_and_shipped_rows_come_back_as_they_were():
    shipped = (list(Unit.objects.order_by("pk").values()), list(Group.objects.order_by("pk").values()))
    make_plant().person("sup")
    Unit.objects.update(name="changed")
    Group.objects.first().delete()

    put_back()

    assert (list(Unit.objects.order_by("pk").values()), list(Group.objects.order_by("pk").values())) == shipped
    assert OrgNode.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("show session_replication_role")
        assert cursor.fetchone() == ("origin",)
