from datetime import date
from decimal import Decimal

from retention.models import LeavePair
from retention.services.leave_carries import propose_carry
from retention.services.leave_plans import propose_plan
from retention.services.leave_rounds import open_round
from retention.services.overtime import enter_overtime
from tests.access import EVERYONE, OWN, POLITICAL_ELSEWHERE, Row, pk_of, rest
from tests.factories import make_officer
from tests.retention.leave_cast import DAY, NOW, make_leave

READ = ["head", "political", "president"]
MANAGE = ["political"]
LISTS = [*READ, *POLITICAL_ELSEWHERE]
TABLES = [*MANAGE, *POLITICAL_ELSEWHERE]
OFFICERS = [OWN, "outsider"]


def own_form() -> Row:
    return Row(get=OFFICERS, post=OFFICERS, unseen=rest(OFFICERS))


def own_record(name: str, *, get: bool = True) -> Row:
    return Row(get=[OWN] if get else None, post=[OWN], args=pk_of(name), unseen=rest([OWN]))


def deciding(name: str, *, get: bool = False, who: list[str] = READ) -> Row:
    return Row(get=who if get else None, post=who, args=pk_of(name), unseen=POLITICAL_ELSEWHERE)


def both_sides(name: str) -> Row:
    either = [OWN, *READ]
    return Row(post=either, args=pk_of(name), unseen=rest(either))


def of_year(world) -> list:
    return [world.officer.pk, 2026]


def kind(world) -> list:
    return ["sick"]


ROWS: dict[str, Row] = {
    "retention:leave_list": Row(get=LISTS),
    "retention:leave_export": Row(get=LISTS),
    "retention:my_leave": Row(get=EVERYONE),
    "retention:leave_ask": own_form(),
    "retention:leave_count": Row(get=OFFICERS, unseen=rest(OFFICERS)),
    "retention:leave_plan_mine": own_form(),
    "retention:leave_overtime_mine": own_form(),
    "retention:leave_detail": Row(
        get=[OWN, *READ], args=pk_of("sick_leave"), unseen=POLITICAL_ELSEWHERE
    ),
    "retention:leave_decide": deciding("sick_leave"),
    "retention:leave_reason": Row(
        post=MANAGE, args=pk_of("sick_leave"), unseen=POLITICAL_ELSEWHERE
    ),
    "retention:leave_change": own_record("sick_leave"),
    "retention:leave_withdraw": own_record("sick_leave"),
    "retention:leave_cancel": own_record("sick_leave"),
    "retention:leave_end": own_record("sick_leave"),
    "retention:leave_enter": deciding("officer", get=True, who=MANAGE),
    "retention:leave_calendar": Row(get=EVERYONE),
    "retention:leave_plan_list": Row(get=LISTS),
    "retention:leave_plan_propose": deciding("officer", get=True),
    "retention:leave_plan_agree": both_sides("leave_plan"),
    "retention:leave_plan_drop": both_sides("leave_plan"),
    "retention:leave_overtime_list": Row(get=LISTS),
    "retention:leave_overtime_export": Row(get=LISTS),
    "retention:leave_overtime_enter": Row(get=LISTS, post=LISTS),
    "retention:leave_overtime_confirm": deciding("overtime"),
    "retention:leave_overtime_refuse": deciding("overtime", get=True),
    "retention:leave_overtime_withdraw": own_record("overtime", get=False),
    "retention:leave_round_list": Row(get=LISTS),
    "retention:leave_round_open": Row(get=TABLES, post=TABLES),
    "retention:leave_round": Row(get=READ, args=pk_of("leave_round"), unseen=POLITICAL_ELSEWHERE),
    "retention:leave_round_close": deciding("leave_round", get=True, who=MANAGE),
    "retention:leave_round_settle": deciding("leave_round", get=True, who=MANAGE),
    "retention:leave_carry_propose": Row(
        get=READ, post=READ, args=of_year, unseen=POLITICAL_ELSEWHERE
    ),
    "retention:leave_carry_answer": own_record("leave_carry"),
    "retention:leave_carry_withdraw": deciding("leave_carry"),
    "retention:leave_account_list": Row(get=LISTS),
    "retention:leave_account_export": Row(get=LISTS),
    "retention:leave_account": Row(get=READ, args=of_year, unseen=POLITICAL_ELSEWHERE),
    "retention:leave_account_correct": Row(
        get=MANAGE, post=MANAGE, args=of_year, unseen=POLITICAL_ELSEWHERE
    ),
    "retention:leave_kind_list": Row(get=TABLES),
    "retention:leave_kind_edit": Row(get=TABLES, post=TABLES, args=kind),
    "retention:leave_kind_reset": Row(post=TABLES, args=kind),
    "retention:leave_team": Row(get=TABLES),
    "retention:leave_team_limit": Row(post=TABLES),
    "retention:leave_pair_add": Row(post=TABLES),
    "retention:leave_pair_remove": deciding("leave_pair", who=MANAGE),
}


def build(world, cast) -> dict[str, object]:
    """Sick leave that waits, a plan, overtime, a round, a carry-over and a pair."""
    officer, head, political = cast("officer"), cast("head"), cast("political")
    by = {"by": officer.user, "at": NOW}
    second = make_officer(court=officer.court, department=officer.department, name="王同事")
    return {
        "sick_leave": make_leave(officer, date(2026, 12, 1), kind="sick", reason="flu"),
        "leave_plan": propose_plan(
            officer_id=officer.pk, start=date(2026, 12, 14), end=date(2026, 12, 16), **by
        ),
        "overtime": enter_overtime(
            officer_id=officer.pk, day=date(2026, 11, 21), hours=Decimal(3), work="duty", **by
        ),
        "leave_round": open_round(
            court=officer.court, year=2026, ends_on=date(2026, 12, 18), by=political, on=DAY
        ),
        "leave_carry": propose_carry(
            officer_id=officer.pk, year=2026, days=1, reason="trials", by=head, at=NOW
        ),
        "leave_pair": LeavePair.objects.create(first=officer, second=second),
    }
