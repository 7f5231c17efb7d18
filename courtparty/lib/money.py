"""Amounts of money in words, as vouchers and approval sheets write them."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_LIMIT = Decimal(10) ** 16


def in_capitals(amount: Decimal) -> str:
    """The amount in Chinese capital figures: 107000.53 is 壹拾万零柒仟元伍角叁分.

    By the rules for filling in settlement vouchers (《支付结算办法》, annex 1) and the basic
    accounting standards (《会计基础工作规范》): after 元 and 角 stands 整, after 分 nothing; zeros
    between two figures are one 零; 分 without 角 follows 零. Where they leave a choice, 零 is
    written between thousands and ten thousands and not between 元 and 角, as in their example.
    """
    if not amount.is_finite() or abs(amount) >= _LIMIT or amount * 100 % 1:
        raise ValueError(f"not an amount in yuan and cents: {amount}")
    yuan, cents = divmod(int(abs(amount) * 100), 100)
    sign = "负" if amount < 0 else ""
    return sign + (_yuan(yuan) if yuan or not cents else "") + _cents(cents, is_first=not yuan)


def _yuan(number: int) -> str:
    if not number:
        return "零元"
    text = str(number)
    words, is_zero_owed = "", False
    for place, digit in zip(range(len(text) - 1, -1, -1), text, strict=True):
        if digit == "0":
            is_zero_owed = True
        else:
            words += "零" * is_zero_owed + DIGITS[int(digit)] + _PLACES[place % 4]
            is_zero_owed = False
        words += _unit(place, text)
    return words + "元"


def _unit(place: int, text: str) -> str:
    """万 after a group of four that is not all zeros, 亿 after the ninth figure from the right."""
    if place == 8:
        return "亿"
    group = text[: len(text) - place][-4:]
    return "万" if place % 8 == 4 and group.strip("0") else ""


def _cents(cents: int, *, is_first: bool) -> str:
    tens, ones = divmod(cents, 10)
    if not cents:
        return "整"
    words = f"{DIGITS[tens]}角" if tens else ""
    if not ones:
        return words + "整"
    zero = "零" if not tens and not is_first else ""
    return f"{zero}{words}{DIGITS[ones]}分"
