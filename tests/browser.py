"""Chromium for the tests: ``page`` is a tablet in English, ``open_page`` any other; an error on the console fails the test.

Where there is no Chromium the tests that need one are left out and one line says which; with REQUIRE_BROWSER=1 the run fails instead.
"""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from stack import chromium
from stack.chromium import LOCALES, VIEWPORTS
from tests.own_services import FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from people.models import Staff

PATIENCE_MS = 40_000  # costs a green run nothing; a machine that is busy with other work is not a defect
BROWSER_FIXTURES = {"browser", "page", "open_page"}
_left_out: list[str] = []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needs = [item for item in items if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ()))]
    for item in needs:
        item.add_marker("browser")
    if needs and not chromium.program():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            raise pytest.UsageError("REQUIRE_BROWSER=1, but there is no Chromium here (Debian: apt-get install chromium libatomic1).")
        _left_out.extend(item.nodeid for item in needs)
        config.hook.pytest_deselected(items=needs)
        items[:] = [item for item in items if item not in needs]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells its parent, which writes the summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = _left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    _left_out[:] = getattr(node, "workeroutput", {}).get("left_out", _left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _left_out:
        files = sorted({nodeid.split("::")[0] for nodeid in _left_out})
        terminalreporter.write_line(f"No Chromium here: left out {len(_left_out)} browser tests, in {', '.join(files)}.")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        launched = chromium.launch(playwright, FOLDER)
        yield launched
        launched.close()


@pytest.fixture
def console() -> list[str]:
    """What went wrong on the pages of this test; one that provokes an error on purpose clears it."""
    return []


@pytest.fixture
def open_page(live_server, transactional_db, browser, console, settings) -> "Iterator[Callable[..., Page]]":
    """``open_page(staff, viewport="phone", language="zh-hans", dark=True)``: a page signed in as that person, or as nobody."""
    contexts = []
    host = urlsplit(live_server.url).netloc

    def note_request(request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != host:
            console.append(f"asks another host: {request.url}")

    refused = []

    def note_answer(response) -> None:
        if response.status in (409, 422):
            refused.append(response)
        if response.status >= 500:
            console.append(f"{response.status} from {response.url}")

    def open_one(staff: "Staff | None" = None, *, viewport: str = "tablet", language: str = "en", dark: bool = False) -> "Page":
        context = browser.new_context(
            base_url=live_server.url,
            viewport=VIEWPORTS[viewport],
            has_touch=viewport != "wide",
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if staff is not None:
            cookies[settings.SESSION_COOKIE_NAME] = session_of(staff)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("console", lambda message: console.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: console.append(str(error)))
        page.on("request", note_request)
        page.on("response", note_answer)
        return page

    yield open_one
    if console:  # what a refusal said helps whoever reads of the failure
        console.extend(f"{response.status} from {response.url}: {response.text()[:600]}" for response in refused)
    for context in contexts:
        context.close()
    assert not console, "\n".join(console)


@pytest.fixture
def page(open_page) -> "Page":
    return open_page()


def wait_until(page: "Page", told: Callable[[], object]) -> None:
    """Lets the page go on until something was told of it; nothing where it never is."""
    for _ in range(PATIENCE_MS // 100):
        if told():
            return
        page.wait_for_timeout(100)


def session_of(staff: "Staff") -> str:
    """The key of a fresh session of this person."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(staff.user, backend="people.auth.StaffBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
