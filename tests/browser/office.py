"""What people of a court do at the screen, step by step. Each starts from any page."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

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
