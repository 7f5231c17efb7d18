"""Mechanism 1a in an empty court, in either language: from the missing post to money taken back."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser import office
from tests.browser.conftest import PASSWORD
from tests.browser.walk import LANGUAGES
from tests.browser.walk import Walk as CourtWalk

pytestmark = pytest.mark.browser

COURT = "示例县人民法院"
ADDRESSEE = "中共示例县委组织部"
SUBJECT = "关于设置专职党务工作岗位的请示"
CADRE = "party_affairs_cadre"
CADRE_IN_LETTERS = "专职党务干部"
STANDARD = Decimal("900.00")
# From the 16th to the end of a month of so many days, and what of it the 16th to the 20th leave
# to be taken back: counted by hand, and as a voucher writes it.
BY_HAND = {
    28: ("417.86", "肆佰壹拾柒元捌角陆分", "257.15", "贰佰伍拾柒元壹角伍分"),
    29: ("434.48", "肆佰叁拾肆元肆角捌分", "279.31", "贰佰柒拾玖元叁角壹分"),
    30: ("450.00", "肆佰伍拾元整", "300.00", "叁佰元整"),
    31: ("464.52", "肆佰陆拾肆元伍角贰分", "319.36", "叁佰壹拾玖元叁角陆分"),
}
PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"


class Days:
    """The days of the story, all in the past: it ends today."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.this_month = today.replace(day=1)
        self.paid_month = (self.this_month - timedelta(days=1)).replace(day=1)
        self.month_days = monthrange(self.paid_month.year, self.paid_month.month)[1]
        self.drafted = (self.paid_month - timedelta(days=1)).replace(day=1)
        self.sent = self.drafted.replace(day=2)
        self.answered = self.drafted.replace(day=12)
        self.received = self.drafted.replace(day=15)
        self.appointed = self.paid_month.replace(day=16)
        self.last = self.paid_month.replace(day=20)

    def vacant_since(self, day: date) -> int:
        """Both the first vacant day and today count."""
        return (self.today - day).days + 1


@dataclass
class Walk(CourtWalk):
    """One court's way through the mechanism: its people's windows, its days, its papers."""

    days: Days = field(default_factory=lambda: Days(date.today()))

    def paper(self, name: str) -> Path:
        """A scan, another one for each name."""
        path = self.folder / f"{name}.pdf"
        path.write_bytes(PDF + name.encode())
        return path

    @cached_property
    def body(self) -> str:
        """Who signs the letters: a branch's own name does not say of which court."""
        name = self.made["organisation"]
        return name if COURT in name else COURT + name

    @property
    def due(self) -> Decimal:
        return self.share(self.days.month_days - 15)

    @property
    def due_after_all(self) -> Decimal:
        return self.share(5)

    def share(self, served: int) -> Decimal:
        share = STANDARD * served / self.days.month_days
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_from_a_missing_post_to_money_taken_back(language, site, visitor, tmp_path):
    made = site.prepare("party_court", code=language.lower(), password=PASSWORD)
    walk = Walk(site, visitor, language, tmp_path, made)

    the_check_finds_nobody_fulltime(walk)
    the_cadre_drafts_a_request_from_there(walk)
    the_request_goes_out_with_its_letter(walk)
    one_cadre_is_granted(walk)
    the_ledger_shows_the_vacant_post(walk, since=walk.days.answered)
    the_political_department_sets_a_standard(walk)
    an_officer_is_appointed_in_mid_month(walk)
    the_check_finds_it_in_order(walk)
    three_people_and_the_cadre_pay_the_month(walk)
    finance_gets_the_pay_list(walk)
    the_officer_sees_line_and_post(walk)
    the_appointment_ends_with_a_back_date(walk)
    the_ledger_shows_the_vacant_post(walk, since=walk.days.last + timedelta(days=1))
    the_check_finds_nobody_fulltime_again(walk)
    the_next_month_takes_exactly_that_back(walk)
    finance_collects(walk)
    the_officer_sees_what_is_taken_back(walk)


# -- the full-time check ----------------------------------------------------------------------


