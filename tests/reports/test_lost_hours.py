"""From the hours attended to the standard hours earned, step by step; why teams stood, in the pack too (RPT-10, PLN-25)."""

import io
import json
from datetime import date, time
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from core.clock import PlantMonth, at_plant
from plans.services import LineInput, save_report, submit_report
from plans.services.stops import StopInput
from reports import services
from reports.block import MonthBlock, from_json
from reports.figures import FigureRow
from reports.figures.names import Name
from reports.figures.waiting import WaitingRow
from reports.flags import snapshot_of
from reports.sections import shown
from reports.sections.lost_hours import lost_hours_chart, lost_hours_table, steps_of
from tests.factories.plans import LineFactory, OrderFactory, ReportFactory, StandardHoursFactory
from tests.pdf import Pdf

pytestmark = pytest.mark.req("RPT-10")
OCTOBER = PlantMonth(2026, 10)
D = Decimal
STOOD = (WaitingRow("machine", D("3.5"), D(2)), WaitingRow("", D(1), D(1)))


def month(**sums):
    kept = {"attended_hours": D(100), "excused_loss_hours": D(4), "productive_hours": D(80), "standard_hours": D(70),
            "hours_without_standard": D(0), "downtime_hours": D("4.5")}  # fmt: skip
    return MonthBlock(OCTOBER, Name("P", "plant P", ""), FigureRow({}, {}, "pcs", kept | sums), {}, (), ())


def labels(block, waiting=STOOD):
    return [(step.label, step.hours) for step in steps_of(block, waiting)]


def adds_up(block, waiting=STOOD):
    """Every sum is what stood before it, to the last decimal."""
    level = D(0)
    for step in steps_of(block, waiting):
        if step.is_sum and level:
            assert level == step.hours, step.label
        level = step.hours if step.is_sum else level + step.hours
    return True


def test_what_lies_between_two_sums_is_told_reason_by_reason_and_adds_up_exactly():
    assert labels(month()) == [
        ("Attended hours", 100),
        ("Excused loss hours", -4),
        ("Stood: Machine", D("-3.5")),
        ("Stood: No reason given", -1),
        ("Not productive otherwise", D("-11.5")),
        ("Productive hours", 80),
        ("Slower than the standard", -10),
        ("Standard hours earned", 70),
    ]
    assert adds_up(month())


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        ({"productive_hours": D("95.123456")}, ("Productive in spite of a stop", D("3.623456"))),
        ({"standard_hours": D(90)}, ("Faster than the standard", D(10))),
        ({"hours_without_standard": D(6)}, ("Slower than the standard, or none set", D(-10))),
        ({"productive_hours": None}, ("Lost otherwise", D("-21.5"))),
        ({"productive_hours": None, "standard_hours": D(120)}, ("Faster than the standard", D("28.5"))),
        ({"standard_hours": None}, ("Productive hours", D(80))),
        ({"productive_hours": None, "standard_hours": None}, ("Left", D("91.5"))),
        ({"attended_hours": D(3)}, ("Productive in spite of a stop", D("85.5"))),
    ],
)
def test_a_remainder_below_zero_more_than_the_standard_and_missing_sums_add_up_too(sums, said):
    assert said in labels(month(**sums))
    assert adds_up(month(**sums))
    assert steps_of(month(**sums), STOOD)[-1].is_sum


def test_what_is_nothing_is_no_step_and_an_older_version_has_its_downtime_as_one():
    assert [label for label, _hours in labels(month(excused_loss_hours=D(0), downtime_hours=D(0)), ())] == [
        "Attended hours", "Not productive otherwise", "Productive hours", "Slower than the standard", "Standard hours earned",
    ]  # fmt: skip
    assert ("Downtime", D("-4.5")) in labels(month(), None)
    assert adds_up(month(), None)


