"""Posts for Party work, the documents they rest on, and what a court sets for this mechanism."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.words import bracketed


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, user: User):
        """Of the courts where ``user`` reads documents, under records in reach, and of oneself."""
        found = court_scope(user, "cadres.view_approval")
        posts = Post.objects.visible_to(user).values("approval")
        exceptions = unit_scope(
            user,
            "cadres.view_fulltime",
            court="fulltime_exceptions__court",
            units=("fulltime_exceptions__unit",),
        )
        elections = unit_scope(
            user, "cadres.view_appointment", court="elections__court", units=("elections__unit",)
        )
        closed = Post.objects.visible_to(user).values("closing_approval")
        reach = [Q(pk__in=posts), Q(pk__in=closed), _among(exceptions), _among(elections)]
        reach += map(_among, _of_appointments(user))
        for part in [*reach, _among(Q(allowance_standards__lines__officer__user=user))]:
            found |= part
        return self.filter(found)


def _of_appointments(user: User) -> list[Q]:
    """Documents of appointments in reach and of one's own: appointed, approved, ended, longer."""
    ways = (
        "appointments", "approved_appointments", "removals", "term_extensions__appointment",
        "secondments__appointment",
    )  # fmt: skip
    return [
        unit_scope(
            user,
            "cadres.view_appointment",
            court=f"{way}__court",
            units=(f"{way}__post__unit",),
        )
        | Q(**{f"{way}__officer__user": user, f"{way}__is_void": False})
        for way in ways
    ]


def _among(condition: Q) -> Q:
    # A subquery each: joining all ways at once would multiply the rows.
    return Q(pk__in=Approval.objects.filter(condition).values("pk"))


class Approval(models.Model):
    """A document that something rests on: a post, an appointment, a standard, an exception."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    number = models.CharField(
        _("document number"),
        max_length=60,
        help_text=_("As printed, for instance 组通〔2026〕12号."),
    )
    title = models.CharField(_("title of the document"), max_length=200, blank=True)
    issuer = models.CharField(_("issued by"), max_length=100, blank=True)
    issued_on = models.DateField(_("date of the document"))
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name=_("file"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["court", "number"], name="approval_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="approval_has_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("cadres:approval_detail", args=[self.pk])


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User, permission: str = "cadres.view_post"):
        return self.filter(unit_scope(user, permission, court="court", units=("unit",)))

    def open(self, *, on):
        return self.filter(opened_on__lte=on).filter(Q(closed_on=None) | Q(closed_on__gt=on))


class Post(models.Model):
    """One entry of the establishment: ``authorised`` seats of one kind in one unit."""

    class Kind(models.TextChoices):
        SECRETARY = "secretary", _("secretary")
        FULLTIME_DEPUTY = "fulltime_deputy", _("full-time deputy secretary")
        DEPUTY_SECRETARY = "deputy_secretary", _("deputy secretary")
        DISCIPLINE_SECRETARY = "discipline_secretary", _("discipline secretary")
        ORGANISATION_MEMBER = "organisation_member", _("committee member for organisation")
        PUBLICITY_MEMBER = "publicity_member", _("committee member for publicity")
        DISCIPLINE_MEMBER = "discipline_member", _("committee member for discipline")
        YOUTH_MEMBER = "youth_member", _("committee member for youth")
        COMMITTEE_MEMBER = "committee_member", _("committee member")
        BRANCH_SECRETARY = "branch_secretary", _("branch secretary")
        BRANCH_DEPUTY = "branch_deputy", _("branch deputy secretary")
        GROUP_LEADER = "group_leader", _("Party group leader")
        PARTY_AFFAIRS_CADRE = "party_affairs_cadre", _("full-time Party-affairs cadre")
        OTHER = "other", _("other Party post")

    FULLTIME_KINDS = (Kind.FULLTIME_DEPUTY, Kind.PARTY_AFFAIRS_CADRE)

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("unit"))
    kind = models.CharField(_("kind of post"), max_length=24, choices=Kind)
    name = models.CharField(
        _("name of the post"),
        max_length=60,
        blank=True,
        help_text=_("Only where the kind does not say enough, for instance a portfolio."),
    )
    authorised = models.PositiveSmallIntegerField(
        _("authorised number"), default=1, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    is_fulltime = models.BooleanField(_("full-time"), default=False)
    is_exclusive = models.BooleanField(
        _("exclusive"), default=True, help_text=_("Held by one person at a time.")
    )
    approval = models.ForeignKey(
        Approval, models.PROTECT, related_name="posts", verbose_name=_("approval document")
    )
    opened_on = models.DateField(_("authorised from"))
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, help_text=_("First day without the post.")
    )
    closing_approval = models.ForeignKey(
        Approval,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closed_posts",
        verbose_name=_("closing document"),
    )
    request_line = models.ForeignKey(
        "cadres.RequestLine", models.PROTECT, null=True, blank=True, related_name="posts"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("in the establishment", "post")
        verbose_name_plural = pgettext_lazy("in the establishment", "posts")
        constraints = [
            models.CheckConstraint(condition=Q(authorised__gte=1), name="post_has_a_seat"),
            models.CheckConstraint(
                condition=Q(is_exclusive=False) | Q(authorised=1), name="post_exclusive_is_one"
            ),
            models.CheckConstraint(
                condition=Q(is_fulltime=True)
                | ~Q(kind__in=["fulltime_deputy", "party_affairs_cadre"]),
                name="post_fulltime_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")),
                name="post_closes_after_opening",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "name"],
                condition=Q(is_exclusive=True, closed_on=None),
                name="post_exclusive_once_per_unit",
            ),
        ]
        indexes = [models.Index(fields=["court", "closed_on", "unit"], name="post_ledger")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("cadres:post_detail", args=[self.pk])

    @property
    def title(self) -> str:
        kind = str(self.get_kind_display())
        return bracketed(kind, self.name) if self.name else kind


class SeatChange(models.Model):
    """Another authorised number of a post from a day on, under the document that says so.

    The vacancy clock of a seat begins on the day the seat was authorised.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="seat_changes")
    day = models.DateField(_("from"))
    before = models.PositiveSmallIntegerField(_("authorised before"))
    after = models.PositiveSmallIntegerField(_("authorised after"))
    replaced = models.ForeignKey(
        Approval,
        models.PROTECT,
        related_name="replaced_seat_changes",
        help_text="What the number rested on before.",
    )
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="seat_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("change of an authorised number")
        verbose_name_plural = _("changes of authorised numbers")
        constraints = [
            models.CheckConstraint(
                condition=Q(after__gte=1) & ~Q(after=F("before")), name="seat_change_changes"
            )
        ]
        indexes = [models.Index(fields=["post", "id"], name="seat_change_of_post")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.before} → {self.after}"


