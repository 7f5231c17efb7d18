"""What a request would come to, shown while it is being written."""

from dataclasses import dataclass
from datetime import date

from cadres.models import Officer
from courtparty.accounts.models import User
from retention.models.leave import Kind, LeaveKind, Level
from retention.selectors.leave_balances import balance_of
from retention.selectors.leave_levels import chain_for
from retention.selectors.leave_rules import kinds_of


@dataclass(frozen=True, slots=True)
class Preview:
    """``left`` is what remains of the annual leave afterwards, for annual leave only."""

    days: int
    is_calendar: bool
    left: int | None
    levels: list[str]
    note: str


def preview_of(
    officer: Officer,
    kind: str,
    start: date,
    *,
    days: int,
    working: int,
    by: User,
    on: date,
    without: int | None = None,
) -> Preview:
    shown = kinds_of(officer.court)[kind]
    left = None
    if kind == Kind.ANNUAL:
        left = balance_of(officer, year=start.year, on=start, without=without).left - days
    return Preview(
        days=days,
        is_calendar=shown.counts == LeaveKind.Counts.CALENDAR,
        left=left,
        levels=[str(Level(level).label) for level in chain_for(officer, working, by=by, on=on)],
        note=shown.note,
    )
