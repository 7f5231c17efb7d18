"""Talks held: what both sides read, what only the author reads, and what they were before."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope
from courtparty.lib.fields import EncryptedTextField
from retention.models.talk_tasks import TalkTask


class TalkQuerySet(models.QuerySet["Talk"]):
    def visible_to(self, user: User):
        """The two who talked, and nobody else, whatever their role."""
        return self.filter(Q(holder=user) | Q(officer__user=user))

    def in_register(self, user: User, permission: str = "retention.view_talks"):
        """For the register and coverage: that talks were held, with whom, when and of what kind.

        What was said is for ``visible_to`` alone, so no text is even read here.
        """
        reach = unit_scope(
            user,
            permission,
            court="court",
            units=("officer__department", "officer__branch"),
        )
        follows = unit_scope(
            user,
            "retention.view_setbacks",
            court="court",
            units=("officer__department", "officer__branch"),
        )
        kept = self.filter(reach).exclude(officer__in=Officer.objects.filter(user=user))
        return kept.filter(~Q(kind=Talk.Kind.CARE) | follows).defer("shared_note", "own_word")

    def standing(self):
        """Those not taken back as entered by mistake."""
        return self.filter(taken_back_at=None)


class Talk(models.Model):
    """A heart-to-heart talk that was held, with the note its holder and its officer share.

    The holder's private note is in a table of its own, which nothing else reads.
    """

    class Kind(models.TextChoices):
        HEART = "heart", _("heart-to-heart talk")
        CARE = "care", _("care in a hard time")
        POST = "post", _("change of post or duties")
        REMINDER = "reminder", _("reminder")
        OTHER = "other", pgettext_lazy("a talk", "other")

    class BackReason(models.TextChoices):
        NOT_HELD = "not_held", _("it was not held")
        WRONG_PERSON = "wrong_person", _("entered for the wrong person")
        TWICE = "twice", _("entered twice")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="talks_held",
        verbose_name=_("held by"),
    )
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="talks", verbose_name=_("officer")
    )
    task = models.ForeignKey(TalkTask, models.PROTECT, null=True, blank=True, related_name="talks")
    held_on = models.DateField(pgettext_lazy("a talk", "held on"))
    place = models.CharField(_("place"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    shared_note = EncryptedTextField(_("shared note"), blank=True, default="")
    acknowledged_at = models.DateTimeField(_("read by the officer"), null=True, blank=True)
    own_word = EncryptedTextField(_("the officer's own word"), blank=True, default="")
    recorded_at = models.DateTimeField(_("entered"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    back_reason = models.CharField(_("reason"), max_length=12, choices=BackReason, blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(taken_back_at=None), name="talk_once_per_task"
            ),
            models.UniqueConstraint(
                fields=["holder", "officer", "held_on"],
                condition=Q(taken_back_at=None),
                name="talk_once_a_day_for_two",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, back_reason="")
                | Q(taken_back_at__isnull=False) & ~Q(back_reason=""),
                name="talk_taken_back_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["court", "-held_on", "-id"], name="talk_recent"),
            models.Index(fields=["officer", "-held_on"], name="talk_of_officer"),
            models.Index(fields=["holder", "-held_on"], name="talk_of_holder"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.held_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("retention:talk_detail", args=[self.pk])


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def visible_to(self, user: User):
        """The author alone: no role, no officer, no higher secretary."""
        return self.filter(author=user)


class PrivateNote(models.Model):
    """What the holder of a talk wrote for themselves. Rows are only added; the last one counts."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="private_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    private_note = EncryptedTextField(_("private note"), blank=True, default="")
    written_at = models.DateTimeField(_("written"))

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")

    def __str__(self) -> str:
        return f"#{self.pk}"


class OfTalkQuerySet(models.QuerySet):
    """Rows of a talk: for the two who talked."""

    def visible_to(self, user: User):
        return self.filter(talk__in=Talk.objects.visible_to(user))


class TalkVersion(models.Model):
    """What a talk's shared part said before it was corrected; both sides read it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    held_on = models.DateField(pgettext_lazy("a talk", "held on"))
    place = models.CharField(_("place"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Talk.Kind)
    shared_note = EncryptedTextField(_("shared note"), blank=True, default="")
    replaced_at = models.DateTimeField(_("corrected"))

    objects = OfTalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier version of a talk")
        verbose_name_plural = _("earlier versions of talks")
        constraints = [models.UniqueConstraint(fields=["talk", "number"], name="talk_version_once")]

    def __str__(self) -> str:
        return f"#{self.talk_id} {self.number}"


class TalkFollowUp(models.Model):
    """Something the two agreed on, with the day it is due; both read it and may tick it off."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    talk = models.ForeignKey(Talk, models.PROTECT, related_name="shared_follow_up")
    text = EncryptedTextField(_("what was agreed"))
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OfTalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed in a talk")
        verbose_name_plural = _("agreed in talks")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None)
                | Q(done_on__isnull=False, done_by__isnull=False),
                name="talk_follow_up_done_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_on=None), name="talk_follow_up_open")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.due_on:%Y-%m-%d}"
