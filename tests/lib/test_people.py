import subprocess
import sys
from datetime import date

import pytest

from courtparty.lib.people import (
    id_birth,
    id_number_fault,
    id_sex,
    mask_id,
    mask_phone,
    normal_id,
    normal_name,
    pinyin_of,
)

GOOD = "99010119850511006X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("李明", "李明", id="as it is"),
        pytest.param(" 李明\t", "李明", id="spaces around"),
        pytest.param("李\u3000明", "李明", id="full-width space"),
        pytest.param("李  明", "李明", id="two spaces"),
        pytest.param("李\u200b明\ufeff", "李明", id="zero-width characters"),
        pytest.param("李\n明", "李明", id="line break"),
        pytest.param("𠮷 野", "𠮷野", id="rare character"),
        pytest.param("阿依古丽·买买提", "阿依古丽·买买提", id="middle dot stays"),
        pytest.param("阿依古丽 • 买买提", "阿依古丽·买买提", id="other dot with spaces"),
        pytest.param("Ａｎｎａ  Li", "Anna Li", id="Latin name keeps one space"),
        pytest.param("李 Anna", "李 Anna", id="space between scripts stays"),
        pytest.param("李\uf9e4", "李\uf9e4", id="compatibility ideograph stays"),
        pytest.param("", "", id="empty"),
    ],
)
def test_normal_name_takes_out_the_layout(text, expected):
    assert normal_name(text) == expected
    assert normal_name(normal_name(text)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("曾海燕", ("zenghaiyan", "zhy")),
        ("单雄", ("shanxiong", "sx")),
        ("查良", ("zhaliang", "zl")),
        ("仇英", ("qiuying", "qy")),
        ("区伯", ("oubo", "ob")),
        ("解明", ("xieming", "xm")),
        ("任盈", ("renying", "ry")),
        ("华安", ("huaan", "ha")),
        ("盖强", ("geqiang", "gq")),
        ("朴树", ("piaoshu", "ps")),
        ("卜平", ("buping", "bp")),
        ("翟明", ("zhaiming", "zm")),
        ("尉迟恭", ("yuchigong", "ycg")),
        ("长孙平", ("zhangsunping", "zsp")),
        ("单于飞", ("chanyufei", "cyf")),
        ("欧阳锋", ("ouyangfeng", "oyf")),
        ("吕布", ("lvbu", "lb")),
        ("王曾", ("wangceng", "wc")),
        ("李　明", ("liming", "lm")),
        ("阿依古丽·买买提", ("ayigulimaimaiti", "ayglmmt")),
        ("Anna Li", ("annali", "al")),
        ("王A", ("wanga", "wa")),
        ("", ("", "")),
    ],
)
def test_pinyin_of_reads_surnames_as_surnames(name, expected):
    assert pinyin_of(name) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(GOOD, None, id="good"),
        pytest.param("99010119850511006x", None, id="small x"),
        pytest.param(" 990101 19850511 006X ", None, id="spaces"),
        pytest.param("'" + GOOD, None, id="leading quote"),
        pytest.param("９９０１０１１９８５０５１１００６Ｘ", None, id="full width"),
        pytest.param("990101199610160119", None, id="digit at the end"),
        pytest.param("990101850511006", "length", id="fifteen digits"),
        pytest.param("9901011985051100", "length", id="lost digits"),
        pytest.param("", "length", id="empty"),
        pytest.param("99010119850511O06X", "characters", id="letter O for zero"),
        pytest.param("9901011985051100X6", "characters", id="X not at the end"),
        pytest.param("99010119850511006٣", "characters", id="other digits"),
        pytest.param("990101198513110061", "birth", id="month 13"),
        pytest.param("990101198502300061", "birth", id="30 February"),
        pytest.param("990101178505110061", "birth", id="born in 1785"),
        pytest.param("990101198506011234", "check_digit", id="invented number"),
        pytest.param("990101198505110060", "check_digit", id="zero for X"),
    ],
)
def test_id_number_fault_names_what_is_wrong(text, fault):
    assert id_number_fault(text) == fault


def test_id_number_tells_birth_and_sex():
    assert id_birth(GOOD) == date(1985, 5, 11)
    assert id_sex(GOOD) == "female"
    assert id_sex("990101199610160119") == "male"
    assert normal_id(" 99010119850511006x") == GOOD


def test_id_birth_refuses_a_number_without_one():
    with pytest.raises(ValueError, match="no date of birth"):
        id_birth("990101198513110061")
    with pytest.raises(ValueError, match="invalid literal"):
        id_sex("990101")


def test_masks_hide_the_middle():
    assert mask_id(GOOD) == "990101********006X"
    assert mask_id("12345") == "*****"
    assert mask_id("") == ""
    assert mask_phone("19932162345") == "199****2345"
    assert mask_phone("010-62345678") == "010*****5678"
    assert mask_phone("62345678") == "******78"
    assert mask_phone("8123") == "****"
    assert mask_phone("") == ""


def test_the_dictionary_is_loaded_with_the_first_name_only():
    code = "import sys, courtparty.lib.people; sys.exit('pypinyin' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
