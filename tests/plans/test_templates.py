from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Faults, StaleVersion
from plans.contents import Area, Block, Content, Item, Option, as_data, read_content
from plans.errors.orders import CodeTaken
from plans.errors.templates import DraftThere, NothingChanged, VersionMovedOn
from plans.models import ChecklistTemplate, TemplateItem, TemplateVersion
from plans.selectors.templates import Change, changes_between, content_of, draft_of
from plans.services import (
    Seen,
    copy_template,
    create_template,
    discard_draft,
    edit_template,
    export_template,
    import_template,
    publish_draft,
    save_draft,
)
from tests.factories.checklists import FRIDAY, make_sheet, publish_change, shipped

pytestmark = pytest.mark.django_db

THREE_BLOCKS = Content(
    blocks=(
        Block("opening", "Opening", "开门前", "start", 0),
        Block("running", "Running", "营业中", "end", -60),
        Block("closing", "Closing", "关门后", "end", 0, before_sign_off=True),
    ),
    areas=(Area("lobby", "Lobby", "大厅", "Ground floor, north", "一楼北"),),
    items=(
        Item("L-01", "opening", "Lights on", "开灯", area="lobby", type="tick"),
        Item("L-02", "running", "Queue", "排队人数", type="number", low=Decimal(0), high=Decimal("20.5"), unit="pers", rounds=3),
        Item("L-03", "closing", "Safe locked", "保险柜已锁", severity="severe", must_look=True, photo_on_ng=True),
    ),
    default_rounds=2,
)


@pytest.fixture
def adm(plant):
    return plant.person("adm")


@pytest.fixture
def mgr(plant):
    return plant.person("mgr")


def changed(content: Content, key: str, **values) -> Content:
    return replace(content, items=tuple(replace(item, **values) if item.key == key else item for item in content.items))


@pytest.mark.req("PLN-01")
def test_editing_a_label_makes_version_2_and_yesterdays_sheet_still_shows_version_1(plant, day_shift, adm, signed_in):
    yesterday = make_sheet(plant.a, day_shift, FRIDAY - timedelta(days=1))
    template = shipped()
    content = changed(content_of(template.versions.get()), "T-01-02", text="Floor and aisles", text_zh="地面与通道")

    save_draft(template=template, content=content, by=adm)
    assert make_sheet(plant.a, day_shift, code="T-02").version.number == 1
    version = publish_draft(template=template, by=adm)

    assert (version.number, version.published_by) == (2, adm)
    assert version.items.get(key="T-01-02").text_zh == "地面与通道"
    yesterday.refresh_from_db()
    assert yesterday.version.number == 1
    assert yesterday.version.items.get(key="T-01-02").text == "Department environment and hygiene"
    today = make_sheet(plant.a, day_shift)
    assert today.version == version

    client = signed_in(plant.person("sup", plant.a))
    shown = {sheet.business_date: client.get(f"/sheets/{sheet.pk}").content.decode() for sheet in (yesterday, today)}
    assert "Department environment and hygiene" in shown[yesterday.business_date]
    assert "Floor and aisles" not in shown[yesterday.business_date]
    assert "Floor and aisles" in shown[today.business_date]


@pytest.mark.req("PLN-01")
def test_a_new_version_keeps_the_25_items_in_their_4_blocks(adm):
    version = publish_change(shipped(), {"T-01-05": {"required": True}}, by=adm)

    assert [block.items.count() for block in version.blocks.order_by("order")] == [4, 5, 11, 5]
    assert not version.items.filter(is_required=False).exists()
    assert list(version.items.order_by("order").values_list("key", flat=True)) == [f"T-01-{n:02d}" for n in range(1, 26)]


@pytest.mark.req("GEN-03")
def test_a_new_template_of_three_blocks_needs_no_change_of_code(adm):
    template = create_template(code="L-1", name="Lobby", name_zh="大厅", content=THREE_BLOCKS, by=adm)
    version = publish_draft(template=template, by=adm)

    assert content_of(version) == THREE_BLOCKS
    assert [item.rounds for item in version.items.order_by("order")] == [2, 3, 2]


