"""A day to come in a year that can be meant: what reckons with days ends with the calendar."""

from typing import Any

from cadres.forms.appointments import FAR_AHEAD, DayField


def coming_day_field(**kwargs: Any) -> DayField:
    """Ten years ahead at most: working days up to it are counted one by one, day after day."""
    return DayField(ahead=FAR_AHEAD, **kwargs)
