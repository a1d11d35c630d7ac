from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import Faults
from core.models import Attachment
from plans.errors.sheets import AnswerIdTaken, MissingAnswers, SheetLocked
from plans.models import Answer, Sheet
from plans.services import answer, submit_sheet
from tests.factories.checklists import FRIDAY, make_sheet, tap, taps_for_all
from tests.races import Elsewhere, wait_until_blocked


@pytest.fixture
def sheet(plant, day_shift):
    return make_sheet(plant.a, day_shift)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


def current(sheet):
    return dict(Answer.objects.filter(sheet=sheet, is_current=True).values_list("item__key", "value"))


@pytest.mark.req("PLN-03")
@pytest.mark.django_db
def test_ng_without_a_note_is_refused_and_nothing_of_the_batch_is_kept(sheet, sup):
    with pytest.raises(Faults) as refused:
        answer(sheet=sheet, answers=[tap(1), tap(10, "ng", "  ")], by=sup)

    fault = refused.value.faults[0]
    assert (fault.field, fault.code) == ("answers.1.note", "note_needed")
    assert current(sheet) == {}


@pytest.mark.req("PLN-03")
@pytest.mark.django_db
def test_the_database_itself_refuses_ng_without_a_note(sheet, sup):
    item = sheet.version.items.get(key="T-01-10")
    with pytest.raises(IntegrityError):
        Answer.objects.create(sheet=sheet, item=item, value="ng", by=sup, answered_at=timezone.now())


@pytest.mark.req("PLN-03")
@pytest.mark.django_db
def test_submit_with_a_required_item_empty_is_refused_and_names_it(sheet, sup):
    answer(sheet=sheet, answers=[given for given in taps_for_all(sheet) if given.item not in ("T-01-05", "T-01-13")], by=sup)

    with pytest.raises(MissingAnswers) as refused:
        submit_sheet(sheet=sheet, by=sup)

    assert refused.value.figures["items"] == [{"item": "T-01-13", "label": "Everyone works to standard"}]
    sheet.refresh_from_db()
    assert sheet.status == "open"


@pytest.mark.req("PLN-03")
@pytest.mark.django_db
def test_an_edit_after_submit_is_refused_with_403(sheet, sup):
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    submit_sheet(sheet=sheet, by=sup)

    with pytest.raises(SheetLocked) as refused:
        answer(sheet=sheet, answers=[tap(3, "na")], by=sup)

    assert (refused.value.status, refused.value.code) == (403, "sheet_locked")
    assert "sup A submitted this sheet" in str(refused.value)


@pytest.mark.req("PLN-03")
@pytest.mark.django_db
def test_the_database_itself_keeps_a_submitted_sheet(sheet, sup):
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    submit_sheet(sheet=sheet, by=sup)

    with pytest.raises(IntegrityError):
        Answer.objects.filter(sheet=sheet).update(value="na")


@pytest.mark.django_db
def test_the_optional_item_may_stay_empty(sheet, sup):
    answer(sheet=sheet, answers=[given for given in taps_for_all(sheet) if given.item != "T-01-05"], by=sup)

    assert submit_sheet(sheet=sheet, by=sup).status == Sheet.Status.SUBMITTED


@pytest.mark.django_db
def test_a_later_answer_takes_the_earlier_ones_place_and_both_stay(sheet, sup, plant):
    answer(sheet=sheet, answers=[tap(10)], by=sup)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil under the press")], by=plant.person("wsm", plant.a))

    assert current(sheet) == {"T-01-10": "ng"}
    assert list(Answer.objects.filter(sheet=sheet).order_by("saved_at").values_list("value", "by__name")) == [
        ("ok", "sup A"),
        ("ng", "wsm A"),
    ]


@pytest.mark.django_db
def test_of_two_answers_to_one_item_in_a_batch_the_last_is_current(sheet, sup):
    answer(sheet=sheet, answers=[tap(10), tap(10, "na")], by=sup)

    assert current(sheet) == {"T-01-10": "na"}


@pytest.mark.django_db
def test_sending_an_answer_again_changes_nothing_even_after_submit(sheet, sup):
    batch = taps_for_all(sheet)
    answer(sheet=sheet, answers=batch, by=sup)
    answer(sheet=sheet, answers=batch, by=sup)
    submit_sheet(sheet=sheet, by=sup)

    answer(sheet=sheet, answers=batch[:3], by=sup)

    assert Answer.objects.filter(sheet=sheet).count() == 25


@pytest.mark.django_db
def test_an_answer_id_used_for_something_else_is_refused(sheet, sup, plant, day_shift):
    given = tap(1)
    answer(sheet=sheet, answers=[given], by=sup)

    for other in (replace(given, value="na"), replace(given, item="T-01-02")):
        with pytest.raises(AnswerIdTaken):
            answer(sheet=sheet, answers=[other], by=sup)
    with pytest.raises(AnswerIdTaken):
        answer(sheet=make_sheet(plant.b, day_shift), answers=[given], by=sup)
    with pytest.raises(AnswerIdTaken):
        answer(sheet=sheet, answers=[tap(7), same_id := tap(8), replace(same_id, item="T-01-09")], by=sup)


