"""Requests for posts to the local organisation department, and every step of them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models.posts import Approval, Post
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope
from courtparty.jobs.models import StoredFile


class StaffingRequestQuerySet(models.QuerySet["StaffingRequest"]):
    def visible_to(self, user: User, permission: str = "cadres.view_request"):
        return self.filter(unit_scope(user, permission, court="court", units=("unit",)))

    def awaiting_reply(self):
        return self.filter(state=StaffingRequest.State.SENT)


class StaffingRequest(models.Model):
    """What a Party organisation of a court asks the organisation department for."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted")
        SENT = "sent", _("sent, reply due")
        APPROVED = "approved", _("approved")
        PARTLY = "partly", _("partly approved")
        REFUSED = "refused", pgettext_lazy("of a request", "refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("Party organisation")
    )
    title = models.CharField(_("subject"), max_length=120)
    addressee = models.CharField(_("addressed to"), max_length=100)
    reason = models.TextField(_("reason"), max_length=4000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFTED)
    reply_due_on = models.DateField(_("reply due"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("drafted"))

    objects = StaffingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("staffing request")
        verbose_name_plural = _("staffing requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", reply_due_on__isnull=False)
                | ~Q(state="sent") & Q(reply_due_on=None),
                name="staffing_request_due_while_sent",
            )
        ]
        indexes = [models.Index(fields=["court", "-created_at"], name="staffing_request_recent")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cadres:request_detail", args=[self.pk])


class RequestLine(models.Model):
    """Posts of one kind asked for, and how many of them have been approved so far."""

    request = models.ForeignKey(StaffingRequest, models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind of post"), max_length=24, choices=Post.Kind)
    name = models.CharField(_("name of the post"), max_length=60, blank=True)
    count = models.PositiveSmallIntegerField(
        _("number"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    is_fulltime = models.BooleanField(_("full-time"), default=False)
    approved = models.PositiveSmallIntegerField(_("approved number"), default=0)

    class Meta:
        verbose_name = _("post asked for")
        verbose_name_plural = _("posts asked for")
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="request_line_asks"),
            models.CheckConstraint(
                condition=Q(approved__lte=F("count")), name="request_line_not_over_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_kind_display()} × {self.count}"


class RequestStep(models.Model):
    """One step of a request: what was done, when, by whom, under which document."""

    class Action(models.TextChoices):
        DRAFT = "draft", _("drafted")
        SEND = "send", pgettext_lazy("of a request", "sent")
        CHASE = "chase", _("reply chased")
        APPROVE = "approve", _("approved")
        PARTLY = "partly", _("partly approved")
        REFUSE = "refuse", pgettext_lazy("of a request", "refused")
        RESEND = "resend", _("sent again")
        WITHDRAW = "withdraw", _("withdrawn")

    request = models.ForeignKey(StaffingRequest, models.CASCADE, related_name="steps")
    action = models.CharField(_("step"), max_length=10, choices=Action)
    state = models.CharField(_("state"), max_length=10, choices=StaffingRequest.State)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    on = models.DateField(_("date"))
    note = models.TextField(_("note"), max_length=1000, blank=True)
    granted = models.JSONField(default=dict, help_text="Of an answer: line id → posts approved.")
    approval = models.ForeignKey(
        Approval, models.PROTECT, null=True, blank=True, related_name="request_steps"
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="request_steps"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        indexes = [models.Index(fields=["request", "at"], name="request_step_timeline")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.action}"
