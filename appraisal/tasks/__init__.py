"""Work for the queue: importing this package registers every kind of job of the app."""

from appraisal.tasks import cycles, figures, ratings, timetable

__all__ = ["cycles", "figures", "ratings", "timetable"]
