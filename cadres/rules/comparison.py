"""A month's allowances beside an earlier run: who is new, stopped or changed, and why. Pure.

Two months are the same for an officer when they rest on the same appointments under the same
standards, each for all of its month or for the same days of it, and nothing is paid or taken
back for another month. ``selectors.allowance_changes`` finds the officers with any difference
by the same definition in SQL; what is said about each of them is decided here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NEW, STOPPED, CHANGED, SAME = "new", "stopped", "changed", "same"
REGULAR, ARREARS, RECOVERY = "regular", "arrears", "recovery"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Away:
    """The holder works elsewhere from ``start`` up to, but not including, ``end``."""

    start: date
    end: date | None


def _part(days: int, month_days: int) -> tuple[int, int]:
    return (0, 0) if days == month_days else (days, month_days)


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line of a run, with the days that explain why it is there and another run lacks it.

    ``began`` and ``ended`` are the appointment's, ``standard_from`` and ``standard_until`` the
    standard's; ends are the first day without. ``entered_on`` is when the appointment was entered.
    """

    officer: int
    appointment: int
    standard: int
    kind: str
    month: date
    rate: Decimal
    days: int
    month_days: int
    amount: Decimal
    post: str
    began: date
    entered_on: date
    standard_from: date
    ended: date | None = None
    standard_until: date | None = None
    away: tuple[Away, ...] = ()
    is_void: bool = False
    # The officer's first day no longer at the court.
    left_on: date | None = None

    @property
    def part(self) -> tuple[int, int]:
        """Days and days of the month: all of June is as much as all of July."""
        return _part(self.days, self.month_days)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an officer gets another amount: a code, and what its sentence names."""

    code: str
    post: str = ""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    day: date | None = None
    amount: Decimal = NOTHING
    months: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One officer's two amounts, what became of them, and the reasons."""

    officer: int
    what: str
    before: Decimal
    now: Decimal
    reasons: tuple[Reason, ...] = ()

    @property
    def difference(self) -> Decimal:
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Months:
    """The months of the two runs, and the day the earlier one was computed."""

    before: date
    now: date
    computed_on: date


@dataclass(slots=True)
class _Sides:
    before: list[PaidLine] = field(default_factory=list)
    now: list[PaidLine] = field(default_factory=list)


def compare(
    previous: Iterable[PaidLine], lines: Iterable[PaidLine], *, months: Months
) -> list[Change]:
    """Every officer of the two runs once, in the order they come, those of this run first."""
    officers: dict[int, _Sides] = {}
    for line in lines:
        officers.setdefault(line.officer, _Sides()).now.append(line)
    for line in previous:
        officers.setdefault(line.officer, _Sides()).before.append(line)
    return [_change(officer, sides, months) for officer, sides in officers.items()]


def _change(officer: int, sides: _Sides, months: Months) -> Change:
    before, now = _sum(sides.before), _sum(sides.now)
    if not sides.before:
        what = NEW
    elif not sides.now:
        what = STOPPED
    else:
        what = SAME if _is_same(sides) else CHANGED
    reasons = () if what == SAME else tuple(_reasons(sides, months)) or (Reason("other"),)
    return Change(officer, what, before, now, reasons)


def _sum(lines: Iterable[PaidLine]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)


def _is_same(sides: _Sides) -> bool:
    if any(line.kind != REGULAR for line in [*sides.before, *sides.now]):
        return False
    return _shape(sides.before) == _shape(sides.now)


def _shape(lines: Iterable[PaidLine]) -> set[tuple[int, int, Decimal, tuple[int, int]]]:
    return {(line.appointment, line.standard, line.rate, line.part) for line in lines}


def _reasons(sides: _Sides, months: Months) -> Iterator[Reason]:
    before, now = _by_appointment(sides.before), _by_appointment(sides.now)
    gone = [lines for key, lines in before.items() if key not in now]
    fresh = [lines for key, lines in now.items() if key not in before]
    if gone and fresh:
        yield _post_changed(gone, fresh)
    else:
        for lines in fresh:
            yield _why_new(lines[0], months, has_others=bool(before))
        for lines in gone:
            yield _why_gone(lines[-1], months, has_others=bool(now))
    for key in now:
        if key in before:
            yield from _within(before[key], now[key], months)
    yield from _corrections(sides)


