"""What a supplement granted is drawn once: after its last day nothing of it stays free (MAT-09, ADR 0026)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from core.clock import plant_today
from core.prepared import Prepared, numbers
from materials.models import QuotaLine, Supplement, SupplementGrant
from plans.services.status import change_status

Status = Supplement.Status
# The quota is drawn before its supplements, and the oldest supplement before the others. So what is free belongs to those that still last,
# then to the newest whose last day is past.
TAKE_BACK = Prepared(
    "take_back",
    """
    INSERT INTO materials_supplementgrant (supplement_id, quota_line_id, quantity, by_id, at)
    SELECT k.id, k.quota_line_id, -LEAST(k.rest, k.free - k.before), NULL, $3::timestamptz
    FROM (
        SELECT s.id, s.quota_line_id, p.is_past, g.rest,
            q.quota + q.supplement - q.issued + q.returned_good + q.returned_incoming_defect AS free,
            sum(g.rest) OVER (PARTITION BY s.quota_line_id ORDER BY p.is_past, s.expires_on DESC, s.id DESC) - g.rest AS before
        FROM materials_quotaline q
        JOIN materials_supplement s ON s.quota_line_id = q.id AND s.status IN ('approved', 'lapsed')
        CROSS JOIN LATERAL (SELECT s.status = 'lapsed' OR s.expires_on < $2::date AS is_past) p
        CROSS JOIN LATERAL (SELECT COALESCE(sum(quantity), 0) AS rest FROM materials_supplementgrant WHERE supplement_id = s.id) g
        WHERE q.id = ANY($1::bigint[]) AND q.supplement > 0
    ) k
    WHERE k.is_past AND k.rest > 0 AND k.free > k.before
    ORDER BY k.quota_line_id, k.id
    """,
)


def take_back(quota_lines: Collection[int], *, on: date | None = None) -> None:
    """Take back what is free of these quota lines, as far as supplements granted it whose last day is past.

    One statement, however many lines. The caller holds the lines until COMMIT, as whatever moves on them does.
    """
    if quota_lines:
        with connection.cursor() as cursor:
            TAKE_BACK.run(cursor, numbers(quota_lines), on or plant_today(), timezone.now())


def lapse_supplements(*, on: date | None = None) -> int:
    """Take back what was granted and is not drawn after its last day; what is drawn stays. Safe to run twice. How many lapsed.

    Of those that lapsed before goes what came free since by another way than a slip.
    """
    on = on or plant_today()
    count = 0
    for pk in Supplement.objects.filter(status=Status.APPROVED, expires_on__lt=on).values_list("pk", flat=True):
        count += _lapse(pk, on)
    for line in _lines_with_free_rest():
        _take_back_again(line, on)
    return count


@transaction.atomic
def _lapse(pk: int, on: date) -> int:
    line = QuotaLine.objects.select_for_update(no_key=True, of=("self",)).get(supplements=pk)
    supplement = Supplement.objects.select_for_update(no_key=True).get(pk=pk)
    if supplement.status != Status.APPROVED:
        return 0
    change_status(supplement, Status.LAPSED)
    take_back([line.pk], on=on)
    return 1


def _lines_with_free_rest() -> list[int]:
    drawn = F("quota_line__issued") - F("quota_line__returned_good") - F("quota_line__returned_incoming_defect")
    free = SupplementGrant.objects.filter(
        supplement__status=Status.LAPSED,
        quota_line__supplement__gt=0,
        quota_line__quota__gt=drawn - F("quota_line__supplement"),
    )
    rest = free.order_by().values("quota_line", "supplement").annotate(rest=Sum("quantity")).filter(rest__gt=0)
    return sorted(set(rest.values_list("quota_line", flat=True)))


@transaction.atomic
def _take_back_again(quota_line: int, on: date) -> None:
    QuotaLine.objects.select_for_update(no_key=True, of=("self",)).get(pk=quota_line)
    take_back([quota_line], on=on)
