import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from materials.models.moving import GUARD_OTHER_MOVES, UNDONE
from materials.models.quotas import append_only, quantity_field
from materials.models.slips import ReturnType

# Runs once per INSERT, however many moves it brings. Rows are touched in one order everywhere, quota lines by id before balances by
# place and lot, so two slips that share rows wait for each other and never stand crosswise. One look at the moves finds the first that is
# refused and which of the further questions must be asked at all; an order's plain issue asks none of them.
POST_MOVES = f"""
    SELECT min(k.rule || ' ' || lpad(k.line::text, 10, '0')) AS refusal,
        bool_or(k.has_quota) AS has_quotas, bool_and(k.is_plain_issue) AS is_plain, bool_or(k.is_other) AS has_others,
        bool_or(k.is_unapproved_other_issue) AS has_unapproved_other_issue, bool_or(k.kind = 'production') AS has_production,
        min(k.late_on) AS late_since
    INTO found
    FROM (SELECT m.line, d.kind,
        q.id IS NOT NULL AS has_quota,
        CASE WHEN q.id IS NOT NULL AND m.business_date < (GREATEST(now(), d.posted_at) AT TIME ZONE 'UTC')::date
            THEN m.business_date END AS late_on,
        t.kind = 'order' AND b.id IS NULL AND m.undoes_id IS NULL AND m.return_type = '' AS is_plain_issue,
        m.undoes_id IS NOT NULL OR d.kind IN ('production', 'transfer') OR 'production' IN (s.purpose, t.purpose)
            OR (s.kind = 'bin' AND t.kind = 'bin') AS is_other,
        d.kind = 'other_issue' AND d.approved_by_id IS NULL AS is_unapproved_other_issue,
        CASE
        WHEN d.id IS NULL OR s.id IS NULL OR t.id IS NULL OR l.id IS NULL THEN 'move_names_what_is_there'
        WHEN s.kind IN ('warehouse', 'zone') OR t.kind IN ('warehouse', 'zone') THEN 'move_between_bins'
        WHEN m.undoes_id IS NOT NULL AND NOT (
            u.undoes_id IS NULL AND u.lot_id = m.lot_id AND u.source_id = m.target_id AND u.target_id = m.source_id
            AND u.quantity = m.quantity AND u.quota_line_id IS NOT DISTINCT FROM m.quota_line_id AND m.return_type = ''
        ) THEN 'undo_mirrors_its_move'
        WHEN (s.kind = 'order' OR t.kind = 'order') AND q.order_id IS DISTINCT FROM COALESCE(s.order_id, t.order_id)
            THEN 'order_move_has_a_quota_line'
        WHEN s.kind <> 'order' AND t.kind <> 'order' AND m.quota_line_id IS NOT NULL THEN 'quota_line_only_with_an_order'
        WHEN s.kind = 'order' AND t.kind = 'order' THEN 'move_between_bins'
        WHEN q.id IS NOT NULL AND l.item_id <> q.item_id AND b.id IS NULL THEN 'item_not_on_order'
        WHEN u.return_type = 'good' AND NOT (
            l.status IN ('released', 'concession') AND COALESCE(l.expires_on, DATE '9999-12-31') >= m.business_date
        ) THEN 'lot_not_released'
        WHEN m.undoes_id IS NOT NULL THEN NULL
        WHEN (t.kind = 'order' OR (s.kind = 'bin' AND t.purpose IN ('used', 'line_side'))) AND NOT (
            s.kind = 'bin' AND s.purpose IN ('stock', 'line_side') AND l.status IN ('released', 'concession')
            AND COALESCE(l.expires_on, DATE '9999-12-31') >= m.business_date
        ) THEN 'lot_not_released'
        WHEN s.kind <> 'order' AND t.purpose IN ('used', 'line_side') AND d.kind <> 'opening'
            AND NOT (s.purpose = 'adjustment' AND t.kind = 'bin') AND NOT (d.kind = 'other_issue' AND d.approved_at IS NOT NULL)
            THEN 'issue_without_order_is_approved'
        WHEN d.kind = 'other_issue' AND (d.purpose = 'line_side') <> (t.purpose = 'line_side') THEN 'line_side_is_its_purpose'
        WHEN s.kind = 'order' AND t.kind = 'bin' AND t.purpose <> 'scrap' AND NOT (
            (m.return_type = 'good' AND t.purpose IN ('stock', 'line_side'))
            OR (m.return_type IN ('incoming_defect', 'operation_defect') AND t.purpose = 'quarantine')
        ) THEN 'return_fits_its_place'
        WHEN m.return_type <> '' AND NOT (s.kind = 'order' AND t.kind = 'bin' AND t.purpose <> 'scrap') THEN 'return_fits_its_place'
        WHEN 'adjustment' IN (s.purpose, t.purpose) AND d.kind <> 'opening' AND d.approved_at IS NULL THEN 'adjustment_is_approved'
        WHEN s.purpose IN ('quarantine', 'scrap') AND t.purpose IN ('stock', 'receiving') AND d.approved_at IS NULL
            THEN 'disposition_is_approved'
        WHEN (t.kind = 'order' OR m.return_type <> '') AND round(m.quantity * b.factor, 6) = 0 THEN 'move_counts_something'
        END AS rule
    FROM moved m
    LEFT JOIN materials_slip d ON d.id = m.slip_id
    LEFT JOIN materials_place s ON s.id = m.source_id
    LEFT JOIN materials_place t ON t.id = m.target_id
    LEFT JOIN materials_lot l ON l.id = m.lot_id
    LEFT JOIN materials_quotaline q ON q.id = m.quota_line_id
    LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = q.id AND b.item_id = l.item_id
    LEFT JOIN {UNDONE} u ON TRUE) k;
{GUARD_OTHER_MOVES}
    IF found.refusal IS NOT NULL THEN
        RAISE EXCEPTION 'line %: %', split_part(found.refusal, ' ', 2)::integer, split_part(found.refusal, ' ', 1)
            USING ERRCODE = 'check_violation', CONSTRAINT = split_part(found.refusal, ' ', 1);
    END IF;

    IF found.has_quotas THEN
        PERFORM 1 FROM materials_quotaline q WHERE q.id IN (SELECT quota_line_id FROM moved) ORDER BY q.id FOR NO KEY UPDATE;
    END IF;
    IF found.has_quotas AND found.is_plain THEN
        UPDATE materials_quotaline q SET issued = q.issued + d.issued
        FROM (SELECT m.quota_line_id, sum(m.quantity) AS issued FROM moved m GROUP BY m.quota_line_id) d
        WHERE q.id = d.quota_line_id;
    ELSIF found.has_quotas THEN
        UPDATE materials_quotaline q SET
            issued = q.issued + d.issued,
            returned_good = q.returned_good + d.good,
            returned_incoming_defect = q.returned_incoming_defect + d.incoming,
            returned_operation_defect = q.returned_operation_defect + d.operation,
            quota = q.quota - LEAST(GREATEST(d.good + d.incoming, 0), q.quota - COALESCE(q.wanted, q.quota)),
            wanted = CASE WHEN q.quota - q.wanted > GREATEST(d.good + d.incoming, 0) THEN q.wanted END
        FROM (
            SELECT m.quota_line_id,
                COALESCE(sum(k.counted) FILTER (WHERE t.kind = 'order' AND m.undoes_id IS NULL), 0) AS issued,
                COALESCE(sum(k.counted) FILTER (WHERE m.return_type = 'good' OR (u.id IS NOT NULL AND s.kind = 'order')), 0)
                    - COALESCE(sum(k.counted) FILTER (WHERE u.return_type = 'good'), 0) AS good,
                COALESCE(sum(k.counted) FILTER (WHERE m.return_type = 'incoming_defect'), 0)
                    - COALESCE(sum(k.counted) FILTER (WHERE u.return_type = 'incoming_defect'), 0) AS incoming,
                COALESCE(sum(k.counted) FILTER (WHERE m.return_type = 'operation_defect'), 0)
                    - COALESCE(sum(k.counted) FILTER (WHERE u.return_type = 'operation_defect'), 0) AS operation
            FROM moved m
            JOIN materials_place s ON s.id = m.source_id
            JOIN materials_place t ON t.id = m.target_id
            JOIN materials_lot l ON l.id = m.lot_id
            LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = m.quota_line_id AND b.item_id = l.item_id
            LEFT JOIN {UNDONE} u ON TRUE
            CROSS JOIN LATERAL (SELECT round(m.quantity * COALESCE(b.factor, 1), 6) AS counted) k
            GROUP BY m.quota_line_id
        ) d
        WHERE q.id = d.quota_line_id;
    END IF;

    -- Of a month that is over figures may be kept; a slip of today touches none of those.
    IF found.late_since IS NOT NULL THEN
        INSERT INTO core_change (starts_on, ends_on, times) VALUES (found.late_since, found.late_since, 1);
    END IF;

    INSERT INTO materials_balance (place_id, lot_id, on_hand)
    SELECT DISTINCT k.place_id, k.lot_id, 0
    FROM (SELECT source_id AS place_id, lot_id FROM moved UNION ALL SELECT target_id, lot_id FROM moved) k
    JOIN materials_place p ON p.id = k.place_id AND p.kind <> 'outside'
    WHERE NOT EXISTS (SELECT 1 FROM materials_balance b WHERE b.place_id = k.place_id AND b.lot_id = k.lot_id)
    ORDER BY 1, 2
    ON CONFLICT (place_id, lot_id) DO NOTHING;
    PERFORM 1 FROM materials_balance b
    WHERE (b.place_id, b.lot_id) IN (SELECT source_id, lot_id FROM moved UNION ALL SELECT target_id, lot_id FROM moved)
    ORDER BY b.place_id, b.lot_id FOR NO KEY UPDATE;
    UPDATE materials_balance b SET on_hand = b.on_hand + k.delta
    FROM (
        SELECT place_id, lot_id, sum(delta) AS delta
        FROM (SELECT source_id AS place_id, lot_id, -quantity AS delta FROM moved
              UNION ALL SELECT target_id, lot_id, quantity FROM moved) both_sides
        GROUP BY place_id, lot_id
    ) k
    WHERE b.place_id = k.place_id AND b.lot_id = k.lot_id AND k.delta <> 0;
    RETURN NULL;
"""  # noqa: S608 - words of ours


