"""Proposals for awards with every step of them, and the awards they led to."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Approval, Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedTextField
from courtparty.lib.languages import in_english
from retention.models.achievements import Achievement
from retention.models.ladder import AwardRung

UNITS = ("officer__department", "officer__branch")


class AwardProposalQuerySet(models.QuerySet["AwardProposal"]):
    def visible_to(self, user: User, permission: str = "retention.view_awards"):
        """Those of officers in reach. The officer proposed reads its state on the own page."""
        return self.filter(
            unit_scope(user, permission, court="officer__court", units=UNITS)
        ).exclude(officer__user=user)

    def under_way(self):
        return self.filter(state__in=AwardProposal.OPEN)


class AwardProposal(models.Model):
    """That an officer be given an award for achievements, and how far this has come."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed, to be checked")
        CHECKED = "checked", _("checked, to be decided")
        RETURNED = "returned", _("returned to the proposer")
        REPORTED = "reported", _("reported to the higher body")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", pgettext_lazy("of a proposal", "refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.PROPOSED, State.CHECKED, State.RETURNED, State.REPORTED)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="award_proposals", verbose_name=_("officer")
    )
    rung = models.ForeignKey(
        AwardRung, models.PROTECT, related_name="proposals", verbose_name=_("award")
    )
    achievements = models.ManyToManyField(
        Achievement, related_name="proposals", verbose_name=_("achievements")
    )
    reason = EncryptedTextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    due_on = models.DateField(_("decision due"))
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The officer's account: kept here so that the database can refuse own decisions.",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_on = models.DateField(_("proposed on"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField(_("decided on"), null=True)
    over_quota = models.ForeignKey(
        Approval,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The document that allows one more than the quota.",
    )
    created_at = models.DateTimeField()

    objects = AwardProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for an award")
        verbose_name_plural = _("proposals for awards")
        constraints = [
            models.CheckConstraint(
                condition=Q(subject=None) | ~Q(proposed_by=F("subject")),
                name="award_not_proposed_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(subject=None) | ~Q(checked_by=F("subject")),
                name="award_not_checked_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(subject=None) | ~Q(decided_by=F("subject")),
                name="award_not_decided_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="award_decider_is_not_proposer",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(checked_by=None) | ~Q(decided_by=F("checked_by")),
                name="award_decider_is_not_checker",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["reported", "granted", "refused"],
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    checked_by__isnull=False,
                )
                | ~Q(state__in=["reported", "granted", "refused"])
                & Q(decided_by=None, decided_on=None),
                name="award_proposal_decided_has_decider",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="award_proposal_due")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:proposal_detail", args=[self.pk])


class ProposalStep(models.Model):
    """One step of a proposal: what was done, when and by whom, and what was said about it."""

    class Action(models.TextChoices):
        PROPOSE = "propose", _("proposed")
        CHECK = "check", _("checked")
        RETURN = "return", _("returned")
        RESUBMIT = "resubmit", _("proposed again")
        REPORT = "report", _("reported to the higher body")
        GRANT = "grant", _("granted")
        REFUSE = "refuse", pgettext_lazy("of a proposal", "refused")
        WITHDRAW = "withdraw", _("withdrawn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposal = models.ForeignKey(AwardProposal, models.PROTECT, related_name="steps")
    action = models.CharField(_("step"), max_length=10, choices=Action)
    on = models.DateField(_("date"))
    note = EncryptedTextField(_("note"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("step of a proposal")
        verbose_name_plural = _("steps of proposals")
        indexes = [models.Index(fields=["proposal", "at"], name="proposal_step_timeline")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.action}"


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User, permission: str = "retention.view_awards"):
        """Those of officers in reach, and one's own."""
        reach = unit_scope(user, permission, court="officer__court", units=UNITS)
        return self.filter(reach | Q(officer__user=user))

    def within(self, user: User, permission: str):
        return self.filter(unit_scope(user, permission, court="officer__court", units=UNITS))

    def in_force(self):
        return self.filter(revoked_on=None)


class Award(models.Model):
    """An award given to an officer. It never changes but for its document, once, and revoking.

    A trigger keeps it so. Names and the certificate's words are kept as they were that day.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="awards", verbose_name=_("officer")
    )
    rung = models.ForeignKey(
        AwardRung, models.PROTECT, related_name="awards", verbose_name=_("award")
    )
    proposal = models.OneToOneField(
        AwardProposal, models.PROTECT, related_name="award", verbose_name=_("proposal")
    )
    officer_name = models.CharField(max_length=60, editable=False)
    rung_name = models.CharField(max_length=40, editable=False)
    rung_name_en = models.CharField(max_length=80, editable=False)
    certificate_text = models.TextField(max_length=600, editable=False)
    decided_on = models.DateField(_("decided on"))
    issuer = models.CharField(_("given by"), max_length=100)
    days_taken = models.PositiveIntegerField(
        _("days from the achievement"), help_text="From the earliest of them to the decision."
    )
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    document_on = models.DateField(_("date of the document"), null=True, blank=True)
    document_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    revoked_on = models.DateField(_("revoked on"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_number = models.CharField(_("document of the revocation"), max_length=60, blank=True)
    revoked_reason = EncryptedTextField(_("reason of the revocation"), blank=True, default="")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.CheckConstraint(
                condition=Q(document_number="", document_on=None, document_file=None)
                | ~Q(document_number="") & Q(document_on__isnull=False),
                name="award_document_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on=None, revoked_by=None, revoked_number="")
                | Q(revoked_on__gte=F("decided_on"), revoked_by__isnull=False)
                & ~Q(revoked_number="")
                & ~Q(revoked_reason=""),
                name="award_revocation_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["rung", "decided_on"], name="award_by_rung"),
            models.Index(fields=["officer", "-decided_on"], name="award_recent"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("retention:award_detail", args=[self.pk])

    @property
    def name(self) -> str:
        return self.rung_name_en if in_english() and self.rung_name_en else self.rung_name
