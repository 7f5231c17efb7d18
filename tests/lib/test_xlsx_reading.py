import io
import os
import subprocess
import sys
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from courtparty.lib.xlsx import (
    Cell,
    Limits,
    UnsafeWorkbook,
    cell_ref,
    column_letter,
    message,
    read_workbook,
    refusals,
)
from courtparty.lib.xlsx import sandbox as sandbox_module
from tests.lib.workbooks import NS, OLE, package, parts, raw_workbook, saved, sheet_xml, workbook

SAMPLES = Path(__file__).parent.parent / "samples"


def read(data, **kwargs):
    return read_workbook(data, filename="roster.xlsx", **kwargs)


def refusal(data, filename="roster.xlsx", **kwargs):
    with pytest.raises(UnsafeWorkbook) as caught:
        read_workbook(data, filename=filename, **kwargs)
    return caught.value.code, caught.value.params


def values(sheet):
    return [[cell and cell.content for cell in row.cells] for row in sheet.rows]


# What is read


def test_kinds_of_cells_are_told_apart():
    book = Workbook()
    book.active.append(["李明", 12, 1.5, True, date(2026, 11, 2), datetime(2026, 11, 2, 8, 30)])
    book.active.append(["1985.06", "#N/A", None, False])

    (sheet,) = read(saved(book)).sheets

    assert sheet.rows[0].cells == (
        Cell("李明", "text"),
        Cell(12, "number"),
        Cell(1.5, "number"),
        Cell(True, "bool"),
        Cell(date(2026, 11, 2), "date"),
        Cell(datetime(2026, 11, 2, 8, 30), "date"),
    )
    assert sheet.rows[1].cells == (
        Cell("1985.06", "text"),
        Cell("#N/A", "error"),
        None,
        Cell(False, "bool"),
    )


def test_formulas_keep_their_text_and_what_they_came_to():
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c>'
        '<c r="B1" t="str"><f>"李"&amp;"明"</f><v>李明</v></c>'
        '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="D1"><f>NOW()</f></c><c r="E1" t="inlineStr"><is><t>=1+1</t></is></c></row>'
    )

    (row,) = read(raw_workbook(rows)).sheets[0].rows

    assert row.cells == (
        Cell("=1+1", "formula", 2),
        Cell('="李"&"明"', "formula", "李明"),
        Cell("#DIV/0!", "error"),
        Cell("=NOW()", "formula", None),
        Cell("=1+1", "text"),
    )
    assert [cell.text for cell in row.cells] == ["2", "李明", "#DIV/0!", "", "=1+1"]


def test_shared_strings_are_resolved():
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>'
    strings = (
        f'<sst xmlns="{NS}"><si><t>姓名</t></si><si><r><t>李</t></r><r><t>明</t></r></si></sst>'
    )

    assert values(read(raw_workbook(rows, shared_strings=strings)).sheets[0]) == [["李明", "姓名"]]


def test_rows_are_dense_and_end_with_the_last_that_has_something():
    book = Workbook()
    book.active["B3"] = "x"
    book.active["C9"] = " \u3000 "
    book.active["A30"].number_format = "@"

    (sheet,) = read(saved(book)).sheets

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ()),
        (2, ()),
        (3, (None, Cell("x", "text"))),
    ]


def test_vertical_merges_are_filled_down_and_titles_stay_one_cell():
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "花名册"
    sheet.merge_cells("A1:D1")
    sheet["A2"], sheet["B2"], sheet["B3"], sheet["B4"] = "立案庭", "李", "王", "张"
    sheet.merge_cells("A2:A4")
    sheet["C2"] = "块"
    sheet.merge_cells("C2:D3")
    sheet.merge_cells("A9:A20")

    (found,) = read(saved(book)).sheets

    assert values(found) == [
        ["花名册"],
        ["立案庭", "李", "块"],
        ["立案庭", "王", "块"],
        ["立案庭", "张"],
    ]
    before = list(found.rows)
    found.fill_merged()
    assert found.rows == before


def test_hidden_sheets_are_read_and_marked_and_empty_ones_left_out():
    book = Workbook()
    book.active.title = "空"
    for name, state in [("一", "visible"), ("二", "hidden"), ("三", "veryHidden")]:
        sheet = book.create_sheet(name)
        sheet["A1"], sheet.sheet_state = 1, state

    found = read(saved(book)).sheets

    assert [(sheet.name, sheet.hidden) for sheet in found] == [
        ("一", False),
        ("二", True),
        ("三", True),
    ]


