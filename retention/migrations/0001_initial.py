import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import courtparty.lib.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_union_role"),
        ("accounts", "__first__"),
        ("cadres", "0004_appointment_end"),
        ("jobs", "0002_kept_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Achievement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="achievements",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("casework", "trial and enforcement"),
                            ("party_building", "Party building"),
                            ("annual", "annual appraisal"),
                            ("honour", "honour from another body"),
                            ("competition", "contest or competition"),
                            ("research", "research and publications"),
                            ("urgent", "urgent, difficult or dangerous task"),
                            ("service", "service to people"),
                            ("other", "other"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what was achieved")),
                ("achieved_on", models.DateField(verbose_name="achieved on")),
                (
                    "description",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="description"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.storedfile",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("own", "entered by the officer"),
                            ("head", "entered by a head, secretary or the political department"),
                            ("import", "from a workbook"),
                            ("part", "from another part of the system"),
                        ],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_key",
                    models.CharField(
                        blank=True,
                        help_text="What another part raised it from; raised twice it changes nothing.",
                        max_length=120,
                        null=True,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "entered, to be proposed"),
                            ("proposed", "proposed for an award"),
                            ("awarded", "rewarded"),
                            ("declined", "not rewarded"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="entered",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="decision due")),
                (
                    "answer",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True,
                        default="",
                        help_text="For the officer.",
                        verbose_name="why it is not rewarded",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_on", models.DateField(verbose_name="entered")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "achievement",
                "verbose_name_plural": "achievements",
                "indexes": [
                    models.Index(fields=["state", "due_on"], name="achievement_due"),
                    models.Index(fields=["officer", "-achieved_on"], name="achievement_recent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("officer", "achieved_on", "title"),
                        name="achievement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("achieved_on__lte", models.F("entered_on"))),
                        name="achievement_not_ahead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AchievementImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("faulty", "has errors"),
                            ("ready", "ready to import"),
                            ("imported", "imported"),
                            ("discarded", "discarded"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("counts", models.JSONField(default=dict, help_text="rows, new, known, faults")),
                (
                    "report",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="Rows and faults, with names.", null=True
                    ),
                ),
                ("plan_hash", models.CharField(blank=True, max_length=64)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="uploaded")),
                ("imported_at", models.DateTimeField(null=True, verbose_name="imported")),
            ],
            options={
                "verbose_name": "import of achievements",
                "verbose_name_plural": "imports of achievements",
                "indexes": [
                    models.Index(fields=["court", "-created_at"], name="achievement_import_recent")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("imported_at__isnull", False), ("state", "imported")),
                            models.Q(
                                models.Q(("state", "imported"), _negated=True),
                                ("imported_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="achievement_import_has_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignmentPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="cadres.officer",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("caseload", "caseload far above the peers"),
                            ("leave", "leave"),
                            ("sickness", "sickness"),
                            ("training", "training"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("suggested", "suggested"),
                            ("paused", "decided"),
                            ("declined", "declined"),
                            ("ended", "ended early"),
                            ("called_off", "called off before it began"),
                            ("lapsed", "suggestion lapsed"),
                        ],
                        default="suggested",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "month",
                    models.DateField(
                        blank=True,
                        help_text="Of a suggestion: the last month.",
                        null=True,
                        verbose_name="figures up to",
                    ),
                ),
                (
                    "figures",
                    models.JSONField(
                        default=dict, help_text="pending, median, percent, peers, from."
                    ),
                ),
                (
                    "suggested_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="suggested at"),
                ),
                ("start", models.DateField(blank=True, null=True, verbose_name="from")),
                (
                    "end",
                    models.DateField(
                        blank=True,
                        help_text="First day with new cases again.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "planned_end",
                    models.DateField(blank=True, help_text="As first decided.", null=True),
                ),
                (
                    "reason",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="reason"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "end_reason",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="reason for ending"
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment pause",
                "verbose_name_plural": "assignment pauses",
                "indexes": [models.Index(fields=["state", "end"], name="assignment_pause_running")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", None), ("start", None)),
                            ("end__gt", models.F("start")),
                            _connector="OR",
                        ),
                        name="assignment_pause_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("start__isnull", False),
                                ("state__in", ["paused", "ended", "called_off"]),
                            ),
                            models.Q(
                                ("start", None), ("state__in", ["suggested", "declined", "lapsed"])
                            ),
                            _connector="OR",
                        ),
                        name="assignment_pause_days_when_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state__in", ["suggested", "lapsed"])),
                            models.Q(
                                models.Q(("state__in", ["suggested", "lapsed"]), _negated=True),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assignment_pause_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "suggested")),
                        fields=("officer",),
                        name="assignment_pause_one_suggestion",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("month__isnull", False)),
                        fields=("officer", "month"),
                        name="assignment_pause_once_per_month",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardRung",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award_rungs",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        help_text="From the lowest award up; no two have the same.",
                        verbose_name="position",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("own", "the court itself"), ("higher", "a higher body")],
                        default="own",
                        max_length=8,
                        verbose_name="decided at",
                    ),
                ),
                (
                    "decided_by",
                    models.CharField(
                        blank=True,
                        help_text="As it signs the certificate. Empty: the court.",
                        max_length=100,
                        verbose_name="body that decides",
                    ),
                ),
                (
                    "quota_kind",
                    models.CharField(
                        choices=[
                            ("percent", "percent of the staff, a year"),
                            ("number", "number a year"),
                            ("none", "none"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="quota",
                    ),
                ),
                (
                    "quota_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="A share is rounded down to whole people.",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="percent or number",
                    ),
                ),
                (
                    "interval_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: no interval.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="months until the same award again",
                    ),
                ),
                (
                    "excellent_years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="From annual appraisals that are closed. Empty: not suggested by appraisal.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="years excellent in a row that suggest it",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("R", "read in the rule's own text"),
                            ("S", "seen on a secondary page"),
                            ("U", "not verified"),
                        ],
                        default="U",
                        max_length=1,
                        verbose_name="certainty",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "certificate_text",
                    models.TextField(
                        help_text="In Chinese. {name}, {rung}, {year} and {reason} are filled in.",
                        max_length=600,
                        verbose_name="text of the certificate",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "rung of awards",
                "verbose_name_plural": "rungs of awards",
                "constraints": [
                    models.UniqueConstraint(fields=("court", "name"), name="award_rung_name_once"),
                    models.UniqueConstraint(
                        fields=("court", "position"), name="award_rung_place_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quota_kind", "none"), ("quota_value", None)),
                            models.Q(
                                ("quota_kind", "percent"),
                                ("quota_value__gte", 0),
                                ("quota_value__lte", 100),
                            ),
                            models.Q(("quota_kind", "number"), ("quota_value__gte", 0)),
                            _connector="OR",
                        ),
                        name="award_rung_quota_fits_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwayLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="away_limit",
                        to="accounts.unit",
                        verbose_name="department or court",
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="percent away at once at most",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit of people away",
                "verbose_name_plural": "limits of people away",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 1), ("percent__lte", 100)),
                        name="away_limit_is_percent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1990),
                            django.core.validators.MaxValueValidator(2200),
                        ],
                        verbose_name="year",
                    ),
                ),
                ("closed_at", models.DateTimeField(verbose_name="closed at")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: closed by the timetable.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tables",
                    models.JSONField(
                        default=dict,
                        help_text="By unit: turnover as it may be shown, hidden groups left out.",
                    ),
                ),
                (
                    "causes",
                    models.JSONField(
                        default=dict,
                        help_text="By unit: how often each cause was given; shown from five on.",
                    ),
                ),
            ],
            options={
                "verbose_name": "closed year of the board",
                "verbose_name_plural": "closed years of the board",
                "constraints": [
                    models.UniqueConstraint(fields=("court", "year"), name="board_year_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="break_glasses",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("reason", courtparty.lib.fields.EncryptedTextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("approved", "open"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("expired", "ended"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "answer",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="answer"
                    ),
                ),
                (
                    "opened_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="open until"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("openings", models.PositiveIntegerField(default=0, verbose_name="times opened")),
            ],
            options={
                "verbose_name": "emergency opening of a health file",
                "verbose_name_plural": "emergency openings of health files",
                "indexes": [models.Index(fields=["state", "asked_at"], name="break_glass_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="break_glass_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject", None),
                            models.Q(("subject", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="break_glass_not_for_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject", None),
                            ("decided_by", None),
                            models.Q(("subject", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="break_glass_not_decided_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at", None),
                                ("opened_until__isnull", False),
                                ("state", "approved"),
                            ),
                            models.Q(("ended_at__isnull", False), ("state", "expired")),
                            models.Q(
                                ("opened_until", None),
                                ("state__in", ["asked", "refused", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="break_glass_open_has_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["approved", "refused"]),
                            ),
                            models.Q(
                                ("decided_at", None),
                                ("decided_by", None),
                                ("state__in", ["asked", "withdrawn"]),
                            ),
                            ("state", "expired"),
                            _connector="OR",
                        ),
                        name="break_glass_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "approved"])),
                        fields=("officer", "asked_by"),
                        name="break_glass_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="For instance 工会慰问经费. Nothing about a person belongs here.",
                        max_length=60,
                        verbose_name="name of the source",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="amount of the year (yuan)",
                    ),
                ),
                (
                    "used",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        editable=False,
                        max_digits=12,
                        verbose_name="used (yuan)",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget source of help",
                "verbose_name_plural": "budget sources of help",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "year", "name"), name="budget_source_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0), ("used__lte", models.F("amount"))),
                        name="budget_source_not_overdrawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="budget_source_has_money"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CauseKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        validators=[django.core.validators.RegexValidator("^[a-z][a-z0-9_]*$")],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "cause of leaving",
                "verbose_name_plural": "causes of leaving",
                "constraints": [
                    models.UniqueConstraint(fields=("court", "code"), name="cause_kind_code_once"),
                    models.UniqueConstraint(fields=("court", "name"), name="cause_kind_name_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckUpCampaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("start", models.DateField(verbose_name="first day")),
                (
                    "end",
                    models.DateField(
                        help_text="Half open: the first day without.",
                        verbose_name="first day after",
                    ),
                ),
                ("place", models.CharField(max_length=120, verbose_name="place")),
                ("provider", models.CharField(max_length=120, verbose_name="hospital or provider")),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="note for those invited"
                    ),
                ),
                ("categories", models.JSONField(default=list, help_text="Empty: all categories.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("open", "under way"),
                            ("closed", "closed"),
                        ],
                        default="planned",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: all departments.",
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "check-up campaign",
                "verbose_name_plural": "check-up campaigns",
                "indexes": [
                    models.Index(fields=["court", "-start"], name="checkup_campaign_recent")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "year", "name"), name="checkup_campaign_name_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="checkup_campaign_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at", None), ("opened_at", None), ("state", "planned")
                            ),
                            models.Q(
                                ("closed_at", None), ("opened_at__isnull", False), ("state", "open")
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("opened_at__isnull", False),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="checkup_campaign_state_has_times",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screening_consents",
                        to="cadres.officer",
                    ),
                ),
                (
                    "instrument",
                    models.CharField(
                        choices=[("pss10", "Perceived stress (PSS-10)"), ("phq9", "Mood (PHQ-9)")],
                        max_length=8,
                        verbose_name="questionnaire",
                    ),
                ),
                (
                    "text_version",
                    models.CharField(max_length=12, verbose_name="version of the text"),
                ),
                ("given_at", models.DateTimeField(verbose_name="given")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                ),
            ],
            options={
                "verbose_name": "consent to a screening",
                "verbose_name_plural": "consents to screenings",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("officer", "instrument"),
                        name="consent_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at", None),
                            ("withdrawn_at__gte", models.F("given_at")),
                            _connector="OR",
                        ),
                        name="consent_withdrawn_after_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departures",
                        to="cadres.officer",
                    ),
                ),
                (
                    "left_on",
                    models.DateField(
                        help_text="First day no longer at the court.", verbose_name="left on"
                    ),
                ),
                (
                    "destination",
                    models.CharField(
                        choices=[
                            ("other_court", "another court"),
                            ("organ", "another organ of the Party or the state"),
                            ("lawyer", "lawyer"),
                            ("enterprise", "enterprise"),
                            ("retired", "retirement"),
                            ("transferred", "transfer by the organisation"),
                            ("dismissed", "dismissal"),
                            ("deceased", "death"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="where to",
                    ),
                ),
                (
                    "announced_on",
                    models.DateField(blank=True, null=True, verbose_name="announced on"),
                ),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="note"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_at", models.DateTimeField(verbose_name="entered")),
                (
                    "coded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="causes coded"),
                ),
                (
                    "returned_on",
                    models.DateField(blank=True, null=True, verbose_name="came back on"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken back"),
                ),
            ],
            options={
                "verbose_name": "departure",
                "verbose_name_plural": "departures",
                "indexes": [models.Index(fields=["left_on"], name="departure_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("returned_on", None), ("withdrawn_at", None)),
                        fields=("officer",),
                        name="departure_one_open_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("announced_on", None),
                            ("announced_on__lte", models.F("left_on")),
                            _connector="OR",
                        ),
                        name="departure_announced_before_leaving",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_on", None),
                            ("returned_on__gte", models.F("left_on")),
                            _connector="OR",
                        ),
                        name="departure_return_after_leaving",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntitlementComputing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                ("on", models.DateField(verbose_name="as of")),
                ("officers", models.PositiveIntegerField(verbose_name="officers")),
                ("entitlements", models.PositiveIntegerField(verbose_name="entitlements")),
                (
                    "written",
                    models.PositiveIntegerField(
                        help_text="New or changed.", verbose_name="written"
                    ),
                ),
                ("removed", models.PositiveIntegerField(verbose_name="removed")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("finished_at", models.DateTimeField(verbose_name="finished")),
            ],
            options={
                "verbose_name": "computing of entitlements",
                "verbose_name_plural": "computings of entitlements",
                "indexes": [
                    models.Index(fields=["court", "-finished_at"], name="entitlement_computed")
                ],
            },
        ),
        migrations.CreateModel(
            name="EntitlementRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rank_step", "rank step"),
                            ("wage_step", "wage step"),
                            ("judge_rank_step", "judge rank step"),
                            ("annual_leave", "annual leave"),
                            ("makeup_rest", "make-up rest"),
                            ("allowance", "post allowance"),
                            ("checkup", "health check-up"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_en", models.CharField(max_length=80, verbose_name="name in English")),
                ("start", models.DateField(verbose_name="in force from")),
                (
                    "end",
                    models.DateField(
                        blank=True,
                        help_text="First day no longer in force.",
                        null=True,
                        verbose_name="in force until",
                    ),
                ),
                ("table", models.JSONField(verbose_name="numbers")),
                (
                    "source",
                    models.CharField(
                        help_text="The rule or document the numbers come from.",
                        max_length=300,
                        verbose_name="source",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("R", "read in the rule's own text"),
                            ("S", "seen on a secondary page"),
                            ("U", "not verified"),
                        ],
                        default="U",
                        max_length=1,
                        verbose_name="how sure",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "is_shipped",
                    models.BooleanField(
                        default=False,
                        help_text="Not yet checked by the court.",
                        verbose_name="default of the product",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "entitlement rule",
                "verbose_name_plural": "entitlement rules",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end", None), ("end__gt", models.F("start")), _connector="OR"
                        ),
                        name="entitlement_rule_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        fields=("court", "kind", "start"), name="entitlement_rule_starts_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HardshipCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hardship_cases",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        help_text="The officer's account when the case began: who can't verify it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="year")),
                ("number", models.PositiveIntegerField(null=True, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("family_illness", "illness in the family"),
                            ("own_illness", "own illness"),
                            ("disaster", "accident or disaster"),
                            ("schooling", "schooling of children"),
                            ("housing", "housing"),
                            ("care", "care of parents or children"),
                            ("bereavement", "bereavement"),
                            ("other", "other"),
                        ],
                        max_length=16,
                        verbose_name="kind of hardship",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "draft, seen by you alone"),
                            ("recommended", "recommended, your consent is asked"),
                            ("applied", "applied, to be taken up"),
                            ("verifying", "being verified"),
                            ("not_verified", "not verified"),
                            ("verified", "verified"),
                            ("helping", "help under way"),
                            ("following", "being followed"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="drafted",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "story",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what has happened"
                    ),
                ),
                (
                    "turned_to",
                    models.ForeignKey(
                        help_text="Whom the officer or the recommender chose first.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="turned to",
                    ),
                ),
                (
                    "recommended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verifier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verification",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what was found"
                    ),
                ),
                ("verified_on", models.DateField(null=True, verbose_name="verified on")),
                (
                    "closing",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="closing words"
                    ),
                ),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="the officer's rating"
                    ),
                ),
                (
                    "rating_words",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="the officer's word"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                ("verify_due_on", models.DateField(null=True, verbose_name="verification due")),
                ("first_help_due_on", models.DateField(null=True, verbose_name="first help due")),
                ("first_help_on", models.DateField(null=True, verbose_name="first help")),
                (
                    "word_asked_on",
                    models.DateField(help_text="Since when the last word is awaited.", null=True),
                ),
                ("word_reminders", models.PositiveSmallIntegerField(default=0)),
                ("word_reminded_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "hardship case",
                "verbose_name_plural": "hardship cases",
                "indexes": [
                    models.Index(fields=["court", "state"], name="hardship_by_state"),
                    models.Index(fields=["officer", "-created_at"], name="hardship_of_officer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "year", "number"), name="hardship_number_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", None), ("state", "drafted"), ("year", None)),
                            models.Q(
                                models.Q(("state", "drafted"), _negated=True),
                                ("number__isnull", False),
                                ("year__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hardship_numbered_once_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verifier", models.F("account")), _negated=True),
                        name="hardship_verifier_not_officer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verifier", models.F("recommended_by")), _negated=True),
                        name="hardship_verifier_not_recommender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recommended_by", models.F("account")), _negated=True),
                        name="hardship_recommender_not_officer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["verifying", "verified", "not_verified"]),
                                _negated=True,
                            ),
                            ("verifier__isnull", False),
                            _connector="OR",
                        ),
                        name="hardship_verified_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rating", None),
                            models.Q(("rating__gte", 1), ("rating__lte", 5)),
                            _connector="OR",
                        ),
                        name="hardship_rating_one_to_five",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False), ("state__in", ["closed", "withdrawn"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["closed", "withdrawn"]), _negated=True),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="hardship_ended_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["drafted", "recommended", "withdrawn"]),
                            models.Q(
                                ("first_help_due_on__isnull", False),
                                ("opened_at__isnull", False),
                                ("verify_due_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="hardship_opened_has_limits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HardshipReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "figures",
                    models.JSONField(help_text="As retention.rules.hardship_reports makes them."),
                ),
                ("frozen_at", models.DateTimeField(verbose_name="frozen")),
            ],
            options={
                "verbose_name": "yearly report on help",
                "verbose_name_plural": "yearly reports on help",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "year"), name="hardship_report_once_a_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthDeletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_deletions",
                        to="cadres.officer",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("age", "older than the court keeps health records"),
                            ("left", "left the court"),
                        ],
                        max_length=6,
                        verbose_name="rule",
                    ),
                ),
                (
                    "before",
                    models.DateField(
                        help_text="Of age: records from before this day.",
                        null=True,
                        verbose_name="records before",
                    ),
                ),
                ("deletes_on", models.DateField(verbose_name="deleted on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("announced", "announced"),
                            ("done", "deleted"),
                            ("dropped", "nothing to delete any more"),
                        ],
                        default="announced",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("announced_at", models.DateTimeField(verbose_name="announced")),
            ],
            options={
                "verbose_name": "deletion of health records",
                "verbose_name_plural": "deletions of health records",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "announced")),
                        fields=["deletes_on"],
                        name="health_deletion_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "announced")),
                        fields=("officer", "rule"),
                        name="health_deletion_announced_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before__isnull", False), ("rule", "age")),
                            models.Q(("before", None), ("rule", "left")),
                            _connector="OR",
                        ),
                        name="health_deletion_of_age_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_file",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "health file",
                "verbose_name_plural": "health files",
            },
        ),
        migrations.CreateModel(
            name="LeaveAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_accounts",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "carried_in",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="carried over from the year before"
                    ),
                ),
                (
                    "carried_on",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="carried on into the next year"
                    ),
                ),
                (
                    "adjusted",
                    models.SmallIntegerField(
                        default=0,
                        help_text="The sum of the corrections.",
                        verbose_name="corrected by hand",
                    ),
                ),
            ],
            options={
                "verbose_name": "leave account",
                "verbose_name_plural": "leave accounts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("officer", "year"), name="leave_account_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("adjusted__gte", -60), ("adjusted__lte", 60)),
                        name="leave_account_within_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveCarry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_carries",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="from the year")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        max_length=200, verbose_name="why the work makes it necessary"
                    ),
                ),
                (
                    "words",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what the officer says"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waiting for the officer"),
                            ("agreed", "agreed"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
            ],
            options={
                "verbose_name": "carry-over of leave",
                "verbose_name_plural": "carry-overs of leave",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)), name="leave_carry_has_days"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "agreed"])),
                        fields=("officer", "year"),
                        name="leave_carry_once_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "agreed"), _negated=True),
                            models.Q(
                                ("answered_by__isnull", False),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                                models.Q(("words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="leave_carry_agreed_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("annual", "annual leave"),
                            ("makeup_rest", "make-up rest"),
                            ("personal", "personal leave"),
                            ("sick", "sick leave"),
                            ("marriage", "marriage leave"),
                            ("maternity", "maternity leave"),
                            ("pregnancy_check", "check-up in pregnancy"),
                            ("paternity", "paternity leave"),
                            ("childcare", "childcare leave"),
                            ("bereavement", "bereavement leave"),
                            ("family_visit", "home leave"),
                            ("other", "other leave"),
                        ],
                        max_length=16,
                        verbose_name="kind of leave",
                    ),
                ),
                (
                    "counts",
                    models.CharField(
                        choices=[("working", "working days"), ("calendar", "calendar days")],
                        max_length=8,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: no limit here.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(400),
                        ],
                        verbose_name="days at most in one request",
                    ),
                ),
                (
                    "is_paid",
                    models.BooleanField(
                        default=True,
                        help_text="Personal leave without a cut in pay can exclude annual leave.",
                        verbose_name="without a cut in pay",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="can be asked for")),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("R", "read in the rule's own text"),
                            ("S", "seen on a secondary page"),
                            ("U", "not verified"),
                        ],
                        default="U",
                        max_length=1,
                        verbose_name="how sure",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="note for the officer"
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of leave",
                "verbose_name_plural": "kinds of leave",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "kind"), name="leave_kind_once_per_court"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days", None), ("days__gte", 1), _connector="OR"),
                        name="leave_kind_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeavePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cadres.officer",
                        verbose_name="stands in",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=60, verbose_name="for which work"),
                ),
            ],
            options={
                "verbose_name": "pair of officers",
                "verbose_name_plural": "pairs of officers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="leave_pair_smaller_first",
                    ),
                    models.UniqueConstraint(fields=("first", "second"), name="leave_pair_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeavePlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_plans",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("start", models.DateField(verbose_name="first day")),
                (
                    "end",
                    models.DateField(help_text="First day back at work.", verbose_name="until"),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="working days")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("agreed", "agreed"),
                            ("dropped", "dropped"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("is_by_officer", models.BooleanField(verbose_name="proposed by the officer")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
            ],
            options={
                "verbose_name": "leave plan",
                "verbose_name_plural": "leave plans",
                "indexes": [models.Index(fields=["officer", "year"], name="leave_plan_of_officer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="leave_plan_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)), name="leave_plan_has_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "agreed"), _negated=True),
                            models.Q(
                                ("answered_by__isnull", False),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="leave_plan_agreed_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_requests",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("annual", "annual leave"),
                            ("makeup_rest", "make-up rest"),
                            ("personal", "personal leave"),
                            ("sick", "sick leave"),
                            ("marriage", "marriage leave"),
                            ("maternity", "maternity leave"),
                            ("pregnancy_check", "check-up in pregnancy"),
                            ("paternity", "paternity leave"),
                            ("childcare", "childcare leave"),
                            ("bereavement", "bereavement leave"),
                            ("family_visit", "home leave"),
                            ("other", "other leave"),
                        ],
                        max_length=16,
                        verbose_name="kind of leave",
                    ),
                ),
                ("start", models.DateField(verbose_name="first day")),
                (
                    "end",
                    models.DateField(help_text="First day back at work.", verbose_name="until"),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=5,
                        null=True,
                        verbose_name="hours of make-up rest",
                    ),
                ),
                ("is_paid", models.BooleanField(default=True, verbose_name="without a cut in pay")),
                (
                    "reason",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="reason"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "draft"),
                            ("asked", "waiting for a decision"),
                            ("returned", "sent back"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("cancelled", "cancelled"),
                        ],
                        default="drafted",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "levels",
                    models.JSONField(
                        default=list, help_text="Who decides, in order, fixed when asked."
                    ),
                ),
                (
                    "waits_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("head", "department head"),
                            ("political", "political department"),
                            ("president", "President / leadership"),
                        ],
                        max_length=10,
                        verbose_name="waits for",
                    ),
                ),
                (
                    "waits_since",
                    models.DateField(blank=True, null=True, verbose_name="waiting since"),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "leave request",
                "verbose_name_plural": "leave requests",
                "indexes": [
                    models.Index(fields=["officer", "start"], name="leave_of_officer"),
                    models.Index(fields=["state", "start", "end"], name="leave_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="leave_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "asked"),
                                ("waits_since__isnull", False),
                                models.Q(("waits_for", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True),
                                ("waits_for", ""),
                                ("waits_since", None),
                            ),
                            _connector="OR",
                        ),
                        name="leave_waits_while_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours__gt", 0), ("kind", "makeup_rest")),
                            models.Q(
                                models.Q(("kind", "makeup_rest"), _negated=True), ("hours", None)
                            ),
                            _connector="OR",
                        ),
                        name="leave_hours_of_rest_only",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("closed", "closed"),
                            ("settled", "year closed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="opened")),
                ("ends_on", models.DateField(verbose_name="to be planned until")),
                (
                    "opened_by",
                    models.ForeignKey(
                        help_text="Empty: opened by the schedule.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="year closed")),
            ],
            options={
                "verbose_name": "planning of leave",
                "verbose_name_plural": "plannings of leave",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "year"), name="leave_round_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("opened_on"))),
                        name="leave_round_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("settled_at", None), ("state", "open")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("settled_at", None),
                                ("state", "closed"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("settled_at__isnull", False),
                                ("state", "settled"),
                            ),
                            _connector="OR",
                        ),
                        name="leave_round_has_its_times",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mentoring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "mentor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentorings_led",
                        to="cadres.officer",
                        verbose_name="mentor",
                    ),
                ),
                (
                    "mentee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentorings_received",
                        to="cadres.officer",
                        verbose_name="mentee",
                    ),
                ),
                ("start", models.DateField(verbose_name="from")),
                (
                    "end",
                    models.DateField(
                        blank=True, help_text="First day without.", null=True, verbose_name="until"
                    ),
                ),
                ("aims", courtparty.lib.fields.EncryptedTextField(verbose_name="aims")),
                (
                    "outcome",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="outcome"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "running"), ("ended", "ended"), ("void", "taken back")],
                        default="active",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "mentoring",
                "verbose_name_plural": "mentorings",
                "indexes": [models.Index(fields=["mentee", "state"], name="mentoring_of_mentee")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mentor", models.F("mentee")), _negated=True),
                        name="mentoring_not_of_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end", None), ("end__gt", models.F("start")), _connector="OR"
                        ),
                        name="mentoring_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True),
                            ("end__isnull", False),
                            _connector="OR",
                        ),
                        name="mentoring_ended_has_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Overtime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overtime",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "own_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "hours",
                    models.DecimalField(decimal_places=1, max_digits=4, verbose_name="hours"),
                ),
                (
                    "used",
                    models.DecimalField(
                        decimal_places=1,
                        default=0,
                        max_digits=4,
                        verbose_name="hours taken as rest",
                    ),
                ),
                ("expires_on", models.DateField(verbose_name="rest to be taken until")),
                (
                    "work",
                    models.CharField(
                        help_text="For instance: duty, enforcement at night. No case number, no name.",
                        max_length=120,
                        verbose_name="what was done",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("entered", "to be confirmed"),
                            ("confirmed", "confirmed"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="entered",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                ("entered_at", models.DateTimeField(verbose_name="entered")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="reason of a refusal"
                    ),
                ),
            ],
            options={
                "verbose_name": "overtime",
                "verbose_name_plural": "overtime",
                "indexes": [models.Index(fields=["state", "expires_on"], name="overtime_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0), ("hours__lte", 24)),
                        name="overtime_hours_of_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0), ("used__lte", models.F("hours"))),
                        name="overtime_not_used_beyond",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_on__gte", models.F("day"))),
                        name="overtime_expires_after_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["confirmed", "refused"]),
                                ("decided_by__isnull", False),
                            ),
                            models.Q(
                                ("decided_at", None),
                                ("decided_by", None),
                                ("state__in", ["entered", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="overtime_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="overtime_not_decided_by_enterer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("own_user", None),
                            models.Q(("decided_by", models.F("own_user")), _negated=True),
                            _connector="OR",
                        ),
                        name="overtime_not_decided_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used", 0), ("state", "confirmed"), _connector="OR"),
                        name="overtime_used_when_confirmed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["entered", "confirmed"])),
                        fields=("officer", "day"),
                        name="overtime_once_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PressureReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "instrument",
                    models.CharField(
                        choices=[("pss10", "Perceived stress (PSS-10)"), ("phq9", "Mood (PHQ-9)")],
                        max_length=8,
                        verbose_name="questionnaire",
                    ),
                ),
                ("quarter", models.DateField(help_text="Its first day.", verbose_name="quarter")),
                (
                    "figures",
                    models.JSONField(default=dict, help_text="As rules/pressure.py makes them."),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "pressure report",
                "verbose_name_plural": "pressure reports",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "instrument", "quarter"), name="pressure_report_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "being checked"),
                            ("faulty", "has errors"),
                            ("ready", "ready to import"),
                            ("imported", "imported"),
                            ("discarded", "discarded"),
                        ],
                        default="checking",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("counts", models.JSONField(default=dict, help_text="new, unchanged, faults …")),
                (
                    "report",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="Faults and rows: holds personal data.", null=True
                    ),
                ),
                (
                    "plan_hash",
                    models.CharField(
                        blank=True, help_text="What was shown, to the byte.", max_length=64
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="uploaded")),
                ("imported_at", models.DateTimeField(null=True, verbose_name="imported")),
            ],
            options={
                "verbose_name": "import of what was received",
                "verbose_name_plural": "imports of what was received",
                "indexes": [
                    models.Index(fields=["court", "-created_at"], name="received_import_recent")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("imported_at__isnull", False), ("state", "imported")),
                            models.Q(
                                models.Q(("state", "imported"), _negated=True),
                                ("imported_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="received_import_has_its_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferenceRange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                ("code", models.CharField(max_length=16, verbose_name="value")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("male", "male"), ("female", "female")],
                        max_length=6,
                        verbose_name="sex",
                    ),
                ),
                (
                    "low",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="from"
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="up to"
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
            ],
            options={
                "verbose_name": "reference range",
                "verbose_name_plural": "reference ranges",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "code", "sex"), name="reference_range_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("low", None),
                            ("high", None),
                            ("high__gte", models.F("low")),
                            _connector="OR",
                        ),
                        name="reference_range_rises",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="for",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what is to be done")),
                (
                    "figure",
                    models.CharField(
                        choices=[
                            ("turnover", "turnover"),
                            ("causes", "causes of leaving"),
                            ("caseload", "caseload"),
                            ("pressure", "pressure"),
                            ("gaps", "entitlements not received"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                        verbose_name="figure behind it",
                    ),
                ),
                ("why", courtparty.lib.fields.EncryptedTextField(verbose_name="why")),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be done"),
                            ("doing", "being done"),
                            ("done", "done"),
                            ("dropped", "dropped"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "result",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="result"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="entered")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
            ],
            options={
                "verbose_name": "action to keep people",
                "verbose_name_plural": "actions to keep people",
                "indexes": [
                    models.Index(fields=["court", "state", "due_on"], name="retention_action_due")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_on__isnull", False), ("state__in", ["done", "dropped"])
                            ),
                            models.Q(("closed_on", None), ("state__in", ["open", "doing"])),
                            _connector="OR",
                        ),
                        name="retention_action_day_when_closed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retention_settings",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "health_years",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Counted from the check-up. A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="years until health records are deleted",
                    ),
                ),
                (
                    "health_years_after_leaving",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="years until the health file of somebody who left is deleted",
                    ),
                ),
                (
                    "screening_months",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="months until answers of a self-screening are deleted",
                    ),
                ),
                (
                    "break_glass_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(72),
                        ],
                        verbose_name="hours a health file stays open in an emergency",
                    ),
                ),
                (
                    "leave_autumn_month",
                    models.PositiveSmallIntegerField(
                        default=9,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="month in which leave not planned is planned",
                    ),
                ),
                (
                    "head_decides_days",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="Longer leave goes on to the political department. Not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="working days of leave the head decides alone",
                    ),
                ),
                (
                    "political_decides_days",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Longer leave goes on to the President. Not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="working days of leave the political department decides",
                    ),
                ),
                (
                    "rest_months",
                    models.PositiveSmallIntegerField(
                        default=6,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="months in which make-up rest is to be taken",
                    ),
                ),
                (
                    "verify_days",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="working days to verify a hardship",
                    ),
                ),
                (
                    "help_days",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="working days until the first help",
                    ),
                ),
                (
                    "award_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Reward in time. A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="working days from an achievement to the decision",
                    ),
                ),
                (
                    "talk_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="working days from a setback to the talk",
                    ),
                ),
                (
                    "follow_up_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="days between follow-ups of a setback",
                    ),
                ),
                (
                    "pause_share",
                    models.PositiveSmallIntegerField(
                        default=150,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(101),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="percent of the peers' median caseload from which a pause is suggested",
                    ),
                ),
                (
                    "pause_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="days a suggested pause lasts",
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of retention",
                "verbose_name_plural": "settings of retention",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("political_decides_days__gte", models.F("head_decides_days"))
                        ),
                        name="retention_leave_steps_rise",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningCampaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("start", models.DateField(verbose_name="from")),
                ("end", models.DateField(help_text="First day without it.", verbose_name="until")),
                ("invited", models.PositiveIntegerField(default=0, verbose_name="invited")),
                (
                    "started_by",
                    models.ForeignKey(
                        help_text="Empty: by the timetable.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="invited at")),
            ],
            options={
                "verbose_name": "invitation to screening",
                "verbose_name_plural": "invitations to screening",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "year"), name="screening_campaign_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="screening_campaign_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screening_settings",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "crisis_line",
                    models.CharField(
                        blank=True,
                        help_text="Telephone number and hours of a crisis line for your area, as officers are to read it. Left empty on purpose: enter one you have called yourself.",
                        max_length=120,
                        verbose_name="crisis line",
                    ),
                ),
                (
                    "local_help",
                    models.CharField(
                        blank=True,
                        help_text="For instance the hospital's outpatient hours, or a counsellor's room.",
                        max_length=300,
                        verbose_name="help nearby",
                    ),
                ),
                (
                    "invites_yearly",
                    models.BooleanField(
                        default=True,
                        help_text="A notice to all officers that a voluntary self-screening is open.",
                        verbose_name="invite everybody once a year",
                    ),
                ),
                (
                    "invite_month",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="month of the invitation",
                    ),
                ),
                (
                    "invite_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="A default of ours, not verified.",
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(92),
                        ],
                        verbose_name="days an invitation stays on the start pages",
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of screening",
                "verbose_name_plural": "settings of screening",
            },
        ),
        migrations.CreateModel(
            name="Setback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="setbacks",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("discipline", "discipline or penalty"),
                            ("revised", "case revised or remanded"),
                            ("complaint", "complaint"),
                            ("not_promoted", "not promoted"),
                            ("bereavement", "bereavement or family event"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="happened on")),
                (
                    "detail",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what happened"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("hand", "entered by hand"), ("part", "raised by another part")],
                        default="hand",
                        max_length=4,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_key",
                    models.CharField(
                        blank=True,
                        help_text="Once per court; empty where entered by hand.",
                        max_length=80,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "talk due"),
                            ("talked", "talked with"),
                            ("helping", "being helped"),
                            ("following", "being followed up"),
                            ("better", "better"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("talk_due_on", models.DateField(verbose_name="talk due")),
                (
                    "next_follow_up_on",
                    models.DateField(blank=True, null=True, verbose_name="next follow-up"),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended")),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left_court", "left the court"),
                            ("own_wish", "the officer wishes it so"),
                            ("elsewhere", "taken care of elsewhere"),
                            ("other", "another reason"),
                        ],
                        max_length=10,
                        verbose_name="reason of the end",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        help_text="Empty: by the system itself.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="raised by",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="raised")),
            ],
            options={
                "verbose_name": "setback",
                "verbose_name_plural": "setbacks",
                "indexes": [
                    models.Index(fields=["court", "state", "talk_due_on"], name="setback_due"),
                    models.Index(fields=["officer", "-happened_on"], name="setback_of_officer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_key", ""), _negated=True),
                        fields=("court", "source_key"),
                        name="setback_source_once_per_court",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("source", "hand"), models.Q(("state", "withdrawn"), _negated=True)
                        ),
                        fields=("officer", "kind", "happened_on"),
                        name="setback_by_hand_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "hand"), ("source_key", "")),
                            models.Q(
                                ("source", "part"), models.Q(("source_key", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="setback_part_has_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False), ("state__in", ["better", "closed"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["better", "closed"]), _negated=True),
                                ("ended_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="setback_ended_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "closed"), models.Q(("end_reason", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True), ("end_reason", "")
                            ),
                            _connector="OR",
                        ),
                        name="setback_closed_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("ended_on__gte", models.F("happened_on")),
                            _connector="OR",
                        ),
                        name="setback_ends_after_it_happened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_follow_up_on", None),
                            ("state__in", ["talked", "helping", "following"]),
                            _connector="OR",
                        ),
                        name="setback_follow_up_while_running",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TalkRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talk_rules",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "pair",
                    models.CharField(
                        choices=[
                            ("secretary_member", "branch secretary with a member"),
                            ("secretary_committee", "secretary with a committee member"),
                            ("committee_committee", "committee members with each other"),
                            ("deputy_member", "deputy secretary with a member"),
                            ("head_officer", "department head with an officer"),
                            ("leader_head", "court leader with a department head"),
                        ],
                        max_length=20,
                        verbose_name="kind of pair",
                    ),
                ),
                (
                    "is_used",
                    models.BooleanField(
                        default=True,
                        help_text="Off: no talk of this kind is planned.",
                        verbose_name="talks are planned",
                    ),
                ),
                (
                    "times_per_year",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="times a year",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="The rule or decision it rests on.",
                        max_length=200,
                        verbose_name="source",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("R", "read in the rule's own text"),
                            ("S", "seen on a secondary page"),
                            ("U", "not verified"),
                        ],
                        default="U",
                        max_length=1,
                        verbose_name="how sure",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule for talks",
                "verbose_name_plural": "rules for talks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("court", "pair"), name="talk_rule_once_per_pair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("times_per_year__gte", 1), ("times_per_year__lte", 12)),
                        name="talk_rule_once_at_least",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cadres.officer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rank_step", "rank step"),
                            ("wage_step", "wage step"),
                            ("judge_rank_step", "judge rank step"),
                            ("annual_leave", "annual leave"),
                            ("makeup_rest", "make-up rest"),
                            ("allowance", "post allowance"),
                            ("checkup", "health check-up"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("period", models.CharField(max_length=24, verbose_name="period")),
                ("reason", courtparty.lib.fields.EncryptedTextField(verbose_name="reason")),
                ("document", models.CharField(max_length=80, verbose_name="document number")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="decided")),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "entitlement not given",
                "verbose_name_plural": "entitlements not given",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("officer", "kind", "period"),
                        name="waiver_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="waiver_withdrawn_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award_proposals",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "rung",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="retention.awardrung",
                        verbose_name="award",
                    ),
                ),
                ("reason", courtparty.lib.fields.EncryptedTextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed, to be checked"),
                            ("checked", "checked, to be decided"),
                            ("returned", "returned to the proposer"),
                            ("reported", "reported to the higher body"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="decision due")),
                (
                    "subject",
                    models.ForeignKey(
                        help_text="The officer's account: kept here so that the database can refuse own decisions.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="proposed on")),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_on", models.DateField(null=True, verbose_name="decided on")),
                (
                    "over_quota",
                    models.ForeignKey(
                        help_text="The document that allows one more than the quota.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cadres.approval",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "achievements",
                    models.ManyToManyField(
                        related_name="proposals",
                        to="retention.achievement",
                        verbose_name="achievements",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal for an award",
                "verbose_name_plural": "proposals for awards",
                "indexes": [models.Index(fields=["state", "due_on"], name="award_proposal_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject", None),
                            models.Q(("proposed_by", models.F("subject")), _negated=True),
                            _connector="OR",
                        ),
                        name="award_not_proposed_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by", None),
                            ("subject", None),
                            models.Q(("checked_by", models.F("subject")), _negated=True),
                            _connector="OR",
                        ),
                        name="award_not_checked_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("subject", None),
                            models.Q(("decided_by", models.F("subject")), _negated=True),
                            _connector="OR",
                        ),
                        name="award_not_decided_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="award_decider_is_not_proposer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("checked_by", None),
                            models.Q(("decided_by", models.F("checked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="award_decider_is_not_checker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checked_by__isnull", False),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("state__in", ["reported", "granted", "refused"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["reported", "granted", "refused"]), _negated=True
                                ),
                                ("decided_by", None),
                                ("decided_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="award_proposal_decided_has_decider",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checkups",
                        to="retention.checkupcampaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkups",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="appointed for")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "due"),
                            ("done", "done"),
                            ("excused", "excused"),
                            ("missed", "not done"),
                        ],
                        default="due",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "excuse",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="why excused"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "check-up",
                "verbose_name_plural": "check-ups",
                "indexes": [
                    models.Index(fields=["officer", "-due_on"], name="checkup_of_officer"),
                    models.Index(
                        fields=["campaign", "state", "due_on"], name="checkup_in_campaign"
                    ),
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["due_on"],
                        name="checkup_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "officer"), name="checkup_once_per_campaign"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("done_on", None)),
                            _connector="OR",
                        ),
                        name="checkup_done_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "excused"), models.Q(("excuse", ""), _negated=True)),
                            models.Q(models.Q(("state", "excused"), _negated=True), ("excuse", "")),
                            _connector="OR",
                        ),
                        name="checkup_excused_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DepartureCause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "departure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="causes",
                        to="retention.departure",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.causekind",
                    ),
                ),
                ("is_main", models.BooleanField(default=False, verbose_name="main cause")),
            ],
            options={
                "verbose_name": "cause of a departure",
                "verbose_name_plural": "causes of departures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("departure", "kind"), name="departure_cause_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_main", True)),
                        fields=("departure",),
                        name="departure_one_main_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rank_step", "rank step"),
                            ("wage_step", "wage step"),
                            ("judge_rank_step", "judge rank step"),
                            ("annual_leave", "annual leave"),
                            ("makeup_rest", "make-up rest"),
                            ("allowance", "post allowance"),
                            ("checkup", "health check-up"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("period", models.CharField(max_length=24, verbose_name="period")),
                ("due_on", models.DateField(null=True, verbose_name="due on")),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, null=True, verbose_name="due"
                    ),
                ),
                (
                    "received",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=10, verbose_name="received"
                    ),
                ),
                ("received_on", models.DateField(null=True, verbose_name="received on")),
                (
                    "explained",
                    models.JSONField(
                        default=list, help_text="Codes with values, put into words later."
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.entitlementrule",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "due"),
                            ("expected", "expected"),
                            ("missing", "facts are missing"),
                            ("received", "received"),
                            ("waived", "not to be given"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("computed_at", models.DateTimeField(verbose_name="computed")),
            ],
            options={
                "verbose_name": "entitlement",
                "verbose_name_plural": "entitlements",
                "indexes": [
                    models.Index(
                        fields=["court", "state", "due_on", "id"], name="entitlement_by_day"
                    ),
                    models.Index(
                        fields=["court", "kind", "state", "due_on"], name="entitlement_by_kind"
                    ),
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["due_on"],
                        name="entitlement_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("officer", "kind", "period"), name="entitlement_once_per_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["due", "expected"]), _negated=True),
                            ("due_on__isnull", False),
                            _connector="OR",
                        ),
                        name="entitlement_due_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity", None), ("quantity__gte", 0), _connector="OR"
                        ),
                        name="entitlement_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExitInterview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "departure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interview",
                        to="retention.departure",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "offered"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("held", "held"),
                        ],
                        default="offered",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "interviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="interviewer",
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="proposed day")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="place")),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="offered at")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered"),
                ),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="held on")),
                (
                    "text",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="confidential notes"
                    ),
                ),
                (
                    "answers",
                    courtparty.lib.fields.EncryptedJSONField(
                        blank=True,
                        help_text="main, causes (codes), would_return.",
                        null=True,
                        verbose_name="coded answers",
                    ),
                ),
                (
                    "summary",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="summary"
                    ),
                ),
                (
                    "is_summary_allowed",
                    models.BooleanField(blank=True, null=True, verbose_name="summary may be used"),
                ),
                ("allowed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "exit interview",
                "verbose_name_plural": "exit interviews",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_on__isnull", False), ("state", "held")),
                            models.Q(
                                models.Q(("state", "held"), _negated=True),
                                ("held_on", None),
                                ("is_summary_allowed", None),
                            ),
                            _connector="OR",
                        ),
                        name="exit_interview_day_when_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("allowed_at", None), ("is_summary_allowed", None)),
                            models.Q(
                                ("allowed_at__isnull", False), ("is_summary_allowed__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="exit_interview_word_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="retention.hardshipcase",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("coordinator", "coordinator"),
                            ("verifier", "verifier"),
                            ("approver", "approver"),
                            ("helper", "helper"),
                        ],
                        max_length=12,
                        verbose_name="part",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="First day without it.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "removal_asked_at",
                    models.DateTimeField(null=True, verbose_name="removal asked for"),
                ),
            ],
            options={
                "verbose_name": "member of a hardship case",
                "verbose_name_plural": "members of hardship cases",
                "indexes": [models.Index(fields=["user", "until"], name="case_member_of_user")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("case", "user", "part"),
                        name="case_member_once_in_a_part",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("part__in", ["coordinator", "verifier"]), ("until", None)
                        ),
                        fields=("case", "part"),
                        name="case_member_one_coordinator_and_verifier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="case_member_ends_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="retention.hardshipcase",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("applied", "applied for"),
                            ("recommended", "recommended"),
                            ("consented", "the officer consented"),
                            ("declined", "the officer declined; the content was deleted"),
                            ("begun", "given to the verifier"),
                            ("verified", "verified"),
                            ("not_verified", "found not verified"),
                            ("attached", "paper added"),
                            ("member_added", "member added"),
                            ("member_ended", "membership ended"),
                            ("removal_asked", "the officer asked for the removal of a member"),
                            ("handed_over", "handed over to another coordinator"),
                            ("proposed", "measure proposed"),
                            ("approved", "measure approved"),
                            ("refused", "measure refused"),
                            ("carried_out", "measure carried out"),
                            ("cancelled", "measure cancelled"),
                            ("visited", "visit noted"),
                            ("flexible_ended", "end of flexible work set earlier"),
                            ("followed", "help given, being followed"),
                            ("word_asked", "the officer was asked for a last word"),
                            ("kept_open", "the officer asked to keep the case open"),
                            ("closed", "closed with the officer's word"),
                            ("closed_silent", "closed without an answer of the officer"),
                            ("reopened", "reopened"),
                            ("withdrawn", "withdrawn by the officer"),
                        ],
                        max_length=16,
                        verbose_name="step",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "step of a hardship case",
                "verbose_name_plural": "steps of hardship cases",
                "indexes": [models.Index(fields=["case", "at"], name="case_event_timeline")],
            },
        ),
        migrations.CreateModel(
            name="HardshipVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="retention.hardshipcase",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("notes", courtparty.lib.fields.EncryptedTextField(verbose_name="notes")),
                ("entered_at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "visit in a hardship",
                "verbose_name_plural": "visits in hardships",
            },
        ),
        migrations.CreateModel(
            name="HealthEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "health_file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="retention.healthfile",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("allergy", "allergy"),
                            ("medication", "medication"),
                            ("condition", "illness or operation"),
                            ("contact", "emergency contact"),
                            ("measurement", "own measurement"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(blank=True, null=True, verbose_name="since or on")),
                (
                    "text",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what"
                    ),
                ),
                (
                    "vitals",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="Code → value as text.", null=True, verbose_name="values"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.storedfile",
                        verbose_name="file",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="added")),
                ("updated_at", models.DateTimeField(verbose_name="changed")),
            ],
            options={
                "verbose_name": "own entry in a health file",
                "verbose_name_plural": "own entries in health files",
                "indexes": [
                    models.Index(fields=["health_file", "kind"], name="health_entry_of_file")
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "health_file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="retention.healthfile",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "call or talk"),
                            ("recheck", "see that the re-check is done"),
                            ("hospital", "arrange a hospital appointment"),
                            ("report", "collect a report"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="note"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to do"),
                            ("done", "done"),
                            ("dropped", "not needed any more"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "outcome",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what came of it"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="planned")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "health follow-up",
                "verbose_name_plural": "health follow-ups",
                "indexes": [
                    models.Index(fields=["health_file", "due_on"], name="health_follow_up_of_file"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["due_on"],
                        name="health_follow_up_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("closed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="health_follow_up_closed_has_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="retention.hardshipcase",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("aid", "aid in money"),
                            ("visit", "visit with a gift"),
                            ("referral", "referral to another body"),
                            ("flexible", "flexible work"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="kind of help",
                    ),
                ),
                (
                    "text",
                    courtparty.lib.fields.EncryptedTextField(verbose_name="what is to be done"),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="amount (yuan)",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="retention.budgetsource",
                        verbose_name="budget source",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for the decision"),
                            ("approved", "approved, to be carried out"),
                            ("refused", "refused"),
                            ("done", "carried out"),
                            ("cancelled", "cancelled"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                (
                    "approver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "answer",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="words of the decision"
                    ),
                ),
                ("done_on", models.DateField(null=True, verbose_name="carried out on")),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="how it was carried out"
                    ),
                ),
            ],
            options={
                "verbose_name": "measure of help",
                "verbose_name_plural": "measures of help",
                "indexes": [
                    models.Index(fields=["approver", "state"], name="help_measure_to_decide")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approver", models.F("proposed_by")), _negated=True),
                        name="help_measure_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", None), ("source", None)),
                            models.Q(("amount__gt", 0), ("source__isnull", False)),
                            _connector="OR",
                        ),
                        name="help_measure_money_has_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "aid"), _negated=True),
                            ("amount__isnull", False),
                            _connector="OR",
                        ),
                        name="help_measure_aid_is_money",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["approved", "refused", "done"]),
                            ),
                            ("state", "cancelled"),
                            _connector="OR",
                        ),
                        name="help_measure_decided_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_by__isnull", False),
                                ("done_on__isnull", False),
                                ("state", "done"),
                            ),
                            models.Q(
                                models.Q(("state", "done"), _negated=True),
                                ("done_by", None),
                                ("done_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="help_measure_done_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveAdjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="retention.leaveaccount",
                    ),
                ),
                (
                    "days",
                    models.SmallIntegerField(
                        help_text="Below zero: taken away.", verbose_name="days"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "correction of a leave account",
                "verbose_name_plural": "corrections of leave accounts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days", 0), _negated=True),
                            ("days__gte", -30),
                            ("days__lte", 30),
                        ),
                        name="leave_adjustment_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="leave_adjustment_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="retention.leaverequest",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("ask", "asked for"),
                            ("approve", "approved"),
                            ("refuse", "refused"),
                            ("send_back", "sent back"),
                            ("withdraw", "withdrawn"),
                            ("cancel", "cancelled"),
                            ("end_early", "back at work early"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("head", "department head"),
                            ("political", "political department"),
                            ("president", "President / leadership"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "opinion",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="opinion"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asker",
                    models.ForeignKey(
                        help_text="The account of the officer on leave, here so that the database can compare.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "step of a leave request",
                "verbose_name_plural": "steps of leave requests",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "number"), name="leave_step_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action__in", ["approve", "refuse", "send_back"]), _negated=True
                            ),
                            ("asker", None),
                            models.Q(("by", models.F("asker")), _negated=True),
                            _connector="OR",
                        ),
                        name="leave_not_decided_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action__in", ["approve", "refuse", "send_back"]),
                                models.Q(("level", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(
                                    ("action__in", ["approve", "refuse", "send_back"]),
                                    _negated=True,
                                ),
                                ("level", ""),
                            ),
                            _connector="OR",
                        ),
                        name="leave_step_level_of_decisions",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="retention.leaveround",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_tasks",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "days_then",
                    models.PositiveSmallIntegerField(
                        verbose_name="days without plan when the round opened"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days without plan")),
            ],
            options={
                "verbose_name": "leave to be planned",
                "verbose_name_plural": "leave to be planned",
                "constraints": [
                    models.UniqueConstraint(fields=("round", "officer"), name="leave_task_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MentoringNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "mentoring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="retention.mentoring",
                    ),
                ),
                ("met_on", models.DateField(verbose_name="met on")),
                ("text", courtparty.lib.fields.EncryptedTextField(verbose_name="shared note")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "meeting of a pair",
                "verbose_name_plural": "meetings of pairs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mentoring", "met_on"), name="mentoring_met_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Received",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rank_step", "rank step"),
                            ("wage_step", "wage step"),
                            ("judge_rank_step", "judge rank step"),
                            ("annual_leave", "annual leave"),
                            ("makeup_rest", "make-up rest"),
                            ("allowance", "post allowance"),
                            ("checkup", "health check-up"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        blank=True,
                        choices=[("step", "wage step"), ("level", "wage level")],
                        max_length=8,
                        verbose_name="which step",
                    ),
                ),
                (
                    "received_on",
                    models.DateField(
                        help_text="The day it takes effect.", verbose_name="received on"
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        blank=True,
                        help_text="A year, a month, a day of overtime; steps and check-ups: none.",
                        max_length=10,
                        verbose_name="for the period",
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(decimal_places=2, max_digits=10, verbose_name="quantity"),
                ),
                (
                    "document",
                    models.CharField(blank=True, max_length=80, verbose_name="document number"),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="retention.receivedimport",
                        verbose_name="import",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("entered_at", models.DateTimeField(verbose_name="entered")),
                (
                    "voided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("voided_at", models.DateTimeField(null=True, verbose_name="taken back")),
                (
                    "voided_reason",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="reason"
                    ),
                ),
            ],
            options={
                "verbose_name": "received",
                "verbose_name_plural": "received",
                "indexes": [
                    models.Index(fields=["officer", "kind", "received_on"], name="received_of")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("officer", "kind", "variant", "received_on", "period"),
                        name="received_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="received_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("voided_at", None), ("voided_by", None)),
                            models.Q(("voided_at__isnull", False), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="received_voided_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "wage_step"), models.Q(("variant", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("kind", "wage_step"), _negated=True), ("variant", "")
                            ),
                            _connector="OR",
                        ),
                        name="received_wage_says_which",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rest_uses",
                        to="retention.leaverequest",
                    ),
                ),
                (
                    "overtime",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="retention.overtime",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(decimal_places=1, max_digits=4, verbose_name="hours"),
                ),
            ],
            options={
                "verbose_name": "use of overtime",
                "verbose_name_plural": "uses of overtime",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0)), name="rest_use_has_hours"
                    ),
                    models.UniqueConstraint(fields=("request", "overtime"), name="rest_use_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="retention.retentionaction",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("text", courtparty.lib.fields.EncryptedTextField(verbose_name="follow-up")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "follow-up of an action",
                "verbose_name_plural": "follow-ups of actions",
                "indexes": [models.Index(fields=["action", "-on"], name="action_note_timeline")],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="retention.consent",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="cadres.officer",
                    ),
                ),
                (
                    "instrument",
                    models.CharField(
                        choices=[("pss10", "Perceived stress (PSS-10)"), ("phq9", "Mood (PHQ-9)")],
                        max_length=8,
                        verbose_name="questionnaire",
                    ),
                ),
                ("taken_on", models.DateField(verbose_name="taken")),
                (
                    "answers",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="Numbers in the order of the items.", verbose_name="answers"
                    ),
                ),
                ("score", courtparty.lib.fields.EncryptedJSONField(verbose_name="score")),
                ("band", courtparty.lib.fields.EncryptedTextField(verbose_name="band")),
                (
                    "shares_with_steward",
                    models.BooleanField(default=False, verbose_name="shown to the health steward"),
                ),
            ],
            options={
                "verbose_name": "screening",
                "verbose_name_plural": "screenings",
                "indexes": [
                    models.Index(fields=["instrument", "taken_on"], name="screening_by_day")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("officer", "instrument", "taken_on"), name="screening_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SetbackFollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "setback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="retention.setback",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("worse", "worse"), ("same", "the same"), ("better", "better")],
                        max_length=6,
                        verbose_name="how it is",
                    ),
                ),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="note"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "follow-up of a setback",
                "verbose_name_plural": "follow-ups of setbacks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("setback", "day", "by"), name="setback_follow_up_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SetbackHelp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "setback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="help",
                        to="retention.setback",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("lighter_load", "fewer cases for a while"),
                            ("mentor", "an experienced colleague at the side"),
                            ("training", "training"),
                            ("rest", "leave or rest"),
                            ("visit", "a visit to the family"),
                            ("counselling", "counselling offered"),
                            ("clarifying", "facts clarified, name defended"),
                            ("other", "another measure"),
                        ],
                        max_length=12,
                        verbose_name="measure",
                    ),
                ),
                (
                    "text",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="what exactly"
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by whom",
                    ),
                ),
                ("until", models.DateField(verbose_name="until")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "is_dropped",
                    models.BooleanField(default=False, verbose_name="not needed any more"),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "help in a setback",
                "verbose_name_plural": "help in setbacks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on", None), ("is_dropped", False)),
                        fields=["until"],
                        name="setback_help_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None), ("is_dropped", False), _connector="OR"
                        ),
                        name="setback_help_done_or_dropped",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TalkTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talk_tasks",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talk_tasks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="with whom",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rule", "by rule"),
                            ("setback", "after a setback"),
                            ("other", "asked for"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "pair",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("secretary_member", "branch secretary with a member"),
                            ("secretary_committee", "secretary with a committee member"),
                            ("committee_committee", "committee members with each other"),
                            ("deputy_member", "deputy secretary with a member"),
                            ("head_officer", "department head with an officer"),
                            ("leader_head", "court leader with a department head"),
                        ],
                        max_length=20,
                        verbose_name="kind of pair",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year"),
                ),
                (
                    "setback",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talk_tasks",
                        to="retention.setback",
                    ),
                ),
                (
                    "source_key",
                    models.CharField(
                        help_text="What asks for the talk; one open for each.", max_length=80
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be held"),
                            ("held", "held"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left", "left the court"),
                            ("away", "away for a long time"),
                            ("not_needed", "not needed any more"),
                            ("mistake", "entered by mistake"),
                            ("rule", "the rule no longer asks for it"),
                            ("year_over", "not held by the end of the year"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                (
                    "is_assigned_by_hand",
                    models.BooleanField(
                        default=False,
                        help_text="The nightly planning leaves such a holder in place.",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="planned")),
            ],
            options={
                "verbose_name": "talk to be held",
                "verbose_name_plural": "talks to be held",
                "indexes": [
                    models.Index(fields=["court", "state", "due_on"], name="talk_task_due"),
                    models.Index(fields=["holder", "state", "due_on"], name="talk_task_of_holder"),
                    models.Index(fields=["officer", "state"], name="talk_task_of_officer"),
                    models.Index(fields=["court", "year", "pair"], name="talk_task_coverage"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("court", "source_key"),
                        name="talk_task_one_open_per_source",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "rule")),
                        fields=("court", "source_key"),
                        name="talk_task_rule_planned_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "rule"),
                                ("year__isnull", False),
                                models.Q(("pair", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "rule"), _negated=True),
                                ("pair", ""),
                                ("year", None),
                            ),
                            _connector="OR",
                        ),
                        name="talk_task_rule_has_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "setback"), ("setback__isnull", False)),
                            models.Q(
                                models.Q(("kind", "setback"), _negated=True), ("setback", None)
                            ),
                            _connector="OR",
                        ),
                        name="talk_task_setback_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "cancelled"),
                                models.Q(("cancel_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "cancelled"), _negated=True),
                                ("cancel_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="talk_task_cancelled_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "rung",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="retention.awardrung",
                        verbose_name="award",
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award",
                        to="retention.awardproposal",
                        verbose_name="proposal",
                    ),
                ),
                ("officer_name", models.CharField(editable=False, max_length=60)),
                ("rung_name", models.CharField(editable=False, max_length=40)),
                ("rung_name_en", models.CharField(editable=False, max_length=80)),
                ("certificate_text", models.TextField(editable=False, max_length=600)),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("issuer", models.CharField(max_length=100, verbose_name="given by")),
                (
                    "days_taken",
                    models.PositiveIntegerField(
                        help_text="From the earliest of them to the decision.",
                        verbose_name="days from the achievement",
                    ),
                ),
                (
                    "document_number",
                    models.CharField(blank=True, max_length=60, verbose_name="document number"),
                ),
                (
                    "document_on",
                    models.DateField(blank=True, null=True, verbose_name="date of the document"),
                ),
                (
                    "document_file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("revoked_on", models.DateField(null=True, verbose_name="revoked on")),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="document of the revocation"
                    ),
                ),
                (
                    "revoked_reason",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="reason of the revocation"
                    ),
                ),
            ],
            options={
                "verbose_name": "award",
                "verbose_name_plural": "awards",
                "indexes": [
                    models.Index(fields=["rung", "decided_on"], name="award_by_rung"),
                    models.Index(fields=["officer", "-decided_on"], name="award_recent"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document_file", None),
                                ("document_number", ""),
                                ("document_on", None),
                            ),
                            models.Q(
                                models.Q(("document_number", ""), _negated=True),
                                ("document_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="award_document_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("revoked_by", None), ("revoked_number", ""), ("revoked_on", None)
                            ),
                            models.Q(
                                ("revoked_by__isnull", False),
                                ("revoked_on__gte", models.F("decided_on")),
                                models.Q(("revoked_number", ""), _negated=True),
                                models.Q(("revoked_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="award_revocation_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckUpResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "checkup",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="retention.checkup",
                    ),
                ),
                (
                    "vitals",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="Code → value as text.", verbose_name="values"
                    ),
                ),
                (
                    "findings",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="findings"
                    ),
                ),
                (
                    "advice",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="advice"
                    ),
                ),
                (
                    "recheck_on",
                    models.DateField(blank=True, null=True, verbose_name="re-check due"),
                ),
                (
                    "rechecked_on",
                    models.DateField(blank=True, null=True, verbose_name="re-check done on"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.storedfile",
                        verbose_name="report as a file",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, help_text="One more with each correction."
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "result of a check-up",
                "verbose_name_plural": "results of check-ups",
                "indexes": [
                    models.Index(
                        condition=models.Q(("recheck_on__isnull", False), ("rechecked_on", None)),
                        fields=["recheck_on"],
                        name="checkup_result_recheck_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rechecked_on", None), ("recheck_on__isnull", False), _connector="OR"
                        ),
                        name="checkup_result_recheck_was_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FlexibleArrangement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrangement",
                        to="retention.helpmeasure",
                    ),
                ),
                ("start", models.DateField(verbose_name="first day")),
                ("end", models.DateField(help_text="First day without it.", verbose_name="end")),
                ("what", courtparty.lib.fields.EncryptedTextField(verbose_name="what is agreed")),
                (
                    "is_shown_to_head",
                    models.BooleanField(
                        default=True,
                        verbose_name="the head is shown “flexible hours” with the days",
                    ),
                ),
                ("is_agreed", models.BooleanField(default=False, verbose_name="agreed")),
            ],
            options={
                "verbose_name": "flexible work",
                "verbose_name_plural": "flexible work",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="flexible_ends_later",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="retention.hardshipcase",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="retention.helpmeasure",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
                ("name", courtparty.lib.fields.EncryptedTextField(verbose_name="name of the file")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(verbose_name="added")),
            ],
            options={
                "verbose_name": "paper of a hardship case",
                "verbose_name_plural": "papers of hardship cases",
            },
        ),
        migrations.CreateModel(
            name="ProposalStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="retention.awardproposal",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("propose", "proposed"),
                            ("check", "checked"),
                            ("return", "returned"),
                            ("resubmit", "proposed again"),
                            ("report", "reported to the higher body"),
                            ("grant", "granted"),
                            ("refuse", "refused"),
                            ("withdraw", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="note"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered")),
            ],
            options={
                "verbose_name": "step of a proposal",
                "verbose_name_plural": "steps of proposals",
                "indexes": [models.Index(fields=["proposal", "at"], name="proposal_step_timeline")],
            },
        ),
        migrations.CreateModel(
            name="ScreeningAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screening_alerts",
                        to="cadres.officer",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[("item9", "call today"), ("shared", "asked for by the officer")],
                        max_length=8,
                        verbose_name="reason",
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        blank=True,
                        help_text="Of a shared one, while it is there.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="alerts",
                        to="retention.screening",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be called"),
                            ("called", "called"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="asked")),
                ("due_on", models.DateField(verbose_name="call by")),
                (
                    "tries",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="calls without an answer"
                    ),
                ),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="called")),
                (
                    "called_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="note of the call"
                    ),
                ),
            ],
            options={
                "verbose_name": "call owed to an officer",
                "verbose_name_plural": "calls owed to officers",
                "indexes": [
                    models.Index(fields=["state", "due_on"], name="screening_alert_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("officer", "why"),
                        name="screening_alert_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("called_at", None), ("state", "open")),
                            models.Q(
                                ("called_at__isnull", False), ("state__in", ["called", "closed"])
                            ),
                            _connector="OR",
                        ),
                        name="screening_alert_called_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(("closed_at", None), ("state__in", ["open", "called"])),
                            _connector="OR",
                        ),
                        name="screening_alert_closed_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("screening", None), ("why", "shared"), _connector="OR"),
                        name="screening_alert_item9_blind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="court",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks_held",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="held by",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="cadres.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="retention.talktask",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="held on")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="place")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("heart", "heart-to-heart talk"),
                            ("care", "care in a hard time"),
                            ("post", "change of post or duties"),
                            ("reminder", "reminder"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "shared_note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="shared note"
                    ),
                ),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="read by the officer"),
                ),
                (
                    "own_word",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="the officer's own word"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="entered")),
                (
                    "taken_back_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken back"),
                ),
                (
                    "back_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_held", "it was not held"),
                            ("wrong_person", "entered for the wrong person"),
                            ("twice", "entered twice"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "talk",
                "verbose_name_plural": "talks",
                "indexes": [
                    models.Index(fields=["court", "-held_on", "-id"], name="talk_recent"),
                    models.Index(fields=["officer", "-held_on"], name="talk_of_officer"),
                    models.Index(fields=["holder", "-held_on"], name="talk_of_holder"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("task",),
                        name="talk_once_per_task",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("holder", "officer", "held_on"),
                        name="talk_once_a_day_for_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("back_reason", ""), ("taken_back_at", None)),
                            models.Q(
                                ("taken_back_at__isnull", False),
                                models.Q(("back_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="talk_taken_back_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "health_file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="retention.healthfile",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="retention.checkupresult",
                    ),
                ),
                ("proposed", courtparty.lib.fields.EncryptedTextField(verbose_name="should read")),
                (
                    "reason",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="reason"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waiting"),
                            ("accepted", "corrected"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answer",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="answer"
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of a health file asked for",
                "verbose_name_plural": "corrections of health files asked for",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("result",),
                        name="health_correction_one_open_per_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "asked")),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True),
                                ("decided_at__gte", models.F("asked_at")),
                            ),
                            _connector="OR",
                        ),
                        name="health_correction_decided_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="retention.checkupresult",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(help_text="The version that was replaced."),
                ),
                (
                    "before",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="vitals, findings, advice, recheck_on.", verbose_name="before"
                    ),
                ),
                ("reason", courtparty.lib.fields.EncryptedTextField(verbose_name="reason")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.storedfile",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="corrected")),
            ],
            options={
                "verbose_name": "correction of a result",
                "verbose_name_plural": "corrections of results",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("result", "version"), name="result_change_in_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivateNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="private_notes",
                        to="retention.talk",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "private_note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="private note"
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="written")),
            ],
            options={
                "verbose_name": "private note",
                "verbose_name_plural": "private notes",
            },
        ),
        migrations.CreateModel(
            name="TalkFollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_follow_up",
                        to="retention.talk",
                    ),
                ),
                ("text", courtparty.lib.fields.EncryptedTextField(verbose_name="what was agreed")),
                ("due_on", models.DateField(verbose_name="due")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "agreed in a talk",
                "verbose_name_plural": "agreed in talks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on", None)),
                        fields=["due_on"],
                        name="talk_follow_up_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_by", None), ("done_on", None)),
                            models.Q(("done_by__isnull", False), ("done_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="talk_follow_up_done_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TalkVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="retention.talk",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("held_on", models.DateField(verbose_name="held on")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="place")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("heart", "heart-to-heart talk"),
                            ("care", "care in a hard time"),
                            ("post", "change of post or duties"),
                            ("reminder", "reminder"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "shared_note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="shared note"
                    ),
                ),
                ("replaced_at", models.DateTimeField(verbose_name="corrected")),
            ],
            options={
                "verbose_name": "earlier version of a talk",
                "verbose_name_plural": "earlier versions of talks",
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "number"), name="talk_version_once")
                ],
            },
        ),
    ]
