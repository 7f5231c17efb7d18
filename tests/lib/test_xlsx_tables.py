import json
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from courtparty.lib import tables as short_name
from courtparty.lib.xlsx import (
    BLANK,
    EMPTY_WORDS,
    Cell,
    Fault,
    Row,
    Sheet,
    fault_text,
    find_table,
    is_blank,
    is_footer,
    is_total,
    normal_heading,
    read_workbook,
    register_fault_texts,
)

SAMPLES = Path(__file__).parent.parent / "samples"

HEADINGS = {
    "name": ["姓名", "Name"],
    "id_number": ["身份证号", "公民身份号码"],
    "department": ["部门", "所在庭（室）"],
    "phone": ["联系电话", "手机"],
    "birth": ["出生年月"],
}
REQUIRED = {"name", "id_number", "department"}


def cell(value):
    if value is None:
        return None
    return Cell(value, "text" if isinstance(value, str) else "number")


def row(*values, number=1):
    return Row(number, tuple(cell(value) for value in values))


def sheet(*rows, name="花名册"):
    return Sheet(name, [row(*values, number=at) for at, values in enumerate(rows, 1)])


def found(*rows, headings=HEADINGS, required=frozenset(REQUIRED)):
    return find_table(sheet(*rows), headings, set(required))


def data(table):
    return [
        (number, [cells[field].value for field in ("name", "id_number", "department")])
        for number, cells in table.rows
    ]


GOOD = ["姓名", "身份证号", "部门"]
LI = ["李明", "1", "立案庭"]
WANG = ["王芳", "2", "立案庭"]


def test_table_is_found_below_titles_in_any_order_of_columns():
    table = found(
        ["示例县人民法院干警花名册"],
        ["填报单位：政治部", None, "填报日期：2026年11月2日"],
        ["序号", "部门", "备注", "身份证号", "姓名"],
        [1, "立案庭", None, "1", "李明"],
    )

    assert table.heading_row == 3
    assert table.columns == {"department": 1, "id_number": 3, "name": 4}
    assert table.unknown == [("序号", "A3"), ("备注", "C3")]
    assert table.titles == [
        "示例县人民法院干警花名册",
        "填报单位：政治部",
        "填报日期：2026年11月2日",
    ]
    assert data(table) == [(4, ["李明", "1", "立案庭"])]
    assert table.ref(4, "name") == "E4"
    assert (table.letter("department"), table.letter("phone")) == ("B", "")


@pytest.mark.parametrize(
    "heading",
    ["姓名", " 姓 名 ", "姓\u3000名", "姓\n名", "姓名*", "＊姓名", "（姓名）", "姓名：",
     "姓名(必填)", "姓名（与身份证一致）", "【必填】姓名", "name", "ＮＡＭＥ"],
)  # fmt: skip
def test_headings_are_recognised_in_any_layout(heading):
    table = found([heading, "身份证号", "所在庭(室)"], LI)
    assert table.columns == {"name": 0, "id_number": 1, "department": 2}


def test_headings_with_other_words_are_not_recognised():
    assert normal_heading("姓名拼音") != normal_heading("姓名")
    assert found(["姓名拼音", *GOOD], ["liming", *LI]).unknown == [("姓名拼音", "A1")]


def test_every_missing_heading_is_named_with_what_is_accepted():
    faults = found(["姓名", "联系电话"], ["李明", "1"], required={"name", "department"})

    assert faults == [
        Fault(
            "花名册",
            1,
            "",
            "heading_missing",
            {"sheet": "花名册", "name": "部门", "accepted": ["部门", "所在庭（室）"]},
        )
    ]
    with translation.override("en"):
        assert str(fault_text(faults[0])) == (
            "Sheet “花名册” has no column “部门”. Add it; its heading may also read: "
            "部门, 所在庭（室）."
        )


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="empty sheet"),
        pytest.param([["一", "二"], [1, 2]], id="another table"),
        pytest.param([["姓名"], ["李明"]], id="less than half of what is required"),
        pytest.param([["x"]] * 30 + [GOOD, LI], id="heading below row 30"),
    ],
)
def test_a_sheet_without_heading_row_misses_every_required_heading(rows):
    faults = found(*rows)

    assert [(fault.row, fault.params["name"]) for fault in faults] == [
        (0, "姓名"),
        (0, "身份证号"),
        (0, "部门"),
    ]


def test_a_heading_given_twice_is_a_fault_with_its_place():
    faults = found(["姓名", "身份证号", "部门", "所在庭（室）", "姓 名"], LI)

    assert faults == [
        Fault(
            "花名册", 1, "D", "heading_twice",
            {"heading": "所在庭（室）", "first": "部门", "first_ref": "C1"},
        ),
        Fault(
            "花名册", 1, "E", "heading_twice",
            {"heading": "姓 名", "first": "姓名", "first_ref": "A1"},
        ),
    ]  # fmt: skip


def test_missing_and_double_headings_come_together():
    faults = found(["姓名", "姓名", "身份证号"], LI)
    assert [fault.code for fault in faults] == ["heading_missing", "heading_twice"]


def test_a_synonym_of_two_fields_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="stands for two fields"):
        found(GOOD, headings={"a": ["姓名"], "b": ["姓 名"]})


def test_the_fullest_row_is_the_heading():
    table = found(["部门", "姓名"], ["序号", *GOOD, "手机"], [1, *LI, "3"])
    assert (table.heading_row, table.titles) == (2, ["部门", "姓名"])


