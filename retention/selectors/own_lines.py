"""The four concerns as tiles of an officer's *My records*."""

from datetime import date

from cadres.models import Officer
from retention.selectors.countable import OwnLine
from retention.selectors.own import (
    awards,
    board,
    entitlements,
    hardship,
    health,
    leave,
    setbacks,
)

PARTS = (health, entitlements, leave, hardship, awards, setbacks, board)


def own_lines(officer: Officer, *, on: date) -> list[OwnLine]:
    """One tile for each concern, in the order of the four concerns."""
    return [part.own_line(officer, on=on) for part in PARTS]
