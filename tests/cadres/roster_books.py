"""Roster workbooks as offices make them, for tests."""

from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

from cadres.rules.roster import HEADINGS
from tests.factories import make_id_number

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
ROSTER = SAMPLES / "roster.xlsx"
ROSTER_ERRORS = SAMPLES / "roster_errors.xlsx"
ON = date(2026, 11, 22)

PLAIN_HEADINGS = {name: accepted[0] for name, accepted in HEADINGS.items()}
PERSON = {
    "number": 1,
    "name": "张海燕",
    "sex": "女",
    "ethnicity": "汉族",
    "birth": "1985.06",
    "department": "立案庭",
    "title": "审判员",
    "rank": "无",
    "judge_rank": "三级法官",
    "category": "员额法官",
    "work_since": "2008.07",
    "title_since": "2015.03",
    "rank_since": "—",
    "party_status": "中共党员",
    "party_joined": "2006.07",
    "party_full_since": "2007.07",
    "branch": "第一党支部",
    "phone": "19900000000",
    "remark": None,
}
# Another day than that of make_officer(), so that nobody is taken for one of its people.
BORN = date(1985, 6, 20)


def person(serial=2, **fields):
    """A row without a fault; an even ``serial`` is a woman's."""
    return PERSON | {"id_number": make_id_number(BORN, serial)} | fields


def roster_sheet(*people, headings=PLAIN_HEADINGS, titles=("花名册",), footer=("审核人：",)):
    """An openpyxl workbook; the first person stands in row ``len(titles) + 2``."""
    book = Workbook()
    sheet = book.active
    sheet.title = "花名册"
    for title in titles:
        sheet.append([title])
    sheet.append(list(headings.values()))
    for one in people:
        sheet.append([one.get(name) for name in headings])
    for line in footer:
        sheet.append([])
        sheet.append([line])
    return book


def content_of(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def roster(*people, **layout):
    return content_of(roster_sheet(*people, **layout))
