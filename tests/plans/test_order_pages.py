from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core.services.settings import change_plant_settings
from plans import hooks
from plans.models import ProductionOrder
from plans.services import edit_order, release_order
from tests.factories.checklists import FRIDAY
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ProductFactory, ReportFactory
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def draft(plant, plr):
    return OrderFactory(workshop=plant.a, status="draft", number="MO-1", made_by=plr)


def typed(order_or_product, workshop, **more):
    form = {"product": order_or_product, "quantity": "1，000", "workshop": workshop.pk, "team": "", "due_on": "2026-12-01"}
    return form | {"request_key": str(uuid4())} | more


def test_the_planner_makes_an_order_and_it_is_a_draft(plant, plr, signed_in):
    product = ProductFactory()

    response = signed_in(plr).post("/orders/new", typed(product.code, plant.a))

    order = ProductionOrder.objects.get()
    assert response.headers["Location"] == f"/orders/{order.number}"
    assert (order.status, order.quantity, order.made_by) == ("draft", Decimal(1000), plr)


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(plant, plr, signed_in):
    response = signed_in(plr).post("/orders/new", typed("nope", plant.a, quantity="0", start_on="2026-12-24"))
    assert set(response.context["form"].errors) == {"product"}
    response = signed_in(plr).post("/orders/new", typed(ProductFactory().code, plant.a, start_on="2026-12-24"))
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"due_on"})
    assert 'value="2026-12-24"' in response.content.decode()


def test_an_order_for_a_workshop_elsewhere_is_not_offered(plant, plr, signed_in):
    response = signed_in(plr).post("/orders/new", typed(ProductFactory().code, plant.b))

    assert set(response.context["form"].errors) == {"workshop"}


def test_a_stale_form_shows_both_and_saving_again_is_a_choice(plant, plr, signed_in, draft):
    form = typed(draft.product.code, plant.a, quantity="900", version=draft.version)
    edit_order(order=draft, version=1, product=draft.product, quantity=Decimal(1200), workshop=plant.a, due_on=date(2026, 12, 1), by=plr)
    client = signed_in(plr)

    response = client.post("/orders/MO-1/edit", form)
    assert response.status_code == 409
    assert [(row["typed"], row["now"]) for row in response.context["stale"]] == [("900", "1,200")]
    page = response.content.decode()
    assert 'value="900"' in page

    assert client.post("/orders/MO-1/edit", form | {"version": 2}).status_code == 302
    draft.refresh_from_db()
    assert draft.quantity == Decimal(900)


