"""Mail leaves through here: poked by a service, and by the sweep in the timetable."""

from celery import shared_task
from django.utils import timezone

from courtparty.notices import delivery


@shared_task
def send_mail() -> None:
    delivery.send_owed(at=timezone.now())