def test_two_heading_rows_are_read_as_one():
    merged = found(
        ["姓名", "身份证号", "部门", "联系方式", None],
        ["姓名", "身份证号", "部门", "手机", "邮箱"],
        [*LI, "3"],
    )
    plain = found(
        ["姓名", "身份证号", "部门", "联系方式", None],
        [None, None, None, "手机", "邮箱"],
        [*LI, "3"],
    )

    for table in (merged, plain):
        assert table.columns == {"name": 0, "id_number": 1, "department": 2, "phone": 3}
        assert [number for number, _ in table.rows] == [3]
    assert plain.unknown == [("邮箱", "E1")]


def test_headings_merged_over_two_rows_leave_no_data_row():
    assert data(found(GOOD, GOOD, LI)) == [(3, LI)]


def test_a_first_officer_is_never_taken_for_a_heading():
    table = found(GOOD, ["手机", "1", "立案庭"], LI)
    assert [number for number, _ in table.rows] == [2, 3]


def test_blank_total_and_footer_rows_are_dropped():
    table = found(
        GOOD,
        LI,
        [],
        [None, "—", "无"],
        ["小 计", 1],
        GOOD,
        WANG,
        ["立案庭", "小计", "2"],
        ["合计", "2"],
        ["单位负责人：", "审核人：", "填表人："],
        ["说明：1.无内容的填“无”。"],
        ["2.日期填到月。"],
    )
    assert data(table) == [(2, LI), (7, WANG)]


def test_a_full_row_is_never_dropped_as_a_footer():
    table = found(GOOD, LI, ["备注：调出", "3", "立案庭"], ["注：以上", None, None], WANG)
    assert [number for number, _ in table.rows] == [2, 3, 5]


def test_rows_can_be_gone_through_twice_and_have_a_cell_for_each_column():
    table = found([*GOOD, "手机"], LI)
    ((number, cells),) = table.rows
    assert list(table.rows) == [(number, cells)]
    assert cells["phone"] is BLANK


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["合计"], True), ([None, "合 计", 3], True), (["总计：", 5], True), (["小计"], True),
        (["共计126人"], True), (["Total", 1], True), (["TOTAL"], True),
        (["立案庭", "小计", 5], True), (["1", "李明", "合计划"], False), ([], False),
        (["1", "李明"], False), ([12, 13], False),
    ],
)  # fmt: skip
def test_is_total_knows_rows_of_sums(values, expected):
    assert is_total(row(*values)) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["单位负责人：", None, "审核人："], True), (["审核人:李"], True),
        (["填表人（签字）"], True),
        (["说明：略"], True), (["填表说明：略"], True), (["注：因系统原因"], True),
        (["注1：略"], True), (["备注：略"], True), (["制表：王"], True), (["制表人 王"], True),
        (["填报日期：2026年"], True), (["单位（盖章）"], True), (["Prepared by: Li"], True),
        (["备注"], False), (["负责信访"], False), (["审核室", "李明"], False), ([1, "李明"], False),
        (["注册科", "李明"], False), (["统计科", "李明"], False), ([], False),
    ],
)  # fmt: skip
def test_is_footer_knows_signatures_and_notes(values, expected):
    assert is_footer(row(*values)) is expected


@pytest.mark.parametrize("word", [*sorted(EMPTY_WORDS), "", " ", " — ", None])
def test_empty_words_are_blank(word):
    assert is_blank(cell(word))
    assert is_blank(BLANK)


@pytest.mark.parametrize("value", [0, "0", "否", "无锡"])
def test_other_words_and_zero_are_not_blank(value):
    assert not is_blank(cell(value))


def test_formula_without_a_saved_value_is_blank():
    assert is_blank(Cell("=A1", "formula", None))
    assert not is_blank(Cell("=A1", "formula", 3))


def test_sample_roster_and_figures_are_found():
    roster = read_workbook((SAMPLES / "roster.xlsx").read_bytes(), filename="r").sheets[0]
    table = find_table(roster, HEADINGS, REQUIRED)
    numbers = [number for number, _ in table.rows]
    assert (table.heading_row, numbers[0], numbers[-1], len(numbers)) == (3, 4, 129, 126)
    assert table.titles[0] == "示例县人民法院干警花名册"

    names = {"department": ["部门"], "judge": ["承办人"], "closed": ["结案"], "long": ["长期未结"]}
    figures = read_workbook((SAMPLES / "figures.xlsx").read_bytes(), filename="f")
    for month in figures.sheets:
        table = find_table(month, names, {"department", "judge", "closed"})
        assert len(list(table.rows)) == 36
        assert table.titles[1].startswith("审判管理办公室")


def test_faults_go_to_json_and_back():
    fault = Fault("花名册", 4, "F", "heading_twice", {"heading": "姓名"}, "warning")

    assert Fault.from_json(json.loads(json.dumps(fault.as_json()))) == fault
    assert (fault.ref, fault.is_error) == ("F4", False)
    assert Fault("S", 4, "", "x").ref == "4"
    assert Fault("S", 0, "", "x").ref == ""


def test_fault_texts_are_registered_once_and_rendered_when_shown():
    register_fault_texts({"lib_test_short": _("%(name)s is too short, by %(count)s.")})
    text = fault_text(Fault("S", 1, "A", "lib_test_short", {"name": "姓名"}))

    with translation.override("en"):
        assert str(text) == "姓名 is too short, by ?."
        assert str(fault_text(Fault("S", 1, "A", "never_registered"))) == "never_registered"
    with pytest.raises(ValueError, match="already has another text"):
        register_fault_texts({"lib_test_short": "another text"})


def test_a_percent_sign_in_a_value_does_no_harm():
    register_fault_texts({"lib_test_value": _("“%(value)s” is no number.")})
    with translation.override("en"):
        text = str(fault_text(Fault("S", 1, "A", "lib_test_value", {"value": "31%(x)s %"})))
    assert text == "“31%(x)s %” is no number."


def test_the_table_finder_has_a_short_name():
    assert short_name.find_table is find_table
