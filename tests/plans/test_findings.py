"""A finding is raised once, owned by somebody, and remembered where it was found (PLN-11)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from core.errors import Required
from people.models import Notice, OrgSpan
from plans.models import Finding, FindingDeed
from plans.selectors.findings import earlier_ones, open_findings, severe_safety_without_owner
from plans.services import raise_finding

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10:00 at the plant
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def led(plant):
    """Team A1 has its leader."""
    OrgSpan.objects.filter(node=plant.a1).update(leader=plant.person("tld", plant.a1))
    return plant


def raised(plant, **more):
    return raise_finding(**{"kind": "problem", "node": plant.a1, "text": "Oil on the aisle", "by": plant.person("opr", plant.a1)} | more)


@pytest.mark.req("PLN-11")
def test_a_finding_has_a_number_the_leader_as_owner_and_is_due_at_the_end_of_the_shift(led, day_shift):
    finding = raised(led)

    assert finding.number == "FND-2026-000001"
    assert finding.owner == led.person("tld", led.a1)
    assert finding.due_at == datetime(2026, 11, 20, 9, tzinfo=UTC)  # 17:00
    assert (finding.business_date, finding.shift) == (date(2026, 11, 20), day_shift)
    assert Notice.objects.get(recipient=finding.owner).due_at == finding.due_at
    assert [deed.deed for deed in finding.deeds.all()] == ["raised"]


def test_where_nobody_leads_the_raiser_owns_it_and_is_not_told(plant, day_shift):
    assert raised(plant).owner == plant.person("opr", plant.a1)
    assert not Notice.objects.exists()


def test_words_are_needed(plant):
    with pytest.raises(Required):
        raised(plant, text="  ")


@pytest.mark.req("PLN-13")
def test_a_severe_safety_finding_waits_for_somebody_to_take_it_on(led, day_shift):
    finding = raised(led, kind="safety", severity="severe")
    raised(led, kind="safety")

    assert finding.owner is None
    assert list(severe_safety_without_owner(led.a, day_shift, date(2026, 11, 20))) == [finding]
    assert not severe_safety_without_owner(led.b, day_shift, date(2026, 11, 20)).exists()


def test_what_happened_is_never_rewritten(plant):
    finding = raised(plant)
    for write in (lambda: finding.deeds.update(text="Nothing"), lambda: FindingDeed.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_the_database_keeps_the_owner_from_verifying(plant):
    finding = raised(plant)
    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.update(status="verified", done_at=TEN, result="Wiped", verified_by=finding.owner, verified_at=TEN)


def test_an_earlier_finding_of_the_same_item_and_place_is_linked(plant):
    with time_machine.travel(TEN - timedelta(days=7), tick=False):
        first = raised(plant, item_key="T-01-10", area="Press P-03")
        raised(plant, item_key="T-01-10", area="Press P-04")
    again = raised(plant, item_key="T-01-10", area="Press P-03")

    assert earlier_ones(again) == [first]
    assert earlier_ones(raised(plant)) == []


def test_open_findings_of_a_workshop_are_those_below_it(plant):
    finding = raised(plant)
    assert list(open_findings(plant.a)) == [finding]
    assert not open_findings(plant.b).exists()


def test_the_page_shows_who_what_where(led, signed_in, day_shift):
    finding = raised(led)
    text = signed_in(led.person("sup", led.a)).get(f"/findings/{finding.number}").content.decode()

    for words in ("Oil on the aisle", "FND-2026-000001", "tld A1", "opr A1", "20 Nov 17:00"):
        assert words in text
