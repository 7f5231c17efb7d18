"""Mechanism 3a in a civil division, in either language: from a draft set to a read grade."""

import re
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from django.utils.text import capfirst
from playwright.sync_api import Locator, Page, expect

from appraisal.models import Cycle, FigureSheet, IndexSet
from appraisal.models.results import GRADES
from appraisal.rules.grades import Grade
from tests.browser import office
from tests.browser.civil_set import GROUPS, INDICATORS, MEANS, RATED, Wanted, write_figures
from tests.browser.conftest import PASSWORD
from tests.browser.walk import LANGUAGES, Walk

pytestmark = pytest.mark.browser

YEAR = 2025
MONTHS = [f"{YEAR}-{month:02d}" for month in range(1, 13)]
LAST = MONTHS[-1]
WORKBOOK = f"{YEAR}.xlsx"
RATERS = ("first", "second", "third", "fourth", "head")
PHONE = {"width": 390, "height": 844}
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


# What the five areas are to each expert. The geometric mean of the three is 4 : 2 : 2 : 1 : 1,
# which is 40, 20, 20, 10 and 10 of a hundred.
JUDGED = {"head": (4, 2, 2, 1, 1), "first": (4, 2, 1, 1, 1), "third": (4, 2, 4, 1, 1)}
# Against everything else that expert says: 4 is what follows from it.
CIRCLE = ((0, 4), Fraction(1, 9))

WRONG, RIGHT = 9, 19
CHANGED_IN = MONTHS[:6]  # one judgement was changed in each of these months

# By hand, of the second judge over the year:
# 240 closed of 300 asked for · 6 of 240 changed, 2.5 % · 228 of 240 in time, 95 %
# 96 of 240 settled, 40 % · 100 from the own word, 85 from the head's, 90 from three colleagues'.
POINTS = {
    "closed_cases": "32.00",
    "changed_cases": "15.00",
    "in_time": "15.00",
    "settled": "6.67",
    "studies": "8.90",
}
TOTAL = "77.57"
# Fewer than three answers would show whose they are, so the five are shown as one mean.
MEAN, ANSWERS = "89", 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_from_a_draft_set_to_an_explained_grade(language, site, visitor, tmp_path):
    made = site.prepare("appraisal_court", code=f"appraisal-{language.lower()}", password=PASSWORD)
    walk = Walk(site, visitor, language, tmp_path, made)

    a_set_is_drafted(walk)
    its_indicators_are_written(walk)
    the_graded_one_has_words_and_raters(walk)
    the_total_is_seen_while_typing(walk)
    three_experts_are_asked(walk)
    a_circle_is_refused_with_the_pair_to_reconsider(walk)
    the_others_compare(walk)
    the_weights_are_taken(walk)
    the_set_is_checked_and_published(walk)
    the_annual_cycle_begins_collecting(walk)
    figures_are_imported(walk)
    one_judge_confirms(walk)
    another_disputes(walk)
    the_owner_corrects_with_a_reason(walk)
    the_other_confirms_what_is_right_now(walk)
    five_people_rate(walk)
    collecting_is_closed(walk)
    it_is_computed_twice_and_equal(walk)
    results_are_handed_over_for_review(walk)
    the_judge_reads_every_line(walk)
    grades_are_proposed_and_decided(walk)
    the_cycle_is_closed(walk)
    the_judge_reads_the_grade(walk)


def named(walk: Walk, wanted: Wanted) -> str:
    return wanted.name if walk.language == "zh-Hans" else wanted.name_en


def told(page: Page) -> Locator:
    return page.locator(".note-success")


# -- the set ----------------------------------------------------------------------------------


