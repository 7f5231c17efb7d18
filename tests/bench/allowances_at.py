"""The measuring inside the throw-away database: ``python -m tests.bench.allowances_at 50000``."""

import json
import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from cadres.models import (  # noqa: E402
    AllowanceLine,
    AllowanceRun,
    AllowanceStandard,
    Appointment,
    Officer,
    Post,
    Secondment,
)
from cadres.rules.allowances import Held, Span, Standard  # noqa: E402
from cadres.services.allowance_runs import (  # noqa: E402
    approve_run,
    check_run,
    draft_run,
    pay_run,
    submit_run,
)
from courtparty.accounts.models import Unit, User  # noqa: E402
from courtparty.accounts.roles import Role  # noqa: E402
from tests.bench.data import DEPARTMENTS, _officer  # noqa: E402
from tests.cadres.allowance_days import Key, day_by_day  # noqa: E402
from tests.cadres.establishment import make_approval, make_post, make_standard  # noqa: E402
from tests.factories import make_court, make_unit, make_user  # noqa: E402

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
CHANGE = date(2026, 3, 16)
KINDS = ("branch_secretary", "branch_deputy", "organisation_member", "publicity_member",
         "group_leader", "party_affairs_cadre")  # fmt: skip
NATURES = ("regular", "regular", "regular", "regular", "acting", "seconded_in")

# What the same month comes to for the database alone, day by day: no line is stored.
BARE = """
WITH days AS (SELECT generate_series(%(first)s::date, %(last)s::date, '1 day')::date AS day),
payable AS (
  SELECT d.day, a.officer_id, a.id AS appointment, a.start, s.id AS standard, s.amount, s.several
  FROM days d
  JOIN cadres_appointment a ON a.start <= d.day AND (a."end" IS NULL OR a."end" > d.day)
  JOIN cadres_officer o ON o.id = a.officer_id AND (o.left_on IS NULL OR o.left_on > d.day)
  JOIN cadres_post p ON p.id = a.post_id
  JOIN cadres_allowancestandard s ON s.court_id = a.court_id AND s.kind = p.kind
    AND s.start <= d.day AND (s."end" IS NULL OR s."end" > d.day)
  WHERE NOT a.is_void AND (a.nature <> 'acting' OR s.pays_acting)
    AND (a.nature <> 'seconded_in' OR s.pays_seconded_in)
    AND (s.pays_seconded_out OR NOT EXISTS (
      SELECT 1 FROM cadres_secondment x WHERE x.appointment_id = a.id AND x.start <= d.day
      AND (x."end" IS NULL OR x."end" > d.day)))
),
highest AS (
  SELECT DISTINCT ON (day, officer_id) appointment, standard, amount FROM payable
  WHERE several = 'highest' ORDER BY day, officer_id, amount DESC, start, appointment
),
paid AS (
  SELECT * FROM highest
  UNION ALL SELECT appointment, standard, amount FROM payable WHERE several = 'sum'
)
SELECT count(*), sum(due) FROM (
  SELECT round(amount * count(*) / (%(last)s::date - %(first)s::date + 1), 2) AS due
  FROM paid GROUP BY appointment, standard, amount
) AS lines
"""


