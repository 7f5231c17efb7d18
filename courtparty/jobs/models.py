"""Long work as rows: a worker may die at any moment, the row says what is still owed."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit
from courtparty.lib.crypto import seal_bytes, unseal_bytes

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user):
        return self.filter(created_by=user)


class StoredFile(models.Model):
    """An uploaded or made file, encrypted in the database: several hosts need no shared disk."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        db_index=True, null=True, help_text="Empty: kept as long as a record refers to it."
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> bytes:
        return unseal_bytes(bytes(self.sealed), binding=f"jobs.storedfile:{self.key}")

    def seal(self, content: bytes) -> None:
        self.sealed = seal_bytes(content, binding=f"jobs.storedfile:{self.key}")


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user):
        return self.filter(created_by=user)

    def unfinished(self):
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def claimable(self, *, at):
        """Waiting, or given up by a worker that stopped renewing its lease."""
        abandoned = Q(state=Job.State.RUNNING, lease_until__lt=at)
        return self.filter(Q(state=Job.State.QUEUED) | abandoned)


class Job(models.Model):
    """One piece of long work somebody asked for, with its progress and how it ended."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    lock = models.CharField(max_length=120, help_text="Two unfinished jobs never share a lock.")
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    message = models.CharField(
        max_length=500, blank=True, help_text="Why it was refused or failed."
    )
    result = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="zh-hans")
    return_url = models.CharField(max_length=200, blank=True)
    court = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["lock"],
                condition=Q(state__in=["queued", "running"]),
                name="job_one_unfinished_per_lock",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False) | ~Q(state="running"),
                name="job_running_has_lease",
            ),
        ]
        indexes = [models.Index(fields=["created_by", "-created_at"], name="job_mine")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
