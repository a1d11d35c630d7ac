import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("people", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChecklistTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("is_retired", models.BooleanField(default=False, verbose_name="retired")),
            ],
            options={
                "verbose_name": "checklist template",
                "verbose_name_plural": "checklist templates",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ChecklistTemplateEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("is_retired", models.BooleanField(default=False, verbose_name="retired")),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="plans.checklisttemplate",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DailyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Submitted"), ("approved", "Approved")],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("reopen_reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason for reopening")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="daily_reports", to="people.shift", verbose_name="shift"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="daily_reports", to="people.orgnode", verbose_name="team"
                    ),
                ),
            ],
            options={
                "verbose_name": "team daily report",
                "verbose_name_plural": "team daily reports",
                "ordering": ["-business_date", "team__code", "shift__starts_at"],
                "indexes": [models.Index(fields=["team", "-business_date"], name="report_by_team_and_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("business_date", "team", "shift"), name="one_report_per_team_and_shift"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), ("status", "approved")),
                            models.Q(models.Q(("status", "approved"), _negated=True), ("approved_at", None)),
                            _connector="OR",
                        ),
                        name="report_approved_with_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("submitted_by", None),
                            models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="report_approver_is_not_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyReportEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Submitted"), ("approved", "Approved")],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("reopen_reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason for reopening")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="plans.dailyreport"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.shift",
                        verbose_name="shift",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Process",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                ("is_key", models.BooleanField(default=False, verbose_name="key process")),
                ("is_final", models.BooleanField(default=True, verbose_name="final process")),
                (
                    "org",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="processes",
                        to="people.orgnode",
                        verbose_name="organisation unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "process",
                "verbose_name_plural": "processes",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ProcessEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=60, verbose_name="code")),
                ("is_key", models.BooleanField(default=False, verbose_name="key process")),
                ("is_final", models.BooleanField(default=True, verbose_name="final process")),
                (
                    "org",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="organisation unit",
                    ),
                ),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="plans.process"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                ("spec", models.CharField(blank=True, default="", max_length=200, verbose_name="specification")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="products", to="core.unit", verbose_name="unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ProductEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=60, verbose_name="code")),
                ("spec", models.CharField(blank=True, default="", max_length=200, verbose_name="specification")),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="plans.product"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductionOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="number")),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=18, verbose_name="quantity")),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="start on")),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("released", "Released"),
                            ("on_hold", "On hold"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="plans.product", verbose_name="product"
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team_orders",
                        to="people.orgnode",
                        verbose_name="team",
                    ),
                ),
                (
                    "workshop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workshop_orders",
                        to="people.orgnode",
                        verbose_name="workshop",
                    ),
                ),
            ],
            options={
                "verbose_name": "production order",
                "verbose_name_plural": "production orders",
                "ordering": ["-due_on", "-number"],
                "indexes": [models.Index(fields=["status", "due_on"], name="order_by_status_and_due")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="order_quantity_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("start_on", None), ("due_on__gte", models.F("start_on")), _connector="OR"),
                        name="order_due_not_before_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyReportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("planned_qty", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="planned")),
                ("good_qty", models.DecimalField(decimal_places=6, max_digits=18, verbose_name="good")),
                ("rework_qty", models.DecimalField(decimal_places=6, default=0, max_digits=18, verbose_name="rework")),
                ("scrap_qty", models.DecimalField(decimal_places=6, default=0, max_digits=18, verbose_name="scrap")),
                ("recovered_qty", models.DecimalField(decimal_places=6, default=0, max_digits=18, verbose_name="recovered")),
                (
                    "counter_start",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="counter at start"),
                ),
                ("counter_end", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="counter at end")),
                ("produced_qty", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="produced")),
                ("headcount", models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="headcount")),
                ("attended_hours", models.DecimalField(decimal_places=4, max_digits=12, verbose_name="attended hours")),
                (
                    "productive_hours",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="productive hours"),
                ),
                ("excused_loss_hours", models.DecimalField(decimal_places=4, default=0, max_digits=12, verbose_name="excused loss hours")),
                ("downtime_hours", models.DecimalField(decimal_places=4, default=0, max_digits=12, verbose_name="downtime hours")),
                (
                    "downtime_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_material", "No material"),
                            ("no_work", "No work"),
                            ("machine", "Machine"),
                            ("quality", "Quality"),
                            ("changeover", "Changeover"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="downtime reason",
                    ),
                ),
                ("remark", models.CharField(blank=True, default="", max_length=500, verbose_name="remark")),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="plans.dailyreport")),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_lines",
                        to="plans.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report_lines", to="plans.product", verbose_name="product"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_lines",
                        to="plans.productionorder",
                        verbose_name="production order",
                    ),
                ),
            ],
            options={
                "verbose_name": "report line",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "order", "product", "process"), name="one_line_per_order_product_process", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("good_qty__gte", 0),
                            ("recovered_qty__gte", 0),
                            ("rework_qty__gte", 0),
                            ("scrap_qty__gte", 0),
                            models.Q(("planned_qty", None), ("planned_qty__gte", 0), _connector="OR"),
                        ),
                        name="line_quantities_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attended_hours__gte", 0),
                            ("downtime_hours__gte", 0),
                            ("excused_loss_hours__gte", 0),
                            models.Q(("productive_hours", None), ("productive_hours__gte", 0), _connector="OR"),
                            models.Q(("headcount", None), ("headcount__gte", 0), _connector="OR"),
                        ),
                        name="line_hours_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("produced_qty", None),
                            (
                                "produced_qty",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(models.F("good_qty"), "+", models.F("rework_qty")),
                                    "+",
                                    models.F("scrap_qty"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="line_produced_is_the_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyReportLineEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("planned_qty", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="planned")),
                ("good_qty", models.DecimalField(decimal_places=6, max_digits=18, verbose_name="good")),
                ("rework_qty", models.DecimalField(decimal_places=6, default=0, max_digits=18, verbose_name="rework")),
                ("scrap_qty", models.DecimalField(decimal_places=6, default=0, max_digits=18, verbose_name="scrap")),
                ("recovered_qty", models.DecimalField(decimal_places=6, default=0, max_digits=18, verbose_name="recovered")),
                (
                    "counter_start",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="counter at start"),
                ),
                ("counter_end", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="counter at end")),
                ("produced_qty", models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True, verbose_name="produced")),
                ("headcount", models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="headcount")),
                ("attended_hours", models.DecimalField(decimal_places=4, max_digits=12, verbose_name="attended hours")),
                (
                    "productive_hours",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name="productive hours"),
                ),
                ("excused_loss_hours", models.DecimalField(decimal_places=4, default=0, max_digits=12, verbose_name="excused loss hours")),
                ("downtime_hours", models.DecimalField(decimal_places=4, default=0, max_digits=12, verbose_name="downtime hours")),
                (
                    "downtime_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_material", "No material"),
                            ("no_work", "No work"),
                            ("machine", "Machine"),
                            ("quality", "Quality"),
                            ("changeover", "Changeover"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="downtime reason",
                    ),
                ),
                ("remark", models.CharField(blank=True, default="", max_length=500, verbose_name="remark")),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="plans.dailyreportline",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.dailyreport",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.productionorder",
                        verbose_name="production order",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductionOrderEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=18, verbose_name="quantity")),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="start on")),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("released", "Released"),
                            ("on_hold", "On hold"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="plans.productionorder",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="team",
                    ),
                ),
                (
                    "workshop",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="workshop",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StandardHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(blank=True, default="", max_length=60, verbose_name="part")),
                ("valid_from", models.DateField(default=datetime.date(1, 1, 1), verbose_name="valid from")),
                ("hours_per_unit", models.DecimalField(decimal_places=6, max_digits=12, verbose_name="hours per unit")),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standard_hours",
                        to="plans.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standard_hours",
                        to="plans.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "standard hours",
                "verbose_name_plural": "standard hours",
                "ordering": ["product__code", "part", "process__code", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "part", "process", "valid_from"), name="one_standard_per_key_and_date", nulls_distinct=False
                    ),
                    models.CheckConstraint(condition=models.Q(("hours_per_unit__gt", 0)), name="standard_hours_above_zero"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandardHoursEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("part", models.CharField(blank=True, default="", max_length=60, verbose_name="part")),
                ("valid_from", models.DateField(default=datetime.date(1, 1, 1), verbose_name="valid from")),
                ("hours_per_unit", models.DecimalField(decimal_places=6, max_digits=12, verbose_name="hours per unit")),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="plans.standardhours"
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TemplateAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="from date")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to date")),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="template_assignments",
                        to="people.orgnode",
                        verbose_name="organisation unit",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="template_assignments",
                        to="people.shift",
                        verbose_name="shift",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="plans.checklisttemplate",
                        verbose_name="checklist template",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "ordering": ["template__code", "node__code", "shift__starts_at"],
                "constraints": [models.UniqueConstraint(fields=("template", "node", "shift"), name="one_assignment_per_place_and_shift")],
            },
        ),
        migrations.CreateModel(
            name="TemplateAssignmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("starts_on", models.DateField(verbose_name="from date")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to date")),
                (
                    "node",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="organisation unit",
                    ),
                ),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="plans.templateassignment",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.shift",
                        verbose_name="shift",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.checklisttemplate",
                        verbose_name="checklist template",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="plans.checklisttemplate"),
                ),
            ],
            options={
                "ordering": ["template", "-number"],
                "constraints": [models.UniqueConstraint(fields=("template", "number"), name="one_template_version_per_number")],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField()),
                ("status", models.CharField(choices=[("open", "Open"), ("submitted", "Submitted")], default="open", max_length=10)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("node", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="people.orgnode")),
                ("shift", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="people.shift")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="plans.checklisttemplate"),
                ),
                (
                    "version",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="plans.templateversion"),
                ),
            ],
            options={
                "verbose_name": "check sheet",
                "verbose_name_plural": "check sheets",
                "ordering": ["-business_date", "node__code", "shift__starts_at", "template__code"],
                "indexes": [models.Index(fields=["node", "-business_date"], name="sheet_by_node_and_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("business_date", "template", "node", "shift"), name="one_sheet_per_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "open"), ("submitted_at", None), ("submitted_by", None)),
                            models.Q(("status", "submitted"), ("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="sheet_submitted_by_and_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("business_date", models.DateField()),
                ("status", models.CharField(choices=[("open", "Open"), ("submitted", "Submitted")], default="open", max_length=10)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "node",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                    ),
                ),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="plans.sheet"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.shift",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.checklisttemplate",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.templateversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TemplateBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("key", models.CharField(max_length=30)),
                ("order", models.PositiveSmallIntegerField()),
                ("due_anchor", models.CharField(choices=[("start", "shift start"), ("end", "shift end")], default="end", max_length=5)),
                ("due_minutes", models.SmallIntegerField(default=0)),
                (
                    "version",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="plans.templateversion"),
                ),
            ],
            options={
                "ordering": ["version", "order"],
                "constraints": [models.UniqueConstraint(fields=("version", "key"), name="one_block_per_key")],
            },
        ),
        migrations.CreateModel(
            name="TemplateItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=30)),
                ("order", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200, verbose_name="label")),
                ("text_zh", models.CharField(max_length=200, verbose_name="Chinese label")),
                ("hint", models.CharField(blank=True, default="", max_length=300, verbose_name="hint")),
                ("hint_zh", models.CharField(blank=True, default="", max_length=300, verbose_name="Chinese hint")),
                ("answer_type", models.CharField(choices=[("ok_ng", "OK / NG / N/A")], default="ok_ng", max_length=10)),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                ("rounds", models.PositiveSmallIntegerField(default=1, verbose_name="rounds")),
                ("block", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="items", to="plans.templateblock")),
                (
                    "version",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="items", to="plans.templateversion"),
                ),
            ],
            options={
                "ordering": ["version", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "key"), name="one_item_per_key"),
                    models.CheckConstraint(condition=models.Q(("rounds__gte", 1), ("rounds__lte", 12)), name="item_rounds_1_to_12"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="plans.templateversion",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.checklisttemplate",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("value", models.CharField(choices=[("ok", "OK"), ("ng", "NG"), ("na", "N/A")], max_length=2)),
                ("note", models.CharField(blank=True, default="", max_length=1000, verbose_name="note")),
                ("answered_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(auto_now_add=True)),
                ("is_current", models.BooleanField(default=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="people.staff")),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="core.attachment"
                    ),
                ),
                ("sheet", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="plans.sheet")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="plans.templateitem")),
            ],
            options={
                "ordering": ["saved_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)), fields=("sheet", "item", "round"), name="one_current_answer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("value", "ng"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="ng_answer_has_a_note",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_checklisttemplateevent" ("code", "id", "is_retired", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."is_retired", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="5f2c61e5fc451d90b424fdbac3dd5c8e07e76df5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_77df6",
                    table="plans_checklisttemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_checklisttemplateevent" ("code", "id", "is_retired", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."is_retired", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="89dc7838a939a32c6a801fea1d7e915b898b904d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cbcb2",
                    table="plans_checklisttemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checklisttemplateevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ade3fcb9e31c9bf2d7288b5a4a6e356dfd076d39",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8b322",
                    table="plans_checklisttemplateevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_dailyreportevent" ("approved_at", "approved_by_id", "business_date", "id", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reopen_reason", "shift_id", "status", "submitted_at", "submitted_by_id", "team_id", "version") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."business_date", NEW."id", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reopen_reason", NEW."shift_id", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."team_id", NEW."version"); RETURN NULL;',
                    hash="81754625234decf2ea6cbbb412814b256b90857a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b39ec",
                    table="plans_dailyreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_dailyreportevent" ("approved_at", "approved_by_id", "business_date", "id", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reopen_reason", "shift_id", "status", "submitted_at", "submitted_by_id", "team_id", "version") VALUES (NEW."approved_at", NEW."approved_by_id", NEW."business_date", NEW."id", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reopen_reason", NEW."shift_id", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."team_id", NEW."version"); RETURN NULL;',
                    hash="085094f24343f277791f72ac0690b83ddf8f8c2b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_15486",
                    table="plans_dailyreport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreportevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="24d5a9a3aa3b7f3b24c7f239214b678a0f37f202",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6ac82",
                    table="plans_dailyreportevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="process",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_processevent" ("code", "id", "is_final", "is_key", "name", "name_zh", "org_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."is_final", NEW."is_key", NEW."name", NEW."name_zh", NEW."org_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="c4735f353a368773eacb0ed899c97c30c6cbaeb7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_992b4",
                    table="plans_process",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="process",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_processevent" ("code", "id", "is_final", "is_key", "name", "name_zh", "org_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."is_final", NEW."is_key", NEW."name", NEW."name_zh", NEW."org_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="cf206c3a2fe7eccc97b804a6eb2b25b679d68d64",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_db42a",
                    table="plans_process",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="processevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6fb5f8538e92df6929b565ab6f56d2027e8b3890",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_13125",
                    table="plans_processevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_productevent" ("code", "id", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "spec", "unit_id") VALUES (NEW."code", NEW."id", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."spec", NEW."unit_id"); RETURN NULL;',
                    hash="dd2e1de8300657940185c26b59aaa8ce36d945dc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5b819",
                    table="plans_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_productevent" ("code", "id", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "spec", "unit_id") VALUES (NEW."code", NEW."id", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."spec", NEW."unit_id"); RETURN NULL;',
                    hash="32ffe6a7b50fdedb4caa85d06f44573d024a2b3f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_36daf",
                    table="plans_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4445a0092c2e6ebc4aaee027c939f9519846c6bc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1a3dd",
                    table="plans_productevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productionorder",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_productionorderevent" ("due_on", "id", "made_at", "made_by_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "quantity", "released_at", "released_by_id", "start_on", "status", "team_id", "version", "workshop_id") VALUES (NEW."due_on", NEW."id", NEW."made_at", NEW."made_by_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."product_id", NEW."quantity", NEW."released_at", NEW."released_by_id", NEW."start_on", NEW."status", NEW."team_id", NEW."version", NEW."workshop_id"); RETURN NULL;',
                    hash="6c29e814c5c64eafeee0560744e78f0383058664",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_98e8a",
                    table="plans_productionorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productionorder",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_productionorderevent" ("due_on", "id", "made_at", "made_by_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "quantity", "released_at", "released_by_id", "start_on", "status", "team_id", "version", "workshop_id") VALUES (NEW."due_on", NEW."id", NEW."made_at", NEW."made_by_id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."product_id", NEW."quantity", NEW."released_at", NEW."released_by_id", NEW."start_on", NEW."status", NEW."team_id", NEW."version", NEW."workshop_id"); RETURN NULL;',
                    hash="693163825499445787338a4921f79edd242c1788",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fe3d2",
                    table="plans_productionorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreportlineevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1689b529a7ca7ebf1eeb256cf309367db105b7fe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5a29c",
                    table="plans_dailyreportlineevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreportline",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_on_approved_report",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT 1 FROM plans_dailyreport r\n                               WHERE r.id = COALESCE(NEW.report_id, OLD.report_id) AND r.status = 'approved') THEN\n                        RAISE EXCEPTION 'an approved report is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_locked';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="b98728aa5fec7a024c57671d94b4bfcfaea97340",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_refuse_on_approved_report_0bc45",
                    table="plans_dailyreportline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreportline",
            trigger=pgtrigger.compiler.Trigger(
                name="before_update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_dailyreportlineevent" ("attended_hours", "counter_end", "counter_start", "downtime_hours", "downtime_reason", "excused_loss_hours", "good_qty", "headcount", "id", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_qty", "process_id", "produced_qty", "product_id", "productive_hours", "recovered_qty", "remark", "report_id", "rework_qty", "scrap_qty") VALUES (OLD."attended_hours", OLD."counter_end", OLD."counter_start", OLD."downtime_hours", OLD."downtime_reason", OLD."excused_loss_hours", OLD."good_qty", OLD."headcount", OLD."id", OLD."order_id", _pgh_attach_context(), NOW(), \'before_update\', OLD."id", OLD."planned_qty", OLD."process_id", OLD."produced_qty", OLD."product_id", OLD."productive_hours", OLD."recovered_qty", OLD."remark", OLD."report_id", OLD."rework_qty", OLD."scrap_qty"); RETURN NULL;',
                    hash="085695f2520acf74bec3b883d51a067d22dd4781",
                    operation="UPDATE",
                    pgid="pgtrigger_before_update_update_660a9",
                    table="plans_dailyreportline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dailyreportline",
            trigger=pgtrigger.compiler.Trigger(
                name="before_delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_dailyreportlineevent" ("attended_hours", "counter_end", "counter_start", "downtime_hours", "downtime_reason", "excused_loss_hours", "good_qty", "headcount", "id", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_qty", "process_id", "produced_qty", "product_id", "productive_hours", "recovered_qty", "remark", "report_id", "rework_qty", "scrap_qty") VALUES (OLD."attended_hours", OLD."counter_end", OLD."counter_start", OLD."downtime_hours", OLD."downtime_reason", OLD."excused_loss_hours", OLD."good_qty", OLD."headcount", OLD."id", OLD."order_id", _pgh_attach_context(), NOW(), \'before_delete\', OLD."id", OLD."planned_qty", OLD."process_id", OLD."produced_qty", OLD."product_id", OLD."productive_hours", OLD."recovered_qty", OLD."remark", OLD."report_id", OLD."rework_qty", OLD."scrap_qty"); RETURN NULL;',
                    hash="7a7e05e47ab6732d0fe2b4563f974bb100c2e1d7",
                    operation="DELETE",
                    pgid="pgtrigger_before_delete_delete_ce572",
                    table="plans_dailyreportline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productionorderevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="37506ce3e8c3625733329fccc4a60a405b63e9e4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9b7f1",
                    table="plans_productionorderevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standardhours",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_standardhoursevent" ("hours_per_unit", "id", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "process_id", "product_id", "valid_from") VALUES (NEW."hours_per_unit", NEW."id", NEW."part", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."process_id", NEW."product_id", NEW."valid_from"); RETURN NULL;',
                    hash="3bc9c83ad33fe34832a3438660f3b902e1fe8c66",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b8f9c",
                    table="plans_standardhours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standardhours",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_standardhoursevent" ("hours_per_unit", "id", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "process_id", "product_id", "valid_from") VALUES (NEW."hours_per_unit", NEW."id", NEW."part", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."process_id", NEW."product_id", NEW."valid_from"); RETURN NULL;',
                    hash="1468a1626b52bf38d8c5bf14e579c1c85643a94c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_dfa94",
                    table="plans_standardhours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="standardhoursevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="50b07669055a94113f8b360f92dd9df76ec1419e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_824a2",
                    table="plans_standardhoursevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_templateassignmentevent" ("ends_on", "id", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "starts_on", "template_id") VALUES (NEW."ends_on", NEW."id", NEW."node_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shift_id", NEW."starts_on", NEW."template_id"); RETURN NULL;',
                    hash="0fb44c4f49c8550a4aed38ad11e83d9de9f5e4f8",
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
                    func='INSERT INTO "plans_templateassignmentevent" ("ends_on", "id", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "starts_on", "template_id") VALUES (NEW."ends_on", NEW."id", NEW."node_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shift_id", NEW."starts_on", NEW."template_id"); RETURN NULL;',
                    hash="e7525ee1af54f4c153ffe5fa5bcf4574fa0bb45c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_760f8",
                    table="plans_templateassignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateassignmentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9a90fe329736a1399e3a1a4d3f065ff68af3d532",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7247d",
                    table="plans_templateassignmentevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answer",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_on_submitted_sheet",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT 1 FROM plans_sheet s\n                               WHERE s.id = COALESCE(NEW.sheet_id, OLD.sheet_id) AND s.status <> 'open') THEN\n                        RAISE EXCEPTION 'a submitted sheet is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_locked';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="d618aa4b761ec932ec3f13d901af638cf0419c69",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_refuse_on_submitted_sheet_df788",
                    table="plans_answer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateversion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_templateversionevent" ("id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "template_id") VALUES (NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."template_id"); RETURN NULL;',
                    hash="6b7f120271ca89e70b3649451f0b433fe812dd2b",
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
                    func='INSERT INTO "plans_templateversionevent" ("id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "template_id") VALUES (NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."template_id"); RETURN NULL;',
                    hash="9c9dc3e9e99bd71878ac3e64f8b8f10f79217dbe",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6711d",
                    table="plans_templateversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateitem",
            trigger=pgtrigger.compiler.Trigger(
                name="immutable_once_published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT 1 FROM plans_templateversion v\n               WHERE v.id = COALESCE(NEW.version_id, OLD.version_id) AND v.published_at IS NOT NULL) THEN\n        RAISE EXCEPTION 'a published template version is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_published';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n",
                    hash="e1d604fad99907a1ff6da8984f3694f0517a828d",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_immutable_once_published_93ad9",
                    table="plans_templateitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateblock",
            trigger=pgtrigger.compiler.Trigger(
                name="immutable_once_published",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT 1 FROM plans_templateversion v\n               WHERE v.id = COALESCE(NEW.version_id, OLD.version_id) AND v.published_at IS NOT NULL) THEN\n        RAISE EXCEPTION 'a published template version is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_published';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n",
                    hash="ff8b031a82f97135e39dd41b283554b5d65914f3",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_immutable_once_published_ddbf5",
                    table="plans_templateblock",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheetevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="66816a745385b496ae3af6963495109dcff782ac",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8a0f8",
                    table="plans_sheetevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheet",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_sheetevent" ("business_date", "id", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "status", "submitted_at", "submitted_by_id", "template_id", "version_id") VALUES (NEW."business_date", NEW."id", NEW."node_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shift_id", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."template_id", NEW."version_id"); RETURN NULL;',
                    hash="d9b252e99f38b03b4603c13a49569eb6cced7597",
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
                    func='INSERT INTO "plans_sheetevent" ("business_date", "id", "node_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "status", "submitted_at", "submitted_by_id", "template_id", "version_id") VALUES (NEW."business_date", NEW."id", NEW."node_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shift_id", NEW."status", NEW."submitted_at", NEW."submitted_by_id", NEW."template_id", NEW."version_id"); RETURN NULL;',
                    hash="11748069053a7ca415b153ae9d89ec482fd81397",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2492b",
                    table="plans_sheet",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="templateversionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="86513a64b8f299c23ade35c47ea16220bbc6eb0f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9d655",
                    table="plans_templateversionevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
