"""Files that are no roster, and posts, standards and runs as they can't be.

Each is sent as people send it, refused in clear words, and leaves everything as it was.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from courtparty.jobs.forms import WRONG_ENDINGS
from courtparty.lib.xlsx import message
from courtparty.lib.xlsx.faults import Fault, fault_text
from tests.browser import office
from tests.browser.conftest import PASSWORD, Site
from tests.cadres.roster_books import PLAIN_HEADINGS, person, roster
from tests.lib.workbooks import OLE, package, parts, raw_workbook, sheet_xml, workbook

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.xdist_group("demo site")]

MOST_MEMORY = 512 * 1024  # KiB
ROSTER = "/cadres/roster/"
FIGURES = "/appraisal/figures/import/"
FAR_CELL = (
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)
FULL_ROW = '<row r="1">' + '<c r="A1"><v>1</v></c>' * 40 + "</row>"
WITHOUT_ID = {name: text for name, text in PLAIN_HEADINGS.items() if name != "id_number"}
FORMULA = roster(person(2), person(4, name='=HYPERLINK("http://192.0.2.1","张三")'))


@pytest.fixture
def political(demo_site, page) -> Page:
    office.sign_in(page, demo_site.address, "political", demo_site.password)
    office.read_in(page, "zh-Hans")
    return page


def named(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def officers(page: Page, site: Site) -> str:
    page.goto(f"{site.address}/cadres/officers/?service=all")
    return re.search(r"\d+", page.locator(".list-footer p").first.inner_text())[0]


def said(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def in_chinese(text: object) -> str:
    return office.in_language(text, "zh-Hans")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("花名册.xls", OLE, WRONG_ENDINGS["xls"], id="old ending"),
        pytest.param("花名册.xlsm", workbook([1]), WRONG_ENDINGS["xlsm"], id="macro ending"),
        pytest.param(
            "花名册.csv", "姓名,身份证号".encode(), WRONG_ENDINGS["csv"], id="text ending"
        ),
    ],
)
def test_wrong_ending_is_refused_at_the_form(name, content, expected, demo_site, political):
    before = officers(political, demo_site)

    office.upload(political, demo_site.address + ROSTER, named(name, content))

    expect(political).to_have_url(demo_site.address + ROSTER)
    assert in_chinese(expected) in said(political)
    assert officers(political, demo_site) == before


@pytest.mark.parametrize(
    ("size", "expected"),
    [pytest.param(0, "空", id="nothing"), pytest.param(20 * 2**20, "20.0", id="20 MB")],
)
def test_wrong_size_is_refused_at_the_form(size, expected, demo_site, political, tmp_path):
    before = officers(political, demo_site)
    workbook = tmp_path / "花名册.xlsx"
    workbook.write_bytes(b"PK" * (size // 2))

    office.upload(political, demo_site.address + ROSTER, workbook)

    expect(political).to_have_url(demo_site.address + ROSTER)
    expect(political.locator(".invalid-feedback")).to_contain_text(expected)
    assert officers(political, demo_site) == before


@dataclass(frozen=True)
class Refused:
    """A file called .xlsx that is none, with the code and the values of its refusal."""

    content: bytes
    code: str
    values: dict


REFUSED = {
    "text": Refused("姓名,身份证号\n".encode(), "not_xlsx", {"looks": "csv"}),
    "pdf": Refused(b"%PDF-1.7\n" + b"\0" * 100, "not_xlsx", {"looks": "pdf"}),
    "old xls": Refused(OLE, "old_xls", {}),
    "password": Refused(OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", {}),
    "zip bomb": Refused(package(parts(sheet_xml(FULL_ROW * 100_000))), "zip_bomb", {}),
    "far cell": Refused(
        raw_workbook(FAR_CELL),
        "far_cell",
        {"sheet": "S", "ref": "XFD1048576", "rows": 60000, "columns": 120},
    ),
    "macros inside": Refused(
        package(
            parts(
                sheet_xml("<row/>"),
                main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
        ),
        "macro",
        {},
    ),
    "empty sheet": Refused(workbook(), "empty_workbook", {}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_unsafe_file_is_refused_in_words(case, demo_site, political):
    refused = REFUSED[case]
    before = officers(political, demo_site)

    office.upload(political, demo_site.address + ROSTER, named("花名册.xlsx", refused.content))
    office.wait_for_job(political)

    assert in_chinese(message(refused.code, refused.values)) in said(political)
    expect(political.locator("a[href$='/confirm/']")).to_have_count(0)
    assert officers(political, demo_site) == before


def test_unsafe_file_is_refused_in_english_too(demo_site, political):
    office.upload(
        political, demo_site.address + FIGURES, named("f.xlsx", REFUSED["password"].content)
    )
    office.wait_for_job(political)
    office.read_in(political, "en")

    assert "protected by a password" in said(political)
    assert not re.search("[\u4e00-\u9fff]{8}", political.locator(".note-error").inner_text())


def test_faults_name_sheet_row_and_column(demo_site, political):
    """A formula kept as text, and beside it a person whom nothing is wrong with."""
    before = officers(political, demo_site)

    office.upload(political, demo_site.address + ROSTER, named("花名册.xlsx", FORMULA))
    office.wait_for_job(political)

    ((sheet, row, column, text),) = office.rows_of(political)
    assert (sheet, row, column) == ("花名册", "4", "B · 姓名")
    fault = Fault(sheet, 4, "B", "cell_formula")
    assert text == in_chinese(fault_text(fault))
    assert officers(political, demo_site) == before


def test_missing_heading_is_named_with_what_it_may_read(demo_site, political):
    content = roster(person(2), headings=WITHOUT_ID)

    office.upload(political, demo_site.address + ROSTER, named("花名册.xlsx", content))
    office.wait_for_job(political)

    ((sheet, _row, _column, text),) = office.rows_of(political)
    assert sheet == "花名册"
    assert "公民身份号码" in text


# -- posts, appointments, standards and runs ---------------------------------------------------

MAKE = "/cadres/appointments/make/"
STANDARDS = "/cadres/allowances/standards/"
Reader = Callable[[str], Page]


@pytest.fixture(params=["zh-Hans", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture
def reader(settled, language, demo_site, visitor) -> Reader:
    """A window of one of the people of that court, in either language."""

    def sign_in(who: str) -> Page:
        page = visitor("en-US" if language == "en" else "zh-CN")
        office.sign_in(page, demo_site.address, settled["usernames"][who], PASSWORD)
        expect(page.locator("html")).to_have_attribute("lang", language)
        return page

    return sign_in


def appoint(page: Page, site: Site, *, post: int, officer: int, start: date) -> None:
    page.goto(f"{site.address}{MAKE}?post={post}&officer={officer}")
    page.fill("[name=start]", start.isoformat())
    office.confirm(page)


def appointments(page: Page, site: Site) -> list[list[str]]:
    page.goto(f"{site.address}/cadres/appointments/?state=all")
    return office.rows_of(page)


def test_appointment_before_the_officer_joined_is_refused(settled, reader, language, demo_site):
    page, officer = reader("political"), settled["other"]
    before = appointments(page, demo_site)

    post = settled["posts"]["party_affairs_cadre"]
    appoint(page, demo_site, post=post, officer=officer["pk"], start=date(1991, 7, 1))

    text = "%(name)s has been in work since %(day)s only; an appointment can't begin earlier."
    words = {"name": officer["name"], "day": officer["work_since"]}
    assert office.in_language(text, language) % words in said(page)
    expect(page.locator("[name=number]")).to_have_count(0)
    assert appointments(page, demo_site) == before


def test_second_holder_of_an_exclusive_post_is_refused(settled, reader, language, demo_site):
    page, today = reader("political"), date.today()
    before = appointments(page, demo_site)

    post, officer = settled["posts"]["secretary"], settled["other"]["pk"]
    appoint(page, demo_site, post=post, officer=officer, start=today)

    text = office.in_language("No seat of this post is free from %(day)s: %(holders)s.", language)
    held = office.in_language("held by %(name)s since %(first)s", language)
    words = {"name": settled["holder"], "first": f"{settled['paid_month']}-01"}
    assert text % {"day": today.isoformat(), "holders": held % words} in said(page)
    expect(page.locator("[name=number]")).to_have_count(0)
    assert appointments(page, demo_site) == before


def test_appointment_that_ends_before_it_starts_is_refused(settled, reader, language, demo_site):
    page = reader("political")
    before = appointments(page, demo_site)
    started = date.fromisoformat(f"{settled['paid_month']}-01")

    page.goto(f"{demo_site.address}/cadres/appointments/{settled['appointment']}/end/")
    page.fill("[name=last]", (started - timedelta(days=1)).isoformat())
    page.select_option("[name=reason]", "transfer")
    office.confirm(page)

    text = (
        "The appointment began on %(day)s: the last day in the post can't be earlier. If it was "
        "never meant, take it back as entered by mistake."
    )
    assert office.in_language(text, language) % {"day": started.isoformat()} in said(page)
    assert appointments(page, demo_site) == before


@pytest.mark.parametrize("lacks", ["everything", "the file"])
def test_standard_without_basis_is_refused(lacks, settled, reader, language, demo_site):
    page = reader("political")
    page.goto(demo_site.address + STANDARDS)
    before = office.rows_of(page)

    page.goto(f"{demo_site.address}{STANDARDS}set/")
    page.select_option("[name=kind]", "party_affairs_cadre")
    page.fill("[name=amount]", "500.00")
    page.fill("[name=start]", date.today().isoformat())
    if lacks == "the file":
        office.enter_document(page, "示人社〔2026〕99号", date.today())
    office.confirm(page)

    text = "Attach the document: a standard rests on it, and it is not on record with a file."
    if lacks == "the file":
        assert office.in_language(text, language) in said(page)
    else:
        missing = page.locator(".invalid-feedback")
        required = office.in_language("This field is required.", language)
        assert [one.strip() for one in missing.all_inner_texts()] == [required] * 2
    page.goto(demo_site.address + STANDARDS)
    assert office.rows_of(page) == before


def test_run_for_a_paid_month_is_refused(settled, reader, language, demo_site):
    page = reader("cadre")
    page.goto(f"{demo_site.address}/cadres/allowances/")
    before = office.rows_of(page)

    page.goto(f"{demo_site.address}/cadres/allowances/draft/")
    page.fill("[name=month]", settled["paid_month"])
    office.confirm(page)

    text = "The run for %(month)s is paid: later changes go into the next run."
    words = office.in_language(text, language) % {"month": settled["paid_month"]}
    expect(page.locator(".invalid-feedback")).to_have_text(words)
    page.goto(f"{demo_site.address}/cadres/allowances/")
    assert office.rows_of(page) == before


def test_approval_by_the_maker_is_refused(settled, reader, language, demo_site):
    page = reader("both")
    run = f"{demo_site.address}/cadres/allowances/{settled['checked_run']}/"
    page.goto(run)
    state = page.locator("h1 .tag").inner_text()
    assert state == office.in_language("to be approved", language)
    text = "You made this run, so somebody else has to approve it."
    assert office.in_language(text, language) in said(page)
    expect(page.locator("main a[href$='/approve/']")).to_have_count(0)

    page.goto(f"{run}approve/")
    office.confirm(page)

    text = "You made this run: maker, checker and approver are three people."
    assert office.in_language(text, language) in said(page)
    page.goto(run)
    expect(page.locator("h1 .tag")).to_have_text(state)


@pytest.fixture(scope="module", autouse=True)
def _workers_stay_small(demo_site):
    """Whatever was sent, no process of the worker ever needed more memory than it may."""
    yield
    workers = demo_site.processes("celery worker")
    assert workers
    assert max(peak_memory(worker) for worker in workers) < MOST_MEMORY


def peak_memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
