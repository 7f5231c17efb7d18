"""Rounds of heads who decide one request at once, of requests for the last days at once, and of
requests for a year that is being closed.

A process of its own, on a database in a file or on a server: tests in one transaction cannot show
this. Prints one line of JSON for ``tests/retention/test_leave_races.py``.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import django

django.setup()

from django.utils import timezone  # noqa: E402

from courtparty.accounts.roles import Role  # noqa: E402
from courtparty.lib.dates import PartialDate  # noqa: E402
from courtparty.lib.workdays import on_or_before  # noqa: E402
from courtparty.notices.calendar import working_calendar  # noqa: E402
from retention.models import (  # noqa: E402
    LeaveRequest,
    LeaveRound,
    LeaveStep,
    Overtime,
    RestUse,
)
from retention.services.leave_checks import Wish  # noqa: E402
from retention.services.leave_decisions import approve_leave, refuse_leave  # noqa: E402
from retention.services.leave_requests import ask_leave, withdraw_leave  # noqa: E402
from retention.services.leave_rounds import settle_year  # noqa: E402
from retention.services.overtime import confirm_overtime, enter_overtime  # noqa: E402
from tests.factories import make_court, make_officer, make_unit, make_user  # noqa: E402
from tests.races.approvals import at_once  # noqa: E402

HEADS = 4


class World:
    """A department with four heads, and officers who each have five days of leave."""

    def __init__(self, code: str = "slx") -> None:
        self.code, self.court = code, make_court(code)
        self.department = make_unit(self.court, "民事审判第一庭")
        self.heads = [
            make_user(f"head{n}-{code}", Role.HEAD, self.department) for n in range(HEADS)
        ]
        self.political = make_user(f"political-{code}", Role.POLITICAL, self.court)
        self.now = timezone.now()
        # A Monday in a coming June: no holiday, and no end of a year, is near.
        today = timezone.localdate()
        start = date(today.year + (today.month >= 6), 6, 14)
        self.monday = start - timedelta(days=start.weekday())

    def officer(self, number: int):
        user = make_user(f"officer{number}-{self.code}", court=self.court)
        since = PartialDate(self.monday.year - 2, 1)
        return make_officer(
            court=self.court, department=self.department, user=user, work_since=since
        )

    def ask(self, officer, start: date, days: int, kind: str = "other") -> LeaveRequest:
        wish = Wish(kind=kind, start=start, end=start + timedelta(days=days))
        return ask_leave(officer_id=officer.pk, wish=wish, by=officer.user, at=self.now)


def done(action: Callable[[], object]) -> Callable[[], str]:
    def act() -> str:
        action()
        return "won"

    return act


def deciding(world: World, number: int) -> dict[str, object]:
    """Heads approve and refuse, and the officer withdraws, at once: one of them wins."""
    officer = world.officer(number)
    leave = world.ask(officer, world.monday, 1)
    facts = {"request_id": leave.pk, "at": world.now}
    outcomes = Counter(
        at_once(
            [
                done(lambda: approve_leave(by=world.heads[0], **facts)),
                done(lambda: approve_leave(by=world.heads[1], **facts)),
                done(lambda: refuse_leave(by=world.heads[2], opinion="x", **facts)),
                done(lambda: withdraw_leave(by=officer.user, **facts)),
            ]
        )
    )
    leave.refresh_from_db()
    steps = list(LeaveStep.objects.filter(request=leave).order_by("number").values_list("action"))
    ended = {"approved": "approve", "refused": "refuse", "withdrawn": "withdraw"}
    return {
        "one wins": outcomes == Counter(won=1, Conflict=3),
        "its step": steps == [("ask",), (ended.get(leave.state, ""),)],
        "odd": sorted(map(str, outcomes)),
    }


def spending(world: World, number: int) -> dict[str, object]:
    """Three requests of three days for one officer's five, and two rests for eight hours."""
    officer = world.officer(number)
    worked = timezone.localdate() - timedelta(days=3)
    overtime = enter_overtime(
        officer_id=officer.pk,
        day=worked,
        hours=Decimal(8),
        work="duty",
        by=officer.user,
        at=world.now,
    )
    confirm_overtime(overtime_id=overtime.pk, by=world.political, at=world.now)
    Overtime.objects.filter(pk=overtime.pk).update(expires_on=world.monday + timedelta(days=30))
    weeks = [world.monday + timedelta(days=7 * n) for n in range(2)]
    outcomes = Counter(
        at_once(
            [
                *(done(lambda d=day: world.ask(officer, d, 3, "annual")) for day in weeks),
                done(lambda: world.ask(officer, weeks[0], 3, "annual")),
                *(
                    done(lambda d=day: world.ask(officer, d + timedelta(days=3), 1, "makeup_rest"))
                    for day in weeks
                ),
            ]
        )
    )
    asked = LeaveRequest.objects.filter(officer=officer, state="asked")
    return {
        "days once": asked.filter(kind="annual").count() == 1,
        "hours once": asked.filter(kind="makeup_rest").count() == 1
        and RestUse.objects.filter(overtime=overtime).count() == 1
        and Overtime.objects.get(pk=overtime.pk).used == 8,
        "told": outcomes == Counter(won=2, CannotAsk=3),
        "odd": sorted(map(str, outcomes)),
    }


def settling(number: int) -> dict[str, object]:
    """Leave of a year is asked for while the year is closed: never both."""
    world = World(f"court{number}")
    officers = [world.officer(one) for one in range(3)]
    day = on_or_before(timezone.localdate(), working_calendar())
    closed = LeaveRound.objects.create(
        court=world.court,
        year=day.year,
        opened_on=date(day.year, 1, 5),
        ends_on=date(day.year, 2, 5),
        state=LeaveRound.State.CLOSED,
        closed_at=world.now,
    )
    later = world.now + timedelta(days=370)

    def settle() -> str:
        # Asking takes longer: in some round the year is closed in the middle of it.
        time.sleep(number % 25 * 0.003)
        settle_year(round_id=closed.pk, by=world.political, at=later)
        return "won"

    outcomes = at_once(
        [
            settle,
            *(done(lambda one=one: world.ask(one, day, 1)) for one in officers),
        ]
    )
    closed.refresh_from_db()
    asked = LeaveRequest.objects.filter(officer__in=officers, state="asked").count()
    is_settled = closed.state == LeaveRound.State.SETTLED
    return {
        "never both": not (is_settled and asked),
        "one of them": is_settled or asked > 0,
        "odd": sorted(map(str, outcomes)),
    }


def main(rounds: int) -> None:
    world = World()
    decided = [deciding(world, number) for number in range(rounds)]
    spent = [spending(world, rounds + number) for number in range(rounds)]
    settled = [settling(number) for number in range(rounds)]
    print(json.dumps({"decided": decided, "spent": spent, "settled": settled}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
