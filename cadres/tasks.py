"""The long work of this app, as jobs, and what the timetable starts."""

from collections.abc import Generator
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadres.services import allowance_due, allowance_runs, elections, fulltime, requests, roster
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


@job_kind(allowance_runs.DRAFT, _("Computing the allowances"))
def draft_run(job: Job) -> Steps:
    run = yield from allowance_runs.draft_steps(
        court_id=job.args["court_id"],
        month=date.fromisoformat(job.args["month"]),
        by=job.created_by,
        at=timezone.now(),
        asked_at=job.created_at,
    )
    return {"run": run.pk, "fingerprint": run.fingerprint}


@shared_task(name="cadres.tasks.make_due_runs")
def make_due_runs() -> None:
    allowance_due.run_due(on=timezone.localdate())


@shared_task(name="cadres.tasks.remind_replies")
def remind_replies() -> None:
    requests.remind_replies(on=timezone.localdate())


@shared_task(name="cadres.tasks.remind_terms")
def remind_terms() -> None:
    elections.remind_terms(on=timezone.localdate())


@shared_task(name="cadres.tasks.check_fulltime")
def check_fulltime() -> None:
    fulltime.check_all(on=timezone.localdate())
