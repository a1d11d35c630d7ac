"""Every page that anybody reaches is usable without sight, without a mouse, and asks nothing inline or from elsewhere.

axe-core judges by WCAG 2.2 AA; serious and critical findings fail. Errors on the console, CSP reports among them, fail by ``open_page``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from floorops.demo import make_demo
from people.models import Staff
from tests.walk import Seen, pages_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The first who reaches a page shows it; these reach them all.
ROLES = ("adm", "mgr", "wsm", "sup", "tld", "plr", "hrt", "opr")
LANGUAGES = ("en", "zh-hans")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".fo-table-scroll"))
        .map((one) => `${one.tagName}.${one.className}`).slice(-3).join(", ") || "something"
    : ""
"""
FOR_NOBODY = ("/sign-in", "/nowhere")


@pytest.fixture
def pages(transactional_db) -> list[Seen]:
    """Every page of the demo plant once, by the first role that reaches it."""
    make_demo(months=1)
    found: dict[str, Seen] = {}
    for role in ROLES:
        staff = Staff.objects.filter(user__groups__name=role).first()
        assert staff, role
        for page in pages_of(staff):
            found.setdefault(page.name, page)
    return [*found.values(), *(Seen(address, address, None) for address in FOR_NOBODY)]


def findings_of(page, seen: Seen) -> list[str]:
    page.goto(seen.address)
    # As tall as its content: what the bar at the thumb covers now is reached by scrolling, and axe cannot scroll.
    tall = page.evaluate("document.documentElement.scrollHeight") + 200
    page.set_viewport_size({"width": page.viewport_size["width"], "height": tall})
    result = Axe().run(page, options=RULES).response
    found = [
        f"{seen.address} ({seen.name}): {violation['impact']} {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:3]
    ]
    wide = page.evaluate(TOO_WIDE)
    return [*found, f"{seen.address} ({seen.name}): the page scrolls sideways: {wide}"] if wide else found


@pytest.fixture
def look_at(open_page, console):
    """Look at pages, each with its language; what was found, one line each."""

    def look(pages: list[tuple[Seen, str]], **how) -> list[str]:
        opened: dict[tuple[Staff | None, str], Page] = {}
        found: list[str] = []
        for seen, language in pages:
            key = (seen.staff, language)
            if key not in opened:
                opened[key] = open_page(seen.staff, language=language, **how)
            found += findings_of(opened[key], seen)
        console[:] = [line for line in console if "404" not in line]  # the page that is not there says so on purpose
        return found

    return look


def test_no_page_has_a_serious_finding(pages, look_at):
    """Each page in one of the two languages, by turns; ``make test-long`` looks at every page in both, at every size."""
    found = look_at([(seen, LANGUAGES[turn % 2]) for turn, seen in enumerate(pages)])
    assert len(pages) > 20
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", ["tablet", "phone", "upright", "wide"])
def test_no_page_has_a_serious_finding_in_any_language_size_and_theme(pages, look_at, viewport, dark):
    found = look_at([(seen, language) for language in LANGUAGES for seen in pages], viewport=viewport, dark=dark)
    assert not found, "\n".join(found)
