"""A hand-over on the giver's tablet: the giver signs, the receiver reads it there and signs by PIN; in both languages."""

import pytest
import time_machine

from people.services import set_pin
from plans.models import Finding, Handover
from tests.factories.checklists import FRIDAY
from tests.factories.handovers import at, danger, two_shifts
from tests.factories.plans import PlanLineFactory

WORDS = {
    "en": ("Sign and hand over", "Receive this shift", "Staff number", "Your remark", "Receive and sign", "received it"),
    "zh-hans": ("签名交班", "接班", "工号", "备注", "接班签名", "已接班"),
}


@pytest.fixture
def shifts(transactional_db, plant):
    made = two_shifts(plant)
    set_pin(pin="7391", by=made.receiver)
    PlanLineFactory(team=plant.a1, shift=made.early, business_date=FRIDAY)
    return made


@pytest.mark.parametrize("language", WORDS)
def test_giver_and_receiver_sign_on_one_tablet(open_page, shifts, language):
    sign, waits, number, remark, receive, received = WORDS[language]
    with time_machine.travel(at("15:40"), tick=True):
        page = open_page(shifts.giver, language=language)
        page.goto(shifts.url)
        page.locator("#id_note").fill("Die 4 is worn")
        page.get_by_role("button", name=sign).tap()
        page.get_by_role("heading", name=waits, exact=True).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.get_by_label(number).fill(shifts.receiver.staff_no)
        page.get_by_label("PIN").fill("7391")
        page.get_by_label(remark).fill("Seen")
        page.get_by_role("button", name=receive).tap()
        page.get_by_text(received).first.wait_for()

    handover = Handover.objects.get()
    assert (handover.status, handover.given_by, handover.received_by) == ("signed", shifts.giver, shifts.receiver)
    assert (handover.note, handover.reply) == ("Die 4 is worn", "Seen")


@pytest.mark.req("PLN-13")
def test_a_danger_without_owner_is_one_tap_from_its_owner(open_page, shifts, plant, console):
    with time_machine.travel(at("15:40"), tick=True):
        finding = danger(plant)
        page = open_page(shifts.giver)
        page.goto(shifts.url)
        page.locator("#id_note").fill("Die 4 is worn")
        page.get_by_role("button", name="Sign and hand over").tap()
        page.get_by_text("The shift cannot be signed off").wait_for()
        console.clear()  # Chromium notes the 409

        page.get_by_role("link", name="Name an owner").tap()
        page.get_by_label("To whom").select_option(str(shifts.giver.pk))
        page.get_by_role("button", name="Hand over", exact=True).tap()
        page.get_by_text("Handed over").first.wait_for()
        page.goto(shifts.url)
        assert page.locator("#id_note").input_value() == "Die 4 is worn"
        page.get_by_role("button", name="Sign and hand over").tap()
        page.get_by_role("heading", name="Receive this shift").wait_for()
    assert Finding.objects.get(pk=finding.pk).owner == shifts.giver
