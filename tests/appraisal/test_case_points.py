from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules.case_points import (
    BASE,
    ROLE_COEFFICIENTS,
    TYPE_COEFFICIENTS,
    CaseWeightRow,
    points_per_case,
    table_faults,
    weights_of,
)


def row(measure="closed_first", base="10", kind="1.5", role="0.6"):
    return CaseWeightRow(measure, Decimal(base), Decimal(kind), Decimal(role))


@pytest.mark.parametrize(
    ("kind", "role", "expected"),
    [
        ("first_instance", "handling", "9"),
        ("first_instance", "member", "3"),
        ("second_instance", "handling", "6"),
        ("review", "handling", "3"),
        ("sentence_reduction", "member", "0.14"),
    ],
)
def test_points_of_a_case_as_in_one_provincial_program(kind, role, expected):
    points = points_per_case(BASE, TYPE_COEFFICIENTS[kind], ROLE_COEFFICIENTS[role])

    assert points == Decimal(expected)


def test_weights_are_what_case_points_are_made_of():
    assert weights_of([row(), row("closed_review", kind="0.5")]) == (
        ("closed_first", Decimal(9)),
        ("closed_review", Decimal(3)),
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([row(), row("closed_review", kind="0.5")], [], id="sound"),
        pytest.param([], [("no_rows", "")], id="empty"),
        pytest.param([row(), row()], [("measure_twice", "closed_first")], id="twice"),
        pytest.param([row(measure="")], [("no_measure", "")], id="counts nothing"),
        pytest.param([row("case_points")], [("counts_itself", "case_points")], id="itself"),
        pytest.param([row(kind="0")], [("not_above_zero", "closed_first")], id="zero"),
        pytest.param([row(role="-1")], [("not_above_zero", "closed_first")], id="negative"),
        pytest.param([row(base="NaN")], [("not_above_zero", "closed_first")], id="no number"),
        pytest.param([row(kind="150")], [("too_large", "closed_first")], id="a slip: 150"),
        pytest.param(
            [row(base="0", kind="99")],
            [("not_above_zero", "closed_first"), ("too_large", "closed_first")],
            id="all faults at once",
        ),
    ],
)
def test_table_faults(rows, expected):
    assert [(fault.code, fault.measure) for fault in table_faults(rows)] == expected


coefficients = st.decimals(min_value="0.001", max_value=20, places=3)


@given(coefficients, coefficients, coefficients)
def test_higher_coefficient_never_gives_less(kind, other, role):
    less, more = sorted([kind, other])

    assert points_per_case(BASE, less, role) <= points_per_case(BASE, more, role)
