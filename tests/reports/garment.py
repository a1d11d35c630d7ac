"""The garment plant's real months (``../shared/data``, not part of this repository), and what its CSV says about them on its own."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR).parent / "shared" / "data" / "garment"
QUANTITIES = ("planned", "good", "rework", "scrap")


def rows_of(kind: str) -> list[dict[str, str]]:
    with (FOLDER / f"{kind}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def expected(month: str) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Every figure of the month by (level, code), straight from the CSV: no database, no code of ours."""
    above = {row["code"]: row["parent_code"] for row in rows_of("organisation")}
    standard = {(row["product_code"], row["process_code"]): Decimal(row["hours_per_unit"]) for row in rows_of("standard_hours")}
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows_of("daily_reports"):
        if not row["business_date"].startswith(month):
            continue
        team, product = row["team_code"], row["product_code"]
        hours = standard[product, row["process_code"]]
        for key in (("plant", "GMT"), ("workshop", above[team]), ("team", team), ("product", product)):
            for name in QUANTITIES:
                sums[key][name] += Decimal(row[f"{name}_qty"])
            sums[key]["attended_hours"] += Decimal(row["attended_hours"])
            sums[key]["excused_loss_hours"] += Decimal(row["excused_loss_hours"])
            sums[key]["standard_hours"] += hours * Decimal(row["good_qty"])
    for made in sums.values():
        produced = made["good"] + made["rework"] + made["scrap"]
        made["produced"] = produced
        made["attainment_pct"] = rate(made["good"], made["planned"])
        made["efficiency_pct"] = rate(made["standard_hours"], made["attended_hours"] - made["excused_loss_hours"])
        made["scrap_pct"] = rate(made["scrap"], produced)
    return {key: dict(made) for key, made in sums.items()}


def rate(over: Decimal, under: Decimal) -> Decimal:
    return (over / under * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
