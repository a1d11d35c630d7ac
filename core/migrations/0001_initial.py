import uuid

import django.contrib.postgres.operations
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import core.models.attachments


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("file", models.FileField(upload_to=core.models.attachments._place)),
                ("suffix", models.CharField(max_length=10)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("original_name", models.CharField(blank=True, default="", max_length=200)),
                ("by_no", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlantSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60, unique=True)),
                ("value", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="PlantSettingEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("key", models.CharField(max_length=60)),
                ("value", models.JSONField()),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="core.plantsetting"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RequestKey",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("route", models.CharField(max_length=200)),
                ("staff_no", models.CharField(max_length=40)),
                ("body_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("answer", models.JSONField(default=dict)),
                ("is_kept", models.BooleanField(db_default=False, default=False)),
                ("made_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("decimals", models.PositiveSmallIntegerField(verbose_name="decimals")),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("decimals__gte", 0), ("decimals__lte", 6)), name="unit_decimals_0_to_6")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("decimals", models.PositiveSmallIntegerField(verbose_name="decimals")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="core.unit"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DocumentCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "year"), name="one_counter_per_kind_and_year")],
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("params", models.JSONField(default=dict)),
                ("owner_no", models.CharField(blank=True, default="", max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, default="", max_length=200)),
                ("error", models.TextField(blank=True, default="")),
                ("cancel_asked", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("beat_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["kind", "-created_at"], name="jobrun_by_kind")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("percent__lte", 100)), name="job_percent_at_most_100"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state__in", ["queued", "running"])),
                            models.Q(("ended_at__isnull", False), ("state__in", ["done", "failed", "cancelled"])),
                            _connector="OR",
                        ),
                        name="job_ended_with_a_time",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plantsetting",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "core_plantsettingevent" ("id", "key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value") VALUES (NEW."id", NEW."key", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."value"); RETURN NULL;',
                    hash="e99b088f36fdd427e81529df958b272c60ee5ad6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_58184",
                    table="core_plantsetting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plantsetting",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "core_plantsettingevent" ("id", "key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value") VALUES (NEW."id", NEW."key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."value"); RETURN NULL;',
                    hash="b2a050ccbdde4df4ca19652f5a26a72cf2a42911",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ebe76",
                    table="core_plantsetting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "core_unitevent" ("code", "decimals", "id", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."decimals", NEW."id", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="ed2e29eb25ac9d0e6306656238171f1f3213e5c4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_94584",
                    table="core_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "core_unitevent" ("code", "decimals", "id", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."decimals", NEW."id", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="cd056b4aacbe04e6be8adda3584ab543192a147b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_61150",
                    table="core_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plantsettingevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1ba0ae186534e33dfabc15f45f717974f6f5f48e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fee11",
                    table="core_plantsettingevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="eeb698763c01a3d228cfc65a7c3579276e424de4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ef05e",
                    table="core_unitevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
