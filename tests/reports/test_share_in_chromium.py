"""A page of the month is passed on as its address and printed without its frame (RPT-11)."""

from datetime import date

import pytest
from playwright.sync_api import expect

from core.clock import PlantMonth
from reports import services
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = pytest.mark.req("RPT-11")
WORDS = {
    "en": {"copy": "Copy link", "copied": "Copied.", "by_hand": "Copy the marked address.", "print": "Print"},
    "zh-hans": {"copy": "复制链接", "copied": "已复制。", "by_hand": "请复制选中的地址。", "print": "打印"},
}
NO_PAPER = "window.print = () => { document.body.dataset.printed = 'yes' }"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false"


@pytest.fixture
def manager(transactional_db, plant, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 5)), planned_qty=500, good_qty=490)
    return plant.person("mgr")


@pytest.mark.parametrize("language", WORDS)
def test_the_address_of_what_is_shown_is_copied_and_the_page_printed_without_its_frame(open_page, manager, plant, language):
    words, page = WORDS[language], open_page(manager, language=language)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(NO_PAPER)
    pack = services.build_pack(plant=plant.plant, month=PlantMonth(2026, 10), by=None).pack
    for address in (f"/months/2026-10?org={plant.a.code}&by=team", f"/packs/{pack.pk}"):
        page.goto(address)
        page.get_by_role("button", name=words["copy"]).click()
        expect(page.get_by_role("status").filter(has_text=words["copied"])).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.url
        page.get_by_role("button", name=words["print"]).click()
        assert page.evaluate("document.body.dataset.printed") == "yes"
        page.emulate_media(media="print")
        expect(page.locator(".fo-share, .fo-nav, .fo-bar, .fo-actions").locator("visible=true")).to_have_count(0)
        expect(page.locator("h1")).to_be_visible()
        page.emulate_media(media="screen")


@pytest.mark.parametrize("language", WORDS)
def test_without_a_clipboard_the_address_is_shown_and_marked(open_page, manager, plant, language):
    """As on a plant's network without a certificate."""
    words, page = WORDS[language], open_page(manager, language=language)
    page.add_init_script(NO_CLIPBOARD)
    page.goto(f"/months/2026-10?org={plant.a.code}&by=team")
    page.get_by_role("button", name=words["copy"]).click()
    expect(page.get_by_role("status").filter(has_text=words["by_hand"])).to_be_visible()
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == page.url
