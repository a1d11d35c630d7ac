"""The month by process, by shift and by week, and the year up to it: every row opens what it sums, and the rows sum to the whole."""

import re
from datetime import date
from decimal import Decimal

import pytest

from core.clock import PlantMonth
from plans.models import PlanLine
from reports.block import from_json, read_month_block, to_json
from reports.figures import Slice
from reports.figures.keeping import months_of
from reports.kpis import KPIS
from reports.presenting import month_table, tile, with_year
from reports.sections import shown
from tests.factories.people import ShiftFactory, night_shift
from tests.factories.plans import LineFactory, PlanLineFactory, ProcessFactory, ReportFactory, StandardHoursFactory
from tests.reports.test_month_pages import links

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]
OCTOBER = PlantMonth(2026, 10)
PAGE = "/months/2026-10"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)


@pytest.fixture
def worked(plant):
    """Two processes and lines without one, by day and by night; 1 October is a Thursday, 31 October a Saturday."""
    product = StandardHoursFactory(hours_per_unit=Decimal("0.25")).product
    day, night = ShiftFactory(code="DAY"), night_shift()
    cut, sew = ProcessFactory(code="CUT", name="cutting"), ProcessFactory(code="SEW", name="sewing")
    for on, team, shift, process, good in (
        (date(2026, 10, 1), plant.a1, day, cut, 100),
        (date(2026, 10, 5), plant.a1, night, cut, 200),
        (date(2026, 10, 5), plant.a2, day, sew, 40),
        (date(2026, 10, 31), plant.b1, day, None, 7),
        (date(2026, 1, 12), plant.a1, day, cut, 1000),
        (date(2025, 12, 31), plant.a1, day, cut, 5000),
    ):
        report = ReportFactory(team=team, business_date=on, shift=shift)
        LineFactory(report=report, product=product, process=process, planned_qty=2 * good, good_qty=good, attended_hours=10)
    PlanLineFactory(team=plant.a2, business_date=date(2026, 10, 7), shift=night, product=product, process=sew, planned_qty=60)
    return plant


@pytest.fixture
def manager(worked, signed_in):
    return signed_in(worked.person("mgr"))


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def rows_of(answer):
    return [(row.label, row.cells[0].text, row.cells[1].text) for row in answer.context["table"].rows]


def test_processes_sum_to_the_plant_and_open_their_own_rows(manager):
    page = manager.get(f"{PAGE}?by=process")

    assert rows_of(page) == [
        ("cutting · CUT", "600", "300"), ("sewing · SEW", "140", "40"), ("No process", "14", "7"), ("plant P", "754", "347"),
    ]  # fmt: skip
    for name, team, planned, good in (("cutting", "A1", "600", "300"), ("sewing", "A2", "140", "40"), ("No process", "B1", "14", "7")):
        opened = manager.get(links(page.content.decode(), name)[1])
        assert rows_of(opened)[-1][1:] == (planned, good)
        workshop = manager.get(links(opened.content.decode(), f"workshop {'B' if team == 'B1' else 'A'}")[1])
        lines = manager.get(links(workshop.content.decode(), f"(team )?{team}")[1])
        assert [cell.text for cell in lines.context["line_sum"]][:2] == [planned, good]
        assert sum(line.cells[1].value for line in lines.context["lines"]) == int(good)
        assert sum(line.cells[0].value for line in lines.context["lines"]) == int(planned)


def test_shifts_sum_to_the_plant_and_a_team_opens_their_rows_at_once(manager):
    assert [row[1:] for row in rows_of(manager.get(f"{PAGE}?by=shift"))] == [("294", "147"), ("460", "200"), ("754", "347")]
    page = manager.get(f"{PAGE}?org=A1&by=shift")
    lines = manager.get(links(page.content.decode(), "[^<]*NIGHT")[0])

    assert [cell.text for cell in lines.context["line_sum"]][:2] == ["400", "200"]
    assert lines.context["asked"].shift.code == "NIGHT"


