"""Entry points for the timetable: screening, calls, emergency openings, pressure."""

from celery import shared_task
from django.utils import timezone

from retention.services import break_glass, calls, pressure, screening, screening_campaigns


@shared_task(name="retention.tasks.remind_calls")
def remind_calls() -> None:
    calls.remind_calls(at=timezone.now())


@shared_task(name="retention.tasks.end_break_glass")
def end_break_glass() -> None:
    break_glass.end_over(at=timezone.now())


@shared_task(name="retention.tasks.delete_expired_screenings")
def delete_expired_screenings() -> None:
    screening.delete_all_expired(on=timezone.localdate())


@shared_task(name="retention.tasks.invite_to_screening")
def invite_to_screening() -> None:
    screening_campaigns.start_due_campaigns(at=timezone.now())


@shared_task(name="retention.tasks.publish_pressure")
def publish_pressure() -> None:
    pressure.publish_due(at=timezone.now())
