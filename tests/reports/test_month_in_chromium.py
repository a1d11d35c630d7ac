"""The manager's month in a real browser: drill by clicking, build with the bar, submit; in both languages."""

import re
import threading
from datetime import date
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection

from reports import tasks
from reports.models import PackVersion
from tests.factories.packs import explain_all
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ReportFactory, StandardHoursFactory


@pytest.fixture
def worked(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    plant = make_plant()
    product = StandardHoursFactory(hours_per_unit=Decimal("0.25")).product
    for on, team, good in ((5, plant.a1, 940), (6, plant.a1, 333), (7, plant.a2, 500), (8, plant.b1, 200)):
        LineFactory(
            report=ReportFactory(team=team, business_date=date(2026, 10, on)), product=product, planned_qty=500, good_qty=good, scrap_qty=9
        )
    return plant


@pytest.fixture
def worker(monkeypatch):
    """A worker beside us: a thread that waits until it may begin, so that the bar can be seen."""
    may_begin, threads = threading.Event(), []

    def work(run_id):
        may_begin.wait(30)
        try:
            tasks.build_month_pack(run_id)
        finally:
            connection.close()

    def start(run_id):
        threads.append(threading.Thread(target=work, args=[run_id]))
        threads[-1].start()

    monkeypatch.setattr(tasks.build_month_pack, "delay", start)
    yield may_begin
    may_begin.set()
    for thread in threads:
        thread.join()


def serious(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.req("RPT-11")
@pytest.mark.parametrize(
    ("language", "names", "lines", "total", "above"),
    [
        ("en", ("workshop A", "team A1", "team B1"), "2 report lines", "Sum", "Above"),
        ("zh-hans", ("A", "A1", "B1"), "日报 2 行", "合计", "上级"),
    ],
    ids=["en", "zh-hans"],
)
def test_a_figure_is_clicked_down_to_the_reports_that_sum_to_it(open_page, worked, language, names, lines, total, above):
    workshop, team, other = (re.compile(rf"^{name}\b") for name in names)
    page = open_page(worked.person("mgr"), language=language)
    page.goto("/months/2026-10")
    assert page.locator("img.fo-only-light").first.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")

    page.get_by_role("row", name=workshop).get_by_role("link", name="1,773").click()
    page.get_by_role("row", name=team).get_by_role("link", name="1,273").click()

    page.get_by_role("heading", name=lines).wait_for()
    assert "1,273" in page.get_by_role("row", name=total).inner_text()
    page.get_by_role("row", name="940").get_by_role("link").click()
    page.wait_for_url("**/daily-reports/*")
    page.go_back()
    page.get_by_role("navigation", name=above).get_by_role("link", name=names[0], exact=True).click()
    page.locator("select[name=workshop]").select_option("B")
    page.get_by_role("row", name=other).wait_for()
    assert "org=B" in page.url


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize(
    ("language", "build", "working", "submit", "freeze", "submitted"),
    [
        ("en", "Build the pack", "Waits for a worker", "Submit the pack", "Submit and freeze", "Submitted"),
        ("zh-hans", "生成月报", "正在排队", "提交月报", "提交并冻结", "已提交"),
    ],
)
def test_a_pack_is_built_before_the_managers_eyes_and_submitted(
    open_page, worked, worker, language, build, working, submit, freeze, submitted
):
    page = open_page(worked.person("mgr"), language=language, dark=language != "en")
    page.goto("/packs")
    page.locator("select[name=month]").select_option("2026-10")
    page.get_by_role("button", name=build).click()

    page.locator("#pack-job").get_by_text(working).wait_for()
    worker.set()
    page.locator("#output").wait_for(timeout=60_000)
    assert page.locator("section.fo-pack-section").count() == 5
    assert serious(page) == []

    explain_all(PackVersion.objects.get(), by=worked.person("mgr"))
    page.reload()
    page.get_by_text(submit).click()
    page.locator("#open-reason").fill("Stocktaking")
    page.get_by_role("button", name=freeze).click()
    page.locator(".fo-actions .fo-st").get_by_text(submitted).wait_for()
    assert PackVersion.objects.get().state == "submitted"


@pytest.mark.req("RPT-11")
@pytest.mark.parametrize(("language", "needs"), [("en", "What needs me"), ("zh-hans", "待我处理")])
def test_the_month_is_one_screen_at_a_desk_and_says_what_needs_the_reader(open_page, worked, language, needs):
    page = open_page(worked.person("mgr"), language=language, dark=language != "en")
    page.set_viewport_size({"width": 1280, "height": 800})
    for by in ("team", "compare"):
        page.goto(f"/months/2026-10?by={by}")
        page.locator("#needs-title").get_by_text(needs).wait_for()
        assert page.evaluate("document.documentElement.scrollHeight") <= 800, by
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, by
        assert serious(page) == []

    page.locator("select[name=kpi]").last.select_option("good")
    page.wait_for_url("**kpi=good**")
    assert page.locator(".fo-month-body tr.is-sum").inner_text().split()[-1] == "—"
    page.emulate_media(media="print")
    assert page.locator(".fo-month-bar .fo-seg").is_hidden()
    height = page.locator(".fo-month-body .fo-table-scroll").evaluate("table => table.scrollHeight - table.clientHeight")
    assert height <= 1
