"""What the timetable starts for setbacks and talks."""

from celery import shared_task
from django.utils import timezone

from retention.services import setback_intake, talk_reminders, talk_yearly


@shared_task(name="retention.tasks.raise_setbacks")
def raise_setbacks() -> None:
    setback_intake.raise_from_figures(on=timezone.localdate(), at=timezone.now())


@shared_task(name="retention.tasks.plan_talks")
def plan_talks() -> None:
    talk_yearly.plan_all(on=timezone.localdate(), at=timezone.now())


@shared_task(name="retention.tasks.remind_talks")
def remind_talks() -> None:
    talk_reminders.remind_all(on=timezone.localdate())