def a_set_is_drafted(walk: Walk) -> None:
    page = walk.opens("appraiser", "/appraisal/sets/")
    walk.follows(page, "New set")
    page.select_option("[name=function]", "civil")
    page.select_option("[name=staff_class]", "judge")
    page.fill("[name=name]", "民事法官考核指标")
    page.fill("[name=name_en]", "Civil judges")
    page.fill("[name=basis]", "院党组会议纪要〔2026〕12号")
    page.fill("[name=review_on]", (date.today() + timedelta(days=365)).isoformat())
    walk.presses(page, "Create the draft")
    expect(told(page)).to_contain_text(walk.words("The draft is there. Add its indicators now."))
    expect(page.locator("h1 .tag")).to_have_text(walk.words(IndexSet.State.DRAFT.label))
    walk.addresses["set"] = walk.address_of(page)


def its_indicators_are_written(walk: Walk) -> None:
    page = walk.window("appraiser")
    for wanted in INDICATORS:
        office.follow(page, walk.link(page, "Add an indicator").first)
        kind = capfirst(walk.words(wanted.kind.label))
        title = page.locator(".attention-title", has_text=re.compile(rf"^\s*{kind}\s*$"))
        office.follow(page, page.locator(".attention a").filter(has=title))
        for name in ("code", "name", "name_en"):
            page.fill(f"[name={name}]", getattr(wanted, name))
        page.select_option("[name=area]", wanted.area.value)
        page.fill("[name=weight]", "20")
        for name in ("numerator", "denominator"):
            for measure in getattr(wanted, name):
                page.check(f"[name={name}][value={measure}]")
        for name, value in wanted.params:
            page.fill(f"[name={name}]", value)
        page.fill("[name=source]", "审判管理系统")
        page.fill("[name=owner]", "审判管理办公室")
        walk.presses(page, "Save")
        expect(told(page)).to_contain_text(
            walk.words("“%(name)s” is saved.", name=named(walk, wanted))
        )


def the_graded_one_has_words_and_raters(walk: Walk) -> None:
    # Saving an indicator that people rate leads to its words.
    page = walk.window("appraiser")
    expect(page).to_have_url(re.compile(r"/words/$"))
    for row, (word, (word_en, text, text_en)) in enumerate(MEANS.items()):
        expect(page.locator(f"[name=form-{row}-word]")).to_have_value(word)
        expect(page.locator(f"[name=form-{row}-word_en]")).to_have_value(word_en)
        page.fill(f"[name=form-{row}-text]", text)
        page.fill(f"[name=form-{row}-text_en]", text_en)
    walk.presses(page, "Save")
    expect(told(page)).to_contain_text(walk.words("The graded words are saved."))

    walk.follows(page, "Rater groups")
    for group, (weight, at_most) in GROUPS.items():
        page.fill(f"[name=weight_{group}]", weight)
        page.fill(f"[name=at_most_{group}]", at_most)
    expect(page.locator("[data-total]")).to_have_text("100.00")
    walk.presses(page, "Save")
    expect(told(page)).to_contain_text(walk.words("The rater groups are saved."))


def the_total_is_seen_while_typing(walk: Walk) -> None:
    page = walk.opens("appraiser", walk.addresses["set"])
    total, words = page.locator("tfoot [data-total]"), page.locator("tfoot .total-words")
    expect(total).to_have_text("100.00")
    expect(words.get_by_text(walk.words("exactly 100"))).to_be_visible()
    weight = page.locator(f"[name=weight_{RATED.code}]")
    weight.fill("12.5")
    expect(total).to_have_text("92.50")
    expect(words.get_by_text(walk.words("still missing to 100:"))).to_be_visible()
    expect(words).to_contain_text("7.50")
    weight.fill("20")
    expect(total).to_have_text("100.00")
    walk.presses(page, "Save order and weights")
    expect(told(page)).to_be_visible()
    rows = page.locator("[data-rows] tr")
    expect(rows).to_have_count(len(INDICATORS))
    for row, wanted in enumerate(INDICATORS):
        expect(rows.nth(row).locator("th")).to_contain_text(named(walk, wanted))


# -- the weights ------------------------------------------------------------------------------


