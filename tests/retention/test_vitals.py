from decimal import Decimal

import pytest

from retention.rules.vitals import (
    ENTERED,
    FEMALE,
    MALE,
    VITALS,
    Fault,
    Range,
    body_mass_index,
    faults_of,
    place_of,
    read_value,
    usual_range,
    with_index,
)


def numbers(**values: str) -> dict[str, Decimal]:
    return {code: Decimal(text) for code, text in values.items()}


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        pytest.param("glucose", "5.25", "5.3", id="rounded half up"),
        pytest.param("glucose", " 5,2 ", "5.2", id="comma and spaces"),
        pytest.param("systolic", "120.4", "120", id="no places"),
        pytest.param("ldl", "3", "3.00", id="two places"),
    ],
)
def test_value_is_read_to_its_places(code, text, expected):
    assert str(read_value(code, text)) == expected


@pytest.mark.parametrize("text", ["", "high", "1e99", "NaN", "Infinity", "-", "12/80"])
def test_value_that_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number|too large"):
        read_value("pulse", text)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, [], id="nothing measured"),
        pytest.param({"pulse": "72"}, [], id="possible"),
        pytest.param({"pulse": "20"}, [], id="at the limit"),
        pytest.param({"pulse": "19"}, [Fault("pulse", "bounds")], id="below the limit"),
        pytest.param({"glucose": "126"}, [Fault("glucose", "bounds")], id="mg/dL for mmol/L"),
        pytest.param({"hb": "-5"}, [Fault("hb", "bounds")], id="negative"),
        pytest.param({"systolic": "120", "diastolic": "80"}, [], id="pressures"),
        pytest.param(
            {"systolic": "80", "diastolic": "80"}, [Fault("systolic", "pressures")], id="equal"
        ),
        pytest.param(
            {"systolic": "80", "diastolic": "120"},
            [Fault("systolic", "pressures")],
            id="turned round",
        ),
        pytest.param({"systolic": "120"}, [Fault("diastolic", "pair")], id="lower one missing"),
        pytest.param({"diastolic": "80"}, [Fault("systolic", "pair")], id="upper one missing"),
        pytest.param(
            {"height": "250", "weight": "30"}, [Fault("weight", "index")], id="impossible index"
        ),
    ],
)
def test_values_no_body_has_are_faults(values, expected):
    assert list(faults_of(numbers(**values))) == expected


@pytest.mark.parametrize(
    ("height", "weight", "expected"),
    [("170", "65", "22.5"), ("160.0", "71.7", "28.0"), ("180", "60", "18.5")],
)
def test_body_mass_index_is_weight_by_height_squared(height, weight, expected):
    assert body_mass_index(numbers(height=height, weight=weight)) == Decimal(expected)


def test_body_mass_index_needs_both():
    assert body_mass_index(numbers(height="170")) is None
    assert list(with_index(numbers(weight="65"))) == ["weight"]


def test_index_stands_after_height_and_weight():
    assert list(with_index(numbers(weight="65", pulse="60", height="170"))) == [
        "height",
        "weight",
        "bmi",
        "pulse",
    ]


@pytest.mark.parametrize(
    ("value", "usual", "expected"),
    [
        pytest.param("59", Range(Decimal(60), Decimal(100)), "low", id="below"),
        pytest.param("60", Range(Decimal(60), Decimal(100)), "usual", id="low end counts"),
        pytest.param("100", Range(Decimal(60), Decimal(100)), "usual", id="high end counts"),
        pytest.param("101", Range(Decimal(60), Decimal(100)), "high", id="above"),
        pytest.param("0.9", Range(Decimal(1), None), "low", id="open above"),
        pytest.param("9", Range(Decimal(1), None), "usual", id="open above, usual"),
        pytest.param("170", Range(), "", id="nothing to compare with"),
    ],
)
def test_place_of_a_value_in_its_range(value, usual, expected):
    assert place_of(Decimal(value), usual) == expected


def test_usual_range_is_the_courts_own_before_the_default():
    own = {("hb", FEMALE): Range(Decimal(110), None), ("pulse", ""): Range(Decimal(50), None)}

    assert usual_range("hb", FEMALE, own) == own["hb", FEMALE]
    assert usual_range("hb", MALE, own) == VITALS["hb"].usual[MALE]
    assert usual_range("pulse", MALE, own) == own["pulse", ""]
    assert usual_range("hb", "", {}) == Range()


@pytest.mark.parametrize("code", VITALS)
def test_default_ranges_are_possible_and_labelled(code):
    vital = VITALS[code]
    ends = [end for usual in vital.usual.values() for end in (usual.low, usual.high) if end]

    assert all(vital.least <= end <= vital.most for end in ends)
    assert vital.least < vital.most
    assert vital.certainty in {"S", "U"}
    assert vital.name
    assert vital.name_en
    assert "bmi" not in ENTERED
