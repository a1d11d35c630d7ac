"""Templates, exports and imports as pages: the same files, the same rules, nothing outside one's scope."""

import csv
import io

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.errors import NotAllowed
from core.models import JobRun, TableImport
from core.services.jobs import JobStopped, restart_job
from core.tables import KINDS
from floorops import data
from floorops.tasks import look_at_file
from plans.models import Product, ProductionOrder
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ProductFactory, ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def file_of(text: str, name: str = "rows.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def brought(client, kind, text, name="rows.csv"):
    """Send a file and follow to what the look at it said."""
    return client.post(f"/data/{kind}/import", {"file": file_of(text, name)}, follow=True)


GOOD = "code,name,unit\nN1,Gear,pcs\nN2,Pin,kg\n"


def test_the_page_of_tables_offers_import_to_whoever_edits_the_table(plant, signed_in):
    page = signed_in(plant.person("plr")).get("/data").content.decode()

    assert all(f'href="/data/{kind}/export?form=csv"' in page for kind in KINDS)
    assert 'href="/data/products/import"' in page
    assert 'href="/data/staff/import"' not in page


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_templates_hold_the_columns_and_load(plant, signed_in, kind, form):
    answer = signed_in(plant.person("adm")).get(f"/data/{kind}/template?form={form}")

    content = b"".join(answer.streaming_content)
    if form == "csv":
        names = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        names = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())]
    assert tuple(names) == KINDS[kind].names
    assert answer["Content-Disposition"] == f'attachment; filename="{kind}-template.{form}"'


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_holds_what_the_person_sees_and_nothing_else(plant, signed_in, form):
    product = ProductFactory()
    for number, workshop in (("MO-A", plant.a), ("MO-B", plant.b)):
        OrderFactory(number=number, product=product, workshop=workshop)
    for team in (plant.a1, plant.b1):
        LineFactory(report=ReportFactory(team=team, business_date="2026-10-01"), product=product, remark=f"of {team.code}")
    for code, place in (("CUT", plant.a), ("DYE", plant.b), ("PACK", None)):
        ProcessFactory(code=code, org=place)
    client = signed_in(plant.person("wsm", plant.a))

    seen = {}
    for kind in ("orders", "daily-reports", "organisation", "staff", "processes"):
        content = b"".join(client.get(f"/data/{kind}/export?form={form}").streaming_content)
        if form == "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        else:
            rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
        seen[kind] = rows[1:]

    assert [row[0] for row in seen["orders"]] == ["MO-A"]
    assert [row[-1] for row in seen["daily-reports"]] == ["of A1"]
    assert {row[0] for row in seen["organisation"]} == {"A", "A1", "A2"}
    assert {row[2] for row in seen["staff"]} == {"A"}
    assert {row[0] for row in seen["processes"]} == {"CUT", "PACK"}


def test_a_large_workbook_is_refused_in_words_and_csv_is_not(plant, signed_in, monkeypatch):
    monkeypatch.setattr(data, "XLSX_MOST_ROWS", 2)
    ProductFactory.create_batch(3)
    client = signed_in(plant.person("plr"))

    refused = client.get("/data/products/export")
    assert refused.status_code == 409
    assert "at most 2 rows" in refused.content.decode()
    assert b"".join(client.get("/data/products/export?form=csv").streaming_content).count(b"\n") == 4


def test_a_file_is_looked_at_first_and_loaded_on_a_second_press(plant, signed_in, files):
    planner = plant.person("plr")
    client = signed_in(planner)

    looked = brought(client, "products", GOOD)
    assert not Product.objects.exists()
    row = TableImport.objects.get()
    assert row.outcome == {"created": 2, "updated": 0, "unchanged": 0, "notes": [], "faults": [], "fault_count": 0}
    assert "Load these rows" in looked.content.decode()

    loaded = client.post(f"/data/imports/{row.pk}", follow=True)
    assert "Load these rows" not in loaded.content.decode()
    assert set(Product.objects.values_list("code", flat=True)) == {"N1", "N2"}
    assert Product.objects.first().events.get().pgh_context.metadata["by"] == planner.staff_no


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_loads_once(plant, signed_in):
    client = signed_in(plant.person("plr"))
    brought(client, "products", GOOD)
    address = f"/data/imports/{TableImport.objects.get().pk}"
    client.post(address)
    Product.objects.filter(code="N1").update(name="Changed by hand")

    again = client.post(address)

    assert again.status_code == 302
    assert Product.objects.get(code="N1").name == "Changed by hand"


@pytest.mark.django_db(transaction=True)
def test_a_loaded_file_does_not_stay(plant, signed_in):
    client = signed_in(plant.person("plr"))
    brought(client, "products", GOOD)
    row = TableImport.objects.get()
    assert default_storage.exists(row.file.name)

    client.post(f"/data/imports/{row.pk}")

    assert not default_storage.exists(row.file.name)


def test_faults_stand_in_a_table_by_row_and_column(plant, signed_in):
    page = brought(signed_in(plant.person("plr")), "products", "code,name,unit\nN1,<b>,furlong\nN1,Gear,pcs\n").content.decode()

    assert "2 faults. Nothing was written." in page
    assert "furlong" in page
    assert "is the same key as row 2 (N1)" in page
    assert "Load these rows" not in page


def test_a_file_that_cannot_be_used_says_why(plant, signed_in):
    answer = brought(signed_in(plant.person("plr")), "products", "code,colour\n")

    assert answer.status_code == 422
    assert "Unknown column: colour" in answer.content.decode()


@pytest.mark.req("SYS-02")
def test_everything_is_said_in_chinese_too(plant, signed_in):
    planner = plant.person("plr")
    planner.user.language = "zh-hans"
    planner.user.save()

    page = brought(signed_in(planner), "products", "code,name,unit\nN1,Gear,furlong\n").content.decode()

    assert "1 处有误，没有写入。" in page
    assert "查无此码" in page


