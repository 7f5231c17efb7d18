"""Hardship cases, who is let into them, what came with them, and their steps without content."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, touched_court_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedTextField
from retention.rules.hardship import AWAITING_HELP, AWAITING_VERIFICATION, ENDED, OPEN

HANDLE = "retention.handle_hardship"
RECOMMEND = "retention.recommend_hardship"
APPROVE = "retention.approve_help"


class HardshipCaseQuerySet(models.QuerySet["HardshipCase"]):
    def visible_to(self, user: User):
        """The officer's own, and those ``user`` is a member of and still holds the right for."""
        return self.filter(Q(officer__user=user) | self._member(user))

    def handled_by(self, user: User):
        """Those ``user`` is a member of. What is one's own is handled by others."""
        return self.filter(self._member(user)).exclude(officer__user=user)

    @staticmethod
    def _member(user: User) -> Q:
        """A membership alone does not do: with the role the sight of the case goes too."""
        part = CaseMember.Part
        return (
            _is_member(user, part.COORDINATOR) & court_scope(user, HANDLE)
            | _is_member(user, part.VERIFIER) & touched_court_scope(user, RECOMMEND)
            | _is_member(user, part.APPROVER) & court_scope(user, APPROVE)
            | _is_member(user, part.HELPER) & _has_office(user)
        )

    def open(self):
        return self.filter(state__in=OPEN)

    def late(self, *, on):
        """Verification or the first help is overdue."""
        return self.filter(
            Q(state__in=AWAITING_VERIFICATION, verify_due_on__lt=on)
            | Q(state__in=AWAITING_HELP, first_help_on=None, first_help_due_on__lt=on)
        )


def _is_member(user: User, part: str) -> Q:
    members = CaseMember.objects.current().filter(case=OuterRef("pk"), user=user, part=part)
    return Q(Exists(members))


def _has_office(user: User) -> Q:
    """Courts in which ``user`` holds any role: a helper needs none in particular."""
    held = {grant.unit.court_path for grant in user.current_grants() if grant.unit}
    return Q(court__path__in=sorted(held))


