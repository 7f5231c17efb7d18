"""The demo court's retention: a handful of records of each concern, for every page to show.

Each record is made by the service that its page calls, in the name of who would have asked for it.
"""

from datetime import date

from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.demo.retention.board import fill_board
from courtparty.demo.retention.care import fill_care
from courtparty.demo.retention.cast import cast_of
from courtparty.demo.retention.health import fill_health
from courtparty.demo.retention.leave import fill_leave
from courtparty.demo.retention.life import fill_life
from courtparty.demo.retention.progress import fill_progress
from courtparty.demo.retention.screening import fill_screening
from courtparty.demo.retention.treatment import fill_treatment

__all__ = ["fill_retention"]


def fill_retention(court: Unit, officer: Officer, *, on: date) -> None:
    """Health, leave, help, awards, talks and the board; last what follows from the others."""
    cast = cast_of(court, officer, on=on)
    fill_health(cast)
    fill_screening(cast)
    fill_leave(cast)
    fill_life(cast)
    fill_progress(cast)
    fill_care(cast)
    fill_board(cast)
    fill_treatment(cast)
