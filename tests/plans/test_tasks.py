"""Work is decoded, delegated and coordinated (PLN-16)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction

from people.models import Notice
from plans.errors.findings import DueInThePast, PartsOpen, SameOwner, TaskClosed, TextTooLong
from plans.errors.orders import ReasonNeeded
from plans.models import Task
from plans.selectors.team_tasks import parts_of
from plans.services import (
    cancel_task,
    change_task_due,
    comment_on_task,
    finish_task,
    give_task,
    reassign_task,
    reopen_task,
)
from tests.factories.work_logs import surveyed

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)
LATER = date(2026, 11, 27)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def boss(plant):
    return plant.person("wsm", plant.a)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def leader(plant):
    return plant.person("tld", plant.a1)


def given(plant, boss, owner, title="Clear aisle 3", **more):
    return give_task(**{"title": title, "node": plant.a, "owner": owner, "due_on": LATER, "by": boss} | more)


def told(person, kind):
    return Notice.objects.filter(recipient=person, kind=kind, done_at=None).count()


@pytest.mark.req("PLN-16")
def test_a_parent_shows_how_many_of_its_child_tasks_are_done(plant, boss, sup, leader):
    whole = given(plant, boss, sup)
    parts = [given(plant, sup, leader, f"Part {number}", parent=whole) for number in range(1, 5)]
    assert parts_of([whole.pk])[whole.pk].percent == Decimal(0)

    finish_task(task=parts[0], by=leader)
    assert parts_of([whole.pk])[whole.pk].percent == Decimal("25.0")
    cancel_task(task=parts[1], reason="No longer wanted", by=sup)
    assert parts_of([whole.pk])[whole.pk].percent == Decimal("33.3")


@pytest.mark.req("PLN-16")
def test_reassigning_notifies_both_owners(plant, boss, sup, leader):
    task = given(plant, boss, sup)
    assert told(sup, "task.owned") == 1

    reassign_task(task=task, owner=leader, by=boss, text="You know the aisle")

    assert (told(leader, "task.owned"), told(sup, "task.handed"), told(sup, "task.owned")) == (1, 1, 0)
    deed = task.deeds.get(deed="handed_over")
    assert (deed.owner_before, deed.owner_after) == (sup, leader)
    reassign_task(task=task, owner=sup, by=leader)
    assert (told(sup, "task.owned"), told(leader, "task.handed")) == (1, 1)
    with pytest.raises(SameOwner):
        reassign_task(task=task, owner=sup, by=boss)


@pytest.mark.req("PLN-16")
def test_helpers_owner_and_giver_hear_of_it(plant, boss, sup, leader):
    task = given(plant, boss, sup, helpers=[leader, sup])
    assert list(task.helpers.all()) == [leader]
    assert told(leader, "task.help") == 1
    comment_on_task(task=task, text="Paint is there", by=leader)
    assert (told(sup, "task.comment"), told(boss, "task.comment"), told(leader, "task.comment")) == (1, 1, 0)
    finish_task(task=task, by=sup, text="Done on Friday")
    assert (told(boss, "task.done"), told(sup, "task.owned")) == (1, 0)


def test_a_whole_is_not_finished_before_its_parts(plant, boss, sup, leader):
    whole = given(plant, boss, sup)
    part = given(plant, sup, leader, parent=whole)
    for step in (lambda: finish_task(task=whole, by=sup), lambda: cancel_task(task=whole, reason="No", by=boss)):
        with pytest.raises(PartsOpen):
            step()
    finish_task(task=part, by=leader)
    finish_task(task=whole, by=sup)
    with pytest.raises(TaskClosed):
        given(plant, sup, leader, parent=whole)
    with pytest.raises(TaskClosed):
        reopen_task(task=part, reason="Not so", by=sup)


def test_due_dates_and_reasons(plant, boss, sup):
    with pytest.raises(DueInThePast):
        given(plant, boss, sup, due_on=date(2026, 11, 19))
    task = given(plant, boss, sup)
    with pytest.raises(ReasonNeeded):
        change_task_due(task=task, due_on=date(2026, 11, 30), reason=" ", by=boss)
    change_task_due(task=task, due_on=date(2026, 11, 30), reason="Paint is late", by=boss)
    assert Notice.objects.get(recipient=sup, done_at=None).due_at.date() == date(2026, 11, 30)
    with pytest.raises(ReasonNeeded):
        reopen_task(task=finish_task(task=task, by=sup), reason="", by=boss)
    assert reopen_task(task=task, reason="Lines are missing", by=boss).status == "open"


def test_what_happened_is_never_rewritten(plant, boss, sup):
    with pytest.raises(DatabaseError), transaction.atomic():
        given(plant, boss, sup).deeds.update(text="Nothing")


# --- pages ---


def step(client, task, name, **data):
    return client.post(f"/tasks/{task.pk}/{name}", {"version": task.version} | data)


@pytest.mark.req("PLN-16")
def test_giving_decoding_and_finishing_on_the_pages(plant, boss, sup, leader, signed_in):
    client = signed_in(boss)
    body = {"title": "Clear aisle 3", "node": plant.a.pk, "owner": sup.pk, "due_on": "2026-11-27", "helpers": [leader.pk]}
    body["request_key"] = uuid4()
    first, again = client.post("/tasks/new", body), client.post("/tasks/new", body)
    task = Task.objects.get()
    assert first["Location"] == again["Location"] == f"/tasks/{task.pk}"

    part = {"title": "Paint", "node": plant.a1.pk, "owner": leader.pk, "due_on": "2026-11-26", "request_key": uuid4()}
    assert signed_in(sup).post(f"/tasks/new?parent={task.pk}", part).status_code == 302
    child = task.children.get()
    assert step(signed_in(leader), child, "done", text="Painted").status_code == 302
    page = signed_in(sup).get(f"/tasks/{task.pk}").content.decode()
    assert "100.0" in page
    assert "1 of 1 done" in page
    for address in ("/tasks", "/tasks?view=given", "/tasks?view=all&status=open", "/tasks?view=late", f"/tasks/new?parent={task.pk}"):
        assert signed_in(sup).get(address).status_code == 200, address


def test_who_looks_on_changes_nothing(plant, boss, sup, leader, signed_in):
    task = given(plant, boss, sup)
    client = signed_in(plant.person("opr", plant.a))
    assert step(client, task, "done").status_code == 403
    assert step(client, task, "reassign", owner=leader.pk).status_code in (403, 422)
    assert step(client, task, "burn").status_code == 404
    finish_task(task=task, by=sup)
    assert step(client, Task.objects.get(), "reopen", reason="I say so").status_code == 403
    assert Task.objects.get().status == "done"
    assert client.get("/tasks/new").status_code == 403
    assert signed_in(plant.person("sup", plant.b)).get(f"/tasks/{task.pk}").status_code == 404


def test_words_that_do_not_fit_are_refused_and_never_cut(plant, boss, sup, leader):
    task, words = given(plant, boss, sup), "x" * 1001
    for say in (
        lambda: given(plant, boss, sup, text=words),
        lambda: reassign_task(task=task, owner=leader, text=words, by=boss),
        lambda: finish_task(task=task, text=words, by=sup),
    ):
        with pytest.raises(TextTooLong):
            say()
    assert list(Task.objects.values_list("status", "owner")) == [("open", sup.pk)]


def test_my_day_lists_my_tasks_and_findings_by_due_time(plant, boss, sup, signed_in):
    given(plant, boss, sup, due_on=date(2026, 11, 20))
    page = signed_in(sup).get("/").content.decode()
    assert "Clear aisle 3" in page
    assert "from wsm A" in page


def test_lists_cost_the_same_however_many(plant, boss, sup, signed_in, django_assert_max_num_queries):
    whole = given(plant, boss, sup)
    for number in range(30):
        given(plant, boss, sup, f"Part {number}", parent=whole)
    client = signed_in(sup)
    for address, most in (("/tasks", 20), (f"/tasks/{whole.pk}", 24)):
        with django_assert_max_num_queries(most):
            client.get(address)


def test_a_task_and_a_survey_are_due_and_nothing_of_them_is_delivered(plant, boss, sup, day_shift, signed_in):
    """An order's due date is the day its goods leave (交期, 交货); that of a task or a survey is a limit."""
    task, survey = given(plant, boss, sup), surveyed(plant.a, owner=sup, by=plant.person("mgr"))
    client, chinese = signed_in(plant.person("mgr")), {"Accept-Language": "zh-hans"}

    for address, words in ((f"/tasks/{task.pk}", "11月27日 前完成"), (f"/surveys/{survey.pk}?tab=history", "截止日期"), ("/tasks", "期限")):
        page = client.get(address, headers=chinese).content.decode()
        assert words in page, address
        assert "交货" not in page
        assert "交期" not in page
    assert "截止" in client.get(f"/sheets/{survey.sections.first().sheet_id}", headers=chinese).content.decode()
