"""The month report from draft to its second version in a real browser: causes, submission, approval by another, correction."""

import threading
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection

from plans.models import DailyReportLine
from reports import tasks
from reports.models import MonthPack, PackCause, PackVersion, Target
from tests.factories.packs import write_files_by
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory

WORDS = {
    "en": {
        "build": "Build the pack", "two": "2 rows without a cause", "one": "1 row without a cause", "none": "Every row has its cause",
        "pack": "Submit the pack", "submit": "Submit and freeze", "refused": "2 flagged rows have no cause", "submitted": "Submitted",
        "kind": "Kind of cause", "cause": "Cause*", "action": "Action", "owner": "Owner", "keep": "Keep the cause",
        "approve": "Approve", "approved": "Approved", "next": "Build the next version", "changed": "team B1 Output (good)",
    },
    "zh-hans": {
        "build": "生成月报", "two": "2 行没有原因", "one": "1 行没有原因", "none": "每行都有原因",
        "pack": "提交月报", "submit": "提交并冻结", "refused": "2 个标记行还没有原因", "submitted": "已提交",
        "kind": "原因类别", "cause": "原因*", "action": "措施", "owner": "责任人", "keep": "保存原因",
        "approve": "批准", "approved": "已批准", "next": "生成下一版", "changed": "B1 良品产量",
    },
}  # fmt: skip


@pytest.fixture
def worked(transactional_db, settings, tmp_path, monkeypatch):
    """Teams A2 and B1 are under 95 %; A1 makes so much that everything above them is fine. The worker is a thread beside us."""
    settings.MEDIA_ROOT = str(tmp_path)
    write_files_by(monkeypatch)

    def work(run_id):
        try:
            tasks.build_month_pack(run_id)
        finally:
            connection.close()

    threads = []

    def start(run_id):
        threads.append(threading.Thread(target=work, args=[run_id]))
        threads[-1].start()

    monkeypatch.setattr(tasks.build_month_pack, "delay", start)
    plant, product = make_plant(), ProductFactory()
    for team, planned, good in ((plant.a1, 30_000, 30_000), (plant.a2, 1000, 900), (plant.b1, 1000, 900)):
        report = ReportFactory(team=team, business_date=date(2026, 10, 7))
        LineFactory(report=report, product=product, planned_qty=planned, good_qty=good)
    for node, value in ((plant.b, 80), (plant.b1, 95)):
        Target.objects.create(kpi_code="attainment_pct", org=node, period="2026-10", value=value)
    yield plant
    for thread in threads:
        thread.join()


def serious(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]


def submit(page, words):
    if not page.locator("#open-reason").is_visible():  # after a refusal it is open, with what was typed
        page.get_by_text(words["pack"]).click()
    page.locator("#open-reason").fill("Stocktaking")
    page.get_by_role("button", name=words["submit"]).click()


@pytest.mark.req("RPT-03")
@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("language", WORDS)
def test_a_pack_is_explained_submitted_approved_and_corrected(open_page, console, worked, language):
    words, manager, director = WORDS[language], worked.person("mgr"), worked.person("dir")
    page = open_page(manager, language=language)
    page.goto("/packs")
    page.locator("select[name=month]").select_option("2026-10")
    page.get_by_role("button", name=words["build"]).click()
    page.locator("#flagged").wait_for(timeout=60_000)
    page.get_by_text(words["two"]).wait_for()
    submit(page, words)
    page.get_by_role("alert").get_by_text(words["refused"]).wait_for()
    console.clear()  # the refused submission answers 409

    rows = page.locator("article.fo-flag")
    rows.nth(1).get_by_label(words["cause"], exact=True).fill("Kept while the other row is sent")
    for place, left in ((0, "one"), (1, "none")):
        row = rows.nth(place)
        cause = row.get_by_label(words["cause"], exact=True)
        row.get_by_label(words["kind"]).select_option("machine")
        cause.fill(cause.input_value() or "The press stood")
        row.get_by_label(words["action"]).fill("Change the bearing")
        row.get_by_label(words["owner"]).select_option(str(manager.pk))
        row.get_by_role("button", name=words["keep"]).click()
        page.locator("#flags-missing").get_by_text(words[left]).wait_for()
    assert serious(page) == []
    assert PackCause.objects.filter(text="Kept while the other row is sent").count() == 1
    submit(page, words)
    page.locator(".fo-actions .fo-st").get_by_text(words["submitted"]).wait_for()
    assert page.get_by_role("button", name=words["approve"], exact=True).count() == 0

    page = open_page(director, language=language)
    page.goto(f"/packs/{MonthPack.objects.get().pk}")
    page.get_by_role("button", name=words["approve"], exact=True).click()
    page.locator(".fo-actions .fo-st").get_by_text(words["approved"]).wait_for()

    DailyReportLine.objects.filter(report__team=worked.b1).update(good_qty=950)
    page = open_page(manager, language=language)
    page.goto(f"/packs/{MonthPack.objects.get().pk}")
    page.get_by_role("button", name=words["next"]).click()
    page.locator("#changes").wait_for(timeout=60_000)
    assert "900 950" in " ".join(page.get_by_role("row", name=words["changed"]).inner_text().split())
    assert list(PackVersion.objects.order_by("number").values_list("state", flat=True)) == ["approved", "draft"]
