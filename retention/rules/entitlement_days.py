"""What adds up over a year, a month or a term: leave, make-up rest, allowances; and check-ups.

Annual leave: 职工带薪年休假条例, articles 2 to 5 [R]; how its days are counted is in
``retention.rules.leave``. Make-up rest: Civil Servants Law, article 82 [R], the term is the
court's. Allowances: Civil Servants Law, article 84 [R], by the standards and their approvals.
Check-ups: yearly, a default of ours, not verified [U].
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from courtparty.lib.dates import PartialDate
from retention.rules.entitlement_tables import (
    ALLOWANCE,
    ANNUAL_LEAVE,
    CHECKUP,
    MAKEUP_REST,
    AllowanceTable,
    LeaveTable,
    MonthsTable,
    RestTable,
)
from retention.rules.entitlements import (
    DUE,
    NONE,
    ONE,
    WAIVED,
    Due,
    Given,
    Lines,
    add_months,
    given_for,
    iso,
    missing,
    past_terms,
    settled,
    started,
    starts,
)
from retention.rules.leave import Balance


@dataclass(frozen=True, slots=True)
class LeaveFacts:
    """An officer's leave of one year, as the leave pages count it."""

    year: int
    since: PartialDate | None
    service_years: int
    balance: Balance


def annual_leave(
    table: LeaveTable, category: str, years: Iterable[LeaveFacts], given: Sequence[Given]
) -> list[Due]:
    """One entitlement for each year with days due; to be taken by its last day."""
    if category not in table.categories:
        return []
    return [due for one in years for due in _leave_of(one, given)]


def _leave_of(facts: LeaveFacts, given: Sequence[Given]) -> list[Due]:
    period, balance = str(facts.year), facts.balance
    if facts.since is None and not balance.due:
        return [missing(ANNUAL_LEAVE, period, ["work_since_missing", {}])]
    by_hand, last = given_for(period, given)
    if not balance.due and not balance.excluded:
        return []
    lines = _leave_lines(facts, by_hand)
    due_on = date(facts.year, 12, 31)
    if not balance.due:
        return [Due(ANNUAL_LEAVE, period, WAIVED, due_on, NONE, lines)]
    quantity = Decimal(balance.due - balance.carried_on)
    taken = Decimal(balance.taken) + by_hand
    return [
        settled(
            ANNUAL_LEAVE,
            period,
            due_on=due_on,
            quantity=max(quantity, NONE),
            received=taken,
            received_on=last,
            explained=lines,
        )
    ]


def _leave_lines(facts: LeaveFacts, by_hand: Decimal) -> Lines:
    balance = facts.balance
    lines: Lines = []
    if facts.since is not None:
        values = {"years": facts.service_years, "since": str(facts.since), "days": balance.by_law}
        lines.append(["service_years", values])
    if balance.excluded:
        lines.append(["leave_excluded", {"why": balance.excluded}])
    for code, days in (
        ("carried_in", balance.carried_in),
        ("adjusted", balance.adjusted),
        ("carried_on", balance.carried_on),
        ("days_taken", balance.taken),
    ):
        if days:
            lines.append([code, {"days": days}])
    if by_hand:
        lines.append(["entered_by_hand", {"quantity": plain(by_hand)}])
    return lines


@dataclass(frozen=True, slots=True)
class OvertimeDay:
    """Confirmed overtime of one day, the hours rested for it, and the last day to rest."""

    day: date
    hours: Decimal
    used: Decimal
    until: date


def makeup_rest(
    table: RestTable,
    category: str,
    overtime: Iterable[OvertimeDay],
    given: Sequence[Given],
    *,
    on: date,
) -> list[Due]:
    """One entitlement for each day of overtime whose term is not over for longer than the table."""
    if category not in table.categories:
        return []
    oldest = add_months(on, -table.months_back)
    return [_rest_of(one, given) for one in overtime if one.until >= oldest]


def _rest_of(one: OvertimeDay, given: Sequence[Given]) -> Due:
    period = iso(one.day)
    by_hand, last = given_for(period, given)
    by_hand = min(by_hand, max(one.hours - one.used, NONE))
    lines: Lines = [
        ["overtime", {"day": period, "hours": plain(one.hours)}],
        ["rest_until", {"day": iso(one.until)}],
    ]
    if one.used:
        lines.append(["rested", {"hours": plain(one.used)}])
    if by_hand:
        lines.append(["entered_by_hand", {"quantity": plain(by_hand)}])
    return settled(
        MAKEUP_REST,
        period,
        due_on=one.until,
        quantity=one.hours,
        received=one.used + by_hand,
        received_on=last,
        explained=lines,
    )


@dataclass(frozen=True, slots=True)
class AllowanceMonth:
    """What an officer's posts come to in a month, and what paid runs have paid for it."""

    month: date
    due: Decimal
    paid: Decimal
    days: int
    paid_on: date | None = None


def allowances(
    table: AllowanceTable, category: str, months: Iterable[AllowanceMonth], given: Sequence[Given]
) -> list[Due]:
    """One entitlement for each month in which a post was paid for, or ought to be."""
    if category not in table.categories:
        return []
    return [_allowance_of(table, one, given) for one in months if one.due > 0]


def _allowance_of(table: AllowanceTable, one: AllowanceMonth, given: Sequence[Given]) -> Due:
    period = iso(one.month)[:7]
    by_hand, last = given_for(period, given)
    after = add_months(one.month, 1)
    due_on = after + timedelta(days=table.days)
    lines: Lines = [
        ["posts_held", {"month": period, "days": one.days, "amount": plain(one.due)}],
        ["pay_by", {"day": iso(due_on), "days": table.days}],
    ]
    if one.paid:
        lines.append(["paid", {"amount": plain(one.paid)}])
    if by_hand:
        lines.append(["entered_by_hand", {"quantity": plain(by_hand)}])
    days = [day for day in (last, one.paid_on) if day]
    return settled(
        ALLOWANCE,
        period,
        due_on=due_on,
        quantity=one.due,
        received=one.paid + by_hand,
        received_on=max(days, default=None),
        explained=lines,
    )


@dataclass(frozen=True, slots=True)
class CheckUpFacts:
    """What health tells others: done or due, on which day; nothing at all of who is excused."""

    is_told: bool = True
    done_on: date | None = None
    appointed: date | None = None


def checkups(
    table: MonthsTable, category: str, facts: CheckUpFacts, given: Sequence[Given]
) -> list[Due]:
    """The check-up after the last one; without any on record, the day appointed, or none."""
    if category not in table.categories or not facts.is_told:
        return []
    own = [Given(facts.done_on)] if facts.done_on else []
    known = starts(None, [*own, *given])
    if not known:
        return [_first_checkup(facts)]
    now = known[-1]
    due_on = add_months(now.counted, table.months)
    lines: Lines = [*started(now), ["months_after", {"months": table.months, "day": iso(due_on)}]]
    if facts.appointed and not facts.done_on:
        lines.append(["appointed", {"day": iso(facts.appointed)}])
    return [*past_terms(CHECKUP, known), Due(CHECKUP, str(now.day), DUE, due_on, ONE, lines)]


def _first_checkup(facts: CheckUpFacts) -> Due:
    if facts.appointed is None:
        return missing(CHECKUP, "start-unknown", ["checkup_missing", {}])
    lines: Lines = [["checkup_none_before", {}], ["appointed", {"day": iso(facts.appointed)}]]
    return Due(CHECKUP, "start-unknown", DUE, facts.appointed, ONE, lines)


def plain(number: Decimal) -> str:
    """A number without needless zeros: 8, 7.5, 1450.35."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