def test_a_published_version_is_never_edited(adm):
    version = shipped().versions.get()
    for rows, values in (
        (TemplateItem.objects.filter(version=version), {"text": "Something else"}),
        (version.blocks.all(), {"due_minutes": 1}),
        (TemplateVersion.objects.filter(pk=version.pk), {"default_rounds": 2}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_a_draft_may_lack_words_and_a_version_may_not(adm):
    content = changed(content_of(shipped().versions.get()), "T-01-01", text="", text_zh="")
    draft = save_draft(template=shipped(), content=replace(content, blocks=(*content.blocks, Block("late", "Later"))), by=adm)

    with pytest.raises(Faults) as refused:
        publish_draft(template=shipped(), by=adm)

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("blocks.4.name_zh", "required"),
        ("blocks.4.name", "empty_block"),
        ("items.0.text", "required"),
        ("items.0.text_zh", "required"),
    ]
    draft.refresh_from_db()
    assert draft.published_at is None


def test_what_cannot_be_kept_is_refused_and_the_draft_stays(adm):
    template = shipped()
    good = content_of(template.versions.get())
    save_draft(template=template, content=good, by=adm)
    bad = changed(good, "T-01-01", type="number", low=Decimal(6), high=Decimal(4))
    bad = changed(changed(bad, "T-01-02", type="choice"), "T-01-03", unit="bar")

    with pytest.raises(Faults) as refused:
        save_draft(template=template, content=bad, by=adm)

    assert [fault.field for fault in refused.value.faults] == ["items.0.low", "items.1.options", "items.2.unit"]
    assert content_of(draft_of(template)) == good


def test_no_change_makes_no_version(adm):
    save_draft(template=shipped(), content=content_of(shipped().versions.get()), by=adm)

    with pytest.raises(NothingChanged) as refused:
        publish_draft(template=shipped(), by=adm)

    assert refused.value.figures["version"] == 1


def test_a_page_opened_before_somebody_saved_is_stale(adm, mgr):
    content = content_of(shipped().versions.get())
    save_draft(template=shipped(), content=content, by=adm, seen=Seen(1))
    save_draft(template=shipped(), content=changed(content, "T-01-01", text="Be early"), by=mgr, seen=Seen(2, 1))

    for seen in (Seen(1), Seen(2, 1)):
        with pytest.raises(StaleVersion) as refused:
            save_draft(template=shipped(), content=content, by=adm, seen=seen)
        assert refused.value.figures["who"] == "mgr P"
    assert content_of(draft_of(shipped())).items[0].text == "Be early"


def test_a_page_opened_before_the_last_version_is_stale(adm, mgr):
    publish_change(shipped(), {"T-01-01": {"text": "Come early"}}, by=adm)

    for seen in (Seen(1), Seen(2, 1)):
        with pytest.raises(VersionMovedOn) as refused:
            save_draft(template=shipped(), content=Content(), by=mgr, seen=seen)
        assert str(refused.value) == "adm P published version 2 meanwhile. What you typed is kept here."


def test_a_discarded_draft_leaves_the_version_and_a_template_that_never_had_one_goes_with_it(adm):
    save_draft(template=shipped(), content=Content(), by=adm)
    discard_draft(template=shipped(), by=adm, seen=Seen(2, 1))
    assert shipped().versions.get().published_at is not None

    discard_draft(template=create_template(code="L-1", name="Lobby", by=adm), by=adm)
    assert not ChecklistTemplate.objects.filter(code="L-1").exists()


def test_saving_a_draft_costs_the_same_however_many_items(adm):
    few = create_template(code="L-1", name="Lobby", content=THREE_BLOCKS, by=adm)
    many = copy_template(template=shipped("T-04"), code="T-44", name="Tour", by=adm)
    costs = []
    for template in (few, many):
        content = content_of(draft_of(template))
        with CaptureQueriesContext(connection) as statements:
            save_draft(template=template, content=content, by=adm)
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_a_template_needs_a_code_of_its_own_and_a_name(adm):
    with pytest.raises(CodeTaken):
        create_template(code="T-01", name="Mine", by=adm)
    with pytest.raises(Faults) as refused:
        create_template(code=" ", name="", name_zh="字" * 201, by=adm)
    assert [fault.field for fault in refused.value.faults] == ["code", "name", "name_zh"]


def test_a_copy_asks_the_same_under_keys_of_its_own(adm):
    template = copy_template(template=shipped("T-04"), code="T-44", name="Night tour", name_zh="夜间巡查", by=adm)
    copied, source = content_of(draft_of(template)), content_of(shipped("T-04").versions.get())

    assert copied.items[0].key == "T-44-01"
    assert copied == replace(source, items=tuple(replace(item, key=item.key.replace("T-04", "T-44")) for item in source.items))


def test_a_retired_template_is_kept_with_its_name(adm):
    edit_template(template=shipped(), name="Day", name_zh="一天", is_retired=True, by=adm)

    template = shipped()
    assert (template.name, template.name_zh, template.is_retired) == ("Day", "一天", True)
    assert template.events.count() == 2


# --- what changed ---


def test_the_difference_of_two_versions_names_what_was_added_removed_changed_and_moved():
    first, second, third = THREE_BLOCKS.items
    after = replace(
        THREE_BLOCKS,
        default_rounds=3,
        areas=(),
        blocks=(*THREE_BLOCKS.blocks[:2], replace(THREE_BLOCKS.blocks[2], due_minutes=-5)),
        items=(
            replace(first, area="", text_zh="打开灯"),
            replace(third, block="running", required=False),
            second,
            Item("L-04", "closing", "Doors", "门窗"),
        ),
    )

    told = [
        (change.what, change.part, change.key, change.field, change.before, change.after) for change in changes_between(THREE_BLOCKS, after)
    ]

    assert told == [
        ("changed", "template", "", "default_rounds", 2, 3),
        ("changed", "block", "closing", "due_minutes", 0, -5),
        ("removed", "area", "lobby", "", None, None),
        ("changed", "item", "L-01", "text_zh", "开灯", "打开灯"),
        ("changed", "item", "L-01", "area", "lobby", ""),
        ("changed", "item", "L-03", "block", "closing", "running"),
        ("changed", "item", "L-03", "required", True, False),
        ("moved", "item", "L-03", "", None, None),
        ("added", "item", "L-04", "", None, None),
    ]


def test_only_what_was_moved_counts_as_moved():
    content = content_of(shipped().versions.get())
    items = list(content.items)
    items.insert(15, items.pop(9))

    assert changes_between(content, replace(content, items=tuple(items))) == [
        Change("moved", "item", "T-01-10", "Machines and tools used and maintained normally")
    ]


# --- files ---


@pytest.mark.parametrize("code", ["T-01", "T-04", "T-06", "T-12"])
def test_a_template_goes_out_and_comes_back_the_same(adm, code):
    data = export_template(shipped(code).versions.get())
    template = import_template(data=data | {"code": "X-9"}, by=adm)

    assert export_template(draft_of(template)) == data | {"code": "X-9"}
    assert template.versions.get().published_at is None


def test_every_field_goes_out_and_comes_back():
    content = changed(THREE_BLOCKS, "L-01", type="choice", options=(Option("a", "Full", "满"), Option("b", "Empty", "空", abnormal=True)))

    assert read_content(as_data(content)) == content


def test_a_file_of_a_known_code_becomes_the_draft_of_its_next_version(adm, mgr):
    data = export_template(shipped("T-12").versions.get())
    with pytest.raises(NothingChanged):
        import_template(data=data, by=adm)

    data["items"][0]["text"] = "Runs"
    import_template(data=data, by=adm)

    assert (draft_of(shipped("T-12")).number, shipped("T-12").versions.count()) == (2, 2)
    with pytest.raises(DraftThere) as refused:
        import_template(data=data, by=mgr)
    assert "adm P" in str(refused.value)


def test_every_fault_of_a_file_is_named_at_its_place_and_nothing_is_kept(adm):
    data = {
        "code": "X-9",
        "name": "",
        "colour": "red",
        "default_rounds": 13,
        "blocks": [{"key": "a", "name": "A", "due_anchor": "noon", "due_minutes": "5"}, {"key": "a", "name": "B"}],
        "items": [
            {"key": "X-1", "block": "b", "text": "One", "text_zh": "一", "area": "hall"},
            {"key": "X-1", "block": "a", "text_zh": "二", "type": "number", "low": "much", "rounds": 0},
            {"key": "X-3", "block": "a", "text": "Three", "text_zh": "三", "type": "choice", "options": [{"key": "x", "word": "X"}]},
            "four",
        ],
    }

    with pytest.raises(Faults) as refused:
        import_template(data=data, by=adm)

    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("default_rounds", "not_rounds"),
        ("blocks.0.due_anchor", "unknown"),
        ("blocks.0.due_minutes", "invalid"),
        ("blocks.1.key", "key_twice"),
        ("items.1.text", "required"),
        ("items.1.low", "not_a_number"),
        ("items.1.rounds", "invalid"),
        ("items.2.options.0.word", "unknown_key"),
        ("items.2.options.0.text", "required"),
        ("items.3", "invalid"),
        ("items.0.block", "unknown"),
        ("items.0.area", "unknown"),
        ("items.1.key", "key_twice"),
        ("name", "required"),
        ("colour", "unknown_key"),
    }
    assert not ChecklistTemplate.objects.filter(code="X-9").exists()


@pytest.mark.parametrize("data", [[], "x", {"blocks": {}}, {"items": [{}] * 301}, None])
def test_what_is_no_template_at_all_is_refused(adm, data):
    with pytest.raises(Faults):
        import_template(data=data, by=adm)
