from decimal import Decimal

import pytest

from appraisal.rules.checks import at_most_of, parameter_fault, parameters_of


@pytest.mark.parametrize(
    ("kind", "params", "has_denominator", "expected"),
    [
        pytest.param("ratio", {"zero_at": "1", "full_at": "1"}, True, "params_ratio", id="flat"),
        pytest.param("ratio", {"zero_at": 0.5, "full_at": "1"}, True, "params_ratio", id="float"),
        pytest.param("ratio", {"zero_at": "x", "full_at": "1"}, True, "params_ratio", id="text"),
        pytest.param("ratio", {"zero_at": "NaN", "full_at": "1"}, True, "params_ratio", id="NaN"),
        pytest.param("count", {"per_month": "20"}, False, "", id="count"),
        pytest.param("count", {"per_month": "0"}, False, "params_count", id="no target"),
        pytest.param("count", {"per_month": "20"}, True, "denominator", id="count out of"),
        pytest.param(
            "range", {"low": ".6", "high": ".2", "margin": ".1"}, True, "params_range", id="turned"
        ),
        pytest.param(
            "range", {"low": ".2", "high": ".6", "margin": "0"}, True, "params_range", id="cliff"
        ),
        pytest.param("deduction", {"per_event": "-2"}, False, "params_deduction", id="negative"),
        pytest.param("deduction", {"per_event": "2"}, False, "", id="deduction"),
        pytest.param("ladder", {"m3": "0.18", "m12": "0.93"}, True, "", id="ladder"),
        pytest.param("ladder", {"m3": "", "m12": "0.93"}, True, "", id="ladder with an empty step"),
        pytest.param("ladder", {"m3": "0.18"}, False, "no_denominator", id="ladder out of nothing"),
        pytest.param("ladder", {}, True, "params_ladder", id="no steps"),
        pytest.param("ladder", {"m3": "", "m4": ""}, True, "params_ladder", id="empty steps"),
        pytest.param(
            "ladder", {"m3": "0.5", "m10": "0.4"}, True, "params_ladder", id="falling ladder"
        ),
        pytest.param("ladder", {"m3": "18"}, True, "params_ladder", id="per cent, not a share"),
        pytest.param("ladder", {"m3": "0"}, True, "params_ladder", id="a ladder to nothing"),
        pytest.param("graded", {}, False, "", id="graded"),
        pytest.param("graded", {}, True, "denominator", id="graded out of"),
        pytest.param("yes_no", {}, False, "", id="yes or no"),
        pytest.param("head_share", {}, False, "", id="head's share"),
        pytest.param("bonus", {"per_event": "0.5"}, False, "", id="bonus"),
        pytest.param("bonus", {"per_event": ""}, False, "params_bonus", id="bonus left empty"),
        pytest.param("veto", {"at_most": "competent"}, False, "", id="veto"),
        pytest.param("veto", {"at_most": "excellent"}, False, "params_veto", id="veto of nothing"),
        pytest.param("veto", {}, False, "params_veto", id="veto without a grade"),
    ],
)
def test_parameter_fault(kind, params, has_denominator, expected):
    assert parameter_fault(kind, params, has_denominator=has_denominator) == expected


def test_parameters_are_numbers_and_only_those_of_the_kind():
    assert parameters_of("ladder", {"m12": "0.93", "m3": "0.18", "m4": "", "low": "1"}) == {
        "m3": Decimal("0.18"),
        "m12": Decimal("0.93"),
    }
    assert parameters_of("veto", {"at_most": "competent"}) == {}


def test_only_a_veto_limits_to_a_grade():
    assert at_most_of("veto", {"at_most": "competent"}) == "competent"
    assert at_most_of("bonus", {"at_most": "competent"}) == ""
