"""What the timetable starts for help in hardship."""

from celery import shared_task
from django.utils import timezone

from retention.services import hardship


@shared_task(name="retention.tasks.remind_hardship")
def remind_hardship() -> None:
    hardship.remind_cases(on=timezone.localdate())


@shared_task(name="retention.tasks.freeze_hardship_reports")
def freeze_hardship_reports() -> None:
    hardship.freeze_reports(at=timezone.now())
