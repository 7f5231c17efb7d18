from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import override

from cadres.models import RosterImport
from courtparty.accounts.models import Unit
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from retention.models import BoardYear, Departure
from retention.selectors.board import board_of, board_units
from retention.selectors.turnover import years_to_close
from retention.services.board_years import CannotClose, close_due_years, close_year
from retention.services.exit_interviews import answer_offer, decide_summary, hold_interview
from tests.factories import make_officer, make_unit, make_user
from tests.retention.board_cast import (
    AT,
    TODAY,
    make_departure,
    make_interview,
    make_leavers,
    make_staff,
)

pytestmark = pytest.mark.django_db

FEBRUARY = date(2027, 2, 1)
CLOSED_AT = timezone.make_aware(datetime(2027, 1, 10, 9, 0))


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def enforcement(court):
    return make_unit(court, "执行局", function=Unit.Function.ENFORCEMENT)


def close(court, year=2025, by=None, at=CLOSED_AT):
    return close_year(court=court, year=year, by=by, at=at)


def rows(board, label):
    division = next(one for one in board.divisions if one.label == label)
    return {row.label: (row.heads, row.leavers, row.rate) for row in division.rows}


# -- turnover -----------------------------------------------------------------------------------


def test_closing_counts_turnover_by_function(court, civil, enforcement, political):
    make_staff(court, civil, 10)
    make_staff(court, enforcement, 6)
    make_leavers(court, civil, political, 2, year=2025)

    closed = close(court, by=political)
    board = board_of(political, court, year=None, on=TODAY)

    # Two of civil served on six first days each: 10 + 2 × 6 ÷ 12 = 11.
    assert rows(board, "By function of the department") == {
        "civil trial": (Decimal("11.0"), 2, Decimal("18.2")),
        "enforcement": (Decimal("6.0"), 0, Decimal("0.0")),
    }
    assert [(row.label, row.heads, row.leavers) for row in board.years] == [
        ("2025", Decimal("17.0"), 2)
    ]
    assert Entry.objects.filter(verb="board_year.closed").get().detail == {"year": 2025}
    assert closed.closed_by == political


def test_small_groups_are_hidden_and_in_no_table(court, civil, enforcement, filing, political):
    make_staff(court, civil, 12)
    make_staff(court, enforcement, 6)
    make_staff(court, filing, 3)
    make_leavers(court, civil, political, 1, year=2025)

    close(court)
    board = board_of(political, court, year=2025, on=TODAY)

    division = board.divisions[0]
    assert [row.label for row in division.rows] == ["civil trial"]
    assert division.hidden == 2
    stored = BoardYear.objects.get().tables[str(court.pk)]["function"]
    assert [one["group"] for one in stored] == ["civil"]


def test_what_is_entered_later_does_not_change_a_closed_year(court, civil, political):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 1, year=2025)
    close(court)
    before = board_of(political, court, year=2025, on=TODAY)

    make_leavers(court, civil, political, 6, year=2025)

    assert board_of(political, court, year=2025, on=TODAY) == before


@pytest.mark.parametrize("change", [{"year": 2020}, {"tables": {}}, {"causes": {}}])
def test_a_closed_year_is_fixed_in_the_database(court, civil, political, change):
    make_leavers(court, civil, political, 5, year=2025)
    closed = close(court)

    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        BoardYear.objects.filter(pk=closed.pk).update(**change)

    assert "retention_board_year_fixed" in str(refused.value)


def test_a_year_is_closed_once_and_in_order(court, civil, political):
    make_leavers(court, civil, political, 5, year=2024)

    with pytest.raises(CannotClose, match="2024 is next"):
        close(court, 2025)
    close(court, 2024)
    with pytest.raises(Conflict):
        close(court, 2024)
    with pytest.raises(CannotClose, match="once it is over"):
        close(court, 2027)
    close(court, 2025)

    assert list(BoardYear.objects.order_by("year").values_list("year", flat=True)) == [2024, 2025]