def test_1904_dates_are_read_and_the_system_is_told():
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([date(1985, 6, 15), 29751])

    found = read(saved(book))

    assert values(found.sheets[0]) == [[date(1985, 6, 15), 29751]]
    assert found.epoch1904
    assert found.sheets[0].epoch1904
    assert not read(workbook([1])).epoch1904


def test_styles_that_openpyxl_refuses_do_not_matter():
    found = parts(sheet_xml('<row r="1"><c r="A1" s="1"><v>31213</v></c></row>'))
    found["xl/styles.xml"] = (
        f'<styleSheet xmlns="{NS}"><numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;'
        'm&quot;月&quot;"/></numFmts><fonts><font><color rgb="nonsense"/></font></fonts>'
        '<fills><fill/></fills><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>'
        "</styleSheet>"
    )
    found["docProps/core.xml"] = "<not><what it should be/></not>"

    assert values(read(package(found)).sheets[0]) == [[date(1985, 6, 15)]]


def test_numbers_beyond_any_date_are_errors_when_shown_as_dates():
    found = parts(sheet_xml('<row r="1"><c r="A1" s="1"><v>99999999</v></c></row>'))
    found["xl/styles.xml"] = (
        f'<styleSheet xmlns="{NS}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>"
    )

    (row,) = read(package(found)).sheets[0].rows

    assert row.cells == (Cell("#VALUE!", "error"),)


def test_cells_without_references_count_on():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>"

    assert values(read(raw_workbook(rows)).sheets[0]) == [[1, 2], [None, 3]]


@pytest.mark.parametrize(
    ("name", "sheets", "rows"), [("roster", 1, 132), ("roster_errors", 1, 132), ("figures", 10, 41)]
)
def test_sample_workbooks_are_read_whole(name, sheets, rows):
    found = read((SAMPLES / f"{name}.xlsx").read_bytes())

    assert [len(sheet.rows) for sheet in found.sheets] == [rows] * sheets


@pytest.mark.parametrize(
    ("row", "column", "ref"),
    [(12, 4, "D12"), (1, 26, "Z1"), (1, 27, "AA1"), (1048576, 16384, "XFD1048576")],
)
def test_cell_ref_counts_from_one(row, column, ref):
    assert cell_ref(row, column) == ref
    assert column_letter(column) == ref.rstrip("0123456789")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(12.0, "number"), "12"),
        (Cell(12.5, "number"), "12.5"),
        (Cell(" x ", "text"), "x"),
        (Cell(date(2026, 1, 2), "date"), "2026-01-02"),
        (Cell(datetime(2026, 1, 2, 3, 4), "date"), "2026-01-02 03:04"),
        (Cell("=A1", "formula", 7), "7"),
        (Cell(None, "text"), ""),
    ],
)
def test_cell_text_is_what_the_reader_sees(cell, text):
    assert cell.text == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9.90101198505110E+17", True),
        ("990101198505110000", True),
        ("19932162345", False),
        ("1.5", False),
    ],
)
def test_numbers_too_long_for_a_cell_have_lost_digits(value, expected):
    (row,) = read(raw_workbook(f'<row r="1"><c><v>{value}</v></c></row>')).sheets[0].rows
    assert row.cell(0).has_lost_digits is expected
    assert not row.cell(1).has_lost_digits


# What is refused before a process is started

