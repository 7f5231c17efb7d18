"""Sealing runs from the timetable."""

from celery import shared_task

from courtparty.audit import services


@shared_task
def seal_entries() -> None:
    while services.seal_entries() == services.SEAL_AT_A_TIME:
        pass
