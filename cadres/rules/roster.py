"""The roster workbook: its columns, how offices spell them, and what a row may hold. Pure."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

from courtparty.lib.dates import PartialDate
from courtparty.lib.people import id_birth, id_number_fault, id_sex, normal_id, normal_name
from courtparty.lib.xlsx.cells import Cell

Value = str | PartialDate | None

# Field → the headings offices write. The first is the one we write ourselves.
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "顺序号", "No.", "No", "S/N", "Serial number"),
    "name": ("姓名", "人员姓名", "干警姓名", "员工姓名", "名字", "Name", "Full name"),
    "sex": ("性别", "Sex", "Gender"),
    "ethnicity": ("民族", "Ethnicity", "Ethnic group"),
    "birth": (
        "出生年月", "出生日期", "出生年月日", "出生时间", "出生", "生日", "Date of birth",
        "Birth date", "Birthday", "Born", "Birth",
    ),
    "id_number": (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "公民身份证号",
        "居民身份证号", "居民身份证号码", "居民身份证", "身份证件号码", "身份证件号", "身份号码",
        "证件号码", "ID number", "ID No.", "ID No", "ID", "Identity number", "Citizen ID",
        "ID card", "ID card number", "Citizen ID number",
    ),
    "department": (
        "部门", "所在部门", "部门名称", "所在庭（室）", "庭（室）", "所属部门", "所属庭室",
        "工作部门", "现工作部门", "任职部门", "内设机构", "所在内设机构", "科室", "所在科室",
        "所在庭室局", "庭室局", "庭室名称", "业务庭", "业务庭室", "Department", "Division",
        "Department name",
    ),
    "title": (
        "职务", "现任职务", "现职务", "行政职务", "职务名称", "现任职务名称", "领导职务", "岗位",
        "Title", "Job title", "Post", "Position",
    ),
    "rank": (
        "职级", "职务层次", "现任职级", "现职级", "公务员职级", "职级名称", "行政级别",
        "职务职级层次", "Rank", "Grade",
    ),
    "judge_rank": (
        "法官等级", "法官级别", "法官等级名称", "法官职级", "现法官等级", "法官单独职务序列等级",
        "单独职务序列等级", "Judge rank", "Rank as a judge",
    ),
    "category": (
        "人员类别", "人员分类", "人员类型", "人员身份", "类别", "身份类别", "分类", "岗位类别",
        "Category", "Staff category", "Person category", "Type of staff",
    ),
    "work_since": (
        "参加工作时间", "参加工作年月", "参加工作日期", "参加工作", "参工时间", "参工日期",
        "工作时间", "In work since", "Work since", "Started work",
    ),
    "title_since": (
        "任现职时间", "任现职务时间", "任现职日期", "任现职年月", "任现职务日期", "任现职务年月",
        "现职务时间", "现任职务时间", "任职时间", "任职日期", "任现职", "In this title since",
        "In title since", "Title since", "In post since", "Appointed",
    ),
    "rank_since": (
        "任现职级时间", "任现职级日期", "任现职级年月", "现职级时间", "现任职级时间", "任职级时间",
        "晋升现职级时间", "任现职级", "In this rank since", "In rank since", "Rank since",
    ),
    "party_status": (
        "政治面貌", "政治面目", "政治身份", "党派", "Party status", "Political status",
        "Political affiliation",
    ),
    "party_joined": (
        "入党时间", "入党日期", "入党年月", "加入中国共产党时间", "加入中国共产党日期",
        "加入中共时间", "加入党组织时间", "加入党组织日期", "入党", "Joined the Party",
        "Party joined", "Joined Party", "Date of joining the Party",
    ),
    "party_full_since": (
        "转正时间", "转正日期", "转正年月", "预备党员转正时间", "党员转正时间", "党员转正日期",
        "入党转正时间", "转为正式党员时间", "转为正式党员日期", "Full member since",
        "Full Party member since",
    ),
    "branch": (
        "所在支部", "所在党支部", "党支部", "支部", "所属支部", "所属党支部", "党支部名称",
        "支部名称", "所在党组织", "所属党组织", "所在党支部名称", "Party branch", "Branch",
    ),
    "phone": (
        "联系电话", "手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "联系手机",
        "移动电话", "联系号码", "本人电话", "Telephone", "Phone", "Mobile", "Mobile phone",
        "Phone number", "Mobile number", "Telephone number", "Tel",
    ),
    "remark": ("备注", "备考", "Remark", "Remarks", "Note", "Notes"),
}  # fmt: skip
REQUIRED = frozenset({"name", "id_number", "department", "category", "party_status"})

# Code → the words for it. The first is the one we write ourselves.
SEXES = {"male": ("男", "男性", "male", "m"), "female": ("女", "女性", "female", "f")}
CATEGORIES = {
    "quota_judge": ("员额法官", "法官", "入额法官", "员额", "quota judge", "judge"),
    "judge_assistant": ("法官助理", "助理", "审判辅助人员（法官助理）", "judge assistant"),
    "clerk": ("书记员", "审判辅助人员（书记员）", "clerk"),
    "judicial_police": ("司法警察", "法警", "司法警察人员", "judicial police"),
    "administrative": (
        "司法行政人员", "行政人员", "司法行政", "综合行政人员", "综合管理人员",
        "administrative staff", "administrative",
    ),
    "contract": (
        "聘用制人员", "聘用人员", "聘用制", "聘用", "合同制人员", "合同制", "编外人员", "编外",
        "劳务派遣人员", "劳务派遣", "聘用制书记员", "聘用制法官助理", "合同制书记员",
        "contract staff", "contract",
    ),
}  # fmt: skip
PARTY_STATUSES = {
    "full_member": (
        "中共党员", "党员", "正式党员", "中共正式党员", "中国共产党党员", "中共党员（正式）",
        "full party member", "full member", "party member", "cpc member",
    ),
    "probationary_member": (
        "中共预备党员", "预备党员", "中国共产党预备党员", "中共党员（预备）",
        "probationary party member", "probationary member",
    ),
    "league_member": (
        "共青团员", "团员", "中国共产主义青年团团员", "youth league member", "league member",
    ),
    "other_party": (
        "民主党派", "民革党员", "民革", "民盟盟员", "民盟", "民建会员", "民建", "民进会员", "民进",
        "农工党党员", "农工党", "致公党党员", "致公党", "九三学社社员", "九三学社", "台盟盟员",
        "台盟", "member of a democratic party", "democratic party",
    ),
    "none": (
        "群众", "无党派人士", "无党派民主人士", "无党派", "普通公民", "no party", "none", "masses",
    ),
}  # fmt: skip
PARTY_MEMBERS = frozenset({"full_member", "probationary_member"})

TEXT_LIMITS = {
    "name": 60, "ethnicity": 20, "department": 80, "title": 60, "rank": 40, "judge_rank": 40,
    "branch": 80, "phone": 40, "remark": 200,
}  # fmt: skip
DATES = (
    "birth", "work_since", "title_since", "rank_since", "party_joined", "party_full_since",
)  # fmt: skip
FIELDS = tuple(name for name in HEADINGS if name != "number")

# Say nothing about a row whose ID number is somebody else's.
COMPARED_WITH_ID = frozenset({"birth_differs", "sex_differs"})

# Excel keeps fifteen digits of a number; the rest of an ID number becomes zeros.
EXACT_DIGITS = 15
ADULT = 18
SHOWN_CHARACTERS = 40


@dataclasses.dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one field of a row; ``code`` is put into words when it is shown."""

    field: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedRow:
    """The fields that could be read, by name, and everything that is wrong with the row."""

    values: dict[str, Value]
    faults: tuple[CellFault, ...]

    @property
    def is_usable(self) -> bool:
        return not any(fault.is_error for fault in self.faults)


