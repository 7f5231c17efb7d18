"""The rules of entitlements as tables: no database, no clock."""

from datetime import date
from decimal import Decimal

import pytest

from courtparty.lib.dates import PartialDate
from retention.rules.entitlement_days import (
    AllowanceMonth,
    CheckUpFacts,
    LeaveFacts,
    OvertimeDay,
    allowances,
    annual_leave,
    checkups,
    makeup_rest,
)
from retention.rules.entitlement_defaults import SHIPPED
from retention.rules.entitlement_tables import KINDS, SCHEMA, flat, read_table, stored, table_faults
from retention.rules.entitlements import Given, add_months, days_late
from retention.rules.leave import Balance
from retention.rules.rank_steps import RankFacts, rank_steps
from retention.rules.wage_steps import WageFacts, wage_steps

ON = date(2026, 11, 23)
TABLES = {one.kind: read_table(one.kind, one.table) for one in SHIPPED}


def day(text):
    return PartialDate.parse_iso(text)


def codes(due):
    return [line[0] for line in due.explained]


def values(due, code):
    return [line[1] for line in due.explained if line[0] == code]


# -- rank steps -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "grades", "due_on"),
    [
        ("2024-03-01", {}, "2026-03-01"),
        ("2024-03", {}, "2026-03-31"),
        ("2024-02-29", {}, "2026-02-28"),
        ("2024-03-01", {2024: "excellent"}, "2025-09-01"),
        ("2025-03-01", {2025: "excellent"}, "2026-09-01"),
        # The second one came after the term had ended already.
        ("2024-03-01", {2024: "excellent", 2025: "excellent"}, "2025-09-01"),
        ("2025-12-01", {2025: "excellent", 2026: "excellent"}, "2027-01-01"),
        ("2024-03-01", {2023: "excellent"}, "2026-03-01"),
        ("2024-03-01", {2024: "competent", 2025: "incompetent"}, "2026-03-01"),
        # Never before the year that shortened it was over.
        ("2024-01-01", {2024: "excellent", 2025: "excellent"}, "2025-07-01"),
    ],
    ids=["two-years", "month-only", "leap", "shortened", "shortened-late", "once", "twice",
         "before-the-term", "others", "floor"],
)  # fmt: skip
def test_rank_step_is_due(since, grades, due_on):
    facts = RankFacts("clerk", "一级科员", day(since), (), grades)

    (due,) = rank_steps("rank_step", TABLES["rank_step"], facts, on=ON)

    assert (due.state, due.due_on, due.period) == ("due", date.fromisoformat(due_on), since)


def test_rank_step_explains_what_shortened_it():
    facts = RankFacts("clerk", " 一级 科员", day("2024-03"), (), {2024: "excellent"})

    (due,) = rank_steps("rank_step", TABLES["rank_step"], facts, on=ON)

    assert due.explained == [
        ["term_from", {"day": "2024-03", "source": "roster"}],
        ["month_only", {"month": "2024-03"}],
        ["rank_months", {"rank": "一级科员", "months": 24}],
        ["term_ends", {"day": "2026-03-31"}],
        ["shortened", {"year": 2024, "months": 6, "day": "2025-09-30"}],
    ]


def test_rank_step_names_years_without_a_grade():
    facts = RankFacts("clerk", "一级科员", day("2024-03-01"), (), {})

    (due,) = rank_steps("rank_step", TABLES["rank_step"], facts, on=ON)

    assert values(due, "grades_unknown") == [{"years": [2024, 2025]}]


def test_rank_step_ends_with_what_was_received():
    facts = RankFacts("clerk", "四级主任科员", day("2022-03"), [Given(date(2024, 6, 1))])

    past, now = rank_steps("rank_step", TABLES["rank_step"], facts, on=ON)

    assert (past.period, past.state, past.received_on) == ("2022-03", "received", date(2024, 6, 1))
    assert (now.period, now.state, now.due_on) == ("2024-06-01", "due", date(2026, 6, 1))


