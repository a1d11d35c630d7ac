"""The garment plant's real months, loaded beside another plant (issue section 6)."""

import pytest
from django.apps import apps
from django.forms.models import model_to_dict

from core.tables import KINDS, load
from floorops.demo import make_demo
from plans.models import DailyReport, DailyReportLine
from tests.factories.plans import LineFactory, OrderFactory, ReportFactory, StandardHoursFactory
from tests.reports.garment import FOLDER

ORDER = ("organisation", "shifts", "processes", "products", "standard_hours", "daily_reports")
COUNTED = """core.Unit people.OrgNode people.OrgSpan people.Staff people.Shift plans.Product plans.Process plans.StandardHours
    plans.ProductionOrder plans.DailyReport plans.DailyReportLine"""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.exists(), reason="the garment data lies beside the repository, not in it"),
]


def everything():
    models = [apps.get_model(label) for label in COUNTED.split()]
    return {(model._meta.label, row.pk): model_to_dict(row) for model in models for row in model.objects.all()}


@pytest.mark.req("PLN-23")
def test_the_garment_months_change_no_row_of_the_demo_plant():
    make_demo(months=1)
    before = everything()

    for kind in ORDER:
        load(KINDS[kind], FOLDER / f"{kind}.csv")

    after = everything()
    assert {key: after[key] for key in before} == before
    assert len(after) > len(before) + 1197


@pytest.mark.req("PLN-23")
def test_the_garment_months_load_beside_another_plant_change_nothing_there_and_load_again_unchanged(plant):
    plant.person("tld", plant.a1)
    line = LineFactory(report=ReportFactory(team=plant.a1, business_date="2015-01-05"))
    OrderFactory(product=line.product, workshop=plant.a)
    StandardHoursFactory(product=line.product)
    before = everything()

    first = {kind: load(KINDS[kind], FOLDER / f"{kind}.csv") for kind in ORDER}
    second = {kind: load(KINDS[kind], FOLDER / f"{kind}.csv") for kind in ORDER}

    rows = {"organisation": 27, "processes": 2, "products": 70, "standard_hours": 70, "daily_reports": 1197}
    assert {kind: outcome.tally.created for kind, outcome in first.items() if kind != "shifts"} == rows
    assert all(outcome.tally.created == outcome.tally.updated == 0 for outcome in second.values())
    after = everything()
    # The one thing shared by both plants is the day shift, which is the same in the file.
    assert {key: after[key] for key in before} == before
    assert DailyReportLine.objects.filter(report__team__code__startswith="SEW").exists()
    assert set(DailyReport.objects.values_list("status", flat=True)) == {"submitted"}
