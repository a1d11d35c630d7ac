from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from people.access import access_of
from people.models import Notice
from plans import hooks
from plans.models import PlanLine
from plans.selectors.my_day import my_day
from plans.services import PlanInput, confirm_plan, save_plan
from tests.factories.checklists import FRIDAY
from tests.factories.plans import OrderFactory, PlanLineFactory, ProcessFactory
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
D = Decimal
DAY = "/plan?on=2026-11-20"


@pytest.fixture(autouse=True)
def _the_evening_before():
    with time_machine.travel("2026-11-19 10:00Z", tick=False):
        yield


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def order(plant):
    return OrderFactory(workshop=plant.a, due_on=FRIDAY + timedelta(days=7))


def grid(plant, shift, *rows, **more):
    """The grid as a browser sends it."""
    sent = {"workshop": plant.a.pk, "on": FRIDAY.isoformat(), "shift": shift.pk, "rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        sent |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return sent | more


@pytest.mark.req("PLN-05")
def test_many_lines_are_entered_on_one_screen_and_confirmed_in_one_press(plant, day_shift, order, plr, sup, signed_in):
    step = ProcessFactory(org=plant.a)
    rows = [
        {"team": plant.a1.pk, "order": order.pk, "process": step.pk, "planned_qty": "1,000"},
        {"team": plant.a2.pk, "order": order.pk, "process": "", "planned_qty": "８00"},
        {"team": "", "order": "", "process": "", "planned_qty": ""},
    ]
    answer = signed_in(plr).post("/plan/edit", grid(plant, day_shift, *rows))

    assert answer.headers["Location"].startswith("/plan?on=2026-11-20")
    lines = list(PlanLine.objects.order_by("pk"))
    assert [(line.team, line.order, line.process, line.planned_qty, line.made_by) for line in lines] == [
        (plant.a1, order, step, D(1000), plr),
        (plant.a2, order, None, D(800), plr),
    ]
    client = signed_in(sup)
    assert "Confirm all 2 lines" in client.get(DAY).content.decode()
    client.post("/plan/confirm", {"line": [f"{line.pk}:{line.version}" for line in lines], "on": "2026-11-20"})
    assert set(PlanLine.objects.values_list("status", flat=True)) == {"confirmed"}


@pytest.mark.req("PLN-05")
def test_a_change_after_the_confirmation_shows_on_the_supervisors_screen(plant, day_shift, order, plr, sup, signed_in):
    row = PlanInput(team=plant.a1, order=order, planned_qty=D(1000))
    (line,) = save_plan(business_date=FRIDAY, shift=day_shift, lines=[row], by=plr)
    confirm_plan(lines=[(line.pk, 1)], by=sup)
    assert my_day(access_of(sup)).tasks == []

    changed = {"line": line.pk, "version": 2, "team": plant.a1.pk, "order": order.pk, "planned_qty": "1200"}
    signed_in(plr).post("/plan/edit", grid(plant, day_shift, changed))

    client = signed_in(sup)
    (notice,) = Notice.objects.filter(recipient=sup, done_at=None)
    assert (notice.kind, notice.url) == ("plan.changed", f"/plan?on=2026-11-20&shift={day_shift.pk}")
    assert "The plan changed after you confirmed it" in client.get("/inbox").content.decode()
    (task,) = my_day(access_of(sup)).tasks
    assert (task.title, task.label, task.word) == ("Plan of the day changed", "Confirm", "by 20 Nov 08:00")
    assert "1 changed after you confirmed it" in task.text
    page = client.get(task.url).content.decode()
    assert "To be reconfirmed" in page
    assert "agreed before: 1,000" in page
    assert "To be reconfirmed" in client.get(f"/plan/lines/{line.pk}").content.decode()
    assert "1000" in client.get(f"/plan/lines/{line.pk}?tab=history").content.decode()

    client.post("/plan/confirm", {"line": f"{line.pk}:3"})
    assert not Notice.objects.filter(recipient=sup, done_at=None).exists()


@pytest.mark.req("PLN-05")
def test_a_query_stands_on_the_planners_day_until_it_is_answered(plant, day_shift, order, plr, sup, signed_in):
    line = PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, order=order, product=order.product, made_by=plr)
    signed_in(sup).post(f"/plan/lines/{line.pk}/query", {"reason": "Two presses are down", "version": 1})

    assert Notice.objects.get(recipient=plr, done_at=None).kind == "plan.queried"
    (task,) = my_day(access_of(plr)).tasks
    assert (task.title, task.state, task.label) == ("Query to the plan", "queried", "Answer")
    assert task.text.endswith("sup A: Two presses are down")
    assert "Two presses are down" in signed_in(plr).get("/plan/edit?on=2026-11-20").content.decode()


def test_a_query_without_words_or_on_an_old_figure_stands_above_the_day(plant, day_shift, sup, signed_in):
    line = PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, version=3)
    client = signed_in(sup)

    assert client.post(f"/plan/lines/{line.pk}/query", {"reason": " ", "version": 3, "on": "2026-11-20"}).status_code == 422
    stale = client.post("/plan/confirm", {"line": f"{line.pk}:2", "on": "2026-11-20"})
    assert stale.status_code == 409
    assert "changed this" in stale.content.decode()
    line.refresh_from_db()
    assert line.status == "to_confirm"


