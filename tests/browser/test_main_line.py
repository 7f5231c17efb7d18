"""The main job on an empty site, as the people of a court do it, through their own browsers."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser import office
from tests.browser.conftest import PASSWORD, Site, Visitor

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
DIVISION = "民事审判第一庭"
FAULTY_CELLS = [(6, "F"), (8, "B"), (12, "E"), (15, "F"), (18, "P"), (21, "K"), (24, "F")]
COURT_ACCOUNTS = {"political": "王政工", "appraiser": "李考核", "branch": "赵支书"}


@dataclass
class Court:
    """The site, its people's windows, and what they have handed to each other on paper."""

    site: Site
    visitor: Visitor
    folder: Path
    windows: dict[str, Page] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    slips: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"{self.site.address}{path}"

    def window(self, who: str) -> Page:
        return self.windows.setdefault(who, self.visitor())

    def comes_in(self, who: str) -> Page:
        """By the one-time link somebody else handed over."""
        page = self.window(who)
        page.goto(self.links[who])
        office.choose_password(page, PASSWORD)
        return page


def test_main_line_from_an_empty_site_to_an_explained_result(new_site, visitor, tmp_path):
    court = Court(new_site, visitor, tmp_path, links={"system": new_site.link})

    the_system_administrator_opens_court_and_accounts(court)
    the_security_administrator_grants(court, "political", "political", "示例县人民法院")
    the_security_administrator_grants(court, "appraiser", "appraiser", "示例县人民法院")
    political = court.comes_in("political")
    a_faulty_roster_comes_back_with_its_seven_faults(court, political)
    the_roster_goes_in_once(court, political)
    the_figures_go_in(court, political)
    every_officer_gets_an_account(court, political)
    appraiser = court.comes_in("appraiser")
    the_civil_index_set_is_published(court, appraiser)
    a_cycle_computed_twice_is_the_same(court, appraiser)
    judge = a_judge_of_the_division()
    the_judge_reads_an_explained_result(court, judge)
    the_judge_confirms_figures_and_asks_for_a_correction(court)
    the_judge_sees_who_opened_the_id_number(court, political, judge)
    the_security_administrator_grants(court, "branch", "secretary", "第二党支部")
    a_branch_secretary_sees_the_own_branch_only(court)


# -- the platform -----------------------------------------------------------------------------


def the_system_administrator_opens_court_and_accounts(court: Court) -> None:
    page = court.comes_in("system")
    page.goto(court.url("/admin/accounts/unit/add/"))
    page.select_option("[name=kind]", "court")
    page.fill("[name=code]", "slx")
    page.fill("[name=name]", "示例县人民法院")
    page.fill("[name=name_en]", "Example County People's Court")
    page.click("[name=_save]")
    expect(page.locator("#result_list")).to_contain_text("示例县人民法院")
    for username, name in COURT_ACCOUNTS.items():
        page.goto(court.url("/accounts/create/"))
        page.fill("[name=username]", username)
        page.fill("[name=name]", name)
        page.select_option("[name=court]", label="示例县人民法院")
        page.click(office.SEND)
        court.links[username] = a_one_time_link(page)
    page.goto(court.url("/accounts/?q=security"))
    page.click("table.data tbody th a")
    court.links["security"] = a_one_time_link(page)
    office.sign_out(page)


def a_one_time_link(page: Page) -> str:
    page.click("form[action$='/link/'] button")
    return page.locator("#one-time-link").input_value()


def the_security_administrator_grants(court: Court, username: str, role: str, unit: str) -> None:
    page = court.windows.get("security") or court.comes_in("security")
    page.goto(court.url("/accounts/grants/create/"))
    page.fill("[name=account]", username)
    page.select_option("[name=role]", role)
    page.click(office.SEND.replace("[type=submit]", ""))
    choice = page.locator("[name=unit] option").filter(has_text=unit).first
    page.select_option("[name=unit]", choice.get_attribute("value"))
    page.fill("[name=basis]", "院党组会议纪要〔2026〕11号")
    page.click(office.SEND.replace("[type=submit]", ""))
    expect(page.locator(".note-success")).to_be_visible()


# -- the political department -----------------------------------------------------------------


def a_faulty_roster_comes_back_with_its_seven_faults(court: Court, page: Page) -> None:
    office.upload(page, court.url("/cadres/roster/"), SAMPLES / "roster_errors.xlsx")
    office.wait_for_job(page)

    faults = [(sheet, int(row), column[0]) for sheet, row, column, _text in office.rows_of(page)]
    assert faults == [("花名册", row, column) for row, column in FAULTY_CELLS]
    with page.expect_download() as download:
        page.click("a[href$='/errors/']")
    marked = court.folder / "marked.xlsx"
    download.value.save_as(marked)
    assert rows_marked_in_red(marked) == [row for row, _column in FAULTY_CELLS]
    assert page.request.get(court.url("/cadres/officers/")).text().count('<th scope="row">') == 0


