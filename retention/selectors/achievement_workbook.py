"""Reading a workbook of achievements: every row in plain values, and every fault at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from cadres.selectors.officers import ID_PURPOSE
from courtparty.accounts.models import Unit
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.dates import PartialDate
from courtparty.lib.people import normal_id, normal_name
from courtparty.lib.xlsx import (
    Cell,
    Fault,
    Table,
    find_table,
    is_blank,
    read_workbook,
    register_fault_texts,
)
from retention.models import Achievement
from retention.rules.awards import achievement_fault

MOST_ROWS = 1000
TITLE_LENGTH, TEXT_LENGTH = 120, 2000

HEADINGS = {
    "name": ("姓名", "Name"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "ID number"),
    "department": ("部门", "所在部门", "Department"),
    "title": ("成绩", "事迹", "取得成绩", "成绩名称", "What was achieved"),
    "kind": ("类别", "成绩类别", "Kind"),
    "achieved_on": ("取得日期", "日期", "取得时间", "Achieved on"),
    "description": ("说明", "事迹说明", "备注", "Description"),
}
REQUIRED = {"name", "title", "achieved_on"}
# As offices write the kinds; what is empty is "other".
KIND_WORDS = {
    "审判执行": "casework",
    "办案": "casework",
    "党建": "party_building",
    "年度考核": "annual",
    "表彰": "honour",
    "荣誉": "honour",
    "竞赛": "competition",
    "调研宣传": "research",
    "调研": "research",
    "宣传": "research",
    "急难险重": "urgent",
    "司法为民": "service",
    "其他": "other",
} | {str(kind.value): str(kind.value) for kind in Achievement.Kind}

FAULTS: dict[str, str | Promise] = {
    "award_name_missing": _("The name is missing."),
    "award_name_unknown": _("Nobody of this name is in service in the court."),
    "award_name_twice": _(
        "%(count)s officers have this name: add the department or the ID number."
    ),
    "award_id_unknown": _("No officer of this name has this ID number."),
    "award_title_missing": _("Say what was achieved."),
    "award_title_long": _("At most %(limit)s characters."),
    "award_kind_unknown": _("This kind is not known. Known are: %(known)s."),
    "award_day_missing": _("The day of the achievement is missing."),
    "award_day_unreadable": _("This is no day. Write it as 2026-03-15."),
    "award_day_month": _("Give the day, not only the month."),
    "award_day_future": _("This day lies in the future."),
    "award_day_early": _("Please check the year of this date."),
    "award_day_before_work": _("This is before the officer began to work (%(day)s)."),
    "award_row_twice": _("The same as in row %(row)s."),
    "award_too_many": _("At most %(limit)s rows at a time."),
    "award_no_rows": _("There are no achievements under the headings."),
}
register_fault_texts(FAULTS)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One achievement as read. ``is_known``: it is on record already and is left out."""

    row: int
    officer_id: int
    name: str
    title: str
    kind: str
    achieved_on: str
    description: str
    is_known: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Reading:
    """What a workbook comes to: rows to import, or faults."""

    rows: list[SheetRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    headings: dict[str, dict[str, str]] = field(default_factory=dict)
    heading_rows: dict[str, int] = field(default_factory=dict)

    @property
    def new(self) -> list[SheetRow]:
        return [row for row in self.rows if not row.is_known]


def read_achievements(content: bytes, *, filename: str, court: Unit, on: date) -> Reading:
    """Read the first sheet that has the table. UnsafeWorkbook when it can't be opened."""
    workbook = read_workbook(content, filename=filename)
    reading = Reading()
    tables = [find_table(sheet, HEADINGS, REQUIRED) for sheet in workbook.sheets]
    table = next((one for one in tables if isinstance(one, Table)), None)
    if table is None:
        first = tables[0]
        reading.faults += first if isinstance(first, list) else []
        return reading
    name = table.sheet.name
    reading.heading_rows[name] = table.heading_row
    reading.headings[name] = {table.letter(key): text for key, text in table.headings.items()}
    _read_table(reading, table, court, on)
    return reading


def _read_table(reading: Reading, table: Table, court: Unit, on: date) -> None:
    lines = list(table.rows)
    if not lines:
        reading.faults.append(Fault(table.sheet.name, table.heading_row, "", "award_no_rows"))
    if len(lines) > MOST_ROWS:
        fault = Fault(table.sheet.name, 0, "", "award_too_many", {"limit": MOST_ROWS})
        reading.faults.append(fault)
        return
    officers = _Officers(court)
    known = _known(court)
    seen: dict[tuple[int, str, str], int] = {}
    for number, cells in lines:
        row = _RowReader(table, number, cells, on)
        found = row.read(officers)
        reading.faults += row.faults
        if found is None or row.faults:
            continue
        key = (found.officer_id, found.achieved_on, found.title)
        first = seen.setdefault(key, number)
        if first != number:
            reading.faults.append(row.fault("title", "award_row_twice", row=first))
        reading.rows.append(_marked(found) if key in known else found)


def _marked(row: SheetRow) -> SheetRow:
    return SheetRow(**row.as_json() | {"is_known": True})


def _known(court: Unit) -> set[tuple[int, str, str]]:
    found = Achievement.objects.filter(officer__court=court)
    found = found.exclude(state=Achievement.State.WITHDRAWN)
    rows = found.values_list("officer", "achieved_on", "title")
    return {(officer, day.isoformat(), title) for officer, day, title in rows}


class _Officers:
    """The officers of a court in service, by name."""

    def __init__(self, court: Unit) -> None:
        self.by_name: dict[str, list[Officer]] = defaultdict(list)
        fields = ("name", "id_hash", "work_since", "department")
        found = Officer.objects.filter(court=court).in_service().select_related("department")
        for officer in found.only(*fields, "department__name", "department__name_en"):
            self.by_name[normal_name(officer.name)].append(officer)

    def matching(self, name: str, *, number: str, department: str) -> list[Officer]:
        found: Iterable[Officer] = self.by_name.get(name, [])
        if number:
            digest = keyed_hash(number, purpose=ID_PURPOSE)
            found = [one for one in found if one.id_hash == digest]
        if department and len(list(found)) > 1:
            found = [
                one for one in found if department in (one.department.name, one.department.name_en)
            ]
        return list(found)


class _RowReader:
    """One row on its way into values, collecting what is wrong with it."""

    def __init__(self, table: Table, number: int, cells: dict[str, Cell], on: date) -> None:
        self.table, self.number, self.cells, self.on = table, number, cells, on
        self.faults: list[Fault] = []

    def fault(self, column: str, code: str, **params: Any) -> Fault:
        letter = self.table.letter(column)
        return Fault(self.table.sheet.name, self.number, letter, code, params)

    def read(self, officers: _Officers) -> SheetRow | None:
        officer = self._officer(officers)
        title, kind = self._title(), self._kind()
        day = self._day(officer)
        if officer is None or day is None:
            return None
        return SheetRow(
            row=self.number,
            officer_id=officer.pk,
            name=officer.name,
            title=title,
            kind=kind,
            achieved_on=day.isoformat(),
            description=self._text("description")[:TEXT_LENGTH],
        )

    def _text(self, column: str) -> str:
        cell = self.cells.get(column)
        return "" if cell is None or is_blank(cell) else " ".join(cell.text.split())

    def _add(self, column: str, code: str, **params: Any) -> None:
        self.faults.append(self.fault(column, code, **params))

    def _officer(self, officers: _Officers) -> Officer | None:
        name, number = normal_name(self._text("name")), normal_id(self._text("id_number"))
        if not name:
            self._add("name", "award_name_missing")
            return None
        found = officers.matching(name, number=number, department=self._text("department"))
        if len(found) == 1:
            return found[0]
        if found:
            self._add("name", "award_name_twice", count=len(found))
        elif number and name in officers.by_name:
            self._add("id_number", "award_id_unknown")
        else:
            self._add("name", "award_name_unknown")
        return None

    def _title(self) -> str:
        title = self._text("title")
        if not title:
            self._add("title", "award_title_missing")
        elif len(title) > TITLE_LENGTH:
            self._add("title", "award_title_long", limit=TITLE_LENGTH)
        return title

    def _kind(self) -> str:
        words = self._text("kind")
        if words and words not in KIND_WORDS:
            known = [word for word in KIND_WORDS if not word.isascii()]
            self._add("kind", "award_kind_unknown", known=known)
        return KIND_WORDS.get(words, "other")

    def _day(self, officer: Officer | None) -> date | None:
        cell = self.cells.get("achieved_on")
        if cell is None or is_blank(cell):
            self._add("achieved_on", "award_day_missing")
            return None
        day = self._parsed(cell)
        if day is None:
            return None
        since = officer.work_since.first if officer and officer.work_since else None
        problem = achievement_fault(day, working_since=since, on=self.on)
        if problem == "future":
            self._add("achieved_on", "award_day_future")
        elif problem == "too_early":
            self._add("achieved_on", "award_day_early")
        elif problem and since:
            self._add("achieved_on", "award_day_before_work", day=since.isoformat())
        return day

    def _parsed(self, cell: Cell) -> date | None:
        try:
            found = PartialDate.from_cell(cell.content, epoch1904=self.table.sheet.epoch1904)
        except ValueError:
            self._add("achieved_on", "award_day_unreadable")
            return None
        if found.day is None:
            self._add("achieved_on", "award_day_month")
            return None
        return found.first


def template_rows() -> Iterator[list[str]]:
    """Two rows that show how the workbook is filled in."""
    yield ["张三", "", "民事审判第一庭", "审判技能竞赛一等奖", "竞赛", "2026-03-15", "市级"]
    yield ["李四", "", "立案庭", "诉讼服务先进事迹", "司法为民", "2026-04-02", ""]