@pytest.mark.parametrize("block", [month(attended_hours=D(0)), MonthBlock(OCTOBER, Name("P", "P", ""), None, {}, (), ())])
def test_where_nobody_attended_there_is_no_data(block):
    assert lost_hours_chart(block, ()).is_empty
    assert lost_hours_chart(block, ()).alt == "Lost hours: no data"
    assert lost_hours_table(block, ()).rows == ()


def test_the_table_beside_the_waterfall_says_the_same_with_shares_of_the_hours_attended():
    chart, table = lost_hours_chart(month(), STOOD), lost_hours_table(month(), STOOD)

    assert [(row.label, row.cells[0].value, row.kind == "group") for row in table.rows] == list(
        zip(chart.labels, chart.values, chart.is_sum, strict=True)
    )
    assert [row.cells[1].text for row in table.rows] == ["100.0", "-4.0", "-3.5", "-1.0", "-11.5", "80.0", "-10.0", "70.0"]


@pytest.fixture
def stood(plant, day_shift, settings, tmp_path, time_machine):
    """A1 stood 1.5 hours for a machine and a third of an hour for material on 5 October; A2 1 hour for no reason given."""
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    on = date(2026, 10, 5)
    order = OrderFactory(workshop=plant.a)
    StandardHoursFactory(product=order.product, hours_per_unit=D("0.5"))
    stops = [StopInput(reason, at_plant(on, time(*begins)), at_plant(on, time(*ends)), "")
             for reason, begins, ends in (("machine", (10, 0), (11, 30)), ("no_material", (9, 0), (9, 20)))]  # fmt: skip
    line = LineInput(order=order, good_qty=D(12), attended_hours=D(8), productive_hours=D(6), stops=stops)
    by = plant.person("tld", plant.a1)
    submit_report(report=save_report(team=plant.a1, shift=day_shift, business_date=on, lines=[line], by=by), by=by)
    LineFactory(report=ReportFactory(team=plant.a2, business_date=on), product=order.product, attended_hours=D(8), downtime_hours=D(1))
    return plant


@pytest.mark.django_db
@pytest.mark.req("PLN-25")
def test_waiting_hours_by_reason_stand_in_the_pack_its_files_and_its_page(stood, signed_in):
    version = services.build_pack(plant=stood.plant, month=OCTOBER, by=None)
    kept = {(file.form, file.language): file.file.read() for file in version.files.all()}

    block = from_json(json.loads(json.dumps(version.snapshot)))
    assert snapshot_of(block) == version.snapshot
    assert sum(row.hours for row in block.waiting) == block.whole.sums["downtime_hours"]
    for language, title, machine in (("en", "Waiting hours by reason", "Machine"), ("zh-hans", "按原因的等待工时", "设备")):
        with translation.override(language):
            output = shown(block)[0]
        table = next(table for table in output.tables if table.key == "waiting")
        assert (table.title, table.rows[0].label, table.rows[0].cells[0].value) == (title, machine, D("1.5"))
        assert title in Pdf(kept["pdf", language]).words
        sheets = openpyxl.load_workbook(io.BytesIO(kept["xlsx", language])).worksheets
        assert [machine, 1.5, 1.5] in [list(row) for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    page = signed_in(stood.person("mgr")).get(f"/packs/{version.pack_id}").content.decode()
    assert "Waiting hours by reason" in page
    assert "Stops are hours of a line" in page


@pytest.mark.django_db
@pytest.mark.req("PLN-25")
def test_the_waiting_tab_draws_the_waterfall_with_its_steps_in_figures(stood, signed_in):
    client = signed_in(stood.person("mgr"))

    page = client.get("/months/2026-10?by=waiting")
    chart = page.context["charts"][0]
    assert "Stood: Machine −1.5" in chart["alt"]
    assert "Stood: Machine" in [row.label for row in chart["table"].rows]
    assert client.get(chart["dark"]).content.startswith(b"<?xml")
    assert b"no data" not in client.get(chart["light"]).content
    assert "Lost hours" not in client.get("/months/2026-10").content.decode()
