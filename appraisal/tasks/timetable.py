"""Entry points for the timetable: cycles to be opened, and their last days."""

from celery import shared_task
from django.utils import timezone

from appraisal.services import timetable


@shared_task(name="appraisal.tasks.open_due_cycles")
def open_due_cycles() -> None:
    timetable.open_due_cycles(on=timezone.localdate())


@shared_task(name="appraisal.tasks.announce_last_days")
def announce_last_days() -> None:
    timetable.announce_last_days(on=timezone.localdate())
