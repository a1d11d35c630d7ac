"""At the end of a shift nobody forgets a slip that its receiver has not confirmed: My day and the hand-over name it (MAT-08)."""

import pytest
import time_machine

from materials.services import confirm_slip
from plans.models import Handover
from tests.factories.handovers import at, two_shifts
from tests.factories.materials import make_store
from tests.materials.test_issue import draw
from tests.materials.test_issue_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-08")]
CHINESE = {"Accept-Language": "zh-hans"}


@pytest.fixture(autouse=True)
def end_of_the_early_shift():
    with time_machine.travel(at("15:40"), tick=True):
        yield


@pytest.fixture
def shifts(plant):
    return two_shifts(plant)


def test_the_storekeeper_finds_each_on_my_day_until_it_is_confirmed(plant, signed_in):
    store = make_store(plant)
    first, second = draw(store, "1"), draw(store, "2")
    desk = signed_in(plant.person("stk"))

    shown = text_of(desk.get("/"))
    assert f"{first.number} {store.order.number} {store.welder.name}" in shown
    assert second.number in shown

    confirm_slip(slip=first, by=store.welder)
    shown = text_of(desk.get("/"))
    assert (first.number in shown, second.number in shown) == (False, True)
    assert second.number not in text_of(signed_in(plant.person("opr", plant.b1)).get("/"))


def test_my_day_leads_to_all_of_them_when_there_are_more_than_it_shows(plant, signed_in):
    store = make_store(plant)
    slips = [draw(store, "1") for _number in range(6)]
    desk = signed_in(plant.person("stk"))
    assert "All slips that wait for their receiver" not in text_of(desk.get("/"))

    slips.append(draw(store, "1"))

    page = desk.get("/")
    assert [slip.number in text_of(page) for slip in slips] == [True] * 6 + [False]
    assert 'href="/slips?view=awaiting">All slips that wait for their receiver<' in page.content.decode()
    everyone = text_of(desk.get("/slips?view=awaiting"))
    assert all(slip.number in everyone for slip in slips)


def test_the_hand_over_of_the_team_names_them_and_keeps_them_as_they_were(plant, shifts, signed_in):
    store = make_store(plant)
    signed, waits = draw(store, "1"), draw(store, "2")
    confirm_slip(slip=signed, by=store.welder)
    client = signed_in(shifts.giver)

    shown = text_of(client.get(shifts.url))
    assert f"{waits.number} order {store.order.number} · {store.welder.name}" in shown
    assert signed.number not in shown
    assert f'href="/slips/{waits.number}"' in client.get(shifts.url).content.decode()

    client.post(shifts.url, {"version": 0, "note": "", "sign": "1"})
    confirm_slip(slip=waits, by=store.welder)

    assert Handover.objects.get().status == "waiting"
    for address in (shifts.url, f"{shifts.url}/paper"):
        assert waits.number in text_of(client.get(address))
    assert f"缺料与未签收单据 {waits.number} 命令单 {store.order.number} · {store.welder.name}" in text_of(
        client.get(shifts.url, headers=CHINESE)
    )


def test_the_hand_over_of_another_team_does_not_name_them(plant, shifts, signed_in):
    store = make_store(plant)
    waits = draw(store, "1")
    of_others = shifts.url.replace(str(plant.a1.pk), str(plant.a2.pk)).replace(f"/{shifts.early.pk}", f"/{shifts.late.pk}")

    page = signed_in(shifts.receiver).get(of_others)

    assert page.status_code == 200
    assert waits.number not in text_of(page)
