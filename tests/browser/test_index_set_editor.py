"""The editor of index sets in a real browser: live total, dragging, arrows, finding a measure."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import office

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.xdist_group("demo site")]


@pytest.fixture
def draft(demo_site, visitor) -> Page:
    """A page with a copy of a shipped set, deleted again afterwards."""
    page = visitor("en-US")
    office.sign_in(page, demo_site.address, "appraiser", demo_site.password)
    page.goto(f"{demo_site.address}/appraisal/sets/?function=civil&staff_class=judge")
    page.locator("table.data-cards tbody th a").first.click()
    page.locator("a[href$='/copy/']").click()
    page.locator(".form-actions button").click()
    page.wait_for_url(re.compile(r"/appraisal/sets/\d+/$"))
    address = page.url
    yield page
    page.goto(f"{address}delete/")
    page.locator(".form-actions button").click()
    page.wait_for_url("**/appraisal/sets/")


def codes(page: Page) -> list[str]:
    return page.locator("input[name=code]").evaluate_all("all => all.map(one => one.value)")


def weights(page: Page) -> list[str]:
    inputs = page.locator("[data-weight=base]")
    return inputs.evaluate_all("all => all.map(one => one.value)")


def test_total_is_added_up_while_typing(draft):
    first = draft.locator("[data-weight=base]").first
    before = float(first.input_value())
    expect(draft.locator("[data-total]")).to_have_text("100.00")
    expect(draft.locator("[data-total-right]")).to_be_visible()

    first.fill(str(before - 1.5))
    expect(draft.locator("[data-total]")).to_have_text("98.50")
    expect(draft.locator("[data-total-short]")).to_contain_text("1.50")
    expect(draft.locator("[data-unsaved]")).to_be_visible()

    first.fill(str(before + 2))
    expect(draft.locator("[data-total-over]")).to_contain_text("2.00")
    expect(draft.locator("[data-total-right]")).to_be_hidden()


def test_enter_in_a_weight_saves_and_moves_nothing(draft):
    order, first = codes(draft), draft.locator("[data-weight=base]").first
    first.fill("1.25")

    first.press("Enter")
    expect(draft.locator(".note-success")).to_be_visible()

    assert codes(draft) == order
    assert weights(draft)[0] == "1.25"
    expect(draft.locator("[data-total-short]")).to_be_visible()


def test_row_dragged_to_the_top_stays_there_when_saved(draft):
    order = codes(draft)
    handles = draft.locator("[data-handle]")
    start, end = handles.nth(2).bounding_box(), handles.nth(0).bounding_box()

    draft.mouse.move(start["x"] + 8, start["y"] + 8)
    draft.mouse.down()
    draft.mouse.move(end["x"] + 8, end["y"] + 4, steps=12)
    draft.mouse.up()

    moved = [order[2], *order[:2], *order[3:]]
    assert codes(draft) == moved
    draft.locator(".form-actions button").click()
    expect(draft.locator(".note-success")).to_be_visible()
    assert codes(draft) == moved


def test_arrows_move_a_row_by_the_keyboard(draft):
    order = codes(draft)
    down = draft.locator("[data-move=down]").first

    down.focus()
    draft.keyboard.press("Enter")
    draft.keyboard.press("Enter")

    assert codes(draft) == [*order[1:3], order[0], *order[3:]]
    expect(draft.locator("[data-move=down]").nth(2)).to_be_focused()


def test_measures_are_found_by_typing(draft):
    draft.goto(f"{draft.url}indicators/add/?kind=ratio")
    box = draft.locator("[data-measures]").first
    box.locator("input[value=new]").check()

    box.locator("[data-measures-search]").fill("appealed")

    visible = box.locator("label:visible input").evaluate_all("all => all.map(one => one.value)")
    assert visible[0] == "new"
    assert "appealed" in visible
    assert "pending" not in visible
    draft.go_back()
