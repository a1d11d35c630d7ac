"""A blind count on the tablet, from its start to the posted difference, by two people (MAT-16)."""

import re

import pytest
from playwright.sync_api import expect

from core.clock import plant_today
from materials.models import Balance, CountLine, CountPlan
from materials.services import verify_ledger
from tests.factories.materials import ItemFactory, make_bin, make_store, put


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("MAT-16")
def test_book_100_counted_97_is_posted_when_another_approves(open_page, plant, transactional_db, language):
    words = {
        "en": ["Start now", "Count", "saved", "Hand in", "You counted here", "Post 1 difference", "approved it"],
        "zh-hans": ["立即开始", "盘点", "已保存", "交数", "您参加了盘点", "过账 1 项差异", "批准"],
    }[language]
    start, count, saved, hand_in, own, approve, approved = words
    store = make_store(plant)
    bolts = ItemFactory(code="BOLT", name="Bolt", barcode="6901234567892")
    put(bolts, "100", make_bin("B-02"))
    today = plant_today()
    CountPlan.objects.create(name="Bolts", cycle="month", first_on=today, next_on=today, made_by=store.keeper)

    page = open_page(store.keeper, language=language)
    page.goto("/counts/plans")
    page.get_by_role("button", name=re.compile(start)).tap()
    page.locator("main a.btn-primary", has_text=count).tap()
    page.locator("[data-fo-scan]").fill("6901234567892")
    page.locator("[data-fo-scan]").press("Enter")
    line = CountLine.objects.get(lot__item=bolts)
    field = page.locator(f"[name=counted-{line.pk}]")
    expect(field).to_be_focused()
    assert "100" not in page.locator("#sheet").inner_text()
    page.locator("[data-fo-key='9']").tap()
    page.locator("[data-fo-key='7']").tap()
    page.locator(f"#kept-{line.pk}").get_by_text(saved).wait_for()
    assert CountLine.objects.get(pk=line.pk).counted == 97

    page.locator(f"[name=counted-{CountLine.objects.exclude(pk=line.pk).get().pk}]").fill("500")
    page.get_by_role("button", name=hand_in, exact=True).tap()
    page.get_by_text(own).wait_for()
    assert Balance.objects.get(lot__item=bolts).on_hand == 100

    boss = open_page(store.manager, language=language)
    boss.goto("/")
    boss.get_by_role("link", name=line.count.number).first.tap()
    boss.get_by_text("−3.000").first.wait_for()
    boss.get_by_role("button", name=approve).tap()
    boss.locator(".fo-note", has_text=approved).wait_for()
    assert Balance.objects.get(lot__item=bolts).on_hand == 97
    assert verify_ledger() == []
