"""Entitlements: long work as jobs, and what the timetable starts."""

from collections.abc import Generator
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.new_courts import for_new_courts
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, job_kind
from retention.services import (
    entitlement_computing,
    entitlement_reminders,
    entitlement_rules,
    received_imports,
)

Steps = Generator[Progress, None, dict[str, Any]]


@for_new_courts
def begin_with_rules(court: Unit, by: User | None) -> None:
    entitlement_rules.install_entitlement_rules(court, by=by)


@job_kind(entitlement_computing.COMPUTE, _("Computing the entitlements"))
def compute_entitlements(job: Job) -> Steps:
    return entitlement_computing.compute_court(
        court_id=job.args["court_id"], by=job.created_by, on=timezone.localdate()
    )


@job_kind(received_imports.CHECK, _("Checking the workbook of what was received"))
def check_received(job: Job) -> Steps:
    return received_imports.check_received(import_id=job.args["import_id"], on=timezone.localdate())


@job_kind(received_imports.IMPORT, _("Importing what was received"))
def import_received(job: Job) -> Steps:
    return received_imports.import_received(
        import_id=job.args["import_id"], by=job.created_by, on=timezone.localdate()
    )


@shared_task(name="retention.tasks.compute_entitlements")
def compute_all_entitlements() -> None:
    entitlement_computing.compute_all(on=timezone.localdate())


@shared_task(name="retention.tasks.remind_entitlements")
def remind_entitlements() -> None:
    entitlement_reminders.remind_entitlements(on=timezone.localdate())
