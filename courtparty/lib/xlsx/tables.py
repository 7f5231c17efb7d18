"""Finding the table in a sheet: whatever stands above, below, and in which order of columns."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from courtparty.lib.xlsx.cells import BLANK, Cell, Row, Sheet, cell_ref, column_letter
from courtparty.lib.xlsx.faults import Fault

HEADING_ROWS = 30  # a heading is looked for in the first so many rows

EMPTY_WORDS = {"无", "—", "－", "-", "--", "/", "／", "N/A", "n/a", "——"}

_BRACKETS = "()[]{}<>《》〈〉【】〔〕「」『』“”\"'‘’"
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_DECORATION = re.compile(rf"[\s*#_:{re.escape(_BRACKETS)}]")
_TOTAL = re.compile(r"合计|总计|小计|共计|累计|total|subtotal", re.IGNORECASE)
_FOOTER = re.compile(
    r"(单位|部门|分管|主管)?(负责|领导|审核|审批|审定|复核|核对|填表|填报|制表|统计|经办|联系|打印)"
    r"(单位|部门|人员|人|日期|时间|电话|签字|签名|盖章|\(|:)"
    r"|单位\(?(盖章|公章)|(填表|填报|填写|编制)?说明(:|[0-9一二三四]|$)|备?注(:|[0-9一二三四])"
    r"|(prepared|checked|approved|reviewed)by|notes?:|remarks?:",
    re.IGNORECASE,
)
_TOTAL_CELLS = 4


def normal_heading(text: str) -> str:
    """A heading without layout: '姓 名*', '姓\\n名' and '（姓名）' are all 姓名."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell says nothing, or says so: 无, —, N/A …"""
    return cell is None or cell.text == "" or cell.text in EMPTY_WORDS


def is_total(row: Row) -> bool:
    """A row of sums: 合 计, 小计 also behind a department merged down over it."""
    texts = list(islice(_texts(row), _TOTAL_CELLS))
    starts_so = bool(texts) and _TOTAL.match(texts[0]) is not None
    return starts_so or any(_TOTAL.fullmatch(text) for text in texts)


def is_footer(row: Row) -> bool:
    """Signatures and notes below a table: 审核人：, 填表说明：, 注：…"""
    return _FOOTER.match(next(_texts(row), "")) is not None


def _texts(row: Row) -> Iterator[str]:
    return (_squeezed(cell.text) for cell in row.cells if cell is not None and cell.text)


def _is_one_text(row: Row) -> bool:
    return len(list(islice(_texts(row), 2))) == 1


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet: which column holds which field (counted from 0)."""

    sheet: Sheet
    heading_row: int
    first_row: int
    columns: dict[str, int]
    unknown: list[tuple[str, str]]
    titles: list[str]
    headings: dict[str, str]

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """The data rows by number, each with a cell for every column found, blank or not."""
        after_footer = False
        for row in self.sheet.rows[self.first_row - 1 :]:
            if self._is_footer(row):
                after_footer = True
            elif not (self._is_left_out(row) or (after_footer and _is_one_text(row))):
                yield row.number, {name: row.cell(at) for name, at in self.columns.items()}

    def ref(self, row: int, field: str) -> str:
        """'D12' for a field of a row."""
        return cell_ref(row, self.columns[field] + 1)

    def letter(self, field: str) -> str:
        """The letter of a field's column, '' when the sheet has none."""
        return column_letter(self.columns[field] + 1) if field in self.columns else ""

    def _is_footer(self, row: Row) -> bool:
        """A footer fills few cells; a fuller row is read, so that no person is lost in silence."""
        if not is_footer(row):
            return False
        texts = list(_texts(row))
        is_sparse = len(texts) * 2 <= len(self.columns)
        return is_sparse or all(_FOOTER.match(text) for text in texts)

    def _is_left_out(self, row: Row) -> bool:
        cells = [row.cell(at) for at in self.columns.values()]
        if all(is_blank(cell) for cell in cells) or is_total(row):
            return True
        return self._repeats_heading(row)

    def _repeats_heading(self, row: Row) -> bool:
        """A heading printed again at the top of a page."""
        same = (
            _squeezed(row.cell(at).text) == _squeezed(self.headings[name])
            for name, at in self.columns.items()
        )
        return all(same)


@dataclass(frozen=True, slots=True)
class _Heading:
    """One row read as headings (or two, where the lower one splits what the upper one groups)."""

    row: int
    last_row: int
    texts: dict[int, str]
    fields: dict[int, str]

    @property
    def found(self) -> set[str]:
        return set(self.fields.values())