def _by_appointment(lines: Iterable[PaidLine]) -> dict[int, list[PaidLine]]:
    """The regular lines of each appointment, in the order of their standards."""
    found: dict[int, list[PaidLine]] = {}
    for line in sorted(lines, key=lambda one: one.standard_from):
        if line.kind == REGULAR:
            found.setdefault(line.appointment, []).append(line)
    return found


def _post_changed(gone: Sequence[list[PaidLine]], fresh: Sequence[list[PaidLine]]) -> Reason:
    return Reason(
        "post_changed",
        old=tuple(lines[0].post for lines in gone),
        new=tuple(lines[0].post for lines in fresh),
        day=max(lines[0].began for lines in fresh),
    )


def _why_new(line: PaidLine, months: Months, *, has_others: bool) -> Reason:
    """Why an appointment is paid now and was not before."""
    if line.began >= months.before:
        return Reason("appointment_began", post=line.post, day=line.began)
    if line.standard_from > months.before:
        return Reason("standard_began", post=line.post, day=line.standard_from)
    if ended := [away.end for away in line.away if away.end and away.end > months.before]:
        return Reason("secondment_ended", post=line.post, day=ended[-1])
    if line.entered_on >= months.computed_on:
        return Reason("entered_late", post=line.post, day=line.began)
    return Reason("counts_now" if has_others else "other", post=line.post)


def _why_gone(line: PaidLine, months: Months, *, has_others: bool) -> Reason:
    """Why an appointment was paid before and is not now."""
    if line.is_void:
        return Reason("appointment_void", post=line.post)
    if line.left_on and line.left_on <= months.now:
        return Reason("officer_left", day=line.left_on)
    if line.ended and line.ended <= months.now:
        return Reason("appointment_ended", post=line.post, day=line.ended)
    if line.standard_until and line.standard_until <= months.now:
        return Reason("standard_ended", post=line.post, day=line.standard_until)
    if began := [away.start for away in line.away if away.start >= months.before]:
        return Reason("secondment_began", post=line.post, day=began[-1])
    return Reason("counts_no_more" if has_others else "other", post=line.post)


def _within(before: list[PaidLine], now: list[PaidLine], months: Months) -> Iterator[Reason]:
    """What differs for an appointment that both runs pay."""
    post = now[-1].post
    old, new = _rates(before), _rates(now)
    if old != new:
        yield Reason("standard_changed", post=post, old=old, new=new, day=now[-1].standard_from)
    elif {line.standard for line in before} != {line.standard for line in now}:
        yield Reason("standard_renewed", post=post, day=now[-1].standard_from)
    if _together(before) != _together(now):
        yield from _why_days(now[-1], months)
        yield Reason("days", post=post, old=_days(before), new=_days(now))


def _why_days(line: PaidLine, months: Months) -> Iterator[Reason]:
    if line.left_on and months.before < line.left_on:
        yield Reason("officer_left", day=line.left_on)
    elif line.ended and months.before < line.ended:
        yield Reason("appointment_ended", post=line.post, day=line.ended)
    elif line.began > months.before:
        yield Reason("appointment_began", post=line.post, day=line.began)
    elif line.away:
        yield from _why_away(line, line.away[-1], months)


def _why_away(line: PaidLine, away: Away, months: Months) -> Iterator[Reason]:
    """The last secondment, by its beginning when that is this month, else by its end."""
    if away.end and away.end > months.before and away.start < months.now:
        yield Reason("secondment_ended", post=line.post, day=away.end)
    elif away.start > months.before:
        yield Reason("secondment_began", post=line.post, day=away.start)


def _rates(lines: Iterable[PaidLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{line.rate:,.2f}" for line in lines))


def _together(lines: Sequence[PaidLine]) -> tuple[int, int]:
    return _part(sum(line.days for line in lines), lines[0].month_days)


def _days(lines: Sequence[PaidLine]) -> tuple[str, ...]:
    return str(sum(line.days for line in lines)), str(lines[0].month_days)


def _corrections(sides: _Sides) -> Iterator[Reason]:
    for kind in (ARREARS, RECOVERY):
        for lines, code in ((sides.now, kind), (sides.before, f"{kind}_before")):
            found = [line for line in lines if line.kind == kind]
            if found:
                months = tuple(sorted({line.month for line in found}))
                yield Reason(code, amount=_sum(found), months=months)