def three_experts_are_asked(walk: Walk) -> None:
    page = walk.opens("appraiser", walk.addresses["set"])
    walk.follows(page, "Weights by pairwise comparison")
    for expert in JUDGED:
        name = walk.made["names"][expert]
        office.follow(page, walk.link(page, "Ask an expert"))
        page.fill("[name=q]", name)
        walk.presses(page, "Search")
        found = page.locator("tbody tr", has_text=name)
        with page.expect_navigation():
            found.get_by_role("button", name=walk.words("Ask")).click()
        expect(told(page)).to_contain_text(name)
    expect(page.locator("tbody tr")).to_have_count(len(JUDGED))
    expect(walk.link(page, "Take the weights")).to_have_count(0)


def opens_comparisons(walk: Walk, expert: str) -> Page:
    """From what needs this person today."""
    page = walk.opens(expert, "/")
    walk.opens(expert, "/appraisal/weights/")
    set_name = "民事法官考核指标" if walk.language == "zh-Hans" else "Civil judges"
    office.follow(page, page.locator("tbody th a", has_text=set_name))
    walk.reads(page)
    return page


def slider(walk: Walk, page: Page, pair: tuple[int, int]) -> Locator:
    one, other = (capfirst(walk.words(INDICATORS[place].area.label)) for place in pair)
    compared = walk.words("compared with")
    return page.get_by_role("slider", name=re.compile(rf"^{one}\s*{compared}\s*{other}$"))


def compares(walk: Walk, page: Page, expert: str, but: dict[tuple[int, int], Fraction]) -> None:
    given = JUDGED[expert]
    for pair in combinations(range(len(INDICATORS)), 2):
        value = but.get(pair, Fraction(given[pair[0]], given[pair[1]]))
        moves(slider(walk, page, pair), value)


def moves(control: Locator, value: Fraction) -> None:
    """From nine to the left over one in the middle to nine to the right."""
    place = 9 - value if value >= 1 else 7 + 1 / value
    if place == 8:
        control.press("Enter")  # it stands in the middle: that is meant
    else:
        control.fill(str(place))


def fits_together(walk: Walk, page: Page) -> None:
    text = "All pairs are compared and fit together: CR %(cr)s (below 0.10)."
    expect(page.locator("#weight-figures")).to_contain_text(walk.words(text, cr="0.00"))


def a_circle_is_refused_with_the_pair_to_reconsider(walk: Walk) -> None:
    expert, (pair, value) = "head", CIRCLE
    page = opens_comparisons(walk, expert)
    expect(page.locator("[data-pair]")).to_have_count(10)
    compares(walk, page, expert, {pair: value})
    expect(page.locator("#weight-figures .note-warning")).to_be_visible()
    expect(page.locator("#pair-0-4")).to_have_class(re.compile("is-worst"))
    walk.presses(page, "Save and hand in")
    walk.presses(page, "Hand in")

    # The more important of the two is named first: what is given, and what the rest implies.
    quantity, research = (capfirst(walk.words(INDICATORS[place].area.label)) for place in pair)
    given = "“%(one)s” is extremely more important than “%(other)s” (9)"
    implied = "“%(one)s” is moderately to strongly more important than “%(other)s” (4)"
    refusal = page.locator(".note-error")
    expect(refusal).to_contain_text(walk.words(given, one=research, other=quantity))
    expect(refusal).to_contain_text(walk.words(implied, one=quantity, other=research))
    walk.link(page, "Go to this pair").click()
    moves(slider(walk, page, pair), Fraction(4))
    fits_together(walk, page)
    hands_in_comparisons(walk, page)


def hands_in_comparisons(walk: Walk, page: Page) -> None:
    walk.presses(page, "Save and hand in")
    walk.presses(page, "Hand in")
    expect(told(page)).to_contain_text(walk.words("Your comparisons are handed in. Thank you."))