def test_the_timetable_closes_the_last_year_in_february(court, civil, political):
    make_leavers(court, civil, political, 5, year=2025)

    assert close_due_years(on=date(2027, 1, 31), at=CLOSED_AT) == 1
    assert close_due_years(on=FEBRUARY, at=CLOSED_AT) == 1
    assert close_due_years(on=FEBRUARY, at=CLOSED_AT) == 0

    assert list(BoardYear.objects.order_by("year").values_list("year", flat=True)) == [2025, 2026]


def test_no_year_is_closed_before_the_court_has_a_roster(court, civil, officer):
    assert years_to_close(court, until=2026) == []

    RosterImport.objects.create(
        court=court,
        file_name="roster.xlsx",
        state=RosterImport.State.IMPORTED,
        created_at=AT,
        imported_at=AT,
    )
    assert years_to_close(court, until=2026) == [2026]
    assert years_to_close(court, until=2025) == []


def test_the_entered_day_counts_before_the_rosters(court, civil, political):
    make_staff(court, civil, 10)
    officer = make_officer(court=court, department=civil, left_on=date(2026, 2, 1))
    make_departure(officer, political, date(2025, 12, 20))

    close(court)

    assert board_of(political, court, year=2025, on=TODAY).years[0].leavers == 1


def test_who_left_by_the_roster_counts_without_a_departure(court, civil, political):
    make_staff(court, civil, 10)
    make_officer(court=court, department=civil, left_on=date(2025, 12, 20))

    close(court)

    assert board_of(political, court, year=2025, on=TODAY).years[0].leavers == 1


def test_the_running_year_shows_one_total_only(court, civil, political):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 3, year=2026)

    board = board_of(political, court, year=None, on=TODAY)

    assert (board.so_far.heads, board.so_far.leavers) == (10, 3)
    assert (board.years, board.divisions, board.causes) == ([], [], [])


# -- units --------------------------------------------------------------------------------------


def test_a_secretary_reads_the_own_subtree(
    court, civil, party_org, branch, other_branch, branch_secretary, political, other_court
):
    make_staff(court, civil, 12, branch=branch)
    make_staff(court, civil, 12, branch=other_branch)
    make_staff(court, civil, 8)
    make_leavers(court, civil, political, 2, year=2025, branch=branch)
    close(court)

    assert board_units(branch_secretary) == [branch]
    board = board_of(branch_secretary, branch, year=2025, on=TODAY)
    assert [(row.label, row.leavers) for row in board.years] == [("2025", 2)]
    assert (board.so_far.heads, board.so_far.leavers) == (12, 0)
    assert board_units(political) == [court, party_org, branch, other_branch]


def test_a_unit_that_leaves_a_few_of_the_court_is_hidden(
    court, civil, party_org, branch, secretary, political
):
    make_staff(court, civil, 12, branch=branch)
    make_staff(court, civil, 3)
    make_leavers(court, civil, political, 1, year=2025, branch=branch)
    close(court)

    board = board_of(secretary, party_org, year=2025, on=TODAY)

    assert (board.years, board.divisions, board.is_hidden) == ([], [], True)
    assert board.so_far is None


def test_who_reads_no_board_has_no_units(head, officer_user, party_affairs, steward, appraiser):
    for user in (head, officer_user, party_affairs, steward, appraiser):
        assert board_units(user) == []


# -- causes -------------------------------------------------------------------------------------


def causes(board):
    return [
        (table.years, {row.label: row.main for row in table.rows if row.main is not None})
        for table in board.causes
    ]


def test_causes_are_shown_from_five_people_on(court, civil, political):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 8, year=2025, main="pay")
    make_leavers(court, civil, political, 6, year=2025, main="caseload", causes=["family"])
    make_leavers(court, civil, political, 2, year=2025, main="health")

    close(court)
    board = board_of(political, court, year=2025, on=TODAY)

    assert causes(board) == [("2025", {"Pay": 8})]
    (table,) = board.causes
    family = next(row for row in table.rows if row.label == "Family")
    health = next(row for row in table.rows if row.label == "Health")
    assert (family.main, family.any) == (None, 6)
    assert (health.main, health.any) == (None, None)
    assert (table.leavers, table.coded) == (16, 16)


