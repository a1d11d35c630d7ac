"""The month report from draft to its second version in a real browser: causes, submission, approval by another, correction."""

import threading
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection

from plans.models import DailyReportLine
from reports import services, tasks
from reports.block import to_json
from reports.models import MonthPack, PackCause, PackVersion, Target
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory


@pytest.fixture
def worked(transactional_db, settings, tmp_path, monkeypatch):
    """Teams A2 and B1 are under 95 %; A1 makes so much that everything above them is fine. The worker is a thread beside us."""
    settings.MEDIA_ROOT = str(tmp_path)
    for form in services.packs.WRITERS:
        monkeypatch.setitem(services.packs.WRITERS, form, lambda block, cover, appendix: repr(to_json(block)).encode())

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


def submit(page):
    if not page.locator("#open-reason").is_visible():  # after a refusal it is open, with what was typed
        page.get_by_text("Submit the pack").click()
    page.locator("#open-reason").fill("Stocktaking")
    page.get_by_role("button", name="Submit and freeze").click()


@pytest.mark.req("RPT-03")
@pytest.mark.req("RPT-01")
def test_a_pack_is_explained_submitted_approved_and_corrected(open_page, console, worked):
    manager, director = worked.person("mgr"), worked.person("dir")
    page = open_page(manager)
    page.goto("/packs")
    page.locator("select[name=month]").select_option("2026-10")
    page.get_by_role("button", name="Build the pack").click()
    page.locator("#flagged").wait_for(timeout=60_000)
    page.get_by_text("2 rows without a cause").wait_for()
    submit(page)
    page.get_by_role("alert").get_by_text("2 flagged rows have no cause").wait_for()
    console.clear()  # the refused submission answers 409

    rows = page.locator("article.fo-flag")
    rows.nth(1).get_by_label("Cause*", exact=True).fill("Kept while the other row is sent")
    for place, left in ((0, "1 row without a cause"), (1, "Every row has its cause")):
        row = rows.nth(place)
        row.get_by_label("Kind of cause").select_option("machine")
        row.get_by_label("Cause*", exact=True).fill(row.get_by_label("Cause*", exact=True).input_value() or "The press stood")
        row.get_by_label("Action").fill("Change the bearing")
        row.get_by_label("Owner").select_option(str(manager.pk))
        row.get_by_role("button", name="Keep the cause").click()
        page.locator("#flags-missing").get_by_text(left).wait_for()
    assert serious(page) == []
    assert PackCause.objects.filter(text="Kept while the other row is sent").count() == 1
    submit(page)
    page.locator(".fo-actions .fo-st").get_by_text("Submitted").wait_for()
    assert page.get_by_role("button", name="Approve").count() == 0

    page = open_page(director)
    page.goto(f"/packs/{MonthPack.objects.get().pk}")
    page.get_by_role("button", name="Approve").click()
    page.locator(".fo-actions .fo-st").get_by_text("Approved").wait_for()

    DailyReportLine.objects.filter(report__team=worked.b1).update(good_qty=950)
    page = open_page(manager)
    page.goto(f"/packs/{MonthPack.objects.get().pk}")
    page.get_by_role("button", name="Build the next version").click()
    page.locator("#changes").wait_for(timeout=60_000)
    assert "900 950" in " ".join(page.get_by_role("row", name="team B1 Output (good)").inner_text().split())
    assert list(PackVersion.objects.order_by("number").values_list("state", flat=True)) == ["approved", "draft"]
