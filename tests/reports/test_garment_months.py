"""Real months: 1,197 team-days of a garment plant give exactly what an independent reading of its CSV gives."""

import json
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from people.models import OrgNode
from reports import selectors
from reports.block import from_json
from reports.models import PackVersion
from tests.factories.people import StaffFactory
from tests.reports import garment

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not garment.FOLDER.exists(), reason="the garment data lies outside the repository"),
]


@pytest.fixture
def garment_plant(plant) -> OrgNode:
    """Loaded from its files beside a plant that is there already."""
    for kind in ("organisation", "shifts", "products", "processes", "standard_hours", "daily_reports"):
        call_command("load", kind, str(garment.FOLDER / f"{kind}.csv"), stdout=StringIO())
    return OrgNode.objects.get(code="GMT")


@pytest.mark.req("RPT-02")
def test_the_months_are_those_of_the_csv(garment_plant):
    for month in ("2015-01", "2015-02", "2015-03"):
        rows = selectors.month_figures(selectors.read_month(month), garment_plant)["rows"]
        expected = garment.expected(month)

        assert {(row["level"], row["code"]) for row in rows} == set(expected)
        for row in rows:
            for name, value in expected[row["level"], row["code"]].items():
                assert Decimal(row[name]) == value, (month, row["level"], row["code"], name)


def test_a_workshop_asked_alone_is_its_row_of_the_plant(garment_plant):
    month = selectors.read_month("2015-02")
    whole = selectors.month_figures(month, garment_plant)["rows"]
    alone = selectors.month_figures(month, OrgNode.objects.get(code="SEW"))["rows"]

    assert alone[0] == next(row for row in whole if row["code"] == "SEW")
    assert {row["code"] for row in alone if row["level"] == "team"} == {f"SEW-{number:02d}" for number in range(1, 13)}
    assert not [row for row in alone if row["level"] == "plant"]


@pytest.mark.req("RPT-02")
@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("month", ["2015-01", "2015-02", "2015-03"])
def test_each_month_is_printed_stands_on_the_dashboard_and_goes_into_a_pack(garment_plant, signed_in, settings, tmp_path, month):
    settings.MEDIA_ROOT = str(tmp_path)
    expected = garment.expected(month)["plant", "GMT"]

    printed = StringIO()
    call_command("month_figures", month, "--org", "GMT", "--json", stdout=printed)
    told = json.loads(printed.getvalue())
    assert (told["month"], told["org"]) == (month, "GMT")
    assert {name: Decimal(told["rows"][0][name]) for name in expected} == expected

    client = signed_in(StaffFactory(name="manager", org=garment_plant, roles=["mgr"]))
    page = client.get(f"/months/{month}").content.decode()
    assert f"{expected['good'].normalize():,f}" in page
    attained = expected["attainment_pct"].quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert f'fo-kpi-value">{attained}<span class="fo-unit">%' in page

    call_command("month_pack", month, "--org", "GMT", stdout=StringIO())
    version = PackVersion.objects.get()
    whole = from_json(version.snapshot).whole.as_figures()
    assert (version.pack.plant, version.files.count()) == (garment_plant, 4)
    assert (Decimal(whole["planned"]), Decimal(whole["good"])) == (expected["planned"], expected["good"])