def test_rank_step_takes_roster_and_receipt_of_one_month_as_one():
    facts = RankFacts("clerk", "四级主任科员", day("2024-06"), [Given(date(2024, 6, 1))])

    (now,) = rank_steps("rank_step", TABLES["rank_step"], facts, on=ON)

    assert now.period == "2024-06-01"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (RankFacts("contract", "一级科员", day("2024-03")), []),
        (RankFacts("clerk", "", day("2024-03")), []),
        (RankFacts("clerk", "一级调研员", day("2024-03")), []),
        (RankFacts("clerk", "一级科员"), [["start_missing"]]),
        (RankFacts("clerk", "一级警长", day("2024-03-01")), [["term_from", "rank_unknown"]]),
        (RankFacts("clerk", "一级警长"), [["rank_unknown", "start_missing"]]),
    ],
    ids=["category", "no-rank", "top", "start", "rank", "both"],
)
def test_rank_step_never_guesses(facts, expected):
    found = rank_steps("rank_step", TABLES["rank_step"], facts, on=ON)

    assert [codes(due) for due in found] == expected
    assert all(due.state == "missing" and due.due_on is None for due in found)


def test_rank_step_is_lengthened_by_years_the_table_does_not_count():
    table = read_table(
        "rank_step", {**SHIPPED[0].table, "uncounted": ["basically_competent", "incompetent"]}
    )
    facts = RankFacts("clerk", "一级科员", day("2024-03-01"), (), {2024: "basically_competent"})

    (due,) = rank_steps("rank_step", table, facts, on=ON)

    assert due.due_on == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("rank", "given", "due_on"),
    [
        ("五级法官", "2023-05-01", "2026-05-01"),
        ("四级法官", "2023-05-01", "2026-05-01"),
        ("三级法官", "2023-05-01", "2027-05-01"),
        ("二级法官", "2023-05-01", "2027-05-01"),
    ],
)
def test_judge_rank_step_is_due(rank, given, due_on):
    facts = RankFacts("quota_judge", rank, None, [Given(date.fromisoformat(given))])

    (due,) = rank_steps("judge_rank_step", TABLES["judge_rank_step"], facts, on=ON)

    assert (due.state, due.due_on) == ("due", date.fromisoformat(due_on))


def test_judge_rank_step_does_not_take_the_roster_day_for_its_own():
    facts = RankFacts("quota_judge", "三级法官", day("2020-06"))

    (due,) = rank_steps("judge_rank_step", TABLES["judge_rank_step"], facts, on=ON)

    assert (due.state, codes(due)) == ("missing", ["judge_start_missing", "roster_day_unclear"])


# -- wage steps -------------------------------------------------------------------------------


def steps(given, grades, on=ON):
    facts = WageFacts("clerk", given, grades)
    return {
        due.period.partition(":")[0]: due for due in wage_steps(TABLES["wage_step"], facts, on=on)
    }


def wage(on, variant="step"):
    return Given(date.fromisoformat(on), variant=variant)


@pytest.mark.parametrize(
    ("grades", "state", "due_on"),
    [
        ({2024: "competent", 2025: "excellent"}, "due", "2026-01-01"),
        ({2024: "competent", 2025: "basically_competent"}, "expected", "2027-01-01"),
        ({2024: "competent"}, "expected", "2026-01-01"),
        ({2024: "incompetent", 2025: "competent"}, "expected", "2027-01-01"),
    ],
    ids=["two-years", "bad-year", "grade-to-come", "first-bad"],
)
def test_wage_step_after_two_counted_years(grades, state, due_on):
    due = steps([wage("2024-01-01")], grades)["step"]

    assert (due.state, due.due_on) == (state, date.fromisoformat(due_on))


def test_wage_step_stops_at_an_old_year_without_a_grade():
    due = steps([wage("2023-01-01")], {2024: "competent"})["step"]

    assert (due.state, due.due_on) == ("missing", None)
    assert values(due, "grades_missing") == [{"years": [2023]}]


