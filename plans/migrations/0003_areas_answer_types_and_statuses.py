import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

FILL_SHEETS = """
    UPDATE plans_sheet s SET
        starts_at = (s.business_date + f.starts_at) AT TIME ZONE %(zone)s,
        ends_at = (s.business_date + CASE WHEN f.ends_at <= f.starts_at THEN 1 ELSE 0 END + f.ends_at) AT TIME ZONE %(zone)s
    FROM people_shift f WHERE f.id = s.shift_id;
    UPDATE plans_sheet s SET due_at = COALESCE((
        SELECT max(CASE WHEN b.due_anchor = 'start' THEN s.starts_at ELSE s.ends_at END + make_interval(mins => b.due_minutes))
        FROM plans_templateblock b WHERE b.version_id = s.version_id), s.ends_at);
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE plans_sheetevent DISABLE TRIGGER USER;
    UPDATE plans_sheetevent e SET starts_at = s.starts_at, ends_at = s.ends_at, due_at = s.due_at FROM plans_sheet s WHERE s.id = e.id;
    ALTER TABLE plans_sheetevent ENABLE TRIGGER USER;
    ALTER TABLE plans_answer DISABLE TRIGGER USER;
    UPDATE plans_answer SET abnormal = true WHERE value = 'ng';
    ALTER TABLE plans_answer ENABLE TRIGGER USER;
    SET CONSTRAINTS ALL DEFERRED;
"""


