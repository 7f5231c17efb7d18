"""Posts, appointments and allowance runs of a court of a given size, by set-based SQL."""

from datetime import date

from django.db import connection
from django.utils import timezone

from cadres.models import AllowanceRun, Post
from courtparty.accounts.models import Unit, User
from courtparty.accounts.roles import Role
from tests.cadres.establishment import make_approval, make_standard
from tests.factories import make_user

POSTS, SEATS = 100, 5
MONTHS = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]


def fill(court: Unit, organisation: Unit, maker: User) -> None:
    """An appointment of every officer: the latest hold the 500 seats, the others held them before.

    A court of any size has some hundred Party posts; what grows with the years is their history.
    Two months of allowances are paid and one is drafted, each with a line for everybody in a seat;
    computing 50,000 lines is measured by ``bin/bench allowances``.
    """
    approval = make_approval(court)
    standard = make_standard(court, Post.Kind.OTHER, "300.00", approval=approval)
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cadres_post (court_id, unit_id, kind, name, authorised, is_fulltime, "
            "is_exclusive, approval_id, opened_on, note, created_at) "
            "SELECT %s, %s, 'other', 'P' || n, %s, false, false, %s, date '2000-01-01', '', %s "
            "FROM generate_series(1, %s) AS n",
            [court.pk, organisation.pk, SEATS, approval.pk, now, POSTS],
        )
        # Officer n sits in seat n modulo 500; each turn of a seat lasts ten days but the last.
        cursor.execute(
            "INSERT INTO cadres_appointment (court_id, post_id, seat, officer_id, nature, start, "
            'term_end, "end", end_reason, document_id, is_void, note, created_at, changed_at) '
            "SELECT %s, p.id, o.n / %s %% %s + 1, o.id, 'regular', "
            "date '2020-01-01' + (o.turn * 10)::int, NULL, "
            "CASE WHEN o.is_last THEN NULL ELSE date '2020-01-01' + (o.turn * 10 + 10)::int END, "
            "CASE WHEN o.is_last THEN '' ELSE 'other' END, %s, false, '', %s, %s "
            "FROM (SELECT id, n, n / %s AS turn, n + %s >= count(*) OVER () AS is_last FROM "
            "(SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM cadres_officer) r) o "
            "JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM cadres_post) p "
            "ON p.n = o.n %% %s",
            [
                *(court.pk, POSTS, SEATS, approval.pk, now, now),
                *(POSTS * SEATS, POSTS * SEATS, POSTS),
            ],
        )
    _runs(court, standard, maker)


def _runs(court: Unit, standard, maker: User) -> None:
    checker = make_user("checker", Role.POLITICAL, court)
    president = make_user("president", Role.PRESIDENT, court)
    for month in MONTHS:
        run = AllowanceRun.objects.create(court=court, month=month, computed_at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO cadres_allowanceline (run_id, officer_id, appointment_id, "
                "standard_id, kind, month, rate, days, month_days, due, paid_before, amount) "
                "SELECT %s, officer_id, id, %s, 'regular', %s, 300, 30, 30, 300, 0, 300 "
                'FROM cadres_appointment WHERE start <= %s AND ("end" IS NULL OR "end" > %s)',
                [run.pk, standard.pk, month, month, month],
            )
            officers = cursor.rowcount
        AllowanceRun.objects.filter(pk=run.pk).update(officers=officers, total=300 * officers)
        if month != MONTHS[-1]:
            AllowanceRun.objects.filter(pk=run.pk).update(
                state=AllowanceRun.State.PAID,
                made_by=maker,
                checked_by=checker,
                approved_by=president,
                paid_by=maker,
                paid_on=month,
            )
