"""What a submitted pack's files say in both languages: targets, status, flagged rows with causes, and what changed (RPT-01, RPT-03)."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.utils import translation

from core.clock import PlantMonth
from plans.models import DailyReportLine
from reports import services
from reports.appendix import Appendix
from reports.block import from_json
from reports.documents import Cover, pack_pdf
from reports.models import MonthPack, PackVersion, Target
from reports.sections import shown
from reports.words import month_name
from tests.factories.packs import explained, submitted
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory
from tests.pdf import NO_GLYPH, Pdf

pytestmark = pytest.mark.django_db
OCTOBER = PlantMonth(2026, 10)
WORDS = {
    "en": {
        "flagged": "Flagged rows", "changes": "Changed since the version before", "open": "Daily reports missing or not approved",
        "row": "Output · team B1, workshop B", "why": "Machine · The press stood", "off": "Off target", "what": "Output (good)",
    },
    "zh-hans": {
        "flagged": "标记行", "changes": "与上一版相比的变动", "open": "缺交或未审批的日报",
        "row": "产量 · B B1", "why": "设备 · The press stood", "off": "未达标", "what": "良品产量",
    },
}  # fmt: skip


@pytest.fixture
def kept(plant, settings, tmp_path, time_machine):
    """The files of version 2: submitted with a cause, a target, an open report and a corrected figure."""
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    product, manager = ProductFactory(code="LAMP", name="Lamp"), plant.person("mgr")
    for team, good in ((plant.a1, 1000), (plant.b1, 800)):
        LineFactory(report=ReportFactory(team=team, business_date=date(2026, 10, 7)), product=product, planned_qty=1000, good_qty=good)
    Target.objects.create(kpi_code="attainment_pct", org=plant.plant, period="2026-10", value=96)
    Target.objects.create(kpi_code="attainment_pct", org=plant.a, period="2026", value=97)
    services.build_pack(plant=plant.plant, month=OCTOBER, by=None)
    pack = MonthPack.objects.get()
    submitted(pack, by=manager)
    DailyReportLine.objects.filter(report__team=plant.b1).update(good_qty=900)
    draft = services.build_pack(plant=plant.plant, month=OCTOBER, by=None, next_version=True)
    for flag in services.flags_of(draft):
        explained(draft, flag, by=manager)
    submitted(pack, by=manager, reason="Stocktaking")
    version = services.build_pack(plant=plant.plant, month=OCTOBER, by=None)
    return {(file.form, file.language): file.file.read() for file in version.files.all()}


@pytest.mark.req("RPT-01")
@pytest.mark.req("RPT-03")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_workbook_carries_targets_status_causes_and_changes(kept, language):
    words, book = WORDS[language], openpyxl.load_workbook(io.BytesIO(kept["xlsx", language]))

    def rows(title):
        return [[cell.value for cell in row] for row in book[title[:31]].iter_rows(min_row=2) if row[0].value]

    overview = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert ["≥ 96.0", words["off"]] in [row[3:5] for row in overview]
    flagged = {row[0]: row for row in rows(words["flagged"])}
    assert flagged[words["row"]][2:4] == [words["why"], "Change the bearing"]
    assert flagged[words["row"]][4:6] == ["mgr P", "2026-11-09"]
    assert flagged[words["row"]][6].startswith("FND-")
    assert [words["what"], "800", "900"] in [row[1:4] for row in rows(words["changes"])]
    assert any("Stocktaking" in str(row[0]) for row in rows(words["open"]))
    output = book.worksheets[1]
    marked = [cell for row in output.iter_rows() for cell in row if "▼" in (cell.number_format or "")]
    assert [cell.value for cell in marked] == [90.0, 90.0, 95.0]
    assert {cell.comment.text for row in output.iter_rows() for cell in row if cell.comment} == {
        f"{'target or limit' if language == 'en' else '目标或限值'} ≥ 97.0"
    }


@pytest.mark.req("RPT-01")
def test_the_pdf_carries_them_on_pages_of_their_own(kept):
    version = PackVersion.objects.get(number=2)
    bare = pack_pdf(from_json(version.snapshot), Cover(2, version.built_at, version.inputs_hash), Appendix())

    assert pages(kept["pdf", "en"]) == pages(kept["pdf", "zh-hans"]) == pages(bare) + 4


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pdf_holds_its_words_as_glyphs_and_its_charts_as_drawings(kept, language):
    pdf, words = Pdf(kept["pdf", language]), WORDS[language]
    with translation.override(language):
        sections = shown(from_json(PackVersion.objects.get(number=2).snapshot))
        titles, said = [str(section.title) for section in sections], [section.words for section in sections if not section.has_data]
        charts = [chart.alt for section in sections for chart in section.charts.values()]

    assert NO_GLYPH not in pdf.words
    assert len(titles) == 5
    printed = squeezed(pdf.words)
    for expected in (
        *titles,
        *said,
        words["flagged"],
        words["changes"],
        words["open"],
        words["row"],
        words["what"],
        "Stocktaking",
        "mgr P",
    ):
        assert squeezed(expected) in printed, expected
    assert (len(re.findall(r"[\u4e00-\u9fff]", pdf.words)) > 300) == (language == "zh-hans")

    assert len(charts) >= 2
    assert sorted(figure.alt for figure in pdf.figures) == sorted(charts)
    for figure in pdf.figures:
        assert figure.strokes > 200, figure


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize(("language", "prepared"), [("en", "Prepared by"), ("zh-hans", "编制")])
def test_the_cover_says_whose_month_it_is_counted_from_what_and_who_signs(kept, language, prepared):
    """On A4: 595 by 842 points (ISO 216). Nobody but the one who submitted it has put a name to it."""
    version, content = PackVersion.objects.get(number=2), kept["pdf", language]
    sizes = {tuple(round(float(side)) for side in found.split()) for found in re.findall(rb"/MediaBox ?\[([^]]*)\]", content)}
    assert sizes == {(0, 0, 595, 842)}

    pdf = Pdf(content)
    cover, contents = squeezed(pdf.pages[0].words), squeezed(pdf.pages[1].words)
    with translation.override(language):
        month, titles = month_name(OCTOBER), [str(section.title) for section in shown(from_json(version.snapshot))]
    for expected in (month, "2026-10-01", "2026-10-31", version.inputs_hash, "mgr P", "2026-11-02 10:00", prepared):
        assert squeezed(expected) in cover, expected
    assert cover.count(squeezed("2026-11-02 10:00")) == 2  # counted, and submitted
    places = [contents.index(squeezed(title)) for title in titles]
    assert places == sorted(places)

    book = openpyxl.load_workbook(io.BytesIO(kept["xlsx", language]))
    facts = [cell.value for row in book.worksheets[0].iter_rows(max_row=8) for cell in row]
    assert version.inputs_hash in facts
    assert "mgr P, 2026-11-02 10:00" in facts


def squeezed(text: str) -> str:
    """Where a line broke there is no space."""
    return re.sub(r"\s", "", text)


def pages(pdf):
    return int(re.search(rb"/Type/Pages/Count (\d+)", pdf)[1])
