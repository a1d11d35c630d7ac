"""What the figures mean, on one page in both languages, reached from the dashboard and from the name of every figure."""

import re
from dataclasses import asdict
from datetime import date

import pytest
from django.utils.translation import override

from reports.kpis import MEANT, TARGETED, Kpi
from reports.meanings import meaning, meanings
from reports.presenting import Column
from reports.sections import material_tables
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = pytest.mark.req("RPT-11")
CHINESE = re.compile("[\u4e00-\u9fff]")
WORDS = ("name", "formula", "direction", "population")


@pytest.mark.parametrize("code", MEANT)
def test_every_figure_says_all_of_itself_in_both_languages(code):
    with override("en"):
        english = asdict(meaning(MEANT[code]))
    with override("zh-hans"):
        chinese = asdict(meaning(MEANT[code]))

    assert all(value.strip() for said in (english, chinese) for value in said.values())
    assert (english["code"], english["source"]) == (chinese["code"], chinese["source"]) == (code, MEANT[code].source)
    for field in WORDS:
        assert not CHINESE.search(english[field]), field
        assert CHINESE.search(chinese[field]), field
    assert MEANT[code].iso_22400 in english["iso"]


def test_every_rate_names_its_division_and_its_hundred():
    for code, kpi in MEANT.items():
        if code.endswith("_pct"):
            assert "÷" in meaning(kpi).formula, code
            assert meaning(kpi).formula.endswith("× 100"), code
            assert meaning(kpi).unit == "%", code
    assert meaning(MEANT["utilisation_pct"]).iso == "worker efficiency (APWT ÷ APAT)"
    assert meaning(MEANT["variance_value"]).formula == "(net issue − standard use for the output) × standard cost of the item"


def test_every_figure_stands_once():
    codes = [one.code for _title, figures in meanings() for one in figures]
    assert sorted(codes) == sorted(MEANT)
    assert set(TARGETED) <= set(codes)


@pytest.mark.django_db
def test_the_dashboard_and_the_name_of_every_figure_lead_there(plant, signed_in, time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 5)), planned_qty=1000, good_qty=940)
    client = signed_in(plant.person("mgr"))
    page = client.get("/months/figures").content.decode()
    assert all(f'id="{code}"' in page for code in MEANT)

    for address in ("/months/2026-10", "/months/2026-10?by=line", "/months/2026-10?by=waiting", "/months"):
        answer = client.get(address)
        led = set(re.findall(r'href="/months/figures#(\w+)"', answer.content.decode()))
        table = answer.context.get("table")
        heads = table.columns if table else answer.context["line_columns"]
        assert led == {column.kpi.code for column in heads} | {tile.kpi.code for tile in answer.context.get("tiles", ())}, address
    assert 'href="/months/figures"' in client.get("/months/2026-10").content.decode()


def test_what_only_a_small_table_knows_leads_nowhere():
    assert [Column(kpi, "", "").meaning for kpi in (material_tables.SHARE, MEANT["scrap"])] == ["", "scrap"]
    assert isinstance(material_tables.SHARE, Kpi)
