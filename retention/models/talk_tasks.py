"""Which talks there should be: the rules, and the single talks planned by them or asked for."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from retention.models.entitlements import Certainty
from retention.models.setbacks import Setback
from retention.rules.talks import MOST_TIMES


class TalkPair(models.TextChoices):
    """Between whom a talk is held, the holder named first."""

    SECRETARY_MEMBER = "secretary_member", _("branch secretary with a member")
    SECRETARY_COMMITTEE = "secretary_committee", _("secretary with a committee member")
    COMMITTEE_COMMITTEE = "committee_committee", _("committee members with each other")
    DEPUTY_MEMBER = "deputy_member", _("deputy secretary with a member")
    HEAD_OFFICER = "head_officer", _("department head with an officer")
    LEADER_HEAD = "leader_head", _("court leader with a department head")


class TalkRuleQuerySet(models.QuerySet["TalkRule"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.manage_settings"))


class TalkRule(models.Model):
    """How often a year one kind of pair talks in a court; without a row the default applies."""

    court = models.ForeignKey(
        Unit, models.PROTECT, related_name="talk_rules", verbose_name=_("court")
    )
    pair = models.CharField(_("kind of pair"), max_length=20, choices=TalkPair)
    is_used = models.BooleanField(
        _("talks are planned"), default=True, help_text=_("Off: no talk of this kind is planned.")
    )
    times_per_year = models.PositiveSmallIntegerField(
        _("times a year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TIMES)],
    )
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("The rule or decision it rests on.")
    )
    certainty = models.CharField(
        _("how sure"), max_length=1, choices=Certainty, default=Certainty.UNVERIFIED
    )

    objects = TalkRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule for talks")
        verbose_name_plural = _("rules for talks")
        constraints = [
            models.UniqueConstraint(fields=["court", "pair"], name="talk_rule_once_per_pair"),
            models.CheckConstraint(
                condition=Q(times_per_year__gte=1, times_per_year__lte=MOST_TIMES),
                name="talk_rule_once_at_least",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_pair_display())


class TalkTaskQuerySet(models.QuerySet["TalkTask"]):
    def visible_to(self, user: User):
        """Those one holds oneself, and those of the officers in reach. One's own as officer: no.

        One's own are on *My talks*.
        """
        return self.filter(Q(pk__in=self.in_scope(user).values("pk")) | Q(holder=user))

    def in_scope(self, user: User):
        """For the register, coverage and assigning: the officers in reach without oneself.

        That somebody had a setback is known to those who follow setbacks, so others do not see
        the talks after one.
        """
        found = self.filter(self._reach(user, "retention.view_talks")).exclude(
            officer__in=Officer.objects.filter(user=user)
        )
        follows = self._reach(user, "retention.view_setbacks")
        return found.filter(~Q(kind=TalkTask.Kind.SETBACK) | follows)

    def to_hold(self, user: User):
        """Those ``user`` may hold: the own ones, and in reach those that are no one's own.

        A talk by rule is between two certain people: somebody else is asked first.
        """
        free = Q(holder=None) | ~Q(kind=TalkTask.Kind.RULE)
        loose = self.in_scope(user).filter(free).values("pk")
        return self.filter(Q(holder=user) | Q(pk__in=loose)).exclude(
            officer__in=Officer.objects.filter(user=user)
        )

    def _reach(self, user: User, permission: str) -> Q:
        return unit_scope(
            user,
            permission,
            court="court",
            units=("officer__department", "officer__branch"),
        )

    def own(self, user: User):
        return self.filter(officer__user=user)

    def open(self):
        return self.filter(state=TalkTask.State.OPEN)

    def late(self, *, on):
        return self.open().filter(due_on__lt=on)

    def counted(self):
        """For coverage: planned by rule, and not taken away because the rule no longer asks."""
        missed = Q(state=TalkTask.State.CANCELLED, cancel_reason=TalkTask.CancelReason.YEAR_OVER)
        still = ~Q(state=TalkTask.State.CANCELLED)
        return self.filter(still | missed, kind=TalkTask.Kind.RULE)


class TalkTask(models.Model):
    """A talk that is to be held with an officer by a day: by rule, after a setback, or asked for.

    ``holder`` is empty where nobody who should hold it has an account.
    """

    class Kind(models.TextChoices):
        RULE = "rule", _("by rule")
        SETBACK = "setback", _("after a setback")
        OTHER = "other", _("asked for")

    class State(models.TextChoices):
        OPEN = "open", _("to be held")
        HELD = "held", pgettext_lazy("a talk", "held")
        CANCELLED = "cancelled", _("cancelled")

    class CancelReason(models.TextChoices):
        LEFT = "left", _("left the court")
        AWAY = "away", _("away for a long time")
        NOT_NEEDED = "not_needed", _("not needed any more")
        MISTAKE = "mistake", _("entered by mistake")
        RULE = "rule", _("the rule no longer asks for it")
        YEAR_OVER = "year_over", _("not held by the end of the year")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="talk_tasks", verbose_name=_("officer")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="talk_tasks",
        verbose_name=_("with whom"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    pair = models.CharField(_("kind of pair"), max_length=20, choices=TalkPair, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    setback = models.ForeignKey(
        Setback, models.PROTECT, null=True, blank=True, related_name="talk_tasks"
    )
    source_key = models.CharField(
        max_length=80, help_text="What asks for the talk; one open for each."
    )
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    cancel_reason = models.CharField(_("reason"), max_length=10, choices=CancelReason, blank=True)
    is_assigned_by_hand = models.BooleanField(
        default=False, help_text="The nightly planning leaves such a holder in place."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("planned"))

    objects = TalkTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk to be held")
        verbose_name_plural = _("talks to be held")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "source_key"],
                condition=Q(state="open"),
                name="talk_task_one_open_per_source",
            ),
            models.UniqueConstraint(
                fields=["court", "source_key"],
                condition=Q(kind="rule"),
                name="talk_task_rule_planned_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="rule", year__isnull=False) & ~Q(pair="")
                | ~Q(kind="rule") & Q(year=None, pair=""),
                name="talk_task_rule_has_pair",
            ),
            models.CheckConstraint(
                condition=Q(kind="setback", setback__isnull=False)
                | ~Q(kind="setback") & Q(setback=None),
                name="talk_task_setback_named",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(cancel_reason="")
                | ~Q(state="cancelled") & Q(cancel_reason=""),
                name="talk_task_cancelled_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["court", "state", "due_on"], name="talk_task_due"),
            models.Index(fields=["holder", "state", "due_on"], name="talk_task_of_holder"),
            models.Index(fields=["officer", "state"], name="talk_task_of_officer"),
            models.Index(fields=["court", "year", "pair"], name="talk_task_coverage"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.due_on:%Y-%m-%d}"
