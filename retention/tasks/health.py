"""What the timetable starts for check-ups and health files."""

from celery import shared_task
from django.utils import timezone

from retention.services import checkup_reminders, health_expiry


@shared_task(name="retention.tasks.remind_health")
def remind_health() -> None:
    checkup_reminders.remind_all(on=timezone.localdate())


@shared_task(name="retention.tasks.expire_health")
def expire_health() -> None:
    health_expiry.expire_health(on=timezone.localdate(), at=timezone.now())
