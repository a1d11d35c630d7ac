import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# What was counted before stands beside the frozen book, which its difference was taken from; a decided line is written to this once.
BOOKS = """
    ALTER TABLE materials_countline DISABLE TRIGGER USER;
    UPDATE materials_countline SET counted_book = CASE WHEN counted IS NOT NULL THEN book END,
        recounted_book = CASE WHEN recounted IS NOT NULL THEN book END;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE materials_countline ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_words_for_people"),
        ("materials", "0007_counting_pages"),
        ("people", "0007_roll_calls_and_care"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="stockmove",
            name="post_moves",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="supplementgrant",
            name="write_supplement",
        ),
        migrations.AddField(
            model_name="countline",
            name="counted_book",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="book when counted"),
        ),
        migrations.AddField(
            model_name="countline",
            name="recounted_book",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="book when counted again"),
        ),
        migrations.AddField(
            model_name="sliprequestline",
            name="is_standing_lot",
            field=models.BooleanField(default=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stockmove",
            trigger=pgtrigger.compiler.Trigger(
                name="post_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE refused record;",
                    func="\n    SELECT m.line, CASE\n        WHEN s.kind IN ('warehouse', 'zone') OR t.kind IN ('warehouse', 'zone') THEN 'move_between_bins'\n        WHEN m.undoes_id IS NOT NULL AND NOT (\n            u.undoes_id IS NULL AND u.lot_id = m.lot_id AND u.source_id = m.target_id AND u.target_id = m.source_id\n            AND u.quantity = m.quantity AND u.quota_line_id IS NOT DISTINCT FROM m.quota_line_id AND m.return_type = ''\n        ) THEN 'undo_mirrors_its_move'\n        WHEN (s.kind = 'order' OR t.kind = 'order') AND q.order_id IS DISTINCT FROM COALESCE(s.order_id, t.order_id)\n            THEN 'order_move_has_a_quota_line'\n        WHEN s.kind <> 'order' AND t.kind <> 'order' AND m.quota_line_id IS NOT NULL THEN 'quota_line_only_with_an_order'\n        WHEN s.kind = 'order' AND t.kind = 'order' THEN 'move_between_bins'\n        WHEN q.id IS NOT NULL AND l.item_id <> q.item_id AND b.id IS NULL THEN 'item_not_on_order'\n        WHEN u.return_type = 'good' AND NOT (\n            l.status IN ('released', 'concession') AND COALESCE(l.expires_on, DATE '9999-12-31') >= m.business_date\n        ) THEN 'lot_not_released'\n        WHEN m.undoes_id IS NOT NULL THEN NULL\n        WHEN (t.kind = 'order' OR (s.kind = 'bin' AND t.purpose IN ('used', 'line_side'))) AND NOT (\n            s.kind = 'bin' AND s.purpose IN ('stock', 'line_side') AND l.status IN ('released', 'concession')\n            AND COALESCE(l.expires_on, DATE '9999-12-31') >= m.business_date\n        ) THEN 'lot_not_released'\n        WHEN s.kind <> 'order' AND t.purpose IN ('used', 'line_side') AND d.kind <> 'opening'\n            AND NOT (s.purpose = 'adjustment' AND t.kind = 'bin') AND NOT (d.kind = 'other_issue' AND d.approved_at IS NOT NULL)\n            THEN 'issue_without_order_is_approved'\n        WHEN s.kind = 'order' AND t.kind = 'bin' AND t.purpose <> 'scrap' AND NOT (\n            (m.return_type = 'good' AND t.purpose IN ('stock', 'line_side'))\n            OR (m.return_type IN ('incoming_defect', 'operation_defect') AND t.purpose = 'quarantine')\n        ) THEN 'return_fits_its_place'\n        WHEN m.return_type <> '' AND NOT (s.kind = 'order' AND t.kind = 'bin' AND t.purpose <> 'scrap') THEN 'return_fits_its_place'\n        WHEN 'adjustment' IN (s.purpose, t.purpose) AND d.kind <> 'opening' AND d.approved_at IS NULL THEN 'adjustment_is_approved'\n        WHEN s.purpose IN ('quarantine', 'scrap') AND t.purpose IN ('stock', 'receiving') AND d.approved_at IS NULL\n            THEN 'disposition_is_approved'\n        END AS rule\n    INTO refused\n    FROM moved m\n    JOIN materials_slip d ON d.id = m.slip_id\n    JOIN materials_place s ON s.id = m.source_id\n    JOIN materials_place t ON t.id = m.target_id\n    JOIN materials_lot l ON l.id = m.lot_id\n    LEFT JOIN materials_quotaline q ON q.id = m.quota_line_id\n    LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = q.id AND b.item_id = l.item_id\n    LEFT JOIN materials_stockmove u ON u.id = m.undoes_id\n    ORDER BY rule NULLS LAST, m.line\n    LIMIT 1;\n    IF refused.rule IS NOT NULL THEN\n        RAISE EXCEPTION 'line %: %', refused.line, refused.rule USING ERRCODE = 'check_violation', CONSTRAINT = refused.rule;\n    END IF;\n\n    IF EXISTS (SELECT 1 FROM moved WHERE quota_line_id IS NOT NULL) THEN\n        PERFORM 1 FROM materials_quotaline q WHERE q.id IN (SELECT quota_line_id FROM moved) ORDER BY q.id FOR NO KEY UPDATE;\n        UPDATE materials_quotaline q SET\n            issued = q.issued + d.issued,\n            returned_good = q.returned_good + d.good,\n            returned_incoming_defect = q.returned_incoming_defect + d.incoming,\n            returned_operation_defect = q.returned_operation_defect + d.operation,\n            quota = q.quota - LEAST(GREATEST(d.good + d.incoming, 0), q.quota - COALESCE(q.wanted, q.quota)),\n            wanted = CASE WHEN q.quota - q.wanted > GREATEST(d.good + d.incoming, 0) THEN q.wanted END\n        FROM (\n            SELECT m.quota_line_id,\n                COALESCE(sum(k.counted) FILTER (WHERE t.kind = 'order' AND m.undoes_id IS NULL), 0) AS issued,\n                COALESCE(sum(k.counted) FILTER (WHERE m.return_type = 'good' OR (u.id IS NOT NULL AND s.kind = 'order')), 0)\n                    - COALESCE(sum(k.counted) FILTER (WHERE u.return_type = 'good'), 0) AS good,\n                COALESCE(sum(k.counted) FILTER (WHERE m.return_type = 'incoming_defect'), 0)\n                    - COALESCE(sum(k.counted) FILTER (WHERE u.return_type = 'incoming_defect'), 0) AS incoming,\n                COALESCE(sum(k.counted) FILTER (WHERE m.return_type = 'operation_defect'), 0)\n                    - COALESCE(sum(k.counted) FILTER (WHERE u.return_type = 'operation_defect'), 0) AS operation\n            FROM moved m\n            JOIN materials_place s ON s.id = m.source_id\n            JOIN materials_place t ON t.id = m.target_id\n            JOIN materials_lot l ON l.id = m.lot_id\n            LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = m.quota_line_id AND b.item_id = l.item_id\n            LEFT JOIN materials_stockmove u ON u.id = m.undoes_id\n            CROSS JOIN LATERAL (SELECT round(m.quantity * COALESCE(b.factor, 1), 6) AS counted) k\n            GROUP BY m.quota_line_id\n        ) d\n        WHERE q.id = d.quota_line_id;\n    END IF;\n\n    INSERT INTO materials_balance (place_id, lot_id, on_hand)\n    SELECT DISTINCT k.place_id, k.lot_id, 0\n    FROM (SELECT source_id AS place_id, lot_id FROM moved UNION ALL SELECT target_id, lot_id FROM moved) k\n    JOIN materials_place p ON p.id = k.place_id AND p.kind <> 'outside'\n    WHERE NOT EXISTS (SELECT 1 FROM materials_balance b WHERE b.place_id = k.place_id AND b.lot_id = k.lot_id)\n    ORDER BY 1, 2\n    ON CONFLICT (place_id, lot_id) DO NOTHING;\n    PERFORM 1 FROM materials_balance b\n    WHERE (b.place_id, b.lot_id) IN (SELECT source_id, lot_id FROM moved UNION ALL SELECT target_id, lot_id FROM moved)\n    ORDER BY b.place_id, b.lot_id FOR NO KEY UPDATE;\n    UPDATE materials_balance b SET on_hand = b.on_hand + k.delta\n    FROM (\n        SELECT place_id, lot_id, sum(delta) AS delta\n        FROM (SELECT source_id AS place_id, lot_id, -quantity AS delta FROM moved\n              UNION ALL SELECT target_id, lot_id, quantity FROM moved) both_sides\n        GROUP BY place_id, lot_id\n    ) k\n    WHERE b.place_id = k.place_id AND b.lot_id = k.lot_id AND k.delta <> 0;\n    RETURN NULL;\n",
                    hash="71ca74b838415e74381c1be08a931038b781c1f9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_post_moves_f3258",
                    referencing="REFERENCING NEW TABLE AS moved ",
                    table="materials_stockmove",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplement",
            trigger=pgtrigger.compiler.Trigger(
                name="decided_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.quota_line_id, NEW.quantity, NEW.requested_by_id, NEW.receiver_id)\n                            IS DISTINCT FROM (OLD.quota_line_id, OLD.quantity, OLD.requested_by_id, OLD.receiver_id)\n                        OR (OLD.status <> 'requested' AND (NEW.approved_quantity, NEW.decided_by_id)\n                            IS DISTINCT FROM (OLD.approved_quantity, OLD.decided_by_id)) THEN\n                        RAISE EXCEPTION 'what was asked stays as it is, and so does what was decided'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'supplement_decided_once';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="084a31f2c262406fbdba0d8ff661dad7bff5da97",
                    operation="UPDATE",
                    pgid="pgtrigger_decided_once_9ca77",
                    table="materials_supplement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplementgrant",
            trigger=pgtrigger.compiler.Trigger(
                name="write_supplement",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NOT EXISTS (SELECT 1 FROM materials_supplement s WHERE s.id = NEW.supplement_id\n                                   AND s.quota_line_id = NEW.quota_line_id AND s.status IN ('approved', 'lapsed')) THEN\n                        RAISE EXCEPTION 'only an approved supplement raises a quota'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_is_approved';\n                    END IF;\n                    UPDATE materials_quotaline q SET supplement = q.supplement + NEW.quantity WHERE q.id = NEW.quota_line_id;\n                    -- The line is held from here on, so no grant beside this one is left out of the sum.\n                    IF (SELECT sum(g.quantity) BETWEEN 0 AND s.approved_quantity\n                            FROM materials_supplement s JOIN materials_supplementgrant g ON g.supplement_id = s.id\n                            WHERE s.id = NEW.supplement_id GROUP BY s.id) IS NOT TRUE THEN\n                        RAISE EXCEPTION 'no more is granted than was approved'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_within_approval';\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="280ef9e5e49c42f19455cb6689eedbbde3254fd6",
                    operation="INSERT",
                    pgid="pgtrigger_write_supplement_6472c",
                    table="materials_supplementgrant",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(BOOKS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("counted", None), ("counted_book", None)),
                        models.Q(("counted__isnull", False), ("counted_book__isnull", False)),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("recounted", None), ("recounted_book", None)),
                        models.Q(("recounted__isnull", False), ("recounted_book__isnull", False)),
                        _connector="OR",
                    ),
                ),
                name="counted_against_a_book",
            ),
        ),
        migrations.AddConstraint(
            model_name="sliprequestline",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_standing_lot", False), ("lot", ""), _connector="OR"), name="slip_request_line_names_one_lot"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "lapsed"]), _negated=True),
                    models.Q(("approved_quantity__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="supplement_approved_by_somebody",
            ),
        ),
    ]
