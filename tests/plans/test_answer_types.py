import pytest
from django.db import IntegrityError, transaction

from core.errors import RuleBroken
from core.refusals import constraint_of
from plans.answers import Judged, evidence_faults, judged
from plans.models import Answer, TemplateItem
from tests.factories.checklists import FRIDAY, make_sheet, template_of

OPTIONS = [
    {"key": "full", "text": "Full", "text_zh": "充足", "abnormal": False},
    {"key": "empty", "text": "Empty", "text_zh": "缺", "abnormal": True},
]


def item(answer_type: str, **more) -> TemplateItem:
    return TemplateItem(key="X-01", text="Oil pressure", text_zh="油压", answer_type=answer_type, **more)


@pytest.mark.req("GEN-04")
@pytest.mark.parametrize(
    ("typed", "kept", "abnormal"),
    [
        ("4.0", "4", False),  # limits are inclusive
        ("6", "6", False),
        ("3.99", "3.99", True),
        ("6.000001", "6.000001", True),
        ("５。５", "5.5", False),
        ("1,234.50", "1234.5", True),
        ("0.00", "0", True),
        ("na", "na", False),
    ],
)
def test_a_number_out_of_its_limits_is_abnormal(typed, kept, abnormal):
    assert judged(item("number", low=4, high=6, unit="bar"), typed, on=FRIDAY) == Judged(kept, abnormal)


@pytest.mark.req("GEN-04")
def test_a_number_may_be_limited_on_one_side_or_on_none():
    assert judged(item("number", low=4), "9999", on=FRIDAY).abnormal is False
    assert judged(item("number", high=0), "0.1", on=FRIDAY).abnormal is True
    assert judged(item("number"), "-273.15", on=FRIDAY) == Judged("-273.15")


@pytest.mark.req("GEN-04")
@pytest.mark.parametrize(
    ("what", "typed", "kept", "abnormal"),
    [
        (item("tick"), "ok", "ok", False),
        (item("tick"), "true", "ok", False),
        (item("ok_ng"), "ok", "ok", False),
        (item("ok_ng"), "ng", "ng", True),
        (item("ok_ng"), "na", "na", False),
        (item("text"), "  Three pallets left  ", "Three pallets left", False),
        (item("text"), "na", "na", False),
        (item("choice", options=OPTIONS), "full", "full", False),
        (item("choice", options=OPTIONS), "empty", "empty", True),
        (item("photo"), "photo", "photo", False),
        (item("date"), "2026-11-20", "2026-11-20", False),  # good on its last day
        (item("date"), "2026-11-19", "2026-11-19", True),
    ],
)
def test_each_type_keeps_its_own_form_and_knows_what_is_abnormal(what, typed, kept, abnormal):
    assert judged(what, typed, on=FRIDAY) == Judged(kept, abnormal)


@pytest.mark.req("GEN-04")
@pytest.mark.parametrize(
    ("what", "typed", "code"),
    [
        (item("tick"), "ng", "unknown_value"),
        (item("ok_ng"), "maybe", "unknown_value"),
        (item("number"), "much", "not_a_number"),
        (item("number"), "1234567890123", "not_a_number"),
        (item("number"), "0.0000001", "not_a_number"),
        (item("text"), "   ", "unknown_value"),
        (item("text"), "x" * 1001, "value_too_long"),
        (item("choice", options=OPTIONS), "half", "unknown_value"),
        (item("photo"), "yes", "unknown_value"),
        (item("date"), "20 November", "not_a_date"),
    ],
)
def test_what_is_no_answer_of_its_type_is_refused_at_the_value(what, typed, code):
    with pytest.raises(RuleBroken) as refused:
        judged(what, typed, on=FRIDAY)

    assert (refused.value.code, refused.value.field) == (code, "value")


def test_an_abnormal_answer_lacks_its_note_and_photo_where_the_item_asks_for_them():
    strict = item("ok_ng", photo_on_ng=True)
    easy = item("ok_ng", note_on_ng=False)
    wrong = Judged("ng", abnormal=True)

    assert [fault.field for fault in evidence_faults(strict, wrong, note=" ", has_photo=False)] == ["note", "photo"]
    assert evidence_faults(strict, wrong, note="Oil", has_photo=True) == []
    assert evidence_faults(easy, wrong, note="", has_photo=False) == []
    assert [fault.code for fault in evidence_faults(item("photo"), Judged("photo"), note="", has_photo=False)] == ["photo_needed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "given", "constraint"),
    [
        ({}, {"value": "ng", "abnormal": True}, "abnormal_answer_has_a_note"),
        ({}, {"value": "ng", "abnormal": False, "note": "Oil"}, "ng_is_abnormal"),
        ({"photo_on_ng": True}, {"value": "ng", "abnormal": True, "note": "Oil"}, "abnormal_answer_has_a_photo"),
        ({"must_look": True}, {"value": "ok", "is_bulk": True}, "must_look_is_never_bulk"),
        ({"rounds": 3}, {"value": "ok", "round": 4}, "answer_round_of_the_item"),
        ({}, {"value": ""}, "answer_has_a_value"),
        ({"answer_type": "number"}, {"value": "3", "abnormal": True, "note": "Low", "is_bulk": True}, "abnormal_answer_is_never_bulk"),
    ],
)
def test_the_database_itself_refuses_an_answer_that_does_not_fit_its_item(plant, day_shift, more, given, constraint):
    asked = template_of([{"key": "X-01", **more}]).versions.get().items.get()
    sheet = make_sheet(plant.a, day_shift, code="X")

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Answer.objects.create(sheet=sheet, item=asked, by=plant.person("sup", plant.a), answered_at=sheet.starts_at, **given)

    assert constraint_of(refused.value) == constraint


@pytest.mark.django_db
def test_an_item_of_another_version_is_no_answer_to_a_sheet(plant, day_shift):
    other = template_of([{"key": "X-01"}]).versions.get().items.get()
    sheet = make_sheet(plant.a, day_shift)

    with pytest.raises(IntegrityError) as refused:
        Answer.objects.create(sheet=sheet, item=other, value="ok", by=plant.person("sup", plant.a), answered_at=sheet.starts_at)

    assert constraint_of(refused.value) == "answer_of_the_sheets_version"
