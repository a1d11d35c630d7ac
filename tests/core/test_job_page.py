"""Long work on its page: bar, owner, cancel, start again, and a worker that is not answering."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import JobRun
from core.services import jobs
from core.services.jobs import JobKind
from tests.factories.people import make_plant

pytestmark = pytest.mark.django_db
State = JobRun.State


@pytest.fixture
def run(plant, monkeypatch):
    monkeypatch.setitem(jobs.KINDS, "trial", JobKind("trial", "Month pack, October", lambda pk: None, lambda run: "/more"))
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
def test_the_manager_of_another_plant_does_not_see_it(signed_in, run):
    elsewhere = make_plant("D-")
    assert signed_in(elsewhere.person("mgr")).get(f"/jobs/{run.pk}").status_code == 404

    for_them = JobRun.objects.create(kind="month_pack", params={"plant": "D-P", "month": "2026-10"})
    assert signed_in(elsewhere.person("mgr")).get(f"/jobs/{for_them.pk}").status_code == 200
