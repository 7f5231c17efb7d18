"""The four concerns on the start page: what waits, and how things stand, counted in one query."""

from dataclasses import dataclass, field, replace
from datetime import date

from courtparty.accounts.models import User
from courtparty.accounts.scope import standing_of
from courtparty.lib.counts import Counting, Kept, UpTo, counting_of
from retention.selectors.cards import Card, cards_of
from retention.selectors.countable import Countable
from retention.selectors.needs import (
    awards,
    board,
    entitlements,
    hardship,
    health,
    leave,
    screening,
    setbacks,
)

# In the order of urgency: a person to be called today stands above a plan to be made.
PARTS = (screening, setbacks, hardship, leave, health, awards, entitlements, board)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line with how many wait."""

    line: Countable
    count: UpTo


@dataclass(frozen=True, slots=True)
class Counted:
    """A card with its two figures."""

    card: Card
    count: UpTo
    note_count: UpTo

    @property
    def note(self) -> str:
        return str(self.card.note) % {"count": self.note_count}

    @property
    def tone(self) -> str:
        if not self.card.is_note_bad:
            return ""
        return "danger" if self.note_count else "success"


@dataclass(frozen=True, slots=True)
class Concerns:
    """The four concerns for one reader."""

    waiting: list[Waiting] = field(default_factory=list)
    cards: list[Counted] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a reader is told of, without a figure yet, and the statement that counts it all."""

    lines: list[Countable]
    cards: list[Card]
    counting: Counting


def concerns_of(user: User, *, on: date, with_cards: bool = True) -> Concerns:
    """What waits for ``user`` in any role and as an officer, and the cards. One query."""
    key = (*standing_of(user), on, with_cards)
    asked = _KEPT.get(key, lambda: _asked(user, on, with_cards))
    counts = asked.counting.counts()
    figures = iter(counts[len(asked.lines) :])
    return Concerns(
        [Waiting(line, count) for line, count in zip(asked.lines, counts, strict=False) if count],
        [Counted(card, next(figures), next(figures)) for card in asked.cards],
    )


# Readers of today by their standing. About 40 KB each.
KEPT_AT_MOST = 60
_KEPT: Kept[_Asked] = Kept(KEPT_AT_MOST)


def _asked(user: User, on: date, with_cards: bool) -> _Asked:
    lines = [line for part in PARTS for line in part.needs_of(user, on=on)]
    cards = list(cards_of(user, on=on)) if with_cards else []
    counting = counting_of(
        [line.rows for line in lines]
        + [rows for card in cards for rows in (card.rows, card.note_rows)]
    )
    # The queries have been put into words: only those are kept, not the queries themselves.
    return _Asked(
        [replace(line, rows=line.rows.model._default_manager.none()) for line in lines],
        [_without_rows(card) for card in cards],
        counting,
    )


def _without_rows(card: Card) -> Card:
    nothing = card.rows.model._default_manager.none()
    return replace(card, rows=nothing, note_rows=nothing)
