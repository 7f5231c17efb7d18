"""Entry points for the queue and the timetable: case figures."""

from collections.abc import Generator
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appraisal.services import confirmations, figures
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, job_kind


@job_kind(figures.CHECK, _("Checking the case figures"))
def check_figures(job: Job) -> Generator[Progress, None, dict[str, Any]]:
    on = timezone.localdate()
    return (yield from figures.check_figures(import_id=job.args["import_id"], on=on))


@job_kind(figures.IMPORT, _("Importing the case figures"))
def import_figures(job: Job) -> Generator[Progress, None, dict[str, Any]]:
    on, by = timezone.localdate(), job.created_by
    return (yield from figures.import_figures(import_id=job.args["import_id"], by=by, on=on))


@shared_task(name="appraisal.tasks.remind_figures_to_confirm")
def remind_figures_to_confirm() -> None:
    confirmations.remind_to_confirm(on=timezone.localdate())
