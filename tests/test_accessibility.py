"""Every page that anybody reaches is usable without sight, without a mouse, and asks nothing inline or from elsewhere.

Every run looks at one page of each kind; ``make test-long`` at all of them, in both languages, at every size, by day and by night.
axe-core judges by WCAG 2.2 AA; serious and critical findings fail. Errors on the console, CSP reports among them, fail by ``open_page``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from core.clock import PlantMonth, plant_today
from core.models import JobRun, TableImport
from floorops.demo import make_demo
from materials.models import Balance, Bom
from materials.services import draft_bom
from people.access import access_of
from people.models import OrgNode, Staff
from people.roles import Role
from people.services import lend_role
from plans.models import ChecklistTemplate
from plans.selectors.templates import content_of
from plans.services import give_task, save_draft
from plans.services.progress import make_display_link
from reports.services import build_pack
from stack.chromium import VIEWPORTS
from tests.access.cast import make_cast
from tests.access.pages import PAGES, address_of
from tests.factories.people import ShiftFactory
from tests.walk import Seen, pages_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The first who reaches a page shows it, so that none is loaded again for the next; together they reach all.
ROLES = ("adm", "mgr", "wsm", "sup", "tld", "plr", "hrt", "opr", "stk", "buy", "ins", "dir", "eng", "mnt", "sixc")
LANGUAGES = ("en", "zh-hans")
# What the access table lists and nobody looks at: files, pictures, parts of pages, and addresses that lead to another one.
NO_PAGES = {
    *("export", "file", "import-template", "month-chart", "month-xlsx", "pack-chart", "pack-file", "template-file", "upward-file"),
    *("pack-progress", "sheet-state"),
    *("lot-code", "month-open", "own-tokens", "pack-of", "work-log-today"),
}
FRIDAY_MORNING = "2026-11-20 02:00Z"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
AXE = Axe().axe_script
SERIOUS = """(rules) => axe.run(rules).then((found) =>
    found.violations.filter((one) => ["serious", "critical"].includes(one.impact)))"""
TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".fo-table-scroll"))
        .map((one) => `${one.tagName}.${one.className}`).slice(-3).join(", ") || "something"
    : ""
"""
FOR_NOBODY = ("/sign-in", "/nowhere")
# A page of each kind, with who opens it: what is common to a kind is found wherever it is drawn.
KINDS = {
    "my-day": "wsm",
    "account": "opr",
    "inbox": "sup",
    "settings": "adm",
    "organisation": "adm",
    "roster": "hrt",
    "roll-call": "tld",
    "sheet-fill": "sup",
    "findings": "wsm",
    "finding-board": "wsm",
    "finding": "sup",
    "spot-check-new": "sup",
    "template-edit": "mgr",
    "order": "plr",
    "plan-edit": "plr",
    "progress": "sup",
    "report-edit": "tld",
    "issue-order": "stk",
    "slip": "stk",
    "month-dashboard": "mgr",
    "import": "plr",
    "handover-paper": "tld",
    "count-paper": "stk",
}
ON_A_PHONE_BY_NIGHT = ("account", "progress", "month-dashboard", "handover-paper", "count-paper")


@pytest.fixture
def one_of_each(transactional_db, plant, settings, tmp_path) -> Iterator[list[Seen]]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(FRIDAY_MORNING, tick=True):
        people = {role: plant.person(role, plant.a) for role in set(KINDS.values())}
        rows = make_cast(plant, ShiftFactory())
        pages = [Seen(name, address_of(name, rows), people[role]) for name, role in KINDS.items()]
        yield [*pages, *(Seen(address, address, None) for address in FOR_NOBODY)]


@pytest.fixture
def pages(transactional_db) -> list[Seen]:
    """Every page of the demo plant once, by the first role that reaches it."""
    assert set(ROLES) == set(Role)
    make_demo(months=2)  # on the first day of a month there is no report of it yet
    apart = what_the_demo_lacks()
    found: dict[str, Seen] = {}
    no_pages: set[str] = set()
    for role in ROLES:
        staff = Staff.objects.filter(user__groups__name=role).first()
        assert staff, role
        for page in pages_of(staff, no_pages):
            found.setdefault(page.name, page)
    return [*found.values(), *apart, *(Seen(address, address, None) for address in FOR_NOBODY)]


