"""Which group figures may be shown, so that nobody can be read out of them. Pure.

Three protections, each against its own way of looking:

1. a group of fewer than ``MINIMUM`` people is never shown;
2. what is hidden cannot be had by subtracting the groups shown from their total, because so much
   is hidden that the rest is at least two groups and at least ``MINIMUM`` people;
3. of groups that overlap (by function, by category, the whole), no two are shown where one lies
   inside the other and fewer than ``MINIMUM`` people lie between them.

The minimum of five is the product's own rule, no regulation's.
"""

from collections.abc import Hashable, Mapping
from itertools import combinations
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

MINIMUM = 5


def shown(counts: Mapping[K, int]) -> dict[K, int | None]:
    """The count of each group of one division, or None where it is hidden, in the order given.

    A group of nobody is hidden like any small one: "none" says something about everybody in it.
    Groups that cannot have members are left out by whoever asks.
    """
    hidden = hidden_groups(counts)
    return {group: None if group in hidden else count for group, count in counts.items()}


def shown_total(counts: Mapping[K, int]) -> int | None:
    """The total of the groups, hidden when it is a small group itself."""
    total = sum(counts.values())
    return total if total >= MINIMUM else None


def hidden_groups(counts: Mapping[K, int]) -> frozenset[K]:
    """The small groups, and the smallest others that have to be hidden with them.

    One group hidden alone is the total less the others; and a few tiny ones together are still
    a tiny group. So the next smallest is hidden until two or more groups of five people or more
    in all are missing, or nothing is left to show.
    """
    hidden = {group for group, count in counts.items() if count < MINIMUM}
    others = sorted((group for group in counts if group not in hidden), key=counts.__getitem__)
    while hidden and others and _can_be_subtracted(hidden, counts):
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _can_be_subtracted(hidden: set[K], counts: Mapping[K, int]) -> bool:
    return len(hidden) == 1 or sum(counts[group] for group in hidden) < MINIMUM


def tell_apart(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether the figures of two groups, subtracted, are those of too few people."""
    between = one ^ other
    return (one <= other or other <= one) and 0 < len(between) < MINIMUM


def publishable(
    divisions: Mapping[str, Mapping[K, frozenset[int]]],
) -> dict[str, frozenset[K]]:
    """Which groups of each division may be shown together, all dividing the same people.

    ``divisions`` maps the name of a division (function, category …) to its groups, each the ids of
    its people; every division covers the same people. Hiding a group of one division can make
    another hidden one subtractable, so it is repeated until nothing changes; groups are only
    ever hidden, never shown again, so it ends.
    """
    members = {
        (name, key): people for name, groups in divisions.items() for key, people in groups.items()
    }
    hidden: set[tuple[str, K]] = set()
    while True:
        more = _too_few(divisions, hidden) or _told_apart(members, hidden)
        if not more - hidden:
            break
        hidden |= more
    return {
        name: frozenset(key for key in groups if (name, key) not in hidden)
        for name, groups in divisions.items()
    }


def _too_few(
    divisions: Mapping[str, Mapping[K, frozenset[int]]], hidden: set[tuple[str, K]]
) -> set[tuple[str, K]]:
    """What each division has to hide by its counts, given what is hidden already."""
    found: set[tuple[str, K]] = set()
    for name, groups in divisions.items():
        counts = {key: len(people) for key, people in groups.items()}
        small = hidden_groups(counts) | {key for key in groups if (name, key) in hidden}
        others = sorted((key for key in groups if key not in small), key=counts.__getitem__)
        missing = set(small)
        while missing and others and _tell_few(missing, groups):
            missing.add(others.pop(0))
        found |= {(name, key) for key in missing}
    return found - hidden


def _tell_few(hidden: set[K], groups: Mapping[K, frozenset[int]]) -> bool:
    """The same by the people: whoever is in several of the groups counts once."""
    people = frozenset().union(*(groups[group] for group in hidden))
    return len(hidden) == 1 or len(people) < MINIMUM


def _told_apart(
    members: Mapping[tuple[str, K], frozenset[int]], hidden: set[tuple[str, K]]
) -> set[tuple[str, K]]:
    """The smaller of the first two groups shown that lie inside one another too closely.

    The whole is always shown, so a group that is nearly everybody is hidden too.
    """
    everybody = frozenset().union(*members.values())
    visible = {group: people for group, people in members.items() if group not in hidden}
    for group, people in visible.items():
        if tell_apart(people, everybody):
            return {group}
    for (one, some), (other, more) in combinations(visible.items(), 2):
        if tell_apart(some, more):
            return {one if len(some) <= len(more) else other}
    return set()
