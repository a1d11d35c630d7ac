"""Measures FloorOps against the best that the database can do, both in one run:
``python -m bench.run [--lines 5000000] [--quick] [--only slips]``.

Every figure is a ratio of medians of alternating blocks in random order, since machines are shared and noisy (see docs/benchmarks.md). The
history lives in a durable cluster of its own under ``var/bench`` and is made once per size.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

from bench import growth, imports, months, packs, slips
from bench.blocks import Found

ROOT = Path(__file__).resolve().parent.parent
os.environ["FLOOROPS_VAR"] = os.environ.get("BENCH_VAR") or str(ROOT / "var" / "bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floorops.settings.dev")
# One program asks as often as it can: its requests are counted as ever, and not refused.
os.environ.setdefault("API_REQUESTS_PER_MINUTE", "1000000")
RUNS = 3


def prepare() -> None:
    """The cluster up, and Django with it."""
    import django

    from stack import services

    services.up(Path(os.environ["FLOOROPS_VAR"]))
    django.setup()


def server() -> str:
    """The cluster's address, without a database."""
    from stack import services

    return services.read_state(Path(os.environ["FLOOROPS_VAR"]))["database_url"].rpartition("/")[0]


def write(found: list[Found], runs: int) -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    rows = "\n".join(str(one) for one in found)
    text = f"""# Measured

`make bench` on {machine}. Every figure is a ratio of medians of alternating blocks of one run, in random order, the worst of {runs} runs;
milliseconds are context only.

| # | measure | asked | not worse than | found |
|---|---|---|---|---|
{rows}

A: raw is one issue by psycopg2 with nothing around it, in the same database (`bench/slips.py`). C1: the reference is `bench/reference.py`,
one statement for exactly these tables through psycopg2 on the same connection, which gives the same figures (compared before measuring).
F2: the load is a process of its own, its start included.
"""
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(text)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=5_000_000)
    asked.add_argument("--quick", action="store_true", help="half a million lines, few blocks; writes nothing")
    asked.add_argument("--only", choices=["months", "packs", "growth", "imports", "slips"], help="one part; writes nothing")
    given = asked.parse_args()
    runs = 1 if given.quick else RUNS
    prepare()
    from bench.history import turn_to_history

    lines = 500_000 if given.quick else given.lines
    found: list[Found] = []
    if given.only in (None, "months"):
        for one in months.measure(turn_to_history(lines), runs=runs, **({"blocks": 6, "times": 3} if given.quick else {})):
            found.append(one)
            print(one, flush=True)
    if given.only in (None, "packs"):
        for one in packs.measure(turn_to_history(lines), runs=runs, **({"blocks": 2} if given.quick else {})):
            found.append(one)
            print(one, flush=True)
    if given.only in (None, "growth"):
        for one in growth.measure(runs=runs, **({"a_report": growth.SPARSE, "ledger": 500, "blocks": 6} if given.quick else {})):
            found.append(one)
            print(one, flush=True)
    if given.only in (None, "imports"):
        found.append(imports.measure(server(), Path(os.environ["FLOOROPS_VAR"]), runs=runs))
        print(found[-1], flush=True)
    if given.only in (None, "slips"):
        for one in slips.measure(server(), runs=runs, **({"blocks": 6} if given.quick else {})):
            found.append(one)
            print(one, flush=True)
    if not given.quick and not given.only:
        write(sorted(found, key=lambda one: one.number), runs)
    return 0 if all(one.is_allowed for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
