"""Entry points for the timetable: awards and mentoring."""

from celery import shared_task
from django.utils import timezone

from retention.services import award_reminders, mentoring


@shared_task(name="retention.tasks.remind_awards")
def remind_awards() -> None:
    award_reminders.remind_awards(on=timezone.localdate())


@shared_task(name="retention.tasks.remind_quiet_pairs")
def remind_quiet_pairs() -> None:
    mentoring.remind_quiet_pairs(on=timezone.localdate())
