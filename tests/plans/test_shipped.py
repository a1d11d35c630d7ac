import pytest

from plans.models import ChecklistTemplate, TemplateItem
from plans.shipping import ship_templates

pytestmark = pytest.mark.django_db


@pytest.mark.req("PLN-01")
def test_t01_ships_with_25_items_in_4_blocks_in_both_languages():
    version = ChecklistTemplate.objects.get(code="T-01").versions.get()

    assert [(block.name_zh, block.items.count()) for block in version.blocks.all()] == [
        ("上班前", 4),
        ("上班后", 5),
        ("上班中", 11),
        ("下班前", 5),
    ]
    assert version.items.filter(is_required=False).get().text_zh == "早会"
    assert not TemplateItem.objects.filter(text="").exists()
    assert not TemplateItem.objects.filter(text_zh="").exists()


def test_shipping_again_changes_nothing():
    ChecklistTemplate.objects.filter(code="T-01").update(name="Our own day")

    ship_templates()

    assert ChecklistTemplate.objects.get(code="T-01").name == "Our own day"
    assert ChecklistTemplate.objects.count() == 2
