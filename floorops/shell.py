"""The frame of every page: plant, clock, business date and shift in the strip, and the navigation of this person's roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject, cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import plant_now, running_shift
from core.models.names import in_language
from core.plant_settings import all_plant_settings
from people.access import Access
from people.roles import Role
from people.selectors import InboxCount, all_shifts, inbox_count, plant_label, read_frame

RAIL_ENTRIES = 7
THUMB_ENTRIES = 4
THEMES = {"light", "dark", "system"}
THEME_COOKIE = "floorops_theme"


@dataclass(frozen=True)
class OtherLanguage:
    """The language the page is *not* in: each is offered in its own words."""

    code: str
    tag: str
    short: str
    words: str


OTHER_LANGUAGE = {
    "en": OtherLanguage("zh-hans", "zh-Hans", "中文", "中文：切换到中文"),
    "zh-hans": OtherLanguage("en", "en", "EN", "EN: Switch to English"),
}


@dataclass(frozen=True)
class Place:
    """A page one can go to: the name of its address, icon and word, the action it asks for, and the addresses that belong to it."""

    name: str
    icon: str
    label: str | Promise
    action: str = "read"
    under: tuple[str, ...] = ()


# In the order of use. A page is listed here when it exists; who may not use it does not see it.
PLACES = (
    Place("my-day", "sun", _("My day")),
    Place("sheets", "ui-checks", _("Checks"), under=("/sheets",)),
    Place("spot-checks", "binoculars", _("Spot checks"), under=("/spot-checks",)),
    Place("findings", "flag", _("Findings"), under=("/findings",)),
    Place("roll-calls", "person-check", _("Roll calls"), under=("/people/roll-calls", "/people/loans")),
    Place("coverage", "percent", _("Coverage of checks"), under=("/coverage",)),
    Place("reports", "clipboard-data", _("Daily reports"), under=("/daily-reports", "/day")),
    Place("plan", "calendar-check", _("Plan of the day"), under=("/plan",)),
    Place("progress", "graph-up-arrow", pgettext_lazy("board", "Progress"), under=("/progress",)),
    Place("handovers", "arrow-left-right", _("Shift hand-overs"), under=("/handovers",)),
    Place("month-open", "speedometer2", _("Month KPIs"), "month.read", ("/months",)),
    Place("issue", "box-arrow-up", pgettext_lazy("material", "Issue"), "slip.post", ("/issue",)),
    Place("return", "arrow-return-left", pgettext_lazy("material", "Return"), "slip.post", ("/return",)),
    Place("transfer", "arrow-left-right", _("Transfer"), "slip.post", ("/transfer",)),
    Place("production-receipt", "box-arrow-in-down", _("Production receipt"), "slip.post", ("/production-receipt",)),
    Place("other-issue", "tools", _("Issue without order"), "slip.post", ("/other-issue",)),
    Place("slips", "receipt", _("Slips"), under=("/slips",)),
    Place("supplements", "hourglass-split", _("Supplements"), under=("/supplements",)),
    Place("material-use", "speedometer", _("Material used"), under=("/material-use",)),
    Place("quota-reports", "chat-left-text", _("Quota and waste reports"), under=("/quota-reports",)),
    Place("slip-requests", "person-check", _("Slip requests"), under=("/slip-requests",)),
    Place("receive", "box-arrow-in-down", _("Receive goods"), "receive", ("/receive",)),
    Place("requisitions", "cart", _("Requisitions"), under=("/requisitions",)),
    Place("purchases", "truck", _("Expected receipts"), under=("/purchases",)),
    Place("suppliers", "building", _("Suppliers"), under=("/suppliers",)),
    Place("gate-passes", "box-arrow-right", _("Gate passes"), under=("/gate-passes",)),
    Place("stock", "boxes", _("Stock"), under=("/stock",)),
    Place("items", "box", pgettext_lazy("material", "Items"), under=("/items",)),
    Place("lots", "upc", _("Lots"), under=("/lots",)),
    Place("counts", "clipboard-check", _("Stocktakes"), under=("/counts",)),
    Place("adjustments", "plus-slash-minus", _("Adjustments"), under=("/adjustments",)),
    Place("aged-stock", "archive", _("Dead stock"), under=("/dead-stock",)),
    Place("disposals", "recycle", _("Disposals"), under=("/disposals",)),
    Place("places", "geo-alt", _("Places"), under=("/places", "/labels")),
    Place("orders", "card-list", _("Orders"), under=("/orders",)),
    Place("order-reviews", "clipboard-check", _("Orders to review"), under=("/order-reviews",)),
    Place("packs", "file-earmark-text", _("Month packs"), "pack.read", ("/packs",)),
    Place("upward-reports", "send", _("Reports upward"), "upward.read", ("/upward-reports",)),
    Place("targets", "bullseye", pgettext_lazy("of figures", "Targets"), "month.read", ("/targets",)),
    Place("products", "box-seam", _("Products"), under=("/products",)),
    Place("boms", "list-nested", _("Bills of materials"), under=("/boms",)),
    Place("processes", "gear", _("Processes"), under=("/processes",)),
    Place("standard-hours", "hourglass", _("Standard hours"), under=("/standard-hours",)),
    Place("templates", "card-checklist", _("Checklist templates"), "template.edit", ("/templates",)),
    Place("assignments", "signpost", _("Assignments"), "template.edit", ("/assignments",)),
    Place("organisation", "diagram-3", _("Organisation"), "read", ("/people/organisation",)),
    Place("staff", "people", _("Staff"), "staff.read", ("/people/staff",)),
    Place("roster", "calendar-week", _("Roster"), "read", ("/people/roster",)),
    Place("arrivals", "stopwatch", pgettext_lazy("people", "Arrivals"), "report.review", ("/arrivals",)),
    Place("joiners", "person-plus", _("New joiners"), "joiner.guide", ("/people/joiners",)),
    Place("attire", "person-badge", _("Attire and appearance"), "attire.read", ("/people/attire",)),
    Place("support-notes", "chat-heart", _("Confidential talks"), "support.write", ("/people/talks",)),
    Place("shifts", "clock-history", _("Shifts"), "read", ("/people/shifts",)),
    Place("calendar", "calendar3", _("Calendar"), "read", ("/people/calendar",)),
    Place("delegations", "person-up", _("Delegations"), "delegate", ("/people/delegations",)),
    Place("work-logs", "journal-text", _("My work logs"), "finding.raise", under=("/work-logs",)),
    Place("team-logs", "journals", _("Work logs of my people"), "report.review", ("/team-logs",)),
    Place("surveys", "clipboard2-pulse", _("Baseline surveys"), under=("/surveys",)),
    Place("tasks", "check2-square", _("Tasks"), under=("/tasks",)),
    Place("contacts", "telephone", _("Emergency contacts"), under=("/emergency-contacts",)),
    Place("inbox", "bell", _("Inbox"), under=("/inbox",)),
    Place("data", "arrow-down-up", _("Files in and out"), "read", ("/data",)),
    Place("settings", "sliders", pgettext_lazy("plant", "Settings"), "setting.edit", ("/settings",)),
    Place("admin:index", "database-gear", _("Administration"), "setting.edit", ("/admin",)),
)

STORE_MOVES = ("transfer", "production-receipt", "other-issue", "slip-requests")
# What a role reaches for first; the others follow in the order above.
FIRST_FOR: dict[Role, tuple[str, ...]] = {
    Role.ADM: ("my-day", "staff", "organisation", "calendar", "settings"),
    Role.HRT: ("my-day", "staff", "organisation"),
    Role.PLR: ("my-day", "plan", "orders", "products", "boms", "standard-hours", "processes"),
    Role.STK: (
        *("my-day", "issue", "return", "receive", "slips", "stock", "supplements", "requisitions", "counts"),
        *(*STORE_MOVES, "orders", "lots", "items", "places", "purchases", "gate-passes"),
    ),
    Role.BUY: ("my-day", "requisitions", "purchases", "suppliers", "stock", "items"),
    Role.MGR: ("my-day", "month-open", "reports", "packs", "upward-reports", "orders"),
    Role.DIR: ("my-day", "month-open", "packs", "upward-reports", "reports"),
}


@dataclass(frozen=True)
class NavEntry:
    """``only_on`` is ``rail`` (from 900 px), ``thumb`` (below) or blank for both."""

    url: str
    icon: str
    label: str | Promise
    is_here: bool
    only_on: str = ""
    count: int = 0
    tone: str = ""


@dataclass(frozen=True)
class RunningShift:
    label: str
    starts: datetime
    ends: datetime
    percent: int


class Shell:
    """What the strip and the navigation show; asked of the database only when a page draws them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now = plant_now()
        self.zone = settings.TIME_ZONE
        self.staff = getattr(request, "staff", None)
        self.access: Access | None = getattr(request, "access", None)

    @cached_property
    def plant_name(self) -> str:
        """What the plant calls itself; else the plant this person belongs to; else the only plant there is."""
        kept = all_plant_settings()
        return in_language(kept["plant_name"], kept["plant_name_zh"]) or self._plant_of_person or "FloorOps"

    @property
    def _plant_of_person(self) -> str:
        return plant_label(self.staff.org_id if self.staff else None, self.now.date())

    @cached_property
    def _running(self) -> tuple[date, RunningShift | None]:
        if self.staff is not None:
            read_frame(self.staff, self.now)
        shifts = {shift.code: shift for shift in all_shifts()}
        found = running_shift([shift.times for shift in shifts.values()], self.now)
        if found is None:
            return self.now.date(), None
        on, times = found
        starts, ends = times.window(on)
        percent = int((self.now - starts) * 100 / (ends - starts))
        return on, RunningShift(shifts[times.code].label, starts, ends, percent)

    @property
    def business_date(self) -> date:
        return self._running[0]

    @property
    def shift(self) -> RunningShift | None:
        return self._running[1]

    @property
    def who(self) -> str:
        """The roles in words; the position is the plant's own text and stands in one language only."""
        if self.staff is None or self.access is None:
            return ""
        return " · ".join(str(role.label) for role in sorted(self.access.roles))

    @cached_property
    def inbox(self) -> InboxCount:
        """What the bell counts; one statement a page."""
        return inbox_count(self.staff, self.now) if self.staff is not None else InboxCount(0, 0)

    @cached_property
    def places(self) -> list[Place]:
        """Every page this person may open, those of their roles first."""
        if self.access is None:
            return []
        first = [name for role in sorted(self.access.roles) for name in FIRST_FOR.get(role, ())]
        allowed = [place for place in PLACES if self.access.may(place.action)]
        return sorted(allowed, key=lambda place: first.index(place.name) if place.name in first else len(first))

    def _is_here(self, place: Place) -> bool:
        path = self.request.path
        return path == reverse(place.name) or any(path == start or path.startswith(f"{start}/") for start in place.under)

    @cached_property
    def nav(self) -> list[NavEntry]:
        """At most eight on the rail and five at the thumb; *More* lists the rest."""
        places = self.places
        rail = places if len(places) <= RAIL_ENTRIES + 1 else places[:RAIL_ENTRIES]
        thumb = places if len(places) <= THUMB_ENTRIES + 1 else places[:THUMB_ENTRIES]
        entries = [
            NavEntry(reverse(place.name), place.icon, place.label, self._is_here(place), "rail" if place not in thumb else "")
            for place in rail
        ]
        if len(places) > len(thumb):
            is_here = self.request.path == reverse("more") or any(self._is_here(place) for place in places if place not in rail)
            entries.append(NavEntry(reverse("more"), "grid", _("More"), is_here, "" if len(places) > len(rail) else "thumb"))
        return entries


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    theme = user.theme if user is not None and user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "system")
    return {
        "staff": getattr(request, "staff", None),
        "access": getattr(request, "access", None),
        "theme": theme if theme in THEMES else "system",
        "other_language": OTHER_LANGUAGE.get(get_language() or "en", OTHER_LANGUAGE["en"]),
        "shell": SimpleLazyObject(lambda: Shell(request)),
    }
