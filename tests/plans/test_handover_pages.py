"""Hand-overs on a screen: the list, the draft, the refusal with its way out, the second name by PIN, My day and the sheet."""

from datetime import timedelta

import pytest
import time_machine

from people.services import set_pin
from plans.models import Finding, Handover
from plans.services import receive_handover, save_handover
from tests.factories.checklists import FRIDAY, make_sheet
from tests.factories.handovers import at, danger, two_shifts
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def end_of_the_early_shift():
    with time_machine.travel(at("15:40"), tick=True):
        yield


@pytest.fixture
def shifts(plant):
    return two_shifts(plant)


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_the_giver_keeps_remarks_and_signs(shifts, signed_in):
    client = signed_in(shifts.giver)
    page = text_of(client.get(shifts.url))
    assert "goes to team A2 · Late · 20 Nov" in page
    assert "Sign and hand over" in page

    client.post(shifts.url, {"version": 0, "note": "Die 4 is worn", "output_words": "Two hours lost"})
    assert Handover.objects.get().status == "draft"
    assert "Two hours lost" in text_of(client.get(shifts.url))

    answer = client.post(shifts.url, {"version": 1, "note": "Die 4 is worn", "output_words": "Two hours lost", "sign": "1"}, follow=True)
    assert "Signed. The next shift is told." in text_of(answer)
    assert Handover.objects.get().given_by == shifts.giver


def test_the_same_tap_sent_twice_signs_once(shifts, signed_in):
    client = signed_in(shifts.giver)
    for _tap in range(2):
        assert client.post(shifts.url, {"version": 0, "note": "Die 4", "sign": "1"}).status_code == 302
    assert Handover.objects.count() == 1


def test_who_signed_alone_is_said_to_have_signed_and_not_both(shifts, signed_in):
    client = signed_in(shifts.giver)
    client.post(shifts.url, {"version": 0, "note": "Die 4 is worn", "sign": "1"})

    page = text_of(client.get(shifts.url, headers={"Accept-Language": "zh-hans"}))
    assert "待接班人签名" in page
    assert "已签</span>" in page
    assert "双方已签" not in page


@pytest.mark.req("PLN-13")
def test_the_refusal_names_each_danger_one_tap_from_its_owner_and_keeps_what_was_typed(shifts, plant, signed_in):
    finding = danger(plant)
    client = signed_in(shifts.giver)

    page = text_of(client.post(shifts.url, {"version": 0, "note": "Die 4 is worn", "sign": "1"}), 409)
    assert f"The shift cannot be signed off while a severe safety finding has no owner: {finding.number}." in page
    assert f'href="/findings/{finding.number}#owner"' in page
    assert "Die 4 is worn" in page
    assert Handover.objects.get().note == "Die 4 is worn"

    owner_page = text_of(client.get(f"/findings/{finding.number}"))
    assert 'id="owner" open' in owner_page
    staff = {"version": finding.version, "owner": shifts.giver.pk}
    assert client.post(f"/findings/{finding.number}/hand-over", staff).status_code == 302
    assert client.post(shifts.url, {"version": 1, "note": "Die 4 is worn", "sign": "1"}).status_code == 302
    assert Handover.objects.get().status == "waiting"


@pytest.mark.req("PLN-13")
def test_a_danger_that_the_giver_cannot_open_is_named_without_a_way(shifts, plant, signed_in):
    finding = danger(plant, node=plant.a)
    page = text_of(signed_in(shifts.giver).post(shifts.url, {"version": 0, "sign": "1"}), 409)

    assert finding.number in page
    assert f'href="/findings/{finding.number}#owner"' not in page
    assert "ask your supervisor" in page


@pytest.mark.req("GEN-03")
def test_the_refusal_leads_to_each_open_check_and_keeps_what_was_typed(shifts, plant, signed_in):
    own, above = make_sheet(plant.a1, shifts.early, code="T-05c"), make_sheet(plant.a, shifts.early, code="T-05c")
    client = signed_in(shifts.giver)
    assert "These checks are done before the shift is signed off." in text_of(client.get(shifts.url))

    page = text_of(client.post(shifts.url, {"version": 0, "note": "Die 4 is worn", "sign": "1"}), 409)

    assert "The shift cannot be signed off while these checks are open: T-05c Closing, T-05c Closing." in page
    assert f'href="/sheets/{own.pk}"' in page
    assert f'href="/sheets/{above.pk}"' not in page
    assert "ask your supervisor" in page
    assert Handover.objects.get().note == "Die 4 is worn"


@pytest.mark.req("PLN-13")
def test_where_nobody_follows_the_page_signs_the_shift_off(shifts, plant, signed_in):
    leader = plant.person("tld", plant.b1)
    address = f"/handovers/{plant.b1.pk}/{FRIDAY}/{shifts.early.pk}"
    client = signed_in(leader)
    assert "Sign off the shift" in text_of(client.get(address))

    finding = danger(plant, node=plant.b1)
    assert finding.number in text_of(client.post(address, {"version": 0, "sign": "1"}), 409)
    Finding.objects.update(owner=leader)
    assert "The shift is signed off." in text_of(client.post(address, {"version": 1, "sign": "1"}, follow=True))


def test_the_receiver_signs_in_their_own_session(shifts, signed_in):
    shifts.given(note="Die 4 is worn")
    client = signed_in(shifts.receiver)
    page = text_of(client.get(shifts.url))
    assert "Receive and sign" in page
    assert 'name="pin"' not in page

    client.post(f"{shifts.url}/receive", {"reply": "Seen"})
    assert Handover.objects.get().received_by == shifts.receiver


