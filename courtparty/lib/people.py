"""Names, ID numbers and telephone numbers of people in China."""

import os
import re
import unicodedata
from datetime import date

from stdnum.cn import ric

# Names need no phrase dictionary, and it takes 44 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

ID_LENGTH = 18

# Surnames read otherwise than the same character usually is. Two characters come first.
_SURNAMES = {
    "尉迟": "yu chi", "长孙": "zhang sun", "万俟": "mo qi", "单于": "chan yu", "澹台": "tan tai",
    "乐正": "yue zheng", "拓跋": "tuo ba",
    "单": "shan", "曾": "zeng", "查": "zha", "仇": "qiu", "区": "ou", "解": "xie", "盖": "ge",
    "朴": "piao", "乐": "yue", "覃": "qin", "缪": "miao", "召": "shao", "冼": "xian", "员": "yun",
    "黑": "he", "秘": "bi", "折": "she", "种": "chong", "繁": "po", "祭": "zhai", "重": "chong",
    "翟": "zhai", "薄": "bo", "隗": "wei", "佴": "nai", "牟": "mu", "都": "du", "能": "nai",
    "乜": "nie", "幺": "yao", "么": "yao", "卜": "bu", "阚": "kan", "省": "xing", "句": "gou",
    "角": "jue", "洗": "xian", "适": "kuo", "番": "pan", "粘": "nian", "臧": "zang", "藏": "zang",
}  # fmt: skip

_HAN = r"[\u3400-\u9fff\U00020000-\U000323af]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})|\s+(?=·)|(?<=·)\s+")
_SYLLABLES = re.compile(rf"{_HAN}|(?:(?!{_HAN})[^\W_])+")  # a foreign word counts as one
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・．●", "·"))


def normal_name(text: str) -> str:
    """A name without the spaces that line it up on paper: 李　明 is 李明; Anna Li keeps one."""
    # NFKC would turn compatibility ideographs into other characters; names keep theirs.
    plain = "".join(_narrow(char) for char in text.translate(_DOTS))
    return _BETWEEN_HAN.sub("", " ".join(plain.split()))


def _narrow(char: str) -> str:
    if unicodedata.category(char) in {"Cc", "Cf"}:  # zero-width and control characters
        return " " if char.isspace() else ""
    is_wide_form = "\uff01" <= char <= "\uff5e" or char.isspace()
    return unicodedata.normalize("NFKC", char) if is_wide_form else char


def pinyin_of(name: str) -> tuple[str, str]:
    """The name's pinyin and initials, to search by: 曾海燕 is ('zenghaiyan', 'zhy')."""
    plain = normal_name(name)
    surname = next((plain[:n] for n in (2, 1) if plain[:n] in _SURNAMES), "")
    syllables = _SURNAMES[surname].split() if surname else []
    syllables += _read(plain[len(surname) :])
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


def _read(text: str) -> list[str]:
    """By a dictionary of 8 MB, loaded with the first name: pages only read what is stored."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - see above

    return lazy_pinyin(_SYLLABLES.findall(text.lower()))


def normal_id(text: str) -> str:
    """An ID number without what cells add to it: spaces, full-width forms, a leading quote."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s", "", plain).lstrip("'’‘`").upper()


def id_number_fault(text: str) -> str | None:
    """What is wrong with a citizen ID number (GB 11643-1999), or None.

    'length', 'characters', 'birth' or 'check_digit'. The region is not checked: districts are
    renamed and merged while the numbers stay, and no list of all that ever were is complete.
    """
    number = normal_id(text)
    if len(number) != ID_LENGTH:
        return "length"
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) is None:
        return "characters"
    if _birth(number) is None:
        return "birth"
    return None if ric.calc_check_digit(number) == number[-1] else "check_digit"


def id_birth(text: str) -> date:
    birth = _birth(normal_id(text))
    if birth is None:
        raise ValueError("no date of birth in this ID number")
    return birth


def id_sex(text: str) -> str:
    """'male' or 'female': the seventeenth digit is odd for men (GB 11643-1999, 4.1.3)."""
    return "male" if int(normal_id(text)[16:17]) % 2 else "female"


def _birth(number: str) -> date | None:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth if birth.year >= 1900 else None


def mask_id(text: str) -> str:
    """990101********006X. A number of another length shows nothing but its length."""
    if len(text) != ID_LENGTH:
        return "*" * len(text)
    return f"{text[:6]}********{text[-4:]}"


def mask_phone(text: str) -> str:
    """199****2345. Shorter numbers show at most their last two digits."""
    if len(text) < 11:
        return "*" * max(len(text) - 2, 0) + text[-2:] if len(text) > 4 else "*" * len(text)
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
