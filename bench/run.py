"""Measures FloorOps against the best that the database can do, both in one run: ``python -m bench.run [--lines 5000000] [--quick]``.

Every figure is a ratio of medians of alternating blocks in random order, since machines are shared and noisy (see docs/benchmarks.md). The
history lives in a durable cluster of its own under ``var/bench`` and is made once per size.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench import imports

ROOT = Path(__file__).resolve().parent.parent
os.environ["FLOOROPS_VAR"] = os.environ.get("BENCH_VAR") or str(ROOT / "var" / "bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floorops.settings.dev")
ASKED, WORST = 1.3, 1.8
RUNS = 3


def prepare(lines: int) -> int:
    """The cluster up, the schema there, a history of that length in a database of its own."""
    import django

    from stack import services

    services.up(Path(os.environ["FLOOROPS_VAR"]))
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    name = f"history_{lines}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_new = cursor.fetchone() is None
        if is_new:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    if is_new:
        call_command("migrate", verbosity=0)
        from bench.history import make_history

        began = time.perf_counter()
        made = make_history(lines)
        print(f"history of {made:,} report lines made in {time.perf_counter() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM plans_dailyreportline")
        return int(cursor.fetchone()[0])


def server() -> str:
    """The cluster's address, without a database."""
    from stack import services

    return services.read_state(Path(os.environ["FLOOROPS_VAR"]))["database_url"].rpartition("/")[0]


def floorops() -> Callable[[], object]:
    from core.clock import PlantMonth
    from people.models import OrgNode
    from reports.selectors import month_figures

    plant = OrgNode.objects.get(code="B-PLANT")
    return lambda: month_figures(PlantMonth(2026, 10), plant)


def reference() -> Callable[[], object]:
    """psycopg2 alone, on the same connection."""
    from django.db import connection

    from bench.reference import MONTH_BY_WORKSHOP_TEAM_AND_PRODUCT

    connection.ensure_connection()
    raw = connection.connection

    def run() -> list:
        with raw.cursor() as cursor:
            cursor.execute(MONTH_BY_WORKSHOP_TEAM_AND_PRODUCT, {"first": date(2026, 10, 1), "last": date(2026, 10, 31)})
            return cursor.fetchall()

    return run


def block(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _again in range(times):
        work()
    return (time.perf_counter() - began) / times


def ratio(ours: Callable[[], object], best: Callable[[], object], blocks: int, times: int) -> tuple[float, float, float]:
    """Median of the block ratios, and both medians in seconds."""
    pairs = []
    for _number in range(blocks):
        sides = [("ours", ours), ("best", best)]
        random.shuffle(sides)
        taken = {name: block(work, times) for name, work in sides}
        pairs.append((taken["ours"], taken["best"]))
    return (
        statistics.median(mine / other for mine, other in pairs),
        statistics.median(mine for mine, _other in pairs),
        statistics.median(other for _mine, other in pairs),
    )


def same_figures(ours: Callable[[], object], best: Callable[[], object]) -> None:
    """A fast wrong answer is no answer: the plant's row must be the same on both sides."""
    row = ours()["rows"][0]  # type: ignore[index]
    whole = next(found for found in best() if found[:3] == (None, None, None))  # type: ignore[attr-defined]
    names = [name for name in row if name not in {"level", "code"}][: len(whole) - 3]
    for name, value in zip(names, whole[3:], strict=True):
        if value != type(value)(row[name]):
            raise SystemExit(f"{name}: FloorOps says {row[name]}, the reference {value}")


def write(lines: int, found: list[tuple[float, float, float]], loads: list[imports.Found]) -> None:
    worst = max(found)
    verdict = "as asked" if worst[0] <= ASKED else "not worse than allowed" if worst[0] <= WORST else "worse than allowed"
    measure = f"month figures by workshop, team and product from a history of {lines:,} lines ÷ best single SQL on the same tables"
    medians = f"medians {worst[1] * 1000:.0f} ms and {worst[2] * 1000:.0f} ms"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    text = f"""# Measured

`make bench` on {machine}. Every figure is a ratio of medians of alternating blocks of one run, the worst of
{len(found)} runs; milliseconds are context only.

| # | measure | asked | not worse than | found |
|---|---|---|---|---|
| C1 | {measure} | ≤ {ASKED} | {WORST} | {worst[0]:.2f} ({verdict}; {medians}) |
{imports.row(loads)}

C1, each run: {", ".join(f"{one[0]:.2f}" for one in found)}. The reference is `bench/reference.py`: one statement for exactly these tables
through psycopg2 on the same connection, which gives the same figures (compared before measuring).
"""
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(text)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=5_000_000)
    asked.add_argument("--quick", action="store_true", help="half a million lines, few blocks; writes nothing")
    given = asked.parse_args()
    lines = prepare(500_000 if given.quick else given.lines)
    ours, best = floorops(), reference()
    same_figures(ours, best)
    ratio(ours, best, 2, 2)
    blocks, times = (6, 3) if given.quick else (30, 4)
    found = [ratio(ours, best, blocks, times) for _run in range(1 if given.quick else RUNS)]
    for one in found:
        print(f"C1 {one[0]:.3f} ({one[1] * 1000:.0f} ms against {one[2] * 1000:.0f} ms)", flush=True)
    loads = [imports.measure(server(), Path(os.environ["FLOOROPS_VAR"])) for _run in range(1 if given.quick else RUNS)]
    for load in loads:
        print(f"F2 {load}", flush=True)
    if not given.quick:
        write(lines, found, loads)
    return 0 if max(found)[0] <= WORST and all(load.is_allowed for load in loads) else 1


if __name__ == "__main__":
    sys.exit(main())
