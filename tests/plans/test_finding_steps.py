"""What happens to a finding: put right, verified by somebody else, reopened, handed over (PLN-11)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import transaction

from core.errors import StaleVersion
from core.models import Attachment
from people.models import Notice, OrgSpan
from plans.errors.findings import AfterPhotoNeeded, DueInThePast, FindingClosed, OverdueByOwner, OwnFinding, ResultNeeded, SameOwner
from plans.errors.orders import ReasonNeeded
from plans.errors.status import WrongStatus
from plans.models import Finding
from plans.services import (
    add_photo,
    cancel_finding,
    change_due,
    change_severity,
    comment_on,
    hand_over,
    put_right,
    raise_finding,
    reopen_finding,
    verify_finding,
)
from tests.races import Elsewhere, wait_until_blocked

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10:00 at the plant
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def leader(plant, day_shift):
    leader = plant.person("tld", plant.a1)
    OrgSpan.objects.filter(node=plant.a1).update(leader=leader)
    return leader


@pytest.fixture
def manager(plant):
    return plant.person("wsm", plant.a)


@pytest.fixture
def finding(plant, leader):
    return raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=plant.person("opr", plant.a1))


def picture(name="p"):
    return Attachment.objects.create(
        file=ContentFile(b"x", name=f"{name}.jpg"), suffix=".jpg", content_type="image/jpeg", size=1, sha256="0" * 64, by_no="X"
    )


def open_notices(person):
    return set(Notice.objects.filter(recipient=person, done_at=None).values_list("kind", flat=True))


@pytest.mark.req("PLN-11")
def test_it_is_put_right_with_a_result_and_verified_by_somebody_else(finding, leader, manager):
    with pytest.raises(ResultNeeded):
        put_right(finding=finding, result=" ", by=leader)
    put_right(finding=finding, result="Wiped, hose clamped", by=leader)
    assert open_notices(leader) == set()
    assert open_notices(manager) == {"finding.verify"}
    with pytest.raises(OwnFinding):
        verify_finding(finding=finding, by=leader)

    kept = verify_finding(finding=finding, by=manager)

    assert (kept.status, kept.verified_by, kept.result) == ("verified", manager, "Wiped, hose clamped")
    assert open_notices(manager) == set()
    assert [deed.deed for deed in kept.deeds.order_by("pk")] == ["raised", "done", "verified"]


@pytest.mark.req("PLN-11")
def test_whoever_put_it_right_for_the_owner_does_not_verify_it_either(finding, manager):
    put_right(finding=finding, result="Wiped", by=manager)
    with pytest.raises(OwnFinding):
        verify_finding(finding=finding, by=manager)


@pytest.mark.req("PLN-11")
def test_reopening_needs_a_reason_counts_and_comes_back_to_the_owner(finding, leader, manager):
    put_right(finding=finding, result="Wiped", by=leader)
    with pytest.raises(ReasonNeeded):
        reopen_finding(finding=finding, reason="", by=manager)

    kept = reopen_finding(finding=finding, reason="Oil again", by=manager)

    assert (kept.status, kept.reopen_count, kept.done_at, kept.result) == ("open", 1, None, "")
    assert open_notices(leader) == {"finding.owned"}
    put_right(finding=kept, result="Hose changed", by=leader)
    assert verify_finding(finding=kept, by=manager).reopen_count == 1


@pytest.mark.req("PLN-11")
def test_what_was_shown_before_is_shown_after(finding, leader):
    add_photo(finding=finding, photo=picture("b"), side="before", by=leader)
    with pytest.raises(AfterPhotoNeeded):
        put_right(finding=finding, result="Wiped", by=leader)

    put_right(finding=finding, result="Wiped", by=leader, photo=picture("a"))

    assert sorted(finding.photos.values_list("side", flat=True)) == ["after", "before"]


def test_a_step_is_taken_once(finding, leader, manager):
    put_right(finding=finding, result="Wiped", by=leader)
    with pytest.raises(WrongStatus):
        put_right(finding=finding, result="Wiped", by=leader)
    verify_finding(finding=finding, by=manager)
    with pytest.raises(WrongStatus):
        cancel_finding(finding=finding, reason="None", by=manager)
    with pytest.raises(FindingClosed):
        add_photo(finding=finding, photo=picture(), side="after", by=leader)


@pytest.mark.req("PLN-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_verifiers_at_once_one_is_refused(finding, leader, manager, plant):
    put_right(finding=finding, result="Wiped", by=leader)
    other = plant.person("mgr")
    with transaction.atomic():
        verify_finding(finding=finding, by=manager)
        second = Elsewhere(lambda: verify_finding(finding=finding, by=other))
        wait_until_blocked()

    assert second.outcome == "WrongStatus"
    assert Finding.objects.get().verified_by == manager


def test_a_stale_page_changes_nothing(finding, leader, manager):
    seen = finding.version
    change_severity(finding=finding, severity="severe", by=manager)
    with pytest.raises(StaleVersion):
        put_right(finding=finding, result="Wiped", by=leader, version=seen)
    assert Finding.objects.get().status == "open"


@pytest.mark.req("PLN-11")
def test_handing_over_tells_both_and_the_trail_names_both(finding, leader, manager, plant):
    mechanic = plant.person("mnt")
    with pytest.raises(SameOwner):
        hand_over(finding=finding, owner=leader, by=manager)

    hand_over(finding=finding, owner=mechanic, by=manager, text="Needs a hose")

    assert open_notices(mechanic) == {"finding.owned"}
    assert open_notices(leader) == {"finding.handed"}
    deed = finding.deeds.get(deed="handed_over")
    assert (deed.person_before, deed.person_after, deed.text) == (leader, mechanic, "Needs a hose")


@pytest.mark.req("PLN-11")
def test_more_time_needs_a_reason_and_no_owner_who_is_late_gives_it_to_themself(finding, leader, manager):
    later = TEN + timedelta(days=2)
    with pytest.raises(ReasonNeeded):
        change_due(finding=finding, due_at=later, reason="", by=leader)
    with pytest.raises(DueInThePast):
        change_due(finding=finding, due_at=TEN - timedelta(hours=1), reason="Part", by=leader)
    change_due(finding=finding, due_at=later, reason="Part ordered", by=leader)
    assert Notice.objects.get(recipient=leader).due_at == later
    with time_machine.travel(later + timedelta(hours=1), tick=False):
        with pytest.raises(OverdueByOwner):
            change_due(finding=finding, due_at=later + timedelta(days=1), reason="Part", by=leader)
        kept = change_due(finding=finding, due_at=later + timedelta(days=1), reason="Part late", by=manager)
    assert kept.escalates_at == later + timedelta(days=1)
    assert [deed.text for deed in kept.deeds.filter(deed="due_changed")] == ["Part ordered", "Part late"]


def test_a_comment_tells_owner_and_raiser_but_not_its_writer(finding, leader, plant):
    raiser = plant.person("opr", plant.a1)
    comment_on(finding=finding, text="Which aisle?", by=leader)
    assert "finding.comment" in open_notices(raiser)
    assert "finding.comment" not in open_notices(leader)


def test_cancelling_needs_a_reason_and_is_the_end(finding, leader, manager):
    with pytest.raises(ReasonNeeded):
        cancel_finding(finding=finding, reason=" ", by=manager)
    kept = cancel_finding(finding=finding, reason="Water, not oil", by=manager)
    assert (kept.status, kept.cancel_reason, kept.escalates_at) == ("cancelled", "Water, not oil", None)
    assert open_notices(leader) == set()
    with pytest.raises(WrongStatus):
        reopen_finding(finding=kept, reason="Still there", by=manager)


@pytest.mark.req("PLN-13")
def test_taking_on_a_severe_safety_finding_settles_the_call_for_an_owner(plant, leader, manager):
    OrgSpan.objects.filter(node=plant.a).update(leader=manager)
    finding = raise_finding(kind="safety", severity="severe", node=plant.a1, text="Guard open", by=plant.person("opr", plant.a1))
    assert open_notices(leader) == open_notices(manager) == {"finding.unowned"}

    hand_over(finding=finding, owner=leader, by=leader)

    assert open_notices(leader) == open_notices(manager) == set()
