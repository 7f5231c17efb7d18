"""Ratings by people: who is asked about whom, and how words become one value. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from appraisal.rules.agreement import LEAST_MARKS_TO_TRIM
from appraisal.rules.staff import StaffClass

# Fewer answers than these would show a reader who said what [U].
LEAST_SHOWN = 3
# The first reminder goes out so many days ahead [U].
REMIND_AHEAD = timedelta(days=3)
PLACES = Decimal("0.0001")
LEADERSHIP = "leadership"


class Group(StrEnum):
    """Kinds of raters. In this order they are filled: nobody stands in two about one person."""

    SELF = "self"
    HEAD = "head"
    SERVED = "served"
    SUBORDINATES = "subordinates"
    PEERS = "peers"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as frozen into a cycle; ``leads`` are the departments of which one is a head."""

    id: int
    department: int
    function: str
    staff_class: str
    leads: frozenset[int] = frozenset()

    @property
    def is_head(self) -> bool:
        return self.department in self.leads


@dataclass(frozen=True, slots=True)
class GroupValue:
    """What one group of raters says: the mean of its marks, trimmed where there are enough."""

    kind: str
    weight: Decimal
    count: int
    mean: Decimal
    is_trimmed: bool


@dataclass(frozen=True, slots=True)
class RatingValue:
    """One indicator's value for one person, from 0 to 100, and the groups it came from."""

    value: Decimal
    groups: tuple[GroupValue, ...]


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Several answers together, as they may be shown: of whom, how many, with which mean."""

    kinds: tuple[str, ...]
    count: int
    mean: Decimal


# -- who rates whom -----------------------------------------------------------------------------


def group_of(rater: Person, ratee: Person, groups: Collection[Group]) -> Group | None:
    """The one group of ``groups`` in which ``rater`` may be asked about ``ratee``, or none.

    Which groups there are is the product's own rule [R]; that the court's leadership rates the
    heads of departments, that a head is a served judge as well, and that all heads of a court
    are peers, is unverified [U].
    """
    found = (group for group in Group if group in groups and _is_in(group, rater, ratee))
    return next(found, None)


def _is_in(group: Group, rater: Person, ratee: Person) -> bool:
    if group is Group.SELF or rater.id == ratee.id:
        return group is Group.SELF and rater.id == ratee.id
    same_department = rater.department == ratee.department
    match group:
        case Group.HEAD:
            is_above = ratee.is_head and rater.function == LEADERSHIP != ratee.function
            return ratee.department in rater.leads or is_above
        case Group.SERVED:
            is_judge = rater.staff_class in (StaffClass.JUDGE, StaffClass.HEAD)
            return is_judge and same_department and ratee.staff_class == StaffClass.SUPPORT
        case Group.SUBORDINATES:
            return ratee.is_head and same_department
        case _:
            is_near = same_department or rater.function == ratee.function
            is_head = ratee.staff_class == StaffClass.HEAD
            return rater.staff_class == ratee.staff_class and (is_near or is_head)


def panel_of(
    ratee: Person, people: Iterable[Person], at_most: Mapping[Group, int], *, seed: str
) -> list[tuple[int, Group]]:
    """Who is asked about ``ratee``, and as what: so many of each group at most, drawn by lot.

    The lot depends on ``seed`` and the people alone, so it can be drawn again and checked.
    Peers of the own department are drawn before those of the same function elsewhere.
    """
    drawn = []
    for group, candidates in candidates_of(ratee, people, at_most, seed=seed).items():
        drawn += [(one, group) for one in candidates[: at_most[group]]]
    return drawn


def candidates_of(
    ratee: Person, people: Iterable[Person], groups: Collection[Group], *, seed: str
) -> dict[Group, list[int]]:
    """Everybody who could be asked, by group, in the order in which the lot takes them."""
    found: dict[Group, list[Person]] = {}
    for person in people:
        group = group_of(person, ratee, groups)
        if group is not None:
            found.setdefault(group, []).append(person)
    return {
        group: [
            one.id
            for one in sorted(
                found[group],
                key=lambda one: (one.department != ratee.department, lot(seed, one.id)),
            )
        ]
        for group in Group
        if group in found
    }


def lot(seed: str, number: int) -> str:
    """A place in a drawing: without any order of its own, and the same each time."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


# -- what is answered ---------------------------------------------------------------------------


def has_unknown(marks: Mapping[str, int], words: Mapping[str, int]) -> bool:
    """Whether a mark is of no indicator, or a word that does not exist.

    ``words``: how many graded words each indicator has; a mark is the place of one of them.
    """
    return any(
        code not in words or place not in range(words[code]) for code, place in marks.items()
    )


def unanswered(marks: Mapping[str, int], words: Collection[str]) -> list[str]:
    """The indicators that have no mark yet."""
    return [code for code in words if code not in marks]


# -- from answers to a value --------------------------------------------------------------------


