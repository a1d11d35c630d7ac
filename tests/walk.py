"""Finds one address of every page that a role can reach by links, as a person would: from the first page and from *More*."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from people.models import Staff

# Not pages: programs' doors, files, the administration (Django's own), and what leaves the session.
LEFT_OUT = ("/admin", "/api", "/static", "/files", "/healthz")
BEGINNINGS = ("/", "/more", "/account")


@dataclass(frozen=True)
class Seen:
    """A page by the name of its address, with an address of it and who may open it."""

    name: str
    address: str
    staff: Staff | None


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.extend(value for name, value in attrs if name == "href" and value)


def name_of(link: str) -> str:
    """The name of the address behind a link with its tab or its table, ``""`` for what is no page of ours."""
    parts = urlsplit(link)
    if parts.netloc or not parts.path.startswith("/") or parts.path.startswith(LEFT_OUT):
        return ""
    try:
        name = resolve(parts.path).view_name or ""
    except Resolver404:
        return ""
    shown = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key in ("tab", "by")])
    return f"{name} {shown}" if shown else name


def pages_of(staff: Staff, no_pages: set[str], client: Client | None = None) -> list[Seen]:
    """Every page this person reaches, once by name; ``no_pages`` gathers the names behind which files come, so that none is asked twice."""
    client = client or Client()
    client.force_login(staff.user, backend="people.auth.StaffBackend")
    waiting, seen = list(BEGINNINGS), {}
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if not name or name in seen or name in no_pages:
            continue
        answer = client.get(address)
        if answer.status_code in (301, 302):
            waiting.append(answer["Location"])
        if answer.status_code != 200:
            continue
        if not answer["Content-Type"].startswith("text/html"):
            no_pages.add(name)
            continue
        seen[name] = Seen(name, address, staff)
        links = Links()
        links.feed(answer.content.decode())
        path = urlsplit(address).path
        waiting += [f"{path}{link}" if link.startswith("?") else link for link in links.found if not link.startswith("#")]
    return list(seen.values())