def parse_row(cells: Mapping[str, Cell | None], *, on: date, epoch1904: bool = False) -> ParsedRow:
    """One row of the roster. ``cells``: each column the sheet has, None where it says nothing."""
    values: dict[str, Value] = {}
    faults: list[CellFault] = []
    for name in FIELDS:
        if name not in cells:
            continue
        found = _read(name, cells[name], on, epoch1904)
        if isinstance(found, CellFault):
            faults.append(found)
        else:
            values[name] = found
    faults += _contradictions(values)
    if values.get("party_status") not in PARTY_MEMBERS and values.get("branch"):
        values["branch"] = ""  # said so by branch_without_membership
    return ParsedRow(values, tuple(faults))


def _read(name: str, cell: Cell | None, on: date, epoch1904: bool) -> Value | CellFault:
    if cell is None:
        return _empty(name)
    if cell.kind == "error":
        return CellFault(name, "cell_error", {"value": _short(cell)})
    if cell.kind == "formula" or (cell.kind == "text" and cell.text.startswith("=")):
        return CellFault(name, "cell_formula")
    if name in DATES:
        return _date(name, cell, on, epoch1904)
    if name == "id_number":
        return _id_number(cell)
    if name in _WORDS:
        return _word(name, cell)
    return _text(name, cell)


def _empty(name: str) -> Value | CellFault:
    if name in ("name", "id_number", "department", "category"):
        return CellFault(name, f"{name}_missing")
    if name == "party_status":
        return "none"
    return None if name in DATES else ""


def _text(name: str, cell: Cell) -> str | CellFault:
    text = normal_name(cell.text) if name in ("name", "department", "branch") else _plain(cell.text)
    if not text:
        # Nothing but characters that nobody can see.
        return _empty(name)  # type: ignore[return-value]
    if len(text) > TEXT_LIMITS[name]:
        return CellFault(name, "too_long", {"length": len(text), "limit": TEXT_LIMITS[name]})
    if name == "name" and not any(char.isalpha() for char in text):
        return CellFault(name, "name_not_a_name", {"value": _short(cell)})
    return text


def _plain(text: str) -> str:
    """One line without control characters, which PostgreSQL and workbooks refuse."""
    shown = "".join(char if char.isprintable() or char.isspace() else "" for char in text)
    return " ".join(shown.split())