def find_table(
    sheet: Sheet, headings: Mapping[str, Sequence[str]], required: set[str]
) -> Table | list[Fault]:
    """The table under the heading row that names most of ``headings`` (field → accepted texts).

    Faults, all at once: a required heading that is missing, a field that two columns claim.
    """
    names = _by_text(headings)
    candidates = list(_candidates(sheet, names))
    fitting = [found for found in candidates if len(found.found & required) * 2 >= len(required)]
    best = max(fitting, key=lambda found: len(found.found), default=None)
    if best is None or not best.found:
        return _missing(sheet, 0, headings, required)
    faults = _missing(sheet, best.row, headings, required - best.found) + _twice(sheet, best)
    return faults or _table(sheet, best)


def _by_text(headings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for field, accepted in headings.items():
        for text in accepted:
            if names.setdefault(normal_heading(text), field) != field:
                raise ValueError(f"heading {text!r} stands for two fields")
    return names


def _candidates(sheet: Sheet, names: Mapping[str, str]) -> Iterator[_Heading]:
    for index, row in enumerate(sheet.rows[:HEADING_ROWS]):
        single = _heading(row.number, row.number, _heading_texts(row), names)
        following = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None
        yield (following and _over_two_rows(single, following, names)) or single


def _heading_texts(row: Row) -> dict[int, str]:
    return {at: cell.text for at, cell in enumerate(row.cells) if cell is not None and cell.text}


def _heading(row: int, last: int, texts: dict[int, str], names: Mapping[str, str]) -> _Heading:
    fields = {at: field for at, text in texts.items() if (field := _field(text, names))}
    return _Heading(row, last, texts, fields)


def _field(text: str, names: Mapping[str, str]) -> str | None:
    """Which field a heading names; a hint in brackets, as in 出生年月(如1985.06), is no part."""
    exact = names.get(normal_heading(text))
    if exact is not None:
        return exact
    bare = _BRACKETED.sub("", unicodedata.normalize("NFKC", text))
    return names.get(normal_heading(bare))


def _over_two_rows(upper: _Heading, row: Row, names: Mapping[str, str]) -> _Heading | None:
    """Both rows as one heading, when the lower one adds to it and is itself mostly headings."""
    lower = _heading(row.number, row.number, _heading_texts(row), names)
    repeats = sum(upper.texts.get(at) == text for at, text in lower.texts.items())
    own = len(lower.texts) - repeats
    is_merged_copy = bool(lower.texts) and own == 0
    is_heading = len(lower.found - upper.found) > 0 and len(lower.fields) * 2 >= len(lower.texts)
    if not upper.found or not (is_merged_copy or is_heading):
        return None
    both = _heading(upper.row, row.number, upper.texts | lower.texts, names)
    return both if is_merged_copy or len(both.found) > len(lower.found) else None


def _missing(
    sheet: Sheet, row: int, headings: Mapping[str, Sequence[str]], fields: set[str]
) -> list[Fault]:
    return [
        Fault(
            sheet.name,
            row,
            "",
            "heading_missing",
            {"sheet": sheet.name, "name": headings[field][0], "accepted": list(headings[field])},
        )
        for field in headings
        if field in fields
    ]


def _twice(sheet: Sheet, heading: _Heading) -> list[Fault]:
    faults, first_at = [], dict[str, int]()
    for at, field in sorted(heading.fields.items()):
        first = first_at.setdefault(field, at)
        if first != at:
            params = {
                "heading": heading.texts[at],
                "first": heading.texts[first],
                "first_ref": cell_ref(heading.row, first + 1),
            }
            letter = column_letter(at + 1)
            faults.append(Fault(sheet.name, heading.row, letter, "heading_twice", params))
    return faults


def _table(sheet: Sheet, heading: _Heading) -> Table:
    columns = {field: at for at, field in sorted(heading.fields.items())}
    return Table(
        sheet=sheet,
        heading_row=heading.row,
        first_row=heading.last_row + 1,
        columns=columns,
        unknown=[
            (text, cell_ref(heading.row, at + 1))
            for at, text in sorted(heading.texts.items())
            if at not in heading.fields
        ],
        titles=_titles(sheet.rows[: heading.row - 1]),
        headings={field: heading.texts[at] for field, at in columns.items()},
    )


def _titles(rows: Sequence[Row]) -> list[str]:
    texts = (cell.text for row in rows for cell in row.cells if cell not in (None, BLANK))
    return list(dict.fromkeys(text for text in texts if text))
