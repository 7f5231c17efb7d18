"""The computing of a cycle as a job."""

from collections.abc import Generator
from typing import Any

from django.utils.translation import gettext_lazy as _

from appraisal.services.assessment import assessment_steps
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, job_kind


@job_kind("appraisal.assess", _("Computing the appraisal"))
def assess(job: Job) -> Generator[Progress, None, dict[str, Any]]:
    run = yield from assessment_steps(
        cycle_id=job.args["cycle"], by=job.created_by, asked_at=job.created_at
    )
    return {"run": run.pk, "fingerprint": run.fingerprint}
