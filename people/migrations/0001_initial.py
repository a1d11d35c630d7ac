import datetime

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("starts_at", models.TimeField(verbose_name="starts at")),
                ("ends_at", models.TimeField(verbose_name="ends at")),
                ("break_minutes", models.PositiveSmallIntegerField(default=0, verbose_name="break, minutes")),
            ],
            options={
                "verbose_name": "shift",
                "verbose_name_plural": "shifts",
                "ordering": ["starts_at", "code"],
            },
        ),
        migrations.CreateModel(
            name="ShiftEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("starts_at", models.TimeField(verbose_name="starts at")),
                ("ends_at", models.TimeField(verbose_name="ends at")),
                ("break_minutes", models.PositiveSmallIntegerField(default=0, verbose_name="break, minutes")),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.shift"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, help_text="Designates whether the user can log into this admin site.", verbose_name="staff status"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("language", models.CharField(blank=True, default="", max_length=10, verbose_name="language")),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the device"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=10,
                        verbose_name="theme",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="UserEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, help_text="Designates whether the user can log into this admin site.", verbose_name="staff status"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("language", models.CharField(blank=True, default="", max_length=10, verbose_name="language")),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the device"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=10,
                        verbose_name="theme",
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
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UserRoleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="auth.group",
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
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrgNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("plant", "Plant"), ("workshop", "Workshop"), ("section", "Section"), ("team", "Team")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation unit",
                "verbose_name_plural": "organisation",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["plant", "workshop", "section", "team"])), name="org_kind_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("date", models.DateField(verbose_name="date")),
                ("is_working", models.BooleanField(default=False, verbose_name="working day")),
                (
                    "plant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_days",
                        to="people.orgnode",
                        verbose_name="plant",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "plant calendar",
                "ordering": ["date"],
                "constraints": [models.UniqueConstraint(fields=("plant", "date"), name="one_calendar_row_per_date", nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name="OrgNodeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("plant", "Plant"), ("workshop", "Workshop"), ("section", "Section"), ("team", "Team")],
                        max_length=10,
                        verbose_name="kind",
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.orgnode"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("staff_no", models.CharField(max_length=40, unique=True, verbose_name="staff number")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("position", models.CharField(blank=True, default="", max_length=100, verbose_name="position")),
                ("hired_on", models.DateField(blank=True, null=True, verbose_name="hired on")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                (
                    "pay_type",
                    models.CharField(
                        blank=True,
                        choices=[("piece", "Piece rate"), ("time", "Time rate"), ("guaranteed", "Guaranteed minimum")],
                        default="",
                        max_length=10,
                        verbose_name="pay type",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="people.orgnode",
                        verbose_name="organisation unit",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user account",
                    ),
                ),
            ],
            options={
                "verbose_name": "staff member",
                "verbose_name_plural": "staff",
                "ordering": ["staff_no"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hired_on", None), ("left_on", None), ("left_on__gte", models.F("hired_on")), _connector="OR"),
                        name="staff_left_not_before_hired",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("adm", "Administrator"),
                            ("dir", "Upper management"),
                            ("mgr", "Production manager"),
                            ("wsm", "Workshop manager"),
                            ("sup", "Process supervisor"),
                            ("tld", "Team leader"),
                            ("opr", "Operator"),
                            ("ins", "Dedicated inspector"),
                            ("stk", "Storekeeper"),
                            ("plr", "Planner"),
                            ("buy", "Purchaser"),
                            ("mnt", "Maintenance"),
                            ("hrt", "HR and training"),
                            ("sixc", "6S committee member"),
                            ("eng", "Process or quality engineer"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from date")),
                ("ends_on", models.DateField(verbose_name="to date")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to="people.staff",
                        verbose_name="from",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff", verbose_name="entered by"
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegations_taken", to="people.staff", verbose_name="to"
                    ),
                ),
            ],
            options={
                "verbose_name": "delegation",
                "verbose_name_plural": "delegations",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="delegation_ends_after_start"),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True), name="delegation_between_two_people"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("node", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="paths", to="people.orgnode")),
                ("plant", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.orgnode")),
                (
                    "section",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.orgnode"),
                ),
                ("team", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.orgnode")),
                (
                    "workshop",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.orgnode"),
                ),
                (
                    "leader",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="people.staff"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("node", "valid_from"), name="one_org_path_per_date")],
            },
        ),
        migrations.CreateModel(
            name="OrgSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("valid_from", models.DateField(default=datetime.date(1, 1, 1), verbose_name="valid from")),
                ("leader_staff_no", models.CharField(blank=True, default="", max_length=40, verbose_name="leader's staff number")),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spans",
                        to="people.orgnode",
                        verbose_name="organisation unit",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="child_spans",
                        to="people.orgnode",
                        verbose_name="stands below",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_spans",
                        to="people.staff",
                        verbose_name="leader",
                    ),
                ),
            ],
            options={
                "verbose_name": "place in the organisation",
                "ordering": ["node__code", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("node", "valid_from"), name="one_org_span_per_date"),
                    models.CheckConstraint(condition=models.Q(("parent", models.F("node")), _negated=True), name="org_not_below_itself"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgSpanEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("valid_from", models.DateField(default=datetime.date(1, 1, 1), verbose_name="valid from")),
                ("leader_staff_no", models.CharField(blank=True, default="", max_length=40, verbose_name="leader's staff number")),
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="stands below",
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.orgspan"
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                        verbose_name="leader",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StaffEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("staff_no", models.CharField(max_length=40, verbose_name="staff number")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("position", models.CharField(blank=True, default="", max_length=100, verbose_name="position")),
                ("hired_on", models.DateField(blank=True, null=True, verbose_name="hired on")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                (
                    "pay_type",
                    models.CharField(
                        blank=True,
                        choices=[("piece", "Piece rate"), ("time", "Time rate"), ("guaranteed", "Guaranteed minimum")],
                        default="",
                        max_length=10,
                        verbose_name="pay type",
                    ),
                ),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.staff"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user account",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StaffPin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pin_hash", models.CharField(max_length=200)),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries")),
                ("locked_until", models.DateTimeField(blank=True, null=True, verbose_name="locked until")),
                ("set_at", models.DateTimeField(verbose_name="set at")),
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pin", to="people.staff", verbose_name="staff member"
                    ),
                ),
            ],
            options={
                "verbose_name": "PIN",
            },
        ),
        migrations.CreateModel(
            name="StaffPinEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries")),
                ("locked_until", models.DateTimeField(blank=True, null=True, verbose_name="locked until")),
                ("set_at", models.DateTimeField(verbose_name="set at")),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.staffpin"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                        verbose_name="staff member",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DelegationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("adm", "Administrator"),
                            ("dir", "Upper management"),
                            ("mgr", "Production manager"),
                            ("wsm", "Workshop manager"),
                            ("sup", "Process supervisor"),
                            ("tld", "Team leader"),
                            ("opr", "Operator"),
                            ("ins", "Dedicated inspector"),
                            ("stk", "Storekeeper"),
                            ("plr", "Planner"),
                            ("buy", "Purchaser"),
                            ("mnt", "Maintenance"),
                            ("hrt", "HR and training"),
                            ("sixc", "6S committee member"),
                            ("eng", "Process or quality engineer"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from date")),
                ("ends_on", models.DateField(verbose_name="to date")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.delegation"
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                        verbose_name="from",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                        verbose_name="entered by",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.staff",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CalendarDayEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, default="", max_length=200, verbose_name="Chinese name")),
                ("date", models.DateField(verbose_name="date")),
                ("is_working", models.BooleanField(default=False, verbose_name="working day")),
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
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="people.calendarday"
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.orgnode",
                        verbose_name="plant",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UserRole",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("people.user_groups",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgnode",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_orgnodeevent" ("code", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="1f23ad93a4fe9aaa0f27f507554ed763ea8ee416",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_67aa3",
                    table="people_orgnode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgnode",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "people_orgnodeevent" ("code", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="3ccfedaba0d7e18777fc591072444850a87d2357",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ccd25",
                    table="people_orgnode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shift",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_shiftevent" ("break_minutes", "code", "ends_at", "id", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at") VALUES (NEW."break_minutes", NEW."code", NEW."ends_at", NEW."id", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_at"); RETURN NULL;',
                    hash="c1f3c9134daf14038e6eea5150dff1af53189ee5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_75b98",
                    table="people_shift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shift",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "people_shiftevent" ("break_minutes", "code", "ends_at", "id", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at") VALUES (NEW."break_minutes", NEW."code", NEW."ends_at", NEW."id", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_at"); RETURN NULL;',
                    hash="6e310c24b1d55cd84c861a5ec0d65d6f097efdd7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2cc97",
                    table="people_shift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme", "username") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."theme", NEW."username"); RETURN NULL;',
                    hash="e18d8e4853031251114bf70d732a69704f0d842f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7e9ab",
                    table="people_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."theme" IS DISTINCT FROM (NEW."theme") OR OLD."username" IS DISTINCT FROM (NEW."username"))',
                    func='INSERT INTO "people_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme", "username") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."theme", NEW."username"); RETURN NULL;',
                    hash="9e5998419fecd2f4ba6304711279672e35a116c3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_86e64",
                    table="people_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendardayevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e03191d5fc4f642195c6c9a6fc6c373db923f0a1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_63642",
                    table="people_calendardayevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_calendardayevent" ("date", "id", "is_working", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plant_id") VALUES (NEW."date", NEW."id", NEW."is_working", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plant_id"); RETURN NULL;',
                    hash="2ecba1dabf7abf210f5bfa09a07d3a71cd531302",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_02f33",
                    table="people_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "people_calendardayevent" ("date", "id", "is_working", "name", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plant_id") VALUES (NEW."date", NEW."id", NEW."is_working", NEW."name", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plant_id"); RETURN NULL;',
                    hash="ece0987101609c265b475a9e911385fecdf5f3ab",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_09ddd",
                    table="people_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgnodeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="87099cf2e7205c3754584b87a2ef10a726ae14b2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_86b27",
                    table="people_orgnodeevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="shiftevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="56df35b471069f62dca11fd039b1a08b52b6b4a8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_431da",
                    table="people_shiftevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staff",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_staffevent" ("hired_on", "id", "left_on", "name", "org_id", "pay_type", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "staff_no", "user_id") VALUES (NEW."hired_on", NEW."id", NEW."left_on", NEW."name", NEW."org_id", NEW."pay_type", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."staff_no", NEW."user_id"); RETURN NULL;',
                    hash="cdf3371784d0791c28a4d4f3c2070610db80be5c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_444e5",
                    table="people_staff",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staff",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "people_staffevent" ("hired_on", "id", "left_on", "name", "org_id", "pay_type", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "staff_no", "user_id") VALUES (NEW."hired_on", NEW."id", NEW."left_on", NEW."name", NEW."org_id", NEW."pay_type", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."staff_no", NEW."user_id"); RETURN NULL;',
                    hash="7651d7f67f62abbf6fb0eacfed15ccc27faddd7e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f756f",
                    table="people_staff",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgspanevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3c5a98df6683b0148574131847e44ff253b24af5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_aac1e",
                    table="people_orgspanevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgspan",
            trigger=pgtrigger.compiler.Trigger(
                name="rebuild_org_paths",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT 1 FROM people_orgspan s JOIN people_orgnode n ON n.id = s.node_id JOIN people_orgnode p ON p.id = s.parent_id\n        WHERE array_position(ARRAY['plant', 'workshop', 'section', 'team'], n.kind::text)\n           <= array_position(ARRAY['plant', 'workshop', 'section', 'team'], p.kind::text)\n    ) THEN\n        RAISE EXCEPTION 'a node stands below a node of a lower kind'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'org_parent_is_higher';\n    END IF;\n    DELETE FROM people_orgpath;\n    INSERT INTO people_orgpath (node_id, valid_from, valid_to, plant_id, workshop_id, section_id, team_id, leader_id)\n    WITH RECURSIVE dates AS (\n        SELECT DISTINCT valid_from AS starts FROM people_orgspan\n    ), periods AS (\n        SELECT starts, lead(starts, 1, DATE '9999-12-31') OVER (ORDER BY starts) AS ends FROM dates\n    ), spans AS (\n        SELECT node_id, parent_id, leader_id, valid_from,\n               lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY node_id ORDER BY valid_from) AS valid_to\n        FROM people_orgspan\n    ), standing AS (\n        SELECT p.starts, p.ends, s.node_id, s.parent_id, s.leader_id\n        FROM periods p JOIN spans s ON s.valid_from <= p.starts AND p.starts < s.valid_to\n    ), walk AS (\n        SELECT starts, ends, node_id, node_id AS at_id, parent_id FROM standing\n        UNION ALL\n        SELECT w.starts, w.ends, w.node_id, a.node_id, a.parent_id\n        FROM walk w JOIN standing a ON a.starts = w.starts AND a.node_id = w.parent_id\n    ), paths AS (\n        SELECT w.starts, w.ends, w.node_id,\n               max(w.at_id) FILTER (WHERE n.kind = 'plant') AS plant_id,\n               max(w.at_id) FILTER (WHERE n.kind = 'workshop') AS workshop_id,\n               max(w.at_id) FILTER (WHERE n.kind = 'section') AS section_id,\n               max(w.at_id) FILTER (WHERE n.kind = 'team') AS team_id\n        FROM walk w JOIN people_orgnode n ON n.id = w.at_id\n        GROUP BY w.starts, w.ends, w.node_id\n    ), led AS (\n        SELECT p.*, s.leader_id FROM paths p JOIN standing s ON s.starts = p.starts AND s.node_id = p.node_id\n    ), runs AS (\n        SELECT *, row_number() OVER (PARTITION BY node_id ORDER BY starts)\n                - row_number() OVER (PARTITION BY node_id, plant_id, workshop_id, section_id, team_id, leader_id ORDER BY starts) AS run\n        FROM led\n    )\n    SELECT node_id, min(starts), max(ends), plant_id, workshop_id, section_id, team_id, leader_id\n    FROM runs GROUP BY node_id, plant_id, workshop_id, section_id, team_id, leader_id, run;\n    RETURN NULL;\n",
                    hash="70e7368b72e88fc9a8af53ca0172529c47cf4b9f",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_rebuild_org_paths_1426f",
                    table="people_orgspan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgspan",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_orgspanevent" ("id", "leader_id", "leader_staff_no", "name", "name_zh", "node_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from") VALUES (NEW."id", NEW."leader_id", NEW."leader_staff_no", NEW."name", NEW."name_zh", NEW."node_id", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."valid_from"); RETURN NULL;',
                    hash="94bf9bd853ddc5674a89f6434e385d09dd3985d4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_794b0",
                    table="people_orgspan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="orgspan",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "people_orgspanevent" ("id", "leader_id", "leader_staff_no", "name", "name_zh", "node_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from") VALUES (NEW."id", NEW."leader_id", NEW."leader_staff_no", NEW."name", NEW."name_zh", NEW."node_id", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."valid_from"); RETURN NULL;',
                    hash="96181d4243c2f1b8aebffc45824c2e0417e90de1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8dd91",
                    table="people_orgspan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegationevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e4b3007f135679f908e4539c97ac63ee5dd65b15",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d143b",
                    table="people_delegationevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_delegationevent" ("ends_on", "giver_id", "id", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role", "starts_on", "taker_id") VALUES (NEW."ends_on", NEW."giver_id", NEW."id", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."role", NEW."starts_on", NEW."taker_id"); RETURN NULL;',
                    hash="caaec940f80a6a476ac6c7026e045326692cc9c2",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1ca9f",
                    table="people_delegation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delegation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "people_delegationevent" ("ends_on", "giver_id", "id", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role", "starts_on", "taker_id") VALUES (NEW."ends_on", NEW."giver_id", NEW."id", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."role", NEW."starts_on", NEW."taker_id"); RETURN NULL;',
                    hash="8a21d9e71d98d0a8ab474ba8f898e50e96aaf12e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d16d1",
                    table="people_delegation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="23338e268d037467ed08128bc20d8765e7d96587",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1a2d8",
                    table="people_staffevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffpin",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_staffpinevent" ("id", "locked_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at", "staff_id", "wrong_tries") VALUES (NEW."id", NEW."locked_until", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."set_at", NEW."staff_id", NEW."wrong_tries"); RETURN NULL;',
                    hash="8d698a3a0b497b43210764e75e588be29fc7917f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_09b9f",
                    table="people_staffpin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffpin",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."locked_until" IS DISTINCT FROM (NEW."locked_until") OR OLD."set_at" IS DISTINCT FROM (NEW."set_at") OR OLD."staff_id" IS DISTINCT FROM (NEW."staff_id") OR OLD."wrong_tries" IS DISTINCT FROM (NEW."wrong_tries"))',
                    func='INSERT INTO "people_staffpinevent" ("id", "locked_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at", "staff_id", "wrong_tries") VALUES (NEW."id", NEW."locked_until", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."set_at", NEW."staff_id", NEW."wrong_tries"); RETURN NULL;',
                    hash="3e1ed926e2c8747cc3a93512e13c94f4a518b18e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_58c28",
                    table="people_staffpin",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffpinevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="efacbaf52a7dd983165c10b5450d75a7bad496fa",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_08520",
                    table="people_staffpinevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="userevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="58c9797304ded816d5f5d9c12355ee086d62bf08",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f5bab",
                    table="people_userevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="userroleevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fc7f30fe1692142f08ee11205dc42ed2aa9b57b6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3ca0f",
                    table="people_userroleevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="userrole",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_userroleevent" ("group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "user_id") VALUES (NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."user_id"); RETURN NULL;',
                    hash="98ce8d70a41e299132fb0d8d90842bab96f1f820",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d0edc",
                    table="people_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="userrole",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_userroleevent" ("group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "user_id") VALUES (OLD."group_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."user_id"); RETURN NULL;',
                    hash="ad1eaeb6155a871eafae30169ad10333142f1a23",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4d329",
                    table="people_user_groups",
                    when="AFTER",
                ),
            ),
        ),
    ]