class HardshipCase(models.Model):
    """One hardship of one officer: from the application or recommendation to the last word."""

    class Kind(models.TextChoices):
        FAMILY_ILLNESS = "family_illness", _("illness in the family")
        OWN_ILLNESS = "own_illness", _("own illness")
        DISASTER = "disaster", _("accident or disaster")
        SCHOOLING = "schooling", _("schooling of children")
        HOUSING = "housing", _("housing")
        CARE = "care", _("care of parents or children")
        BEREAVEMENT = "bereavement", _("bereavement")
        OTHER = "other", pgettext_lazy("kind of hardship", "other")

    class State(models.TextChoices):
        DRAFTED = "drafted", _("draft, seen by you alone")
        RECOMMENDED = "recommended", _("recommended, your consent is asked")
        APPLIED = "applied", _("applied, to be taken up")
        VERIFYING = "verifying", _("being verified")
        NOT_VERIFIED = "not_verified", _("not verified")
        VERIFIED = "verified", _("verified")
        HELPING = "helping", _("help under way")
        FOLLOWING = "following", _("being followed")
        CLOSED = "closed", pgettext_lazy("of a hardship case", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("of a hardship case", "withdrawn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="hardship_cases", verbose_name=_("officer")
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="The officer's account when the case began: who can't verify it.",
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    number = models.PositiveIntegerField(_("number"), null=True)
    kind = models.CharField(_("kind of hardship"), max_length=16, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFTED)
    story = EncryptedTextField(_("what has happened"), blank=True, default="")
    turned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("turned to"),
        help_text="Whom the officer or the recommender chose first.",
    )
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verification = EncryptedTextField(_("what was found"), blank=True, default="")
    verified_on = models.DateField(_("verified on"), null=True)
    closing = EncryptedTextField(_("closing words"), blank=True, default="")
    rating = models.PositiveSmallIntegerField(_("the officer's rating"), null=True)
    rating_words = EncryptedTextField(_("the officer's word"), blank=True, default="")
    created_at = models.DateTimeField(_("created"))
    opened_at = models.DateTimeField(_("opened"), null=True)
    verify_due_on = models.DateField(_("verification due"), null=True)
    first_help_due_on = models.DateField(_("first help due"), null=True)
    first_help_on = models.DateField(_("first help"), null=True)
    word_asked_on = models.DateField(null=True, help_text="Since when the last word is awaited.")
    word_reminders = models.PositiveSmallIntegerField(default=0)
    word_reminded_on = models.DateField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = HardshipCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("hardship case")
        verbose_name_plural = _("hardship cases")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "year", "number"], name="hardship_number_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state="drafted", number=None, year=None)
                | ~Q(state="drafted") & Q(number__isnull=False, year__isnull=False),
                name="hardship_numbered_once_sent",
            ),
            # Whoever recommended a case, or is helped by it, does not say that it is true.
            models.CheckConstraint(
                condition=~Q(verifier=F("account")), name="hardship_verifier_not_officer"
            ),
            models.CheckConstraint(
                condition=~Q(verifier=F("recommended_by")), name="hardship_verifier_not_recommender"
            ),
            models.CheckConstraint(
                condition=~Q(recommended_by=F("account")), name="hardship_recommender_not_officer"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["verifying", "verified", "not_verified"])
                | Q(verifier__isnull=False),
                name="hardship_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5),
                name="hardship_rating_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False)
                | ~Q(state__in=sorted(ENDED)) & Q(ended_at=None),
                name="hardship_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drafted", "recommended", "withdrawn"])
                | Q(
                    opened_at__isnull=False,
                    verify_due_on__isnull=False,
                    first_help_due_on__isnull=False,
                ),
                name="hardship_opened_has_limits",
            ),
        ]
        indexes = [
            models.Index(fields=["court", "state"], name="hardship_by_state"),
            models.Index(fields=["officer", "-created_at"], name="hardship_of_officer"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("retention:help_detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """The number in its year, as everybody in the case calls it: 2026-007."""
        return f"{self.year}-{self.number:03d}" if self.year and self.number else "—"


class CaseMemberQuerySet(models.QuerySet["CaseMember"]):
    def visible_to(self, user: User):
        return self.filter(case__in=HardshipCase.objects.visible_to(user).values("pk"))

    def current(self):
        return self.filter(until=None)


class CaseMember(models.Model):
    """Somebody who was let into a case because they need to know, in one part, for a time."""

    class Part(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        VERIFIER = "verifier", _("verifier")
        APPROVER = "approver", _("approver")
        HELPER = "helper", _("helper")

    case = models.ForeignKey(HardshipCase, models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member")
    )
    part = models.CharField(_("part"), max_length=12, choices=Part)
    since = models.DateField(_("since"))
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day without it.")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    removal_asked_at = models.DateTimeField(_("removal asked for"), null=True)

    objects = CaseMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a hardship case")
        verbose_name_plural = _("members of hardship cases")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "part"],
                condition=Q(until=None),
                name="case_member_once_in_a_part",
            ),
            models.UniqueConstraint(
                fields=["case", "part"],
                condition=Q(until=None, part__in=["coordinator", "verifier"]),
                name="case_member_one_coordinator_and_verifier",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="case_member_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["user", "until"], name="case_member_of_user")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"


class CaseFileQuerySet(models.QuerySet["CaseFile"]):
    def visible_to(self, user: User):
        return self.filter(case__in=HardshipCase.objects.visible_to(user).values("pk"))


class CaseFile(models.Model):
    """A paper that came with a case or with a measure. Its name tells too much to be kept open."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(HardshipCase, models.CASCADE, related_name="files")
    measure = models.ForeignKey(
        "retention.HelpMeasure", models.CASCADE, null=True, related_name="files"
    )
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    name = EncryptedTextField(_("name of the file"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a hardship case")
        verbose_name_plural = _("papers of hardship cases")

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    def visible_to(self, user: User):
        return self.filter(case__in=HardshipCase.objects.visible_to(user).values("pk"))


class CaseEvent(models.Model):
    """One step of a case: what kind of step, when, by whom; never what it was about."""

    class Kind(models.TextChoices):
        APPLIED = "applied", _("applied for")
        RECOMMENDED = "recommended", _("recommended")
        CONSENTED = "consented", _("the officer consented")
        DECLINED = "declined", _("the officer declined; the content was deleted")
        BEGUN = "begun", _("given to the verifier")
        VERIFIED = "verified", _("verified")
        NOT_VERIFIED = "not_verified", _("found not verified")
        ATTACHED = "attached", _("paper added")
        MEMBER_ADDED = "member_added", _("member added")
        MEMBER_ENDED = "member_ended", _("membership ended")
        REMOVAL_ASKED = "removal_asked", _("the officer asked for the removal of a member")
        HANDED_OVER = "handed_over", _("handed over to another coordinator")
        PROPOSED = "proposed", _("measure proposed")
        APPROVED = "approved", _("measure approved")
        REFUSED = "refused", _("measure refused")
        CARRIED_OUT = "carried_out", _("measure carried out")
        CANCELLED = "cancelled", _("measure cancelled")
        VISITED = "visited", _("visit noted")
        FLEXIBLE_ENDED = "flexible_ended", _("end of flexible work set earlier")
        FOLLOWED = "followed", _("help given, being followed")
        WORD_ASKED = "word_asked", _("the officer was asked for a last word")
        KEPT_OPEN = "kept_open", _("the officer asked to keep the case open")
        CLOSED = "closed", _("closed with the officer's word")
        CLOSED_SILENTLY = "closed_silent", _("closed without an answer of the officer")
        REOPENED = "reopened", _("reopened")
        WITHDRAWN = "withdrawn", _("withdrawn by the officer")

    case = models.ForeignKey(HardshipCase, models.CASCADE, related_name="events")
    kind = models.CharField(_("step"), max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a hardship case")
        verbose_name_plural = _("steps of hardship cases")
        indexes = [models.Index(fields=["case", "at"], name="case_event_timeline")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
