"""What is earned for a month: a table of cases, and a recomputation day by day beside the rule."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadres.rules.allowances import (
    Held,
    Line,
    Settled,
    SettledMonth,
    Span,
    Standard,
    corrections,
    due_for,
    looked_at,
    month_lines,
    run_day,
)
from tests.cadres.allowance_days import day_by_day

LONG_AGO = date(2020, 1, 1)
JUNE = date(2026, 6, 1)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def held(pk: int = 1, kind: str = "secretary", start: date = LONG_AGO, **facts) -> Held:
    return Held(
        **{"id": pk, "officer": 7, "kind": kind, "nature": "regular", "start": start} | facts
    )


def standard(pk: int = 1, kind: str = "secretary", amount: str = "600.00", **facts) -> Standard:
    return Standard(
        **{"id": pk, "kind": kind, "amount": Decimal(amount), "start": LONG_AGO} | facts
    )


def paid(lines: list[Line]) -> list[tuple[int, int, int, str]]:
    return [(line.appointment, line.standard, line.days, str(line.due)) for line in lines]


ONE_POST = {
    "whole month": (held(), [standard()], [(1, 1, 30, "600.00")]),
    "from the 16th": (held(start=day("06-16")), [standard()], [(1, 1, 15, "300.00")]),
    "to the 10th": (held(end=day("06-11")), [standard()], [(1, 1, 10, "200.00")]),
    "ended on the first: nothing": (held(end=day("06-01")), [standard()], []),
    "one day": (held(start=day("06-30")), [standard()], [(1, 1, 1, "20.00")]),
    "not begun": (held(start=day("07-01")), [standard()], []),
    "left the court on the 6th": (held(left_on=day("06-06")), [standard()], [(1, 1, 5, "100.00")]),
    "left before": (held(left_on=day("05-31")), [standard()], []),
    "left after the end": (
        held(end=day("06-03"), left_on=day("06-20")), [standard()], [(1, 1, 2, "40.00")],
    ),
    "entered by mistake": (held(is_void=True), [standard()], []),
    "another kind of post": (held(kind="group_leader"), [standard()], []),
    "no standard": (held(), [], []),
    "acting, paid": (held(nature="acting"), [standard()], [(1, 1, 30, "600.00")]),
    "acting, not paid": (held(nature="acting"), [standard(pays_acting=False)], []),
    "seconded in, not paid": (held(nature="seconded_in"), [standard()], []),
    "seconded in, paid": (
        held(nature="seconded_in"), [standard(pays_seconded_in=True)], [(1, 1, 30, "600.00")],
    ),
    "seconded out, paid": (
        held(away=(Span(day("06-10"), None),)), [standard()], [(1, 1, 30, "600.00")],
    ),
    "seconded out for good": (
        held(away=(Span(day("06-10"), None),)),
        [standard(pays_seconded_out=False)],
        [(1, 1, 9, "180.00")],
    ),
    "seconded out twice": (
        held(away=(Span(day("05-20"), day("06-04")), Span(day("06-28"), day("06-30")))),
        [standard(pays_seconded_out=False)],
        [(1, 1, 25, "500.00")],
    ),
    "seconded out twice within the month": (
        held(away=(Span(day("06-05"), day("06-08")), Span(day("06-20"), day("06-22")))),
        [standard(pays_seconded_out=False)],
        [(1, 1, 25, "500.00")],
    ),
    "seconded out all month": (
        held(away=(Span(day("05-20"), day("07-04")),)), [standard(pays_seconded_out=False)], [],
    ),
    "standard changed on the 11th": (
        held(),
        [standard(end=day("06-11")), standard(2, amount="900.00", start=day("06-11"))],
        [(1, 1, 10, "200.00"), (1, 2, 20, "600.00")],
    ),
    "rounded half up": (held(end=day("06-02")), [standard(amount="0.15")], [(1, 1, 1, "0.01")]),
    "rounded to nothing, yet a line": (
        held(end=day("06-02")), [standard(amount="0.14")], [(1, 1, 1, "0.00")],
    ),
    "rounded once, not by day": (
        held(end=day("06-08")), [standard(amount="100.00")], [(1, 1, 7, "23.33")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "standards", "expected"), ONE_POST.values(), ids=ONE_POST)
def test_month_lines_of_one_post(one, standards, expected):
    assert paid(month_lines([one], standards, JUNE)) == expected


MEMBER, LEADER = "committee_member", "group_leader"
HIGH, LOW = standard(), standard(2, MEMBER, "300.00")
BESIDE = standard(3, LEADER, "90.00", is_summed=True)
SEVERAL = {
    "only the highest": (
        [held(1), held(2, MEMBER)], [HIGH, LOW], [(1, 1, 30, "600.00")],
    ),
    "the lower one while the higher is not held": (
        [held(1, start=day("06-21")), held(2, MEMBER)],
        [HIGH, LOW],
        [(1, 1, 10, "200.00"), (2, 2, 20, "200.00")],
    ),
    "the lower one on both sides": (
        [held(1, start=day("06-11"), end=day("06-21")), held(2, MEMBER)],
        [HIGH, LOW],
        [(1, 1, 10, "200.00"), (2, 2, 20, "200.00")],
    ),
    "the lower one while away from the higher": (
        [held(1, away=(Span(day("06-04"), day("06-07")),)), held(2, MEMBER)],
        [standard(pays_seconded_out=False), LOW],
        [(1, 1, 27, "540.00"), (2, 2, 3, "30.00")],
    ),
    "an acting post that is not paid takes nothing from the other": (
        [held(1, nature="acting"), held(2, MEMBER)],
        [standard(pays_acting=False), LOW],
        [(2, 2, 30, "300.00")],
    ),
    "beside the highest": (
        [held(1), held(2, MEMBER), held(3, LEADER)],
        [HIGH, LOW, BESIDE],
        [(1, 1, 30, "600.00"), (3, 3, 30, "90.00")],
    ),
    "all of them beside each other": (
        [held(1, LEADER), held(2, LEADER)],
        [BESIDE],
        [(1, 3, 30, "90.00"), (2, 3, 30, "90.00")],
    ),
    "equal amounts: held longest": (
        [held(1, start=day("03-02")), held(2, MEMBER, start=day("03-01"))],
        [HIGH, standard(2, MEMBER, "600.00")],
        [(2, 2, 30, "600.00")],
    ),
    "equal in all: lowest number": (
        [held(2), held(1, MEMBER)], [HIGH, standard(2, MEMBER, "600.00")], [(1, 2, 30, "600.00")],
    ),
    "a rise turns the order round": (
        [held(1), held(2, MEMBER)],
        [
            HIGH,
            standard(2, MEMBER, "300.00", end=day("06-16")),
            standard(4, MEMBER, "900.00", start=day("06-16")),
        ],
        [(1, 1, 15, "300.00"), (2, 4, 15, "450.00")],
    ),
    "the rule changes with the standard": (
        [held(1), held(2, MEMBER)],
        [
            HIGH,
            standard(2, MEMBER, "300.00", end=day("06-16")),
            standard(4, MEMBER, "300.00", start=day("06-16"), is_summed=True),
        ],
        [(1, 1, 30, "600.00"), (2, 4, 15, "150.00")],
    ),
    "of two officers each has the own": (
        [held(1), held(2, MEMBER, officer=8)],
        [HIGH, LOW],
        [(1, 1, 30, "600.00"), (2, 2, 30, "300.00")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("posts", "standards", "expected"), SEVERAL.values(), ids=SEVERAL)
def test_month_lines_of_several_posts(posts, standards, expected):
    assert paid(month_lines(posts, standards, JUNE)) == expected
    assert paid(month_lines(posts[::-1], standards[::-1], JUNE)) == expected


@pytest.mark.parametrize(
    ("month", "days", "due"),
    [("2026-02-01", 28, "280.00"), ("2028-02-01", 29, "280.00"), ("2026-12-01", 31, "280.00")],
)
def test_a_whole_month_is_the_whole_amount_however_long_it_is(month, days, due):
    (line,) = month_lines([held()], [standard(amount="280.00")], date.fromisoformat(month))

    assert (line.days, line.month_days, str(line.due)) == (days, days, due)
    assert (line.kind, line.paid_before, line.amount) == ("regular", Decimal(0), line.due)


# -- the same, day by day -----------------------------------------------------------------------

KINDS = ("secretary", MEMBER, LEADER)
DAYS = st.dates(date(2026, 5, 25), date(2026, 7, 6))
# Few of them, so that days fall together and amounts are equal.
MONTHS = [day("05-01"), JUNE, day("07-01")]
STARTS = st.sampled_from([LONG_AGO, day("05-20"), JUNE]) | DAYS
AMOUNTS = st.sampled_from([Decimal("0.17"), Decimal("310.00"), Decimal("620.00")])


@st.composite
def spans(draw):
    start = draw(DAYS)
    return Span(start, draw(st.sampled_from([None, 1, 2, 5, 9, 30]).map(after(start))))


def after(start: date):
    return lambda days: start + timedelta(days=days) if days else None


@st.composite
def standards_of(draw, kind: str, first_id: int):
    """Up to three in a row that don't overlap, as the database has it."""
    starts = sorted(draw(st.sets(STARTS, min_size=1, max_size=3)))
    ends = [*starts[1:], draw(st.none() | st.just(day("07-20")))]
    return [
        Standard(first_id + place, kind, draw(AMOUNTS), start, end, *draw(FLAGS))
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


FLAGS = st.tuples(st.sampled_from([False, False, True]), *[st.booleans()] * 3)


@st.composite
def posts_held(draw, pk: int):
    start = draw(STARTS)
    return Held(
        id=pk,
        officer=draw(st.sampled_from([1, 1, 2])),
        kind=draw(st.sampled_from(KINDS)),
        nature=draw(st.sampled_from(["regular", "regular", "acting", "seconded_in"])),
        start=start,
        end=draw(st.sampled_from([None, None, 1, 7, 20, 40]).map(after(start))),
        left_on=draw(st.sampled_from([None, None, None, day("06-17")])),
        away=tuple(draw(st.lists(spans(), max_size=3))),
        is_void=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def cases(draw):
    standards = []
    for place, kind in enumerate(KINDS):
        standards += draw(standards_of(kind, 10 * place + 1))
    # Numbers in another order than the starts.
    posts = [draw(posts_held(pk)) for pk in draw(st.permutations([1, 2, 3, 4]))]
    return posts, standards


@settings(max_examples=400, deadline=None)
@given(cases(), st.sampled_from(MONTHS))
def test_month_lines_are_exact_to_the_day(case, month):
    posts, standards = case

    lines = month_lines(posts, standards, month)

    assert {line.key: (line.days, line.due) for line in lines} == day_by_day(
        posts, standards, month
    )
    assert len({line.key for line in lines}) == len(lines)
    owners = {post.id: post.officer for post in posts}
    assert all(line.officer == owners[line.appointment] for line in lines)


@given(st.integers(1, 999_999), st.integers(28, 31), st.data())
def test_due_for_is_the_nearest_cent(cents, month_days, data):
    rate, days = Decimal(cents) / 100, data.draw(st.integers(0, month_days))

    due = due_for(rate, days, month_days)

    # Twice the distance in cents times the days of the month, without any division.
    distance = 2 * abs(due * 100 * month_days - rate * 100 * days)
    assert distance <= month_days
    assert due == due.quantize(Decimal("0.01"))
    if distance == month_days:
        assert due * month_days > rate * days


# -- months settled before ----------------------------------------------------------------------


def line(appointment: int = 1, pk: int = 1, days: int = 30, due: str = "600.00") -> Line:
    return Line(7, appointment, pk, JUNE, Decimal("600.00"), days, 30, Decimal(due))


def settled(appointment: int = 1, pk: int = 1, amount: str = "600.00") -> Settled:
    return Settled(7, appointment, pk, Decimal("600.00"), Decimal(amount))


CORRECTIONS = {
    "as it was settled": ([line()], [settled()], []),
    "never settled": ([line()], [], [("arrears", 1, 30, "600.00", "0.00", "600.00")]),
    "less by now": (
        [line(days=10, due="200.00")], [settled()],
        [("recovery", 1, 10, "200.00", "600.00", "-400.00")],
    ),
    "more by now": (
        [line()], [settled(amount="200.00")], [("arrears", 1, 30, "600.00", "200.00", "400.00")],
    ),
    "nothing any more": ([], [settled()], [("recovery", 1, 0, "0.00", "600.00", "-600.00")]),
    "taken back before": ([], [settled(amount="0.00")], []),
    "another appointment instead": (
        [line(2)], [settled(1)],
        [
            ("recovery", 1, 0, "0.00", "600.00", "-600.00"),
            ("arrears", 2, 30, "600.00", "0.00", "600.00"),
        ],
    ),
    "a line that came to nothing": ([line(days=1, due="0.00")], [], []),
}  # fmt: skip


@pytest.mark.parametrize(("now", "before", "expected"), CORRECTIONS.values(), ids=CORRECTIONS)
def test_corrections_are_what_is_due_less_what_was_settled(now, before, expected):
    found = list(corrections(now, before, JUNE))

    assert [
        (one.kind, one.appointment, one.days, str(one.due), str(one.paid_before), str(one.amount))
        for one in found
    ] == expected
    assert all((one.month, one.month_days) == (JUNE, 30) for one in found)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}T12:00:00+08:00")


def test_looked_at_is_the_own_computing_until_a_later_run_has_made_up():
    may = SettledMonth(day("05-01"), moment("05-25"), moment("05-28"))
    june = SettledMonth(JUNE, moment("06-25"), moment("06-28"))
    # Computed before June was approved: it says nothing of June.
    july = SettledMonth(day("07-01"), moment("06-27"), moment("07-28"))

    assert looked_at([may]) == {may.month: moment("05-25")}
    assert looked_at([may, june, july]) == {
        may.month: moment("06-27"),
        june.month: moment("06-25"),
        july.month: moment("06-27"),
    }


def test_a_run_for_an_earlier_month_says_nothing_of_later_ones():
    march = SettledMonth(day("03-01"), moment("07-25"), moment("07-28"))
    june = SettledMonth(JUNE, moment("06-25"), moment("06-28"))

    assert looked_at([march, june])[JUNE] == moment("06-25")


# -- the day of the run -------------------------------------------------------------------------

HOLIDAYS = {date(2026, 10, number): False for number in range(1, 9)} | {date(2026, 9, 27): True}
RUN_DAYS = {
    "a working day": ("2026-11-01", 25, False, "2026-11-25"),
    "a Sunday": ("2026-10-01", 25, False, "2026-10-23"),
    "a Sunday that is worked": ("2026-09-01", 27, False, "2026-09-27"),
    "inside a long holiday": ("2026-10-01", 8, False, "2026-10-01"),
    "the first, a holiday: not before the month": ("2026-10-01", 1, False, "2026-10-01"),
    "for the month before": ("2026-10-01", 10, True, "2026-11-10"),
    "for the month before, moved into it": ("2026-09-01", 3, True, "2026-09-30"),
    "for December": ("2026-12-01", 5, True, "2027-01-05"),
}


@pytest.mark.parametrize(
    ("month", "number", "is_paid_after", "expected"), RUN_DAYS.values(), ids=RUN_DAYS
)
def test_run_day(month, number, is_paid_after, expected):
    found = run_day(
        date.fromisoformat(month), day=number, is_paid_after=is_paid_after, calendar=HOLIDAYS
    )

    assert found.isoformat() == expected
