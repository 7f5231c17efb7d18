"""What entitlements are computed from, read for many officers at once.

Roster, annual grades, appointments and paid allowances, leave, overtime, check-ups (done or due,
nothing else), and what was received: each with a fixed number of queries, whatever the number of
officers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum

from appraisal.selectors.annual_grades import annual_grades
from cadres.models import AllowanceLine, Officer
from cadres.rules.allowances import CENT, month_lines, next_month
from cadres.selectors.allowance_inputs import posts_held, standards_of
from courtparty.accounts.models import Unit
from retention.models import Entitlement, EntitlementKind, Overtime, Received, Waiver
from retention.rules.entitlement_days import (
    AllowanceMonth,
    CheckUpFacts,
    LeaveFacts,
    OvertimeDay,
)
from retention.rules.entitlements import Given, add_months
from retention.rules.leave import service_years
from retention.selectors.checkups_due import checkup_state
from retention.selectors.entitlement_rules import RuleInForce
from retention.selectors.leave_balances import balances, reckoning_day

# What of an officer the rules take; the sensitive items stay in the database.
COLUMNS = (
    "pk", "court_id", "department_id", "category", "rank", "judge_rank", "rank_since",
    "work_since", "left_on",
)  # fmt: skip

Waived = set[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for every officer of one computing."""

    court: Unit
    on: date
    rules: Mapping[str, RuleInForce]
    years: tuple[int, ...]
    months: tuple[date, ...]


@dataclass(slots=True)
class Sources:
    """What is known of some officers, by officer."""

    grades: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    given: Mapping[int, Mapping[str, list[Given]]] = field(default_factory=dict)
    waived: Waived = field(default_factory=set)
    leave: Mapping[int, list[LeaveFacts]] = field(default_factory=dict)
    overtime: Mapping[int, list[OvertimeDay]] = field(default_factory=dict)
    allowances: Mapping[int, list[AllowanceMonth]] = field(default_factory=dict)
    checkups: Mapping[int, CheckUpFacts] = field(default_factory=dict)


def frame_of(court: Unit, rules: Mapping[str, RuleInForce], *, on: date) -> Frame:
    """The years of leave and months of allowances looked at: the latest, and those still open."""
    years = {on.year, *(int(period) for period in _open_periods(court, "annual_leave"))}
    months = set()
    allowance = rules.get(EntitlementKind.ALLOWANCE)
    if allowance:
        first = on.replace(day=1)
        months = {add_months(first, -back) for back in range(allowance.table.months_back + 1)}
        months |= {date.fromisoformat(f"{one}-01") for one in _open_periods(court, "allowance")}
    return Frame(court, on, rules, tuple(sorted(years)), tuple(sorted(months)))


def _open_periods(court: Unit, kind: str) -> Iterable[str]:
    rows = Entitlement.objects.filter(court=court, kind=kind, state=Entitlement.State.DUE)
    return rows.order_by().values_list("period", flat=True).distinct()


def sources_of(
    officers: Sequence[Officer],
    frame: Frame,
    allowances: Mapping[int, list[AllowanceMonth]],
) -> Sources:
    """Everything but the allowances, which are read for the whole court at once."""
    ids = [officer.pk for officer in officers]
    kinds = frame.rules.keys()
    return Sources(
        grades=annual_grades(ids),
        given=_given(ids),
        waived=_waived(ids),
        leave=_leave(officers, frame) if EntitlementKind.ANNUAL_LEAVE in kinds else {},
        overtime=_overtime(ids, frame),
        allowances=allowances,
        checkups=_checkups(ids, frame) if EntitlementKind.CHECKUP in kinds else {},
    )


