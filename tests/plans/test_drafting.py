import pytest

from core.errors import Unknown
from plans.contents import Area, Block, Content, Item
from plans.drafting import add_area, add_block, add_item, double_item, drop, move, next_key
from plans.errors.templates import BlockInUse

DAY = Content(
    blocks=(Block("am", "Morning"), Block("noon", "Noon"), Block("pm", "Afternoon")),
    areas=(Area("hall", "Hall"), Area("aisle", "Aisle")),
    items=(
        Item("X-01", "am", "One", "一", area="hall"),
        Item("X-02", "am", "Two", "二", area="aisle"),
        Item("X-03", "pm", "Three", "三", area="hall"),
    ),
)


def places(content: Content) -> list[tuple[str, str]]:
    return [(item.key, item.block) for item in content.items]


def test_an_item_goes_up_and_down_within_its_block_and_on_into_the_next_one():
    assert places(move(DAY, "item", "X-02", -1)) == [("X-02", "am"), ("X-01", "am"), ("X-03", "pm")]
    assert places(move(DAY, "item", "X-02", 1)) == [("X-01", "am"), ("X-02", "noon"), ("X-03", "pm")]
    assert places(move(move(DAY, "item", "X-02", 1), "item", "X-02", 1)) == [("X-01", "am"), ("X-02", "pm"), ("X-03", "pm")]
    assert places(move(DAY, "item", "X-03", -1)) == [("X-01", "am"), ("X-02", "am"), ("X-03", "noon")]
    assert move(DAY, "item", "X-01", -1) == move(DAY, "item", "X-03", 1) == DAY


def test_blocks_and_areas_move_and_the_items_go_with_their_block():
    assert places(move(move(DAY, "block", "pm", -1), "block", "pm", -1)) == [("X-03", "pm"), ("X-01", "am"), ("X-02", "am")]
    assert [area.key for area in move(DAY, "area", "aisle", -1).areas] == ["aisle", "hall"]
    assert move(DAY, "block", "am", -1) == DAY


def test_a_new_item_stands_at_the_end_of_its_block_in_the_area_of_the_one_before():
    after = add_item(DAY, "am", "X-04")

    assert places(after) == [("X-01", "am"), ("X-02", "am"), ("X-04", "am"), ("X-03", "pm")]
    assert after.items[2].area == "aisle"
    assert add_item(DAY, "noon", "X-04").items[2].area == ""
    with pytest.raises(Unknown):
        add_item(DAY, "night", "X-04")


def test_an_item_is_doubled_right_below_itself():
    after = double_item(DAY, "X-01", "X-09")

    assert places(after)[:2] == [("X-01", "am"), ("X-09", "am")]
    assert after.items[1].text == "One"


def test_a_block_is_dropped_when_it_is_empty_and_an_area_leaves_its_items():
    with pytest.raises(BlockInUse) as refused:
        drop(DAY, "block", "am")
    assert refused.value.figures == {"block": "Morning", "count": 2}

    assert [block.key for block in drop(DAY, "block", "noon").blocks] == ["am", "pm"]
    assert [item.area for item in drop(DAY, "area", "hall").items] == ["", "aisle", ""]
    assert places(drop(DAY, "item", "X-02")) == [("X-01", "am"), ("X-03", "pm")]


@pytest.mark.parametrize(
    "step", [lambda: drop(DAY, "item", "X-09"), lambda: move(DAY, "wall", "X-01", 1), lambda: double_item(DAY, "", "Y")]
)
def test_what_is_not_there_is_refused(step):
    with pytest.raises(Unknown):
        step()


def test_a_new_key_takes_none_that_was_ever_used():
    assert next_key("X-", ["X-01", "X-07", "Y-09", "X-old"]) == "X-08"
    assert add_block(DAY)[1] == "block-01"
    assert add_area(add_area(DAY)[0])[1] == "area-02"
