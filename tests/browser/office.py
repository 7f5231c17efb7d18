"""What people of a court do at the screen, step by step. Each starts from any page."""

import re
from datetime import date
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

JOB_ENDS_WITHIN = 60_000
SEND = "form.panel button[type=submit]"


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click(".plain-form button[type=submit]")
    expect(page.locator(".menu summary")).to_be_visible()


def sign_out(page: Page) -> None:
    page.click(".menu summary")
    page.click("form[action='/sign-out/'] button")
    expect(page.locator("[name=username]")).to_be_visible()


def choose_password(page: Page, password: str) -> None:
    """On the page of a one-time link, or after signing in with a first password."""
    page.fill("[name=new_password1]", password)
    page.fill("[name=new_password2]", password)
    page.click(".plain-form button[type=submit], form.panel button[type=submit]")
    page.wait_for_url(re.compile(r"//[^/]+/(my/)?$"))


def read_in(page: Page, language: str) -> None:
    """The account remembers it, for whoever signs in with it next."""
    if page.locator("html").get_attribute("lang") != language:
        page.click("form.language button")
    expect(page.locator("html")).to_have_attribute("lang", language)


def upload(page: Page, url: str, workbook: Path | dict) -> None:
    """Send a workbook; ends at the page that refuses it, or at that of its job or import."""
    page.goto(url)
    page.set_input_files("input[name=file]", workbook)
    with page.expect_navigation():
        page.click(SEND)


def wait_for_job(page: Page) -> None:
    """The page of a job shows its progress and moves on by itself when the job has ended."""
    page.wait_for_url(re.compile(r"^(?!.*/jobs/\d+/$)"), timeout=JOB_ENDS_WITHIN)


def confirm(page: Page) -> None:
    """Answer the question of a confirmation page with yes."""
    with page.expect_navigation():
        page.click(SEND)


def figures_on_cards(page: Page) -> list[str]:
    return page.locator(".kpi-value").all_inner_texts()


def rows_of(page: Page, table: str = "table.data") -> list[list[str]]:
    """The text of each cell below the heading of a table."""
    return page.locator(f"{table} tbody tr").evaluate_all(
        "rows => rows.map(row => Array.from(row.cells, cell => cell.innerText.trim()))"
    )


def follow(page: Page, link: str | Locator) -> None:
    """Go where a link leads: what the page shows may be read at once."""
    with page.expect_navigation():
        (page.locator(link).first if isinstance(link, str) else link).click()


def download(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click(link)
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def enter_document(page: Page, number: str, day: date, file: Path | None = None) -> None:
    """Fill in what a record rests on, wherever a form asks for a document."""
    page.fill("[name=number]", number)
    page.fill("[name=issued_on]", day.isoformat())
    if file:
        page.set_input_files("[name=file]", file)


def in_language(text: object, language: str) -> str:
    """The text as a reader of the language has it, given in English.

    A text left in English is none to a Chinese reader.
    """
    said = {}
    for one in ("en", language):
        with translation.override(one):
            said[one] = gettext(text) if isinstance(text, str) else str(text)
    assert language == "en" or said["en"] != said[language], f"not translated: {text}"
    return " ".join(said[language].split())
