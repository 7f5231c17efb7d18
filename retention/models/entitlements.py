"""What officers are entitled to, by which rule, and what they have received."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField


class EntitlementKind(models.TextChoices):
    RANK_STEP = "rank_step", _("rank step")
    WAGE_STEP = "wage_step", _("wage step")
    JUDGE_RANK_STEP = "judge_rank_step", _("judge rank step")
    ANNUAL_LEAVE = "annual_leave", _("annual leave")
    MAKEUP_REST = "makeup_rest", _("make-up rest")
    ALLOWANCE = "allowance", _("post allowance")
    CHECKUP = "checkup", _("health check-up")


class Certainty(models.TextChoices):
    """How sure a rule's numbers are."""

    READ = "R", _("read in the rule's own text")
    SEEN = "S", _("seen on a secondary page")
    UNVERIFIED = "U", _("not verified")


class EntitlementRuleQuerySet(models.QuerySet["EntitlementRule"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.view_entitlements"))

    def in_force(self, *, on):
        return self.filter(start__lte=on).filter(Q(end=None) | Q(end__gt=on))


class EntitlementRule(models.Model):
    """The numbers of one kind of entitlement, from ``start`` up to, but not including, ``end``.

    Two rules of one court for one kind never overlap: see ``retention.triggers``. What ``table``
    holds for each kind is written in ``retention.rules.entitlement_tables``.
    """

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    kind = models.CharField(_("kind"), max_length=16, choices=EntitlementKind)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    start = models.DateField(_("in force from"))
    end = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("First day no longer in force.")
    )
    table = models.JSONField(_("numbers"))
    source = models.CharField(
        _("source"), max_length=300, help_text=_("The rule or document the numbers come from.")
    )
    certainty = models.CharField(
        _("how sure"), max_length=1, choices=Certainty, default=Certainty.UNVERIFIED
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_shipped = models.BooleanField(
        _("default of the product"), default=False, help_text=_("Not yet checked by the court.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("entered"))

    objects = EntitlementRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement rule")
        verbose_name_plural = _("entitlement rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")),
                name="entitlement_rule_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["court", "kind", "start"], name="entitlement_rule_starts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}"

    def get_absolute_url(self) -> str:
        return reverse("retention:entitlement_rule_detail", args=[self.pk])


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def visible_to(self, user: User):
        """Those of the courts whose entitlements ``user`` reads, and one's own."""
        own = Officer.objects.filter(user=user)
        # Not by a join: a count would read every officer of the court.
        reach = court_scope(user, "retention.view_entitlements")
        return self.filter(reach | Q(officer__in=own))

    def open(self):
        return self.filter(state=Entitlement.State.DUE)

    def late(self, *, on):
        return self.open().filter(due_on__lt=on)


class Entitlement(models.Model):
    """What an officer is due of one kind for one period, as the last computing found it.

    Nothing here is entered: rows follow from rules, the roster, appraisal grades, appointments,
    ``Received`` and ``Waiver``, and computing them again changes nothing. ``period`` says which
    of the kind it is: a year, a month, or the day the term began.
    """

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("of an entitlement", "due")
        EXPECTED = "expected", _("expected")
        MISSING = "missing", _("facts are missing")
        RECEIVED = "received", pgettext_lazy("of an entitlement", "received")
        WAIVED = "waived", _("not to be given")

    # No index of their own: those below begin with them.
    court = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("court"), db_index=False
    )
    officer = models.ForeignKey(
        Officer,
        models.PROTECT,
        related_name="entitlements",
        verbose_name=_("officer"),
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=16, choices=EntitlementKind)
    period = models.CharField(_("period"), max_length=24)
    due_on = models.DateField(_("due on"), null=True)
    quantity = models.DecimalField(_("due"), max_digits=10, decimal_places=2, null=True)
    received = models.DecimalField(_("received"), max_digits=10, decimal_places=2, default=0)
    received_on = models.DateField(_("received on"), null=True)
    explained = models.JSONField(default=list, help_text="Codes with values, put into words later.")
    rule = models.ForeignKey(EntitlementRule, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State)
    computed_at = models.DateTimeField(_("computed"))

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "period"], name="entitlement_once_per_period"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["due", "expected"]) | Q(due_on__isnull=False),
                name="entitlement_due_has_day",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0), name="entitlement_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["court", "state", "due_on", "id"], name="entitlement_by_day"),
            models.Index(fields=["court", "kind", "state", "due_on"], name="entitlement_by_kind"),
            models.Index(fields=["due_on"], condition=Q(state="due"), name="entitlement_waiting"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("retention:entitlement_detail", args=[self.pk])


class ReceivedImportQuerySet(models.QuerySet["ReceivedImport"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.manage_entitlements"))


class ReceivedImport(models.Model):
    """One workbook of what officers received: checked, shown, then taken whole or not at all."""

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        FAULTY = "faulty", _("has errors")
        READY = "ready", _("ready to import")
        IMPORTED = "imported", _("imported")
        DISCARDED = "discarded", _("discarded")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    counts = models.JSONField(default=dict, help_text="new, unchanged, faults …")
    report = EncryptedJSONField(null=True, help_text="Faults and rows: holds personal data.")
    plan_hash = models.CharField(
        max_length=64, blank=True, help_text="What was shown, to the byte."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("uploaded"))
    imported_at = models.DateTimeField(_("imported"), null=True)

    objects = ReceivedImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of what was received")
        verbose_name_plural = _("imports of what was received")
        indexes = [models.Index(fields=["court", "-created_at"], name="received_import_recent")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="imported", imported_at__isnull=False)
                | ~Q(state="imported") & Q(imported_at=None),
                name="received_import_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("retention:received_import_detail", args=[self.pk])


class ReceivedQuerySet(models.QuerySet["Received"]):
    def visible_to(self, user: User):
        kept = court_scope(user, "retention.view_entitlements", court="officer__court")
        return self.filter(kept | Q(officer__user=user))

    def standing(self):
        """Those not taken back as entered by mistake."""
        return self.filter(voided_at=None)


class Received(models.Model):
    """Something an officer was given: a step, days, money or a check-up, with its document.

    What other parts of the product record themselves (leave, paid allowances, check-ups) is read
    there; a row here adds to it.
    """

    class Variant(models.TextChoices):
        STEP = "step", _("wage step")
        LEVEL = "level", _("wage level")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="received", verbose_name=_("officer")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=EntitlementKind)
    variant = models.CharField(_("which step"), max_length=8, choices=Variant, blank=True)
    received_on = models.DateField(_("received on"), help_text=_("The day it takes effect."))
    period = models.CharField(
        _("for the period"),
        max_length=10,
        blank=True,
        help_text="A year, a month, a day of overtime; steps and check-ups: none.",
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2)
    document = models.CharField(_("document number"), max_length=80, blank=True)
    source = models.ForeignKey(
        ReceivedImport, models.PROTECT, null=True, related_name="rows", verbose_name=_("import")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    entered_at = models.DateTimeField(_("entered"))
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    voided_at = models.DateTimeField(_("taken back"), null=True)
    voided_reason = EncryptedTextField(_("reason"), blank=True, default="")

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("received")
        verbose_name_plural = _("received")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "variant", "received_on", "period"],
                condition=Q(voided_at=None),
                name="received_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="received_something"),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="received_voided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(kind="wage_step") & ~Q(variant="")
                | ~Q(kind="wage_step") & Q(variant=""),
                name="received_wage_says_which",
            ),
        ]
        indexes = [models.Index(fields=["officer", "kind", "received_on"], name="received_of")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.received_on}"


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def visible_to(self, user: User):
        kept = court_scope(user, "retention.view_entitlements", court="officer__court")
        return self.filter(kept | Q(officer__user=user))

    def standing(self):
        return self.filter(withdrawn_at=None)


class Waiver(models.Model):
    """A decision that one entitlement is not to be given, with its reason and document."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=EntitlementKind)
    period = models.CharField(_("period"), max_length=24)
    reason = EncryptedTextField(_("reason"))
    document = models.CharField(_("document number"), max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement not given")
        verbose_name_plural = _("entitlements not given")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "period"],
                condition=Q(withdrawn_at=None),
                name="waiver_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="waiver_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class EntitlementComputingQuerySet(models.QuerySet["EntitlementComputing"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.view_entitlements"))


class EntitlementComputing(models.Model):
    """One computing of a whole court's entitlements, by the timetable or by somebody."""

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField(_("as of"))
    officers = models.PositiveIntegerField(_("officers"))
    entitlements = models.PositiveIntegerField(_("entitlements"))
    written = models.PositiveIntegerField(_("written"), help_text="New or changed.")
    removed = models.PositiveIntegerField(_("removed"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(_("finished"))

    objects = EntitlementComputingQuerySet.as_manager()

    class Meta:
        verbose_name = _("computing of entitlements")
        verbose_name_plural = _("computings of entitlements")
        indexes = [models.Index(fields=["court", "-finished_at"], name="entitlement_computed")]

    def __str__(self) -> str:
        return f"{self.on}"
