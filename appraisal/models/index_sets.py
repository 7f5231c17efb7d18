"""Index sets: what is judged, in which measure, with which weight. Published ones never change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.rules.staff import StaffClass
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope
from courtparty.lib.languages import in_english

STAFF_CLASSES = {
    StaffClass.JUDGE: _("judges"),
    StaffClass.SUPPORT: _("assistants and clerks"),
    StaffClass.ADMINISTRATIVE: _("administrative staff and judicial police"),
    StaffClass.HEAD: _("heads"),
}
STAFF_CLASS_CHOICES = [(staff_class.value, label) for staff_class, label in STAFF_CLASSES.items()]


class IndexSetQuerySet(models.QuerySet["IndexSet"]):
    def visible_to(self, user: User):
        """Sets of the courts one administers, and published ones of the own court for everyone."""
        kept = touched_court_scope(user, "appraisal.view_index_set")
        own = Q(court=user.court_id) if user.court_id else Q(pk__in=[])
        return self.filter(kept | own & Q(state=IndexSet.State.PUBLISHED))

    def published(self):
        return self.filter(state=IndexSet.State.PUBLISHED)


class IndexSet(models.Model):
    """One version of the indicators for one function and one staff class of a court.

    A draft is edited, a checked one waits for publication (or goes back), a published one never
    changes: the database refuses it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CHECKED = "checked", _("checked")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    function = models.CharField(_("function"), max_length=24, choices=Unit.Function)
    staff_class = models.CharField(_("staff class"), max_length=16, choices=STAFF_CLASS_CHOICES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    review_on = models.DateField(_("to be reviewed by"), null=True, blank=True)
    raters_known = models.BooleanField(
        _("raters known to the appraisal administrator"),
        default=False,
        help_text=_("Otherwise nobody sees who gave which rating, only how many came back."),
    )
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("copied from")
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True)

    objects = IndexSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("index set")
        verbose_name_plural = _("index sets")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "code", "version"], name="index_set_version_once"
            ),
            models.UniqueConstraint(
                fields=["court", "function", "staff_class"],
                condition=Q(state="published"),
                name="index_set_one_published",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checked"], published_at=None)
                | Q(state__in=["published", "retired"], published_at__isnull=False),
                name="index_set_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:index_set_detail", args=[self.pk])

    @property
    def display_name(self) -> str:
        return self.name_en if in_english() and self.name_en else self.name


class Indicator(models.Model):
    """One line of an index set: what counts, from which measures, for how many points."""

    class Kind(models.TextChoices):
        """Economic kinds do not exist here; none of these takes money."""

        RATIO = "ratio", _("ratio")
        COUNT = "count", _("count")
        RANGE = "range", _("target range")
        LADDER = "ladder", _("monthly ladder")
        GRADED = "graded", _("graded words")
        YES_NO = "yes_no", _("yes or no")
        DEDUCTION = "deduction", _("deduction per event")
        BONUS = "bonus", _("capped bonus")
        VETO = "veto", _("veto")
        HEAD_SHARE = "head_share", _("head's share of an average judge's work")

    class Part(models.TextChoices):
        COMMON = "common", _("common part")
        FUNCTION = "function", _("function part")

    class Area(models.TextChoices):
        QUANTITY = "quantity", _("quantity")
        QUALITY = "quality", _("quality")
        EFFICIENCY = "efficiency", _("efficiency")
        EFFECT = "effect", _("effect")
        RESEARCH = "research", _("research and publicity")
        ASSESSMENT = "assessment", _("democratic assessment")
        CONDUCT = "conduct", _("daily conduct")
        PERFORMANCE = "performance", _("post performance")
        TASKS = "tasks", _("tasks")
        SATISFACTION = "satisfaction", _("satisfaction")
        LEADERSHIP = "leadership", _("leading the department")
        BONUS = "bonus", _("bonus")

    class Certainty(models.TextChoices):
        READ = "R", _("read in the rule's own text")
        SEEN = "S", _("seen on a secondary page")
        UNVERIFIED = "U", _("unverified default, for the court to fix")

    index_set = models.ForeignKey(IndexSet, models.CASCADE, related_name="indicators")
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.FUNCTION)
    area = models.CharField(_("duty area"), max_length=12, choices=Area)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)
    numerator = models.JSONField(
        _("counted"), default=list, help_text="Codes of measures, added up."
    )
    denominator = models.JSONField(_("out of"), default=list, help_text="Codes of measures.")
    params = models.JSONField(
        _("parameters"), default=dict, help_text="Numbers as text; rules.scoring says which."
    )
    anchors = models.JSONField(
        _("graded words"),
        default=list,
        help_text="Best first: word, word_en, score (0 to 100, as text), text, text_en.",
    )
    source = models.CharField(_("source of the figures"), max_length=120)
    owner = models.CharField(_("who is responsible for them"), max_length=80)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    basis_en = models.CharField(_("basis in English"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=1, choices=Certainty)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(fields=["index_set", "code"], name="indicator_code_once"),
            models.CheckConstraint(
                condition=Q(kind="veto", weight=0)
                | ~Q(kind="veto") & Q(weight__gt=0, weight__lte=100),
                name="indicator_weight_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if in_english() and self.name_en else self.name

    @property
    def display_basis(self) -> str:
        return self.basis_en if in_english() and self.basis_en else self.basis


class RaterGroup(models.Model):
    """Who rates those under an index set: how many of which kind, and what their word weighs."""

    class Kind(models.TextChoices):
        SELF = "self", _("self")
        HEAD = "head", _("head")
        PEERS = "peers", _("peers")
        SERVED = "served", _("judges served")
        SUBORDINATES = "subordinates", _("subordinates")

    index_set = models.ForeignKey(IndexSet, models.CASCADE, related_name="rater_groups")
    kind = models.CharField(_("raters"), max_length=12, choices=Kind)
    weight = models.DecimalField(
        _("weight"), max_digits=5, decimal_places=2, help_text=_("The weights total 100.")
    )
    at_most = models.PositiveSmallIntegerField(
        _("at most"), default=10, help_text=_("More than these are drawn by lot.")
    )

    class Meta:
        verbose_name = _("rater group")
        verbose_name_plural = _("rater groups")
        constraints = [
            models.UniqueConstraint(fields=["index_set", "kind"], name="rater_group_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100), name="rater_group_weight_in_bounds"
            ),
            models.CheckConstraint(condition=Q(at_most__gt=0), name="rater_group_not_empty"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class IndexSetCheck(models.Model):
    """What the four principles' check said about a set at one moment: the report, kept."""

    index_set = models.ForeignKey(IndexSet, models.CASCADE, related_name="checks")
    number = models.PositiveIntegerField()
    findings = models.JSONField(default=list, help_text="level, principle, code, indicator, params")
    replay = models.JSONField(
        null=True, help_text="The last closed cycle under this set: cycle, rows, reasons."
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("check of an index set")
        verbose_name_plural = _("checks of index sets")
        constraints = [
            models.UniqueConstraint(fields=["index_set", "number"], name="index_set_check_once")
        ]

    def __str__(self) -> str:
        return f"{self.index_set} #{self.number}"