def rows_marked_in_red(workbook: Path) -> list[int]:
    (sheet,) = load_workbook(workbook).worksheets
    (heading,) = [cell for row in sheet for cell in row if cell.value == "错误说明"]
    assert heading.column == sheet.max_column
    marked = [row[0] for row in sheet.iter_rows(heading.row + 1, min_col=heading.column)]
    filled = [cell for cell in marked if cell.value]
    assert {cell.font.color.rgb for cell in filled} == {"FFC00000"}
    return [cell.row for cell in filled]


def the_roster_goes_in_once(court: Court, page: Page) -> None:
    office.upload(page, court.url("/cadres/roster/"), SAMPLES / "roster.xlsx")
    office.wait_for_job(page)
    assert office.figures_on_cards(page) == ["126", "0", "0", "0"]
    proposed = page.locator("[aria-labelledby=new-units] tbody th").all_inner_texts()
    assert {DIVISION, "第二党支部"} <= set(proposed)
    page.click("a[href$='/confirm/']")
    office.confirm(page)
    office.wait_for_job(page)
    expect(page.locator(".note-success")).to_contain_text("126")
    page.goto(court.url("/cadres/officers/"))
    expect(page.locator(".list-footer")).to_contain_text("126")

    office.upload(page, court.url("/cadres/roster/"), SAMPLES / "roster.xlsx")
    office.wait_for_job(page)
    assert office.figures_on_cards(page) == ["0", "0", "126", "0"]


def the_figures_go_in(court: Court, page: Page) -> None:
    office.upload(page, court.url("/appraisal/figures/import/"), SAMPLES / "figures.xlsx")
    office.wait_for_job(page)
    assert office.figures_on_cards(page) == ["10", "36", "5,040", "0", "0"]
    page.click("a[href$='/confirm/']")
    office.confirm(page)
    office.wait_for_job(page)
    expect(page.locator(".note-success")).to_contain_text("5,040")


def every_officer_gets_an_account(court: Court, page: Page) -> None:
    page.goto(court.url("/cadres/officers/accounts/"))
    with page.expect_download() as download:
        page.click("button[name=action][value=open]")
    slips = court.folder / "slips.xlsx"
    download.value.save_as(slips)
    for row in load_workbook(slips).active.iter_rows(values_only=True):
        name, department, username, password = row[:4]
        if re.fullmatch("[a-z0-9]{10}", password or ""):
            court.slips[name, department] = username, password
    assert len({username for username, _password in court.slips.values()}) == 126


# -- the appraisal administrator --------------------------------------------------------------


def the_civil_index_set_is_published(court: Court, page: Page) -> None:
    page.goto(court.url("/appraisal/sets/"))
    page.click("form[action$='/install/'] button")
    page.goto(court.url("/appraisal/sets/?function=civil&staff_class=judge"))
    page.click("table.data tbody th a")
    page.click("form[action$='/check/'] button")
    page.click("a[href$='/publish/']")
    office.confirm(page)
    expect(page.locator("h1 .tag-success")).to_be_visible()


def a_cycle_computed_twice_is_the_same(court: Court, page: Page) -> None:
    page.goto(court.url("/appraisal/cycles/open/"))
    page.fill("[name=first]", "2026-01")
    page.fill("[name=last]", "2026-10")
    office.confirm(page)
    for state in ("collecting", "scoring"):
        the_cycle_moves(page, state)
    for _time in range(2):
        page.click("a[href$='/assess/']")
        office.confirm(page)
        office.wait_for_job(page)

    first, second = (code.get_attribute("title") for code in page.locator("td code").all())
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert first == second
    the_cycle_moves(page, "reviewing")


def the_cycle_moves(page: Page, state: str) -> None:
    page.click(f"a[href$='/move/{state}/']")
    office.confirm(page)
    expect(page.locator(".note-success")).to_be_visible()


# -- the judge --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judge:
    name: str
    id_number: str


def a_judge_of_the_division() -> Judge:
    for row in roster_rows():
        if (row["部门"], row["人员类别"], row["职务"]) == (DIVISION, "员额法官", "审判员"):
            return Judge(row["姓名"], row["身份证号"])
    raise AssertionError("the sample roster has no such judge")


def roster_rows() -> list[dict[str, str]]:
    rows = list(load_workbook(SAMPLES / "roster.xlsx").active.iter_rows(values_only=True))
    headings = rows[2]
    return [dict(zip(headings, row, strict=True)) for row in rows[3:] if isinstance(row[0], int)]