def the_others_compare(walk: Walk) -> None:
    for expert in ("first", "third"):
        page = opens_comparisons(walk, expert)
        compares(walk, page, expert, {})
        fits_together(walk, page)
        hands_in_comparisons(walk, page)


def the_weights_are_taken(walk: Walk) -> None:
    page = walk.opens("appraiser", f"{walk.addresses['set']}weights/")
    weights = [wanted.weight for wanted in INDICATORS]
    proposed = page.get_by_role("region", name=walk.words("Weights now, and by the experts"))
    expect(proposed.locator("tbody td:nth-child(4)")).to_have_text(weights)
    office.follow(page, walk.link(page, "Take the weights"))
    walk.presses(page, "Take the weights")
    expect(told(page)).to_contain_text(
        walk.words("The weights are in the set. They total exactly 100.")
    )
    for expert in JUDGED:
        expect(page.locator("dl.facts")).to_contain_text(walk.made["names"][expert])
    page = walk.opens("appraiser", walk.addresses["set"])
    for wanted in INDICATORS:
        expect(page.locator(f"[name=weight_{wanted.code}]")).to_have_value(wanted.weight)
    expect(page.locator("tfoot [data-total]")).to_have_text("100.00")


# -- check and publication --------------------------------------------------------------------


def the_set_is_checked_and_published(walk: Walk) -> None:
    page = walk.opens("appraiser", walk.addresses["set"])
    walk.presses(page, "Check")
    walk.reads(page)
    expect(told(page)).to_contain_text(
        walk.words("The set has passed its check. It can be published now.")
    )
    for principle in ("Comprehensiveness", "Pertinence", "Operability", "Adaptability"):
        panel = page.locator("section.panel", has=page.get_by_text(walk.words(principle)))
        expect(panel.first).to_be_visible()
    expect(page.locator(".tag-danger")).to_have_count(0)
    walk.follows(page, "Publish")
    walk.presses(page, "Publish")
    expect(page.locator("h1 .tag")).to_have_text(walk.words(IndexSet.State.PUBLISHED.label))
    expect(page.locator("[data-arrange]")).to_have_count(0)


# -- the cycle --------------------------------------------------------------------------------


def the_annual_cycle_begins_collecting(walk: Walk) -> None:
    page = walk.opens("appraiser", "/appraisal/cycles/")
    office.follow(page, walk.link(page, "Open a cycle").first)
    page.select_option("[name=kind]", "annual")
    page.fill("[name=first]", MONTHS[0])
    page.fill("[name=last]", LAST)
    walk.presses(page, "Open the cycle")
    expect(page.locator("h1")).to_contain_text(str(YEAR))
    walk.addresses["cycle"] = walk.address_of(page)
    moves_on(walk, "Begin collecting", Cycle.State.COLLECTING)


def moves_on(walk: Walk, step: str, state: Cycle.State) -> Page:
    page = walk.opens("appraiser", walk.addresses["cycle"])
    walk.follows(page, step)
    walk.presses(page, step)
    label = walk.words(state.label)
    expect(told(page)).to_contain_text(walk.words("The cycle is now: %(state)s.", state=label))
    expect(page.locator("h1 .tag")).to_have_text(label)
    return page


# -- the figures ------------------------------------------------------------------------------


def figures_workbook(walk: Walk) -> Path:
    """A year of the division, with a slip in the last month of one judge."""
    figures = {
        who: {month: {"改判": int(month in CHANGED_IN)} for month in MONTHS}
        for who in RATERS
        if who != "head"
    }
    figures["second"][LAST]["审限内结案"] = WRONG
    path = walk.folder / WORKBOOK
    by_name = {walk.made["names"][who]: months for who, months in figures.items()}
    write_figures(path, walk.made["court"], walk.made["division"], by_name)
    return path


