"""Pictures of every page, in both languages and three sizes, into ``shots/``; a demo plant of its own serves them.

Each role walks the pages it is offered: what its navigation and ``/more`` list, and from there one example of every further page. A page
that another role has shown already is not taken again. The summary names what went wrong on a page while it was looked at.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, resolve

from stack import children, chromium, machine
from stack.children import Fault, Stopped
from stack.machine import ROOT

FOLDER = ROOT / "shots"
SIZES = ("tablet", "phone", "wide")
ROLES = ("sup", "tld", "wsm", "mgr", "dir", "plr", "eng", "hrt", "adm", "stk", "ins", "mnt", "buy", "opr", "sixc")
NOBODY = "nobody"
# Not pages: files, programs' doors, and what leaves the session.
LEFT_OUT = ("/admin", "/api", "/static", "/files", "/sign-out", "/language", "/jobs")
START_SECONDS = 120


class Plant:
    """A demo plant of our own; its data is kept for the next time."""

    def __init__(self) -> None:
        self.var = ROOT / "var" / "shots"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Plant":
        env = dict(os.environ, FLOOROPS_VAR=str(self.var), PORT=str(self.port), HOST="127.0.0.1", DEMO="1")
        self.log = ROOT / "var" / "log" / "shots.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            self.child = children.start([sys.executable, ROOT / "stack" / "boot.py", "up"], env=env, stdout=out, stderr=subprocess.STDOUT)
        until = time.monotonic() + START_SECONDS
        while "FloorOps runs at" not in self.log.read_text(errors="replace"):
            if self.child.poll() is not None or time.monotonic() > until:
                raise Fault(f"The demo plant for the pictures did not start: see {self.log}.")
            time.sleep(0.2)
        self.password = json.loads((self.var / "demo-logins.json").read_text())[0]["password"]
        return self

    def __exit__(self, *_: object) -> None:
        children.end([self.child], grace=40)


def _free_port() -> int:
    from stack.services import free_port

    return free_port(8765)


class Walk:
    """What has been seen, and where."""

    def __init__(self, plant: Plant, browser) -> None:
        self.plant = plant
        self.browser = browser
        self.seen: dict[str, tuple[str, str]] = {}
        self.wrong: list[str] = []

    def name_of(self, link: str) -> str:
        """The name of the address behind a link; "" for what is no page of ours."""
        parts = urlsplit(link)
        stranger = parts.netloc not in ("", urlsplit(self.plant.address).netloc)
        if stranger or parts.path.startswith(LEFT_OUT):
            return ""
        try:
            return resolve(parts.path).view_name or ""
        except Resolver404:
            return ""

    def context(self, role: str, *, size: str, language: str):
        return self.browser.new_context(
            base_url=self.plant.address,
            viewport=chromium.VIEWPORTS[size],
            locale=chromium.LOCALES[language],
            timezone_id="Asia/Shanghai",
            has_touch=size != "wide",
            reduced_motion="reduce",
        )

    def sign_in(self, context, role: str) -> None:
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("input[name=username]", role)
        page.fill("input[name=password]", self.plant.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.close()

    def links(self, page, address: str) -> list[str]:
        """Where a page leads; nowhere from a file, which a browser would not open but keep."""
        answer = page.request.get(address)
        if answer.status >= 400 or not answer.headers["content-type"].startswith("text/html"):
            return []
        page.goto(address)
        return page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")

    def explore(self, role: str) -> None:
        """Find one address of every page that this role can reach."""
        context = self.context(role, size="tablet", language="en")
        self.sign_in(context, role)
        page = context.new_page()
        waiting, looked = ["/", "/more"], set()
        while waiting:
            address = waiting.pop(0)
            name = self.name_of(address)
            if not name or name in looked:
                continue
            looked.add(name)
            found = self.links(page, address)
            if name not in self.seen and page.url.split("?")[0].rstrip("/").endswith(urlsplit(address).path.rstrip("/")):
                self.seen[name] = (role, address)
            waiting += [link for link in found if not link.startswith(("#", "mailto:"))]
        context.close()

    def shoot(self, role: str, pages: dict[str, str]) -> int:
        taken = 0
        for language in chromium.LOCALES:
            for size in SIZES:
                context = self.context(role, size=size, language=language)
                context.add_cookies([{"name": "floorops_language", "value": language, "url": self.plant.address}])
                if role != NOBODY:
                    self.sign_in(context, role)
                page = context.new_page()
                page.on("console", lambda message, page=page: self.note(page, message.text) if message.type == "error" else None)
                page.on("pageerror", lambda error, page=page: self.note(page, str(error)))
                for name, address in pages.items():
                    page.goto(address)
                    page.screenshot(path=FOLDER / f"{name.replace(':', '-')}.{role}.{language}.{size}.png", full_page=size != "tablet")
                    taken += 1
                context.close()
        return taken

    def note(self, page, text: str) -> None:
        self.wrong.append(f"{urlsplit(page.url).path}: {text}")


def main() -> int:
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floorops.settings.test")
    django.setup()
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    FOLDER.mkdir()
    with Plant() as plant, sync_playwright() as playwright:
        walk = Walk(plant, chromium.launch(playwright, machine.var_folder()))
        for role in ROLES:
            walk.explore(role)
        taken = walk.shoot(NOBODY, {"sign-in": "/sign-in"})
        for role in ROLES:
            if pages := {name: address for name, (by, address) in walk.seen.items() if by == role}:
                taken += walk.shoot(role, pages)
    print(f"{taken} pictures of {len(walk.seen)} pages in {FOLDER.relative_to(ROOT)}/")
    for line in sorted(set(walk.wrong)):
        print(f"  {line}", file=sys.stderr)
    return 1 if walk.wrong else 0


if __name__ == "__main__":
    children.stop_on_signals()
    try:
        sys.exit(main())
    except Stopped as stopped:
        sys.exit(128 + stopped.sign)
    except Fault as fault:
        sys.exit(str(fault))
