"""The Celery application: settings come from Django, the timetable from schedule.py."""

import os

from celery import Celery

from courtparty.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtparty.settings")

app = Celery("courtparty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
