"""Party-building management in a grass-roots court."""

from courtparty.celery import app as celery_app

__all__ = ["celery_app"]
