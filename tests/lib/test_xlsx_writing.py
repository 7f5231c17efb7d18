import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from courtparty.lib.dates import PartialDate
from courtparty.lib.xlsx import (
    Fault,
    Limits,
    SheetPlan,
    UnsafeWorkbook,
    find_table,
    mark_errors,
    read_workbook,
    register_fault_texts,
    write_table,
    write_workbook,
)
from tests.lib.workbooks import saved, workbook

SAMPLES = Path(__file__).parent.parent / "samples"

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\",\"y\")", "=cmd|' /C calc'!A0",
    "\t=1", "\r=1", "＝1+1", "#N/A", "#REF!", "1E5", "TRUE", "00123", "99010119850511006X",
]  # fmt: skip

register_fault_texts(
    {
        "lib_test_name": _("The name is missing."),
        "lib_test_text": _("%(text)s"),
    }
)


def opened(data, **kwargs):
    return load_workbook(io.BytesIO(data), **kwargs)


def written(*rows, **kwargs):
    headings = kwargs.pop("headings", ["姓名", "身份证号", "金额"])
    return write_table(title=kwargs.pop("title", "花名册"), headings=headings, rows=rows, **kwargs)


@pytest.mark.parametrize("text", DANGEROUS)
@pytest.mark.parametrize("text_columns", [(), (0,)])
def test_text_is_never_a_formula_or_anything_but_text(text, text_columns):
    cell = opened(written([text], text_columns=text_columns)).active["A3"]

    assert (cell.data_type, cell.value) == ("s", text.replace("\r", "\n"))
    if text_columns or text[0] in "=+-@\t\r＝":
        assert cell.number_format == "@"


def test_headings_titles_and_sheet_names_are_text_too():
    book = opened(written(title="=1+1", headings=["=2+2"], sheet_name="=a/b:c"))

    assert book.sheetnames == ["=a b c"]
    assert [book.active[ref].data_type for ref in ("A1", "A2")] == ["s", "s"]


def test_values_keep_their_kind():
    moment = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
    data = written(
        ["李明", 12, 1.5],
        [None, Decimal("1500.25"), date(2026, 11, 2)],
        [PartialDate(2006, 8), moment, True],
    )
    sheet = opened(data).active

    assert [cell.value for cell in sheet[3]] == ["李明", 12, 1.5]
    assert [cell.value for cell in sheet[4]] == [None, 1500.25, datetime(2026, 11, 2)]
    assert [cell.value for cell in sheet[5]] == ["2006-08", datetime(2026, 11, 2, 8, 30), True]
    assert sheet["C4"].number_format == "yyyy-mm-dd"


def test_columns_are_named_by_index_or_heading():
    data = written(
        ["李明", 12345, Decimal("1.5")],
        text_columns={"身份证号"},
        number_formats={2: "#,##0.00"},
    )
    sheet = opened(data).active

    assert (sheet["B3"].value, sheet["B3"].number_format) == ("12345", "@")
    assert sheet["C3"].number_format == "#,##0.00"


def test_lazy_texts_are_written_in_the_active_language():
    with translation.override("en"):
        data = written([_("The name is missing.")], title=_("The name is missing."))
    assert opened(data).active["A3"].value == "The name is missing."


def test_control_characters_are_left_out():
    assert opened(written(["李\x00\x08明"])).active["A3"].value == "李明"


def test_sheet_is_set_up_for_the_screen_and_for_paper():
    sheet = opened(written(["李明", "1", 2], ["王芳", "2", 3], widths=[10, 22, 8])).active

    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:C4"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.print_area == "'Sheet1'!$A$1:$C$4"
    assert str(sheet.merged_cells) == "A1:C1"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [10, 22, 8]
    assert not [cell for cell in sheet[4] if not cell.border.left.style]


def test_widths_follow_what_is_written_and_have_an_end():
    sheet = opened(written(["尉迟恭", "990101198505110060", "长" * 99])).active
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [8, 20, 40]


