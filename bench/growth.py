"""D1: what a longer history costs; D2: what a fuller month costs. Growth is an exponent: log(time ÷ time) ÷ log(size ÷ size), 0 where size
costs nothing, 1 where ten times as much takes ten times as long.

Blocks alternate between the databases of one run in random order, each block on a connection that was warmed first.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable

from bench.blocks import Found, Work, block, verdict
from bench.history import LINES_A_REPORT, SHIFTS, TEAMS, turn_to_history
from bench.ledgers import slip, turn_to_ledger

ASKED, WORST = 0.05, 0.10
FULL_ASKED, FULL_WORST = 1.0, 1.1
MONTHS = (1, 10, 100)
SPARSE = 1  # line a report, against ten
TIMES, SLIPS = 3, 30
LEDGER = 5_000  # moves of the shortest ledger


def report_list() -> Work:
    """The list of team daily reports as a manager opens it, page and all."""
    from django.test import Client

    from people.models import Staff
    from tests.factories.people import StaffFactory

    staff = Staff.objects.filter(staff_no="B-MGR").first() or StaffFactory(staff_no="B-MGR", roles=["mgr"])
    client = Client(SERVER_NAME="localhost")
    client.force_login(staff.user, backend="people.auth.StaffBackend")

    def run() -> None:
        answer = client.get("/daily-reports")
        if answer.status_code != 200:
            raise SystemExit(f"the list answered {answer.status_code}")

    return run


def exponent(
    sizes: dict[str, int], work_of: Callable[[], Work], turn: Callable[[str], object], blocks: int, *, times: int = TIMES
) -> tuple[float, float, float]:
    """The growth between the smallest and the largest, and the medians there in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in sizes}
    for _number in range(blocks):
        for name in random.sample(list(sizes), len(sizes)):
            turn(name)
            work = work_of()
            work()
            taken[name].append(block(work, times))
    small, large = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    first, last = statistics.median(taken[small]), statistics.median(taken[large])
    return math.log(last / first) / math.log(sizes[large] / sizes[small]), first, last


def measure(*, a_report: int = LINES_A_REPORT, ledger: int = LEDGER, runs: int = 3, blocks: int = 15) -> list[Found]:
    from django.core.management import call_command

    from bench.months import dashboard, floorops, material

    call_command("collectstatic", interactive=False, verbosity=0)

    def corrected() -> Work:
        return dashboard(is_corrected=True)

    found = [slip_growth(ledger, runs=runs, blocks=blocks)]
    lengths = {str(months): turn_to_months(months, a_report) for months in MONTHS}
    works = {
        "month figures": floorops,
        "dashboard after a correction": corrected,
        "material of the month": material,
        "list of reports": report_list,
    }
    for name, work_of in works.items():
        tried = [exponent(lengths, work_of, lambda months: turn_to_months(int(months), a_report), blocks) for _run in range(runs)]
        grown, first, last = max(tried)
        measured = f"{name}: growth when the history grows from {min(lengths.values()):,} to {max(lengths.values()):,} lines"
        told = f"{grown:.3f}; medians {first * 1000:.1f} ms and {last * 1000:.1f} ms"
        found.append(Found("D1", measured, f"≤ {ASKED}", f"{WORST}", told, verdict(grown <= ASKED, grown <= WORST)))

    months = {str(each): turn_to_months(1, each) for each in (SPARSE, LINES_A_REPORT)}
    tried = [exponent(months, floorops, lambda each: turn_to_months(1, int(each)), blocks) for _run in range(runs)]
    grown, first, last = max(tried)
    measured = f"month figures: growth when the month grows from {min(months.values()):,} to {max(months.values()):,} lines"
    told = f"{grown:.2f}; medians {first * 1000:.0f} ms and {last * 1000:.0f} ms"
    found.append(Found("D2", measured, f"≤ {FULL_ASKED}", f"{FULL_WORST}", told, verdict(grown <= FULL_ASKED, grown <= FULL_WORST)))
    return found


def slip_growth(ledger: int, *, runs: int, blocks: int) -> Found:
    """What posting a slip costs on a ledger a hundred times as long."""
    lengths = {str(ledger * times): turn_to_ledger(ledger * times) for times in MONTHS}
    tried = [exponent(lengths, slip, lambda moves: turn_to_ledger(int(moves)), blocks, times=SLIPS) for _run in range(runs)]
    grown, first, last = max(tried)
    measured = f"one-line slip: growth when the ledger grows from {min(lengths.values()):,} to {max(lengths.values()):,} moves"
    told = f"{grown:.3f}; medians {first * 1000:.2f} ms and {last * 1000:.2f} ms"
    return Found("D1", measured, f"≤ {ASKED}", f"{WORST}", told, verdict(grown <= ASKED, grown <= WORST))


def turn_to_months(months: int, a_report: int) -> int:
    """Turn to a history of October 2026 and as many days before it as so many months have, with so many lines in each report."""
    return turn_to_history(31 * months * TEAMS * SHIFTS * a_report, a_report=a_report)
