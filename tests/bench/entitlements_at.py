"""The measuring inside the throw-away database: ``python -m tests.bench.entitlements_at 50000``."""

import json
import sys
import time
from calendar import monthrange
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from appraisal.models import AssessmentRun, Cycle, GradeProposal, Participant  # noqa: E402
from cadres.models import Appointment, Officer, Post  # noqa: E402
from courtparty.accounts.models import Unit, User  # noqa: E402
from courtparty.accounts.roles import Role  # noqa: E402
from courtparty.lib.dates import PartialDate  # noqa: E402
from retention.models import (  # noqa: E402
    CheckUp,
    Entitlement,
    EntitlementComputing,
    Overtime,
    Received,
)
from retention.services.entitlement_computing import compute_court  # noqa: E402
from retention.services.entitlement_rules import install_entitlement_rules  # noqa: E402
from tests.bench.concerns import campaign  # noqa: E402
from tests.bench.data import CATEGORIES, DEPARTMENTS, _officer  # noqa: E402
from tests.cadres.establishment import make_approval, make_post, make_standard  # noqa: E402
from tests.factories import make_court, make_unit, make_user  # noqa: E402

ON = date(2026, 11, 23)
RANKS = ("二级科员", "一级科员", "四级主任科员", "三级主任科员", "二级主任科员")
JUDGE_RANKS = {"五级法官": 36, "四级法官": 36, "三级法官": 48, "二级法官": 48}
GRADES = ("excellent", "competent", "competent", "basically_competent")
SEATS = 200

# The same amount of rows put together by the database alone: one for each officer and kind, with
# a day and an explanation, ordered as the list is; nothing of a rule.
BARE = """
INSERT INTO bench_rows (officer_id, kind, due_on, explained)
SELECT o.id, k.kind, {day}, {text}
FROM cadres_officer o
CROSS JOIN (SELECT 'a' AS kind UNION ALL SELECT 'b' UNION ALL SELECT 'c' UNION ALL SELECT 'd'
            UNION ALL SELECT 'e' UNION ALL SELECT 'f' UNION ALL SELECT 'g') k
"""


