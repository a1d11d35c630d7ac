"""Scrap by cause: a Pareto that a room's records fill; until one keeps them it is no data, in words (RPT-10)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from core.clock import PlantMonth
from reports.block import from_json, read_month_block, to_json
from reports.hooks import CauseCount
from reports.sections import shown
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-10")]
OCTOBER = PlantMonth(2026, 10)
D = Decimal


@pytest.fixture
def worked(plant, time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 5)), good_qty=960, scrap_qty=40)
    return plant


@pytest.fixture
def causes(monkeypatch):
    """A room that keeps causes of scrap."""
    found = [CauseCount("D-2", "Dent", "压伤", D(6)), CauseCount("D-1", "Burr", "毛刺", D(30)), CauseCount("D-3", "Rust", "锈", D(4))]
    monkeypatch.setattr("reports.hooks.scrap_causes", [lambda part: found if part.starts_on == date(2026, 10, 1) else []])


def test_scrap_by_cause_is_no_data_in_words_while_no_room_keeps_causes(worked):
    section = shown(read_month_block(worked.plant, OCTOBER))[2]

    assert section.charts["scrap-causes"].alt == "Scrap by cause: no data"
    assert "No causes of scrap are recorded." in section.words
    assert "scrap-causes" not in {table.key for table in section.tables}


@pytest.mark.parametrize(("language", "names"), [("en", ("Burr", "Dent", "Rust")), ("zh-hans", ("毛刺", "压伤", "锈"))])
def test_what_a_room_tells_of_causes_is_a_pareto_with_its_table_and_is_kept(worked, causes, language, names):
    block = read_month_block(worked.plant, OCTOBER)
    again = from_json(json.loads(json.dumps(to_json(block))))

    with translation.override(language):
        section = shown(again)[2]
    chart = section.charts["scrap-causes"]
    assert (chart.labels, chart.values, chart.shares) == (names, (30, 6, 4), (75, 90, 100))
    assert chart.is_vital == (True, False, False)
    table = next(table for table in section.tables if table.key == "scrap-causes")
    assert [(row.label, *(cell.text for cell in row.cells)) for row in table.rows] == [
        (names[0], "30", "75.0", "75.0"), (names[1], "6", "15.0", "90.0"), (names[2], "4", "10.0", "100.0"),
    ]  # fmt: skip
    assert "No causes of scrap" not in section.words


def test_a_month_in_which_a_room_found_no_cause_says_so(worked, causes):
    assert read_month_block(worked.plant, PlantMonth(2026, 9)).scrap_causes == ()