def test_an_empty_and_a_huge_file_are_refused_at_the_field(plant, signed_in, monkeypatch):
    client = signed_in(plant.person("plr"))
    assert brought(client, "products", "").status_code == 422
    monkeypatch.setattr("core.services.imports.FILE_MOST_BYTES", 10)

    answer = brought(client, "products", GOOD)

    assert answer.status_code == 422
    assert "at most 0 MB" in answer.content.decode()
    assert not TableImport.objects.exists()


@pytest.mark.req("SYS-01")
def test_an_import_stays_in_scope_and_with_its_owner(plant, signed_in):
    ProductFactory(code="P1")
    client = signed_in(plant.person("plr", plant.a))
    head = "number,product_code,quantity,workshop_code,due_on\n"

    page = brought(client, "orders", f"{head}X1,P1,5,A,2026-12-01\nX2,P1,5,B,2026-12-01\n").content.decode()

    assert "1 fault. Nothing was written." in page
    row = TableImport.objects.get()
    assert signed_in(plant.person("plr", plant.b)).get(f"/data/imports/{row.pk}").status_code == 404
    assert signed_in(plant.person("wsm", plant.a)).get("/data/orders/import").status_code == 403
    assert not ProductionOrder.objects.exists()


def test_a_table_or_form_that_is_not_there_is_404(plant, signed_in):
    client = signed_in(plant.person("adm"))

    for address in ("/data/nothing/export", "/data/products/export?form=pdf", "/data/nothing/import", "/data/imports/0"):
        assert client.get(address).status_code == 404


# --- a large file waits for a worker ---


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_looked_at_and_loaded_by_a_worker(plant, signed_in, monkeypatch):
    """In its own transaction and connection, with the rights of its owner, in his language, with progress."""
    monkeypatch.setattr("floorops.imports.AT_ONCE_BYTES", 10)
    asked = []
    monkeypatch.setattr("floorops.tasks.look_at_file.delay", asked.append)
    client = signed_in(plant.person("plr"))

    looked = client.post("/data/products/import", {"file": file_of(GOOD)})
    run = JobRun.objects.get()
    assert looked["Location"] == f"/jobs/{run.pk}"
    row = TableImport.objects.get()
    assert client.get(f"/data/imports/{row.pk}")["Location"] == f"/jobs/{run.pk}"
    look_at_file(asked.pop())
    run.refresh_from_db()
    assert (run.state, run.percent) == ("done", 100)
    assert not Product.objects.exists()

    client.post(f"/data/imports/{row.pk}")
    look_at_file(asked.pop())
    assert Product.objects.count() == 2
    assert f"/data/imports/{row.pk}" in client.get(f"/jobs/{run.pk}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_load_writes_nothing(plant, signed_in, monkeypatch):
    monkeypatch.setattr("floorops.imports.AT_ONCE_BYTES", 10)
    asked = []
    monkeypatch.setattr("floorops.tasks.look_at_file.delay", asked.append)
    client = signed_in(plant.person("plr"))
    client.post("/data/products/import", {"file": file_of(GOOD)})
    look_at_file(asked.pop())
    client.post(f"/data/imports/{TableImport.objects.get().pk}")

    def stop(self, percent, step):
        raise JobStopped(self.run_id)

    monkeypatch.setattr("core.services.jobs.Progress.__call__", stop)
    look_at_file(asked.pop())

    assert JobRun.objects.latest("pk").state == "cancelled"
    assert not Product.objects.exists()


def test_nobody_else_starts_an_import_again_and_so_takes_it_over(plant, signed_in):
    owner = plant.person("hrt")
    row = TableImport.objects.create(kind="staff", file="imports/gone.csv", by_no=owner.staff_no)
    params = {"import": row.pk, "is_trial": True, "language": "en"}
    run = JobRun.objects.create(kind="table_import", params=params, owner_no=owner.staff_no, state="failed", ended_at=timezone.now())
    admin = signed_in(plant.person("adm"))

    page = admin.get(f"/jobs/{run.pk}")
    assert page.status_code == 200
    assert "Start again" not in page.content.decode()
    assert admin.post(f"/jobs/{run.pk}", {"do": "restart"}).status_code == 403
    with pytest.raises(NotAllowed):
        restart_job(run=run, owner_no=plant.person("adm").staff_no)
    run.refresh_from_db()
    assert (run.owner_no, run.state) == (owner.staff_no, "failed")

    assert "Start again" in signed_in(owner).get(f"/jobs/{run.pk}").content.decode()
    assert signed_in(owner).post(f"/jobs/{run.pk}", {"do": "restart"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_right_meanwhile_loads_nothing(plant, signed_in, monkeypatch):
    monkeypatch.setattr("floorops.imports.AT_ONCE_BYTES", 10)
    asked = []
    monkeypatch.setattr("floorops.tasks.look_at_file.delay", asked.append)
    planner = plant.person("plr")
    signed_in(planner).post("/data/products/import", {"file": file_of(GOOD)})
    planner.user.groups.clear()

    look_at_file(asked.pop())

    assert JobRun.objects.get().state == "failed"
    assert "Your role does not include this." in JobRun.objects.get().error


def test_a_list_leads_to_its_export_and_whoever_may_to_its_import(plant, signed_in):
    planner = signed_in(plant.person("plr")).get("/orders").content.decode()
    leader = signed_in(plant.person("tld", plant.a1)).get("/orders").content.decode()

    assert 'href="/data/orders/import"' in planner
    assert 'href="/data/orders/export"' in planner
    assert 'href="/data/orders/import"' not in leader
    assert 'href="/data/orders/export"' in leader
