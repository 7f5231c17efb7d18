from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from appraisal.rules.checks import DraftIndicator, Level, check_index_set, failures, parameter_fault

MEASURES = {"closed", "new"}
SOUND = DraftIndicator(
    code="rate",
    kind="ratio",
    part="function",
    area="quality",
    weight=Decimal(100),
    numerator=["closed"],
    denominator=["new"],
    params={"zero_at": "0", "full_at": "1"},
    source="monthly report",
    owner="adjudication management",
    certainty="S",
)


def codes(*indicators, level=Level.FAIL, review_on=date(2027, 1, 1)):
    findings = check_index_set(indicators, measures=MEASURES, review_on=review_on)
    return [(one.code, one.indicator) for one in findings if one.level is level]


def test_sound_set_has_no_failures():
    assert codes(SOUND) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"weight": Decimal("99.99")}, [("weights_not_100", "")], id="weights"),
        pytest.param({"source": " "}, [("no_source", "rate")], id="no source"),
        pytest.param({"owner": ""}, [("no_owner", "rate")], id="no owner"),
        pytest.param({"numerator": []}, [("no_numerator", "rate")], id="nothing counted"),
        pytest.param({"denominator": []}, [("no_denominator", "rate")], id="no denominator"),
        pytest.param({"numerator": ["money"]}, [("no_measure", "rate")], id="no such measure"),
        pytest.param({"kind": "money"}, [("kind_unknown", "rate")], id="no economic kind"),
        pytest.param({"params": {}}, [("params_ratio", "rate")], id="no parameters"),
        pytest.param({"part": "common"}, [("no_function_part", "")], id="no function part"),
    ],
)
def test_what_forbids_publishing(changes, expected):
    assert codes(replace(SOUND, **changes)) == expected


def test_every_failure_is_found_at_once():
    broken = replace(SOUND, source="", owner="", params={}, weight=Decimal(50))

    assert codes(broken) == [
        ("weights_not_100", ""),
        ("no_source", "rate"),
        ("no_owner", "rate"),
        ("params_ratio", "rate"),
    ]


def test_empty_set_fails():
    assert failures(check_index_set([], measures=MEASURES, review_on=None))[0].code == (
        "no_indicators"
    )


def test_doubts_are_warnings_only():
    doubted = replace(SOUND, certainty="U")

    assert codes(doubted, level=Level.WARN, review_on=None) == [
        ("area_missing", ""),
        ("area_missing", ""),
        ("area_missing", ""),
        ("unverified", ""),
        ("no_review_date", ""),
    ]


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
    ],
)
def test_parameter_fault(kind, params, has_denominator, expected):
    assert parameter_fault(kind, params, has_denominator=has_denominator) == expected
