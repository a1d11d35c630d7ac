"""*My day* on a day on which something of every kind waits: what it costs each role, and that all of it is shown."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from materials.models import LotStatus, Place
from materials.services import (
    draft_adjustment,
    file_waste_report,
    request_gate_pass,
    request_purchase,
    request_supplement,
    save_count_plan,
)
from people.roles import Role
from people.services import lend_role
from plans.models import SlotOutput
from plans.services import (
    ToDoInput,
    answer,
    give_task,
    make_spot_windows,
    open_review,
    put_right,
    raise_finding,
)
from tests.factories.checklists import FRIDAY, make_sheet, tap
from tests.factories.handovers import at, two_shifts
from tests.factories.materials import ItemFactory, make_store, put
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ReportFactory
from tests.factories.spot_checks import spots_asked
from tests.factories.work_logs import handed_in, led, surveyed, written
from tests.materials.test_issue import draw
from tests.plans.statements import asked_by_page

pytestmark = pytest.mark.django_db
D = Decimal
CEILING = 14
# Beside session and user; the plant's name in the header is one of them until the plant sets it.
COSTS = {"adm": 12, "mgr": 13, "wsm": 14, "sup": 14, "tld": 13, "ins": 12, "stk": 12, "buy": 12}
USUAL = 11

MATERIAL, BUYING, COUNTS = "Material that waits for you", "Buying and receiving", "Stock to count and to decide"
PREPARED, LOG = "Prepared for today", "My work log"
HAND_OVER, MISSING, ARRIVALS = "Handed over from team A1, Early", "Missing daily reports", "Arrivals"
# Beside what is to be done now, the output and the checks, which everybody has.
SHOWN = {
    "mgr": {MATERIAL, BUYING, COUNTS, MISSING, ARRIVALS},
    "wsm": {MATERIAL, BUYING, COUNTS, MISSING, ARRIVALS, PREPARED, LOG},
    "sup": {HAND_OVER, PREPARED, LOG},
    "tld": {MATERIAL, PREPARED, LOG},
    "ins": {BUYING},
    "stk": {MATERIAL, BUYING, COUNTS},
    "eng": {MATERIAL},
}


@pytest.fixture(autouse=True)
def end_of_the_early_shift():
    with time_machine.travel(at("15:40"), tick=True):
        yield


@pytest.fixture
def full_day(plant):
    """Of everything that *My day* tells at least one thing, and twice as much with a second call."""
    shifts, store = two_shifts(plant), make_store(plant)
    sup, wsm, mgr, keeper = plant.person("sup", plant.a), plant.person("wsm", plant.a), store.manager, store.keeper
    everybody = {role: plant.person(role, node_of(plant, role)) for role in Role.values}
    led(plant.a2, plant.person("tld", plant.a2))
    spots_asked(plant.a, shifts.early)
    make_spot_windows(at=at("15:30"))
    shifts.given(note="Die 4 is worn")
    save_count_plan(name="Monthly", cycle="month", next_on=FRIDAY, by=keeper)
    lend_role(giver=mgr, taker=wsm, role="mgr", starts_on=FRIDAY, ends_on=FRIDAY, reason="Leave", by=mgr)

    def more(number):
        for code in ("T-01", "T-05c") if number == 0 else ():
            sheet = make_sheet(plant.a, shifts.early, code=code)
            make_sheet(plant.a1, shifts.early, code=code)
            make_sheet(plant.a2, shifts.late, code=code)
            if code == "T-01":
                answer(sheet=sheet, answers=[tap(1), tap(2, "ng", "Gauge missing")], by=sup)
        for role, person in everybody.items():
            finding = raise_finding(kind="problem", node=plant.a1, text=f"Oil {number}", by=wsm, owner=person)
            if role == "tld":
                put_right(finding=finding, result="Wiped", by=person)
            give_task(title=f"Tidy {number}", node=plant.a, owner=person, due_on=FRIDAY, by=mgr)
        order = OrderFactory(workshop=plant.a, team=plant.a1)
        draft = OrderFactory(workshop=plant.a, status="draft")
        open_review(order=draft, material=keeper, due_date=wsm, by=plant.person("plr", plant.a))
        for days in (number + 1, number + 11):
            report = ReportFactory(team=plant.a1, business_date=FRIDAY - timedelta(days=days), shift=shifts.early, made_by=everybody["tld"])
            LineFactory(report=report, order=order, product=order.product)
        line = PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=shifts.early, order=order, product=order.product)
        PlanLineFactory(team=plant.a2, business_date=FRIDAY, shift=shifts.late, order=order, product=order.product)
        SlotOutput.objects.create(
            plan_line=line,
            starts_at=at("08:00"),
            ends_at=at("10:00"),
            counted_until=at("10:00"),
            good_qty=3,
            posted_by=sup,
            posted_at=at("10:00"),
        )
        day_before = FRIDAY - timedelta(days=number + 1)
        handed_in(sup, day_before, to_dos=(ToDoInput(f"Order gloves {number}", team=plant.a1, due_on=FRIDAY), ToDoInput(f"Own {number}")))
        draw(store, "5", receiver=everybody["tld"])
        draw(store, "5", receiver=everybody["eng"])
        request_supplement(order=store.order, item=store.steel, quantity=D(1), reason="scrap", by=sup)
        request_purchase(item=store.steel, quantity=D(5), needed_on=FRIDAY, reason="other", by=keeper)
        request_gate_pass(goods="Scrap", taken_by="Dealer", reason="Sold", by=keeper)
        file_waste_report(item=store.steel, quantity=D(1), evidence="Cut wrong", node=plant.a1, order=store.order, by=sup)
        lot = put(ItemFactory(), "10", lot=f"L{number}", status=LotStatus.TO_INSPECT, expires_on=FRIDAY)
        draft_adjustment(lot=lot, place=Place.objects.get(code="B-01"), change=D(-1), reason="damaged", note="Wet", by=keeper)

    more(0)
    written(sup)
    surveyed(plant.a, owner=sup, by=mgr)
    return more


def node_of(plant, role):
    """Where a person of the role works."""
    if role in ("tld", "opr"):
        return plant.a1
    return plant.a if role in ("sup", "wsm", "plr", "mnt", "eng", "ins") else plant.plant


@pytest.mark.parametrize("role", Role.values)
def test_a_full_day_costs_each_role_few_statements_and_no_more_when_there_is_more(plant, full_day, signed_in, role):
    client = signed_in(plant.person(role, node_of(plant, role)))

    few = asked_by_page(client, "/")
    full_day(1)
    full_day(2)
    many = asked_by_page(client, "/")

    assert len(many) <= len(few), many
    assert len(few) <= COSTS.get(role, USUAL) <= CEILING, few


@pytest.mark.parametrize("role", Role.values)
def test_a_full_day_shows_each_role_what_is_theirs_to_do(plant, full_day, signed_in, role):
    person = plant.person(role, node_of(plant, role))
    html = signed_in(person).get("/").content.decode()
    headings = set(re.findall(r"<h[123][^>]*>([^<]+)</h[123]>", html))

    assert {"Now to do", "Today's checks"} <= headings
    assert {heading for heading in headings if heading in set().union(*SHOWN.values())} == SHOWN.get(role, set())
    assert "Tidy 0" in html
    assert person.name in html