def test_a_table_without_title_or_rows_is_one_heading_row():
    sheet = opened(written(title="", landscape=False)).active

    assert [cell.value for cell in sheet[1]] == ["姓名", "身份证号", "金额"]
    assert (sheet.max_row, sheet.freeze_panes, sheet.print_title_rows) == (1, "A2", "$1:$1")
    assert sheet.page_setup.orientation == "portrait"


def test_several_sheets_get_names_a_program_accepts():
    names = ["一月", "一月", "a" * 40, "a" * 40, "", "'x'"]
    data = write_workbook(SheetPlan(headings=["x"], rows=[[1]], sheet_name=name) for name in names)

    assert opened(data).sheetnames == [
        "一月", "一月 (2)", "a" * 31, "a" * 27 + " (2)", "Sheet", "x",
    ]  # fmt: skip


def test_rows_are_taken_one_by_one():
    taken = []

    def rows():
        for number in range(300):
            taken.append(number)
            yield [number]

    assert opened(written_from(rows())).active.max_row == 302
    assert taken == list(range(300))


def written_from(rows):
    return write_table(title="x", headings=["n"], rows=rows)


def test_what_is_written_is_read_back():
    rows = [["李明", "99010119850511006X", 5], ["=1+1", "002", 1.5]]
    data = written(*rows, text_columns=(1,), sheet_name="花名册")

    (sheet,) = read_workbook(data, filename="x").sheets
    table = find_table(sheet, {"a": ["姓名"], "b": ["身份证号"], "c": ["金额"]}, {"a", "b", "c"})

    assert sheet.name == "花名册"
    assert [[cell.value for cell in cells.values()] for _, cells in table.rows] == rows
    assert table.titles == ["花名册"]


# Handing back


def fault(row, column, text, sheet="Sheet1", severity="error"):
    return Fault(sheet, row, column, "lib_test_text", {"text": text}, severity)


def marked(data, *faults, language="en", **kwargs):
    return mark_errors(data, faults, language=language, **kwargs)


ROSTER = workbook(["花名册"], ["姓名", "部门"], ["李明", "立案庭"], [None, "立案庭"])


