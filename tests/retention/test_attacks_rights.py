"""Attempts to see or do what one must not, each by a way that was once open."""

from datetime import date, datetime
from decimal import Decimal
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from retention.models import BreakGlass, LeaveRequest
from retention.rules.causes import Tally, units_apart
from retention.rules.groups import MINIMUM
from retention.rules.hardship_reports import CaseFact, PaidFact, year_figures
from retention.rules.turnover import Scope, released, totals_released
from retention.selectors.board import board_of
from retention.services.board_years import close_year
from retention.services.break_glass import CannotDecide, approve_request, open_health_file
from tests.factories import make_officer, make_user
from tests.retention.board_cast import TODAY, make_departure, make_leavers, make_staff
from tests.retention.entitlements_cast import (
    computed,
    make_grade,
    make_ranked,
    make_received,
    make_rules,
)
from tests.retention.leave_cast import make_leave
from tests.retention.screening_cast import make_break_glass, make_opening

CLOSED_AT = timezone.make_aware(datetime(2027, 1, 10, 9, 0))
MONDAY = date(2026, 12, 7)


def page(name, *args):
    return reverse(f"retention:{name}", args=args)


@pytest.fixture
def on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00")


def give(user, role, unit):
    """A second role, as a cadre of a small court often has one."""
    return Grant.objects.create(user=user, role=role, unit=unit, starts_on=date(2026, 1, 1))


# -- subtracting group figures ------------------------------------------------------------------


def scope(unit, parent, people):
    return Scope(unit, parent, {"function": {"civil": frozenset(people)}})


def test_what_lies_below_a_hidden_unit_is_compared_with_what_is_above_it():
    """The general branch is hidden, being nearly the court; its two branches together are it."""
    court, general = scope(1, None, range(20)), scope(2, 1, range(18))
    branches = [scope(3, 2, range(9)), scope(4, 2, range(9, 18))]

    assert set(released([court, general, *branches])) == {1, 3}


def test_a_single_branch_below_a_hidden_general_branch_is_hidden_like_it():
    scopes = [scope(1, None, range(16)), scope(2, 1, range(13)), scope(3, 2, range(13))]

    assert set(released(scopes)) == {1}


PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}
ABOVE = {0: {1}, 1: {1}, 2: {1, 2}, 3: {1, 3}, 4: {1, 2, 4}, 5: {1, 2, 5}, 6: {1, 3, 6}}


def placed(places):
    """Unit → division → group → people, of (place, function, tenure) of each person."""
    return [
        Scope(
            unit,
            parent,
            {
                name: {
                    key: frozenset(members)
                    for key in "ab"
                    if (
                        members := {
                            pk
                            for pk, person in enumerate(places)
                            if unit in ABOVE[person[0]] and person[at] == key
                        }
                    )
                }
                for at, name in ((1, "function"), (2, "tenure"))
            },
        )
        for unit, parent in PARENTS.items()
    ]


def disjoint(units):
    """Sets of units of which none lies in another."""
    for size in range(1, len(units) + 1):
        for chosen in combinations(units, size):
            if all(a not in ABOVE[b] and b not in ABOVE[a] for a, b in combinations(chosen, 2)):
                yield chosen


KEY = st.sampled_from("ab")


@given(st.lists(st.tuples(st.integers(0, 6), KEY, KEY), max_size=50))
def test_no_total_less_any_units_below_it_leaves_a_few(places):
    scopes = {one.unit: one for one in placed(places)}
    found = released(list(scopes.values()))
    for top in found:
        inside = [one for one in found if top in ABOVE[one] and one != top]
        for units in disjoint(inside):
            rest = scopes[top].everybody.difference(*(scopes[one].everybody for one in units))
            assert len(rest) not in range(1, MINIMUM)


@given(st.lists(st.tuples(st.integers(0, 6), KEY, KEY), max_size=50))
def test_no_group_less_the_same_group_of_any_units_below_leaves_a_few(places):
    scopes = {one.unit: one for one in placed(places)}
    found = released(list(scopes.values()))
    for name, key in (("function", "a"), ("tenure", "b")):
        showing = [unit for unit in found if key in found[unit][name]]
        for top in showing:
            inside = [one for one in showing if top in ABOVE[one] and one != top]
            for units in disjoint(inside):
                groups = [scopes[one].divisions[name][key] for one in units]
                rest = scopes[top].divisions[name][key].difference(*groups)
                assert len(rest) not in range(1, MINIMUM)