def test_years_with_few_leavers_wait_for_later_ones(court, civil, political):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 3, year=2024, main="pay")
    close(court, 2024)
    board = board_of(political, court, year=2024, on=TODAY)
    assert causes(board) == [("2024", {})]
    assert not board.causes[0].is_whole

    make_leavers(court, civil, political, 5, year=2025, main="pay")
    make_leavers(court, civil, political, 5, year=2025, main="caseload")
    close(court, 2025)

    board = board_of(political, court, year=2025, on=TODAY)
    assert causes(board) == [("2024–2025", {"Pay": 8})]


def test_an_interview_counts_only_where_the_officer_allowed_it(
    court, civil, officer, political, branch_secretary
):
    departure = make_departure(officer, political)
    interview = make_interview(departure, branch_secretary, political)
    answer_offer(interview_id=interview.pk, accepts=True, by=officer.user, at=AT)
    hold_interview(
        interview_id=interview.pk, held_on=TODAY, text="", summary="Pay", main="pay", causes=[],
        would_return="no", by=branch_secretary, at=AT,
    )  # fmt: skip
    refused = BoardYear(**close_values(court))
    decide_summary(interview_id=interview.pk, allows=True, by=officer.user, at=AT)
    allowed = BoardYear(**close_values(court))

    key = str(court.pk)
    assert (refused.causes[key]["talks"], refused.causes[key]["said"]["pay"]) == (0, 0)
    assert (allowed.causes[key]["talks"], allowed.causes[key]["said"]["pay"]) == (1, 1)


def close_values(court):
    """What closing 2026 keeps, undone again."""
    with transaction.atomic():
        closed = close(court, 2026)
        values = {"tables": closed.tables, "causes": closed.causes}
        transaction.set_rollback(True)
    return values


def test_departures_taken_back_count_in_no_year(court, civil, political):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 5, year=2024)
    Departure.objects.update(withdrawn_at=AT)
    from_roster = make_officer(
        court=court, department=civil, work_since=PartialDate(2000, 1), name="王五"
    )
    assert from_roster.left_on is None

    close(court, 2024)

    tally = BoardYear.objects.get().causes[str(court.pk)]
    # The roster still has them as left; why is not known.
    assert (tally["leavers"], tally["coded"]) == (5, 0)


def test_other_courts_are_nowhere(court, other_court, civil, political, outsider_political):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 5, year=2025)
    close(court)

    assert board_units(outsider_political) == [other_court]
    board = board_of(outsider_political, other_court, year=2025, on=TODAY)
    assert (board.years, board.causes) == ([], [])
    assert not BoardYear.objects.visible_to(outsider_political).exists()


def test_the_board_takes_the_same_queries_with_one_year_and_three(
    court, civil, political, django_assert_num_queries
):
    make_staff(court, civil, 10)
    make_leavers(court, civil, political, 5, year=2023)
    close(court, 2023)
    board_of(political, court, year=2023, on=TODAY)  # reads who the reader is, once
    with django_assert_num_queries(4):
        board_of(political, court, year=2023, on=TODAY)
    close(court, 2024)
    close(court, 2025)
    with django_assert_num_queries(4):
        board_of(political, court, year=2025, on=TODAY)


def test_two_secretaries_of_branches_learn_nothing_together(
    court, civil, party_org, branch, other_branch, political
):
    """Both branches, subtracted from the organisation above, would leave two people."""
    make_staff(court, civil, 12, branch=branch)
    make_staff(court, civil, 12, branch=other_branch)
    make_staff(court, civil, 2, branch=party_org)
    make_staff(court, civil, 8)
    make_leavers(court, civil, political, 1, year=2025, branch=branch)
    close(court)

    shown = BoardYear.objects.get().tables
    assert str(branch.pk) in shown
    assert str(other_branch.pk) not in shown
    user = make_user("second.secretary", Role.SECRETARY, other_branch)
    assert board_of(user, other_branch, year=2025, on=TODAY).is_hidden