def colour(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


def test_faults_stand_beside_their_rows_and_cells_are_coloured():
    data = marked(
        ROSTER,
        fault(4, "A", "no name"),
        fault(4, "B", "no such department"),
        fault(3, "B", "odd", severity="warning"),
    )
    sheet = opened(data).active

    assert [sheet[f"C{row}"].value for row in range(1, 5)] == [
        None,
        "What is wrong",
        "odd",
        "no name；no such department",
    ]
    assert (colour(sheet["A4"]), colour(sheet["B4"])) == ("FFFFC7CE", "FFFFC7CE")
    assert colour(sheet["B3"]) == "FFFFEB9C"
    assert colour(sheet["A3"]) is None
    assert sheet["C2"].font.color.rgb == "FFC00000"


def test_heading_row_can_be_given():
    data = marked(ROSTER, fault(4, "A", "no name"), heading_rows={"Sheet1": 1})
    sheet = opened(data).active
    assert (sheet["B1"].value, sheet["B4"].value) == ("What is wrong", "no name")


def test_faults_of_the_sheet_stand_under_the_new_heading():
    data = marked(ROSTER, fault(0, "", "no ID numbers"), fault(2, "B", "twice"))
    sheet = opened(data).active
    assert sheet["C2"].value == "What is wrong\nno ID numbers\ntwice"
    assert colour(sheet["B2"]) == "FFFFC7CE"


def test_texts_are_in_the_language_asked_for():
    with translation.override("zh-hans"):
        faults = [Fault("Sheet1", 4, "A", "lib_test_name")]
        sheet = opened(mark_errors(ROSTER, faults, language="en")).active
    assert sheet["C4"].value == "The name is missing."


def test_what_was_in_the_workbook_stays_as_it_was():
    book = Workbook()
    sheet = book.active
    sheet.append(["姓名", "金额", "日期"])
    sheet.append(["李明", "=1+1", datetime(2026, 11, 2)])
    sheet["C2"].number_format = "yyyy年m月"
    sheet["A3"] = "=1+1"
    sheet["A3"].data_type = "s"
    sheet.merge_cells("B3:C3")
    book.create_sheet("另一张")["A1"] = "不变"

    done = opened(marked(saved(book), fault(2, "A", "=1+1")))

    sheet = done.active
    assert (sheet["B2"].data_type, sheet["B2"].value) == ("f", "=1+1")
    assert (sheet["A3"].data_type, sheet["A3"].value) == ("s", "=1+1")
    assert (sheet["D2"].data_type, sheet["D2"].value) == ("s", "=1+1")
    assert (sheet["C2"].value, sheet["C2"].number_format) == (datetime(2026, 11, 2), "yyyy年m月")
    assert str(sheet.merged_cells) == "B3:C3"
    assert done["另一张"]["A1"].value == "不变"


def test_marking_a_marked_workbook_renews_the_marks():
    once = marked(ROSTER, fault(4, "A", "no name"), fault(3, "B", "old"))
    twice = opened(marked(once, fault(3, "A", "new"))).active

    assert [cell.value for cell in twice[2]] == ["姓名", "部门", "What is wrong"]
    assert [twice[f"C{row}"].value for row in (3, 4)] == ["new", None]
    assert (colour(twice["A3"]), colour(twice["A4"]), colour(twice["B3"])) == (
        "FFFFC7CE",
        None,
        None,
    )


def test_colours_of_the_office_are_kept():
    book = opened(ROSTER)
    book.active["A3"].fill = PatternFill("solid", fgColor="FF00FF00")
    once = marked(saved(book), fault(4, "A", "x"))
    assert colour(opened(marked(once, fault(4, "A", "x"))).active["A3"]) == "FF00FF00"


def test_a_fault_inside_a_merged_range_colours_the_cell_that_shows():
    book = opened(ROSTER)
    book.active.merge_cells("B3:B4")
    sheet = opened(marked(saved(book), fault(4, "B", "x"))).active
    assert colour(sheet["B3"]) == "FFFFC7CE"
    assert sheet["C4"].value == "x"


def test_each_sheet_gets_its_own_faults():
    book = opened(ROSTER)
    other = book.create_sheet("二")
    other.append(["姓名"])
    other.append(["李明"])
    done = opened(marked(saved(book), fault(4, "A", "one"), fault(2, "A", "two", sheet="二")))
    assert (done["Sheet1"]["C4"].value, done["二"]["B2"].value) == ("one", "two")


def test_control_characters_in_a_value_do_not_stop_the_hand_back():
    assert opened(marked(ROSTER, fault(4, "A", "x\x00y"))).active["C4"].value == "xy"


def test_hand_back_of_the_sample_is_read_again_with_its_heading_unknown():
    source = (SAMPLES / "roster_errors.xlsx").read_bytes()
    data = marked(source, fault(8, "B", "no name", sheet="花名册"), heading_rows={"花名册": 3})

    sheet = read_workbook(data, filename="x").sheets[0]
    before = read_workbook(source, filename="x").sheets[0]
    assert sheet.rows[7].cell(20).value == "no name"
    assert [row.cells[:20] for row in sheet.rows[3:7]] == [row.cells for row in before.rows[3:7]]


def test_unsafe_workbooks_are_not_marked_either():
    with pytest.raises(UnsafeWorkbook) as caught:
        marked(b"%PDF", fault(1, "A", "x"))
    assert caught.value.code == "not_xlsx"
    with pytest.raises(UnsafeWorkbook) as caught:
        marked(ROSTER[:-100], fault(1, "A", "x"))
    assert caught.value.code == "corrupt"
    with pytest.raises(UnsafeWorkbook) as caught:
        marked(ROSTER, fault(1, "A", "x"), limits=Limits(unpacked=1000))
    assert caught.value.code == "zip_bomb"
