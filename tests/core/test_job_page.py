"""Long work on its page: bar, owner, cancel, start again, and a worker that is not answering."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import JobRun, TableImport
from core.services import jobs
from core.services.jobs import JobKind
from people.access import access_of
from tests.factories.people import make_plant

pytestmark = pytest.mark.django_db
State = JobRun.State


def may_start(run, access):
    return access.may("report.approve")


@pytest.fixture
def run(plant, monkeypatch):
    monkeypatch.setitem(jobs.KINDS, "trial", JobKind("trial", "Month pack, October", lambda pk: None, lambda run: "/more", may_start))
    owner = plant.person("wsm", plant.a)
    return JobRun.objects.create(
        kind="trial", owner_no=owner.staff_no, state=State.RUNNING, percent=62, started_at=timezone.now(), beat_at=timezone.now()
    )


def page(client, run, **headers) -> str:
    return client.get(f"/jobs/{run.pk}", headers=headers).content.decode()


def test_running_work_shows_how_far_it_is_and_asks_for_itself_until_it_is_over(signed_in, plant, run):
    client = signed_in(plant.person("wsm", plant.a))
    html = page(client, run)
    for words in ("Running", "62 %", "Month pack, October", "wsm A", 'hx-trigger="every 2s"', "Cancel"):
        assert words in html

    JobRun.objects.update(state=State.DONE, percent=100, ended_at=timezone.now())
    part = page(client, run, **{"HX-Request": "true"})
    assert part.lstrip().startswith("<div")
    assert "hx-trigger" not in part
    assert "Open the result" in part


def test_a_lost_worker_never_looks_like_running(signed_in, plant, run):
    JobRun.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    html = page(signed_in(plant.person("wsm", plant.a)), run)
    assert "Worker not answering" in html
    assert "Start again" in html
    assert ">Running<" not in html


def test_its_owner_cancels_and_starts_again(signed_in, plant, run):
    client = signed_in(plant.person("wsm", plant.a))
    client.post(f"/jobs/{run.pk}", {"do": "cancel"})
    run.refresh_from_db()
    assert run.cancel_asked

    JobRun.objects.update(state=State.CANCELLED, ended_at=timezone.now())
    client.post(f"/jobs/{run.pk}", {"do": "restart"})
    run.refresh_from_db()
    assert run.state == State.QUEUED


@pytest.mark.req("SYS-01")
def test_work_of_others_is_seen_by_who_sees_the_plant_alone(signed_in, plant, run):
    assert signed_in(plant.person("wsm", plant.b)).get(f"/jobs/{run.pk}").status_code == 404
    assert signed_in(plant.person("mgr")).get(f"/jobs/{run.pk}").status_code == 200
    assert signed_in(plant.person("opr", plant.a)).get(f"/jobs/{run.pk}").status_code == 404


@pytest.mark.req("SYS-01")
def test_who_only_sees_the_plant_neither_stops_nor_starts_work_without_the_right_of_its_kind(signed_in, plant, run):
    director = signed_in(plant.person("dir"))
    assert "Cancel" not in page(director, run)
    assert director.post(f"/jobs/{run.pk}", {"do": "cancel"}).status_code == 403

    JobRun.objects.update(state=State.FAILED, ended_at=timezone.now())
    assert "Start again" not in page(director, run)
    assert director.post(f"/jobs/{run.pk}", {"do": "restart"}).status_code == 403
    run.refresh_from_db()
    assert (run.state, run.owner_no) == (State.FAILED, plant.person("wsm", plant.a).staff_no)

    manager = signed_in(plant.person("mgr"))
    assert "Start again" in page(manager, run)
    manager.post(f"/jobs/{run.pk}", {"do": "restart"})
    run.refresh_from_db()
    assert (run.state, run.owner_no) == (State.QUEUED, plant.person("mgr").staff_no)


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize(("role", "may"), [("mgr", True), ("dir", False), ("adm", False), ("plr", False)])
def test_each_kind_asks_for_its_own_right(plant, role, may):
    pack = JobRun(kind="month_pack", params={"plant": plant.plant.code, "month": "2026-10"})
    orders = JobRun(kind="table_import", params={"import": TableImport.objects.create(kind="orders", by_no="X").pk})
    access = access_of(plant.person(role))
    assert (jobs.KINDS["month_pack"].may_start(pack, access), jobs.KINDS["table_import"].may_start(orders, access)) == (may, role == "plr")


@pytest.mark.req("SYS-01")
def test_the_manager_of_another_plant_does_not_see_it(signed_in, run):
    elsewhere = make_plant("D-")
    assert signed_in(elsewhere.person("mgr")).get(f"/jobs/{run.pk}").status_code == 404

    for_them = JobRun.objects.create(kind="month_pack", params={"plant": "D-P", "month": "2026-10"})
    assert signed_in(elsewhere.person("mgr")).get(f"/jobs/{for_them.pk}").status_code == 200
