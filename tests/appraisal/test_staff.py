from decimal import Decimal

import pytest

from appraisal.rules.staff import (
    AREAS,
    HEAD_SHARES,
    REQUIRED_AREAS,
    StaffClass,
    head_share_of,
    staff_class_of,
)

TABLE = [(seed.words, seed.share) for seed in HEAD_SHARES]


@pytest.mark.parametrize(
    ("title", "share"),
    [
        ("院长", 5),
        ("党组书记、院长", 5),
        ("代院长", 5),
        ("副院长", 30),
        ("党组副书记、常务副院长", 30),
        ("副院长兼民事审判庭庭长", 30),
        ("执行局局长", 30),
        ("庭长", 70),
        ("民事审判第一庭 庭长", 70),
        ("审判委员会委员、庭长", 70),
        ("副庭长", None),
        ("院长助理", None),
        ("执行局副局长", None),
        ("副执行局局长", None),
        ("局长", None),
        ("主任", 0),
        ("政治部主任", 0),
        ("法警大队大队长", 0),
        ("副主任", None),
        ("审判员", None),
        ("四级高级法官", None),
        ("", None),
    ],
)
def test_head_share_follows_the_title(title, share):
    assert head_share_of(title, TABLE) == (None if share is None else Decimal(share))


def test_deputy_who_is_head_elsewhere_is_a_head():
    assert head_share_of("副庭长、人民法庭庭长", TABLE) == 70


def test_order_of_the_table_is_irrelevant():
    assert head_share_of("副院长", TABLE[::-1]) == 30


def test_of_equally_long_words_the_higher_office_counts():
    assert head_share_of("院长、庭长", TABLE) == 5


def test_court_may_name_deputies_in_its_own_table():
    assert head_share_of("副庭长", [*TABLE, (("副庭长",), Decimal(90))]) == 90


def test_empty_word_names_nobody():
    assert head_share_of("审判员", [(("",), Decimal(5))]) is None


@pytest.mark.parametrize(
    ("category", "share", "expected"),
    [
        ("quota_judge", None, StaffClass.JUDGE),
        ("quota_judge", 70, StaffClass.HEAD),
        ("judge_assistant", None, StaffClass.SUPPORT),
        ("clerk", None, StaffClass.SUPPORT),
        ("judicial_police", None, StaffClass.ADMINISTRATIVE),
        ("administrative", None, StaffClass.ADMINISTRATIVE),
        ("quota_judge", 0, StaffClass.HEAD),
        ("administrative", 30, StaffClass.ADMINISTRATIVE),
        ("administrative", 0, StaffClass.HEAD),
        ("judicial_police", 0, StaffClass.HEAD),
        ("contract", None, StaffClass.ADMINISTRATIVE),
    ],
)
def test_staff_class(category, share, expected):
    assert staff_class_of(category, None if share is None else Decimal(share)) is expected


def test_every_class_has_required_areas_that_exist():
    assert set(REQUIRED_AREAS) == set(StaffClass)
    assert {area for areas in REQUIRED_AREAS.values() for area in areas} <= set(AREAS)
