"""What a month's allowances are compared by, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cadres.rules.comparison import Away, Months, PaidLine, compare

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
MONTHS = Months(before=SEPTEMBER, now=OCTOBER, computed_on=date(2026, 9, 25))
OLD = PaidLine(
    officer=1,
    appointment=11,
    standard=21,
    kind="regular",
    month=SEPTEMBER,
    rate=Decimal("800.00"),
    days=30,
    month_days=30,
    amount=Decimal("800.00"),
    post="书记",
    began=date(2025, 3, 1),
    entered_on=date(2025, 3, 2),
    standard_from=date(2025, 1, 1),
)
NOW = replace(OLD, month=OCTOBER, days=31, month_days=31)


def changes(previous, lines):
    return compare(previous, lines, months=MONTHS)


def codes(previous, lines):
    (change,) = changes(previous, lines)
    return [reason.code for reason in change.reasons]


def test_whole_months_of_other_lengths_are_the_same():
    (change,) = changes([OLD], [NOW])

    assert (change.what, change.reasons, change.difference) == ("same", (), 0)


def test_each_officer_comes_once_those_of_this_run_first():
    found = changes([OLD, replace(OLD, officer=2)], [replace(NOW, officer=3), NOW])

    assert [(one.officer, one.what) for one in found] == [
        (3, "new"), (1, "same"), (2, "stopped"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "day"),
    [
        pytest.param({"began": date(2026, 10, 12)}, "appointment_began", date(2026, 10, 12),
                     id="began this month"),
        pytest.param({"began": date(2026, 9, 28)}, "appointment_began", date(2026, 9, 28),
                     id="began after the last run was made"),
        pytest.param({"standard_from": OCTOBER}, "standard_began", OCTOBER, id="standard"),
        pytest.param({"away": (Away(date(2026, 1, 1), date(2026, 10, 5)),)}, "secondment_ended",
                     date(2026, 10, 5), id="back from secondment"),
        pytest.param({"entered_on": date(2026, 9, 26)}, "entered_late", date(2025, 3, 1),
                     id="entered late"),
        pytest.param({}, "other", None, id="nothing on record says why"),
    ],
)  # fmt: skip
def test_a_new_officer_is_explained(line, code, day):
    (change,) = changes([], [replace(NOW, **line)])

    assert change.what == "new"
    assert [(reason.code, reason.day) for reason in change.reasons] == [(code, day)]


@pytest.mark.parametrize(
    ("line", "code", "day"),
    [
        pytest.param({"ended": OCTOBER}, "appointment_ended", OCTOBER, id="ended with the month"),
        pytest.param({"left_on": date(2026, 9, 20)}, "officer_left", date(2026, 9, 20), id="left"),
        pytest.param({"is_void": True, "ended": OCTOBER}, "appointment_void", None, id="mistake"),
        pytest.param({"standard_until": OCTOBER}, "standard_ended", OCTOBER, id="standard"),
        pytest.param({"away": (Away(date(2026, 9, 30), None),)}, "secondment_began",
                     date(2026, 9, 30), id="seconded"),
        pytest.param({}, "other", None, id="nothing on record says why"),
    ],
)  # fmt: skip
def test_an_officer_who_stopped_is_explained(line, code, day):
    (change,) = changes([replace(OLD, **line)], [])

    assert change.what == "stopped"
    assert [(reason.code, reason.day) for reason in change.reasons] == [(code, day)]


def test_another_standard_is_a_change_with_both_amounts():
    raised = replace(NOW, standard=22, rate=Decimal("900.00"), amount=Decimal("900.00"))

    (change,) = changes([OLD], [raised])

    (reason,) = change.reasons
    assert (change.what, change.difference) == ("changed", 100)
    assert (reason.code, reason.old, reason.new) == (
        "standard_changed", ("800.00",), ("900.00",),
    )  # fmt: skip


def test_a_standard_that_changes_within_the_month_is_one_change():
    first = replace(NOW, days=10)
    second = replace(
        NOW, days=21, standard=22, rate=Decimal("900.00"), standard_from=date(2026, 10, 11)
    )

    (change,) = changes([OLD], [first, second])

    (reason,) = change.reasons
    assert (reason.code, reason.new) == ("standard_changed", ("800.00", "900.00"))


def test_a_renewed_standard_of_the_same_amount_is_said_too():
    assert codes([OLD], [replace(NOW, standard=22)]) == ["standard_renewed"]


def test_days_that_differ_are_explained_by_the_end():
    ended = replace(NOW, days=9, ended=date(2026, 10, 10), amount=Decimal("232.26"))

    (change,) = changes([OLD], [ended])

    assert [reason.code for reason in change.reasons] == ["appointment_ended", "days"]
    assert change.reasons[1].new == ("9", "31")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({"days": 10, "began": date(2026, 9, 21)}, {"began": date(2026, 9, 21)},
                     ["appointment_began", "days"], id="whole month after a begun one"),
        pytest.param({}, {"days": 5, "left_on": date(2026, 10, 6)}, ["officer_left", "days"],
                     id="left the court"),
        pytest.param({}, {"days": 5, "away": (Away(date(2026, 10, 6), None),)},
                     ["secondment_began", "days"], id="seconded"),
        pytest.param({"days": 5}, {"away": (Away(date(2026, 9, 6), OCTOBER),)},
                     ["secondment_ended", "days"], id="seconded and back"),
        pytest.param({"days": 5}, {"away": (Away(SEPTEMBER, date(2026, 9, 26)),)},
                     ["secondment_ended", "days"], id="back"),
        pytest.param({"days": 15}, {}, ["days"], id="for another reason"),
    ],
)  # fmt: skip
def test_days_that_differ_are_explained(old, new, expected):
    assert codes([replace(OLD, **old)], [replace(NOW, **new)]) == expected


def test_another_post_is_one_reason_with_both_names():
    other = replace(NOW, appointment=12, post="副书记", began=OCTOBER)

    (change,) = changes([replace(OLD, ended=OCTOBER)], [other])

    (reason,) = change.reasons
    assert change.what == "changed"
    assert (reason.code, reason.old, reason.new, reason.day) == (
        "post_changed", ("书记",), ("副书记",), OCTOBER,
    )  # fmt: skip


def test_a_second_post_that_counts_now_or_no_more_is_told_apart_from_the_rest():
    second = replace(NOW, appointment=12)

    assert codes([OLD], [NOW, second]) == ["counts_now"]
    assert codes([OLD, replace(OLD, appointment=12)], [NOW]) == ["counts_no_more"]


@pytest.mark.parametrize(
    ("previous", "lines", "expected"),
    [
        pytest.param([], ["arrears"], ["arrears"], id="arrears now"),
        pytest.param([], ["recovery"], ["recovery"], id="recovery now"),
        pytest.param(["arrears"], [], ["arrears_before"], id="arrears before"),
        pytest.param(["recovery"], [], ["recovery_before"], id="recovery before"),
        pytest.param(["arrears"], ["arrears"], ["arrears", "arrears_before"], id="in both"),
    ],
)
def test_what_is_put_right_for_other_months_is_a_reason(previous, lines, expected):
    def extra(kind):
        return replace(OLD, kind=kind, month=date(2026, 8, 1), amount=Decimal("50.00"))

    (change,) = changes([OLD, *map(extra, previous)], [NOW, *map(extra, lines)])

    assert change.what == "changed"
    assert [reason.code for reason in change.reasons] == expected
    assert {reason.months for reason in change.reasons} == {(date(2026, 8, 1),)}


def test_arrears_are_added_up_and_name_every_month():
    arrears = [
        replace(OLD, kind="arrears", month=date(2026, month, 1), amount=Decimal("50.10"))
        for month in (8, 7)
    ]

    (change,) = changes([OLD], [NOW, *arrears])

    (reason,) = change.reasons
    assert reason.amount == Decimal("100.20")
    assert reason.months == (date(2026, 7, 1), date(2026, 8, 1))


def test_a_change_is_never_left_without_a_reason():
    first, second = replace(OLD, days=10), replace(OLD, days=20, standard=22)
    turned = [replace(first, days=20), replace(second, days=10)]

    assert codes([first, second], turned) == ["other"]
