"""What the timetable starts for the retention board."""

from celery import shared_task
from django.utils import timezone

from retention.services import actions, board_years, departures, pauses


@shared_task(name="retention.tasks.suggest_pauses")
def suggest_pauses() -> None:
    pauses.suggest_pauses(on=timezone.localdate(), at=timezone.now())


@shared_task(name="retention.tasks.announce_pause_ends")
def announce_pause_ends() -> None:
    pauses.announce_ends(on=timezone.localdate())


@shared_task(name="retention.tasks.remind_departures")
def remind_departures() -> None:
    departures.remind_departures(on=timezone.localdate())


@shared_task(name="retention.tasks.remind_actions")
def remind_actions() -> None:
    actions.remind_actions(on=timezone.localdate())


@shared_task(name="retention.tasks.close_board_years")
def close_board_years() -> None:
    board_years.close_due_years(on=timezone.localdate(), at=timezone.now())
