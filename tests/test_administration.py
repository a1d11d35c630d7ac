import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.functional import Promise

from floorops.demo import make_demo
from people.models import Staff
from people.roles import Role
from plans.models import Product
from tests.factories.people import make_plant

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db):
    make_demo(months=1)


def test_an_administrator_of_the_whole_company_looks_at_every_register(demo, signed_in):
    client = signed_in(Staff.objects.get(user__username="adm"))
    statuses = {}
    for model in admin.site._registry:
        pages = [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")]
        row = model._default_manager.first()
        if row:
            pages.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))
        statuses |= {page: client.get(page).status_code for page in pages}

    assert len(statuses) > 30
    assert set(statuses.values()) == {200}, statuses


def test_every_register_and_column_of_ours_has_a_name_that_is_translated():
    ours = [model for model in admin.site._registry if model._meta.app_label == "core"]
    bare = [model._meta.label for model in ours if not isinstance(model._meta.verbose_name, Promise)]
    bare += [
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.concrete_fields
        if not isinstance(field.verbose_name, Promise) and field.name != "id"
    ]
    assert bare == []


def test_registers_are_not_changed_there(demo, signed_in):
    client = signed_in(Staff.objects.get(user__username="adm"))
    product = Product.objects.first()

    answer = client.post(reverse("admin:plans_product_change", args=[product.pk]), {"name": "changed"})

    assert answer.status_code == 403
    assert client.get(reverse("admin:plans_product_add")).status_code == 403


@pytest.mark.parametrize("page", ["/admin/", "/admin/plans/product/"])
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADM}))
def test_other_roles_do_not_enter(role, page, plant, signed_in):
    assert signed_in(plant.person(role)).get(page).status_code in (302, 403)
    assert signed_in(plant.person(role)).get(page, follow=True).status_code == 403


@pytest.mark.parametrize("page", ["/admin/", "/admin/plans/product/"])
def test_whoever_is_not_signed_in_is_led_to_sign_in(page, client, db):
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/sign-in")
    assert answer.wsgi_request.path == "/sign-in"


def test_an_administrator_of_one_plant_of_several_does_not_see_the_others_rows(plant, signed_in):
    client = signed_in(plant.person("adm"))
    assert client.get("/admin/").status_code == 200

    make_plant("Q-")

    assert signed_in(plant.person("adm")).get("/admin/", follow=True).status_code == 403
