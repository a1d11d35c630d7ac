"""The progress board on a wall screen: opened by its link, with nobody signed in, no session and no names (PLN-07)."""

from __future__ import annotations

import hashlib
import time
from decimal import Decimal
from typing import Any

import redis
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views import View

from core.clock import plant_now
from core.models.names import in_language
from core.plant_settings import all_plant_settings
from core.quantities import percent
from core.views.errors import too_many
from plans.selectors.places import named
from plans.selectors.progress import LineProgress, TeamProgress, lines_on_the_board, team_progress, teams_below
from plans.services.progress import link_of_token

MINUTE_SECONDS = 60
REQUESTS_PER_MINUTE = 60
LINES_SHOWN = 12


class Wall(View):
    """Asks for itself every half minute; an address that names no link in force does not exist."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        wait = _wait(token)
        if wait:
            return too_many(request, retry_after_seconds=wait)
        link = link_of_token(token)
        if link is None:
            raise Http404
        now = plant_now()
        with translation.override(link.language):
            response = render(request, self.template(), self.context(link.node_id, now))
        response["Content-Language"] = link.language
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        response["Vary"] = "HX-Request"
        return response

    def template(self) -> str:
        return "plans/_wall.html" if self.request.htmx else "plans/wall.html"  # type: ignore[attr-defined]

    def context(self, node: int, now: Any) -> dict[str, Any]:
        teams = team_progress(lines_on_the_board(teams_below(node, now.date()), now), now)
        lines = [(team, line) for team in teams for line in team.lines]
        # What is behind stands first, the furthest behind of all on top; what nobody counted comes last.
        lines.sort(key=lambda row: (not row[1].is_behind, row[1].pct is None, row[1].pct or 0))
        kept = all_plant_settings()
        counted = [line for _team, line in lines if line.pct is not None]
        one_unit = len({line.line.product.unit_id for _team, line in lines}) == 1
        return {
            "at": now,
            "node": named([node])[node],
            "plant": in_language(kept["plant_name"], kept["plant_name_zh"]),
            "teams": teams,
            "shown": lines[:LINES_SHOWN],
            "more": max(len(lines) - LINES_SHOWN, 0),
            "lines": len(lines),
            "behind": sum(line.is_behind for line in counted),
            "unposted": sum(line.unposted > 0 for _team, line in lines),
            "total": _total([line for _team, line in lines]) if one_unit else None,
            "shifts": _shifts(teams),
            "theme": "dark",
        }


def _total(lines: list[LineProgress]) -> dict[str, Any]:
    """Sums of lines in one unit, as far as they were counted."""
    actual = sum((line.actual for line in lines), Decimal(0))
    target = sum((line.target for line in lines if line.last), Decimal(0))
    return {
        "planned": sum(line.line.planned_qty for line in lines),
        "actual": actual,
        "gap": actual - target,
        "pct": percent(actual, target, 1) if target else None,
        "unit": lines[0].line.product.unit,
        "is_behind": any(line.is_behind for line in lines),
    }


def _shifts(teams: list[TeamProgress]) -> list[TeamProgress]:
    """One team of each shift that is shown, for the head of the board."""
    return list({(team.business_date, team.shift.pk): team for team in teams}.values())


def _wait(token: str) -> int:
    """Seconds until this address may be asked again; 0 for now. Without a cache nobody is counted."""
    now = int(time.time())
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"wall:{digest}:{now // MINUTE_SECONDS}"
    try:
        cache.add(key, 0, 2 * MINUTE_SECONDS)
        count = cache.incr(key)
    except (redis.RedisError, OSError, ValueError):
        return 0
    return MINUTE_SECONDS - now % MINUTE_SECONDS if count > REQUESTS_PER_MINUTE else 0
