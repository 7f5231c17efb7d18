"""Entry points for the queue and the timetable."""

from celery import shared_task
from django.utils import timezone

from courtparty.jobs import runner


@shared_task
def run_job(job_id: int) -> None:
    runner.run_job(job_id=job_id)


@shared_task
def sweep() -> None:
    for job_id in runner.jobs_to_poke(at=timezone.now()):
        run_job.delay(job_id)


@shared_task
def delete_expired_files() -> None:
    runner.delete_expired_files(at=timezone.now())
