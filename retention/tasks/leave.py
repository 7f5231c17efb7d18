"""What the timetable starts about leave."""

from celery import shared_task
from django.utils import timezone

from retention.services import leave_reminders, leave_rounds


@shared_task(name="retention.tasks.open_leave_rounds")
def open_leave_rounds() -> int:
    return leave_rounds.open_due_rounds(on=timezone.localdate())


@shared_task(name="retention.tasks.remind_leave")
def remind_leave() -> int:
    return leave_reminders.remind_leave(on=timezone.localdate())