def test_weeks_are_cut_at_the_borders_of_the_month_and_open_their_days(manager):
    page = manager.get(f"{PAGE}?by=week")

    assert rows_of(page) == [
        ("Week 40, 1 Oct – 4 Oct", "200", "100"),
        ("Week 41, 5 Oct – 11 Oct", "540", "240"),
        ("Week 44, 26 Oct – 31 Oct", "14", "7"),
        ("plant P", "754", "347"),
    ]
    lines = manager.get(links(page.content.decode(), "Week 41")[0])
    assert [cell.text for cell in lines.context["line_sum"]][:2] == ["540", "240"]
    assert sum(line.cells[1].value for line in lines.context["lines"]) == 240
    assert "3 report lines, 5 Oct – 11 Oct" in text_of(lines)
    assert manager.get(f"{PAGE}?by=line&week=2026-11-03").context["line_sum"][1].text == "347"


def test_a_process_stays_in_the_address_with_the_other_filters(manager):
    answer = manager.get(f"{PAGE}?org=A&shift=DAY&process=CUT&by=product")

    assert answer.context["figures"].whole.value("good") == 100
    assert {word: url for url, word, _here in answer.context["tabs"]}["Week"] == f"{PAGE}?org=A&shift=DAY&process=CUT&by=week"
    assert re.search(r'<select[^>]*name="process">.*?<option value="CUT" selected>', answer.content.decode())
    opened = manager.get("/months/open", {"month": "2026-10", "was": "P", "plant": "P", "process": "-", "by": "week"})
    assert opened.url == f"{PAGE}?org=P&process=-&by=week"
    assert manager.get(f"{PAGE}?process=NONE").status_code == 404
    assert "not by process" in text_of(manager.get(f"{PAGE}?process=CUT&by=material"))


def test_what_is_kept_of_one_process_is_not_that_of_another(worked):
    def good(process_id):
        part = Slice.of_month(worked.plant, OCTOBER, process_id=process_id)
        return months_of(part, [OCTOBER.shifted(-9)], [()])[OCTOBER.shifted(-9)][()]

    assert [row.value("good") for row in good(None)] == [1000]
    assert good(0) == []


def test_the_year_to_date_is_divided_once_and_begins_in_january(worked):
    block = read_month_block(worked.plant, OCTOBER)

    assert block.year_to_date.value("good") == 1347
    assert block.year_to_date.value("attainment_pct") == Decimal("48.91")  # 1347 of 2754, not the mean of 46.02 and 50.00
    assert from_json(to_json(block)).year_to_date == block.year_to_date
    shown_tile = tile(block, KPIS["good"])
    assert (shown_tile.value, shown_tile.previous, shown_tile.year_name, shown_tile.year) == ("347", "—", "2026 to date", "1,347")
    foot = with_year(block, month_table(block)).rows[-1]
    assert (foot.label, foot.cells[1].text, foot.cells[3].text) == ("2026 to date", "1,347", "48.9")


@pytest.mark.req("RPT-01")
def test_the_year_to_date_stands_under_the_months_of_a_pack_and_on_the_pages(worked, manager):
    for section in shown(read_month_block(worked.plant, OCTOBER)):
        for table in section.tables:
            if table.key == "months":
                assert table.rows[-1].label == "2026 to date"
    assert "2026 to date 1,347" in text_of(manager.get(PAGE))
    assert manager.get("/months").context["year"].cells[1].text == "1,347"
    assert manager.get("/months?until=2020-01").context["year"] is None


def test_a_year_that_begins_on_the_26th_of_december_takes_its_days(worked):
    month = PlantMonth(2026, 10, 26)
    for on in (date(2025, 12, 25), date(2025, 12, 26)):
        report = ReportFactory(team=worked.a1, business_date=on)
        LineFactory(report=report, product=PlanLine.objects.get().product, planned_qty=None, good_qty=3)

    assert read_month_block(worked.plant, month).year_to_date.value("good") == 340 + 1000 + 5000 + 3