def test_wage_level_is_counted_apart():
    grades = dict.fromkeys(range(2021, 2026), "competent")

    found = steps([wage("2025-01-01"), wage("2021-01-01", "level")], grades)

    assert (found["level"].state, found["level"].due_on) == ("due", date(2026, 1, 1))
    assert (found["step"].state, found["step"].due_on) == ("expected", date(2027, 1, 1))


def test_wage_step_without_a_first_one_is_missing():
    found = steps([], {2025: "competent"})

    assert {due.state for due in found.values()} == {"missing"}
    assert [codes(due) for due in found.values()] == [["wage_start_missing"]] * 2


# -- days and money ---------------------------------------------------------------------------


def leave(balance, years=12, since="2014-07"):
    return LeaveFacts(2026, day(since) if since else None, years, balance)


@pytest.mark.parametrize(
    ("balance", "given", "expected"),
    [
        (Balance(10, taken=4), [], ("due", "10", "4")),
        (Balance(10, taken=10), [], ("received", "10", "10")),
        (Balance(10, carried_in=2, taken=10), [], ("due", "12", "10")),
        (Balance(10, carried_on=5, taken=5), [], ("received", "5", "5")),
        (Balance(10, taken=4), [Given(date(2026, 5, 1), Decimal(6), "2026")],
         ("received", "10", "10")),
        (Balance(10, taken=4), [Given(date(2025, 5, 1), Decimal(6), "2025")], ("due", "10", "4")),
        (Balance(10, excluded="personal"), [], ("waived", "0", "0")),
    ],
    ids=["open", "taken", "carried-in", "carried-on", "by-hand", "other-year", "excluded"],
)  # fmt: skip
def test_annual_leave_is_due(balance, given, expected):
    (due,) = annual_leave(TABLES["annual_leave"], "clerk", [leave(balance)], given)

    assert (due.state, due.quantity, due.received) == (
        expected[0], Decimal(expected[1]), Decimal(expected[2]),
    )  # fmt: skip
    assert due.due_on == date(2026, 12, 31)


def test_annual_leave_without_the_day_of_work_is_missing():
    (due,) = annual_leave(TABLES["annual_leave"], "clerk", [leave(Balance(0), 0, None)], [])

    assert (due.state, codes(due)) == ("missing", ["work_since_missing"])


def test_annual_leave_of_the_first_year_is_nothing():
    assert annual_leave(TABLES["annual_leave"], "clerk", [leave(Balance(0), 0)], []) == []


def test_makeup_rest_is_due_until_its_term_is_over():
    night = OvertimeDay(date(2026, 10, 3), Decimal("7.5"), Decimal(4), date(2027, 4, 3))
    old = OvertimeDay(date(2025, 1, 3), Decimal(8), Decimal(0), date(2025, 7, 3))

    (due,) = makeup_rest(TABLES["makeup_rest"], "clerk", [old, night], [], on=ON)

    assert (due.state, due.period, due.due_on) == ("due", "2026-10-03", date(2027, 4, 3))
    assert (due.quantity, due.received) == (Decimal("7.5"), Decimal(4))


def test_makeup_rest_given_by_hand_counts_for_its_day_only():
    nights = [
        OvertimeDay(date(2026, 10, n), Decimal(8), Decimal(0), date(2027, 4, n)) for n in (3, 4)
    ]
    given = [Given(date(2026, 10, 20), Decimal(8), "2026-10-03")]

    found = makeup_rest(TABLES["makeup_rest"], "clerk", nights, given, on=ON)

    assert [due.state for due in found] == ["received", "due"]


def test_allowance_is_due_some_days_after_the_month():
    months = [
        AllowanceMonth(
            date(2026, 9, 1), Decimal("300.00"), Decimal("300.00"), 30, date(2026, 10, 9)
        ),
        AllowanceMonth(date(2026, 10, 1), Decimal("300.00"), Decimal(0), 31),
    ]

    paid, owed = allowances(TABLES["allowance"], "clerk", months, [])

    assert (paid.state, paid.received_on) == ("received", date(2026, 10, 9))
    assert (owed.state, owed.due_on, owed.period) == ("due", date(2026, 11, 16), "2026-10")


