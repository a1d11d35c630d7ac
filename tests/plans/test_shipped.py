import json
from pathlib import Path

import pytest

from plans.contents import read_content
from plans.models import ChecklistTemplate, TemplateItem
from plans.selectors.templates import content_of
from plans.shipping import SHIPPED, ship_templates
from tests.factories.checklists import shipped

pytestmark = pytest.mark.django_db

# The wording of the requirements (part B3): "#" begins a template, "##" a phase or area that they name; marks such as "(optional)" and
# "×4" are no words of an item and stand in the tests below.
REQUIRED_LABELS = Path(__file__).with_name("shipped_labels.txt")
CODES = ["T-01", "T-02", "T-03", "T-04", "T-05", "T-05b", "T-05c", "T-06", "T-10", "T-10b", "T-12"]


@pytest.mark.req("PLN-01")
def test_t01_ships_with_25_items_in_4_blocks_in_both_languages():
    version = shipped().versions.get()

    assert [(block.name_zh, block.items.count()) for block in version.blocks.all()] == [
        ("上班前", 4),
        ("上班后", 5),
        ("上班中", 11),
        ("下班前", 5),
    ]
    assert version.items.filter(is_required=False).get().text_zh == "早会"


@pytest.mark.req("PLN-01")
def test_every_template_ships_published_with_its_words_in_both_languages():
    counts = {template.code: template.versions.get().items.count() for template in ChecklistTemplate.objects.order_by("code")}

    assert counts == dict(zip(CODES, [25, 5, 6, 64, 36, 7, 4, 12, 9, 6, 6], strict=True))
    assert not ChecklistTemplate.objects.filter(versions__published_at=None).exists()
    assert not TemplateItem.objects.filter(text="").exists()
    assert not TemplateItem.objects.filter(text_zh="").exists()


@pytest.mark.req("GEN-01")
@pytest.mark.req("GEN-02")
def test_the_floor_tour_walks_8_areas_in_3_rounds_with_4_boxes_for_meetings_and_1_for_what_is_done_once():
    version = shipped("T-04").versions.get()
    tour = version.items.filter(block__key="tour")

    assert version.default_rounds == 3
    assert [(area.name_zh, area.items.count()) for area in version.areas.order_by("order")] == [
        ("车间大厅", 9),
        ("班组工位", 10),
        ("休息区", 5),
        ("饮水点", 7),
        ("设备区", 6),
        ("办公区", 6),
        ("通道", 7),
        ("样品成品区", 10),
    ]
    assert tour.count() == 60
    assert tour.filter(rounds=3).count() == 59
    assert tour.get(rounds=4).text_zh == "晨会/午会/晚会/主管会"
    assert [(item.text_zh, item.rounds) for item in version.items.filter(block__key="once").order_by("order")] == [
        ("信息更新", 1),
        ("数据统筹", 1),
        ("人员状态调整", 1),
        ("订单进度", 1),
    ]


@pytest.mark.req("GEN-04")
def test_the_fire_inspection_asks_for_an_expiry_date_a_count_with_a_limit_and_words():
    types = dict(shipped("T-06").versions.get().items.values_list("text_zh", "answer_type"))

    assert (types["消防员证"], types["消防栓灭火器"], types["照明及大电器开关时间"]) == ("date", "number", "text")


@pytest.mark.req("GEN-03")
def test_opening_and_closing_are_phases_of_their_own_and_the_closing_one_comes_before_the_sign_off():
    opening, closing = shipped("T-05b").versions.get().blocks.get(), shipped("T-05c").versions.get().blocks.get()

    assert (opening.due_anchor, opening.due_minutes, opening.before_sign_off) == ("start", 0, False)
    assert (closing.due_anchor, closing.due_minutes, closing.before_sign_off) == ("end", 0, True)


def required_labels() -> dict[str, list[tuple[str, str]]]:
    """By code: what the template is called, then each item under its phase or area, ``""`` where the requirements name none."""
    found: dict[str, list[tuple[str, str]]] = {}
    code = heading = ""
    for line in REQUIRED_LABELS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            code, name = line[2:].split(" ", 1)
            found[code], heading = [("", name)], ""
        elif line.startswith("## "):
            heading = line[3:]
        else:
            found[code].append((heading, line))
    return found


@pytest.mark.req("PLN-01")
@pytest.mark.req("GEN-01")
@pytest.mark.req("GEN-03")
@pytest.mark.req("GEN-04")
@pytest.mark.req("GEN-05")
@pytest.mark.parametrize("code", CODES)
def test_every_label_says_in_both_languages_what_the_requirements_say(code):
    template = shipped(code)
    asked = required_labels()[code]
    headed = {heading for heading, _label in asked}

    kept = [("", f"{template.name} {template.name_zh}")]
    for item in template.versions.get().items.select_related("block", "area").order_by("key"):
        part = item.area or item.block
        heading = f"{part.name} {part.name_zh}"
        kept.append((heading if headed != {""} else "", f"{item.text} – {item.text_zh}"))
    assert kept == asked
    assert set(required_labels()) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_what_is_kept_is_what_the_file_says(code):
    data = json.loads((SHIPPED / f"{code}.json").read_text(encoding="utf-8"))

    assert content_of(shipped(code).versions.get()) == read_content(data)


def test_shipping_again_changes_nothing():
    ChecklistTemplate.objects.filter(code="T-01").update(name="Our own day")

    ship_templates()

    assert ChecklistTemplate.objects.get(code="T-01").name == "Our own day"
    assert ChecklistTemplate.objects.count() == len(CODES)