@pytest.mark.django_db
def test_everything_wrong_in_a_batch_is_named_at_once(sheet, sup, plant):
    theirs = Attachment.objects.create(suffix=".jpg", content_type="image/jpeg", size=1, sha256="0", by_no="S9")
    batch = [tap("T-02-01"), tap(2, "yes"), tap(3, round=2), tap(4, "ng", "x" * 1001), tap(5, photo=uuid4()), tap(6, photo=theirs.pk)]

    with pytest.raises(Faults) as refused:
        answer(sheet=sheet, answers=batch, by=sup)

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("answers.0.item", "unknown_item"),
        ("answers.1.value", "unknown_value"),
        ("answers.2.round", "unknown_round"),
        ("answers.3.note", "note_too_long"),
        ("answers.4.photo", "unknown_photo"),
        ("answers.5.photo", "unknown_photo"),
    ]


@pytest.mark.django_db
def test_a_photo_of_ones_own_goes_with_the_answer(sheet, sup):
    photo = Attachment.objects.create(suffix=".jpg", content_type="image/jpeg", size=1, sha256="0", by_no=sup.staff_no)

    (kept,) = answer(sheet=sheet, answers=[tap(10, "ng", "Oil", photo=photo.pk)], by=sup)

    assert kept.photo == photo


@pytest.mark.django_db
def test_who_rewrites_anothers_note_keeps_the_photo_but_not_one_of_another_sheet(sheet, sup, plant, day_shift):
    photo = Attachment.objects.create(suffix=".jpg", content_type="image/jpeg", size=1, sha256="0", by_no=sup.staff_no)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", photo=photo.pk)], by=sup)
    wsm = plant.person("wsm", plant.a)

    (kept,) = answer(sheet=sheet, answers=[tap(10, "ng", "Oil, wiped", photo=photo.pk)], by=wsm)
    assert kept.photo == photo
    other = make_sheet(plant.a, day_shift, FRIDAY - timedelta(days=1))
    with pytest.raises(Faults):
        answer(sheet=other, answers=[tap(10, "ng", "Oil", photo=photo.pk)], by=wsm)


@pytest.mark.django_db
def test_a_tablet_whose_clock_runs_ahead_does_not_answer_in_the_future(sheet, sup):
    moment = timezone.now()
    early, late = answer(
        sheet=sheet,
        answers=[tap(1, answered_at=moment - timedelta(minutes=9)), tap(2, answered_at=moment + timedelta(hours=1))],
        by=sup,
    )

    assert early.answered_at == moment - timedelta(minutes=9)
    assert late.answered_at < timezone.now()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [1, 25])
def test_saving_answers_costs_at_most_6_statements_however_many(sheet, sup, count):
    sheet = Sheet.objects.get(pk=sheet.pk)
    batch = taps_for_all(sheet)[:count]

    with CaptureQueriesContext(connection) as statements:
        answer(sheet=sheet, answers=batch, by=sup)

    own = [query["sql"] for query in statements.captured_queries if query["sql"] not in ("BEGIN", "COMMIT")]
    assert len(own) <= 6, "\n".join(own)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_answering_the_same_item_the_second_waits_and_exactly_one_is_current(sheet, sup, plant):
    wsm = plant.person("wsm", plant.a)
    with transaction.atomic():
        answer(sheet=sheet, answers=[tap(10)], by=sup)
        other = Elsewhere(lambda: answer(sheet=sheet, answers=[tap(10, "ng", "Oil")], by=wsm))
        wait_until_blocked()

    assert other.outcome == "done"
    assert current(sheet) == {"T-01-10": "ng"}
    assert Answer.objects.filter(sheet=sheet).count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_sent_twice_at_once_is_kept_once(sheet, sup):
    given = tap(10)
    with transaction.atomic():
        answer(sheet=sheet, answers=[given], by=sup)
        other = Elsewhere(lambda: answer(sheet=sheet, answers=[given], by=sup))
        wait_until_blocked()

    assert other.outcome == "done"
    assert Answer.objects.filter(sheet=sheet).count() == 1


@pytest.mark.req("PLN-03")
@pytest.mark.django_db
def test_a_second_person_adds_words_to_an_answer_and_its_photo_stays(sheet, sup, plant):
    photo = Attachment.objects.create(suffix=".jpg", content_type="image/jpeg", size=1, sha256="0", by_no=sup.staff_no)
    answer(sheet=sheet, answers=[tap(10, "ng", "Oil", photo=photo.pk)], by=sup)

    (kept,) = answer(sheet=sheet, answers=[tap(10, "ng", "Oil, wiped up", photo=photo.pk)], by=plant.person("wsm", plant.a))

    assert (kept.photo, kept.note) == (photo, "Oil, wiped up")


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("PLN-03")
def test_of_two_people_submitting_at_once_one_is_told_it_is_locked(sheet, sup, plant):
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)
    wsm = plant.person("wsm", plant.a)
    with transaction.atomic():
        submit_sheet(sheet=sheet, by=sup)
        other, again = Elsewhere(lambda: submit_sheet(sheet=sheet, by=wsm)), Elsewhere(lambda: submit_sheet(sheet=sheet, by=sup))
        late = Elsewhere(lambda: answer(sheet=sheet, answers=[tap(1, "na")], by=wsm))
        wait_until_blocked(3)

    assert (other.outcome, again.outcome, late.outcome) == ("SheetLocked", "done", "SheetLocked")
    sheet.refresh_from_db()
    assert sheet.submitted_by == sup