def what_the_demo_lacks() -> list[Seen]:
    """A pack, a role lent, a wall screen, a task, a bill and a checklist in draft; pages that no link leads to before something runs
    or before the one order that the walk opens holds material."""
    who = {role: Staff.objects.get(user__username=role) for role in ROLES}
    plant, today = OrgNode.objects.get(code="D-PLANT"), plant_today()
    build_pack(plant=plant, month=PlantMonth.of(today).previous(), by=who["mgr"])
    lend_role(giver=who["wsm"], taker=who["sup"], role="wsm", starts_on=today, ends_on=today, reason="Away", by=who["wsm"])
    make_display_link(node=plant, name="Hall 1", language="en", by=who["mgr"])
    give_task(title="Draw the lines anew", node=plant, owner=who["wsm"], due_on=today, by=who["mgr"])
    bill = Bom.objects.filter(status=Bom.Status.APPROVED).first()
    draft_bom(product=bill.product, valid_from=today, copy_of=bill, by=who["plr"])
    template = ChecklistTemplate.objects.get(code="T-01")
    save_draft(template=template, content=content_of(template.versions.latest("number")), by=who["mgr"])
    run = JobRun.objects.create(kind="month_pack", params={"plant": plant.code}, owner_no=who["mgr"].staff_no)
    held = Balance.objects.filter(place__order__status="released", on_hand__gt=0).select_related("place__order__workshop")
    holding = next(one.place.order for one in held if access_of(who["plr"]).may("order.edit", one.place.order.workshop))
    brought = TableImport.objects.create(kind="orders", original_name="orders.csv", by_no=who["plr"].staff_no)
    return [
        Seen("job", reverse("job", args=[run.pk]), who["mgr"]),
        Seen("order-leftovers", reverse("order-leftovers", args=[holding.number]), who["plr"]),
        Seen("import-result", reverse("import-result", args=[brought.pk]), who["plr"]),
    ]


def findings_of(page, seen: Seen, looks: list[tuple[str, str]]) -> list[str]:
    """Loaded once, looked at in each of these sizes and themes."""
    status = page.goto(seen.address).status
    found = [] if status == (404 if seen.address == "/nowhere" else 200) else [f"{seen.address} ({seen.name}) answers {status}"]
    page.evaluate(AXE)
    for viewport, theme in looks:
        at = f"{seen.address} ({seen.name}, {viewport}, {theme})"
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(VIEWPORTS[viewport])
        # As tall as its content: what the bar at the thumb covers now is reached by scrolling, and axe cannot scroll.
        tall = page.evaluate("document.documentElement.scrollHeight") + 200
        page.set_viewport_size(VIEWPORTS[viewport] | {"height": tall})
        for violation in page.evaluate(SERIOUS, RULES):
            nodes = violation["nodes"][:3]
            found += [f"{at}: {violation['impact']} {violation['id']}: {node['target']} {node['failureSummary']}" for node in nodes]
        if wide := page.evaluate(TOO_WIDE):
            found.append(f"{at}: the page scrolls sideways: {wide}")
    return found


@pytest.fixture
def look_at(open_page, console):
    """Look at pages, each with its language; what was found, one line each."""

    def look(pages: list[tuple[Seen, str]], looks: list[tuple[str, str]]) -> list[str]:
        opened: dict[tuple[Staff | None, str], Page] = {}
        found: list[str] = []
        for seen, language in pages:
            key = (seen.staff, language)
            if key not in opened:
                opened[key] = open_page(seen.staff, language=language)
            found += findings_of(opened[key], seen, looks)
        console[:] = [line for line in console if "404" not in line]  # the page that is not there says so on purpose
        return found

    return look


def test_no_kind_of_page_has_a_serious_finding(one_of_each, look_at):
    """By turns in the two languages."""
    found = look_at([(seen, LANGUAGES[turn % 2]) for turn, seen in enumerate(one_of_each)], [("tablet", "light")])
    on_a_phone = [(seen, language) for language in LANGUAGES for seen in one_of_each if seen.name in ON_A_PHONE_BY_NIGHT]
    found += look_at(on_a_phone, [("phone", "dark")])
    assert not found, "\n".join(found)


@pytest.mark.long
def test_no_page_has_a_serious_finding_at_any_size_by_day_and_by_night(pages, look_at):
    """Every page that the access table lists."""
    reached = {page.name.partition(" ")[0] for page in pages}
    assert {name for name, page in PAGES.items() if page.method == "get"} - reached == NO_PAGES
    found = look_at(
        [(seen, language) for language in LANGUAGES for seen in pages],
        [(size, theme) for theme in ("light", "dark") for size in VIEWPORTS],
    )
    assert not found, "\n".join(found)