class StockMove(models.Model):
    """One transfer of a lot between two places: written once, never edited or deleted.

    ``quantity`` is positive and in the item's stock unit; ``source`` and ``target`` carry the direction. A wrong move is undone by a
    move back that names it (``undoes``). Inserting moves is the only way to change a balance or what a quota line has issued
    (trigger ``post_moves``).
    """

    id = models.BigAutoField(primary_key=True)
    slip = models.ForeignKey("materials.Slip", models.PROTECT, related_name="moves")
    line = models.PositiveIntegerField(_("line"))
    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="moves")
    source = models.ForeignKey("materials.Place", models.PROTECT, related_name="moves_out", db_index=False)
    target = models.ForeignKey("materials.Place", models.PROTECT, related_name="moves_in", db_index=False)
    quantity = quantity_field(_("quantity"))
    quota_line = models.ForeignKey("materials.QuotaLine", models.PROTECT, related_name="moves", null=True, blank=True, db_index=False)
    return_type = models.CharField(_("type of return"), max_length=20, choices=ReturnType.choices, blank=True, default="")
    undoes = models.ForeignKey("self", models.PROTECT, related_name="undone_by", null=True, blank=True, db_index=False)
    business_date = models.DateField(_("business date"))

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="move_quantity_above_zero"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="move_goes_somewhere"),
            models.UniqueConstraint(fields=["undoes"], condition=Q(undoes__isnull=False), name="move_undone_once"),
        ]
        triggers = [
            append_only("a stock move"),
            pgtrigger.Trigger(
                name="never_truncated",
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                func="""
                    IF current_database() NOT LIKE 'test\\_%' THEN
                        RAISE EXCEPTION 'the ledger is never emptied' USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="post_moves",
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="moved"),
                declare=[("found", "record"), ("refused", "record"), ("made", "record")],
                func=POST_MOVES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slip} {self.line}"


class Balance(models.Model):
    """How much of a lot stands at a bin or is held by an order, in the item's stock unit; kept by the ledger's trigger alone."""

    place = models.ForeignKey("materials.Place", models.PROTECT, related_name="balances", db_index=False)
    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="balances")
    on_hand = quantity_field(_("on hand"))

    class Meta:
        ordering = ["place", "lot"]
        constraints = [
            models.UniqueConstraint(fields=["place", "lot"], name="one_balance_per_place_and_lot"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="balance_not_negative"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="kept_by_the_ledger",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                # Asked before the function is called: what another trigger writes calls none, however many rows.
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
                func="""
                    RAISE EXCEPTION 'a balance is kept by the ledger'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_kept_by_ledger';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.lot} {self.on_hand}"