def main(size: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    court = fill(size)
    found: dict[str, Any] = {"officers": size, "bare": bare()}
    found["first"] = timed("computed for the first time", court)
    found["again"] = timed("computed again, unchanged", court)
    change(size)
    found["changed"] = timed("one officer of twenty changed", court)
    found["kinds"] = sorted(Entitlement.objects.values_list("kind", flat=True).distinct())
    found["wrong"] = wrong()
    return found


def timed(what: str, court: Unit) -> dict[str, Any]:
    begin = time.perf_counter()
    for _progress in compute_court(court_id=court.pk, by=None, on=ON):
        pass
    seconds = time.perf_counter() - begin
    last = EntitlementComputing.objects.order_by("-pk")[0]
    return {"what": what, "seconds": seconds, "rows": last.entitlements, "written": last.written}


def bare() -> dict[str, Any]:
    is_postgres = connection.vendor == "postgresql"
    key = "bigserial PRIMARY KEY" if is_postgres else "integer PRIMARY KEY"
    day = "date '2026-11-23' + (o.id % 365)::int" if is_postgres else "date('2026-11-23')"
    text = '\'[["term_from", {"day": "2024-03-01"}], ["months", {"n": 24}]]\''
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_rows (id {key}, officer_id bigint REFERENCES cadres_officer (id), "
            "kind varchar(16), due_on date, explained text, UNIQUE (officer_id, kind))"
        )
        begin = time.perf_counter()
        cursor.execute(BARE.format(day=day, text=text + ("::text" if is_postgres else "")))
        seconds, rows = time.perf_counter() - begin, cursor.rowcount
        cursor.execute("DROP TABLE bench_rows")
    return {"what": "one SQL INSERT of as many rows", "seconds": seconds, "rows": rows,
            "written": rows}  # fmt: skip


# -- a court with all seven kinds ---------------------------------------------------------------


def fill(size: int) -> Unit:
    court = make_court(code="bench", name="示例县人民法院")
    departments = [make_unit(court, name, function=function) for name, function in DEPARTMENTS]
    org = make_unit(court, "中共示例县人民法院总支部委员会", kind=Unit.Kind.GENERAL_BRANCH)
    branches = [make_unit(org, f"第{n}党支部", kind=Unit.Kind.BRANCH) for n in range(1, 7)]
    political = make_user("political", Role.POLITICAL, court)
    officers = [_shaped(_officer(n, court, departments, branches), n) for n in range(size)]
    Officer.objects.bulk_create(officers, batch_size=2000)
    officers = list(Officer.objects.order_by("pk"))
    install_entitlement_rules(court)
    received(officers, political)
    grades(officers, court, political)
    overtime(officers, political, make_user("head", Role.HEAD, departments[0]))
    campaign(officers, court)
    posts(officers, branches)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return court


def _shaped(officer: Officer, n: int) -> Officer:
    """Half are known to the month only; judges have a judge rank, the others a rank."""
    officer.category = CATEGORIES[n % len(CATEGORIES)]
    officer.work_since = PartialDate(1995 + n % 28, n % 12 + 1)
    if officer.category == Officer.Category.QUOTA_JUDGE:
        officer.rank, officer.judge_rank = "", list(JUDGE_RANKS)[n % len(JUDGE_RANKS)]
    else:
        officer.rank, officer.judge_rank = RANKS[n % len(RANKS)], ""
        day = n % 28 + 1 if n % 2 else None
        officer.rank_since = PartialDate(2023 + n % 3, n % 12 + 1, day)
    return officer


def received(officers: list[Officer], by: User) -> None:
    now = timezone.now()
    rows = []
    for n, one in enumerate(officers):
        values = {"officer": one, "quantity": 1, "entered_by": by, "entered_at": now}
        rows.append(Received(kind="wage_step", variant="step",
                             received_on=date(2023 + n % 3, 1, 1), **values))  # fmt: skip
        rows.append(Received(kind="wage_step", variant="level",
                             received_on=date(2021 + n % 3, 1, 1), **values))  # fmt: skip
        if one.judge_rank:
            rows.append(Received(kind="judge_rank_step",
                                 received_on=date(2022 + n % 3, n % 12 + 1, n % 28 + 1),
                                 **values))  # fmt: skip
    Received.objects.bulk_create(rows, batch_size=2000)


def grades(officers: list[Officer], court: Unit, by: User) -> None:
    """Closed annual cycles of five years."""
    now = timezone.now()
    for year in range(2021, 2026):
        cycle = Cycle.objects.create(
            court=court, code=f"{year}-annual", name=str(year), kind="annual",
            start=date(year, 1, 1), end=date(year + 1, 1, 1), state="publicity", opened_at=now,
        )  # fmt: skip
        run = AssessmentRun.objects.create(
            cycle=cycle, number=1, participants=len(officers), complete=0, missing=0,
            finished_at=now,
        )  # fmt: skip
        people = Participant.objects.bulk_create(
            (
                Participant(cycle=cycle, officer=one, department_id=one.department_id,
                            function="civil", category=one.category, staff_class="judge",
                            excluded="no_set")
                for one in officers
            ),
            batch_size=2000,
        )  # fmt: skip
        GradeProposal.objects.bulk_create(
            (
                GradeProposal(participant=one, run=run, proposed=grade_of(one.officer_id, year),
                              decided=grade_of(one.officer_id, year), decided_by=by,
                              decided_at=now)
                for one in people
            ),
            batch_size=2000,
        )  # fmt: skip
        Cycle.objects.filter(pk=cycle.pk).update(state="closed")


def grade_of(officer: int, year: int) -> str:
    return GRADES[(officer * 7 + year) % len(GRADES)]


def overtime(officers: list[Officer], by: User, decider: User) -> None:
    now = timezone.now()
    Overtime.objects.bulk_create(
        (
            Overtime(officer=one, day=date(2026, 8, n % 28 + 1), hours=Decimal("7.5"),
                     used=Decimal("7.5") if n % 3 else Decimal(2), work="值班",
                     expires_on=date(2027, 2, n % 28 + 1), state="confirmed", entered_by=by,
                     entered_at=now, decided_by=decider, decided_at=now)
            for n, one in enumerate(officers)
        ),
        batch_size=2000,
    )  # fmt: skip


def posts(officers: list[Officer], branches: list[Unit]) -> None:
    """Everybody holds one paid post."""
    court = Unit.objects.get(code="bench")
    make_standard(court, Post.Kind.PUBLICITY_MEMBER, "180.00", date(2020, 1, 1))
    seats = [
        make_post(branches[n % 6], Post.Kind.PUBLICITY_MEMBER, authorised=SEATS)
        for n in range(len(officers) // SEATS + 1)
    ]
    document, now = make_approval(court), timezone.now()
    Appointment.objects.bulk_create(
        (
            Appointment(court=court, post=seats[n // SEATS], seat=n % SEATS + 1, officer=one,
                        start=date(2022, 1, 1), document=document, created_at=now, changed_at=now)
            for n, one in enumerate(officers)
        ),
        batch_size=2000,
    )  # fmt: skip


def change(size: int) -> None:
    """The roster has another day for one officer of twenty."""
    changed = list(Officer.objects.exclude(rank="").order_by("pk")[: size // 20])
    for one in changed:
        one.rank_since = PartialDate(2025, 2, 3)
    Officer.objects.bulk_update(changed, ["rank_since"], batch_size=500)


# -- the same once more, by other means ---------------------------------------------------------


def wrong() -> int:
    """Rows that are missing, too many, or not as a recomputation has them."""
    found = {
        (row[0], row[1], row[2]): row[3:]
        for row in Entitlement.objects.values_list(
            "officer", "kind", "period", "state", "due_on", "quantity", "received"
        )
    }
    return len(dict(found.items() ^ expected().items()))


def expected() -> dict[Any, Any]:
    """Written anew from the words of the rules, without their code."""
    rows: dict[Any, Any] = {}
    one, none = Decimal(1), Decimal(0)
    given = defaultdict(dict)
    for officer, kind, variant, day in Received.objects.values_list(
        "officer", "kind", "variant", "received_on"
    ):
        given[officer][kind, variant] = day
    done = dict(CheckUp.objects.values_list("officer", "done_on"))
    appointed = dict(CheckUp.objects.values_list("officer", "due_on"))
    nights = {row[0]: row[1:] for row in Overtime.objects.values_list(
        "officer", "day", "hours", "used", "expires_on")}  # fmt: skip
    for officer in Officer.objects.order_by("pk"):
        pk = officer.pk
        if officer.rank:
            since = officer.rank_since
            day = since.last
            rows[pk, "rank_step", str(since)] = ("due", _rank_day(pk, day), one, none)
        else:
            day = given[pk]["judge_rank_step", ""]
            due = _later(day, JUDGE_RANKS[officer.judge_rank])
            rows[pk, "judge_rank_step", day.isoformat()] = ("due", due, one, none)
        for variant, needed in (("step", 2), ("level", 5)):
            day = given[pk]["wage_step", variant]
            state, due = _wage(pk, day.year, needed)
            rows[pk, "wage_step", f"{variant}:{day.isoformat()}"] = (state, due, one, none)
        days = _leave_days(officer.work_since)
        rows[pk, "annual_leave", "2026"] = ("due", date(2026, 12, 31), days, none)
        night, hours, used, until = nights[pk]
        state = "received" if used >= hours else "due"
        rows[pk, "makeup_rest", night.isoformat()] = (state, until, hours, used)
        for month, due in (
            ("2026-09", date(2026, 10, 16)), ("2026-10", date(2026, 11, 16)),
            ("2026-11", date(2026, 12, 16)),
        ):  # fmt: skip
            rows[pk, "allowance", month] = ("due", due, Decimal("180.00"), none)
        last = done[pk]
        period = last.isoformat() if last else "start-unknown"
        due = last.replace(year=last.year + 1) if last else appointed[pk]
        rows[pk, "checkup", period] = ("due", due, one, none)
    return rows


def _later(day: date, months: int) -> date:
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _rank_day(officer: int, start: date) -> date:
    """Two years, half a year less for each excellent year that ended while the term ran."""
    months, due = 24, _later(start, 24)
    for year in range(start.year, 2026):
        new_year = date(year + 1, 1, 1)
        if new_year > due:
            break
        if grade_of(officer, year) == "excellent":
            months -= 6
            due = max(new_year, _later(start, months))
    return due


def _wage(officer: int, first: int, needed: int) -> tuple[str, date]:
    """January after the year in which enough are counted; years from 2026 on are not graded."""
    counted, year, state = 0, first, "due"
    while True:
        if year > 2025:
            counted, state = counted + 1, "expected"
        elif grade_of(officer, year) in ("excellent", "competent"):
            counted += 1
        if counted == needed:
            return state, date(year + 1, 1, 1)
        year += 1


def _leave_days(since: PartialDate) -> Decimal:
    """Full years on 23 November; a month counts from its first day (three bands of the law)."""
    full = ON.year - since.year - (since.month > ON.month)
    return Decimal(15 if full >= 20 else 10 if full >= 10 else 5)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
