"""Post allowances: who earns how much for a month, and what is owed for months settled before.

No regulation we have read says how a month begun late is shared out, so these rules are ours and
stand in docs/decisions.md: paid are the days served over the days of the calendar month, rounded
once for each line; Civil Servants Law, article 84, asks that the rate itself be approved.

All periods are half open. Inside a month days are counted from 0, its first day.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from courtparty.lib.workdays import Calendar, on_or_before

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
REGULAR, ARREARS, RECOVERY = "regular", "arrears", "recovery"


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``start`` up to, but not including, ``end``; without an end, all later ones."""

    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Standard:
    """What a kind of post earns a month while the standard is in force.

    ``is_summed``: paid beside whatever else is held; otherwise only the highest of the day is.
    """

    id: int
    kind: str
    amount: Decimal
    start: date
    end: date | None = None
    is_summed: bool = False
    pays_acting: bool = True
    pays_seconded_in: bool = False
    pays_seconded_out: bool = True

    def pays(self, nature: str) -> bool:
        refused = {"acting": not self.pays_acting, "seconded_in": not self.pays_seconded_in}
        return not refused.get(nature, False)


@dataclass(frozen=True, slots=True)
class Held:
    """A post held by an officer. ``left_on`` is the officer's first day no longer at the court."""

    id: int
    officer: int
    kind: str
    nature: str
    start: date
    end: date | None = None
    left_on: date | None = None
    away: tuple[Span, ...] = ()
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What an appointment earns under a standard for a month, less what was settled before."""

    officer: int
    appointment: int
    standard: int
    month: date
    rate: Decimal
    days: int
    month_days: int
    due: Decimal
    paid_before: Decimal = NOTHING
    kind: str = REGULAR

    @property
    def amount(self) -> Decimal:
        return self.due - self.paid_before

    @property
    def key(self) -> tuple[int, int]:
        return self.appointment, self.standard


@dataclass(frozen=True, slots=True)
class Settled:
    """What runs approved so far come to for an appointment under a standard for a month."""

    officer: int
    appointment: int
    standard: int
    rate: Decimal
    amount: Decimal

    @property
    def key(self) -> tuple[int, int]:
        return self.appointment, self.standard


@dataclass(frozen=True, slots=True)
class SettledMonth:
    """A month whose run is approved: when it was computed, and when it was approved."""

    month: date
    computed_at: datetime
    approved_at: datetime | None


def due_for(rate: Decimal, days: int, month_days: int) -> Decimal:
    """The one place where allowances are rounded: half up, to the cent."""
    return (rate * days / month_days).quantize(CENT, rounding=ROUND_HALF_UP)


def month_lines(held: Iterable[Held], standards: Iterable[Standard], month: date) -> list[Line]:
    """One line for each post and standard with a day paid in the month, in a fixed order."""
    calendar = _Month(month)
    in_force = calendar.by_kind(standards)
    officers: dict[int, list[_Claim]] = {}
    for one in held:
        officers.setdefault(one.officer, []).extend(calendar.claims(one, in_force))
    lines = [
        calendar.line(claim, days)
        for claims in officers.values()
        for claim, days in zip(claims, _days_paid(claims), strict=True)
        if days
    ]
    return sorted(lines, key=lambda line: (line.officer, line.appointment, line.standard))


def corrections(now: Iterable[Line], settled: Iterable[Settled], month: date) -> Iterator[Line]:
    """Arrears and recoveries: what a settled month comes to now, beside what was settled for it.

    A line that was settled and is due no more is taken back whole; nothing where both agree.
    """
    due = {line.key: line for line in now}
    before = {one.key: one for one in settled}
    for key in sorted(due.keys() | before.keys()):
        line = due.get(key) or _nothing_due(before[key], month)
        paid = before[key].amount if key in before else NOTHING
        if line.due != paid:
            kind = ARREARS if line.due > paid else RECOVERY
            yield replace(line, paid_before=paid, kind=kind)


def looked_at(months: Sequence[SettledMonth]) -> dict[date, datetime]:
    """Up to when changes are in what was settled for each month.

    A later run that was computed after the month had been approved has made up for all that had
    changed by then; without one it is the computing of the month's own run.
    """
    return {
        one.month: max(
            [one.computed_at]
            + [
                later.computed_at
                for later in months
                if one.approved_at
                and later.month > one.month
                and later.computed_at >= one.approved_at
            ]
        )
        for one in months
    }


def _nothing_due(settled: Settled, month: date) -> Line:
    return Line(
        officer=settled.officer,
        appointment=settled.appointment,
        standard=settled.standard,
        month=month,
        rate=settled.rate,
        days=0,
        month_days=monthrange(month.year, month.month)[1],
        due=NOTHING,
    )


def run_day(month: date, *, day: int, is_paid_after: bool, calendar: Calendar) -> date:
    """When the run for a month is to be made: on ``day`` of it, or of the month that follows.

    On a day off it is the working day before, but never before the month begins.
    """
    first = month.replace(day=1)
    made_in = next_month(first) if is_paid_after else first
    return max(first, on_or_before(made_in.replace(day=day), calendar))


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


# From the first number up to, but not including, the second; never empty.
_Days = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Claim:
    """The days of the month for which a post could be paid under a standard, if no other were."""

    held: Held
    standard: Standard
    days: tuple[_Days, ...]

    @property
    def length(self) -> int:
        return sum(end - start for start, end in self.days)

    def covers(self, start: int, end: int) -> bool:
        return any(first <= start and end <= last for first, last in self.days)

    @property
    def rank(self) -> tuple[Decimal, date, int]:
        """The lowest wins: the highest amount, then who has held the post longest."""
        return -self.standard.amount, self.held.start, self.held.id


class _Month:
    """Clips everything to one calendar month."""

    def __init__(self, month: date) -> None:
        self.first = month.replace(day=1)
        self.days = monthrange(month.year, month.month)[1]
        self._origin = self.first.toordinal()

    def clip(self, start: date, *ends: date | None) -> _Days | None:
        first = max(0, start.toordinal() - self._origin)
        last = min([self.days, *(end.toordinal() - self._origin for end in ends if end)])
        return (first, last) if first < last else None

    def by_kind(self, standards: Iterable[Standard]) -> dict[str, list[tuple[Standard, _Days]]]:
        found: dict[str, list[tuple[Standard, _Days]]] = {}
        for standard in standards:
            if days := self.clip(standard.start, standard.end):
                found.setdefault(standard.kind, []).append((standard, days))
        return found

    def claims(
        self, held: Held, in_force: Mapping[str, Sequence[tuple[Standard, _Days]]]
    ) -> Iterator[_Claim]:
        served = None if held.is_void else self.clip(held.start, held.end, held.left_on)
        if served is None:
            return
        for standard, (start, end) in in_force.get(held.kind, ()):
            both = max(start, served[0]), min(end, served[1])
            if both[0] < both[1] and standard.pays(held.nature):
                yield _Claim(held, standard, self._present(both, held, standard))

    def _present(self, days: _Days, held: Held, standard: Standard) -> tuple[_Days, ...]:
        """The days without those seconded out, where the standard does not pay them."""
        if standard.pays_seconded_out:
            return (days,)
        left = [days]
        for span in held.away:
            if away := self.clip(span.start, span.end):
                left = [part for one in left for part in _without(one, away)]
        return tuple(left)

    def line(self, claim: _Claim, days: int) -> Line:
        rate = claim.standard.amount
        return Line(
            officer=claim.held.officer,
            appointment=claim.held.id,
            standard=claim.standard.id,
            month=self.first,
            rate=rate,
            days=days,
            month_days=self.days,
            due=due_for(rate, days, self.days),
        )


def _without(days: _Days, away: _Days) -> Iterator[_Days]:
    if days[0] < min(days[1], away[0]):
        yield days[0], min(days[1], away[0])
    if max(days[0], away[1]) < days[1]:
        yield max(days[0], away[1]), days[1]


def _days_paid(claims: Sequence[_Claim]) -> list[int]:
    """How many days each claim of one officer is paid, in the order of the claims.

    Between two neighbouring bounds of any of the rivals, one and the same of them is the highest.
    """
    paid = [claim.length if claim.standard.is_summed else 0 for claim in claims]
    rivals = [place for place, claim in enumerate(claims) if not claim.standard.is_summed]
    if len(rivals) == 1:
        paid[rivals[0]] = claims[rivals[0]].length
        return paid
    rivals.sort(key=lambda place: claims[place].rank)
    bounds = {bound for place in rivals for days in claims[place].days for bound in days}
    for start, end in pairwise(sorted(bounds)):
        highest = next((place for place in rivals if claims[place].covers(start, end)), None)
        if highest is not None:
            paid[highest] += end - start
    return paid
