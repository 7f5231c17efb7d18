"""Leave at every step of its way, overtime and the rest for it, and this year's planning."""

from datetime import date, timedelta
from decimal import Decimal

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.demo.retention.cast import Cast, account_of
from retention.models import LeaveRequest
from retention.models.leave import Kind
from retention.services.leave_checks import Wish
from retention.services.leave_decisions import approve_leave, refuse_leave
from retention.services.leave_plans import agree_plan, propose_plan
from retention.services.leave_requests import ask_leave
from retention.services.leave_rounds import open_round
from retention.services.leave_tables import add_pair, set_away_limit
from retention.services.overtime import confirm_overtime, enter_overtime


def fill_leave(cast: Cast) -> None:
    _requests(cast)
    _overtime(cast)
    open_round(
        court=cast.court,
        year=cast.on.year,
        ends_on=cast.ahead(20),
        by=cast.political,
        on=cast.on,
    )
    _plans(cast)
    first, second = cast.clerks[:2]
    add_pair(first=first, second=second, note="同组书记员，互为替补（演示）", by=cast.political)
    set_away_limit(unit=cast.division, court=cast.court, percent=25, by=cast.political)


def _requests(cast: Cast) -> None:
    """Taken, away now, waiting for the head, waiting for the political department, refused."""
    taken = _ask(cast, cast.clerks[0], cast.stretch(cast.ago(20), 2), by=cast.political)
    approve_leave(request_id=taken.pk, by=cast.head, at=cast.at(), opinion="同意")
    now = (cast.ago(1), cast.ahead(2))
    sick = _ask(
        cast, cast.clerks[1], now, by=cast.political, kind=Kind.SICK, reason="感冒发热（演示）"
    )
    approve_leave(request_id=sick.pk, by=cast.head, at=cast.at(), opinion="同意，注意休息")
    _ask(
        cast,
        cast.officer,
        cast.stretch(cast.ahead(10), 2),
        by=account_of(cast.officer),
        reason="回乡探亲（演示）",
    )
    _ask(cast, cast.assistants[0], cast.stretch(cast.ahead(20), 5), by=cast.head)
    refused = _ask(cast, cast.assistants[1], cast.stretch(cast.ahead(3), 2), by=cast.head)
    refuse_leave(
        request_id=refused.pk,
        by=cast.political,
        at=cast.at(),
        opinion="该周有集中开庭安排，请改期（演示）",
    )


def _ask(
    cast: Cast,
    officer: Officer,
    days: tuple[date, date],
    *,
    by: User,
    kind: str = Kind.ANNUAL,
    reason: str = "",
) -> LeaveRequest:
    wish = Wish(kind, *days, reason=reason)
    return ask_leave(officer_id=officer.pk, wish=wish, by=by, at=cast.at())


def _overtime(cast: Cast) -> None:
    """The officer's: a day confirmed, with a rest taken for it, and an evening not yet."""
    own = account_of(cast.officer)
    day = _enter(cast, cast.officer, 25, "8", "周末值班", by=own)
    confirm_overtime(overtime_id=day, by=cast.head, at=cast.at())
    _enter(cast, cast.officer, 4, "3", "夜间调解", by=own)
    other = _enter(cast, cast.clerks[0], 12, "6", "周末归档", by=cast.head)
    confirm_overtime(overtime_id=other, by=cast.political, at=cast.at())
    rest = _ask(cast, cast.officer, cast.stretch(cast.ahead(15), 1), by=own, kind=Kind.REST)
    approve_leave(request_id=rest.pk, by=cast.head, at=cast.at(), opinion="同意补休")


def _enter(cast: Cast, officer: Officer, days: int, hours: str, work: str, *, by: User) -> int:
    overtime = enter_overtime(
        officer_id=officer.pk,
        day=cast.ago(days),
        hours=Decimal(hours),
        work=f"{work}（演示）",
        by=by,
        at=cast.at(),
    )
    return overtime.pk


def _plans(cast: Cast) -> None:
    """One proposed by the officer, one by the head and agreed to."""
    own = account_of(cast.officer)
    start, end = cast.stretch(cast.ahead(17), 1)
    propose_plan(officer_id=cast.officer.pk, start=start, end=end, by=own, at=cast.at())
    start, end = cast.stretch(end + timedelta(days=3), 2)
    plan = propose_plan(
        officer_id=cast.officer.pk, start=start, end=end, by=cast.head, at=cast.at()
    )
    agree_plan(plan_id=plan.pk, by=own, at=cast.at())
