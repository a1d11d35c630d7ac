"""The house stands as drawn: no relation points up, every refusal says its words, every model chose whether it may change."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from core.errors import RuleBroken

FLOORS = ["core", "people", "plans", "materials", "equipment", "quality", "reports", "floorops"]

# What a room is asked by others through; its forms, filters, views, tables and helpers are its own. ``errors`` are what its services raise.
FRONT_DOORS = {"models", "errors", "services", "selectors"}
# Beside these: who may what, who is on duty, and fields to choose people and units with, for every page above; the hooks of plans with the
# figures that are answered to them.
MORE_DOORS = {
    "people": {"access", "calendar", "doors", "fields", "notices", "roles", "roster", "roster_rows", "standing"},
    "plans": {"hooks", "review_figures"},
}


def own_models():
    return [model for model in apps.get_models() if model._meta.app_label in FLOORS and not hasattr(model, "pgh_tracked_model")]


def test_no_relation_points_up():
    wrong = []
    for model in own_models():
        floor = FLOORS.index(model._meta.app_label)
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                target = field.related_model._meta.app_label
                if target in FLOORS and FLOORS.index(target) > floor:
                    wrong.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert wrong == []


def test_no_generic_foreign_keys_for_facts():
    for model in own_models():
        assert not list(model._meta.private_fields), model


def imported(source: str) -> Iterator[str]:
    """Every module, and every name taken from one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def past_the_door(room: str, source: str) -> list[str]:
    """What this source of a room takes from another one in another way than through its front doors."""
    wrong = []
    for name in imported(source):
        other, _, inside = name.partition(".")
        if other in FLOORS[1:-1] and other != room and inside.partition(".")[0] not in FRONT_DOORS | MORE_DOORS.get(other, set()):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("room", FLOORS[1:-1])
def test_a_room_is_asked_only_through_its_front_doors(room):
    """``core`` is there for everybody, and the project puts the rooms' pages, routers and tables together."""
    files = [path for path in (Path(settings.BASE_DIR) / room).rglob("*.py") if "migrations" not in path.parts]
    assert files
    assert [f"{path}: {name}" for path in files for name in past_the_door(room, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("from plans.services import release_order", []),
        ("from plans.selectors.orders import orders_seen", []),
        ("from plans import models, hooks", []),
        ("from materials.forms.fields import Anything", []),
        ("from plans.forms.fields import CodeField", ["plans.forms.fields.CodeField"]),
        ("from plans import tables", ["plans.tables"]),
        ("import plans.filters", ["plans.filters"]),
        ("def late():\n    from reports.views.months import Months", ["reports.views.months.Months"]),
    ],
)
def test_what_comes_in_by_another_way_is_found(line, wrong):
    assert past_the_door("materials", line) == wrong


# Each hands the whole environment on, says which settings are to be used, or asks what the terminal speaks.
READ_THE_ENVIRONMENT = {
    "floorops/settings/env.py",
    "floorops/celery.py",
    "floorops/wsgi.py",
    "floorops/backups.py",
    "floorops/management/shell_language.py",
    "reports/charts/style.py",
}


def test_settings_come_from_the_environment_through_one_reader():
    readers = set()
    for floor in FLOORS:
        for path in (Path(settings.BASE_DIR) / floor).rglob("*.py"):
            names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
            if names & {"environ", "getenv"}:
                readers.add(path.relative_to(settings.BASE_DIR).as_posix())
    assert readers == READ_THE_ENVIRONMENT


def modules():
    for room in FLOORS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" not in found.name and ".settings" not in found.name:
                yield found.name


def test_every_module_imports_and_every_refusal_has_a_code_and_a_translatable_sentence():
    for name in modules():
        importlib.import_module(name)

    def below(cls):
        for child in cls.__subclasses__():
            yield child
            yield from below(child)

    refusals = list(below(RuleBroken))
    assert len(refusals) > 5
    for refusal in refusals:
        assert isinstance(refusal.sentence, Promise), refusal
        assert refusal.status in (400, 401, 403, 404, 409, 422, 429), refusal


def test_money_and_quantities_are_never_floats():
    floats = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.fields
        if isinstance(field, models.FloatField)
    ]
    assert floats == []


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_names_of_people_and_text_are_never_null(model):
    nullable = [field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField) and field.null]
    assert nullable == []
