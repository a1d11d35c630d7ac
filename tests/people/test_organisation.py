from datetime import date

import pytest
from django.db import IntegrityError, transaction

from people.models import OrgPath, OrgSpan
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db


def path_on(node, on):
    return OrgPath.objects.get(node=node, valid_from__lte=on, valid_to__gt=on)


@pytest.mark.req("PPL-01")
def test_a_team_moved_on_the_15th_stands_in_its_old_workshop_before_that_date(plant):
    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=date(2026, 10, 15))

    assert path_on(plant.a1, date(2026, 10, 14)).workshop == plant.a
    assert path_on(plant.a1, date(2026, 10, 15)).workshop == plant.b
    assert path_on(plant.a1, date(2026, 10, 15)).plant == plant.plant


def test_a_node_never_stands_below_one_of_a_lower_kind(plant):
    with pytest.raises(IntegrityError):
        OrgSpan.objects.filter(node=plant.a).update(parent=plant.b1)


@pytest.mark.req("PPL-01")
@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_the_second_waits_and_both_hold(plant):
    on = date(2026, 10, 15)
    with transaction.atomic():
        OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=on)
        other = Elsewhere(lambda: OrgSpan.objects.create(node=plant.b1, name="B1", parent=plant.a, valid_from=on))
        wait_until_blocked()

    assert other.outcome == "done"
    assert (path_on(plant.a1, on).workshop, path_on(plant.b1, on).workshop) == (plant.b, plant.a)
