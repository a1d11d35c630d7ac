"""compose.yaml, the Dockerfile and docs/deploy.md speak of the same plant."""

import re

import pytest
import yaml

from tests.stack.plants import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ["migrate", "web", "worker", "beat"]


def test_every_process_of_a_plant_has_a_service():
    assert {"web", "worker", "beat", "postgres", "redis"} <= set(COMPOSE["services"])


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_production_settings_on_the_servers_beside_them(name):
    service = COMPOSE["services"][name]
    assert service["environment"]["DJANGO_SETTINGS_MODULE"] == "floorops.settings.prod"
    assert "@postgres:5432/" in service["environment"]["DATABASE_URL"]
    assert "@redis:6379/" in service["environment"]["REDIS_URL"]
    assert "media:/srv/floorops/var/media" in service["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_everything_in_the_plants_file_reaches_our_services(name):
    assert COMPOSE["services"][name]["env_file"] == ".env"


def test_the_proxy_answers_for_one_name_however_many_are_allowed():
    command = COMPOSE["services"]["proxy"]["command"]
    assert command[command.index("--from") + 1].startswith("${PROXY_HOST:?")


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_is_scaled_has_no_name_or_port_of_its_own(name):
    assert not {"container_name", "ports", "hostname"} & set(COMPOSE["services"][name])


def test_every_variable_that_must_be_set_is_named_in_the_guide():
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "compose.yaml").read_text()))
    guide = (ROOT / "docs" / "deploy.md").read_text()
    assert {name for name in asked if f"{name}=" not in guide} == set()


def test_what_is_passed_on_is_explained():
    passed = set(COMPOSE["x-app"]["environment"]) - {"DJANGO_SETTINGS_MODULE"}
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.M))
    assert passed <= explained
