"""Stocktakes, adjustments, dead stock and lots that run out as pages (MAT-16, MAT-17, MAT-18, GEN-23)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core.clock import plant_today
from materials.models import Adjustment, Balance, Count, CountPlan, Disposal, Item, Lot
from materials.services import Counted, enter_counts, start_count, submit_count
from tests.factories.materials import ItemFactory, make_bin, put
from tests.materials.test_ageing import issued_ago
from tests.materials.test_issue import draw
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def bolts(store):
    item = ItemFactory(code="BOLT", name="Bolt", standard_cost=D(2))
    put(item, "100", make_bin("B-02"))
    return item


@pytest.fixture
def desk(store, signed_in):
    return signed_in(store.keeper)


@pytest.fixture
def count(store, bolts):
    today = plant_today()
    plan = CountPlan.objects.create(name="Store", cycle="month", first_on=today, next_on=today, made_by=store.keeper)
    return start_count(plan=plan, by=store.keeper)


def line_of(count, code):
    return count.lines.get(lot__item__code=code)


def typed(count, figures, **more):
    """The sheet as a browser sends it: figures by item, all else as it was on the page."""
    data = dict(more)
    for line in count.lines.select_related("lot__item"):
        data |= {f"was-{line.pk}": "", f"note-{line.pk}": "", f"note-was-{line.pk}": ""}
        data[f"counted-{line.pk}"] = figures.get(line.lot.item.code, "")
    return data


@pytest.mark.req("MAT-16")
def test_a_plan_is_made_started_counted_blind_handed_in_and_posted_by_another(store, bolts, desk, signed_in):
    made = desk.post(
        "/counts/plans/new", {"name": "Bolts", "where": "", "items": "BOLT\n", "cycle": "month", "next_on": plant_today().isoformat()}
    )
    assert (made.status_code, made["Location"]) == (302, "/counts/plans")
    plan = CountPlan.objects.get()
    assert "Start now" in text_of(desk.get("/counts/plans"))
    started = desk.post(f"/counts/plans/{plan.pk}/start")
    count = Count.objects.get()
    assert started["Location"] == f"/counts/{count.number}"
    sheet = f"/counts/{count.number}/sheet"
    for page in (sheet, f"/counts/{count.number}", f"/counts/{count.number}/paper"):
        shown = desk.get(page)
        assert shown.status_code == 200
        assert "100" not in text_of(shown).replace(count.number, ""), page

    blank = desk.post(sheet, typed(count, {}, then="submit"))
    assert (blank.status_code, "1 lines have no figure yet" in text_of(blank)) == (409, True)
    assert desk.post(sheet, typed(count, {"BOLT": "９7"}, then="submit")).status_code == 302
    count.refresh_from_db()
    assert (count.status, Balance.objects.get(lot__item=bolts).on_hand) == ("submitted", 100)
    own = text_of(desk.get(f"/counts/{count.number}"))
    assert "You counted here, so somebody else decides." in own
    assert store.manager.name in own
    assert desk.post(f"/counts/{count.number}/approve").status_code == 403

    boss = signed_in(store.manager)
    assert count.number in text_of(boss.get("/"))
    shown = text_of(boss.get(f"/counts/{count.number}"))
    for words in ("−3.000", "−6.00", "0.0", "Post 1 difference"):
        assert words in shown, words
    assert boss.post(f"/counts/{count.number}/approve", {"note": "Seen"}).status_code == 302
    assert Balance.objects.get(lot__item=bolts).on_hand == 97
    assert "Seen" in text_of(boss.get(f"/counts/{count.number}"))
    assert "approved" in text_of(boss.get(f"/counts/{count.number}?tab=history")).lower()


@pytest.mark.req("MAT-16")
def test_a_line_is_kept_as_it_is_typed_and_a_form_leaves_alone_what_it_did_not_change(store, count, desk, signed_in):
    sheet = f"/counts/{count.number}/sheet"
    bolt, steel = line_of(count, "BOLT"), line_of(count, "STEEL")
    stale = typed(count, {"STEEL": "499"})
    one = {f"counted-{bolt.pk}": "97", f"was-{bolt.pk}": "", f"note-{bolt.pk}": "two boxes", f"note-was-{bolt.pk}": ""}
    kept = signed_in(store.plant.person("stk", store.plant.a)).post(
        sheet, stale | one, headers={"HX-Request": "true", "HX-Trigger-Name": f"counted-{bolt.pk}"}
    )
    assert (kept.status_code, f'name="was-{bolt.pk}" value="97"' in kept.content.decode()) == (200, True)
    assert "saved" in text_of(kept)
    desk = signed_in(store.keeper)
    assert desk.post(sheet, stale).status_code == 302
    bolt.refresh_from_db()
    steel.refresh_from_db()
    assert (bolt.counted, bolt.note, steel.counted, steel.counted_by) == (97, "two boxes", 499, store.keeper)
    over = desk.post(sheet, typed(count, {"BOLT": "98"}))
    assert (over.status_code, "wrote 97 here meanwhile" in text_of(over), 'value="98"' in over.content.decode()) == (422, True, True)
    fine = {f"counted-{steel.pk}": "1.23456", f"was-{steel.pk}": "499"}
    fault = desk.post(sheet, fine, headers={"HX-Request": "true", "HX-Trigger-Name": f"counted-{steel.pk}"})
    assert "finer than the unit" in text_of(fault)
    words = desk.post(sheet, typed(count, {"STEEL": "many", "BOLT": "97"}))
    assert (words.status_code, 'value="many"' in words.content.decode()) == (422, True)


@pytest.mark.req("MAT-16")
def test_chosen_lines_go_back_and_only_they_stand_on_the_sheet(store, count, desk, signed_in):
    lines = {line.pk: Counted(D(90)) for line in count.lines.all()}
    enter_counts(count=count, lines=lines, by=store.keeper)
    submit_count(count=count, by=store.keeper)
    boss = signed_in(store.manager)
    none = boss.post(f"/counts/{count.number}/recount", {})
    assert (none.status_code, "Choose the lines" in text_of(none)) == (422, True)
    by_value = text_of(boss.get(f"/counts/{count.number}"))
    by_place = text_of(boss.get(f"/counts/{count.number}?sort=place&lines=all"))
    assert by_value.index("BOLT") < by_value.index("STEEL")  # steel has no cost, bolts have
    assert by_place.index("STEEL") < by_place.index("BOLT")
    assert boss.post(f"/counts/{count.number}/recount", {"lines": [line_of(count, "BOLT").pk]}).status_code == 302
    desk = signed_in(store.keeper)
    sheet = text_of(desk.get(f"/counts/{count.number}/sheet"))
    assert ("BOLT" in sheet, "STEEL" in sheet) == (True, False)
    assert desk.post(f"/counts/{count.number}/cancel", {"reason": " "}).status_code == 422
    assert desk.post(f"/counts/{count.number}/cancel", {"reason": "Fire drill"}).status_code == 302
    assert "Fire drill" in text_of(desk.get(f"/counts/{count.number}"))


@pytest.mark.req("MAT-16")
def test_stock_that_moved_on_is_shown_at_its_line_and_the_refusal_posts_nothing(store, count, signed_in):
    steel = line_of(count, "STEEL")
    enter_counts(count=count, lines={line.pk: Counted(D(50)) for line in count.lines.all()}, by=store.keeper)
    submit_count(count=count, by=store.keeper)
    draw(store, "200")
    boss = signed_in(store.manager)
    assert "only 300.000 kg stand there now" in text_of(boss.get(f"/counts/{count.number}"))
    refused = boss.post(f"/counts/{count.number}/approve", {"note": "Go"})
    assert (refused.status_code, "moved on since the count" in text_of(refused), "Go" in refused.content.decode()) == (409, True, True)
    assert f'value="{steel.pk}" checked' in refused.content.decode()
    assert Balance.objects.get(lot=steel.lot, place=steel.place).on_hand == 300


def test_a_plan_says_what_it_does_not_know_and_a_start_that_is_refused_says_why(store, count, desk):
    faulty = desk.post("/counts/plans/new", {"name": "X", "items": "BOLT\nNOPE", "cycle": "week", "next_on": "2026-11-20"})
    assert (faulty.status_code, "“NOPE” is not known here." in text_of(faulty)) == (422, True)
    refused = desk.post(f"/counts/plans/{count.plan_id}/start")
    assert (refused.status_code, "was started for" in text_of(refused)) == (409, True)
    data = {"name": "Store", "where": "", "cycle": "week", "next_on": "2026-12-24", "version": str(count.plan.version)}
    assert desk.post(f"/counts/plans/{count.plan_id}", data).status_code == 302
    assert desk.post(f"/counts/plans/{count.plan_id}", data | {"is_ended": "on"}).status_code == 409
    desk.post(f"/counts/plans/{count.plan_id}", data | {"is_ended": "on", "version": str(count.plan.version + 1)})
    assert "Store" in text_of(desk.get("/counts/plans?view=ended"))


def ask(client, balance, **more):
    data = {"direction": "less", "quantity": "3", "reason": "missing", "note": "Not in the bin", "request_key": str(uuid4())} | more
    return client.post(f"/adjustments/new?balance={balance.pk}", data)


@pytest.mark.req("MAT-17")
def test_a_storekeeper_drafts_an_adjustment_and_only_another_approves_it(store, bolts, desk, signed_in):
    balance = Balance.objects.get(lot__item=bolts)
    assert "100.000" in text_of(desk.get(f"/adjustments/new?balance={balance.pk}"))
    made = ask(desk, balance)
    asked = Adjustment.objects.get()
    assert made["Location"] == f"/adjustments/{asked.number}"
    shown = text_of(desk.get(f"/adjustments/{asked.number}"))
    for words in ("−3.000", "−6.00", "97.000", "You drafted this, so somebody else decides.", store.manager.name):
        assert words in shown, words
    assert desk.post(f"/adjustments/{asked.number}/approve").status_code == 403
    boss = signed_in(store.manager)
    assert asked.number in text_of(boss.get("/"))
    silent = boss.post(f"/adjustments/{asked.number}/reject", {})
    assert (silent.status_code, "Say why." in text_of(silent)) == (422, True)
    assert boss.post(f"/adjustments/{asked.number}/approve", {"note": "Right"}).status_code == 302
    balance.refresh_from_db()
    assert balance.on_hand == 97
    assert "approved it" in text_of(boss.get(f"/adjustments/{asked.number}"))
    assert boss.post(f"/adjustments/{asked.number}/approve").status_code == 409


def test_an_adjustment_by_codes_and_its_faults_stand_at_their_fields(store, bolts, desk):
    data = {"item": "BOLT", "lot": "", "place": "B-02", "direction": "more", "quantity": "1", "reason": "found", "note": "Behind"}
    for more, words in (
        ({"item": "NOPE"}, "is not known here"),
        ({"lot": "L9"}, "has no such lot"),
        ({"quantity": "500", "direction": "less"}, "Only 100 kg lie at B-02"),
    ):
        refused = desk.post("/adjustments/new", data | more | {"request_key": str(uuid4())})
        assert (refused.status_code, words in text_of(refused), "Behind" in text_of(refused)) == (422, True, True), words
    assert desk.post("/adjustments/new", data | {"request_key": str(uuid4())}).status_code == 302
    assert Adjustment.objects.get().change == 1


@pytest.mark.req("MAT-18")
def test_an_item_last_issued_200_days_ago_is_listed_as_slow_and_an_overdue_decision_shows_red(store, desk, signed_in):
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=D(2), item_class="metal")
    issued_ago(store, 200)
    shown = text_of(desk.get("/dead-stock"))
    for words in ("STEEL", "200", "Slow", "998.00", "Slow after 180 days"):
        assert words in shown, words
    assert "STEEL" not in text_of(desk.get("/dead-stock?view=dead"))
    assert "STEEL" in text_of(desk.get("/dead-stock?view=slow&item_class=metal"))
    assert "Nothing matches" in text_of(desk.get("/dead-stock?q=NOPE"))
    balance = Balance.objects.get(lot__item=store.steel, place__code="B-01")
    form = {"decision": "scrap", "quantity": "9", "reason": "Rusty", "due_on": plant_today().isoformat(), "request_key": str(uuid4())}
    assert desk.get("/disposals/new")["Location"] == "/dead-stock"
    assert desk.post(f"/disposals/new?balance={balance.pk}", form | {"quantity": "900"}).status_code == 422
    made = desk.post(f"/disposals/new?balance={balance.pk}", form)
    disposal = Disposal.objects.get()
    assert made["Location"] == f"/disposals/{disposal.number}"
    assert disposal.number in text_of(desk.get("/dead-stock"))

    Disposal.objects.filter(pk=disposal.pk).update(due_on=plant_today() - timedelta(days=1))
    for page in ("/disposals", f"/disposals/{disposal.number}", "/disposals?view=late"):
        body = desk.get(page).content.decode()
        assert 'class="fo-st is-stop' in body, page
        assert ("bi-alarm" in body, "Overdue" in body) == (True, True), page

    assert desk.post(f"/disposals/{disposal.number}/approve").status_code == 403
    assert desk.post(f"/disposals/{disposal.number}/done").status_code == 409
    boss = signed_in(store.manager)
    assert disposal.number in text_of(boss.get("/"))
    assert boss.post(f"/disposals/{disposal.number}/reject", {}).status_code == 422
    assert boss.post(f"/disposals/{disposal.number}/approve", {}).status_code == 302
    desk = signed_in(store.keeper)
    assert disposal.number in text_of(desk.get("/"))
    assert desk.post(f"/disposals/{disposal.number}/done").status_code == 302
    balance.refresh_from_db()
    assert balance.on_hand == 490
    assert "carried it out" in text_of(desk.get(f"/disposals/{disposal.number}"))
    assert "Rusty" in text_of(desk.get(f"/disposals/{disposal.number}?tab=history"))
    assert "is-stop" not in desk.get(f"/disposals/{disposal.number}").content.decode()


@pytest.mark.req("GEN-23")
def test_a_lot_that_runs_out_in_10_days_is_listed_and_counted_on_my_day(store, desk):
    today = plant_today()
    for code, days in (("IN10", 10), ("IN31", 31), ("GONE", -1)):
        put(store.steel, "5", lot=code, expires_on=today + timedelta(days=days))
    Lot.objects.create(item=store.steel, code="EMPTY", received_on=today, expires_on=today)
    shown = text_of(desk.get("/lots?view=expiring"))
    assert [code in shown for code in ("IN10", "GONE", "IN31", "EMPTY")] == [True, True, False, False]
    assert shown.index("GONE") < shown.index("IN10")
    assert ("Expired" in shown, "Runs out" in shown) == (True, True)
    assert "2 lots run out or have expired" in text_of(desk.get("/"))


def test_lists_and_pages_ask_the_database_a_constant_number_of_times(store, count, desk, django_assert_max_num_queries):
    for number in range(12):
        lot = put(ItemFactory(standard_cost=D(1)), "5", make_bin(f"C-{number:02d}"), lot=f"L{number}", received_on="2025-01-01")
        ask(desk, Balance.objects.get(lot=lot), request_key=str(uuid4()))
        desk.post(
            f"/disposals/new?balance={Balance.objects.get(lot=lot).pk}",
            {"decision": "sell", "quantity": "1", "reason": "Old", "due_on": "2099-01-01", "request_key": str(uuid4())},
        )
    assert (Adjustment.objects.count(), Disposal.objects.count()) == (12, 12)
    plan = CountPlan.objects.create(
        name="C", place=make_bin("C-00").parent, cycle="week", first_on="2026-01-05", next_on="2026-01-05", made_by=store.keeper
    )
    desk.post(f"/counts/{count.number}/cancel", {"reason": "For the next"})
    second = start_count(plan=plan, by=store.keeper)
    pages = {"/counts": 16, "/counts/plans": 17, "/adjustments": 15, "/dead-stock": 17, "/disposals": 15, "/lots?view=expiring": 16}
    pages |= {f"/counts/{second.number}/sheet": 19, f"/counts/{second.number}/paper": 16}
    for address, most in pages.items():
        with django_assert_max_num_queries(most):
            assert desk.get(address).status_code == 200
        assert desk.get(f"{address}{'&' if '?' in address else '?'}file=xlsx").status_code == 200
    enter_counts(count=second, lines={line.pk: Counted(D(4)) for line in second.lines.all()}, by=store.keeper)
    submit_count(count=second, by=store.keeper)
    with django_assert_max_num_queries(20):
        assert desk.get(f"/counts/{second.number}").status_code == 200


@pytest.mark.req("SYS-01")
def test_a_workshops_stocktake_does_not_exist_for_another(store, signed_in):
    draw(store, "50")
    plan = CountPlan.objects.create(
        name="Shop", workshop=store.plant.a, cycle="week", first_on="2026-01-05", next_on="2026-01-05", made_by=store.keeper
    )
    count = start_count(plan=plan, by=store.keeper)
    elsewhere = signed_in(store.plant.person("stk", store.plant.b))
    assert elsewhere.get(f"/counts/{count.number}").status_code == 404
    assert elsewhere.post(f"/counts/{count.number}/sheet", {}).status_code == 404
    assert count.number not in text_of(elsewhere.get("/counts?view=all"))
    assert signed_in(store.plant.person("stk", store.plant.a)).get(f"/counts/{count.number}/sheet").status_code == 200


@pytest.mark.req("MAT-16")
def test_what_moved_before_and_after_the_count_is_told_beside_the_line(store, count, signed_in):
    draw(store, "40")
    enter_counts(
        count=count, lines={line_of(count, "STEEL").pk: Counted(D(450)), line_of(count, "BOLT").pk: Counted(D(100))}, by=store.keeper
    )
    submit_count(count=count, by=store.keeper)
    draw(store, "5")
    shown = text_of(signed_in(store.manager).get(f"/counts/{count.number}"))
    for words in (
        "−10.000",
        "460.000",
        "frozen 500.000",
        "−40.000 kg moved between the freeze and the count",
        "−5.000 kg moved since it was counted",
    ):
        assert words in shown, words
    assert "Post 1 difference" in shown
