"""How long a process of the plant stays down after it died."""

from types import SimpleNamespace

import pytest

from stack import up
from stack.up import STEADY_SECONDS, Plant


@pytest.fixture
def plant(monkeypatch, tmp_path):
    """A plant whose processes are names only; ``plant.now`` is the time."""
    monkeypatch.setenv("FLOOROPS_VAR", str(tmp_path))
    plant = Plant()
    plant.now = 1000.0
    plant.mark = SimpleNamespace(write=lambda **told: None)
    plant.log = SimpleNamespace(say=lambda who, text: None, follow=lambda who, child: None)
    monkeypatch.setattr(up.time, "monotonic", lambda: plant.now)
    monkeypatch.setattr(up.children, "start", lambda *args, **kwargs: SimpleNamespace(pid=1, poll=lambda: 1, returncode=1))
    monkeypatch.setattr(up.children, "end", lambda ended: None)
    return plant


def down_for(plant, role, lives) -> float:
    """The delay after a life of so many seconds."""
    plant.start(role)
    plant.now += lives
    plant._mind(role, plant.now)
    delay = role.start_at - plant.now
    plant.now = role.start_at
    return delay


def test_what_dies_young_waits_longer_each_time_and_what_lived_begins_anew(plant):
    worker = plant.roles[1]

    assert [down_for(plant, worker, 5) for _time in range(7)] == [45, 90, 180, 360, 720, 1440, 1440]
    assert [down_for(plant, worker, STEADY_SECONDS), down_for(plant, worker, 5)] == [45, 90]
