"""Doing queued work, and taking up what a dead worker left."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courtparty.jobs.models import LEASE, MAX_ATTEMPTS, Job, StoredFile
from courtparty.jobs.registry import KINDS, Progress, Refused
from courtparty.notices.services import notify

POKE_AFTER = timedelta(seconds=30)
WORTH_TELLING = timedelta(seconds=20)
log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody cancelled the job, or another worker took it over."""


def run_job(*, job_id: int) -> None:
    """Do the work of one job, renewing the lease at each step. Does nothing if it is taken."""
    job = _claim(job_id, at=timezone.now())
    if job is None:
        return
    with translation.override(job.language):
        try:
            result = _work_through(job)
        except LeaseLost:
            return
        except Refused as refusal:
            _finish(job, Job.State.REFUSED, message=str(refusal)[:500])
        except Exception as failure:
            # The text of an unexpected error may hold a person's data: only its type is logged.
            log.error("job %s (%s) failed: %s", job.pk, job.kind, type(failure).__name__)
            _fail(job)
        else:
            _finish(job, Job.State.DONE, result=result)


def _claim(job_id: int, *, at: datetime) -> Job | None:
    claimed = (
        Job.objects.claimable(at=at)
        .filter(pk=job_id, attempts__lt=MAX_ATTEMPTS)
        .update(
            state=Job.State.RUNNING,
            attempts=F("attempts") + 1,
            lease_until=at + LEASE,
            done=0,
        )
    )
    return Job.objects.select_related("created_by", "court").get(pk=job_id) if claimed else None


def _work_through(job: Job) -> dict[str, Any]:
    work = KINDS[job.kind].work(job)
    while True:
        try:
            progress = next(work)
        except StopIteration as end:
            return end.value or {}
        _renew(job, progress)


def _mine(job: Job):
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def _renew(job: Job, progress: Progress) -> None:
    renewed = _mine(job).update(
        done=progress.done, total=progress.total, lease_until=timezone.now() + LEASE
    )
    if not renewed:
        raise LeaseLost


def _fail(job: Job) -> None:
    if job.attempts < MAX_ATTEMPTS:
        _mine(job).update(state=Job.State.QUEUED, lease_until=None)
        return
    _finish(
        job, Job.State.FAILED, message=_("An internal error. Nothing was changed by this step.")
    )


@transaction.atomic
def _finish(
    job: Job, state: str, *, message: str = "", result: dict[str, Any] | None = None
) -> None:
    ended = _mine(job).update(
        state=state,
        message=message,
        result=result or {},
        finished_at=timezone.now(),
        lease_until=None,
    )
    # Who waits on the page sees the end there; only long work is worth a notice.
    if not ended or timezone.now() - job.created_at < WORTH_TELLING:
        return
    notify(
        job.created_by,
        kind="job_done" if state == Job.State.DONE else "job_failed",
        key=f"job:{job.pk}",
        url=job.return_url,
        label=str(KINDS[job.kind].label),
    )


def jobs_to_poke(*, at: datetime) -> list[int]:
    """Close what three workers died of, and list the jobs that no worker has in hand."""
    hopeless = Job.objects.claimable(at=at).filter(attempts__gte=MAX_ATTEMPTS)
    hopeless.update(
        state=Job.State.FAILED,
        finished_at=at,
        lease_until=None,
        message=_("The worker stopped three times during this work."),
    )
    waiting = Job.objects.claimable(at=at).filter(created_at__lt=at - POKE_AFTER)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:100])


def delete_expired_files(*, at: datetime) -> int:
    return StoredFile.objects.filter(expires_at__lte=at).delete()[0]
