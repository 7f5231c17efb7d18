"""Who holds which post from when to when. History is never overwritten."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cadres.models.officers import Officer
from cadres.models.posts import Approval, Post
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import unit_scope


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User, permission: str = "cadres.view_appointment"):
        """By the unit of the post, and one's own."""
        reach = unit_scope(user, permission, court="court", units=("post__unit",))
        return self.filter(reach | Q(officer__user=user, is_void=False))

    def standing(self):
        """Those not entered by mistake."""
        return self.filter(is_void=False)

    def in_force(self, *, on):
        return self.standing().filter(start__lte=on).filter(Q(end=None) | Q(end__gt=on))


class Appointment(models.Model):
    """An officer in a post, from ``start`` up to, but not including, ``end``.

    The database refuses two in one seat, and one officer twice in one post, at the same time:
    see ``cadres.triggers``. A seat is one of the post's authorised number, counted from 1.
    """

    class Nature(models.TextChoices):
        REGULAR = "regular", _("appointed")
        ACTING = "acting", _("acting")
        SECONDED_IN = "seconded_in", _("seconded in")

    class EndReason(models.TextChoices):
        TERM_END = "term_end", _("term ended")
        TRANSFER = "transfer", _("transfer to another post")
        LEFT_COURT = "left_court", _("left the court")
        RESIGNED = "resigned", _("resigned from the post")
        RETIRED = "retired", _("retirement")
        REMOVED = "removed", _("removed from the post")
        POST_CLOSED = "post_closed", _("post closed")
        DIED = "died", _("death")
        OTHER = "other", _("another reason")

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    post = models.ForeignKey(
        Post, models.PROTECT, related_name="appointments", verbose_name=_("post")
    )
    seat = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty: seconded in, takes no seat."
    )
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="appointments", verbose_name=_("officer")
    )
    nature = models.CharField(_("nature"), max_length=12, choices=Nature, default=Nature.REGULAR)
    start = models.DateField(_("in the post from"))
    term_end = models.DateField(
        _("term until"), null=True, blank=True, help_text=_("First day after the term of office.")
    )
    end = models.DateField(
        _("ended"), null=True, blank=True, help_text=_("First day no longer in the post.")
    )
    end_reason = models.CharField(
        _("reason of the end"), max_length=12, choices=EndReason, blank=True
    )
    document = models.ForeignKey(
        Approval,
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("appointment document"),
    )
    removal_document = models.ForeignKey(
        Approval,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="removals",
        verbose_name=_("removal document"),
    )
    higher_approval = models.ForeignKey(
        Approval,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_appointments",
        verbose_name=_("approval of the higher body"),
    )
    is_void = models.BooleanField(_("entered by mistake"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(
        help_text="The last change that may alter an allowance; paid months are compared with it."
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="appointment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(term_end=None) | Q(term_end__gt=F("start")),
                name="appointment_term_after_start",
            ),
            models.CheckConstraint(
                condition=Q(end=None, end_reason="") | Q(end__isnull=False) & ~Q(end_reason=""),
                name="appointment_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(nature="seconded_in", seat=None)
                | ~Q(nature="seconded_in") & Q(seat__gte=1),
                name="appointment_takes_a_seat",
            ),
        ]
        indexes = [
            models.Index(fields=["court", "-start", "-id"], name="appointment_recent"),
            # Who holds a post today: few of a history that grows with the years.
            models.Index(fields=["end"], name="appointment_end"),
            models.Index(fields=["officer", "start"], name="appointment_of_officer"),
            models.Index(fields=["post", "start"], name="appointment_of_post"),
            models.Index(fields=["court", "term_end"], name="appointment_terms"),
            models.Index(fields=["court", "changed_at"], name="appointment_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.officer} · {self.post}"

    def get_absolute_url(self) -> str:
        return reverse("cadres:appointment_detail", args=[self.pk])


class TermExtension(models.Model):
    """A term of office made longer, with the document that allows it."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="extensions")
    old_term_end = models.DateField(_("term before"))
    new_term_end = models.DateField(_("term after"))
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="term_extensions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("extension of a term")
        verbose_name_plural = _("extensions of terms")
        constraints = [
            models.CheckConstraint(
                condition=Q(new_term_end__gt=F("old_term_end")), name="term_extension_is_longer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} → {self.new_term_end}"


class Secondment(models.Model):
    """The holder of a post works elsewhere, from ``start`` up to, but not including, ``end``."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="secondments")
    start = models.DateField(_("seconded from"))
    end = models.DateField(_("seconded until"), null=True, blank=True)
    destination = models.CharField(_("seconded to"), max_length=100)
    document = models.ForeignKey(
        Approval, models.PROTECT, null=True, blank=True, related_name="secondments"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("secondment")
        verbose_name_plural = _("secondments")
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="secondment_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(end=None), name="secondment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.start}"


class ElectionPlanQuerySet(models.QuerySet["ElectionPlan"]):
    def visible_to(self, user: User, permission: str = "cadres.view_appointment"):
        return self.filter(unit_scope(user, permission, court="court", units=("unit",)))


class ElectionPlan(models.Model):
    """The re-election of one Party organisation at the end of its term: planned, then held."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="elections", verbose_name=_("Party organisation")
    )
    due_on = models.DateField(_("due"), help_text="First day after the term that ends.")
    planned_on = models.DateField(_("planned for"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    document = models.ForeignKey(
        Approval,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="elections",
        verbose_name=_("document"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = ElectionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned election")
        verbose_name_plural = _("planned elections")
        constraints = [
            models.UniqueConstraint(fields=["unit", "due_on"], name="election_once_per_term")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.due_on}"