PDF = b"%PDF-1.7 ..."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", ("empty_file", {}), id="empty file"),
        pytest.param(OLE, ("old_xls", {}), id="old xls"),
        pytest.param(b"\x09\x08\x10\x00\x00\x06", ("old_xls", {}), id="older xls"),
        pytest.param(
            OLE + "EncryptedPackage".encode("utf-16-le"), ("encrypted", {}), id="password"
        ),
        pytest.param(
            OLE + "WordDocument".encode("utf-16-le"), ("not_xlsx", {"looks": "doc"}), id="doc"
        ),
        pytest.param(PDF, ("not_xlsx", {"looks": "pdf"}), id="pdf"),
        pytest.param(PNG, ("not_xlsx", {"looks": "image"}), id="png"),
        pytest.param(b"\xff\xd8\xff\xe0 JFIF", ("not_xlsx", {"looks": "image"}), id="jpeg"),
        pytest.param("姓名,部门\n".encode(), ("not_xlsx", {"looks": "csv"}), id="csv utf-8"),
        pytest.param("姓名,部门".encode("gb18030"), ("not_xlsx", {"looks": "csv"}), id="csv gbk"),
        pytest.param("姓名".encode("utf-16"), ("not_xlsx", {"looks": "csv"}), id="csv utf-16"),
        pytest.param(("姓" * 3000).encode(), ("not_xlsx", {"looks": "csv"}), id="cut character"),
        pytest.param(b"\xef\xbb\xbf<html><table>", ("not_xlsx", {"looks": "html"}), id="html"),
        pytest.param(b"<?xml version='1.0'?><x/>", ("not_xlsx", {"looks": "xml"}), id="xml"),
        pytest.param(b"{\\rtf1", ("not_xlsx", {"looks": "rtf"}), id="rtf"),
        pytest.param(b"Rar!\x1a\x07", ("not_xlsx", {"looks": "rar"}), id="rar"),
        pytest.param(b"\x1f\x8b\x08", ("not_xlsx", {"looks": "gzip"}), id="gzip"),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, ("not_xlsx", {"looks": "zip"}), id="empty zip"),
        pytest.param(b"\x00\x01\x02" * 9, ("not_xlsx", {"looks": "unknown"}), id="binary"),
    ],
)
def test_files_of_another_kind_are_named_without_a_process(monkeypatch, data, expected):
    monkeypatch.setattr(sandbox_module, "run_child", None)
    assert refusal(data) == expected


def test_a_20_mb_file_is_too_large(monkeypatch):
    monkeypatch.setattr(sandbox_module, "run_child", None)
    data = b"PK\x03\x04" + b"\0" * (20 * 2**20)
    assert refusal(data) == ("too_large", {"size": 20.1, "limit": 10})
    assert refusal(workbook([1]), max_bytes=2**10)[0] == "too_large"


# What the zip directory gives away


def with_part(name, content=b"x"):
    return package(parts(sheet_xml("")) | {name: content})


def duplicated():
    out = io.BytesIO(workbook([1]))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


def flagged_encrypted():
    data = bytearray(workbook([1]))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(with_part("xl/vbaProject.bin"), "macro", id="macro project"),
        pytest.param(with_part("xl/macrosheets/sheet1.xml"), "macro", id="Excel 4 macro"),
        pytest.param(
            package(
                parts(
                    sheet_xml(""),
                    main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            ),
            "macro",
            id="macro content type",
        ),
        pytest.param(with_part("../../etc/passwd"), "corrupt", id="path upwards"),
        pytest.param(with_part("/etc/passwd"), "corrupt", id="absolute path"),
        pytest.param(with_part("C:\\x"), "corrupt", id="Windows path"),
        pytest.param(duplicated(), "corrupt", id="name twice"),
        pytest.param(flagged_encrypted(), "encrypted", id="zip password"),
        pytest.param(workbook([1])[:-200], "corrupt", id="cut off"),
        pytest.param(workbook([1])[:60], "corrupt", id="cut off early"),
        pytest.param(b"PK\x03\x04" + b"\0" * 100, "corrupt", id="zip start only"),
        pytest.param(package({"xl/x": ""}), "corrupt", id="no content types"),
        pytest.param(
            package(parts(sheet_xml('<row r="1"/>')), compression=zipfile.ZIP_BZIP2),
            "corrupt",
            id="packed otherwise",
        ),
        pytest.param(
            package({f"xl/{n}": "" for n in range(2001)}), "zip_bomb", id="thousands of parts"
        ),
    ],
)
def test_packages_are_refused_by_their_directory(data, code):
    assert refusal(data)[0] == code


@pytest.mark.parametrize(
    ("names", "looks"),
    [
        (["word/document.xml"], "docx"),
        (["ppt/presentation.xml"], "pptx"),
        (["xl/workbook.bin"], "xlsb"),
        (["content.xml", "mimetype"], "ods"),
        (["photo.jpg"], "zip"),
    ],
)
def test_other_packages_are_named(names, looks):
    assert refusal(package(dict.fromkeys(names, "x"))) == ("not_xlsx", {"looks": looks})