class CadreSettingsQuerySet(models.QuerySet["CadreSettings"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "cadres.manage_settings"))


class CadreSettings(models.Model):
    """What a court decides itself for this mechanism; a court without a row has the defaults."""

    class PaidMonth(models.TextChoices):
        CURRENT = "current", _("the month it is made in")
        PREVIOUS = "previous", _("the month before")

    court = models.OneToOneField(
        Unit, models.PROTECT, related_name="cadre_settings", verbose_name=_("court")
    )
    is_run_automatic = models.BooleanField(_("make the allowance run each month"), default=True)
    run_day = models.PositiveSmallIntegerField(
        _("day of the month for the allowance run"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("On a day off the run is made on the working day before."),
    )
    paid_month = models.CharField(
        _("the run is for"), max_length=8, choices=PaidMonth, default=PaidMonth.CURRENT
    )
    reply_days = models.PositiveSmallIntegerField(
        _("working days until a reply is due"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(250)],
        help_text=_("No rule names a time limit: this default is ours and has not been verified."),
    )
    remind_days = models.PositiveSmallIntegerField(
        _("working days before, to remind"),
        default=5,
        validators=[MinValueValidator(0), MaxValueValidator(60)],
    )
    term_notice_months = models.PositiveSmallIntegerField(
        _("months before a term ends, to plan the election"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text=_("A default of ours, not verified."),
    )
    fulltime_deputy_from = models.PositiveSmallIntegerField(
        _("Party members from which a full-time deputy secretary is due"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(9999)],
        help_text=_(
            "Article 8 of the regulation of 2019 says “many members” and gives no number: "
            "the court sets it."
        ),
    )

    objects = CadreSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("settings of the cadre team")
        verbose_name_plural = _("settings of the cadre team")
        constraints = [
            models.CheckConstraint(
                condition=Q(run_day__gte=1, run_day__lte=28), name="cadre_settings_run_day"
            )
        ]

    def __str__(self) -> str:
        return str(self.court)