def figures_are_imported(walk: Walk) -> None:
    page = walk.opens("political", "/appraisal/figures/import/")
    office.upload(page, page.url, figures_workbook(walk))
    office.wait_for_job(page)
    judges, measures = len(RATERS) - 1, 14
    counted = len(MONTHS) * judges * measures
    assert office.figures_on_cards(page) == ["12", f"{judges}", f"{counted}", "0", "0"]
    walk.follows(page, "Continue to the import")
    office.confirm(page)
    office.wait_for_job(page)
    expect(told(page)).to_contain_text(f"{counted}")


def one_judge_confirms(walk: Walk) -> None:
    page = walk.opens("first", "/appraisal/figures/mine/")
    with page.expect_navigation():
        page.locator(".page-actions button").click()
    confirmed = walk.words(FigureSheet.State.CONFIRMED.label)
    expect(page.locator("tbody td .tag-success")).to_have_text([confirmed] * len(MONTHS))


def month_of(page: Page, month: str) -> Locator:
    return page.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=month))


def another_disputes(walk: Walk) -> None:
    page = walk.opens("second", "/appraisal/figures/mine/")
    dispute = month_of(page, LAST).get_by_role("link", name=walk.words("Dispute"))
    office.follow(page, dispute)
    page.fill("[name=reason]", "十件案件的结案日期登记有误")
    walk.presses(page, "Dispute these figures")
    disputed = walk.words(FigureSheet.State.DISPUTED.label)
    expect(month_of(page, LAST).locator(".tag-danger")).to_have_text(disputed)


def the_owner_corrects_with_a_reason(walk: Walk) -> None:
    page = walk.opens("political", "/appraisal/figures/?state=disputed")
    office.follow(page, page.locator("tbody th a", has_text=walk.made["names"]["second"]))
    expect(page.locator(".note-warning")).to_contain_text("登记有误")
    office.follow(page, walk.link(page, "Correct"))
    field = page.locator("tbody tr", has_text=in_time_label(walk))
    expect(field.locator("td.num")).to_have_text(str(WRONG))
    field.locator("input").fill(str(RIGHT))
    walk.presses(page, "Correct")
    expect(page.locator(".invalid-feedback, .field-error").first).to_be_visible()  # no reason yet
    page.fill("[name=reason]", "经与案件系统核对，更正")
    walk.presses(page, "Correct")
    expect(told(page)).to_contain_text(
        walk.words("Corrected. The officer is asked to look at it and confirm.")
    )
    history = page.locator("aside .timeline")
    expect(history.locator("del")).to_have_text(str(WRONG))
    expect(history.locator("ins")).to_have_text(str(RIGHT))
    expect(history).to_contain_text("经与案件系统核对，更正")


def in_time_label(walk: Walk) -> str:
    """The measure, as the tables of measures have it."""
    return "审限内结案" if walk.language == "zh-Hans" else "Closed within the time limit"


def the_other_confirms_what_is_right_now(walk: Walk) -> None:
    page = walk.opens("second", "/appraisal/figures/mine/")
    expect(page.locator(".timeline")).to_contain_text("经与案件系统核对，更正")
    row = month_of(page, LAST)
    expect(row.locator("td.is-changed")).to_have_text(str(RIGHT))
    with page.expect_navigation():
        row.get_by_role("button", name=walk.words("Confirm")).click()
    confirmed = walk.words(FigureSheet.State.CONFIRMED.label)
    expect(month_of(page, LAST).locator(".tag")).to_have_text(confirmed)


# -- the ratings ------------------------------------------------------------------------------


def five_people_rate(walk: Walk) -> None:
    for rater in RATERS:
        page = walk.opens(rater, "/appraisal/ratings/")
        if rater == "third":
            page.set_viewport_size(PHONE)
        office.follow(page, page.locator(".attention a"))
        rates_everybody(walk, page, rater)
        if rater == "third":
            assert page.evaluate(TOO_WIDE) == 0
        second_window = page.context.new_page() if rater == "first" else None
        if second_window:
            second_window.goto(page.url)
        hands_in_ratings(walk, page)
        if second_window:
            rating_twice_is_refused(walk, second_window)
    page = walk.opens("appraiser", f"{walk.addresses['cycle']}")
    walk.follows(page, "Ratings")
    expect(page.locator(".rating-return").first).to_contain_text("100")