def _given(ids: Collection[int]) -> Mapping[int, Mapping[str, list[Given]]]:
    rows = Received.objects.standing().filter(officer__in=ids).order_by("received_on", "pk")
    columns = ("officer", "kind", "received_on", "quantity", "period", "variant")
    found: dict[int, dict[str, list[Given]]] = defaultdict(lambda: defaultdict(list))
    for officer, kind, on, quantity, period, variant in rows.values_list(*columns):
        found[officer][kind].append(Given(on, quantity, period, variant))
    return found


def _waived(ids: Collection[int]) -> Waived:
    rows = Waiver.objects.standing().filter(officer__in=ids)
    return set(rows.values_list("officer", "kind", "period"))


def _leave(officers: Sequence[Officer], frame: Frame) -> Mapping[int, list[LeaveFacts]]:
    given = defaultdict(list)
    found: dict[int, list[LeaveFacts]] = defaultdict(list)
    for year in frame.years:
        day = reckoning_day(year, frame.on)
        for pk, balance in balances(officers, year=year, on=frame.on).items():
            given[pk].append((year, day, balance))
    for officer in officers:
        for year, day, balance in given[officer.pk]:
            years = service_years(officer.work_since, day)
            found[officer.pk].append(LeaveFacts(year, officer.work_since, years, balance))
    return found


def _overtime(ids: Collection[int], frame: Frame) -> Mapping[int, list[OvertimeDay]]:
    rule = frame.rules.get(EntitlementKind.MAKEUP_REST)
    if rule is None:
        return {}
    oldest = add_months(frame.on, -rule.table.months_back)
    rows = Overtime.objects.filter(
        officer__in=ids, state=Overtime.State.CONFIRMED, expires_on__gte=oldest
    )
    found: dict[int, list[OvertimeDay]] = defaultdict(list)
    columns = ("officer", "day", "hours", "used", "expires_on")
    for officer, *day in rows.order_by("day").values_list(*columns):
        found[officer].append(OvertimeDay(*day))
    return found


def _checkups(ids: Collection[int], frame: Frame) -> Mapping[int, CheckUpFacts]:
    """Who is excused is left out by health itself, and so has nothing due here."""
    states = checkup_state(ids, frame.on)
    silent = CheckUpFacts(is_told=False)
    return {
        pk: CheckUpFacts(done_on=states[pk].done_on, appointed=states[pk].due_on)
        if pk in states
        else silent
        for pk in ids
    }


def allowance_months(
    frame: Frame, officers: Collection[int] | None = None
) -> Mapping[int, list[AllowanceMonth]]:
    """By officer, what posts come to in each month of the frame, and what was paid for it."""
    found: dict[int, list[AllowanceMonth]] = defaultdict(list)
    if not frame.months or EntitlementKind.ALLOWANCE not in frame.rules:
        return found
    standards = standards_of(frame.court)
    if not standards:
        return found
    paid = _paid(frame, officers)
    for month in frame.months:
        posts = posts_held(frame.court, since=month, until=next_month(month), officers=officers)
        due: dict[int, Decimal] = defaultdict(Decimal)
        days: dict[int, int] = defaultdict(int)
        for line in month_lines(posts, standards, month):
            due[line.officer] += line.due
            days[line.officer] = max(days[line.officer], line.days)
        for officer, amount in due.items():
            came, paid_on = paid.get((officer, month), (Decimal(0), None))
            found[officer].append(AllowanceMonth(month, amount, came, days[officer], paid_on))
    return found


def _paid(
    frame: Frame, officers: Collection[int] | None
) -> Mapping[tuple[int, date], tuple[Decimal, date | None]]:
    lines = AllowanceLine.objects.paid().filter(run__court=frame.court, month__in=frame.months)
    if officers is not None:
        lines = lines.filter(officer__in=officers)
    sums = (
        lines.order_by()
        .values_list("officer", "month")
        .annotate(Sum("amount"), Max("run__paid_on"))
    )
    # SQLite adds up in floating point: far nearer to the sum than half a cent.
    return {
        (officer, month): (amount.quantize(CENT), paid_on)
        for officer, month, amount, paid_on in sums
    }