def main(size: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    court = fill(size)
    people = [
        make_user(name, role, court)
        for name, role in (
            ("maker", Role.PARTY_AFFAIRS),
            ("checker", Role.POLITICAL),
            ("approver", Role.PRESIDENT),
        )
    ]
    found: dict[str, Any] = {"appointments": size, "officers": Officer.objects.count()}
    found["bare"] = bare()
    run, found["first"] = timed("run", court, MARCH)
    wrong = differing(run, {})
    run, found["again"] = timed("computed again", court, MARCH)
    wrong += differing(run, {})
    settle(run, *people)
    paid = {key[1:]: content[-1] for key, content in lines_of(run).items()}
    changed = change_back_dated(size)
    run, found["second"] = timed(f"next run, {changed:,} officers changed", court, APRIL)
    found["wrong"] = wrong + differing(run, {MARCH: paid})
    return found


def fill(size: int) -> Unit:
    """One court: four officers of five with one post, the others with two; nothing is regular."""
    court = make_court(code="bench", name="示例县人民法院")
    departments = [make_unit(court, name, function=function) for name, function in DEPARTMENTS]
    org = make_unit(court, "中共示例县人民法院总支部委员会", kind=Unit.Kind.GENERAL_BRANCH)
    branches = [make_unit(org, f"第{n}党支部", kind=Unit.Kind.BRANCH) for n in range(1, 7)]
    officers = [_officer(n, court, departments, branches) for n in range(size - size // 6)]
    for n in range(0, len(officers), 97):
        officers[n].left_on = MARCH + timedelta(days=n % 31)
    Officer.objects.bulk_create(officers, batch_size=2000)
    standards(court)
    posts = [
        make_post(branches[n % 6], KINDS[n % 6], authorised=200) for n in range(size // 200 + 1)
    ]
    appointments(posts, officers, size)
    # Long ago, so that only what is changed later is looked at again.
    before = timezone.now() - timedelta(days=2)
    Officer.objects.update(updated_at=before)
    Appointment.objects.update(changed_at=before)
    AllowanceStandard.objects.update(changed_at=before)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return court


def standards(court: Unit) -> None:
    """Two of them change in the middle of the month, one with the rule for several posts."""
    approval = make_approval(court)
    since = date(2020, 1, 1)
    for kind, amount, start, end, fields in (
        ("branch_secretary", "300.00", since, CHANGE, {}),
        ("branch_secretary", "425.50", CHANGE, None, {}),
        ("organisation_member", "150.35", since, date(2026, 3, 11), {"several": "sum"}),
        ("organisation_member", "199.99", date(2026, 3, 11), None, {}),
        ("branch_deputy", "260.00", since, None, {"pays_acting": False}),
        ("publicity_member", "180.00", since, None, {"pays_seconded_out": False}),
        ("group_leader", "50.00", since, None, {"several": "sum"}),
        ("party_affairs_cadre", "800.00", since, None, {"pays_seconded_in": True}),
    ):
        make_standard(court, kind, amount, start, end, approval=approval, **fields)


def appointments(posts: list[Post], officers: list[Officer], size: int) -> None:
    document, now = make_approval(posts[0].court), timezone.now()
    made = []
    for n in range(size):
        start, end = period(n)
        nature = NATURES[n % 7 % len(NATURES)]
        made.append(
            Appointment(
                court=posts[0].court,
                post=posts[n // 200],
                seat=None if nature == "seconded_in" else n % 200 + 1,
                officer=officers[n % len(officers)],
                nature=nature,
                start=start,
                end=end,
                end_reason="other" if end else "",
                document=document,
                is_void=n % 211 == 0,
                created_at=now,
                changed_at=now,
            )
        )
    Appointment.objects.bulk_create(made, batch_size=2000)
    Secondment.objects.bulk_create(
        Secondment(
            appointment=one,
            start=MARCH + timedelta(days=n % 29 - 9),
            end=None if n % 5 == 0 else MARCH + timedelta(days=n % 29 + n % 17 + 1),
            destination="县委组织部",
            at=now,
        )
        for n, one in enumerate(made)
        if n % 11 == 0
    )


def period(n: int) -> tuple[date, date | None]:
    """Half of them begin or end in the middle of March."""
    day = timedelta(days=n * 7 % 31)
    match n % 8:
        case 0 | 1:
            return MARCH + day, None
        case 2:
            return date(2025, 5, 1), MARCH + day
        case 3:
            return MARCH + day / 3, MARCH + timedelta(days=11) + day
        case 4:
            return date(2025, 7, 9), APRIL + day
        case _:
            return date(2022, 1, 1) + timedelta(days=n % 1400), None


def bare() -> dict[str, Any]:
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE, {"first": MARCH, "last": APRIL - timedelta(days=1)})
        lines, total = cursor.fetchone()
    seconds = time.perf_counter() - begin
    return {"what": "one SQL statement", "seconds": seconds, "lines": lines, "total": str(total)}


def timed(what: str, court: Unit, month: date) -> tuple[AllowanceRun, dict[str, Any]]:
    begin = time.perf_counter()
    run = draft_run(court=court, month=month, by=None, at=timezone.now())
    seconds = time.perf_counter() - begin
    run = AllowanceRun.objects.get(pk=run.pk)
    return run, {
        "what": what,
        "seconds": seconds,
        "lines": run.lines.count(),
        "total": str(run.total),
    }


def settle(run: AllowanceRun, maker: User, checker: User, approver: User) -> None:
    submit_run(run_id=run.pk, by=maker, at=timezone.now())
    check_run(run_id=run.pk, by=checker, at=timezone.now())
    approve_run(run_id=run.pk, by=approver, at=timezone.now())
    pay_run(run_id=run.pk, by=maker, on=timezone.localdate())


def change_back_dated(size: int) -> int:
    """Somebody enters in April what happened in March, for one officer of a hundred."""
    open_ended = Appointment.objects.filter(end=None, is_void=False, start__lt=MARCH)
    holders: dict[int, Appointment] = {}
    for one in open_ended.order_by("pk")[: size // 20]:
        holders.setdefault(one.officer_id, one)
    changed = list(holders.values())[: Officer.objects.count() // 100]
    for n, one in enumerate(changed):
        one.end = MARCH + timedelta(days=1 + n % 29)
        one.end_reason = "resigned"
        one.changed_at = timezone.now()
    Appointment.objects.bulk_update(changed, ["end", "end_reason", "changed_at"], batch_size=500)
    return len(changed)


# -- the same once more, day by day --------------------------------------------------------------

Content = tuple[int, Decimal, Decimal, Decimal]


def differing(run: AllowanceRun, settled: dict[date, dict[Key, Decimal]]) -> int:
    """Lines of the run that are not as a recomputation has them, or that are missing."""
    posts, rates = held(), rates_in_force()
    expected = {
        (run.month, *key): (days, due, Decimal(0), due)
        for key, (days, due) in day_by_day(posts, rates, run.month).items()
    }
    for month, paid in settled.items():
        now = day_by_day(posts, rates, month)
        for key in now.keys() | paid.keys():
            days, due = now.get(key, (0, Decimal(0)))
            before = paid.get(key, Decimal(0))
            if due != before:
                expected[month, *key] = (days, due, before, due - before)
    found = lines_of(run)
    return len(dict(found.items() ^ expected.items()))


def lines_of(run: AllowanceRun) -> dict[tuple[date, int, int], Content]:
    columns = ("month", "appointment", "standard", "days", "due", "paid_before", "amount")
    lines = AllowanceLine.objects.filter(run=run).values_list(*columns)
    return {line[:3]: line[3:] for line in lines}


def held() -> list[Held]:
    away = defaultdict(list)
    for one in Secondment.objects.all():
        away[one.appointment_id].append(Span(one.start, one.end))
    return [
        Held(
            one.pk, one.officer_id, one.post.kind, one.nature, one.start, one.end,
            one.officer.left_on, tuple(away[one.pk]), one.is_void,
        )
        for one in Appointment.objects.select_related("post", "officer")
    ]  # fmt: skip


def rates_in_force() -> list[Standard]:
    return [
        Standard(
            one.pk, one.kind, one.amount, one.start, one.end, one.several == "sum",
            one.pays_acting, one.pays_seconded_in, one.pays_seconded_out,
        )
        for one in AllowanceStandard.objects.all()
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