def card_of(page: Page, name: str) -> Locator:
    legend = page.locator("legend.rating-name", has_text=name)
    return page.locator(".rating-card").filter(has=legend)


def taps(walk: Walk, card: Locator, word: str) -> None:
    said = MEANS[word][0] if walk.language == "en" else word
    card.get_by_text(said, exact=True).click()


def rates_everybody(walk: Walk, page: Page, rater: str) -> None:
    """Oneself excellent, the others good; only the first thinks the second excellent."""
    expect(page.locator(".rating-card")).to_have_count(len(RATERS) - 1)
    for ratee in RATERS[:-1]:
        is_high = ratee == rater or (rater, ratee) == ("first", "second")
        card = card_of(page, walk.made["names"][ratee])
        taps(walk, card, "优秀" if is_high else "良好")
        state = card.get_by_role("status")
        expect(state).to_contain_text(walk.words("all answered, not handed in yet"))
    # What was tapped is kept, whatever happens to the window.
    page.reload()
    expect(page.locator(".rating-card input:checked")).to_have_count(len(RATERS) - 1)


def hands_in_ratings(walk: Walk, page: Page) -> None:
    walk.presses(page, "Hand in all finished")
    warning = walk.words("Once handed in, nobody can change them, not even you.")
    expect(page.locator(".note-warning")).to_contain_text(warning)
    walk.presses(page, "Hand in")
    expect(page.locator(".rating-card")).to_have_count(0)
    expect(page.locator(".rating-given .tag-success")).to_have_count(len(RATERS) - 1)


def rating_twice_is_refused(walk: Walk, page: Page) -> None:
    """In a window that was opened before."""
    card = card_of(page, walk.made["names"]["second"])
    taps(walk, card, "良好")
    refused = "You have handed this rating in already. It can't be changed any more."
    expect(card.get_by_role("status")).to_contain_text(walk.words(refused))


# -- computing --------------------------------------------------------------------------------


def collecting_is_closed(walk: Walk) -> None:
    page = moves_on(walk, "Close collecting", Cycle.State.SCORING)
    expect(page.locator("#lacks")).to_contain_text(
        walk.words("No figure and no rating is missing.")
    )


def it_is_computed_twice_and_equal(walk: Walk) -> None:
    page = walk.window("appraiser")
    for label in ("Compute", "Compute again"):
        walk.follows(page, label)
        walk.presses(page, "Compute")
        office.wait_for_job(page)
        walk.reads(page)
    runs = page.locator("td code")
    first, second = (code.get_attribute("title") or "" for code in runs.all())
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert first == second
    expect(page.get_by_text(walk.words("equal to the one before"))).to_be_visible()


def results_are_handed_over_for_review(walk: Walk) -> None:
    page = walk.opens("second", "/my/")
    expect(page.locator("a[href*='/appraisal/results/']")).to_have_count(0)
    moves_on(walk, "Hand over for review", Cycle.State.REVIEWING)


# -- the result -------------------------------------------------------------------------------


def the_judge_reads_every_line(walk: Walk) -> None:
    page = walk.opens("second", "/my/")
    office.follow(page, page.locator("a[href*='/appraisal/results/']"))
    walk.reads(page)
    walk.addresses["result"] = walk.address_of(page)
    expect(page.locator(".kpi-value").first).to_contain_text(TOTAL)
    for wanted in INDICATORS:
        points = line_of(walk, page, wanted).locator(".result-line-points")
        expect(points).to_have_text(f"{POINTS[wanted.code]} / {wanted.weight}")
    the_line_on_time_limits_shows_what_it_rests_on(walk, page)
    the_rated_line_shows_the_means(walk, page)
    expect(page.locator("svg").first).to_be_attached()
    expect(page.get_by_text(walk.words("Shown when the cycle is closed.")).first).to_be_visible()


