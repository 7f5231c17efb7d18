from datetime import date, datetime

import pytest

from cadres.rules.roster import HEADINGS, parse_row, repeated
from courtparty.lib.dates import PartialDate
from courtparty.lib.tables import normal_heading
from courtparty.lib.xlsx import Cell
from tests.cadres.roster_books import ON, person

KINDS = {int: "number", float: "number", datetime: "date", date: "date", bool: "bool", str: "text"}


def cell(value):
    if isinstance(value, Cell) or value in (None, "", "无", "—"):
        return value if isinstance(value, Cell) else None
    return Cell(value, KINDS[type(value)])


def parse(**fields):
    return parse_row({name: cell(value) for name, value in person(**fields).items()}, on=ON)


def faults(**fields):
    return [(fault.field, fault.code, fault.severity) for fault in parse(**fields).faults]


def test_a_plain_row_has_no_fault():
    row = parse()

    assert row.faults == ()
    assert row.values["name"] == "张海燕"
    assert row.values["birth"] == PartialDate(1985, 6)
    assert row.values["rank"] == ""
    assert row.values["rank_since"] is None
    assert (row.values["sex"], row.values["category"]) == ("female", "quota_judge")
    assert row.values["party_status"] == "full_member"


def test_no_heading_stands_for_two_columns():
    texts = [normal_heading(text) for accepted in HEADINGS.values() for text in set(accepted)]
    fields = {normal_heading(text): name for name, all_ in HEADINGS.items() for text in all_}

    assert "" not in texts
    for name, accepted in HEADINGS.items():
        assert {fields[normal_heading(text)] for text in accepted} == {name}


@pytest.mark.parametrize(
    "value",
    [
        "1985.06", "198506", "1985-06", "1985/6", "1985年6月", "1985年06月", "１９８５．０６",
        " 1985.06 ", "1985.6", 198506, "1985、06",
    ],
)  # fmt: skip
def test_months_are_read_in_every_spelling(value):
    assert parse(birth=value).values["birth"] == PartialDate(1985, 6)


@pytest.mark.parametrize(
    "value",
    [
        "1985.06.15", "19850615", "1985-06-15", "1985/6/15", "1985年6月15日", 31213, 31213.0,
        19850615, datetime(1985, 6, 15), date(1985, 6, 15), "1985-06-15 00:00:00",
    ],
)  # fmt: skip
def test_days_are_read_in_every_spelling(value):
    assert parse(birth=value).values["birth"] == PartialDate(1985, 6, 15)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", None, "name_missing"),
        ("name", "无", "name_missing"),
        ("name", "\u200b", "name_missing"),
        ("name", "123", "name_not_a_name"),
        ("name", "海" * 61, "too_long"),
        ("name", "=A1", "cell_formula"),
        ("id_number", None, "id_number_missing"),
        ("id_number", "99010119850615002", "id_length"),
        ("id_number", 9.90101198506011e17, "id_digits_lost"),
        ("id_number", 990101198506011234, "id_digits_lost"),
        ("id_number", 990101850615002, "id_length"),
        ("id_number", "99010119850615A021", "id_characters"),
        ("id_number", "990101198513150021", "id_birth"),
        ("id_number", "990101198506011234", "id_check_digit"),
        ("birth", "1985.13", "date_bad"),
        ("birth", "1985.02.30", "date_bad"),
        ("birth", "不详", "date_bad"),
        ("birth", 1985.1, "date_ambiguous"),
        ("birth", True, "date_bad"),
        ("work_since", "2026.12", "date_future"),
        ("party_joined", "2030.07", "date_future"),
        ("department", "—", "department_missing"),
        ("category", None, "category_missing"),
        ("category", "外星人员", "category_unknown"),
        ("party_status", "火星党员", "party_status_unknown"),
        ("sex", "未知", "sex_unknown"),
        ("title", Cell("#REF!", "error"), "cell_error"),
        ("rank", Cell("=B2", "formula", "三级"), "cell_formula"),
        ("remark", "长" * 201, "too_long"),
        ("phone", Cell("=1+1", "text"), "cell_formula"),
    ],
)
def test_a_faulty_cell_is_one_error(field, value, code):
    assert faults(**{field: value}) == [(field, code, "error")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"party_joined": "2007.08"},
            ("party_full_since", "full_before_joining", "error"),
            id="full before joining",
        ),
        pytest.param(
            {"work_since": "1984.01"}, ("work_since", "work_before_birth", "error"), id="work"
        ),
        pytest.param({"birth": "1985.07"}, ("birth", "birth_differs", "warning"), id="birth"),
        pytest.param({"sex": "男"}, ("sex", "sex_differs", "warning"), id="sex"),
        pytest.param({"branch": None}, ("branch", "branch_missing", "warning"), id="no branch"),
        pytest.param(
            {"party_joined": "2002.01"}, ("party_joined", "joined_young", "warning"), id="young"
        ),
        pytest.param(
            {"party_status": "群众", "party_joined": None, "party_full_since": None},
            ("branch", "branch_without_membership", "warning"),
            id="branch of a non-member",
        ),
        pytest.param(
            {"party_status": "共青团员", "branch": None},
            ("party_joined", "dates_without_membership", "warning"),
            id="dates of a non-member",
        ),
    ],
)
def test_two_cells_that_contradict_each_other(fields, expected):
    assert faults(**fields) == [expected]


def test_a_faulty_cell_contradicts_nothing():
    assert faults(birth="1985.13", work_since="1970.01") == [("birth", "date_bad", "error")]
    assert faults(party_joined="2030.07") == [("party_joined", "date_future", "error")]


def test_same_month_joining_and_full_is_no_error():
    assert faults(party_joined="2007.07", party_full_since="2007.07.01") == []


def test_all_faults_of_a_row_come_at_once():
    found = faults(name=None, id_number="1", birth="x", category="y", sex="z")

    assert [name for name, _code, _severity in found] == [
        "name", "sex", "birth", "id_number", "category",
    ]  # fmt: skip


def test_names_lose_the_spaces_of_the_layout():
    row = parse(name="张　海　燕", department=" 立案 庭 ", id_number=" ９９０１０１19850615002X ")

    assert (row.values["name"], row.values["department"]) == ("张海燕", "立案庭")


def test_a_column_that_is_absent_is_no_field():
    row = parse_row({"name": Cell("张海燕", "text"), "phone": None}, on=ON)

    assert row.values == {"name": "张海燕", "phone": ""}


def test_branch_of_a_non_member_is_not_taken_over():
    row = parse(party_status="群众", party_joined=None, party_full_since=None)

    assert row.values["branch"] == ""
    assert row.is_usable


def test_blank_party_status_is_no_party():
    fields = {"party_joined": None, "party_full_since": None, "branch": None}

    assert parse(party_status=None, **fields).values["party_status"] == "none"


def test_control_characters_are_dropped():
    assert parse(remark="调\x00入\n本院").values["remark"] == "调入 本院"


def test_repeated_names_the_first_place():
    assert repeated(["a", None, "b", "a", None, "a"]) == {3: 0, 5: 0}
