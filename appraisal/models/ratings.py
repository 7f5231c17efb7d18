"""Ratings by people: who is asked about whom, and what they answered."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.models.cycles import Cycle, Participant
from appraisal.models.index_sets import RaterGroup
from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField


class RatingSheetQuerySet(models.QuerySet["RatingSheet"]):
    def asked_of(self, user: User):
        """What ``user`` is to fill in. Nobody else ever opens these as sheets."""
        return self.filter(rater__user=user)

    def counted_for(self, user: User):
        """Whose return ``user`` may count. What is in them, and by whom, is another matter."""
        return self.filter(court_scope(user, "appraisal.manage_ratings", court="cycle__court"))

    def named_for(self, user: User):
        """Sheets whose rater the appraisal administrator may see, as far as the set says so."""
        return self.counted_for(user).filter(participant__index_set__raters_known=True)


class RatingSheet(models.Model):
    """One person's rating of one participant: saved as one goes, final once handed in.

    The marks are sealed; no page but the rater's own and the computing opens them.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SUBMITTED = "submitted", _("handed in")
        VOID = "void", _("void")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rating_sheets")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="rating_sheets")
    ratee = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    rater = models.ForeignKey(Officer, models.PROTECT, related_name="ratings_asked")
    group = models.CharField(_("raters"), max_length=12, choices=RaterGroup.Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    marks = EncryptedJSONField(null=True, help_text="{code of the indicator: position of the word}")
    comment = EncryptedTextField(_("remark"), blank=True, default="")
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)

    objects = RatingSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            # One vote about one person, whatever the groups one could vote in.
            models.UniqueConstraint(fields=["participant", "rater"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(group="self", ratee=F("rater"))
                | ~Q(group="self") & ~Q(ratee=F("rater")),
                name="rating_of_oneself_is_self",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", submitted_at__isnull=False)
                | ~Q(state="submitted") & Q(submitted_at=None),
                name="rating_submitted_has_time",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "rater"], name="rating_by_rater")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:rating_form", args=[self.cycle_id])
