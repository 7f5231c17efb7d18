import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.grades import (
    ORDER,
    Candidate,
    Grade,
    Thresholds,
    Why,
    propose_grades,
    quota,
    seats_of,
)

GOLDEN = json.loads(
    (Path(__file__).parent.parent / "golden" / "rules.json").read_text(encoding="utf-8")
)
THRESHOLDS = Thresholds(Decimal(90), Decimal(70), Decimal(60))
TWENTY = Decimal(20)


def candidate(key, total, **changes):
    found = Candidate(key, "civil judges", None if total is None else Decimal(str(total)), 12)
    return replace(found, **changes)


def proposed(candidates, percent=TWENTY, **options):
    found = propose_grades(candidates, THRESHOLDS, percent, **options)
    return {one.key: one for one in found}


def grades(candidates, percent=TWENTY, **options):
    return {key: one.grade for key, one in proposed(candidates, percent, **options).items()}


def why(proposal):
    return [reason.code for reason in proposal.reasons]


def group(*totals, name="civil judges"):
    """Candidates a, b, c … with these totals."""
    return [
        candidate(f"{name} {n:02}", total, group=name) for n, total in enumerate(totals, start=1)
    ]


# -- the quota --------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN["excellent_quota_floor"], ids=lambda case: str(case["n"]))
def test_quota_is_rounded_down(case):
    assert quota(case["n"], TWENTY) == case["20%"]
    assert quota(case["n"], Decimal(25), is_approved=True) == case["25%"]


@pytest.mark.parametrize(
    ("percent", "is_approved"), [("20.1", False), (25, False), ("25.1", True), (-1, True)]
)
def test_quota_above_what_is_allowed_is_refused(percent, is_approved):
    with pytest.raises(ValueError, match="not between"):
        quota(100, Decimal(percent), is_approved=is_approved)


@pytest.mark.parametrize(
    ("sizes", "by_group", "undecided", "tied"),
    [
        pytest.param({"a": 10, "b": 5}, {"a": 2, "b": 1}, 0, set(), id="nothing left"),
        pytest.param({"a": 9, "b": 6}, {"a": 2, "b": 1}, 0, set(), id="the largest remainder"),
        pytest.param({"a": 3, "b": 3}, {"a": 0, "b": 0}, 1, {"a", "b"}, id="equal remainders"),
        pytest.param(
            {"a": 4, "b": 3, "c": 3}, {"a": 1, "b": 0, "c": 0}, 1, {"b", "c"}, id="one left over"
        ),
        pytest.param({"a": 4}, {"a": 0}, 0, set(), id="too few for a seat"),
        pytest.param({}, {}, 0, set(), id="nobody"),
    ],
)
def test_seats_are_dealt_by_the_largest_remainder(sizes, by_group, undecided, tied):
    seats = seats_of(sizes, TWENTY)

    assert (seats.by_group, seats.undecided, seats.tied) == (by_group, undecided, tied)


# -- grades -----------------------------------------------------------------------------------


def test_excellent_go_by_total_within_the_quota():
    found = proposed(group(99, 97, 95, 92, 88, 75, 69, 60, 59, 40))

    assert [one.grade for one in found.values()] == [
        *[Grade.EXCELLENT] * 2,
        *[Grade.COMPETENT] * 4,
        *[Grade.BASICALLY] * 2,
        *[Grade.INCOMPETENT] * 2,
    ]
    assert [why(one) for one in found.values()] == [
        *[[Why.WITHIN_QUOTA]] * 2,
        *[[Why.QUOTA_FULL]] * 2,
        *[[Why.THRESHOLD_REACHED]] * 4,
        *[[Why.BELOW_THRESHOLDS]] * 2,
    ]


def test_reasons_carry_their_numbers():
    found = proposed(group(99, 97, 95, 88, 40))

    assert [dict(one.reasons[0].params) for one in found.values()] == [
        {"total": "99", "threshold": "90", "seats": "1", "taking_part": "5"},
        {"total": "97", "threshold": "90", "seats": "1", "taking_part": "5"},
        {"total": "95", "threshold": "90", "seats": "1", "taking_part": "5"},
        {"total": "88", "threshold": "70"},
        {"total": "40", "threshold": "60"},
    ]


def test_seats_are_not_filled_below_the_threshold():
    assert Grade.EXCELLENT not in grades(group(89, 88, 80, 75, 70)).values()


def test_tie_at_the_border_gives_none_of_the_tied_the_last_seat():
    found = list(proposed(group(99, 95, 95, 80, 80, 80, 80, 80, 80, 80)).values())

    assert [one.grade for one in found[:3]] == [Grade.EXCELLENT, Grade.COMPETENT, Grade.COMPETENT]
    assert [why(one) for one in found[1:3]] == [[Why.TIE_AT_BORDER]] * 2
    assert found[1].reasons[0].params["tied"] == "2"


def test_tie_within_the_seats_is_no_tie_at_the_border():
    found = grades(group(95, 95, 91, 80, 80, 80, 80, 80, 80, 80))

    assert list(found.values()).count(Grade.EXCELLENT) == 2