@given(st.lists(st.integers(0, 14), min_size=7, max_size=7))
def test_no_running_total_less_any_units_below_it_leaves_a_few(own):
    people = {
        unit: sum(count for place, count in enumerate(own) if unit in ABOVE[place])
        for unit in PARENTS
    }
    found = totals_released([(unit, parent, people[unit]) for unit, parent in PARENTS.items()])
    for top in found:
        inside = [one for one in found if top in ABOVE[one] and one != top]
        for units in disjoint(inside):
            assert people[top] - sum(people[one] for one in units) not in range(1, MINIMUM)


def tally(pay):
    return Tally(leavers=pay, coded=pay, main={"pay": pay}, any={"pay": pay})


def test_causes_of_two_branches_do_not_leave_those_of_a_few():
    """Each branch alone leaves many of the court; both together leave three."""
    units = [(1, None, tally(20)), (2, 1, tally(8)), (3, 1, tally(9))]

    assert units_apart(units) == {1, 2}
    assert units_apart([*units[:2], (3, 1, tally(12))]) == {1, 2, 3}


def test_causes_of_a_branch_do_not_leave_a_few_of_its_general_branch():
    units = [(1, None, tally(30)), (2, 1, tally(12)), (3, 2, tally(10))]

    assert units_apart(units) == {1, 2}


def test_causes_below_a_hidden_general_branch_are_compared_with_the_court():
    units = [(1, None, tally(20)), (2, 1, tally(18)), (3, 2, tally(9)), (4, 2, tally(9))]

    assert units_apart(units) == {1, 3}


@pytest.mark.django_db
def test_the_board_of_a_second_branch_shows_no_causes_that_leave_a_few(
    court, civil, party_org, branch, other_branch, president, political
):
    make_staff(court, civil, 20)
    make_leavers(court, civil, political, 9, year=2025, branch=branch)
    make_leavers(court, civil, political, 8, year=2025, branch=other_branch)
    make_leavers(court, civil, political, 3, year=2025)
    # Beside one cause another has to be hidden for the one to be shown.
    for unit in (branch, other_branch):
        make_leavers(court, civil, political, 6, year=2025, main="caseload", branch=unit)
    close_year(court=court, year=2025, by=None, at=CLOSED_AT)

    def pay(unit):
        board = board_of(president, unit, year=2025, on=TODAY)
        return [row.main for table in board.causes for row in table.rows if row.main]

    assert pay(court) == [20]
    assert [pay(branch), pay(other_branch)] == [[9], []]


@pytest.mark.django_db
def test_the_running_year_of_two_branches_leaves_no_few_of_the_court(
    court, civil, party_org, branch, other_branch, president
):
    make_staff(court, civil, 9, branch=branch)
    make_staff(court, civil, 9, branch=other_branch)
    make_staff(court, civil, 2)

    def shown(unit):
        return board_of(president, unit, year=None, on=TODAY).so_far

    assert shown(court).heads == 20
    assert [shown(branch) is None, shown(other_branch) is None] == [False, True]
    assert shown(party_org) is None


# -- one person in several groups ---------------------------------------------------------------


def test_the_help_of_one_person_in_five_kinds_is_not_what_is_left_of_the_total():
    """Six people had aid, six visits, one a measure of each other kind: five groups, one person."""
    others = ["referral", "flexible", "other", "more", "most"]
    paid = [PaidFact(person, "housing", "aid", Decimal(100)) for person in range(6)]
    paid += [PaidFact(person, "housing", "visit", Decimal(10)) for person in range(6, 12)]
    paid += [PaidFact(12, "housing", kind, Decimal(7)) for kind in others]
    cases = [CaseFact(person, "housing") for person in range(13)]

    figures = year_figures(cases, paid, kinds=["housing"], measure_kinds=["aid", "visit", *others])

    assert figures["total"]["amount"] == "695"
    shown = [Decimal(one["amount"]) for one in figures["measures"] if one["amount"]]
    assert Decimal(695) - sum(shown) != 5 * 7


def test_an_amount_by_kind_less_one_by_measure_is_not_what_one_person_was_paid():
    """The same six are behind housing and aid; one of them had aid for something else too."""
    paid = [PaidFact(person, "housing", "aid", Decimal(100)) for person in range(6)]
    paid += [PaidFact(person, "care", "visit", Decimal(10)) for person in [0, *range(6, 12)]]
    paid += [PaidFact(0, "care", "aid", Decimal(7))]
    cases = [CaseFact(one.officer, one.case_kind) for one in paid]

    figures = year_figures(cases, paid, kinds=["housing", "care"], measure_kinds=["aid", "visit"])

    by_kind = {Decimal(one["amount"]) for one in figures["kinds"] if one["amount"]}
    by_measure = {Decimal(one["amount"]) for one in figures["measures"] if one["amount"]}
    assert not {abs(one - other) for one in by_kind for other in by_measure} & {Decimal(7)}