def combined(
    answers: Mapping[str, Sequence[Decimal]], weights: Mapping[str, Decimal]
) -> RatingValue | None:
    """Each group's mean, weighted over the groups that answered; None: missing, never zero.

    From five marks on, the lowest and the highest of a group are left out. A group without
    weight counts nothing. Nobody's own word alone makes a value, whatever it weighs: it would be
    all there is as soon as the others do not answer. Rounded once, to four places.
    """
    groups, top, bottom, is_by_others = [], Fraction(0), Fraction(0), False
    for kind in Group:
        marks = answers.get(kind, ())
        if not marks:
            continue
        mean, weight = _mean(marks), weights.get(kind, Decimal(0))
        top, bottom = top + mean * Fraction(weight), bottom + Fraction(weight)
        is_by_others = is_by_others or (bool(weight) and kind is not Group.SELF)
        is_trimmed = len(marks) >= LEAST_MARKS_TO_TRIM
        groups.append(GroupValue(kind.value, weight, len(marks), _rounded(mean), is_trimmed))
    return RatingValue(_rounded(top / bottom), tuple(groups)) if is_by_others else None


def _mean(marks: Sequence[Decimal]) -> Fraction:
    """The trimmed mean, exactly: it is rounded after the groups are put together."""
    kept = sorted(marks)
    if len(kept) >= LEAST_MARKS_TO_TRIM:
        kept = kept[1:-1]
    return sum((Fraction(mark) for mark in kept), Fraction(0)) / len(kept)


def _rounded(value: Fraction) -> Decimal:
    """Half up, from the exact value."""
    scaled = value * 10_000
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (Decimal(whole) / 10_000).quantize(PLACES, rounding=ROUND_HALF_UP)


# -- what may be shown --------------------------------------------------------------------------


def pooled(counts: Mapping[str, int], *, least: int = LEAST_SHOWN) -> list[tuple[str, ...]]:
    """Which kinds of raters are shown together, so that no part has fewer than ``least``.

    Those that are too few are put together. If together they are still too few, the smallest of
    the others joins them: with every part but one, the weights and the whole, anybody could work
    out the one that is left out. Where all of them are too few, nothing is shown.
    """
    by_size = sorted((kind for kind in Group if counts.get(kind)), key=lambda kind: counts[kind])
    small = [kind for kind in by_size if counts[kind] < least]
    large = by_size[len(small) :]
    while small and large and sum(counts[kind] for kind in small) < least:
        small.append(large.pop(0))
    parts = [[kind] for kind in large]
    if sum(counts[kind] for kind in small) >= least:
        parts.append(small)
    return sorted(tuple(kind.value for kind in Group if kind in part) for part in parts)


def shown_groups(groups: Iterable[GroupValue], *, least: int = LEAST_SHOWN) -> list[ShownGroup]:
    """The groups' means as they may be shown: none of fewer than ``least`` answers by others.

    The own word is one answer, and others read this too: where it weighs anything it goes into
    the smallest part, for the value and all the other parts would tell it.
    """
    found = {one.kind: one for one in groups}
    own = found.pop(Group.SELF, None)
    parts = pooled({kind: one.count for kind, one in found.items()}, least=least)
    together = [[found[kind] for kind in part] for part in parts]
    if own and own.weight and together:
        min(together, key=lambda part: sum(one.count for one in part)).insert(0, own)
    return [_together(part) for part in together]


def _together(groups: Sequence[GroupValue]) -> ShownGroup:
    weights = [Fraction(one.weight) for one in groups]
    if not any(weights):
        weights = [Fraction(one.count) for one in groups]
    total = sum(w * Fraction(one.mean) for w, one in zip(weights, groups, strict=True))
    return ShownGroup(
        tuple(one.kind for one in groups),
        sum(one.count for one in groups),
        _rounded(Fraction(total) / sum(weights)),
    )


# -- agreement ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """Raters who all rated the same people: the part of the ratings that can be compared."""

    raters: tuple[int, ...]
    ratees: tuple[int, ...]


def largest_block(marks: Mapping[int, Collection[int]]) -> Block:
    """Raters and ratees without a gap between them, from {rater: those he or she has rated}.

    Whoever has most gaps is left out first, until there are none. That need not be the largest
    of all blocks, which would be too much to search for; it is the same each time.
    """
    raters = {rater: set(ratees) for rater, ratees in marks.items() if ratees}
    ratees = set().union(*raters.values()) if raters else set()
    while raters:
        gaps = [
            *(
                (Fraction(len(ratees - given), len(ratees)), 0, one)
                for one, given in raters.items()
            ),
            *(
                (Fraction(sum(one not in given for given in raters.values()), len(raters)), 1, one)
                for one in ratees
            ),
        ]
        share, is_ratee, worst = max(gaps)
        if not share:
            break
        if is_ratee:
            ratees.discard(worst)
            raters = {one: given - {worst} for one, given in raters.items()}
        else:
            del raters[worst]
        raters = {one: given for one, given in raters.items() if given}
    return Block(tuple(sorted(raters)), tuple(sorted(ratees)) if raters else ())


# -- reminders ----------------------------------------------------------------------------------


class Stage(StrEnum):
    """When a rater is reminded: each once."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"


def stage_of(day: date, *, until: date) -> Stage | None:
    """Which reminder is due on ``day``. A day that was missed is made up for on the next."""
    if day > until:
        return Stage.AFTER
    if day == until:
        return Stage.ON
    return Stage.BEFORE if day >= until - REMIND_AHEAD else None
