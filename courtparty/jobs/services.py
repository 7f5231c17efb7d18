"""Asking for long work, and keeping the files it reads and makes."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.jobs import tasks
from courtparty.jobs.models import Job, StoredFile

FILE_LIFE = timedelta(days=30)


class CannotStart(Exception):
    """The same work is already under way. Its text is for the user."""


def store_file(
    content: bytes, *, name: str, content_type: str, by: User, is_kept: bool = False
) -> StoredFile:
    """Keep a file, encrypted: for 30 days, or as long as a record refers to it."""
    now = timezone.now()
    stored = StoredFile(
        name=name[-200:],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_by=by,
        created_at=now,
        expires_at=None if is_kept else now + FILE_LIFE,
    )
    stored.seal(content)
    stored.save()
    return stored


def start_job(
    kind: str, *, by: User, lock: str, court: Unit | None, return_url: str = "", **args: Any
) -> Job:
    """Queue one piece of work. Refuses while unfinished work holds the same ``lock``.

    ``args`` are ids and dates, never personal data. The worker is poked after commit; when the
    broker is down the sweep finds the row.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                lock=lock,
                args=args,
                court=court,
                return_url=return_url,
                language=translation.get_language() or settings.LANGUAGE_CODE,
                created_by=by,
                created_at=timezone.now(),
            )
    except IntegrityError:
        raise CannotStart(
            _("This is already being worked on. Please wait for it to finish.")
        ) from None
    transaction.on_commit(lambda: tasks.run_job.delay(job.pk), robust=True)
    return job


def cancel_job(*, job_id: int, by: User, at: datetime) -> bool:
    """Stop an own job; the worker notices before its next step. False when it had finished."""
    mine = Job.objects.visible_to(by).unfinished().filter(pk=job_id)
    return mine.update(state=Job.State.CANCELLED, finished_at=at) == 1