def test_the_page_says_in_words_that_no_review_stands_before_a_release(plr, signed_in, draft):
    change_plant_settings(values={"release_reviews": 0})
    page = signed_in(plr).get("/orders/MO-1").content.decode()

    assert "No review stands before a release in this plant yet" in page
    assert signed_in(plr).post("/orders/MO-1/release", {"version": 1}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_open


def test_a_review_that_says_no_is_shown_and_only_the_manager_overrides_it(plant, plr, signed_in, draft, monkeypatch):
    monkeypatch.setattr(hooks, "release_checks", [lambda order: hooks.Review("Material", passed=False, words="steel short 30 kg")])

    response = signed_in(plr).post("/orders/MO-1/release", {"version": 1})
    assert response.status_code == 409
    assert "steel short 30 kg" in response.content.decode()
    assert signed_in(plr).post("/orders/MO-1/release", {"version": 1, "reason": "I say so"}).status_code == 403
    mgr = plant.person("mgr")
    assert "Release in spite of the review" in signed_in(mgr).get("/orders/MO-1").content.decode()
    assert signed_in(mgr).post("/orders/MO-1/release", {"version": 1, "reason": "Steel comes tomorrow"}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_open


def test_a_manager_does_not_release_without_overriding(plant, signed_in, draft):
    assert signed_in(plant.person("mgr")).post("/orders/MO-1/release", {"version": 1}).status_code == 403


def test_where_no_review_says_no_there_is_nothing_to_override(plant, signed_in, draft):
    assert signed_in(plant.person("mgr")).post("/orders/MO-1/release", {"version": 1, "reason": "Because"}).status_code == 403
    draft.refresh_from_db()
    assert not draft.is_open


def test_hold_resume_and_close_from_the_page(plr, signed_in, draft):
    release_order(order=draft, by=plr)
    client = signed_in(plr)

    assert client.post("/orders/MO-1/hold", {"reason": ""}).status_code == 422
    for step, status in (("hold", "on_hold"), ("resume", "released"), ("close", "closed")):
        assert client.post(f"/orders/MO-1/{step}", {"reason": "Drawing changed"}).status_code == 302
        draft.refresh_from_db()
        assert draft.status == status
    assert client.post("/orders/MO-1/hold", {"reason": "x"}).status_code == 409


def test_a_draft_is_cancelled_with_a_reason_that_the_history_keeps(plr, signed_in, draft):
    signed_in(plr).post("/orders/MO-1/cancel", {"reason": "Customer withdrew"})

    draft.refresh_from_db()
    assert draft.status == "cancelled"
    page = signed_in(plr).get("/orders/MO-1?tab=history").content.decode()
    assert "Cancelled" in page
    assert page.count("Reason: Customer withdrew") == 1


def test_progress_counts_submitted_output_of_final_processes_with_what_was_recovered(plant, plr, signed_in, day_shift):
    order = OrderFactory(workshop=plant.a, number="MO-9", quantity=1000)
    first, final = ProcessFactory(is_final=False), ProcessFactory()
    report = ReportFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift)
    LineFactory(report=report, order=order, product=order.product, process=first, good_qty=700)
    LineFactory(report=report, order=order, product=order.product, process=final, good_qty=600, recovered_qty=12)
    draft = ReportFactory(team=plant.a2, business_date=FRIDAY, shift=day_shift, status="draft")
    LineFactory(report=draft, order=order, product=order.product, process=final, good_qty=100)

    response = signed_in(plr).get("/orders/MO-9")

    progress = response.context["progress"]
    assert (progress.good, progress.percent, progress.left) == (Decimal(612), Decimal("61.2"), Decimal(388))
    assert "612<span" in response.content.decode()
    assert "700" in signed_in(plr).get("/orders/MO-9?tab=reports").content.decode()


def test_who_sees_an_order(plant, signed_in):
    free = OrderFactory(workshop=plant.a, number="MO/A 1")
    given = OrderFactory(workshop=plant.a, number="MO-A2", team=plant.a2)

    def sees(role, node=None):
        client = signed_in(plant.person(role, node))
        return [client.get(f"/orders/{order.number}").status_code for order in (free, given)]

    assert sees("sup", plant.a) == [200, 200]
    assert sees("tld", plant.a1) == [200, 404]
    assert sees("tld", plant.a2) == [200, 200]
    assert sees("sup", plant.b) == [404, 404]
    assert sees("mgr") == [200, 200]


@pytest.mark.parametrize("step", ["edit", "release", "hold", "resume", "close", "cancel"])
def test_nobody_but_the_planner_takes_a_step(plant, signed_in, draft, step):
    assert signed_in(plant.person("sup", plant.a)).post(f"/orders/MO-1/{step}", {"reason": ""}).status_code == 403
    assert signed_in(plant.person("plr", plant.b)).post(f"/orders/MO-1/{step}", {}).status_code == 404


def test_pages_cost_the_same_few_statements_however_many_orders(plant, plr, signed_in, draft, day_shift):
    client = signed_in(plr)
    addresses = ["/orders?view=all", "/orders/MO-1", "/orders/MO-1?tab=reports"]
    LineFactory(report=ReportFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift), order=draft, product=draft.product)
    few = [own_statements(client, address) for address in addresses]
    for days in range(1, 25):
        order = OrderFactory(workshop=plant.a)
        report = ReportFactory(team=plant.a1, business_date=FRIDAY - timedelta(days=days), shift=day_shift)
        LineFactory(report=report, order=draft, product=draft.product)
        LineFactory(report=report, order=order, product=order.product)
    many = [own_statements(client, address) for address in addresses]

    assert many == few
    assert max(many) <= 10, dict(zip(addresses, many, strict=True))