def test_a_macro_name_is_enough():
    assert refusal(workbook([1]), filename="ROSTER.XLSM")[0] == "macro"


# What only parsing shows


def zip_bomb():
    row = '<row r="1">' + '<c r="A1"><v>1</v></c>' * 40 + "</row>"
    return package(parts(sheet_xml(row * 100_000)))


def test_a_zip_bomb_is_not_unpacked():
    data = zip_bomb()
    assert len(data) < 2**20

    started = time.monotonic()
    assert refusal(data) == ("zip_bomb", {})
    assert time.monotonic() - started < 5


def test_a_package_that_lies_about_its_sizes_is_corrupt():
    data = bytearray(package(parts(sheet_xml("<row/>" * 50_000))))
    name = b"xl/worksheets/sheet1.xml"
    central = data.rindex(name) - 46
    data[central + 24 : central + 28] = (100).to_bytes(4, "little")

    assert refusal(bytes(data))[0] == "corrupt"


@pytest.mark.parametrize(
    ("ref", "row"),
    [("XFD1048576", 1048576), ("A60001", 60001), ("DQ1", 1), ("XFD1", 1), ("A1048576", 1048576)],
)
def test_a_far_cell_is_refused_with_its_place(ref, row):
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{ref}"><v>1</v></c></row>'
    code, params = refusal(raw_workbook(rows))
    assert (code, params["sheet"], params["ref"]) == ("far_cell", "S", ref)


def test_a_far_cell_without_anything_in_it_is_ignored():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert values(read(raw_workbook(rows)).sheets[0]) == [[1]]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
QUADRATIC = f'<!ENTITY q "{"q" * 100_000}">'


@pytest.mark.parametrize(
    ("entities", "use"),
    [
        pytest.param(LAUGHS, "&l9;", id="billion laughs"),
        pytest.param(QUADRATIC, "&q;" * 10_000, id="quadratic blow-up"),
        pytest.param('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;", id="external entity"),
    ],
)
def test_entities_are_refused_wherever_they_stand(entities, use):
    head = f"<!DOCTYPE x [{entities}]>"
    in_strings = raw_workbook(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        shared_strings=f'{head}<sst xmlns="{NS}"><si><t>{use}</t></si></sst>',
    )
    in_sheet = package(
        parts(sheet_xml(f'<row r="1"><c t="inlineStr"><is><t>{use}</t></is></c></row>', head=head))
    )
    assert refusal(in_strings)[0] == "corrupt"
    assert refusal(in_sheet)[0] == "corrupt"


def test_one_long_text_in_many_cells_is_stopped_at_the_size_of_the_answer():
    strings = f'<sst xmlns="{NS}"><si><t>{"长" * 30_000}</t></si></sst>'
    rows = "".join(
        f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>" for n in range(1, 100)
    )
    assert refusal(raw_workbook(rows, shared_strings=strings)) == ("memory", {})


def test_a_text_longer_than_a_cell_holds_is_corrupt():
    rows = f'<row r="1"><c t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'
    assert refusal(raw_workbook(rows))[0] == "corrupt"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param('<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>', id="back"),
        pytest.param('<row r="1"><c t="s"><v>7</v></c></row>', id="string that is not there"),
        pytest.param('<row r="1"><c><v>1e999</v></c></row>', id="infinite number"),
        pytest.param('<row r="1"><c r="1A"><v>1</v></c></row>', id="reference turned around"),
        pytest.param('<row r="1"><c><v>1</v></c>', id="XML that does not close"),
    ],
)
def test_damaged_sheets_are_corrupt(rows):
    assert refusal(raw_workbook(rows))[0] == "corrupt"


def test_too_many_cells_rows_and_merges_are_refused_with_the_place():
    data = workbook(*([n, n] for n in range(50)))
    assert refusal(data, limits=Limits(cells=60)) == (
        "too_many_cells",
        {"sheet": "Sheet1", "ref": "A31"},
    )
    assert refusal(data, limits=Limits(rows_in_all=40))[0] == "too_many_cells"

    merges = '<mergeCells><mergeCell ref="A1:A50"/><mergeCell ref="A1:A50"/></mergeCells>'
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 51))
    data = package(parts(sheet_xml(rows, tail=merges)))
    assert refusal(data, limits=Limits(merged_rows=90))[0] == "too_many_cells"