def the_judge_reads_an_explained_result(court: Court, judge: Judge) -> None:
    page = court.window("judge")
    username, first_password = court.slips[judge.name, DIVISION]
    office.sign_in(page, court.site.address, username, first_password)
    page.goto(court.url("/my/"))
    expect(page).to_have_url(court.url("/password/"))
    page.fill("[name=old_password]", first_password)
    office.choose_password(page, PASSWORD)
    expect(page).to_have_url(court.url("/my/"))

    page.click("a[href*='/appraisal/results/']")
    line = page.locator(".result-line").filter(has_text="审限内结案率")
    line.locator("summary").click()
    months = figures_by_month(judge.name)
    assert office.rows_of(page, ".result-line[open] table.data") == [
        [month, str(kept), str(closed), f"{month}-28", "figures.xlsx"]
        for month, kept, closed in months
    ]
    points = points_for_time_limits(months)
    expect(line.locator(".result-line-points")).to_have_text(f"{points} / 5.00")
    explained = line.locator(".panel-body p").first
    expect(explained).to_contain_text(str(sum(kept for _month, kept, _closed in months)))
    expect(explained).to_contain_text(str(sum(closed for _month, _kept, closed in months)))
    expect(explained).to_contain_text(f"{points} / 5")


def figures_by_month(name: str) -> list[tuple[str, int, int]]:
    """Month, closed within the limit, closed: of this judge, straight from the workbook."""
    return [
        (sheet.title, row[9], row[6])
        for sheet in load_workbook(SAMPLES / "figures.xlsx")
        for row in sheet.iter_rows(values_only=True)
        if (row[1], row[2]) == (DIVISION, name)
    ]


def points_for_time_limits(months: list[tuple[str, int, int]]) -> Decimal:
    """5 points for every case in time, none at 80 %, evenly between."""
    kept = sum(kept for _month, kept, _closed in months)
    closed = sum(closed for _month, _kept, closed in months)
    share = (Decimal(kept) / closed - Decimal("0.8")) / Decimal("0.2")
    return (5 * min(max(share, Decimal(0)), Decimal(1))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def the_judge_confirms_figures_and_asks_for_a_correction(court: Court) -> None:
    page = court.window("judge")
    page.goto(court.url("/appraisal/figures/mine/"))
    page.click("form[action='/appraisal/figures/mine/'] button")
    expect(page.locator("td .tag-success")).to_have_count(10)

    page.goto(court.url("/my/"))
    page.click("a[href*='/corrections/ask/?field=phone']")
    page.fill("[name=proposed]", "19900001234")
    page.fill("[name=reason]", "号码已更换")
    office.confirm(page)
    expect(page).to_have_url(court.url("/my/"))
    expect(page.locator("dd .tag-info")).to_be_visible()


def the_judge_sees_who_opened_the_id_number(court: Court, political: Page, judge: Judge) -> None:
    political.goto(court.url(f"/cadres/officers/?q={judge.name}"))
    political.click("table.data tbody th a")
    shown = political.locator("aside dl.facts")
    expect(shown).not_to_contain_text(judge.id_number)
    political.select_option("[name=reason]", index=1)
    political.click("form[action$='/reveal/'] button")
    expect(shown).to_contain_text(judge.id_number)

    page = court.window("judge")
    page.goto(court.url("/my/"))
    day, who, what, reason = office.rows_of(page, "#readings table.data")[0]
    assert day.startswith(f"{date.today():%Y-}")
    assert who.startswith(COURT_ACCOUNTS["political"])
    assert "身份证" in what
    assert reason not in ("", "—")


# -- the branch -------------------------------------------------------------------------------


def a_branch_secretary_sees_the_own_branch_only(court: Court) -> None:
    page = court.comes_in("branch")
    own = sorted(row["姓名"] for row in roster_rows() if row["所在支部"] == "第二党支部")
    elsewhere = next(row["姓名"] for row in roster_rows() if row["所在支部"] == "第一党支部")

    page.goto(court.url("/cadres/officers/"))
    assert sorted(row[0] for row in office.rows_of(page)) == own
    expect(page.locator(".list-footer")).to_contain_text(str(len(own)))
    page.goto(court.url(f"/cadres/officers/?q={elsewhere}"))
    assert office.rows_of(page) == []
    court.windows["political"].goto(court.url(f"/cadres/officers/?q={elsewhere}"))
    other = court.windows["political"].locator("table.data tbody th a").first
    address = other.evaluate("link => link.href")
    assert page.request.get(address).status == 404
