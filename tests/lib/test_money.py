"""Capital figures. Cases marked § are the examples of the rules for vouchers themselves.

Those rules let 整 after 角 be left out; the accounting standards ask for it, so it is written.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtparty.lib.money import in_capitals

CASES = {
    "0": "零元整",
    "0.00": "零元整",
    "0.01": "壹分",
    "0.05": "伍分",
    "0.10": "壹角整",
    "0.5": "伍角整",
    "0.32": "叁角贰分",
    "1": "壹元整",
    "1.00": "壹元整",
    "1.01": "壹元零壹分",
    "1.10": "壹元壹角整",
    "9.99": "玖元玖角玖分",
    "10": "壹拾元整",
    "10.05": "壹拾元零伍分",
    "10.50": "壹拾元伍角整",
    "11": "壹拾壹元整",
    "20": "贰拾元整",
    "100": "壹佰元整",
    "101": "壹佰零壹元整",
    "110": "壹佰壹拾元整",
    "325.04": "叁佰贰拾伍元零肆分",  # §
    "700.20": "柒佰元贰角整",
    "1000": "壹仟元整",
    "1001": "壹仟零壹元整",
    "1010": "壹仟零壹拾元整",
    "1100.07": "壹仟壹佰元零柒分",
    "1409.50": "壹仟肆佰零玖元伍角整",  # §
    "1680.32": "壹仟陆佰捌拾元叁角贰分",  # §
    "6007.14": "陆仟零柒元壹角肆分",  # §
    "10000": "壹万元整",
    "10001": "壹万零壹元整",
    "10100": "壹万零壹佰元整",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",  # §
    "100000": "壹拾万元整",
    "100005.30": "壹拾万零伍元叁角整",
    "105000": "壹拾万零伍仟元整",
    "107000.53": "壹拾万零柒仟元伍角叁分",  # §
    "110000": "壹拾壹万元整",
    "1000000.01": "壹佰万元零壹分",
    "1010101.01": "壹佰零壹万零壹佰零壹元零壹分",
    "10010000": "壹仟零壹万元整",
    "12345678.90": "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整",
    "100010000.00": "壹亿零壹万元整",
    "100000000": "壹亿元整",
    "100000005": "壹亿零伍元整",
    "1000000000": "壹拾亿元整",
    "1020304050.60": "壹拾亿零贰仟零叁拾万零肆仟零伍拾元陆角整",
    "1000000000000": "壹万亿元整",
    "1000100000000": "壹万零壹亿元整",
    "1001000000000.09": "壹万零壹拾亿元零玖分",
    "9999999999999999.99": (
        "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"
    ),
    "-0.00": "零元整",
    "-0.05": "负伍分",
    "-1680": "负壹仟陆佰捌拾元整",
    "1E+3": "壹仟元整",
}


@pytest.mark.parametrize(("amount", "words"), CASES.items(), ids=CASES)
def test_in_capitals_writes_amounts_as_vouchers_do(amount, words):
    assert in_capitals(Decimal(amount)) == words


@pytest.mark.parametrize(
    "amount", ["0.001", "10.005", "10000000000000000", "-1E+16", "NaN", "Infinity"]
)
def test_in_capitals_refuses_what_is_no_amount(amount):
    with pytest.raises(ValueError, match="not an amount"):
        in_capitals(Decimal(amount))


def read_back(words: str) -> Decimal:
    """The amount that capital figures say, read by the value of each sign."""
    sign = -1 if words.startswith("负") else 1
    total = section = digit = 0  # in cents once 元, 角 and 分 are reached
    cents = 0
    for character in words.removeprefix("负").removesuffix("整"):
        if character in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
        elif character in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
            digit = 0
        elif character == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif character == "亿":
            total = (total + section + digit) * 100_000_000
            section = digit = 0
        elif character == "元":
            total += section + digit
            section = digit = 0
        else:
            cents += digit * {"角": 10, "分": 1}[character]
            digit = 0
    return sign * (total + Decimal(cents) / 100)


@given(st.decimals(-(10**15), 10**15, places=2))
def test_capitals_read_back_as_the_amount(amount):
    words = in_capitals(amount)

    assert read_back(words) == amount
    assert "零零" not in words
    assert "零元" not in words or words == "零元整"
