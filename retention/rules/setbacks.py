"""The care after a setback: which step may follow which, and by when the talk is due.

No regulation fixes the steps; the essay behind the product asks for timely care and help in
difficulties and setbacks. They are written down here once, so that nothing else decides them.
"""

from datetime import date, timedelta

from courtparty.lib.workdays import Calendar, add_working_days

# Where somebody is still being cared for.
RUNNING = ("open", "talked", "helping", "following")
# What is over, well or otherwise, and may be taken up again.
ENDED = ("better", "closed")

# (state before, action) → state after. What is not here can't be done.
TRANSITIONS = {
    ("open", "talk"): "talked",
    ("talked", "talk"): "talked",
    ("helping", "talk"): "helping",
    ("following", "talk"): "following",
    # Help need not wait for the talk, which stays due.
    ("open", "help"): "open",
    ("talked", "help"): "helping",
    ("helping", "help"): "helping",
    ("following", "help"): "helping",
    ("talked", "follow"): "following",
    ("helping", "follow"): "following",
    ("following", "follow"): "following",
    ("talked", "recover"): "better",
    ("helping", "recover"): "better",
    ("following", "recover"): "better",
    ("open", "close"): "closed",
    ("talked", "close"): "closed",
    ("helping", "close"): "closed",
    ("following", "close"): "closed",
    ("open", "withdraw"): "withdrawn",
    # The only talk is taken back as entered by mistake.
    ("talked", "untalk"): "open",
    ("helping", "untalk"): "open",
    ("better", "reopen"): "following",
    ("closed", "reopen"): "following",
    ("closed", "reopen_untalked"): "open",
}
ACTIONS_SHOWN = ("help", "follow", "recover", "close", "withdraw", "reopen")


def state_after(state: str, action: str, *, has_help: bool = False) -> str | None:
    """The state that ``action`` leads to; None where it can't be done.

    ``has_help``: help was arranged before the talk, so that the talk leads straight to helping.
    """
    after = TRANSITIONS.get((state, action))
    return "helping" if after == "talked" and has_help else after


def actions_in(state: str) -> frozenset[str]:
    return frozenset(action for before, action in TRANSITIONS if before == state)


def talk_due(known_on: date, *, days: int, calendar: Calendar) -> date:
    """The last day for the talk: so many working days after the day the court knew of it."""
    return add_working_days(known_on, days, calendar)


def next_follow_up(day: date, *, days: int) -> date:
    """When to ask again how it is, in calendar days after ``day``."""
    return day + timedelta(days=days)


def day_of_month_figure(month: date, *, on: date) -> date:
    """The day a figure of ``month`` stands for: the last of the month, or today within it."""
    following = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    return min(following - timedelta(days=1), on)
