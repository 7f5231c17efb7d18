"""What the full-time check found, and the exceptions that a higher body has approved."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadres.models.officers import Officer
from cadres.models.posts import Approval, Post
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope


class FulltimeExceptionQuerySet(models.QuerySet["FulltimeException"]):
    def visible_to(self, user: User, permission: str = "cadres.view_fulltime"):
        return self.filter(unit_scope(user, permission, court="court", units=("unit",)))

    def in_force(self, *, on):
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))


class FulltimeException(models.Model):
    """A departure from one rule, lawful because a higher body approved it for this unit."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    code = models.CharField(_("rule"), max_length=24)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    approval = models.ForeignKey(
        Approval,
        models.PROTECT,
        related_name="fulltime_exceptions",
        verbose_name=_("approval document"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day without it.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = FulltimeExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("approved exception")
        verbose_name_plural = _("approved exceptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="fulltime_exception_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.code}"


class BreachQuerySet(models.QuerySet["Breach"]):
    def visible_to(self, user: User, permission: str = "cadres.view_fulltime"):
        return self.filter(unit_scope(user, permission, court="court", units=("unit",)))

    def open(self):
        return self.filter(cleared_on=None)


class Breach(models.Model):
    """One rule of the full-time check not kept in one unit, from the first check that saw it.

    ``facts`` holds the numbers the sentence on the page is made of; no name and no text.
    """

    class Weight(models.TextChoices):
        BREACH = "breach", _("breach")
        WARNING = "warning", _("warning")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="breaches", verbose_name=_("unit"))
    code = models.CharField(_("rule"), max_length=24)
    weight = models.CharField(_("weight"), max_length=8, choices=Weight)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=80, help_text="Code, unit, post and officer in one key.")
    facts = models.JSONField(default=dict)
    since = models.DateField(_("since"))
    seen_on = models.DateField(_("last seen"))
    cleared_on = models.DateField(_("cleared"), null=True)
    exception = models.ForeignKey(
        FulltimeException, models.SET_NULL, null=True, related_name="breaches"
    )

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of the full-time check")
        verbose_name_plural = _("findings of the full-time check")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "subject"],
                condition=Q(cleared_on=None),
                name="breach_once_while_open",
            )
        ]
        indexes = [models.Index(fields=["court", "cleared_on"], name="breach_of_court")]

    def __str__(self) -> str:
        return self.subject