def the_check_finds_nobody_fulltime(walk: Walk) -> None:
    page = walk.opens("cadre", "/cadres/fulltime/")
    expect(page.locator("table.data")).to_have_count(0)
    office.follow(page, "form[action$='/recheck/'] button")
    expect(page.locator(".note-success")).to_be_visible()

    row = nobody_fulltime(walk, page)
    expect(row).to_have_count(1)
    expect(row).to_contain_text(walk.made["organisation"])
    expect(row).to_contain_text(walk.days.today.isoformat())
    # The articles the rule rests on.
    expect(row.locator("td").first).to_contain_text(re.compile(r"\b8\D+30\b"))
    expect(row.locator("a[href*='/exceptions/record/?breach=']")).to_have_count(1)

    # The secretary sees it too, and leaves the steps to others.
    page = walk.opens("secretary", "/cadres/fulltime/")
    expect(nobody_fulltime(walk, page)).to_have_count(1)
    expect(nobody_fulltime(walk, page).locator("td").last).to_have_text(
        walk.words("Ask for a post")
    )


def nobody_fulltime(walk: Walk, page: Page) -> Locator:
    title = page.get_by_text(walk.words("No full-time Party staff"), exact=True)
    return page.locator("table.data tbody tr").filter(has=title)


def the_check_finds_it_in_order(walk: Walk) -> None:
    page = walk.opens("secretary", "/cadres/fulltime/")
    expect(page.locator("table.data tbody tr").first).to_be_visible()
    expect(nobody_fulltime(walk, page)).to_have_count(0)


def the_check_finds_nobody_fulltime_again(walk: Walk) -> None:
    page = walk.opens("cadre", "/cadres/fulltime/")
    row = nobody_fulltime(walk, page)
    expect(row).to_have_count(1)
    since = walk.days.last + timedelta(days=1)
    expect(row).to_contain_text(since.isoformat())
    page = walk.opens("political", "/cadres/fulltime/")
    row = nobody_fulltime(walk, page)
    # There is a post by now, so the next step is to fill it.
    post = walk.addresses["post"].split("/")[-2]
    expect(row.locator(f"a[href$='/appointments/make/?post={post}']")).to_have_count(1)


# -- the staffing request ---------------------------------------------------------------------


def the_cadre_drafts_a_request_from_there(walk: Walk) -> None:
    page = walk.window("cadre")
    office.follow(page, nobody_fulltime(walk, page).locator("a[href*='/requests/draft/?']"))
    expect(page.locator("[name=unit] option:checked")).to_have_text(walk.made["organisation"])
    expect(page.locator("[name=line-0-kind]")).to_have_value("fulltime_deputy")
    expect(page.locator("[name=line-0-count]")).to_have_value("1")
    page.fill("[name=addressee]", ADDRESSEE)
    page.fill("[name=title]", SUBJECT)
    page.fill("[name=on]", walk.days.drafted.isoformat())
    page.select_option("[name=line-1-kind]", CADRE)
    page.fill("[name=line-1-count]", "2")
    walk.made["reason"] = page.input_value("[name=reason]")
    assert str(walk.made["staff"]) in walk.made["reason"]
    office.confirm(page)
    expect(page).to_have_url(re.compile(r"/cadres/requests/\d+/$"))
    expect(page.locator("h1 .tag")).to_have_text(walk.words("drafted"))
    walk.addresses["request"] = page.url.removeprefix(walk.site.address)


def the_request_goes_out_with_its_letter(walk: Walk) -> None:
    page, sent = walk.window("cadre"), walk.days.sent
    office.follow(page, "a[href$='/send/']")
    page.fill("[name=number]", f"示法党〔{sent.year}〕3号")
    page.fill("[name=on]", sent.isoformat())
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words("sent, reply due"))

    letter = office.download(page, "a[href$='/letter/']", walk.folder)
    assert letter.name == f"{SUBJECT}.docx"
    paragraphs = [one.text for one in Document(str(letter)).paragraphs if one.text.strip()]
    assert paragraphs == [
        f"示法党〔{sent.year}〕3号",
        SUBJECT,
        f"{ADDRESSEE}：",
        *walk.made["reason"].splitlines(),
        "现申请核定下列岗位：",
        f"1．{walk.body}专职副书记1名；",
        f"2．{walk.body}{CADRE_IN_LETTERS}2名。",
        "妥否，请批示。",
        walk.body,
        f"{sent.year}年{sent.month}月{sent.day}日",
    ]


