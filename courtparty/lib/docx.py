"""Papers in the official layout, for Word and WPS: A4, FangSong, 28 points from line to line.

The measures are those of GB/T 9704-2012 (format of official documents of Party and state
organs), seen on a secondary page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# Millimetres: sheet, then the margins above, below, left and right.
A4 = (210, 297)
MARGINS = (37, 35, 28, 26)
# Points. Size 2 is the title's, size 3 the body's, size 4 the page number's.
SIZE_2, SIZE_3, SIZE_4 = 22, 16, 14
LINE = 28
# Tables are set in size 5, as registration forms are.
SIZE_5, TABLE_LINE = 10.5, 16
TITLE_FONT, BODY_FONT, NUMBER_FONT, LATIN_FONT = "方正小标宋简体", "仿宋", "宋体", "Times New Roman"
INDENT = 2
# A signed and sealed paper keeps four characters free to the right of its date.
DATE_INDENT = 4
# What a document can't hold.
_NOT_IN_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def chinese_day(day: date) -> str:
    """The date of an official document: Arabic figures without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def text_width(text: str) -> float:
    """Roughly how many Chinese characters wide a line is: a Latin letter is half of one."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def signature_indents(body: str, day: str) -> tuple[float, float]:
    """How far signing body and date stay off the right margin, in characters.

    Both are centred on one axis. The date keeps its four characters, or more under a long name.
    """
    wider = (text_width(body) - text_width(day)) / 2
    of_day = max(float(DATE_INDENT), wider)
    return of_day - wider, of_day


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. ``height`` in millimetres is the least its row is high."""

    text: str = ""
    span: int = 1
    is_centred: bool = False
    is_bold: bool = False
    height: float = 0


