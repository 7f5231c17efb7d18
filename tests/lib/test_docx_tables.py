from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from courtparty.lib.docx import Cell, OfficialPaper

WIDTHS = (30, 60, 66)


def written(rows, **options):
    paper = OfficialPaper(subject="表", on=date(2026, 1, 20))
    paper.table(rows, widths=WIDTHS, **options)
    return Document(BytesIO(paper.content()))


def row(*texts):
    return [Cell(text) for text in texts]


def test_cells_stand_in_their_columns():
    document = written([row("甲", "乙", "丙"), [Cell("丁", span=2), Cell("戊")]])

    (table,) = document.tables
    assert [[cell.text for cell in one.cells] for one in table.rows] == [
        ["甲", "乙", "丙"],
        ["丁", "丁", "戊"],
    ]
    widths = [cell.width for cell in table.rows[0].cells]
    assert [round(width.mm) for width in widths] == list(WIDTHS)
    assert abs(table.rows[1].cells[0].width - Mm(90)) < Mm(0.1)


def test_table_is_ruled_and_fixed():
    table = written([row("甲", "乙", "丙")]).tables[0]._element

    borders = table.tblPr.find(qn("w:tblBorders"))
    assert {side.get(qn("w:val")) for side in borders} == {"single"}
    assert len(borders) == 6
    assert table.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"


def test_heading_rows_are_repeated_and_rows_not_split():
    table = written([row("一", "二", "三"), row("甲", "乙", "丙")], heading_rows=1).tables[0]

    marks = [one._tr.trPr.find(qn("w:tblHeader")) is not None for one in table.rows]
    assert marks == [True, False]
    assert all(one._tr.trPr.find(qn("w:cantSplit")) is not None for one in table.rows)


def test_text_is_set_in_the_chinese_font_with_its_lines():
    document = written([[Cell("甲\n乙\x0b", is_bold=True, is_centred=True), *row("", "")]])

    cell = document.tables[0].rows[0].cells[0]
    assert [paragraph.text for paragraph in cell.paragraphs] == ["甲", "乙"]
    run = cell.paragraphs[0].runs[0]
    fonts = run._element.rPr.rFonts
    assert (fonts.get(qn("w:eastAsia")), fonts.get(qn("w:ascii"))) == ("仿宋", "Times New Roman")
    assert (run.bold, run.font.size.pt) == (True, 10.5)


def test_row_is_as_high_as_asked():
    table = written([[Cell("签名", span=3, height=34)]]).tables[0]

    assert abs(table.rows[0].height - Mm(34)) < Mm(0.1)


def test_row_that_does_not_fill_the_columns_is_an_error():
    with pytest.raises(ValueError, match="row 1 of the table"):
        written([row("甲", "乙", "丙"), row("甲", "乙")])


def test_two_tables_do_not_touch_and_a_page_ends():
    paper = OfficialPaper(subject="表", on=date(2026, 1, 20))
    paper.table([row("甲", "乙", "丙")], widths=WIDTHS)
    paper.table([row("甲", "乙", "丙")], widths=WIDTHS)
    paper.page_break()

    body = Document(BytesIO(paper.content())).element.body
    tags = [child.tag.rpartition("}")[2] for child in body]
    assert tags == ["tbl", "p", "tbl", "p", "p", "sectPr"]
    assert len(body.findall(".//" + qn("w:br"))) == 1