def line_of(walk: Walk, page: Page, wanted: Wanted) -> Locator:
    heading = page.locator(".result-line-name", has_text=named(walk, wanted))
    return page.locator(".result-line").filter(has=heading)


def the_line_on_time_limits_shows_what_it_rests_on(walk: Walk, page: Page) -> None:
    wanted = next(one for one in INDICATORS if one.code == "in_time")
    line = line_of(walk, page, wanted)
    line.locator("summary").first.click()
    explained = line.locator(".panel-body p").first
    percent = "%" if walk.language == "zh-Hans" else " %"
    shares = (f"{share}{percent}" for share in ("95.00", "80", "100"))
    for part in ("228", "240", *shares, f"{POINTS['in_time']} / {wanted.weight}"):
        expect(explained).to_contain_text(part)
    rows = office.rows_of(page, ".result-line[open] table.data")
    assert [row[0] for row in rows] == MONTHS
    assert rows[0] == [MONTHS[0], "19", "20", f"{MONTHS[0]}-28", WORKBOOK]
    assert rows[-1][1:3] == [str(RIGHT), "20"]
    # Where the correction comes from, and of which day it is.
    assert date.today().isoformat() in rows[-1][3]
    assert rows[-1][4] != rows[0][4]
    line.locator("summary").first.click()


def the_rated_line_shows_the_means(walk: Walk, page: Page) -> None:
    line = line_of(walk, page, RATED)
    line.locator("summary").first.click()
    explained = line.locator(".panel-body p").first
    separator = "、" if walk.language == "zh-Hans" else ", "
    groups = separator.join(walk.words(group.label) for group in GROUPS)
    means = walk.words(
        "%(raters)s: %(mean)s of %(count)s ratings", raters=groups, mean=MEAN, count=ANSWERS
    )
    expect(explained).to_contain_text(means)
    for name in walk.made["names"].values():
        expect(explained).not_to_contain_text(name)


# -- the grade --------------------------------------------------------------------------------


def grades_are_proposed_and_decided(walk: Walk) -> None:
    page = walk.opens("appraiser", f"{walk.addresses['cycle']}grades/")
    walk.presses(page, "Have grades proposed")
    judges, grade = len(RATERS) - 1, walk.words(GRADES[Grade.COMPETENT])
    proposed = "Proposed for %(count)s people."
    expect(told(page)).to_contain_text(walk.words(proposed, count=judges))
    expect(page.locator("tbody details summary")).to_have_text([grade] * judges)

    page = walk.opens("political", f"{walk.addresses['cycle']}grades/")
    walk.follows(page, "Decide all undecided as proposed")
    page.fill("[name=document]", "考核委员会纪要〔2026〕1号")
    walk.presses(page, "Decide as proposed")
    decided = "Decided as proposed: %(count)s."
    expect(told(page)).to_contain_text(walk.words(decided, count=judges))


def the_cycle_is_closed(walk: Walk) -> None:
    page = moves_on(walk, "Close the cycle", Cycle.State.CLOSED)
    expect(page.locator(".page-actions")).not_to_contain_text(walk.words("Compute again"))


def the_judge_reads_the_grade(walk: Walk) -> None:
    page = walk.opens("second", walk.addresses["result"])
    committee = page.locator("section", has=page.locator("#decisions"))
    expect(committee).to_contain_text(walk.words(GRADES[Grade.COMPETENT]))
    expect(committee).to_contain_text("考核委员会纪要〔2026〕1号")
    expect(page.locator(".kpi-value").first).to_contain_text(TOTAL)
    form = office.download(page, "a[href$='/form/']", walk.folder)
    assert form.suffix == ".docx"
