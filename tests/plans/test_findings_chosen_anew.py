"""Second thoughts of whoever answered NG: what is chosen for the finding after it was made (PLN-03, PLN-11)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from plans.errors.findings import DueInThePast, FindingTakenUp
from plans.models import Answer, Finding, FindingKind
from plans.services import FindingInput, answer, comment_on
from tests.factories.checklists import make_sheet, tap

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def wsm(plant):
    return plant.person("wsm", plant.a)


def say(sheet, by, note="Oil", **chosen):
    answer(sheet=sheet, answers=[tap(10, "ng", note, finding=FindingInput(**chosen))], by=by)
    return Answer.objects.select_related("finding").get(sheet=sheet, item__key="T-01-10", is_current=True).finding


def refusal(kind, sheet, by, **chosen):
    with pytest.raises(kind) as refused, transaction.atomic():
        say(sheet, by, **chosen)
    return refused.value


@pytest.mark.req("PLN-11")
def test_owner_due_severity_and_words_chosen_after_the_finding_was_made_reach_it(sheet, sup, wsm):
    first = say(sheet, sup, "Oi")
    due_at = first.due_at + timedelta(hours=3)

    finding = say(sheet, sup, "Oil at press 3", owner=wsm.staff_no, due_at=due_at, severity="severe")

    assert finding == first
    assert (finding.text, finding.owner, finding.due_at, finding.severity) == ("Oil at press 3", wsm, due_at, "severe")
    assert list(finding.deeds.order_by("pk").values_list("deed", "text")) == [
        ("raised", ""),
        ("reworded", "Oi"),
        ("handed_over", ""),
        ("due_changed", "The answer was corrected."),
        ("severity_changed", ""),
    ]


def test_the_same_choices_again_and_none_change_nothing(sheet, sup, wsm):
    first = say(sheet, sup, owner=wsm.staff_no, severity="severe")
    again = say(sheet, sup, owner=wsm.staff_no, due_at=first.due_at, severity="severe")
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil")], by=sup)

    assert (again, again.version, again.deeds.count(), Finding.objects.count()) == (first, first.version, 1, 1)


def test_what_turns_out_to_be_about_safety_becomes_a_safety_finding_with_its_rules(sheet, sup):
    first = say(sheet, sup)

    finding = say(sheet, sup, severity="severe", is_safety=True)

    assert (finding.kind, finding.owner, finding.status) == (FindingKind.SAFETY, None, "open")
    first.refresh_from_db()
    assert first.status == Finding.Status.CANCELLED


def test_changed_by_its_raiser_alone_it_is_still_given_up_with_the_answer(sheet, sup, wsm):
    say(sheet, sup)
    finding = say(sheet, sup, owner=wsm.staff_no, severity="severe")

    answer(sheet=sheet, answers=[tap(10)], by=sup)

    finding.refresh_from_db()
    assert finding.status == Finding.Status.CANCELLED


def test_once_somebody_works_on_it_other_choices_are_refused_at_the_answer_and_nothing_is_kept(sheet, sup, wsm):
    finding = say(sheet, sup)
    comment_on(finding=finding, text="On it", by=wsm)

    refused = refusal(FindingTakenUp, sheet, sup, note="Oil, much", severity="severe")

    assert (refused.field, finding.number in str(refused)) == ("answers.0.finding", True)
    assert Answer.objects.get(sheet=sheet, item__key="T-01-10", is_current=True).note == "Oil"
    kept = say(sheet, sup, note="Oil, much")
    assert (kept, kept.text) == (finding, "Oil")


def test_a_due_time_that_is_over_is_refused_at_its_field(sheet, sup):
    say(sheet, sup)

    refused = refusal(DueInThePast, sheet, sup, due_at=timezone.now() - timedelta(hours=1))

    assert refused.field == "answers.0.finding.due_at"


def test_who_repeats_the_answer_of_another_changes_nothing_about_their_finding(sheet, sup, wsm):
    finding = say(sheet, sup)

    kept = say(sheet, wsm, note="Oil and water", severity="severe")

    assert (kept, kept.severity, kept.text) == (finding, finding.severity, "Oil")
