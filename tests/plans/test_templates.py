from datetime import date

import pytest

from core.errors import Faults
from plans.errors import AlreadyAssigned, EndsBeforeStart, NothingChanged, UnknownItem, VersionMovedOn
from plans.models import TemplateItem
from plans.services import assign_template, publish_new_version
from tests.factories.checklists import FRIDAY, make_sheet, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def adm(plant):
    return plant.person("adm")


@pytest.mark.req("PLN-01")
def test_editing_a_label_makes_version_2_and_yesterdays_sheet_still_shows_version_1(plant, day_shift, adm):
    yesterday = make_sheet(plant.a, day_shift)
    template = shipped()

    version = publish_new_version(template=template, changes={"T-01-02": {"text": "Floor and aisles", "text_zh": "地面与通道"}}, by=adm)

    assert version.number == 2
    assert version.published_by == adm
    assert version.items.get(key="T-01-02").text_zh == "地面与通道"
    yesterday.refresh_from_db()
    assert yesterday.version.number == 1
    assert yesterday.version.items.get(key="T-01-02").text == "Department environment and hygiene"
    assert make_sheet(plant.b, day_shift).version == version


@pytest.mark.req("PLN-01")
def test_a_new_version_keeps_the_25_items_in_their_4_blocks(adm):
    version = publish_new_version(template=shipped(), changes={"T-01-05": {"is_required": True}}, by=adm)

    assert [block.items.count() for block in version.blocks.order_by("order")] == [4, 5, 11, 5]
    assert not version.items.filter(is_required=False).exists()
    assert list(version.items.order_by("order").values_list("key", flat=True)) == [f"T-01-{n:02d}" for n in range(1, 26)]


def test_a_published_version_is_never_edited(adm):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        TemplateItem.objects.filter(key="T-01-01").update(text="Something else")


def test_a_label_left_blank_is_refused_at_its_field_in_each_language(adm):
    with pytest.raises(Faults) as refused:
        publish_new_version(template=shipped(), changes={"T-01-01": {"text": " ", "text_zh": ""}, "T-01-02": {"text": "x"}}, by=adm)

    assert [fault.field for fault in refused.value.faults] == ["T-01-01-text", "T-01-01-text_zh"]
    assert shipped().versions.count() == 1


def test_no_change_makes_no_version(adm):
    with pytest.raises(NothingChanged) as refused:
        publish_new_version(template=shipped(), changes={"T-01-01": {"text": "Arrive 10 min early"}}, by=adm)

    assert refused.value.figures["version"] == 1


def test_what_is_not_on_the_template_is_refused(adm):
    with pytest.raises(UnknownItem):
        publish_new_version(template=shipped(), changes={"T-09-01": {"text": "x"}}, by=adm)


def test_a_page_opened_before_the_last_version_is_stale(plant, adm):
    publish_new_version(template=shipped(), changes={"T-01-01": {"text": "Come early"}}, by=adm, seen=1)

    with pytest.raises(VersionMovedOn) as refused:
        publish_new_version(template=shipped(), changes={"T-01-01": {"text": "Be early"}}, by=plant.person("mgr"), seen=1)

    assert str(refused.value) == "adm P published version 2 meanwhile. What you typed is kept here."


def test_a_template_is_assigned_to_a_place_and_shift_once(plant, day_shift, adm):
    given = {"template": shipped(), "node": plant.a, "shift": day_shift, "by": adm}
    assign_template(starts_on=FRIDAY, **given)

    with pytest.raises(AlreadyAssigned):
        assign_template(starts_on=date(2027, 1, 1), **given)


def test_an_assignment_does_not_end_before_it_starts(plant, day_shift, adm):
    with pytest.raises(EndsBeforeStart):
        assign_template(template=shipped(), node=plant.a, shift=day_shift, starts_on=FRIDAY, ends_on=date(2026, 11, 19), by=adm)
