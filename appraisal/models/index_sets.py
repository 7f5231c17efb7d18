"""Index sets: what is judged, in which measure, with which weight. Published ones never change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope


class IndexSetQuerySet(models.QuerySet["IndexSet"]):
    def visible_to(self, user: User):
        """Sets of the courts one administers, and published ones of the own court for everyone."""
        kept = touched_court_scope(user, "appraisal.view_index_set")
        own = Q(court=user.court_id) if user.court_id else Q(pk__in=[])
        return self.filter(kept | own & Q(state=IndexSet.State.PUBLISHED))

    def published(self):
        return self.filter(state=IndexSet.State.PUBLISHED)


class IndexSet(models.Model):
    """One version of the indicators for one function and one staff category of a court."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    function = models.CharField(_("function"), max_length=24, choices=Unit.Function)
    category = models.CharField(_("category"), max_length=16, choices=Officer.Category)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    review_on = models.DateField(_("to be reviewed by"), null=True, blank=True)
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
                fields=["court", "function", "category"],
                condition=Q(state="published"),
                name="index_set_one_published",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | ~Q(state="draft") & Q(published_at__isnull=False),
                name="index_set_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:index_set_detail", args=[self.pk])

    @property
    def display_name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


class Indicator(models.Model):
    """One line of an index set: what counts, from which measures, for how many points."""

    class Kind(models.TextChoices):
        """Economic kinds do not exist here; none of these takes money."""

        RATIO = "ratio", _("ratio")
        COUNT = "count", _("count")
        RANGE = "range", _("target range")
        DEDUCTION = "deduction", _("deduction per event")

    class Part(models.TextChoices):
        COMMON = "common", _("common part")
        FUNCTION = "function", _("function part")

    class Area(models.TextChoices):
        QUANTITY = "quantity", _("quantity")
        QUALITY = "quality", _("quality")
        EFFICIENCY = "efficiency", _("efficiency")
        EFFECT = "effect", _("effect")

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
    params = models.JSONField(_("parameters"), default=dict)
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
                condition=Q(weight__gt=0, weight__lte=100), name="indicator_weight_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name

    @property
    def display_basis(self) -> str:
        english = (get_language() or "").startswith("en") and self.basis_en
        return self.basis_en if english else self.basis
