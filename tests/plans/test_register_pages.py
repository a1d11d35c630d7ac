from datetime import date
from decimal import Decimal

import pytest

from core.models import Unit
from plans.models import Process, Product, StandardHours
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory, StandardHoursFactory
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def adm(plant):
    return plant.person("adm")


def pcs():
    return Unit.objects.get(code="pcs").pk


def test_a_product_is_made_changed_and_its_history_told(plr, signed_in):
    client = signed_in(plr)
    client.post("/products/new", {"code": "HB-120", "name": "Hinge bracket", "name_zh": "铰链支架", "unit": pcs()})
    product = Product.objects.get()

    client.post(f"/products/{product.pk}/edit", {"code": "HB-120", "name": "Hinge", "unit": pcs()})

    product.refresh_from_db()
    assert (product.name, product.name_zh) == ("Hinge", "")
    history = client.get(f"/products/{product.pk}?tab=history").content.decode()
    assert "plr A" in history
    assert "Hinge bracket" in history


def test_a_code_in_use_is_refused_at_its_field(plr, signed_in):
    product = ProductFactory()

    response = signed_in(plr).post("/products/new", {"code": product.code, "name": "x", "unit": pcs()})

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"code"})


def test_the_unit_of_a_product_in_use_stays(plr, plant, signed_in):
    product = OrderFactory(workshop=plant.a).product
    form = {"code": product.code, "name": "x", "unit": Unit.objects.get(code="kg").pk}

    response = signed_in(plr).post(f"/products/{product.pk}/edit", form)

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"unit"})


def test_a_process_is_made_in_its_workshop(plr, plant, signed_in):
    signed_in(plr).post("/processes/new", {"code": "PUNCH", "name": "Punching", "org": plant.a.pk, "is_final": "on"})

    process = Process.objects.get()
    assert (process.org, process.is_final, process.is_key) == (plant.a, True, False)
    assert signed_in(plr).get(f"/processes/{process.pk}").status_code == 200


def test_a_standard_is_set_from_a_date_by_the_products_code(plr, signed_in):
    product, process = ProductFactory(), ProcessFactory()
    form = {"product": product.code, "process": process.pk, "hours_per_unit": "0。25", "valid_from": "2026-11-01"}
    client = signed_in(plr)
    client.post("/standard-hours/new", form)

    standard = StandardHours.objects.get()
    assert (standard.hours_per_unit, standard.valid_from) == (Decimal("0.25"), date(2026, 11, 1))
    assert client.post("/standard-hours/new", form).status_code == 422
    assert client.get(f"/standard-hours/{standard.pk}").status_code == 200
    assert client.get(f"/standard-hours/{standard.pk}/edit").context["form"]["product"].value() == product.code
    assert "0.25" in client.get(f"/products/{product.pk}").content.decode()


def test_a_stale_form_is_refused_and_keeps_what_was_typed(plr, signed_in):
    standard = StandardHoursFactory(hours_per_unit=Decimal("0.5"))
    client, edit = signed_in(plr), f"/standard-hours/{standard.pk}/edit"
    form = {"product": standard.product.code, "hours_per_unit": "0.4", "version": client.get(edit).context["form"]["version"].value()}
    assert client.post(edit, form).status_code == 302

    stale = client.post(edit, form | {"hours_per_unit": "0.6"})
    assert (stale.status_code, stale.context["form"]["hours_per_unit"].value()) == (409, "0.6")
    standard.refresh_from_db()
    assert standard.hours_per_unit == Decimal("0.4")
    for address in (f"/products/{standard.product.pk}/edit", f"/processes/{ProcessFactory().pk}/edit"):
        assert 'name="version"' in client.get(address).content.decode()


@pytest.mark.parametrize("register", ["products", "processes", "standard-hours"])
def test_everybody_reads_and_few_write(plant, signed_in, register):
    reader = signed_in(plant.person("sup", plant.a))
    assert reader.get(f"/{register}").status_code == 200
    assert reader.get(f"/{register}/new").status_code == 403
    assert f"/{register}/new" not in reader.get(f"/{register}").content.decode()
    assert signed_in(plant.person("plr", plant.a)).get(f"/{register}/new").status_code == 200


def test_lists_search_sort_and_cost_the_same_however_long(plant, plr, signed_in):
    client = signed_in(plr)
    addresses = ["/products", "/processes", "/standard-hours"]
    StandardHoursFactory(process=ProcessFactory(org=plant.a))
    few = [own_statements(client, address) for address in addresses]
    for _ in range(60):
        StandardHoursFactory(process=ProcessFactory(org=plant.a))
    many = [own_statements(client, address) for address in addresses]

    assert many == few
    assert max(many) <= 6
    wanted = Product.objects.last()
    assert client.get("/products", {"q": wanted.code}).context["rows"] == [wanted]
    assert client.get("/products?q=nothing-like-it").context["rows"] == []
    codes = [row.code for row in client.get("/products?sort=-code").context["rows"]]
    assert codes == sorted(codes, reverse=True)
    assert client.get("/products?page=2").context["page"] == 2


@pytest.mark.req("SYS-01")
def test_a_process_of_another_workshop_is_not_there_and_one_of_no_place_is_everybodys(plr, plant, signed_in):
    theirs, everybodys = ProcessFactory(code="THEIRS", org=plant.b), ProcessFactory(code="ANY", org=None)
    client = signed_in(plr)

    assert [row.code for row in client.get("/processes").context["rows"]] == ["ANY"]
    for address in (f"/processes/{theirs.pk}", f"/processes/{theirs.pk}/edit"):
        assert client.get(address).status_code == 404
    assert client.post(f"/processes/{theirs.pk}/edit", {"code": "MINE", "name": "Mine"}).status_code == 404
    assert client.get(f"/processes/{everybodys.pk}/edit").status_code == 200
    theirs.refresh_from_db()
    assert (theirs.code, theirs.org) == ("THEIRS", plant.b)
