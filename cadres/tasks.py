"""The long work of this app, as jobs."""

from collections.abc import Generator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadres.services import roster
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, job_kind

Steps = Generator[Progress, None, dict[str, Any]]


@job_kind(roster.CHECK, _("Checking the roster workbook"))
def check_roster(job: Job) -> Steps:
    return roster.check_roster(import_id=job.args["import_id"], on=timezone.localdate())


@job_kind(roster.IMPORT, _("Importing the roster"))
def import_roster(job: Job) -> Steps:
    return roster.import_roster(
        import_id=job.args["import_id"],
        by=job.created_by,
        choices=job.args["choices"],
        mark_left=job.args["mark_left"],
        on=timezone.localdate(),
    )