class OfficialPaper:
    """A paper under way: its parts are added from top to bottom, then it is taken as bytes."""

    def __init__(self, *, subject: str, on: date) -> None:
        library = _python_docx()
        self._docx = library
        self._document: Document = library.Document()
        self._set_up_page()
        self._set_up_text()
        self._set_up_page_numbers()
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = subject, "", ""
        properties.created = properties.modified = datetime.combine(on, time())

    def number(self, text: str) -> None:
        """The document number; on a paper to a higher body it stands left, one character in."""
        self._indent(self._line(text), left=1)
        self._line()
        self._line()

    def title(self, text: str) -> None:
        paragraph = self._line(text, font=TITLE_FONT, size=SIZE_2)
        paragraph.alignment = self._docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
        self._line()

    def addressee(self, text: str) -> None:
        self._line(f"{text}：")

    def paragraph(self, text: str) -> None:
        """A paragraph of the body, its first line two characters in."""
        self._indent(self._line(text), first=INDENT)

    def items(self, texts: Sequence[str]) -> None:
        """A numbered list. The numbers are text: they stay as they are whoever opens the file."""
        for place, text in enumerate(texts, 1):
            self.paragraph(f"{place}．{text}")

    def attachments(self, names: Sequence[str]) -> None:
        """What is attached, a line below the body; numbered when there are several."""
        if not names:
            return
        self._line()
        first, *rest = _numbered(names)
        self.paragraph(f"附件：{first}")
        for name in rest:
            # Under the first name, behind the three characters that say what it is.
            self._indent(self._line(name), left=INDENT + 3)

    def table(
        self, rows: Sequence[Sequence[Cell]], *, widths: Sequence[float], heading_rows: int = 0
    ) -> None:
        """A ruled table. ``widths`` of the columns are millimetres; a cell may span several.

        The first ``heading_rows`` are repeated on each page. Built straight as XML: the library
        takes seconds for the forms of a whole court.
        """
        table = self._element("w:tbl")
        table.append(self._table_properties())
        grid = self._element("w:tblGrid")
        grid.extend(self._element("w:gridCol", w=_twips(width)) for width in widths)
        table.append(grid)
        for place, cells in enumerate(rows):
            if sum(cell.span for cell in cells) != len(widths):
                raise ValueError(f"row {place} of the table does not fill its columns")
            table.append(self._table_row(cells, widths, is_heading=place < heading_rows))
        # Two tables that touch would be read as one, so a small line follows.
        after = self._line(size=1)
        after.paragraph_format.line_spacing = self._docx.shared.Pt(4)
        after._element.addprevious(table)

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self._document.add_page_break()

    def signature(self, body: str, day: str) -> None:
        """Who signs, and the date below, both to the right."""
        # At least the last line of text goes to the next page with them.
        self._keep_with_next(self._document.paragraphs[-1])
        self._keep_with_next(self._line())
        self._keep_with_next(self._line())
        of_body, of_day = signature_indents(body, day)
        self._keep_with_next(self._right(body, of_body))
        self._right(day, of_day)

    def content(self) -> bytes:
        out = BytesIO()
        self._document.save(out)
        return out.getvalue()

    # -- tables -----------------------------------------------------------------------------

    def _table_properties(self) -> Any:
        properties = self._element("w:tblPr")
        properties.append(self._element("w:tblW", w="0", type="auto"))
        properties.append(self._element("w:jc", val="center"))
        borders = self._element("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            borders.append(
                self._element(f"w:{side}", val="single", sz="4", space="0", color="auto")
            )
        properties.append(borders)
        properties.append(self._element("w:tblLayout", type="fixed"))
        margins = self._element("w:tblCellMar")
        for side in ("left", "right"):
            margins.append(self._element(f"w:{side}", w=_twips(1.2), type="dxa"))
        properties.append(margins)
        return properties

    def _table_row(
        self, cells: Sequence[Cell], widths: Sequence[float], *, is_heading: bool
    ) -> Any:
        row, properties = self._element("w:tr"), self._element("w:trPr")
        properties.append(self._element("w:cantSplit"))
        least = max((cell.height for cell in cells), default=0)
        if least:
            properties.append(self._element("w:trHeight", val=_twips(least), hRule="atLeast"))
        if is_heading:
            properties.append(self._element("w:tblHeader"))
        row.append(properties)
        row.extend(self._table_cell(cell, width) for cell, width in _spanned(cells, widths))
        return row

    def _table_cell(self, cell: Cell, width: float) -> Any:
        found, properties = self._element("w:tc"), self._element("w:tcPr")
        properties.append(self._element("w:tcW", w=_twips(width), type="dxa"))
        if cell.span > 1:
            properties.append(self._element("w:gridSpan", val=str(cell.span)))
        properties.append(self._element("w:vAlign", val="center"))
        found.append(properties)
        for text in cell.text.split("\n"):
            found.append(self._table_paragraph(text, cell))
        return found

    def _table_paragraph(self, text: str, cell: Cell) -> Any:
        paragraph, layout = self._element("w:p"), self._element("w:pPr")
        spacing = {"before": "40", "after": "40", "line": str(TABLE_LINE * 20)}
        layout.append(self._element("w:spacing", **spacing, lineRule="atLeast"))
        layout.append(self._element("w:jc", val="center" if cell.is_centred else "left"))
        paragraph.append(layout)
        run, properties = self._element("w:r"), self._element("w:rPr")
        fonts = dict.fromkeys(("ascii", "hAnsi", "cs"), LATIN_FONT)
        properties.append(self._element("w:rFonts", **fonts, eastAsia=BODY_FONT, hint="eastAsia"))
        if cell.is_bold:
            properties.append(self._element("w:b"))
        for size in ("w:sz", "w:szCs"):
            properties.append(self._element(size, val=str(round(SIZE_5 * 2))))
        run.append(properties)
        words = self._element("w:t")
        words.text = _printable(text)
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        paragraph.append(run)
        return paragraph

    def _element(self, tag: str, **attributes: str) -> Any:
        element = self._docx.oxml.OxmlElement(tag)
        for name, value in attributes.items():
            element.set(self._name(f"w:{name}"), value)
        return element

    # -- pieces -----------------------------------------------------------------------------

    def _line(self, text: str = "", *, font: str = BODY_FONT, size: int = SIZE_3) -> "Paragraph":
        paragraph = self._document.add_paragraph()
        run = paragraph.add_run(_printable(text))
        run.font.size = self._docx.shared.Pt(size)
        self._set_fonts(run._element.get_or_add_rPr(), font)
        return paragraph

    def _keep_with_next(self, paragraph: "Paragraph") -> None:
        paragraph.paragraph_format.keep_with_next = True

    def _right(self, text: str, indent: float) -> "Paragraph":
        paragraph = self._line(text)
        paragraph.alignment = self._docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
        self._indent(paragraph, right=indent)
        return paragraph

    def _indent(
        self, paragraph: "Paragraph", *, first: float = 0, left: float = 0, right: float = 0
    ) -> None:
        """In characters, as the office counts; programs that know only lengths find these too."""
        indent = paragraph._element.get_or_add_pPr().get_or_add_ind()
        for name, characters in (("firstLine", first), ("left", left), ("right", right)):
            if characters:
                indent.set(self._name(f"w:{name}Chars"), str(round(characters * 100)))
                indent.set(self._name(f"w:{name}"), str(round(characters * SIZE_3 * 20)))

    def _set_fonts(self, properties: Any, font: str) -> None:
        fonts = properties.get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(self._name(f"w:{script}"), LATIN_FONT)
        fonts.set(self._name("w:eastAsia"), font)
        # Marks such as “ and … are drawn in the Chinese font, at its full width.
        fonts.set(self._name("w:hint"), "eastAsia")

    def _name(self, tag: str) -> str:
        return self._docx.oxml.ns.qn(tag)

    def _set_up_page(self) -> None:
        millimetres = self._docx.shared.Mm
        section = self._document.sections[0]
        section.page_width, section.page_height = map(millimetres, A4)
        section.top_margin, section.bottom_margin = map(millimetres, MARGINS[:2])
        section.left_margin, section.right_margin = map(millimetres, MARGINS[2:])
        # The foot of the page number stands 7 mm below the text.
        section.footer_distance = millimetres(MARGINS[1] - 7 - 5)

    def _set_up_text(self) -> None:
        points = self._docx.shared.Pt
        style = self._document.styles["Normal"]
        style.font.size = points(SIZE_3)
        self._set_fonts(style.element.get_or_add_rPr(), BODY_FONT)
        for language in self._document.styles.element.iter(self._name("w:lang")):
            language.set(self._name("w:eastAsia"), "zh-CN")
        layout = style.paragraph_format
        layout.line_spacing = points(LINE)
        layout.line_spacing_rule = self._docx.enum.text.WD_LINE_SPACING.EXACTLY
        layout.space_before = layout.space_after = points(0)
        layout.alignment = self._docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
        for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
            # Figures stand close to the characters around them, as in print.
            switch = self._docx.oxml.OxmlElement(name)
            switch.set(self._name("w:val"), "0")
            style.element.pPr.insert_element_before(switch, "w:spacing", "w:ind", "w:jc")

    def _set_up_page_numbers(self) -> None:
        """Odd pages bear theirs on the right, even ones on the left, one character in."""
        self._document.settings.odd_and_even_pages_header_footer = True
        section = self._document.sections[0]
        sides = self._docx.enum.text.WD_ALIGN_PARAGRAPH
        self._page_number(section.footer.paragraphs[0], sides.RIGHT, right=1)
        self._page_number(section.even_page_footer.paragraphs[0], sides.LEFT, left=1)

    def _page_number(self, paragraph: "Paragraph", side: Any, **indent: float) -> None:
        paragraph.alignment = side
        self._indent(paragraph, **indent)
        for text in ("— ", None, " —"):
            run = paragraph.add_run(text or "")
            run.font.size = self._docx.shared.Pt(SIZE_4)
            self._set_fonts(run._element.get_or_add_rPr(), NUMBER_FONT)
            if text is None:
                self._wrap_in_field(run._element, "PAGE")

    def _wrap_in_field(self, run: Any, instruction: str) -> None:
        field = self._docx.oxml.OxmlElement("w:fldSimple")
        field.set(self._name("w:instr"), instruction)
        run.addprevious(field)
        field.append(run)


def _python_docx() -> Any:
    """The library, loaded with the first paper: it takes 18 MB that most processes never need."""
    import docx  # noqa: PLC0415 - see above; this is the only place that loads it

    return docx


def _numbered(names: Sequence[str]) -> list[str]:
    if len(names) == 1:
        return list(names)
    return [f"{place}．{name}" for place, name in enumerate(names, 1)]


def _twips(millimetres: float) -> str:
    """Twentieths of a point, as tables are measured in."""
    return str(round(millimetres / 25.4 * 1440))


def _spanned(cells: Sequence[Cell], widths: Sequence[float]) -> Iterator[tuple[Cell, float]]:
    """Each cell with the width of the columns it takes."""
    start = 0
    for cell in cells:
        yield cell, sum(widths[start : start + cell.span])
        start += cell.span


def _printable(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
