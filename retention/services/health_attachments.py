"""Files of a health file: kept under a name that says nothing, handed out with a trace."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record_read
from courtparty.jobs.models import StoredFile
from courtparty.jobs.services import store_file


def keep_report(file: UploadedFile | None, *, of: str, by: User) -> StoredFile | None:
    """Keep an uploaded report as long as its record. Part of the caller's transaction.

    What the file was called may name a person or an illness, so it is not kept.
    """
    if not file:
        return None
    ending = (file.name or "").rpartition(".")[2].lower()
    return store_file(
        file.read(),
        name=f"{of}.{ending}",
        content_type=file.content_type or "application/octet-stream",
        by=by,
        is_kept=True,
    )


@transaction.atomic
def hand_out(file: StoredFile, *, officer: Officer, by: User, reason: str) -> StoredFile:
    """Hand out a file of an officer's health file; somebody else than the officer is recorded."""
    if officer.user_id != by.pk:
        record_read(
            "health.file_downloaded",
            by=by, on=officer, court=officer.court, reason=reason, via="steward",
        )  # fmt: skip
    return file


def drop_files(ids: set[int]) -> int:
    """Delete stored files nothing refers to any more. Part of the caller's transaction."""
    deleted, _by_model = StoredFile.objects.filter(pk__in=ids).delete()
    return deleted