def test_the_grid_keeps_what_was_typed_beside_its_faults(plant, day_shift, order, plr, signed_in):
    rows = [
        {"team": plant.a1.pk, "order": order.pk, "planned_qty": "12x"},
        {"team": plant.a1.pk, "product": "NOPE", "planned_qty": "5"},
        {"team": "", "order": order.pk, "planned_qty": "7"},
    ]
    answer = signed_in(plr).post("/plan/edit", grid(plant, day_shift, *rows))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“12x” is not a number." in page
    assert "“NOPE” is not known here." in page
    assert page.count("This field is required.") == 1
    twice = [{"team": plant.a1.pk, "order": order.pk, "planned_qty": "5"}] * 2
    assert "already has a plan line" in signed_in(plr).post("/plan/edit", grid(plant, day_shift, *twice)).content.decode()
    assert not PlanLine.objects.exists()


def test_without_a_script_another_row_is_asked_of_the_server(plant, day_shift, plr, signed_in):
    page = signed_in(plr).post("/plan/edit", grid(plant, day_shift, {"planned_qty": "5"}, then="add")).content.decode()

    assert 'name="rows-1-team"' in page
    assert not PlanLine.objects.exists()


def test_a_plan_starts_from_the_last_planned_day_or_from_what_the_orders_still_need(plant, day_shift, order, plr, signed_in):
    before = PlanLineFactory(team=plant.a2, business_date=FRIDAY - timedelta(days=3), shift=day_shift, order=order, product=order.product)
    PlanLineFactory(team=plant.b1, business_date=FRIDAY - timedelta(days=1), shift=day_shift)
    client = signed_in(plr)

    copied = client.get("/plan/edit?on=2026-11-20&from=last").context["forms"].forms
    assert [(form["team"].value(), form["planned_qty"].value(), form["line"].value()) for form in copied] == [
        (str(plant.a2.pk), before.planned_qty, None)
    ]
    # 1,000 pieces, due on Friday a week later: seven working days, Sunday is off.
    (share,) = client.get("/plan/edit?on=2026-11-20&from=orders").context["forms"].forms
    assert (share["order"].value(), share["planned_qty"].value()) == (str(order.pk), D(143))


def test_the_plan_of_a_finished_shift_is_not_changed_on_the_page_either(plant, day_shift, order, plr, signed_in):
    with time_machine.travel("2026-11-20 10:00Z", tick=False):
        answer = signed_in(plr).post("/plan/edit", grid(plant, day_shift, {"team": plant.a1.pk, "order": order.pk, "planned_qty": "5"}))

    assert answer.status_code == 409
    assert "Its plan stays as it was." in answer.content.decode()


def test_nobody_plans_or_confirms_elsewhere(plant, day_shift, signed_in):
    theirs = PlanLineFactory(team=plant.b1, business_date=FRIDAY, shift=day_shift)
    sup, plr = signed_in(plant.person("sup", plant.a)), plant.person("plr", plant.a)

    sup.post("/plan/confirm", {"line": f"{theirs.pk}:1"})
    theirs.refresh_from_db()
    assert theirs.status == "to_confirm"
    assert str(theirs.product.label) not in sup.get(DAY).content.decode()
    client = signed_in(plr)
    assert client.get(f"/plan/edit?workshop={plant.b.pk}").status_code == 404
    assert client.post("/plan/edit", grid(plant, day_shift, workshop=plant.b.pk)).status_code == 404


@pytest.mark.req("PLN-06")
def test_the_room_that_keeps_material_answers_beside_each_line_and_until_then_the_page_says_so(
    plant, day_shift, sup, signed_in, monkeypatch
):
    line = PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift)
    client = signed_in(sup)
    monkeypatch.setattr(hooks, "named_answers", {})
    assert "Material is not kept here yet" in client.get(DAY).content.decode()

    asked = []

    def answer(lines):
        asked.append([one.pk for one in lines])
        return {line.pk: hooks.Slot("", "plans/_words.html", {"words": "short 30 kg"}) for line in lines}

    hooks.answer_slot("material_readiness", answer)
    with pytest.raises(ValueError):
        hooks.answer_slot("material_readiness", answer)
    with pytest.raises(KeyError):
        hooks.answer_slot("weather", answer)
    page = client.get(DAY).content.decode()
    assert "short 30 kg" in page
    assert "Material is not kept here yet" not in page
    assert asked == [[line.pk]]


@pytest.mark.parametrize("address", [DAY, "/plan/lines", "/plan/edit?on=2026-11-20"])
def test_the_pages_cost_the_same_few_statements_however_much_is_planned(plant, day_shift, signed_in, address):
    client = signed_in(plant.person("plr", plant.a))

    def work(count):
        for _ in range(count):
            PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, process=ProcessFactory())

    work(2)
    few = own_statements(client, address)
    work(20)
    assert own_statements(client, address) <= few <= 14


def test_the_register_and_its_file(plant, day_shift, signed_in):
    PlanLineFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, planned_qty=D(750))
    client = signed_in(plant.person("sup", plant.a))

    assert "750" in client.get("/plan/lines").content.decode()
    assert "750" in client.get("/plan/lines?view=all&q=PR-&status=to_confirm").content.decode()
    exported = b"".join(client.get("/data/plan_lines/export?form=csv").streaming_content).decode("utf-8-sig")
    assert exported.splitlines()[0] == "business_date,shift_code,team_code,order_number,product_code,process_code,planned_qty,note"