def test_the_receiver_signs_by_pin_on_the_givers_tablet(shifts, signed_in):
    set_pin(pin="7391", by=shifts.receiver)
    set_pin(pin="2846", by=shifts.giver)
    shifts.given()
    client = signed_in(shifts.giver)

    def sign(staff, pin, **more):
        return client.post(f"{shifts.url}/receive", {"staff_no": staff.staff_no, "pin": pin} | more)

    page = text_of(sign(shifts.receiver, "0000", reply="Seen, but"), 422)
    assert "Seen, but" in page
    assert "0000" not in page
    assert "You gave this shift over yourself" in text_of(sign(shifts.giver, "2846"), 409)
    assert sign(shifts.receiver, "7391", reply="Press 3 stands", is_objected="on").status_code == 302

    handover = Handover.objects.get()
    assert (handover.received_by, handover.reply, handover.is_objected) == (shifts.receiver, "Press 3 stands", True)
    assert "received it and objects" in text_of(client.get(shifts.url))


def test_somebody_who_does_not_take_over_cannot_receive(shifts, plant, signed_in):
    operator = plant.person("opr", plant.a2)
    set_pin(pin="7391", by=operator)
    shifts.given()

    assert signed_in(operator).post(f"{shifts.url}/receive", {"reply": ""}).status_code == 403
    answer = signed_in(shifts.giver).post(f"{shifts.url}/receive", {"staff_no": operator.staff_no, "pin": "7391"})
    assert answer.status_code == 403
    assert Handover.objects.get().status == "waiting"


def test_another_workshop_does_not_see_it(shifts, plant, signed_in):
    shifts.given()
    client = signed_in(plant.person("tld", plant.b1))

    assert client.get(shifts.url).status_code == 404
    assert client.get(f"{shifts.url}/paper").status_code == 404
    assert "team A1" not in text_of(client.get("/handovers?view=all"))


def test_the_receiving_shift_sees_it_on_top_of_my_day_and_on_its_sheet(shifts, plant, signed_in):
    shifts.given(note="Die 4 is worn")
    sheet = make_sheet(plant.a2, shifts.late)
    client = signed_in(shifts.receiver)

    for address in ("/", f"/sheets/{sheet.pk}"):
        page = text_of(client.get(address))
        assert "Handed over from team A1, Early" in page
        assert "Die 4 is worn" in page
        assert f'href="{shifts.url}"' in page
    assert "Handed over from" in text_of(signed_in(plant.person("opr", plant.a2)).get("/"))
    assert "Handed over from" not in text_of(signed_in(shifts.giver).get("/"))

    receive_handover(handover=Handover.objects.get(), by=shifts.receiver)
    assert "Read it" in text_of(signed_in(shifts.receiver).get("/"))
    with time_machine.travel(at("00:01", FRIDAY + timedelta(days=1)), tick=False):
        assert "Handed over from" not in text_of(signed_in(shifts.receiver).get("/"))


def test_my_day_asks_the_leader_near_the_end_until_it_is_signed(shifts, signed_in):
    client = signed_in(shifts.giver)

    def asked():
        return [task.label for task in client.get("/").context["day"].tasks if task.title == "Hand over the shift"]

    assert asked() == ["Hand over"]
    shifts.draft(note="x")
    assert asked() == ["Continue"]
    shifts.given()
    assert asked() == []
    with time_machine.travel(at("13:00"), tick=False):
        assert asked() == []


def test_the_list_says_what_is_unsigned_and_is_filtered(shifts, plant, signed_in):
    client = signed_in(plant.person("sup", plant.a))
    page = text_of(client.get("/handovers"))
    assert "Still to be handed over" in page
    assert "No hand-over here" in page

    shifts.given()
    assert "Waits for the receiver" in text_of(client.get("/handovers"))
    assert "tld A1" in text_of(client.get("/handovers?status=waiting", headers={"HX-Request": "true"}))
    assert "tld A1" not in text_of(client.get("/handovers?view=all&status=signed", headers={"HX-Request": "true"}))
    receive_handover(handover=Handover.objects.get(), by=shifts.receiver)
    assert "tld A2" not in text_of(client.get("/handovers"))
    assert "tld A2" in text_of(client.get("/handovers?view=all"))


def test_list_and_page_cost_the_same_statements_however_much_there_is(shifts, plant, signed_in):
    client = signed_in(plant.person("sup", plant.a))
    for days in (range(1), range(1, 12)):
        for number in days:
            on = FRIDAY - timedelta(days=number)
            save_handover(team=plant.a1, shift=shifts.early, on=on, words={}, by=shifts.giver)
        if len(days) == 1:
            few = [own_statements(client, address) for address in ("/handovers", shifts.url)]
    assert [own_statements(client, address) for address in ("/handovers", shifts.url)] <= few
    assert few[0] <= 14
    assert few[1] <= 32


def test_it_prints_with_both_names(shifts, signed_in):
    receive_handover(handover=shifts.given(note="Die 4 is worn", stops_words="Valve"), by=shifts.receiver, reply="Seen")
    page = text_of(signed_in(shifts.giver).get(f"{shifts.url}/paper"))

    assert all(words in page for words in ("Die 4 is worn", "Valve", "Seen", "tld A1", "tld A2"))
