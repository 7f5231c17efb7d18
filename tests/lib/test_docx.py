import subprocess
import sys
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from courtparty.lib.docx import OfficialPaper, chinese_day, signature_indents, text_width

ON = date(2026, 11, 3)
BODY = "中共示例县人民法院总支部委员会"


def written(**parts):
    paper = OfficialPaper(subject="关于测试的请示", on=ON)
    paper.number("示法党〔2026〕3号")
    paper.title("关于测试的请示")
    paper.addressee("示例单位")
    paper.paragraph("正文。")
    paper.items(["其一；", "其二。"])
    paper.attachments(parts.get("attachments", []))
    paper.signature(parts.get("body", BODY), chinese_day(ON))
    return paper.content()


@pytest.fixture
def document():
    return Document(BytesIO(written(attachments=["甲", "乙"])))


def paragraph(document, text):
    return next(one for one in document.paragraphs if one.text == text)


def characters(paragraph, name):
    """An indent in hundredths of a character, and in points."""
    indent = paragraph._element.pPr.ind
    return int(indent.get(qn(f"w:{name}Chars"))), int(indent.get(qn(f"w:{name}"))) / 20


def fonts(run):
    found = run._element.rPr.rFonts
    return found.get(qn("w:eastAsia")), found.get(qn("w:ascii"))


def test_the_sheet_is_a4_with_official_margins(document):
    section = document.sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 35, 28, 26]


def test_the_text_is_fangsong_at_28_points(document):
    style = document.styles["Normal"]

    assert (style.font.size, style.paragraph_format.line_spacing) == (Pt(16), Pt(28))
    assert style.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    body = paragraph(document, "正文。")
    assert fonts(body.runs[0]) == ("仿宋", "Times New Roman")
    assert body.runs[0].font.size == Pt(16)
    assert characters(body, "firstLine") == (200, 32)


def test_the_title_is_large_and_in_the_middle(document):
    title = paragraph(document, "关于测试的请示")

    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert (title.runs[0].font.size, fonts(title.runs[0])[0]) == (Pt(22), "方正小标宋简体")


def test_the_parts_come_in_their_order(document):
    assert [one.text for one in document.paragraphs if one.text] == [
        "示法党〔2026〕3号",
        "关于测试的请示",
        "示例单位：",
        "正文。",
        "1．其一；",
        "2．其二。",
        "附件：1．甲",
        "2．乙",
        BODY,
        "2026年11月3日",
    ]


def test_one_attachment_has_no_number_and_none_no_line():
    texts = [one.text for one in Document(BytesIO(written(attachments=["甲"]))).paragraphs]
    assert "附件：甲" in texts
    assert not any("附件" in one.text for one in Document(BytesIO(written())).paragraphs)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("示例县法院", (4.75, 4.0), id="shorter than the date"),
        pytest.param("示例县人民法院机关党委", (1.75, 4.0), id="longer"),
        pytest.param(BODY, (0.0, 4.25), id="so long that the date gives way"),
    ],
)
def test_signing_body_and_date_share_an_axis(body, expected):
    day = "2026年11月3日"
    of_body, of_day = signature_indents(body, day)

    assert (of_body, of_day) == expected
    assert of_body + text_width(body) / 2 == of_day + text_width(day) / 2


def test_the_signature_stands_right_and_stays_with_the_text(document):
    last, day = document.paragraphs[-5], document.paragraphs[-1]

    assert last.text == "2．乙"
    assert [one.paragraph_format.keep_with_next for one in document.paragraphs[-5:]] == [
        *[True] * 4,
        None,
    ]
    assert day.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert characters(day, "right") == (425, 68)


def test_pages_are_numbered_outside(document):
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]

    assert document.settings.odd_and_even_pages_header_footer is True
    assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    for foot in (odd, even):
        fields = foot._element.findall(qn("w:fldSimple"))
        assert [field.get(qn("w:instr")) for field in fields] == ["PAGE"]
        assert [text.text for text in foot._element.iter(qn("w:t"))] == ["— ", " —"]


def test_the_file_tells_nothing_but_its_subject():
    content = written()
    properties = Document(BytesIO(content)).core_properties

    assert (properties.title, properties.author, properties.comments) == ("关于测试的请示", "", "")
    assert properties.created.date() == ON
    with ZipFile(BytesIO(content)) as parts:
        assert parts.testzip() is None
        assert b"python-docx" not in parts.read("docProps/core.xml")


def test_what_a_document_cannot_hold_is_left_out():
    paper = OfficialPaper(subject="", on=ON)
    paper.paragraph("甲\x00\x0b乙\ufffe丙\u3000丁")

    assert Document(BytesIO(paper.content())).paragraphs[-1].text == "甲乙丙\u3000丁"


def test_the_library_is_loaded_with_the_first_paper_only():
    code = "import sys, courtparty.lib.docx; sys.exit('docx' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
