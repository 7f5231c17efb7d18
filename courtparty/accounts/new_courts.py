"""What a new court begins with, beside itself: each app registers its own defaults here."""

from collections.abc import Callable

from courtparty.accounts.models import Unit, User

Starter = Callable[[Unit, User | None], None]

STARTERS: list[Starter] = []


def for_new_courts(starter: Starter) -> Starter:
    """Have ``starter`` run for each court made, in the transaction that makes it."""
    STARTERS.append(starter)
    return starter
