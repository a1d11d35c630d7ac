"""A place on a page for a room that is not there yet: empty in words, and filled as soon as that room answers."""

import pytest
import time_machine

from plans import hooks
from plans.services import give_task, record_observation
from tests.factories.checklists import FRIDAY
from tests.factories.plans import ReportFactory
from tests.factories.work_logs import surveyed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday_morning():
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False):
        yield


def day_of_a_team(plant):
    ReportFactory(team=plant.a1, business_date=FRIDAY)
    return f"/day/{plant.a1.pk}/{FRIDAY}", (plant.a1, FRIDAY), plant.a1.pk


def observation(plant):
    person, by = plant.person("opr", plant.a1), plant.person("sup", plant.a)
    finding = record_observation(node=plant.a1, person=person, standard="WI-014 step 3", text="Gauge left out", by=by)
    return f"/findings/{finding.number}", finding.observation, finding.observation.pk


def task(plant):
    made = give_task(
        title="Clear aisle 3", node=plant.a, owner=plant.person("sup", plant.a), due_on=FRIDAY, by=plant.person("wsm", plant.a)
    )
    return f"/tasks/{made.pk}", made, made.pk


def survey(plant):
    made = surveyed(plant.a, owner=plant.person("sup", plant.a), by=plant.person("mgr"))
    return f"/surveys/{made.pk}", made, made.pk


@pytest.mark.parametrize(
    ("name", "shown", "words", "in_chinese"),
    [
        pytest.param("defects", day_of_a_team, "no defect is counted", "不良数暂无数据", marks=pytest.mark.req("PLN-14")),
        pytest.param("process_card", observation, "Process cards are not kept here yet", "工艺卡", marks=pytest.mark.req("PLN-10")),
        pytest.param("goal", task, "this task serves none", "本任务暂无对应目标", marks=pytest.mark.req("PLN-16")),
        pytest.param("improvement_plan", survey, "Improvement plans are not kept here yet", "改善计划", marks=pytest.mark.req("GEN-05")),
    ],
)
def test_a_slot_says_that_nobody_answers_and_then_what_its_room_answers(
    plant, day_shift, signed_in, monkeypatch, name, shown, words, in_chinese
):
    address, thing, key = shown(plant)
    client = signed_in(plant.person("mgr"))
    monkeypatch.setattr(hooks, "named_answers", {})
    assert words in client.get(address).content.decode()
    assert in_chinese in client.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()

    asked = []

    def answer(things):
        asked.extend(things)
        return {key: hooks.Slot("", "plans/_words.html", {"words": "QX-7 answers"})}

    hooks.answer_slot(name, answer)
    page = client.get(address).content.decode()
    assert "QX-7 answers" in page
    assert words not in page
    assert asked == [thing]

    monkeypatch.setitem(hooks.named_answers, name, lambda things: {})
    page = client.get(address).content.decode()
    assert words not in page
    assert "QX-7 answers" not in page
