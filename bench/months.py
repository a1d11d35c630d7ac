"""C1: the month's figures by workshop, team and product against the best single statement for the same tables. C2: all figures of the
month's dashboard against the same, at a second look and at the first after a report of the month was corrected.
"""

from __future__ import annotations

from datetime import date

from bench.blocks import Found, Pair, Work, block, compare, verdict

ASKED, WORST = 1.3, 1.8
WARM_ASKED, WARM_WORST, COLD_ASKED, COLD_WORST = 0.3, 1.0, 3.0, 5.0


def floorops() -> Work:
    from core.clock import PlantMonth
    from people.models import OrgNode
    from reports.selectors import month_figures

    plant = OrgNode.objects.get(code="B-PLANT")
    return lambda: month_figures(PlantMonth(2026, 10), plant)


def dashboard(*, is_corrected: bool = False) -> Work:
    """All figures of the month's dashboard: no HTTP, no drawing. With a report of the month corrected before each look, where asked."""
    from core.clock import PlantMonth
    from people.models import OrgNode
    from reports.block import read_block
    from reports.figures import Slice

    month, plant = PlantMonth(2026, 10), OrgNode.objects.get(code="B-PLANT")
    part = Slice.of_month(plant, month)

    def run() -> None:
        if is_corrected:
            correct_a_report()
        read_block(part, month)

    return run


def material() -> Work:
    """All figures of the month's material, as its page and the pack read them: they are counted from their rows at every look."""
    from core.clock import PlantMonth
    from people.models import OrgNode
    from reports.block import read_block
    from reports.figures import Slice

    month, plant = PlantMonth(2026, 10), OrgNode.objects.get(code="B-PLANT")
    part = Slice.of_month(plant, month)

    def run() -> None:
        found = read_block(part, month, with_material=True).material
        if found is None or found.whole is None:
            raise SystemExit("the month has no material")

    return run


def correct_a_report() -> None:
    """Whatever was kept of the month is of no use any more."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE plans_dailyreportline SET remark = 'x' WHERE id = (SELECT l.id FROM plans_dailyreportline l"
            " JOIN plans_dailyreport r ON r.id = l.report_id WHERE r.business_date = DATE '2026-10-12' LIMIT 1)"
        )


def reference() -> Work:
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


def same_figures(ours: Work, best: Work) -> None:
    """A fast wrong answer is no answer: the plant's row must be the same on both sides."""
    row = ours()["rows"][0]  # type: ignore[index]
    whole = next(found for found in best() if found[:3] == (None, None, None))  # type: ignore[attr-defined]
    names = [name for name in row if name not in {"level", "code"}][: len(whole) - 3]
    for name, value in zip(names, whole[3:], strict=True):
        if value != type(value)(row[name]):
            raise SystemExit(f"{name}: FloorOps says {row[name]}, the reference {value}")


def measure(lines: int, *, runs: int = 3, blocks: int = 30, times: int = 4) -> list[Found]:
    ours, best = floorops(), reference()
    same_figures(ours, best)

    def worst(work: Work) -> Pair:
        compare(work, best, 2, 2)
        return max((compare(work, best, blocks, times) for _run in range(runs)), key=lambda one: one.ratio)

    history = f"a history of {lines:,} lines with their plans"
    pair = worst(ours)
    measured = f"month figures by workshop, team and product from {history} ÷ best single SQL on the same tables"
    told = f"{pair.ratio:.2f}; medians {pair.medians}"
    figures = Found("C1", measured, f"≤ {ASKED}", f"{WORST}", told, verdict(pair.ratio <= ASKED, pair.ratio <= WORST))

    first = first_look()
    warm, cold = worst(dashboard()), worst(dashboard(is_corrected=True))
    measured = (
        "all figures of the month's dashboard, twelve months of trend with it, at a second look; at the first after a correction ÷ the same"
    )
    told = (
        f"{warm.ratio:.2f}; {cold.ratio:.2f}; medians {warm.ours * 1000:.1f} ms and {cold.ours * 1000:.0f} ms; nothing kept {first:.1f} s"
    )
    asked, allowed = f"≤ {WARM_ASKED}; ≤ {COLD_ASKED:.0f}", f"{WARM_WORST:.0f}; {COLD_WORST:.0f}"
    is_asked = warm.ratio <= WARM_ASKED and cold.ratio <= COLD_ASKED
    return [figures, Found("C2", measured, asked, allowed, told, verdict(is_asked, warm.ratio <= WARM_WORST and cold.ratio <= COLD_WORST))]


def first_look() -> float:
    """Seconds of a look when nothing at all is kept: all twelve months are counted from their lines."""
    from reports.models import KeptFigures

    KeptFigures.objects.all().delete()
    return block(dashboard(), 1)