def _word(name: str, cell: Cell) -> str | CellFault:
    code = _WORDS[name].get(_key(cell.text))
    if code is None:
        return CellFault(name, f"{name}_unknown", {"value": _short(cell), "known": _KNOWN[name]})
    return code


def _date(name: str, cell: Cell, on: date, epoch1904: bool) -> PartialDate | CellFault:
    value = cell.value
    if isinstance(value, float) and re.fullmatch(r"\d{4}\.1", repr(value)):
        return CellFault(name, "date_ambiguous", {"value": _short(cell)})
    try:
        found = PartialDate.from_cell(value, epoch1904=epoch1904)
    except ValueError:
        return CellFault(name, "date_bad", {"value": _short(cell)})
    if found.first > on:
        return CellFault(name, "date_future", {"value": found.isoformat()})
    return found


def _id_number(cell: Cell) -> str | CellFault:
    if isinstance(cell.value, int | float) and abs(cell.value) >= 10**EXACT_DIGITS:
        return CellFault("id_number", "id_digits_lost")
    number = normal_id(cell.text)
    fault = id_number_fault(number)
    if fault == "length":
        return CellFault("id_number", "id_length", {"length": len(number)})
    return CellFault("id_number", f"id_{fault}") if fault else number


def _short(cell: Cell) -> str:
    text = _plain(cell.text)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _key(text: str) -> str:
    return re.sub(r"[\s()（）]+", "", text).lower()


def _by_word(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {_key(text): code for code, texts in words.items() for text in texts}


_WORDS = {
    "sex": _by_word(SEXES),
    "category": _by_word(CATEGORIES),
    "party_status": _by_word(PARTY_STATUSES),
}
_KNOWN = {
    "sex": [texts[0] for texts in SEXES.values()],
    "category": [texts[0] for texts in CATEGORIES.values()],
    "party_status": [texts[0] for texts in PARTY_STATUSES.values()],
}


Check = Callable[[Mapping[str, Any]], CellFault | None]


def _contradictions(values: Mapping[str, Value]) -> Iterable[CellFault]:
    """What two fields of a row say against each other; a field that is faulty says nothing."""
    for fields, check in _CHECKS:
        if all(values.get(name) not in (None, "") for name in fields):
            fault = check(values)
            if fault is not None:
                yield fault
    is_member = values.get("party_status") in PARTY_MEMBERS
    if is_member and values.get("branch") == "":
        yield CellFault("branch", "branch_missing", severity="warning")


def _birth_differs(values: Mapping[str, Any]) -> CellFault | None:
    born = id_birth(values["id_number"])
    if values["birth"].first <= born <= values["birth"].last:
        return None
    params = {"birth": values["birth"].isoformat(), "in_id": f"{born:%Y-%m-%d}"}
    return CellFault("birth", "birth_differs", params, "warning")


def _sex_differs(values: Mapping[str, Any]) -> CellFault | None:
    if values["sex"] == id_sex(values["id_number"]):
        return None
    return CellFault("sex", "sex_differs", severity="warning")


def _full_before_joining(values: Mapping[str, Any]) -> CellFault | None:
    full, joined = values["party_full_since"], values["party_joined"]
    if full.last >= joined.first:
        return None
    params = {"full": full.isoformat(), "joined": joined.isoformat()}
    return CellFault("party_full_since", "full_before_joining", params)


def _work_before_birth(values: Mapping[str, Any]) -> CellFault | None:
    if values["work_since"].last >= values["birth"].first:
        return None
    return CellFault("work_since", "work_before_birth")


def _joined_young(values: Mapping[str, Any]) -> CellFault | None:
    """Members are at least eighteen (Constitution of the CPC, article 1)."""
    if values["party_status"] not in PARTY_MEMBERS:
        return None
    youngest = (values["birth"].year + ADULT, values["birth"].month)
    if (values["party_joined"].year, values["party_joined"].month) >= youngest:
        return None
    return CellFault("party_joined", "joined_young", {"age": ADULT}, "warning")


def _dates_without_membership(values: Mapping[str, Any]) -> CellFault | None:
    # The democratic parties have their own days of joining, and offices write them here.
    if values["party_status"] not in ("none", "league_member"):
        return None
    return CellFault("party_joined", "dates_without_membership", severity="warning")


def _branch_without_membership(values: Mapping[str, Any]) -> CellFault | None:
    if values["party_status"] in PARTY_MEMBERS:
        return None
    return CellFault("branch", "branch_without_membership", severity="warning")


_CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("birth", "id_number"), _birth_differs),
    (("sex", "id_number"), _sex_differs),
    (("party_joined", "party_full_since"), _full_before_joining),
    (("birth", "work_since"), _work_before_birth),
    (("birth", "party_joined", "party_status"), _joined_young),
    (("party_joined", "party_status"), _dates_without_membership),
    (("branch", "party_status"), _branch_without_membership),
)


def repeated(numbers: Iterable[str | None]) -> dict[int, int]:
    """For each place at which a number stands again, the place at which it stood first."""
    first: dict[str, int] = {}
    again: dict[int, int] = {}
    for place, number in enumerate(numbers):
        if number is None:
            continue
        if first.setdefault(number, place) != place:
            again[place] = first[number]
    return again