def one_cadre_is_granted(walk: Walk) -> None:
    page, days = walk.window("cadre"), walk.days
    office.follow(page, "a[href$='/answer/']")
    deputy, cadres = page.locator("[name^=granted_]").all()
    deputy.fill("0")
    cadres.fill("1")
    paper = walk.paper("答复")
    office.enter_document(page, f"示编〔{days.answered.year}〕18号", days.answered, paper)
    page.fill("[name=on]", days.received.isoformat())
    office.confirm(page)

    expect(page.locator("h1 .tag")).to_have_text(walk.words("partly approved"))
    rows = page.locator("table.data").first.locator("tbody tr")
    expect(rows.nth(0).locator("td.num").nth(1)).to_have_text("0")
    expect(rows.nth(1).locator("td.num").nth(1)).to_have_text("1")
    (opened,) = page.locator("table.data a[href*='/cadres/posts/']").all()
    walk.addresses["post"] = opened.get_attribute("href")
    timeline = page.locator(".timeline > li")
    expect(timeline).to_have_count(3)
    expect(timeline.first).to_contain_text(f"示编〔{days.answered.year}〕18号")
    kept = office.download(page, ".timeline a[href*='/files/']", walk.folder)
    assert kept.read_bytes() == paper.read_bytes()


# -- the establishment ------------------------------------------------------------------------


def the_ledger_shows_the_vacant_post(walk: Walk, since: date) -> None:
    page = walk.opens("secretary", "/cadres/posts/")
    ((unit, post, authorised, occupied, vacant, *_seconded, days, document),) = office.rows_of(page)
    assert unit == walk.made["organisation"]
    assert post.lower().startswith(walk.words("full-time Party-affairs cadre").lower())
    assert (authorised, occupied, vacant) == ("1", "0", "1")
    clock, day = days.split("\n")
    assert clock == str(walk.days.vacant_since(since))
    assert since.isoformat() in day
    assert document == f"示编〔{walk.days.answered.year}〕18号"


def the_political_department_sets_a_standard(walk: Walk) -> None:
    page, days = walk.opens("political", "/cadres/allowances/standards/"), walk.days
    office.follow(page, "a[href$='/standards/set/']")
    page.select_option("[name=kind]", CADRE)
    page.fill("[name=amount]", f"{STANDARD}")
    page.fill("[name=start]", days.drafted.isoformat())
    number = f"示人社〔{days.drafted.year}〕7号"
    office.enter_document(page, number, days.drafted, walk.paper("标准"))
    office.confirm(page)
    expect(page).to_have_url(re.compile(r"/cadres/allowances/standards/\d+/$"))
    expect(page.locator("aside")).to_contain_text(number)


def an_officer_is_appointed_in_mid_month(walk: Walk) -> None:
    page, days = walk.opens("political", walk.addresses["post"]), walk.days
    office.follow(page, "a[href*='/appointments/make/?post=']")
    page.fill("[name=q]", walk.made["officer"])
    office.follow(page, "form.filters button")
    (choice,) = page.locator("tbody a[href*='&officer=']").all()
    office.follow(page, choice)
    page.fill("[name=start]", days.appointed.isoformat())
    office.confirm(page)
    office.enter_document(page, f"示组任〔{days.appointed.year}〕21号", days.appointed)
    office.confirm(page)
    expect(page).to_have_url(re.compile(r"/cadres/appointments/\d+/$"))
    expect(page.locator("h1")).to_contain_text(walk.made["officer"])
    walk.addresses["appointment"] = page.url.removeprefix(walk.site.address)


