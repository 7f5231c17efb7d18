"""Grades of the annual appraisal: a quota of excellent, thresholds, vetoes, exclusions. Pure.

What comes out is a proposal. The committee decides, and sees with each proposal why it is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

HUNDRED = Decimal(100)

# Excellent at most this share of those who get a grade, in per cent [S].
QUOTA_LIMIT = Decimal(20)
# With an approval from above at most this share [S].
APPROVED_LIMIT = Decimal(25)


class Grade(StrEnum):
    """优秀, 称职, 基本称职, 不称职 (Civil Servants Law, 2018) [R]; and those the rules exclude."""

    EXCELLENT = "excellent"
    COMPETENT = "competent"
    BASICALLY = "basically_competent"
    INCOMPETENT = "incompetent"
    NONE = "no_grade"


# Best first; who has no grade stands beside these.
ORDER = (Grade.EXCELLENT, Grade.COMPETENT, Grade.BASICALLY, Grade.INCOMPETENT)


class Why(StrEnum):
    """Why a grade is proposed; each code with the numbers it rests on."""

    WITHIN_QUOTA = "within_quota"  # total, threshold, seats, taking_part
    QUOTA_FULL = "quota_full"  # total, threshold, seats, taking_part
    TIE_AT_BORDER = "tie_at_border"  # total, threshold, seats, taking_part, tied
    SEAT_UNDECIDED = "seat_undecided"  # total, threshold, seats, taking_part, open, groups
    THRESHOLD_REACHED = "threshold_reached"  # total, threshold
    BELOW_THRESHOLDS = "below_thresholds"  # total, threshold
    VETO = "veto"  # at_most, without
    EXCLUDED = "excluded"  # exclusion
    MONTHS_BELOW_MINIMUM = "months_below_minimum"  # months, minimum
    NO_TOTAL = "no_total"


@dataclass(frozen=True, slots=True)
class Reason:
    code: Why
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person up for a grade. ``group`` is those compared with: function and staff class.

    ``at_most`` are the grades that vetoes limit to, ``exclusions`` the codes of what excludes
    from any grade, such as probation or an investigation.
    """

    key: str
    group: str
    total: Decimal | None
    months: int
    at_most: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Points from which on each grade is proposed. Settings of the court [U]."""

    excellent: Decimal
    competent: Decimal
    basic: Decimal

    def __post_init__(self) -> None:
        if not self.excellent >= self.competent >= self.basic:
            raise ValueError("thresholds must not rise from the best grade down")

    def reached_by(self, total: Decimal) -> Grade:
        """The grade without any quota. Excellent is a candidacy here."""
        if total >= self.excellent:
            return Grade.EXCELLENT
        if total >= self.competent:
            return Grade.COMPETENT
        return Grade.BASICALLY if total >= self.basic else Grade.INCOMPETENT


@dataclass(frozen=True, slots=True)
class Proposal:
    key: str
    grade: Grade
    reasons: tuple[Reason, ...]


def quota(n: int, percent: Decimal, *, is_approved: bool = False) -> int:
    """How many of ``n`` may be excellent: rounded down. More than 20 % needs an approval [S]."""
    limit = APPROVED_LIMIT if is_approved else QUOTA_LIMIT
    if not 0 <= percent <= limit:
        raise ValueError(f"a quota of {percent} % is not between 0 and {limit} %")
    return int(n * percent // HUNDRED)


@dataclass(frozen=True, slots=True)
class Seats:
    """How the quota is dealt to groups. ``undecided`` seats lie between the ``tied`` groups."""

    by_group: Mapping[str, int]
    undecided: int = 0
    tied: frozenset[str] = frozenset()


def seats_of(sizes: Mapping[str, int], percent: Decimal, *, is_approved: bool = False) -> Seats:
    """Deal the quota of all to the groups by the largest remainder.

    Functions are not compared with each other, so each has seats by its size and no group fills
    another's. Seats for which equal remainders compete are left to the committee: no order of
    names may decide.
    """
    dealt = {group: quota(n, percent, is_approved=is_approved) for group, n in sizes.items()}
    left = quota(sum(sizes.values()), percent, is_approved=is_approved) - sum(dealt.values())
    rests = {group: n * percent - dealt[group] * HUNDRED for group, n in sizes.items()}
    for rest in sorted(set(rests.values()), reverse=True):
        equal = [group for group in rests if rests[group] == rest]
        if left < len(equal):
            return Seats(dealt, left, frozenset(equal)) if left else Seats(dealt)
        for group in equal:
            dealt[group] += 1
        left -= len(equal)
    return Seats(dealt)


def propose_grades(
    candidates: Iterable[Candidate],
    thresholds: Thresholds,
    quota_percent: Decimal,
    *,
    is_approved: bool = False,
    minimum_months: int = 0,
) -> list[Proposal]:
    """A grade for each candidate with its reasons, by key.

    Exclusions give no grade; the quota is taken of those who get one. A veto limits a grade and
    takes no seat. Of equal totals at the border of the seats none is proposed for the last ones.
    """
    found = sorted(candidates, key=lambda one: one.key)
    barred = {one.key: _barred(one, minimum_months) for one in found}
    groups: dict[str, list[Candidate]] = {}
    for one in found:
        if not barred[one.key]:
            groups.setdefault(one.group, []).append(one)
    sizes = {group: len(members) for group, members in groups.items()}
    seats = seats_of(sizes, quota_percent, is_approved=is_approved)
    proposals = [Proposal(one.key, Grade.NONE, barred[one.key]) for one in found if barred[one.key]]
    for group, members in groups.items():
        proposals += _of_group(group, members, thresholds, seats)
    return sorted(proposals, key=lambda proposal: proposal.key)


def _barred(one: Candidate, minimum_months: int) -> tuple[Reason, ...]:
    """Every reason for which there is no grade."""
    reasons = [Reason(Why.EXCLUDED, {"exclusion": code}) for code in sorted(set(one.exclusions))]
    if one.months < minimum_months:
        params = {"months": str(one.months), "minimum": str(minimum_months)}
        reasons.append(Reason(Why.MONTHS_BELOW_MINIMUM, params))
    if one.total is None:
        reasons.append(Reason(Why.NO_TOTAL))
    return tuple(reasons)


def _of_group(
    group: str, members: Sequence[Candidate], thresholds: Thresholds, seats: Seats
) -> list[Proposal]:
    totals = {one.key: one.total for one in members if one.total is not None}
    up = [
        totals[one.key]
        for one in members
        if totals[one.key] >= thresholds.excellent and not one.at_most
    ]
    border = _Border(
        seats=seats.by_group[group],
        taking_part=len(members),
        up=tuple(sorted(up, reverse=True)),
        undecided=seats.undecided if group in seats.tied else 0,
        groups=len(seats.tied),
    )
    return [_proposal(one, totals[one.key], thresholds, border) for one in members]


@dataclass(frozen=True, slots=True)
class _Border:
    """Where in a group the seats end. ``up`` are the totals of those who could be excellent."""

    seats: int
    taking_part: int
    up: tuple[Decimal, ...]
    undecided: int
    groups: int

    def reason_for(self, total: Decimal) -> Reason:
        above = sum(other > total for other in self.up)
        tied = self.up.count(total)
        params = {"seats": str(self.seats), "taking_part": str(self.taking_part)}
        if above + tied <= self.seats:
            return Reason(Why.WITHIN_QUOTA, params)
        if above < self.seats:
            return Reason(Why.TIE_AT_BORDER, {**params, "tied": str(tied)})
        # One seat more is as much as a group may get from those left undecided.
        if self.undecided and above == self.seats:
            more = {"open": str(self.undecided), "groups": str(self.groups), "tied": str(tied)}
            return Reason(Why.SEAT_UNDECIDED, {**params, **more})
        return Reason(Why.QUOTA_FULL, params)


def _proposal(one: Candidate, total: Decimal, thresholds: Thresholds, border: _Border) -> Proposal:
    grade = thresholds.reached_by(total)
    if one.at_most:
        return _limited(one, total, grade, thresholds)
    if grade is not Grade.EXCELLENT:
        return Proposal(one.key, grade, (_threshold_reason(total, grade, thresholds),))
    reason = border.reason_for(total)
    numbers = {"total": str(total), "threshold": str(thresholds.excellent)}
    reason = replace(reason, params={**numbers, **reason.params})
    if reason.code is not Why.WITHIN_QUOTA:
        grade = Grade.COMPETENT
    return Proposal(one.key, grade, (reason,))


def _limited(one: Candidate, total: Decimal, grade: Grade, thresholds: Thresholds) -> Proposal:
    """The grade of someone against whom vetoes have fired."""
    strictest = max((Grade(word) for word in one.at_most), key=ORDER.index)
    reasons = [_threshold_reason(total, grade, thresholds)]
    if ORDER.index(strictest) > ORDER.index(grade):
        params = {"at_most": strictest.value, "without": grade.value}
        reasons.append(Reason(Why.VETO, params))
        grade = strictest
    return Proposal(one.key, grade, tuple(reasons))


def _threshold_reason(total: Decimal, grade: Grade, thresholds: Thresholds) -> Reason:
    if grade is Grade.INCOMPETENT:
        params = {"total": str(total), "threshold": str(thresholds.basic)}
        return Reason(Why.BELOW_THRESHOLDS, params)
    threshold = {
        Grade.EXCELLENT: thresholds.excellent,
        Grade.COMPETENT: thresholds.competent,
        Grade.BASICALLY: thresholds.basic,
    }[grade]
    return Reason(Why.THRESHOLD_REACHED, {"total": str(total), "threshold": str(threshold)})
