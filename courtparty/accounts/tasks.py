"""Housekeeping from the timetable."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from courtparty.accounts.services import sessions


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")
    sessions.forget_ended_sessions(at=timezone.now())
