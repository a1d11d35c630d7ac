"""The review of a draft order before its release: due date, verdicts, staleness, override, pages (PLN-24)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from core.errors import OwnRequest, RuleBroken
from core.services.settings import change_plant_settings
from people.models import Notice
from plans.errors.orders import NotTheReviewer, ReviewNotPassed, ReviewReopened, ReviewStale, VerdictNeedsWords
from plans.errors.status import WrongStatus
from plans.models import OrderReview, ReviewPart
from plans.selectors.capacity import due_date_found
from plans.selectors.reviews import review_of, with_review
from plans.services import cancel_order, edit_order, judge, open_review, release_order
from tests.factories.people import StaffFactory
from tests.factories.plans import OrderFactory, ProcessFactory, StandardHoursFactory
from tests.factories.rosters import follow, make_pattern
from tests.plans.statements import own_statements
from tests.races import Elsewhere, wait_until_blocked

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLN-24")]
D = Decimal
MONDAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel("2026-11-16T07:00+08:00", tick=True):
        yield


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def asked(plant):
    """Who is asked for the material and for the due date."""
    return {"material": plant.person("stk"), "due_date": plant.person("wsm", plant.a)}


@pytest.fixture
def draft(plant):
    """100 pieces of a product without a standard, due at the end of the week."""
    return OrderFactory(number="MO-1", workshop=plant.a, status="draft", quantity=D(100), start_on=MONDAY, due_on=date(2026, 11, 21))


def passed(order, asked, kinds=("material", "due_date")):
    for kind in kinds:
        judge(order=order, kind=kind, verdict="passed", note="Looked at", by=asked[kind])


def change(order, by, **fields):
    kept = {name: getattr(order, name) for name in ("product", "quantity", "workshop", "team", "start_on", "due_on", "version")}
    return edit_order(order=order, by=by, **kept | fields)


# --- the due date ---


def crew(team, count):
    for _ in range(count):
        StaffFactory(org=team)


def test_hours_of_the_order_stand_against_the_rosters_hours_and_the_load_of_other_orders(plant, day_shift, draft):
    crew(plant.a1, 2)
    follow(plant.a1, make_pattern(day_shift), MONDAY)
    ends = StandardHoursFactory(product=draft.product, hours_per_unit=D("0.25"))
    other = OrderFactory(workshop=plant.a, product=draft.product, quantity=D(60), due_on=date(2026, 11, 20))
    OrderFactory(workshop=plant.a, product=draft.product, quantity=D(400), due_on=date(2026, 11, 22))
    OrderFactory(workshop=plant.b, product=draft.product, quantity=D(400), due_on=date(2026, 11, 20))
    OrderFactory(workshop=plant.a, quantity=D(400), due_on=date(2026, 11, 20))

    found = due_date_found(draft)

    net = day_shift.net_hours
    assert (found.needed, found.days, found.people, found.others, found.uncounted) == (D(25), 6, 2, 2, 1)
    assert (found.capacity, found.load) == (net * 2 * 6, other.quantity * ends.hours_per_unit)
    assert (found.passes, found.short) == (True, 0)


def test_a_due_date_with_too_few_hours_before_it_does_not_pass_by_its_figures(plant, day_shift, draft, plr):
    crew(plant.a1, 1)
    StandardHoursFactory(product=draft.product, hours_per_unit=D(1))

    found = due_date_found(draft)
    assert (found.passes, found.short) == (False, D(100) - found.capacity)
    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr)
    assert "h short: 100.0 h asked" in str(refused.value)


def test_hours_of_the_workshops_processes_add_up_and_those_without_a_process_stand_in(plant, draft):
    here, elsewhere = ProcessFactory(org=plant.a), ProcessFactory(org=plant.b)
    StandardHoursFactory(product=draft.product, hours_per_unit=D(3))
    assert due_date_found(draft).needed == D(300)

    for process, part, hours in ((here, "lid", "0.1"), (here, "box", "0.2"), (elsewhere, "", "5")):
        StandardHoursFactory(product=draft.product, process=process, part=part, hours_per_unit=D(hours))
    assert due_date_found(draft).needed == D(30)


def test_an_order_of_a_team_is_weighed_against_that_team(plant, day_shift, draft):
    crew(plant.a1, 1)
    crew(plant.a2, 5)
    draft.team = plant.a1
    assert due_date_found(draft).people == 1


# --- verdicts ---


def test_without_reviewers_the_figures_decide_and_the_release_keeps_them(draft, plr):
    release_order(order=draft, by=plr)

    review = OrderReview.objects.get(order=draft)
    assert (review.opened_by, review.override) == (plr, "")
    assert [(part.kind, part.verdict, part.reviewer) for part in review.parts.order_by("-kind")] == [
        ("material", "passed", None),
        ("due_date", "passed", None),
    ]


def test_a_plant_may_want_reviewers_always_or_never(draft, plr, asked):
    change_plant_settings(values={"release_reviews": 2})
    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr)
    assert "nobody has reviewed it" in str(refused.value)
    open_review(order=draft, by=plr, **asked)
    passed(draft, asked)
    assert release_order(order=draft, by=plr).is_open

    change_plant_settings(values={"release_reviews": 0})
    other = OrderFactory(workshop=draft.workshop, status="draft")
    assert release_order(order=other, by=plr).is_open
    assert not OrderReview.objects.filter(order=other).exists()


def test_both_reviewers_must_have_passed_the_order(draft, plr, asked):
    open_review(order=draft, by=plr, **asked)
    for said in ("stk P has not said yet", "wsm A has not said yet"):
        with pytest.raises(ReviewNotPassed) as refused:
            release_order(order=draft, by=plr)
        assert said in str(refused.value)
        if said.startswith("stk"):
            judge(order=draft, kind="material", verdict="passed", by=asked["material"])
    judge(order=draft, kind="due_date", verdict="not_passed", note="Press 3 is down", by=asked["due_date"])
    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr)
    assert "wsm A: Press 3 is down" in str(refused.value)

    judge(order=draft, kind="due_date", verdict="passed", note="Press 3 runs", by=asked["due_date"])
    assert release_order(order=draft, by=plr).is_open


def test_who_asks_does_not_judge_and_nobody_judges_for_another(draft, plr, asked):
    with pytest.raises(OwnRequest):
        open_review(order=draft, material=plr, due_date=asked["due_date"], by=plr)
    open_review(order=draft, by=plr, **asked)
    with pytest.raises(NotTheReviewer):
        judge(order=draft, kind="material", verdict="passed", by=asked["due_date"])


def test_a_verdict_that_the_figures_do_not_bear_out_needs_words(draft, plr, asked):
    open_review(order=draft, by=plr, **asked)
    with pytest.raises(VerdictNeedsWords):
        judge(order=draft, kind="due_date", verdict="passed", by=asked["due_date"])  # no standard hours
    with pytest.raises(VerdictNeedsWords):
        judge(order=draft, kind="material", verdict="not_passed", by=asked["material"])


@pytest.mark.parametrize(("field", "value"), [("quantity", D(120)), ("due_on", date(2026, 11, 20)), ("start_on", None)])
def test_a_changed_order_must_be_reviewed_again(draft, plr, asked, field, value):
    open_review(order=draft, by=plr, **asked)
    passed(draft, asked)
    assert with_review(type(draft).objects.all()).get().review_state == review_of(draft).state == "passed"

    changed = change(draft, plr, **{field: value})

    assert with_review(type(draft).objects.all()).get().review_state == review_of(changed).state == "review_stale"
    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr)
    assert "to be reviewed again" in str(refused.value)
    with pytest.raises(ReviewStale):
        judge(order=draft, kind="material", verdict="passed", by=asked["material"])
    open_review(order=draft, by=plr, **asked)
    passed(changed, asked)
    assert release_order(order=draft, by=plr).is_open


def test_an_edit_that_changes_nothing_leaves_the_review(draft, plr, asked):
    open_review(order=draft, by=plr, **asked)
    assert review_of(change(draft, plr)).state == "in_review"


def test_a_manager_overrides_with_words_that_the_review_keeps_but_not_his_own_review(plant, draft, plr, asked):
    open_review(order=draft, by=plr, **asked)
    with pytest.raises(OwnRequest):
        release_order(order=draft, by=plr, override="I say so")
    mgr = plant.person("mgr")

    release_order(order=draft, by=mgr, override="The customer waits")

    review = OrderReview.objects.get(order=draft)
    assert (review.override, review.overridden_by) == ("The customer waits", mgr)
    with pytest.raises(WrongStatus):
        judge(order=draft, kind="material", verdict="passed", by=asked["material"])


def test_a_review_is_never_edited_or_deleted(draft, plr, asked):
    from django.db import IntegrityError, transaction

    review = open_review(order=draft, by=plr, **asked)
    for write in (lambda: OrderReview.objects.update(quantity=1), lambda: OrderReview.objects.filter(pk=review.pk)._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_stale_page_neither_opens_nor_judges(draft, plr, asked):
    first = open_review(order=draft, by=plr, seen=0, **asked)
    with pytest.raises(ReviewReopened):
        open_review(order=draft, by=plr, seen=0, **asked)
    open_review(order=draft, by=plr, seen=first.pk, **asked)
    with pytest.raises(ReviewReopened):
        judge(order=draft, kind="material", verdict="passed", by=asked["material"], review=first.pk)


@pytest.mark.django_db(transaction=True)
def test_a_verdict_given_while_the_order_is_released_waits_and_comes_too_late(draft, plr, asked, plant):
    from django.db import transaction

    open_review(order=draft, by=plr, **asked)
    with transaction.atomic():
        release_order(order=draft, by=plant.person("mgr"), override="Urgent")
        late = Elsewhere(lambda: judge(order=draft, kind="material", verdict="passed", by=asked["material"]))
        wait_until_blocked()
    assert late.outcome == "WrongStatus"


# --- pages ---


def test_the_journey_from_asking_to_the_release(plant, draft, plr, asked, signed_in):
    client = signed_in(plr)
    assert "the figures decide at the release" in client.get("/orders/MO-1").content.decode()
    assert "Nobody was asked yet" in client.get("/orders/MO-1/review").content.decode()
    form = {"material": asked["material"].pk, "due_date": asked["due_date"].pk, "seen": 0}
    assert client.post("/orders/MO-1/review/ask", form | {"material": ""}).status_code == 422
    assert client.post("/orders/MO-1/review/ask", form).status_code == 302
    assert "Review of order MO-1" in signed_in(asked["material"]).get("/").content.decode()

    for kind, person in asked.items():
        client = signed_in(person)
        assert "MO-1" in client.get("/order-reviews?view=mine").content.decode()
        said = {"verdict": "passed", "note": "", "review": OrderReview.objects.get().pk}
        if kind == "due_date":
            refused = client.post(f"/orders/MO-1/review/{kind}", said)
            assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
        assert client.post(f"/orders/MO-1/review/{kind}", said | {"note": "Enough"}).status_code == 302

    client = signed_in(plr)
    assert "Passed" in client.get("/order-reviews?review_state=passed").content.decode()
    assert client.post("/orders/MO-1/release", {"version": draft.version}).status_code == 302
    assert "Enough" in client.get("/orders/MO-1/review").content.decode()


def test_the_first_button_is_the_way_to_the_review_while_it_holds_the_order_up(draft, plr, asked, signed_in):
    def first_button():
        page = signed_in(plr).get("/orders/MO-1").content.decode()
        return [(words.split("</a>")[0].split("</button>")[0].split(">")[-1].strip()) for words in page.split("btn-primary")[1:]]

    assert first_button() == ["Release 100 pieces"]
    open_review(order=draft, **asked, by=plr)
    judge(order=draft, kind="due_date", verdict="not_passed", note="Press 3 is down", by=asked["due_date"])
    assert first_button() == ["See the review"]
    change(draft, plr, quantity=D(90))
    assert first_button() == ["Ask for a review"]


def test_only_who_was_asked_opens_the_verdict(plant, draft, plr, asked, signed_in):
    assert signed_in(asked["material"]).get("/orders/MO-1/review/material").status_code == 404
    open_review(order=draft, by=plr, **asked)
    assert signed_in(asked["material"]).get("/orders/MO-1/review/material").status_code == 200
    assert signed_in(asked["due_date"]).get("/orders/MO-1/review/material").status_code == 403
    assert signed_in(plr).get("/orders/MO-1/review/nonsense").status_code == 404


def test_my_day_of_the_planner_names_the_next_step_of_each_draft(draft, plr, asked, signed_in):
    def steps():
        return [(task.label, task.url) for task in signed_in(plr).get("/").context["day"].tasks]

    assert steps() == [("Release", "/orders/MO-1")]
    open_review(order=draft, by=plr, **asked)
    assert steps() == [("Review", "/orders/MO-1/review")]
    passed(draft, asked)
    assert steps() == [("Release", "/orders/MO-1")]


def test_the_pages_cost_the_same_few_statements_however_many_orders(plant, day_shift, draft, plr, asked, signed_in):
    client = signed_in(plr)
    open_review(order=draft, by=plr, **asked)
    StandardHoursFactory(product=draft.product)
    addresses = ["/order-reviews", "/orders/MO-1/review", "/orders/MO-1"]
    OrderFactory(workshop=plant.a, product=draft.product, due_on=draft.due_on)
    few = [own_statements(client, address) for address in addresses]
    for days in range(20):
        other = OrderFactory(workshop=plant.a, status="draft", due_on=date(2026, 12, 1) + timedelta(days=days))
        open_review(order=other, by=plr, **asked)
        OrderFactory(workshop=plant.a, product=draft.product, due_on=draft.due_on)
        StaffFactory(org=plant.a1)
    many = [own_statements(client, address) for address in addresses]
    assert many == few
    assert max(many) <= 14, many


def test_a_refused_part_of_a_release_writes_nothing(draft, plr, asked):
    open_review(order=draft, by=plr, **asked)
    with pytest.raises(RuleBroken):
        release_order(order=draft, by=plr)
    assert ReviewPart.objects.filter(verdict="").count() == 2


# --- the inbox ---


def told():
    return sorted(Notice.objects.filter(kind="review.asked", done_at=None).values_list("recipient__name", flat=True))


@pytest.mark.req("SYS-04")
def test_reviewers_are_told_until_they_judged_or_nobody_need_judge_any_more(draft, plr, asked):
    open_review(order=draft, **asked, by=plr)
    both = sorted(person.name for person in asked.values())
    assert told() == both
    passed(draft, asked, ["material"])
    assert told() == [asked["due_date"].name]

    open_review(order=draft, **asked, by=plr)
    assert told() == both
    passed(draft, asked)
    assert told() == []

    open_review(order=draft, **asked, by=plr)
    cancel_order(order=draft, reason="Not wanted", by=plr)
    assert told() == []