def test_seats_between_equal_groups_are_left_to_the_committee():
    found = proposed([*group(99, 95, 80, name="civil"), *group(91, 70, 70, name="criminal")])

    assert {
        key: why(one) for key, one in found.items() if one.reasons[0].code in tuple(Why)[:4]
    } == {
        "civil 01": [Why.SEAT_UNDECIDED],
        "civil 02": [Why.QUOTA_FULL],
        "criminal 01": [Why.SEAT_UNDECIDED],
    }
    assert Grade.EXCELLENT not in {one.grade for one in found.values()}
    assert dict(found["civil 01"].reasons[0].params) == {
        "total": "99",
        "threshold": "90",
        "seats": "0",
        "taking_part": "3",
        "open": "1",
        "groups": "2",
        "tied": "1",
    }


def test_functions_are_not_compared_with_each_other():
    found = grades([*group(*[99] * 4, 98, name="civil"), *group(92, *[70] * 4, name="police")])

    assert found["police 01"] is Grade.EXCELLENT
    assert found["civil 01"] is Grade.COMPETENT  # four are tied for one seat


# -- exclusions and vetoes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"exclusions": ("probation",)}, [Why.EXCLUDED], id="probation"),
        pytest.param({"months": 5}, [Why.MONTHS_BELOW_MINIMUM], id="too few months"),
        pytest.param({"total": None}, [Why.NO_TOTAL], id="no total"),
        pytest.param(
            {"exclusions": ("probation", "investigation"), "months": 1, "total": None},
            [Why.EXCLUDED, Why.EXCLUDED, Why.MONTHS_BELOW_MINIMUM, Why.NO_TOTAL],
            id="every reason is given",
        ),
    ],
)
def test_what_gives_no_grade(changes, expected):
    (found,) = proposed([replace(candidate("a", 99), **changes)], minimum_months=6).values()

    assert (found.grade, why(found)) == (Grade.NONE, expected)


def test_excluded_do_not_count_for_the_quota():
    found = grades([*group(95, 80, 80, 80), candidate("z", 99, exclusions=("probation",))])

    assert (found["civil judges 01"], found["z"]) == (Grade.COMPETENT, Grade.NONE)


@pytest.mark.parametrize(
    ("total", "at_most", "grade", "reasons"),
    [
        (95, ("competent",), Grade.COMPETENT, [Why.THRESHOLD_REACHED, Why.VETO]),
        (95, ("competent", "incompetent"), Grade.INCOMPETENT, [Why.THRESHOLD_REACHED, Why.VETO]),
        (65, ("competent",), Grade.BASICALLY, [Why.THRESHOLD_REACHED]),
        (50, ("incompetent",), Grade.INCOMPETENT, [Why.BELOW_THRESHOLDS]),
    ],
)
def test_veto_limits_the_grade(total, at_most, grade, reasons):
    (found,) = proposed([candidate("a", total, at_most=at_most)]).values()

    assert (found.grade, why(found)) == (grade, reasons)


def test_veto_takes_no_seat():
    found = grades([candidate("z", 99, at_most=("competent",)), *group(95, 80, 80, 80)])

    assert found["civil judges 01"] is Grade.EXCELLENT


def test_thresholds_out_of_order_are_refused():
    with pytest.raises(ValueError, match="thresholds"):
        Thresholds(Decimal(60), Decimal(70), Decimal(50))


# -- properties -------------------------------------------------------------------------------


@st.composite
def many(draw):
    rows = st.tuples(
        st.sampled_from(["civil", "criminal", "police"]),
        st.one_of(st.none(), st.integers(50, 100)),
        st.integers(0, 12),
        st.sampled_from([(), (), (), ("competent",), ("incompetent", "competent")]),
        st.sampled_from([(), (), (), ("probation",)]),
    )
    return [
        Candidate(f"k{n:03}", group, None if total is None else Decimal(total), *rest)
        for n, (group, total, *rest) in enumerate(draw(st.lists(rows, max_size=60)))
    ]


@given(many(), st.integers(0, 25))
def test_excellent_never_exceed_the_quota(candidates, percent):
    found = grades(candidates, Decimal(percent), is_approved=True, minimum_months=6)
    graded = [grade for grade in found.values() if grade is not Grade.NONE]

    assert graded.count(Grade.EXCELLENT) <= len(graded) * percent // 100


@given(many(), st.randoms())
def test_order_of_rows_is_irrelevant(candidates, random):
    shuffled = list(candidates)
    random.shuffle(shuffled)

    assert proposed(shuffled) == proposed(candidates)


@given(many(), st.randoms())
def test_who_somebody_is_decides_nothing(candidates, random):
    """Other keys, the same grades: there is no order of names anywhere."""
    keys = [one.key for one in candidates]
    random.shuffle(keys)
    renamed = [replace(one, key=key) for one, key in zip(candidates, keys, strict=True)]
    before, after = grades(candidates), grades(renamed)

    assert [before[one.key] for one in candidates] == [after[one.key] for one in renamed]


@given(many())
def test_higher_total_never_has_a_lower_grade(candidates):
    found = grades(candidates)
    plain = [one for one in candidates if found[one.key] is not Grade.NONE and not one.at_most]
    for one in plain:
        for other in plain:
            if one.group == other.group and one.total >= other.total:
                assert ORDER.index(found[one.key]) <= ORDER.index(found[other.key])


@given(many())
def test_every_proposal_has_a_reason(candidates):
    found = proposed(candidates)

    assert set(found) == {one.key for one in candidates}
    assert all(one.reasons for one in found.values())