# -- a right held somewhere else ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_head_does_not_read_appraisal_grades_of_other_departments_as_a_secretary(
    client, court, filing, branch, officer, head, political, on_23_november
):
    """The head is a branch secretary too: awards in the branch, results in the own department."""
    give(head, Role.SECRETARY, branch)
    elsewhere = make_officer(court=court, department=filing, branch=branch, name="周八")
    for person in (officer, elsewhere):
        for year in (2023, 2024, 2025):
            make_grade(person, year, "excellent", political)
    client.force_login(head)

    own = client.get(page("award_ladder", officer.pk))
    other = client.get(page("award_ladder", elsewhere.pk))

    assert (own.status_code, own.context["knows_results"]) == (200, True)
    assert (other.status_code, other.context["knows_results"]) == (200, False)


@pytest.mark.django_db
def test_an_open_health_file_closes_to_who_no_longer_looks_after_the_officer(
    client, officer, political, president, other_court
):
    now = timezone.now()
    one = make_opening(officer, political, president, at=now)
    Grant.objects.filter(user=political).delete()
    give(political, Role.POLITICAL, other_court)
    client.force_login(political)

    with pytest.raises(Conflict):
        open_health_file(break_glass_id=one.pk, by=political, at=now)
    assert client.post(page("break_glass_open", one.pk)).status_code == 409
    assert not client.get(page("break_glass_detail", one.pk)).context["possible"].open
    assert BreakGlass.objects.get(pk=one.pk).openings == 0


@pytest.mark.django_db
def test_who_gets_an_account_later_does_not_decide_about_the_own_health_file(
    client, court, civil, political, president
):
    officer = make_officer(court=court, department=civil, name="周八")
    one = make_break_glass(officer, political)
    officer.user = president
    officer.save(update_fields=["user"])

    with pytest.raises(CannotDecide):
        approve_request(break_glass_id=one.pk, by=president, at=one.asked_at)
    client.force_login(president)
    assert not client.get(page("break_glass_detail", one.pk)).context["possible"].decide


@pytest.mark.django_db
def test_who_entered_leave_for_somebody_lets_go_of_it_with_the_role(
    client, officer, political, president, head, on_23_november
):
    leave = make_leave(officer, MONDAY, by=political, kind="sick", reason="reasonword")
    Grant.objects.filter(user=political).delete()
    client.force_login(political)

    assert client.get(page("leave_detail", leave.pk)).status_code == 403
    assert client.post(page("leave_withdraw", leave.pk), {"seen": 1}).status_code == 404
    assert LeaveRequest.objects.get(pk=leave.pk).state == "asked"


# -- what was read is on record -----------------------------------------------------------------


@pytest.mark.django_db
def test_reading_the_coded_causes_to_change_them_is_a_reading(
    client, officer, political, on_23_november
):
    departure = make_departure(officer, political)
    client.force_login(political)

    assert client.get(page("departure_code", departure.pk)).status_code == 200

    assert Entry.objects.about(officer).filter(verb="departure.read", actor=political).exists()


# -- who has left -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_has_left_is_not_told_who_of_the_department_is_away(
    client, court, civil, officer, officer_user, on_23_november
):
    make_officer(court=court, department=civil, name="周八")
    client.force_login(officer_user)
    assert "周八" in client.get(page("leave_calendar")).text

    officer.left_on = date(2026, 11, 1)
    officer.save(update_fields=["left_on"])

    assert "周八" not in client.get(page("leave_calendar")).text
    assert client.get(page("leave_calendar"), {"unit": civil.pk}).status_code == 404
    assert "周八" not in client.get(page("leave_calendar"), {"year": "2026"}).text


# -- what one has received oneself ---------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_enters_waives_or_takes_back_what_one_is_due_oneself(
    client, court, civil, political, on_23_november
):
    """A step taken back from the record would be due, and be paid, a second time."""
    own = make_ranked(make_officer(court=court, department=civil, name="周八", user=political))
    make_rules(court)
    computed(court)
    entitlement = own.entitlements.filter(state="due").first()
    received = make_received(own, "rank_step", date(2026, 3, 1), make_user("colleague"))
    client.force_login(political)

    assert client.get(page("received_enter", own.pk)).status_code == 404
    assert client.post(page("received_void", received.pk), {"reason": "x"}).status_code == 404
    assert client.post(page("entitlement_waive", entitlement.pk), {}).status_code == 404
    shown = client.get(page("entitlement_officer", own.pk))
    assert (shown.status_code, shown.context["may_manage"]) == (200, False)
