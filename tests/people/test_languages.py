"""Switching the language changes every label, those of the shipped checklist too; what people typed stays (SYS-02)."""

import pytest

from plans.services import answer
from tests.factories.checklists import make_sheet, tap

pytestmark = pytest.mark.django_db


@pytest.mark.req("SYS-02")
def test_the_labels_of_t01_follow_the_switch_and_the_data_stays(signed_in, plant, day_shift):
    supervisor, sheet = plant.person("sup", plant.a), make_sheet(plant.a, day_shift)
    answer(sheet=sheet, answers=[tap(10, "ng", note="Oil under P-03 机油")], by=supervisor)
    client, address = signed_in(supervisor), f"/sheets/{sheet.pk}"

    english = client.get(address).content.decode()
    client.post("/language", {"language": "zh-hans", "next": address})
    chinese = client.get(address).content.decode()

    for words, other in (("Arrive 10 min early", "提前10分钟到厂"), ("Before shift", "上班前")):
        assert words in english
        assert other not in english
        assert other in chinese
        assert words not in chinese
    assert "Oil under P-03 机油" in english
    assert "Oil under P-03 机油" in chinese