def the_appointment_ends_with_a_back_date(walk: Walk) -> None:
    page, days = walk.opens("political", walk.addresses["appointment"]), walk.days
    office.follow(page, "a[href$='/end/']")
    page.fill("[name=last]", days.last.isoformat())
    page.select_option("[name=reason]", "transfer")
    office.enter_document(page, f"示组任〔{days.last.year}〕22号", days.last)
    office.confirm(page)
    expect(page.locator(".note-success")).to_be_visible()
    expect(page.locator("dl.facts").first).to_contain_text(days.last.isoformat())


# -- the allowances ---------------------------------------------------------------------------


def three_people_and_the_cadre_pay_the_month(walk: Walk) -> None:
    run = the_cadre_makes_the_run(walk, walk.days.paid_month)
    served = walk.days.month_days - 15
    assert f"{walk.due}" == BY_HAND[walk.days.month_days][0]
    assert run.lines == [
        [f"{served}/{walk.days.month_days}", f"{STANDARD}", f"{walk.due}", "0.00", f"{walk.due}"]
    ]
    assert run.kinds == [(f"{walk.days.paid_month:%Y-%m}", walk.words("allowance"))]
    the_run_is_checked_approved_and_paid(walk, run)
    walk.addresses["run"] = run.address


@dataclass(frozen=True)
class Run:
    address: str
    total: str
    capitals: str
    kinds: list[tuple[str, str]]
    # Days, standard, due, paid before and amount of each line.
    lines: list[list[str]]


def the_cadre_makes_the_run(walk: Walk, month: date) -> Run:
    page = walk.opens("cadre", "/cadres/allowances/draft/")
    page.fill("[name=month]", f"{month:%Y-%m}")
    office.confirm(page)
    office.wait_for_job(page)
    page = walk.opens("cadre", "/cadres/allowances/")
    office.follow(page, page.locator("tbody th a").filter(has_text=f"{month:%Y-%m}"))
    address = page.url.removeprefix(walk.site.address)
    total = page.locator(".kpi").first
    office.follow(page, "a[href$='/lines/']")
    rows = office.rows_of(page)
    assert [row[0] for row in rows] == [walk.made["officer"]]
    return Run(
        address,
        total.locator(".kpi-value").inner_text(),
        total.locator(".kpi-note").inner_text(),
        [(row[3], row[4]) for row in rows],
        [row[5:] for row in rows],
    )


def the_run_is_checked_approved_and_paid(walk: Walk, run: Run) -> None:
    takes_the_step(walk, "cadre", run, "submit", "to be checked")
    takes_the_step(walk, "political", run, "check", "to be approved")

    page = walk.opens("cadre", run.address)
    expect(page.locator("main a[href$='/sheet/']")).to_be_visible()
    expect(page.locator("main a[href$='/approve/']")).to_have_count(0)
    expect(page.locator("main a[href$='/check/']")).to_have_count(0)
    refused = page.request.get(f"{walk.site.address}{run.address}approve/")
    assert refused.status == 403

    takes_the_step(walk, "president", run, "approve", "approved, to be paid")
    takes_the_step(walk, "cadre", run, "pay", "paid")


def takes_the_step(walk: Walk, who: str, run: Run, step: str, state: str) -> None:
    page = walk.opens(who, run.address)
    office.follow(page, f".page-actions a[href$='/{step}/']")
    expect(page.locator("dl.facts")).to_contain_text(run.total)
    office.confirm(page)
    expect(page.locator(".note-success")).to_be_visible()
    expect(page.locator("h1 .tag")).to_have_text(walk.words(state))


def finance_gets_the_pay_list(walk: Walk) -> None:
    sheets = pay_list(walk, walk.addresses["run"])
    (line,) = rows_with(sheets["发放表"], 2, walk.made["officer"])
    due, capitals, *_rest = BY_HAND[walk.days.month_days]
    assert line[4:10] == (900, walk.days.month_days - 15, float(due), 0, 0, float(due))
    (total,) = rows_with(sheets["发放表"], 2, "合计")
    assert total[6:10] == (float(due), 0, 0, float(due))
    (in_capitals,) = rows_with(sheets["发放表"], 2, "大写金额")
    assert in_capitals[2] == capitals
    assert rows_with(sheets["待收回"], 2, "合计")[0][7] == 0


