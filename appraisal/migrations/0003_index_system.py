import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import courtparty.lib.fields
from appraisal import triggers

STAFF_CLASSES = {
    "quota_judge": "judge",
    "judge_assistant": "support",
    "clerk": "support",
}


def lift_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def carry_over(apps, schema_editor):
    """Categories become staff classes. Results go: they are computed anew from the same figures.

    They had their figures copied into every line; from now on a snapshot of the run holds them.
    """
    for name in ("IndexSet", "Participant"):
        rows = apps.get_model("appraisal", name).objects.all()
        for category, staff_class in STAFF_CLASSES.items():
            rows.filter(category=category).update(staff_class=staff_class)
        rows.exclude(category__in=STAFF_CLASSES).update(staff_class="administrative")
    apps.get_model("appraisal", "Result").objects.all().delete()
    cycles = apps.get_model("appraisal", "Cycle").objects.all()
    frozen = apps.get_model("appraisal", "Participant").objects.values("cycle")
    cycles.exclude(pk__in=frozen).update(state="preparing")
    cycles.filter(pk__in=frozen).update(state="scoring")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_triggers"),
        ("appraisal", "0002_triggers"),
        ("cadres", "0003_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name="indexset",
            name="staff_class",
            field=models.CharField(
                choices=[
                    ("judge", "judges"),
                    ("support", "assistants and clerks"),
                    ("administrative", "administrative staff and judicial police"),
                    ("head", "heads"),
                ],
                default="judge",
                max_length=16,
                verbose_name="staff class",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="participant",
            name="staff_class",
            field=models.CharField(
                choices=[
                    ("judge", "judges"),
                    ("support", "assistants and clerks"),
                    ("administrative", "administrative staff and judicial police"),
                    ("head", "heads"),
                ],
                default="judge",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="points"),
                ),
                ("reason", courtparty.lib.fields.EncryptedTextField(verbose_name="reason")),
                ("document", models.CharField(max_length=80, verbose_name="minutes or document")),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "adjustment",
                "verbose_name_plural": "adjustments",
            },
        ),
        migrations.CreateModel(
            name="AppraisalSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "excellent_percent",
                    models.DecimalField(
                        decimal_places=1,
                        default=20,
                        help_text="Up to 20; up to 25 with an approval.",
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(25),
                        ],
                        verbose_name="excellent, at most (%)",
                    ),
                ),
                (
                    "excellent_from",
                    models.DecimalField(
                        decimal_places=2,
                        default=90,
                        max_digits=5,
                        verbose_name="excellent from (points)",
                    ),
                ),
                (
                    "competent_from",
                    models.DecimalField(
                        decimal_places=2,
                        default=70,
                        max_digits=5,
                        verbose_name="competent from (points)",
                    ),
                ),
                (
                    "basic_from",
                    models.DecimalField(
                        decimal_places=2,
                        default=60,
                        max_digits=5,
                        verbose_name="basically competent from (points)",
                    ),
                ),
                (
                    "minimum_months",
                    models.PositiveSmallIntegerField(
                        default=6,
                        validators=[django.core.validators.MaxValueValidator(12)],
                        verbose_name="months in post for a grade",
                    ),
                ),
                (
                    "routine_share",
                    models.DecimalField(
                        decimal_places=1,
                        default=0,
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="routine results in the annual total (%)",
                    ),
                ),
                (
                    "rating_days",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="working days for ratings",
                    ),
                ),
                (
                    "opens_monthly",
                    models.BooleanField(
                        default=False, verbose_name="open monthly cycles by themselves"
                    ),
                ),
                (
                    "opens_quarterly",
                    models.BooleanField(
                        default=False, verbose_name="open quarterly cycles by themselves"
                    ),
                ),
                (
                    "opens_annual",
                    models.BooleanField(
                        default=False, verbose_name="open annual cycles by themselves"
                    ),
                ),
                (
                    "opening_day",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Cycles over the months that have just ended are opened on this day.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="day of the month for opening",
                    ),
                ),
            ],
            options={
                "verbose_name": "appraisal settings",
                "verbose_name_plural": "appraisal settings",
            },
        ),
        migrations.CreateModel(
            name="CaseWeight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "base",
                    models.DecimalField(
                        decimal_places=2, default=10, max_digits=6, verbose_name="base points"
                    ),
                ),
                (
                    "type_coefficient",
                    models.DecimalField(
                        decimal_places=3,
                        max_digits=5,
                        verbose_name="coefficient of the kind of case",
                    ),
                ),
                (
                    "role_coefficient",
                    models.DecimalField(
                        decimal_places=3,
                        default=1,
                        max_digits=5,
                        verbose_name="coefficient of the role",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("R", "read in the rule's own text"),
                            ("S", "seen on a secondary page"),
                            ("U", "unverified default, for the court to fix"),
                        ],
                        max_length=1,
                        verbose_name="certainty",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "points of a kind of case",
                "verbose_name_plural": "points of kinds of cases",
            },
        ),
        migrations.CreateModel(
            name="CaseWeightTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("basis", models.CharField(blank=True, max_length=300, verbose_name="basis")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("published", "published"),
                            ("retired", "retired"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("published_at", models.DateTimeField(null=True, verbose_name="published")),
            ],
            options={
                "verbose_name": "table of case points",
                "verbose_name_plural": "tables of case points",
            },
        ),
        migrations.CreateModel(
            name="CycleStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("preparing", "preparing"),
                            ("collecting", "collecting"),
                            ("scoring", "scoring"),
                            ("reviewing", "reviewing"),
                            ("publicity", "publicity"),
                            ("closed", "closed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("preparing", "preparing"),
                            ("collecting", "collecting"),
                            ("scoring", "scoring"),
                            ("reviewing", "reviewing"),
                            ("publicity", "publicity"),
                            ("closed", "closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "step of a cycle",
                "verbose_name_plural": "steps of a cycle",
            },
        ),
        migrations.CreateModel(
            name="GradeExclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("probation", "in the probationary year"),
                            ("absence", "absent for more than half of the year"),
                            ("investigation", "under investigation, not concluded"),
                            ("penalty", "a penalty excludes a grade this year"),
                            ("other", "other, by decision"),
                        ],
                        max_length=14,
                        verbose_name="reason",
                    ),
                ),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="note"
                    ),
                ),
                ("document", models.CharField(max_length=80, verbose_name="document")),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "exclusion from a grade",
                "verbose_name_plural": "exclusions from a grade",
            },
        ),
        migrations.CreateModel(
            name="GradeProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("excellent", "excellent"),
                            ("competent", "competent"),
                            ("basically_competent", "basically competent"),
                            ("incompetent", "incompetent"),
                            ("no_grade", "no grade"),
                        ],
                        max_length=20,
                        verbose_name="proposed",
                    ),
                ),
                (
                    "reasons",
                    models.JSONField(
                        default=list, help_text="Codes with values, put into words later."
                    ),
                ),
                (
                    "decided",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "excellent"),
                            ("competent", "competent"),
                            ("basically_competent", "basically competent"),
                            ("incompetent", "incompetent"),
                            ("no_grade", "no grade"),
                        ],
                        max_length=20,
                        verbose_name="decided",
                    ),
                ),
                (
                    "note",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True,
                        default="",
                        help_text="Needed where the decision differs.",
                        verbose_name="why it differs",
                    ),
                ),
                (
                    "document",
                    models.CharField(blank=True, max_length=80, verbose_name="minutes or document"),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "grade",
                "verbose_name_plural": "grades",
            },
        ),
        migrations.CreateModel(
            name="HeadShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="Words in the title, separated by spaces; the longest that fits counts.",
                        max_length=200,
                        verbose_name="titles",
                    ),
                ),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share (%)",
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("R", "read in the rule's own text"),
                            ("S", "seen on a secondary page"),
                            ("U", "unverified default, for the court to fix"),
                        ],
                        max_length=1,
                        verbose_name="certainty",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "head's share",
                "verbose_name_plural": "heads' shares",
            },
        ),
        migrations.CreateModel(
            name="IndexSetCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "findings",
                    models.JSONField(
                        default=list, help_text="level, principle, code, indicator, params"
                    ),
                ),
                (
                    "replay",
                    models.JSONField(
                        help_text="The last closed cycle under this set: cycle, rows, reasons.",
                        null=True,
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="checked")),
            ],
            options={
                "verbose_name": "check of an index set",
                "verbose_name_plural": "checks of index sets",
            },
        ),
        migrations.CreateModel(
            name="PairwiseMatrix",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("node", models.CharField(blank=True, max_length=40)),
                (
                    "items",
                    models.JSONField(
                        default=list, help_text="Codes in the order they were judged in."
                    ),
                ),
                (
                    "judgements",
                    models.JSONField(
                        default=dict, help_text='Upper triangle: {"0-1": "3", "0-2": "1/5"}.'
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "pairwise matrix",
                "verbose_name_plural": "pairwise matrices",
            },
        ),
        migrations.CreateModel(
            name="RaterGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("self", "self"),
                            ("head", "head"),
                            ("peers", "peers"),
                            ("served", "judges served"),
                            ("subordinates", "subordinates"),
                        ],
                        max_length=12,
                        verbose_name="raters",
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="The weights total 100.",
                        max_digits=5,
                        verbose_name="weight",
                    ),
                ),
                (
                    "at_most",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="More than these are drawn by lot.",
                        verbose_name="at most",
                    ),
                ),
            ],
            options={
                "verbose_name": "rater group",
                "verbose_name_plural": "rater groups",
            },
        ),
        migrations.CreateModel(
            name="RatingSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("self", "self"),
                            ("head", "head"),
                            ("peers", "peers"),
                            ("served", "judges served"),
                            ("subordinates", "subordinates"),
                        ],
                        max_length=12,
                        verbose_name="raters",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("submitted", "handed in"), ("void", "void")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "marks",
                    courtparty.lib.fields.EncryptedJSONField(
                        help_text="{code of the indicator: position of the word}", null=True
                    ),
                ),
                (
                    "comment",
                    courtparty.lib.fields.EncryptedTextField(
                        blank=True, default="", verbose_name="remark"
                    ),
                ),
                ("saved_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "rating",
                "verbose_name_plural": "ratings",
            },
        ),
        migrations.CreateModel(
            name="RunSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "snapshot",
                "verbose_name_plural": "snapshots",
            },
        ),
        migrations.CreateModel(
            name="WeightDerivation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "content",
                    models.JSONField(
                        help_text="Per node: items, matrices, combined, weights, CR, W."
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "derivation of weights",
                "verbose_name_plural": "derivations of weights",
            },
        ),
        migrations.CreateModel(
            name="WeightExpert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="invited")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted")),
            ],
            options={
                "verbose_name": "expert",
                "verbose_name_plural": "experts",
            },
        ),
        migrations.RemoveConstraint(
            model_name="indexset",
            name="index_set_one_published",
        ),
        migrations.RemoveConstraint(
            model_name="indexset",
            name="index_set_published_has_time",
        ),
        migrations.RemoveConstraint(
            model_name="indicator",
            name="indicator_weight_in_bounds",
        ),
        migrations.RemoveField(
            model_name="indexset",
            name="category",
        ),
        migrations.RemoveField(
            model_name="result",
            name="lines",
        ),
        migrations.AddField(
            model_name="cycle",
            name="collect_until",
            field=models.DateField(blank=True, null=True, verbose_name="figures and ratings until"),
        ),
        migrations.AddField(
            model_name="cycle",
            name="routine_share",
            field=models.DecimalField(
                decimal_places=1,
                default=0,
                max_digits=4,
                verbose_name="routine results in the total (%)",
            ),
        ),
        migrations.AddField(
            model_name="figureimport",
            name="origin",
            field=models.CharField(
                choices=[
                    ("workbook", "workbook"),
                    ("entry", "entered by hand"),
                    ("correction", "corrected by hand"),
                ],
                default="workbook",
                max_length=10,
                verbose_name="origin",
            ),
        ),
        migrations.AddField(
            model_name="figureimport",
            name="reason",
            field=courtparty.lib.fields.EncryptedTextField(
                blank=True,
                default="",
                help_text="Why figures were corrected by hand.",
                verbose_name="reason",
            ),
        ),
        migrations.AddField(
            model_name="indexset",
            name="copied_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appraisal.indexset",
                verbose_name="copied from",
            ),
        ),
        migrations.AddField(
            model_name="indexset",
            name="raters_known",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise nobody sees who gave which rating, only how many came back.",
                verbose_name="raters known to the appraisal administrator",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="anchors",
            field=models.JSONField(
                default=list,
                help_text="Best first: word, word_en, score (0 to 100, as text), text, text_en.",
                verbose_name="graded words",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="court",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: shared by all courts of this deployment.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="court",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="is_entered",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise it comes with a workbook.",
                verbose_name="entered by hand",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="is_register",
            field=models.BooleanField(
                default=False,
                help_text="No entry means that nothing happened; for others it means missing.",
                verbose_name="register of events",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="maximum",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                help_text="For a percentage or a grade 100, for yes or no 1.",
                max_digits=14,
                null=True,
                verbose_name="at most",
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="head_share",
            field=models.DecimalField(
                decimal_places=2, help_text="Percent; empty: not a head.", max_digits=5, null=True
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="left_out_why",
            field=models.CharField(
                blank=True, help_text="The decision's document, for those left out.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="base",
            field=models.DecimalField(decimal_places=2, max_digits=6, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="bonus",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=6),
        ),
        migrations.AddField(
            model_name="result",
            name="own",
            field=models.DecimalField(
                decimal_places=2,
                help_text="Base and bonus, before the roll-up.",
                max_digits=6,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="part",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="result",
            name="points",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="result",
            name="quartile",
            field=models.PositiveSmallIntegerField(help_text="1 is the upper one.", null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="routine",
            field=models.DecimalField(
                decimal_places=2, help_text="Mean of the routine results.", max_digits=6, null=True
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="row",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="result",
            name="vetoes",
            field=models.JSONField(default=list, help_text="Codes of the vetoes that fired."),
        ),
        migrations.AddField(
            model_name="result",
            name="z_score",
            field=models.DecimalField(decimal_places=3, max_digits=6, null=True),
        ),
        migrations.AlterField(
            model_name="cycle",
            name="state",
            field=models.CharField(
                choices=[
                    ("preparing", "preparing"),
                    ("collecting", "collecting"),
                    ("scoring", "scoring"),
                    ("reviewing", "reviewing"),
                    ("publicity", "publicity"),
                    ("closed", "closed"),
                ],
                default="preparing",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="indexset",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("checked", "checked"),
                    ("published", "published"),
                    ("retired", "retired"),
                ],
                default="draft",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="indicator",
            name="area",
            field=models.CharField(
                choices=[
                    ("quantity", "quantity"),
                    ("quality", "quality"),
                    ("efficiency", "efficiency"),
                    ("effect", "effect"),
                    ("research", "research and publicity"),
                    ("assessment", "democratic assessment"),
                    ("conduct", "daily conduct"),
                    ("performance", "post performance"),
                    ("tasks", "tasks"),
                    ("satisfaction", "satisfaction"),
                    ("leadership", "leading the department"),
                    ("bonus", "bonus"),
                ],
                max_length=12,
                verbose_name="duty area",
            ),
        ),
        migrations.AlterField(
            model_name="indicator",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ratio", "ratio"),
                    ("count", "count"),
                    ("range", "target range"),
                    ("ladder", "monthly ladder"),
                    ("graded", "graded words"),
                    ("yes_no", "yes or no"),
                    ("deduction", "deduction per event"),
                    ("bonus", "capped bonus"),
                    ("veto", "veto"),
                    ("head_share", "head's share of an average judge's work"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="indicator",
            name="params",
            field=models.JSONField(
                default=dict,
                help_text="Numbers as text; rules.scoring says which.",
                verbose_name="parameters",
            ),
        ),
        migrations.AlterField(
            model_name="participant",
            name="excluded",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_set", "no published index set for this function and staff class"),
                    ("no_months", "not in post in this period"),
                    ("left_out", "left out by decision"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="indexset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")),
                fields=("court", "function", "staff_class"),
                name="index_set_one_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("state__in", ["draft", "checked"])),
                    models.Q(
                        ("published_at__isnull", False), ("state__in", ["published", "retired"])
                    ),
                    _connector="OR",
                ),
                name="index_set_published_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "veto"), ("weight", 0)),
                    models.Q(
                        models.Q(("kind", "veto"), _negated=True),
                        ("weight__gt", 0),
                        ("weight__lte", 100),
                    ),
                    _connector="OR",
                ),
                name="indicator_weight_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("excluded", "left_out"), models.Q(("left_out_why", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("excluded", "left_out"), _negated=True), ("left_out_why", "")
                    ),
                    _connector="OR",
                ),
                name="participant_left_out_why",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="appraisal.participant",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="revoked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appraisalsettings",
            name="court",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="court",
            ),
        ),
        migrations.AddField(
            model_name="appraisalsettings",
            name="quota_approval",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cadres.approval",
                verbose_name="approval for more than 20 %",
            ),
        ),
        migrations.AddField(
            model_name="caseweight",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appraisal.measure",
                verbose_name="cases counted",
            ),
        ),
        migrations.AddField(
            model_name="caseweighttable",
            name="court",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="court",
            ),
        ),
        migrations.AddField(
            model_name="caseweighttable",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="caseweight",
            name="table",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="weights",
                to="appraisal.caseweighttable",
            ),
        ),
        migrations.AddField(
            model_name="cycle",
            name="case_weights",
            field=models.ForeignKey(
                help_text="Frozen with who takes part.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appraisal.caseweighttable",
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("routine_share", 0),
                    models.Q(
                        ("kind", "annual"), ("routine_share__gt", 0), ("routine_share__lte", 100)
                    ),
                    _connector="OR",
                ),
                name="cycle_routine_share_of_annual",
            ),
        ),
        migrations.AddField(
            model_name="cyclestep",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="appraisal.cycle",
            ),
        ),
        migrations.AddField(
            model_name="cyclestep",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gradeexclusion",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gradeexclusion",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grade_exclusions",
                to="appraisal.participant",
            ),
        ),
        migrations.AddField(
            model_name="gradeproposal",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gradeproposal",
            name="participant",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grade",
                to="appraisal.participant",
            ),
        ),
        migrations.AddField(
            model_name="gradeproposal",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appraisal.assessmentrun",
            ),
        ),
        migrations.AddField(
            model_name="headshare",
            name="court",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="court",
            ),
        ),
        migrations.AddField(
            model_name="indexsetcheck",
            name="index_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="checks",
                to="appraisal.indexset",
            ),
        ),
        migrations.AddField(
            model_name="indexsetcheck",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ratergroup",
            name="index_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rater_groups",
                to="appraisal.indexset",
            ),
        ),
        migrations.AddField(
            model_name="ratingsheet",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rating_sheets",
                to="appraisal.cycle",
            ),
        ),
        migrations.AddField(
            model_name="ratingsheet",
            name="participant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rating_sheets",
                to="appraisal.participant",
            ),
        ),
        migrations.AddField(
            model_name="ratingsheet",
            name="ratee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cadres.officer"
            ),
        ),
        migrations.AddField(
            model_name="ratingsheet",
            name="rater",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ratings_asked",
                to="cadres.officer",
            ),
        ),
        migrations.AddField(
            model_name="runsnapshot",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="snapshots",
                to="appraisal.assessmentrun",
            ),
        ),
        migrations.AddField(
            model_name="weightderivation",
            name="index_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="derivations",
                to="appraisal.indexset",
            ),
        ),
        migrations.AddField(
            model_name="weightderivation",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="weightexpert",
            name="index_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="experts",
                to="appraisal.indexset",
            ),
        ),
        migrations.AddField(
            model_name="weightexpert",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="weightexpert",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pairwisematrix",
            name="expert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matrices",
                to="appraisal.weightexpert",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("participant",),
                name="adjustment_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), _negated=True),
                    ("amount__gte", -100),
                    ("amount__lte", 100),
                ),
                name="adjustment_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at", None), ("revoked_by", None)),
                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    _connector="OR",
                ),
                name="adjustment_revoked_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("excellent_percent__lte", 20),
                    models.Q(("excellent_percent__lte", 25), ("quota_approval__isnull", False)),
                    _connector="OR",
                ),
                name="appraisal_quota_needs_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("excellent_from__gte", models.F("competent_from")),
                    ("competent_from__gte", models.F("basic_from")),
                ),
                name="appraisal_thresholds_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisalsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("routine_share__gte", 0), ("routine_share__lte", 100)),
                name="appraisal_routine_share_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseweighttable",
            constraint=models.UniqueConstraint(
                fields=("court", "version"), name="case_weights_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseweighttable",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")),
                fields=("court",),
                name="case_weights_one_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseweighttable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), ("published_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="case_weights_published_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseweight",
            constraint=models.UniqueConstraint(
                fields=("table", "measure"), name="case_weight_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseweight",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("base__gt", 0), ("role_coefficient__gt", 0), ("type_coefficient__gt", 0)
                ),
                name="case_weight_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="gradeexclusion",
            constraint=models.UniqueConstraint(
                fields=("participant", "reason"), name="grade_exclusion_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="gradeproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided", ""), ("decided_at", None), ("decided_by", None)),
                    models.Q(
                        models.Q(("decided", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="grade_decided_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="headshare",
            constraint=models.UniqueConstraint(fields=("court", "words"), name="head_share_once"),
        ),
        migrations.AddConstraint(
            model_name="headshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 0), ("share__lte", 100)),
                name="head_share_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexsetcheck",
            constraint=models.UniqueConstraint(
                fields=("index_set", "number"), name="index_set_check_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratergroup",
            constraint=models.UniqueConstraint(
                fields=("index_set", "kind"), name="rater_group_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 0), ("weight__lte", 100)),
                name="rater_group_weight_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("at_most__gt", 0)), name="rater_group_not_empty"
            ),
        ),
        migrations.AddIndex(
            model_name="ratingsheet",
            index=models.Index(fields=["cycle", "rater"], name="rating_by_rater"),
        ),
        migrations.AddConstraint(
            model_name="ratingsheet",
            constraint=models.UniqueConstraint(fields=("participant", "rater"), name="rating_once"),
        ),
        migrations.AddConstraint(
            model_name="ratingsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group", "self"), ("ratee", models.F("rater"))),
                    models.Q(
                        models.Q(("group", "self"), _negated=True),
                        models.Q(("ratee", models.F("rater")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rating_of_oneself_is_self",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratingsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                    models.Q(
                        models.Q(("state", "submitted"), _negated=True), ("submitted_at", None)
                    ),
                    _connector="OR",
                ),
                name="rating_submitted_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="runsnapshot",
            constraint=models.UniqueConstraint(fields=("run", "part"), name="snapshot_part_once"),
        ),
        migrations.AddConstraint(
            model_name="weightderivation",
            constraint=models.UniqueConstraint(
                fields=("index_set", "number"), name="weight_derivation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="weightexpert",
            constraint=models.UniqueConstraint(
                fields=("index_set", "user"), name="weight_expert_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pairwisematrix",
            constraint=models.UniqueConstraint(
                fields=("expert", "node"), name="pairwise_matrix_once"
            ),
        ),
    ]