def test_too_many_sheets_are_refused():
    book = Workbook()
    for _ in range(60):
        book.create_sheet()
    assert refusal(saved(book)) == ("too_many_sheets", {"count": 61, "limit": 60})


def test_a_workbook_with_nothing_in_it_is_said_to_be_empty():
    assert refusal(workbook()) == ("empty_workbook", {})
    assert refusal(workbook(["", "  "])) == ("empty_workbook", {})


def test_memory_is_limited():
    rows = "".join(f'<x{n % 7} a="{n}"/>' for n in range(400_000))
    data = package(parts(sheet_xml(rows)))

    assert refusal(data, limits=Limits(memory=100 * 2**20))[0] == "memory"


def test_time_is_limited():
    rows = "".join(
        f'<row r="{n}">' + "".join(f"<c><v>{n * at}</v></c>" for at in range(100)) + "</row>"
        for n in range(1, 6000)
    )

    started = time.monotonic()
    code, params = refusal(raw_workbook(rows), limits=Limits(seconds=1))

    assert (code, params) == ("timeout", {"seconds": 1})
    assert time.monotonic() - started < 10


def test_the_child_gets_no_secrets_and_no_project(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    monkeypatch.setattr(
        sandbox_module,
        "_START",
        "import os, sys; sys.stdout.write(repr((dict(os.environ), sys.path)))",
    )
    with sandbox_module.run_child("values", b"") as answer:
        told = answer.read().decode()

    assert "do not tell" not in told
    assert str(Path(__file__).parents[2]) + "'" not in told


def test_a_child_that_dies_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(sandbox_module, "_START", "import os; os.kill(os.getpid(), 9)")
    assert refusal(workbook([1])) == ("memory", {"seconds": 60})
    monkeypatch.setattr(sandbox_module, "_START", "raise SystemExit(1)")
    assert refusal(workbook([1]))[0] == "corrupt"
    monkeypatch.setattr(sandbox_module, "_START", 'print(\'["sheet", "S", false]\')')
    assert refusal(workbook([1]))[0] == "corrupt"


def test_reading_leaves_no_file_and_no_process_open():
    before = set(os.listdir("/proc/self/fd"))

    read(workbook([1]))
    refusal(raw_workbook('<row r="1"><c t="s"><v>7</v></c></row>'))

    assert set(os.listdir("/proc/self/fd")) == before


def test_reading_works_inside_a_daemon_process():
    """A Celery prefork worker is daemonic, and may have no children made by multiprocessing."""
    code = (
        "import multiprocessing, sys\n"
        "from django.conf import settings\n"
        "settings.configure()\n"
        "from courtparty.lib.xlsx.reading import read_workbook\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "def work(): print(len(read_workbook(data, filename='x').sheets))\n"
        "p = multiprocessing.get_context('fork').Process(target=work, daemon=True)\n"
        "p.start(); p.join(); sys.exit(p.exitcode)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SAMPLES / "figures.xlsx")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "10\n")


def test_a_roster_of_5000_rows_stays_small_in_the_parent():
    rows = ([n, f"张{n}", "立案庭", "书记员"] + ["员额法官"] * 16 for n in range(5000))
    data = workbook(*rows)

    tracemalloc.start()
    found = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found.sheets[0].rows) == 5000
    assert peak < 12 * 2**20


# What is said


@pytest.mark.parametrize("code", sorted(refusals._TEXTS))
def test_every_refusal_has_a_text_that_fills_in(code):
    params = {
        "looks": "pdf", "sheet": "花名册", "ref": "XFD1048576", "size": 20.1, "limit": 10,
        "count": 61, "seconds": 60, "rows": 60000, "columns": 120,
    }  # fmt: skip
    with translation.override("en"):
        text = str(UnsafeWorkbook(code, params))
    assert "%" not in text
    assert "?" not in text


def test_messages_say_where_and_are_rendered_when_shown():
    lazy = message("far_cell", {"sheet": "花名册", "ref": "B9", "rows": 10, "columns": 5})
    with translation.override("en"):
        assert str(lazy).startswith("Sheet “花名册” has something in cell B9, far outside")
        assert "a PDF document" in str(message("not_xlsx", {"looks": "pdf"}))
        assert "a file of another kind" in str(message("not_xlsx", {"looks": "?"}))
        assert "has ? MB" in str(message("too_large"))
