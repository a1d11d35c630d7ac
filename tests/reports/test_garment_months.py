"""Real months: 1,197 team-days of a garment plant give exactly what an independent reading of its CSV gives."""

from decimal import Decimal

import pytest

from core.models import Unit
from people.models import OrgNode, OrgSpan, Shift
from plans.models import DailyReport, DailyReportLine, Process, Product, StandardHours
from reports import selectors
from tests.reports import garment

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not garment.FOLDER.exists(), reason="the garment data lies outside the repository"),
]


@pytest.fixture
def garment_plant() -> OrgNode:
    organisation = garment.rows_of("organisation")
    nodes = {row["code"]: OrgNode.objects.create(code=row["code"], kind=row["kind"]) for row in organisation}
    OrgSpan.objects.bulk_create(
        OrgSpan(
            node=nodes[row["code"]],
            name=row["name"],
            name_zh=row["name_zh"],
            parent=nodes.get(row["parent_code"]),
            valid_from=row["valid_from"],
        )
        for row in organisation
    )
    shifts = {row["code"]: Shift.objects.create(**row) for row in garment.rows_of("shifts")}
    processes = {row["code"]: Process.objects.create(code=row["code"], name=row["name"]) for row in garment.rows_of("processes")}
    units = {unit.code: unit for unit in Unit.objects.all()}
    products = {
        row["code"]: Product.objects.create(code=row["code"], name=row["name"], unit=units[row["unit"]])
        for row in garment.rows_of("products")
    }
    StandardHours.objects.bulk_create(
        StandardHours(
            product=products[row["product_code"]],
            process=processes[row["process_code"]],
            valid_from=row["valid_from"],
            hours_per_unit=row["hours_per_unit"],
        )
        for row in garment.rows_of("standard_hours")
    )
    reports: dict[tuple[str, str, str], DailyReport] = {}
    lines = []
    for row in garment.rows_of("daily_reports"):
        key = (row["business_date"], row["team_code"], row["shift_code"])
        if key not in reports:
            reports[key] = DailyReport(business_date=key[0], team=nodes[key[1]], shift=shifts[key[2]], status="submitted")
        lines.append(
            DailyReportLine(
                report=reports[key],
                product=products[row["product_code"]],
                process=processes[row["process_code"]],
                **{
                    name: row[name]
                    for name in ("planned_qty", "good_qty", "rework_qty", "scrap_qty", "attended_hours", "excused_loss_hours")
                },
            )
        )
    DailyReport.objects.bulk_create(reports.values())
    DailyReportLine.objects.bulk_create(lines)
    return nodes["GMT"]


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
