"""What is overdue goes one level up, once, also when two try at the same moment (PLN-11)."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from people.models import Delegation, Notice, OrgSpan
from plans.models import Finding, FindingDeed
from plans.services import escalate, put_right, raise_finding
from tests.races import Elsewhere, wait_until_blocked

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10:00 at the plant
SHIFT_END = datetime(2026, 11, 20, 9, tzinfo=UTC)  # 17:00
pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(plant, day_shift):
    """Team, workshop and plant have leaders."""
    people = [plant.person("tld", plant.a1), plant.person("wsm", plant.a), plant.person("mgr")]
    for node, person in zip((plant.a1, plant.a, plant.plant), people, strict=True):
        OrgSpan.objects.filter(node=node).update(leader=person)
    return people


@pytest.fixture
def finding(plant, chain):
    with time_machine.travel(TEN, tick=False):
        return raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=plant.person("opr", plant.a1))


def told(person, kind="finding.escalated"):
    return Notice.objects.filter(recipient=person, kind=kind).count()


@pytest.mark.req("PLN-11")
def test_raised_at_10_and_not_closed_at_shift_end_it_is_overdue_and_on_the_next_levels_list(finding, chain):
    _leader, manager, _boss = chain
    assert escalate(at=SHIFT_END - timedelta(minutes=1)) == 0

    assert escalate(at=SHIFT_END) == 1

    finding.refresh_from_db()
    assert (finding.level, finding.escalated_to) == (1, manager)
    assert told(manager) == 1
    assert finding.deeds.get(deed="escalated").person_after == manager


@pytest.mark.req("PLN-11")
@pytest.mark.req("SYS-04")
def test_each_level_is_told_exactly_once_however_often_the_job_runs(finding, chain):
    _leader, manager, boss = chain
    for minute in range(0, 24 * 60, 5):
        escalate(at=SHIFT_END + timedelta(minutes=minute))
    assert (told(manager), told(boss)) == (1, 0)

    for minute in range(24 * 60, 30 * 60, 5):
        escalate(at=SHIFT_END + timedelta(minutes=minute))

    assert (told(manager), told(boss)) == (1, 1)
    assert Finding.objects.get().level == 2


@pytest.mark.req("PLN-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_escalations_at_once_one_tells(finding, chain):
    with transaction.atomic():
        assert escalate(at=SHIFT_END) == 1
        second = Elsewhere(lambda: escalate(at=SHIFT_END))
        wait_until_blocked()

    assert (second.outcome, second.result) == ("done", 0)
    assert told(chain[1]) == 1
    assert FindingDeed.objects.filter(deed="escalated").count() == 1


def test_what_is_put_right_in_time_goes_nowhere(finding, chain):
    put_right(finding=finding, result="Wiped", by=chain[0])
    assert escalate(at=SHIFT_END) == 0


def test_an_absent_leaders_deputy_gets_it(finding, chain, plant):
    deputy = plant.person("sup", plant.a)
    Delegation.objects.create(
        giver=chain[1], taker=deputy, role="wsm", starts_on=TEN.date(), ends_on=TEN.date(), reason="Leave", made_by=chain[1]
    )
    escalate(at=SHIFT_END)
    assert (told(deputy), told(chain[1])) == (1, 0)


def test_the_leader_of_that_date_gets_it_and_who_has_left_does_not(finding, chain, plant):
    new = plant.person("sup", plant.a)
    OrgSpan.objects.create(node=plant.a, name="A", parent=plant.plant, valid_from=TEN.date(), leader=new)
    escalate(at=SHIFT_END)
    assert (told(new), told(chain[1])) == (1, 0)


def test_nobody_gets_a_finding_that_is_theirs(plant, chain):
    with time_machine.travel(TEN, tick=False):
        raise_finding(kind="instruction", node=plant.a1, text="Clear the aisle", by=chain[2], owner=chain[1])
    escalate(at=SHIFT_END)
    assert (told(chain[1]), told(chain[2])) == (0, 1)


def test_above_the_plant_stands_the_upper_management_and_above_that_nobody(plant, chain):
    director = plant.person("dir")
    with time_machine.travel(TEN, tick=False):
        finding = raise_finding(kind="instruction", node=plant.plant, text="Clear the yard", by=director, owner=chain[2])
    escalate(at=SHIFT_END)
    assert told(director) == 1
    assert escalate(at=SHIFT_END + timedelta(hours=24)) == 0
    finding.refresh_from_db()
    assert (finding.level, finding.escalates_at, finding.escalated_to) == (1, None, director)


def test_a_hundred_findings_cost_as_many_statements_as_one(plant, chain, django_assert_num_queries, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def raise_some(count):
        with time_machine.travel(TEN, tick=False):
            for number in range(count):
                raise_finding(kind="problem", node=plant.a1, text=f"Number {number}", by=chain[0])

    raise_some(1)
    with CaptureQueriesContext(connection) as one:
        escalate(at=SHIFT_END)
    raise_some(100)
    with CaptureQueriesContext(connection) as many:
        assert escalate(at=SHIFT_END) == 100
    assert len(many) == len(one)


def test_the_command_takes_a_moment_of_the_plants_clock(finding):
    said = StringIO()
    call_command("escalate", "--at", "2026-11-20T17:00", stdout=said)
    call_command("escalate", "--at", "2026-11-20T17:00", stdout=said)
    assert said.getvalue().splitlines() == ["1 findings escalated", "0 findings escalated"]
