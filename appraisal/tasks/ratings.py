"""Entry points for the timetable: ratings."""

from celery import shared_task
from django.utils import timezone

from appraisal.services import rating_returns


@shared_task(name="appraisal.tasks.remind_ratings")
def remind_ratings() -> None:
    rating_returns.remind_raters(on=timezone.localdate())