@pytest.mark.parametrize(
    ("facts", "given", "expected"),
    [
        (CheckUpFacts(done_on=date(2026, 5, 4)), [], [("due", date(2027, 5, 4))]),
        (CheckUpFacts(), [Given(date(2025, 5, 4))], [("due", date(2026, 5, 4))]),
        (CheckUpFacts(appointed=date(2026, 12, 1)), [], [("due", date(2026, 12, 1))]),
        (CheckUpFacts(), [], [("missing", None)]),
        (CheckUpFacts(is_told=False), [Given(date(2025, 5, 4))], []),
        (CheckUpFacts(done_on=date(2026, 5, 4)), [Given(date(2025, 5, 4))],
         [("received", None), ("due", date(2027, 5, 4))]),
    ],
    ids=["done", "by-hand", "appointed", "never", "excused", "both"],
)  # fmt: skip
def test_checkup_is_due_a_year_after(facts, given, expected):
    found = checkups(TABLES["checkup"], "clerk", facts, given)

    assert [(due.state, due.due_on) for due in found] == expected


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
     ("2024-03-31", -1, "2024-02-29"), ("2024-12-15", 1, "2025-01-15")],
)  # fmt: skip
def test_add_months_keeps_the_day_where_there_is_one(start, months, expected):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("due_on", "state", "expected"),
    [(date(2026, 11, 20), "due", 3), (ON, "due", 0), (date(2026, 11, 20), "expected", 0),
     (date(2026, 12, 1), "due", 0), (None, "missing", 0)],
)  # fmt: skip
def test_days_late_counts_only_what_is_due(due_on, state, expected):
    assert days_late(due_on, state, ON) == expected


# -- tables -----------------------------------------------------------------------------------


def test_shipped_rules_cover_every_kind_and_can_be_read():
    assert [one.kind for one in SHIPPED] == list(KINDS)
    assert all(table_faults(one.kind, one.table) == [] for one in SHIPPED)
    assert all(one.source and one.certainty in "RSU" for one in SHIPPED)


@pytest.mark.parametrize("one", SHIPPED, ids=[one.kind for one in SHIPPED])
def test_a_table_survives_being_taken_apart_and_put_together(one):
    assert stored(one.kind, flat(one.kind, one.table)) == one.table


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_says_everything_that_is_missing(kind):
    assert {fault.name for fault in table_faults(kind, {})} == {item.name for item in SCHEMA[kind]}


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("checkup", {"months": 0}, "table_number"),
        ("checkup", {"months": True}, "table_number"),
        ("checkup", {"months": "12"}, "table_number"),
        ("checkup", {"categories": []}, "table_choose_one"),
        ("checkup", {"categories": ["emperor"]}, "table_codes"),
        ("checkup", {"colour": 1}, "table_unknown_field"),
        ("rank_step", {"ladder": []}, "table_ladder_length"),
        ("rank_step", {"ladder": [{"rank": "", "months": 24}]}, "table_ladder_row"),
        ("rank_step", {"ladder": [{"rank": "科员", "months": 0}]}, "table_ladder_row"),
        ("rank_step", {"ladder": [{"rank": "科 员", "months": 1}, {"rank": "科员", "months": 2}]},
         "table_rank_twice"),
        ("wage_step", {"counted": []}, "table_choose_one"),
        ("wage_step", {"month": 13}, "table_number"),
        ("annual_leave", {"bands": [{"from_years": 1}]}, "table_band_row"),
    ],
)  # fmt: skip
def test_a_faulty_table_says_what_is_wrong(kind, change, code):
    table = next(one.table for one in SHIPPED if one.kind == kind)

    assert [fault.code for fault in table_faults(kind, {**table, **change})] == [code]


def test_bands_have_to_rise():
    table = {
        "categories": ["clerk"],
        "bands": [{"from_years": 10, "days": 10}, {"from_years": 1, "days": 5}],
        "excluded": {"personal_leave_days": 20, "sick_months": [3, 2]},
    }

    assert [fault.code for fault in table_faults("annual_leave", table)] == ["table_bands_rise"]