def pay_list(walk: Walk, run: str) -> dict[str, list[tuple]]:
    page = walk.opens("cadre", run)
    path = office.download(page, ".page-actions a[href$='/export/']", walk.folder)
    workbook = load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook}


def rows_with(rows: list[tuple], column: int, text: str) -> list[tuple]:
    return [row for row in rows if row[column - 1] == text]


def the_next_month_takes_exactly_that_back(walk: Walk) -> None:
    run = the_cadre_makes_the_run(walk, walk.days.this_month)
    back = walk.due - walk.due_after_all
    _due, _in_words, by_hand, in_capitals = BY_HAND[walk.days.month_days]
    assert f"{back}" == by_hand
    assert run.lines == [
        [
            f"5/{walk.days.month_days}",
            f"{STANDARD}",
            f"{walk.due_after_all}",
            f"{walk.due}",
            f"-{back}",
        ]
    ]
    assert run.kinds == [(f"{walk.days.paid_month:%Y-%m}", walk.words("recovery"))]
    assert (run.total, run.capitals) == (f"-{back}", f"负{in_capitals}")
    the_run_is_checked_approved_and_paid(walk, run)
    walk.addresses["recovery"] = run.address


def finance_collects(walk: Walk) -> None:
    sheets = pay_list(walk, walk.addresses["recovery"])
    back = float(BY_HAND[walk.days.month_days][2])
    assert rows_with(sheets["发放表"], 2, walk.made["officer"]) == []
    (total,) = rows_with(sheets["发放表"], 2, "合计")
    assert total[6:10] == (0, 0, 0, 0)
    (in_capitals,) = rows_with(sheets["发放表"], 2, "大写金额")
    assert in_capitals[2] == "零元整"
    (line,) = rows_with(sheets["待收回"], 2, walk.made["officer"])
    assert line[4:8] == (0, 0, back, back)
    (total,) = rows_with(sheets["待收回"], 2, "合计")
    assert total[7] == back


# -- the officer ------------------------------------------------------------------------------


def the_officer_sees_line_and_post(walk: Walk) -> None:
    page, days = walk.opens("officer", "/"), walk.days
    office.follow(page, "a[href='/cadres/allowances/mine/']")
    expect(page.locator("h1")).to_have_text(walk.words("My allowances"))
    ((post, month, served, standard, amount, document),) = office.rows_of(page)
    assert walk.words("full-time Party-affairs cadre") in post
    assert month == f"{days.paid_month:%Y-%m}"
    assert served == f"{days.month_days - 15}/{days.month_days}"
    assert (standard, amount) == (f"{STANDARD}", f"{walk.due}")
    assert document.startswith(f"示人社〔{days.drafted.year}〕7号")
    basis = office.download(page, "table.data a[href$='/file/']", walk.folder)
    assert basis.read_bytes() == walk.paper("标准").read_bytes()

    office.follow(page, "a[href='/cadres/my-posts/']")
    expect(page.locator("h1")).to_have_text(walk.words("My posts"))
    (held,) = page.locator("main section.panel").all()
    expect(held).to_contain_text(walk.made["organisation"])
    expect(held).to_contain_text(days.appointed.isoformat())
    expect(held).to_contain_text(f"示组任〔{days.appointed.year}〕21号")


def the_officer_sees_what_is_taken_back(walk: Walk) -> None:
    page, days = walk.opens("officer", "/cadres/allowances/mine/"), walk.days
    rows = office.rows_of(page)
    if days.this_month.year != days.paid_month.year:  # each year has a page of its own
        office.follow(page, f"a[href='?year={days.paid_month.year}']")
        rows += office.rows_of(page)
    back, paid = rows
    assert walk.words("recovery") in back[0]
    assert back[1:5] == [
        f"{days.paid_month:%Y-%m}",
        f"5/{days.month_days}",
        f"{STANDARD}",
        f"-{walk.due - walk.due_after_all}",
    ]
    assert paid[4] == f"{walk.due}"

    page = walk.opens("officer", "/cadres/my-posts/")
    (held,) = page.locator("main section.panel").all()
    expect(held).to_contain_text(days.last.isoformat())
