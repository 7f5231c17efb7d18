"""Entry points of the timetable and of long work, a module for each concern."""

from retention.tasks import (
    awards,
    board,
    entitlements,
    hardship,
    health,
    leave,
    screening,
    setbacks,
)

__all__ = [
    "awards",
    "board",
    "entitlements",
    "hardship",
    "health",
    "leave",
    "screening",
    "setbacks",
]
