"""The house stands as drawn: no relation points up, every refusal says its words, every model chose whether it may change."""

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from core.errors import RuleBroken

FLOORS = ["core", "people", "plans", "materials", "equipment", "quality", "reports", "floorops"]


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