def fill_new_fields(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL_SHEETS, {"zone": settings.TIME_ZONE})


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_table_imports"),
        ("people", "0006_notices"),
        ("plans", "0002_findings"),
    ]

    operations = [
        migrations.CreateModel(
            name="TemplateArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("key", models.CharField(max_length=30)),
                ("order", models.PositiveSmallIntegerField()),
                ("place", models.CharField(blank=True, default="", max_length=200, verbose_name="place on the floor")),
                ("place_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese place on the floor")),
            ],
            options={
                "ordering": ["version", "order"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sheet",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sheet",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="templateassignment",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="templateassignment",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="templateversion",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="templateversion",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="answer",
            name="ng_answer_has_a_note",
        ),
        migrations.RemoveConstraint(
            model_name="sheet",
            name="sheet_submitted_by_and_at",
        ),
        migrations.RemoveConstraint(
            model_name="templateassignment",
            name="one_assignment_per_place_and_shift",
        ),
        migrations.AddField(
            model_name="answer",
            name="abnormal",
            field=models.BooleanField(default=False, verbose_name="abnormal"),
        ),
        migrations.AddField(
            model_name="answer",
            name="finding",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="plans.finding"
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="is_bulk",
            field=models.BooleanField(default=False, verbose_name="given with others by one tap"),
        ),
        migrations.AddField(
            model_name="sheet",
            name="arrived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheet",
            name="arrived_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="countersigned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheet",
            name="countersigned_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="due_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), verbose_name="due at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheet",
            name="ends_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), verbose_name="ends at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheet",
            name="missed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheet",
            name="reopen_reason",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="sheet",
            name="reopened_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheet",
            name="reopened_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="role",
            field=models.CharField(blank=True, default="", max_length=10, verbose_name="role"),
        ),
        migrations.AddField(
            model_name="sheet",
            name="skip_reason",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="sheet",
            name="skipped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheet",
            name="skipped_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="starts_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), verbose_name="starts at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="arrived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="arrived_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="people.staff",
            ),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="countersigned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="countersigned_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="people.staff",
            ),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="due_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), verbose_name="due at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="ends_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), verbose_name="ends at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="missed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="reopen_reason",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="reopened_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="reopened_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="people.staff",
            ),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="role",
            field=models.CharField(blank=True, default="", max_length=10, verbose_name="role"),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="skip_reason",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="skipped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="skipped_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="people.staff",
            ),
        ),
        migrations.AddField(
            model_name="sheetevent",
            name="starts_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC), verbose_name="starts at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="templateassignment",
            name="reach",
            field=models.CharField(
                choices=[("node", "the place itself"), ("teams", "each of its teams")],
                default="node",
                max_length=5,
                verbose_name="asked of",
            ),
        ),
        migrations.AddField(
            model_name="templateassignment",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[("sup", "Process supervisor"), ("tld", "Team leader"), ("wsm", "Workshop manager")],
                default="",
                max_length=10,
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="templateassignment",
            name="rule",
            field=models.CharField(
                choices=[
                    ("working_days", "every working day"),
                    ("weekdays", "on some weekdays"),
                    ("weekly", "once a week"),
                    ("once", "once"),
                ],
                default="working_days",
                max_length=12,
                verbose_name="calendar",
            ),
        ),
        migrations.AddField(
            model_name="templateassignment",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="templateassignment",
            name="weekdays",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name="weekdays"
            ),
        ),
        migrations.AddField(
            model_name="templateassignmentevent",
            name="reach",
            field=models.CharField(
                choices=[("node", "the place itself"), ("teams", "each of its teams")],
                default="node",
                max_length=5,
                verbose_name="asked of",
            ),
        ),
        migrations.AddField(
            model_name="templateassignmentevent",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[("sup", "Process supervisor"), ("tld", "Team leader"), ("wsm", "Workshop manager")],
                default="",
                max_length=10,
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="templateassignmentevent",
            name="rule",
            field=models.CharField(
                choices=[
                    ("working_days", "every working day"),
                    ("weekdays", "on some weekdays"),
                    ("weekly", "once a week"),
                    ("once", "once"),
                ],
                default="working_days",
                max_length=12,
                verbose_name="calendar",
            ),
        ),
        migrations.AddField(
            model_name="templateassignmentevent",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="templateassignmentevent",
            name="weekdays",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name="weekdays"
            ),
        ),
        migrations.AddField(
            model_name="templateblock",
            name="before_sign_off",
            field=models.BooleanField(default=False, verbose_name="needed for the sign-off"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="has_own_rounds",
            field=models.BooleanField(default=False, verbose_name="rounds of its own"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="high",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="highest good value"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="low",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="lowest good value"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="must_look",
            field=models.BooleanField(default=False, verbose_name="must be looked at"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="note_on_ng",
            field=models.BooleanField(default=True, verbose_name="note needed when abnormal"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="options",
            field=models.JSONField(blank=True, default=list, verbose_name="options"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="photo_on_ng",
            field=models.BooleanField(default=False, verbose_name="photo needed when abnormal"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="severity",
            field=models.CharField(
                choices=[("minor", "Minor"), ("normal", "Normal"), ("severe", "Severe")],
                default="normal",
                max_length=10,
                verbose_name="severity",
            ),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="unit",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="unit"),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="default_rounds",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="rounds, unless an item says otherwise"),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="edited_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="templateversion",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="templateversionevent",
            name="default_rounds",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="rounds, unless an item says otherwise"),
        ),
        migrations.AddField(
            model_name="templateversionevent",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="templateversionevent",
            name="edited_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="people.staff",
            ),
        ),
        migrations.AddField(
            model_name="templateversionevent",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="answer",
            name="value",
            field=models.CharField(max_length=1000),
        ),
        migrations.AlterField(
            model_name="sheet",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("submitted", "Submitted"),
                    ("countersigned", "Countersigned"),
                    ("missed", "Missed"),
                    ("skipped", "Skipped"),
                ],
                default="open",
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="sheetevent",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("submitted", "Submitted"),
                    ("countersigned", "Countersigned"),
                    ("missed", "Missed"),
                    ("skipped", "Skipped"),
                ],
                default="open",
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="templateassignment",
            name="shift",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="template_assignments",
                to="people.shift",
                verbose_name="shift",
            ),
        ),
        migrations.AlterField(
            model_name="templateassignmentevent",
            name="shift",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="people.shift",
                verbose_name="shift",
            ),
        ),
        migrations.AlterField(
            model_name="templateblock",
            name="due_anchor",
            field=models.CharField(
                choices=[("start", "shift start"), ("end", "shift end")], default="end", max_length=5, verbose_name="due from"
            ),
        ),
        migrations.AlterField(
            model_name="templateblock",
            name="due_minutes",
            field=models.SmallIntegerField(default=0, verbose_name="due, minutes after"),
        ),
        migrations.AlterField(
            model_name="templateitem",
            name="answer_type",
            field=models.CharField(
                choices=[
                    ("tick", "Tick"),
                    ("ok_ng", "OK / NG / N/A"),
                    ("number", "Number"),
                    ("text", "Text"),
                    ("choice", "Choice"),
                    ("photo", "Photo"),
                    ("date", "Date or expiry"),
                ],
                default="ok_ng",
                max_length=10,
                verbose_name="answer",
            ),
        ),
        migrations.RunPython(fill_new_fields, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(condition=models.Q(("status", "open")), fields=["ends_at"], name="open_sheet_by_end"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answer",
            trigger=pgtrigger.compiler.Trigger(
                name="fits_its_item",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE item plans_templateitem%ROWTYPE; broken text;",
                    func="\n    SELECT * INTO item FROM plans_templateitem WHERE id = NEW.item_id;\n    broken := CASE\n        WHEN NOT EXISTS (SELECT 1 FROM plans_sheet s WHERE s.id = NEW.sheet_id AND s.version_id = item.version_id)\n            THEN 'answer_of_the_sheets_version'\n        WHEN NEW.round NOT BETWEEN 1 AND item.rounds THEN 'answer_round_of_the_item'\n        WHEN item.answer_type = 'ok_ng' AND NEW.abnormal <> (NEW.value = 'ng') THEN 'ng_is_abnormal'\n        WHEN NEW.abnormal AND item.note_on_ng AND NEW.note = '' THEN 'abnormal_answer_has_a_note'\n        WHEN NEW.abnormal AND item.photo_on_ng AND NEW.photo_id IS NULL THEN 'abnormal_answer_has_a_photo'\n        WHEN NEW.is_bulk AND item.must_look THEN 'must_look_is_never_bulk'\n    END;\n    IF broken IS NOT NULL THEN\n        RAISE EXCEPTION 'the answer does not fit its item: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;\n    END IF;\n    RETURN NEW;\n",
                    hash="145de93cf281e3858068bb5f8f79489f8d163926",
                    operation="INSERT",
                    pgid="pgtrigger_fits_its_item_734a2",
                    table="plans_answer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheet",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_sheetevent" ("arrived_at", "arrived_by_id", "business_date", "countersigned_at", "countersigned_by_id", "due_at", "ends_at", "id", "missed_at", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reopen_reason", "reopened_at", "reopened_by_id", "role", "shift_id", "skip_reason", "skipped_at", "skipped_by_id", "starts_at", "status", "submitted_at", "submitted_by_id", "template_id", "version_id") VALUES (NEW."arrived_at", NEW."arrived_by_id", NEW."business_date", NEW."countersigned_at", NEW."countersigned_by_id", NEW."due_at", NEW."ends_at", NEW."id", NEW."missed_at", NEW."node_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reopen_reason", NEW."reopened_at", NEW."reopened_by_id", NEW."role", NEW."shift_id", NEW."skip_reason", NEW."skipped_at", NEW."skipped_by_id", NEW."starts_at", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."template_id", NEW."version_id"); RETURN NULL;',
                    hash="14dd2aafe2dd8d7cc11deced8b76ddbe7e8a2b53",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d03ce",
                    table="plans_sheet",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheet",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_sheetevent" ("arrived_at", "arrived_by_id", "business_date", "countersigned_at", "countersigned_by_id", "due_at", "ends_at", "id", "missed_at", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reopen_reason", "reopened_at", "reopened_by_id", "role", "shift_id", "skip_reason", "skipped_at", "skipped_by_id", "starts_at", "status", "submitted_at", "submitted_by_id", "template_id", "version_id") VALUES (NEW."arrived_at", NEW."arrived_by_id", NEW."business_date", NEW."countersigned_at", NEW."countersigned_by_id", NEW."due_at", NEW."ends_at", NEW."id", NEW."missed_at", NEW."node_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reopen_reason", NEW."reopened_at", NEW."reopened_by_id", NEW."role", NEW."shift_id", NEW."skip_reason", NEW."skipped_at", NEW."skipped_by_id", NEW."starts_at", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."template_id", NEW."version_id"); RETURN NULL;',
                    hash="624b4d06ab0e0e1791cae72edd9c14a9ce9dbda1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2492b",
                    table="plans_sheet",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_templateassignmentevent" ("ends_on", "id", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reach", "role", "rule", "shift_id", "starts_on", "template_id", "version", "weekdays") VALUES (NEW."ends_on", NEW."id", NEW."node_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reach", NEW."role", NEW."rule", NEW."shift_id", NEW."starts_on", NEW."template_id", NEW."version", NEW."weekdays"); RETURN NULL;',
                    hash="a3d2f3b1142362225723da8ee3ba38c2d6ff1158",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_89ed6",
                    table="plans_templateassignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_templateassignmentevent" ("ends_on", "id", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reach", "role", "rule", "shift_id", "starts_on", "template_id", "version", "weekdays") VALUES (NEW."ends_on", NEW."id", NEW."node_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reach", NEW."role", NEW."rule", NEW."shift_id", NEW."starts_on", NEW."template_id", NEW."version", NEW."weekdays"); RETURN NULL;',
                    hash="7a8798e982518c0684b4101d61fa83b747bb8db4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_760f8",
                    table="plans_templateassignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateitem",
            trigger=pgtrigger.compiler.Trigger(
                name="stands_in_its_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NOT EXISTS (SELECT 1 FROM plans_templateblock b WHERE b.id = NEW.block_id AND b.version_id = NEW.version_id)\n                       OR NEW.area_id IS NOT NULL AND NOT EXISTS\n                          (SELECT 1 FROM plans_templatearea a WHERE a.id = NEW.area_id AND a.version_id = NEW.version_id) THEN\n                        RAISE EXCEPTION 'an item stands in a block and an area of its own version'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'item_in_its_version';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="3768d4c54619c41018033a72566d5b96bb700059",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_stands_in_its_version_6240b",
                    table="plans_templateitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateversion",
            trigger=pgtrigger.compiler.Trigger(
                name="published_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."published_at" IS NOT NULL)',
                    func="\n                    RAISE EXCEPTION 'a published template version is never edited'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'version_published';\n                ",
                    hash="79c0962ae7117e0dfcc7f2651626bdb74991288b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_published_stays_6446e",
                    table="plans_templateversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_templateversionevent" ("default_rounds", "edited_at", "edited_by_id", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "revision", "template_id") VALUES (NEW."default_rounds", NEW."edited_at", NEW."edited_by_id", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."revision", NEW."template_id"); RETURN NULL;',
                    hash="5e5a9005e47384a49c0a86561dbb03d4f2c9be24",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f8a39",
                    table="plans_templateversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateversion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_templateversionevent" ("default_rounds", "edited_at", "edited_by_id", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "revision", "template_id") VALUES (NEW."default_rounds", NEW."edited_at", NEW."edited_by_id", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."revision", NEW."template_id"); RETURN NULL;',
                    hash="fed1e69f9f538843ce9eb2b17e8b9b6691ed972e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6711d",
                    table="plans_templateversion",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(condition=models.Q(("value", ""), _negated=True), name="answer_has_a_value"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_bulk", False), ("abnormal", False), _connector="OR"), name="abnormal_answer_is_never_bulk"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="sheet_ends_after_start"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "open"),
                        ("submitted_at", None),
                        ("submitted_by", None),
                        ("countersigned_at", None),
                        ("countersigned_by", None),
                        ("missed_at", None),
                        ("skip_reason", ""),
                        ("skipped_at", None),
                        ("skipped_by", None),
                    ),
                    models.Q(
                        ("status", "submitted"),
                        ("submitted_at__isnull", False),
                        ("submitted_by__isnull", False),
                        ("countersigned_at", None),
                        ("countersigned_by", None),
                        ("missed_at", None),
                        ("skip_reason", ""),
                        ("skipped_at", None),
                        ("skipped_by", None),
                    ),
                    models.Q(
                        ("status", "countersigned"),
                        ("submitted_at__isnull", False),
                        ("submitted_by__isnull", False),
                        ("countersigned_at__isnull", False),
                        ("countersigned_by__isnull", False),
                        ("missed_at", None),
                        ("skip_reason", ""),
                        ("skipped_at", None),
                        ("skipped_by", None),
                    ),
                    models.Q(
                        ("missed_at__isnull", False),
                        ("status", "missed"),
                        ("submitted_at", None),
                        ("submitted_by", None),
                        ("countersigned_at", None),
                        ("countersigned_by", None),
                        ("skip_reason", ""),
                        ("skipped_at", None),
                        ("skipped_by", None),
                    ),
                    models.Q(
                        ("skipped_at__isnull", False),
                        ("skipped_by__isnull", False),
                        ("status", "skipped"),
                        models.Q(("skip_reason", ""), _negated=True),
                        ("submitted_at", None),
                        ("submitted_by", None),
                        ("countersigned_at", None),
                        ("countersigned_by", None),
                        ("missed_at", None),
                    ),
                    _connector="OR",
                ),
                name="sheet_status_with_its_stamps",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("countersigned_by", None), models.Q(("countersigned_by", models.F("submitted_by")), _negated=True), _connector="OR"
                ),
                name="sheet_countersigned_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reopen_reason", ""), ("reopened_at", None), ("reopened_by", None)),
                    models.Q(
                        ("reopened_at__isnull", False), ("reopened_by__isnull", False), models.Q(("reopen_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="sheet_reopened_by_at_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrived_at", None), ("arrived_by", None)),
                    models.Q(("arrived_at__isnull", False), ("arrived_by__isnull", False)),
                    _connector="OR",
                ),
                name="sheet_arrived_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateassignment",
            constraint=models.UniqueConstraint(
                fields=("template", "node", "shift"), name="one_assignment_per_place_and_shift", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="templateassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="assignment_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6]),
                    models.Q(
                        models.Q(("rule", "weekdays"), models.Q(("weekdays", []), _negated=True)),
                        models.Q(models.Q(("rule", "weekdays"), _negated=True), ("weekdays", [])),
                        _connector="OR",
                    ),
                ),
                name="weekdays_for_the_weekday_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule__in", ["working_days", "weekdays", "weekly", "once"])), name="assignment_rule_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateassignment",
            constraint=models.CheckConstraint(condition=models.Q(("reach__in", ["node", "teams"])), name="assignment_reach_known"),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at", None)), fields=("template",), name="one_draft_per_template"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("default_rounds__gte", 1), ("default_rounds__lte", 12)), name="version_rounds_1_to_12"
            ),
        ),
        migrations.AddField(
            model_name="templatearea",
            name="version",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="plans.templateversion"),
        ),
        migrations.AddField(
            model_name="templateitem",
            name="area",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="items", to="plans.templatearea"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_type__in", ["tick", "ok_ng", "number", "text", "choice", "photo", "date"])),
                name="item_answer_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["minor", "normal", "severe"])), name="item_severity_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_type", "number"), models.Q(("high", None), ("low", None), ("unit", "")), _connector="OR"),
                name="limits_are_for_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("low", None), ("high", None), ("low__lte", models.F("high")), _connector="OR"),
                name="item_low_not_above_high",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer_type", "choice"), models.Q(("options", []), _negated=True)),
                    models.Q(models.Q(("answer_type", "choice"), _negated=True), ("options", [])),
                    _connector="OR",
                ),
                name="options_are_for_choices",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatearea",
            constraint=models.UniqueConstraint(fields=("version", "key"), name="one_area_per_key"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templatearea",
            trigger=pgtrigger.compiler.Trigger(
                name="immutable_once_published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT 1 FROM plans_templateversion v\n               WHERE v.id = COALESCE(NEW.version_id, OLD.version_id) AND v.published_at IS NOT NULL) THEN\n        RAISE EXCEPTION 'a published template version is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_published';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n",
                    hash="23d4ef2ac60d8716094ddc8b9eb9d939a565183c",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_immutable_once_published_c6e2f",
                    table="plans_templatearea",
                    when="BEFORE",
                ),
            ),
        ),
    ]
