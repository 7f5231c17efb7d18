"""Two of the four concerns from both sides, in either language: life, and progress."""

import re
from datetime import date, timedelta

import pytest
from django.utils.translation import pgettext_lazy
from docx import Document
from playwright.sync_api import Locator, Page, expect

from retention.models import Achievement, AwardProposal, HardshipCase, HelpMeasure, Setback
from tests.browser import office
from tests.browser.walk import LANGUAGES, Walk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo site")]

COURT = "示例县人民法院"
TODAY = date.today()
YESTERDAY = TODAY - timedelta(days=1)

# Life. Each word may be read by some and not by others.
STORY = "父亲上月住院手术，自费部分较多"
FOUND = "已到医院和家中核实，情况属实"
SOURCE, BUDGET, AID = "工会慰问经费", "10000", "2000"
CARE = "慰问金一笔"
FROM_HALF_PAST_NINE = "上午九点半到岗"
VISITED = "家属情绪稳定，仍需陪护"
CLOSING = "住院已结束，帮扶到此告一段落"
WORD = "来得及时，谢谢"
LAST_FLEXIBLE_DAY = TODAY + timedelta(days=13)

# Progress.
TITLE = "办结重大涉众案件"
DESCRIPTION = "三百名当事人全部到庭调解"
REASON = "长期超负荷，质效兼优"
NUMBER = f"示法〔{TODAY.year}〕12号"
RUNG = {"zh-Hans": "表扬", "en": "praise"}
HAPPENED = "当事人多次信访，本人压力很大"
SHARED = "今后由庭长先过一遍答复"
PRIVATE = "看上去很疲惫，多留意"
AGREED = "两周后再谈一次"
OWN_WORD = "说出来轻松多了"
HELP_WORDS = "组织出面向当事人说明情况"


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_from_an_application_for_help_to_the_officers_last_word(
    language, demo_site, cared, visitor, tmp_path
):
    walk = Walk(demo_site, visitor, language, tmp_path, cared(language))

    the_union_enters_what_help_is_paid_from(walk)
    the_officer_applies_to_the_trade_union(walk)
    the_coordinator_has_it_verified(walk)
    the_verifier_writes_the_finding_and_is_out(walk)
    aid_is_proposed_approved_and_carried_out(walk)
    a_visit_is_noted(walk)
    flexible_work_is_agreed(walk)
    the_head_sees_the_days_only(walk)
    the_others_see_nothing(walk)
    the_officer_is_asked_for_the_last_word(walk)
    the_officer_rates_and_closes(walk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_from_an_achievement_to_its_certificate_and_from_a_setback_to_better(
    language, demo_site, cared, visitor, tmp_path
):
    walk = Walk(demo_site, visitor, language, tmp_path, cared(language))

    the_political_department_sets_up_the_ladder(walk)
    the_officer_enters_an_achievement(walk)
    the_head_proposes_an_award(walk)
    the_political_department_checks(walk)
    the_president_decides(walk)
    the_document_is_entered_and_the_certificate_printed(walk)
    the_officer_has_the_award(walk)
    the_secretary_enters_a_setback(walk)
    the_talk_is_held(walk)
    the_officer_reads_the_shared_note_and_adds_a_word(walk)
    the_private_note_is_its_authors_alone(walk)
    help_is_arranged_until_it_is_better(walk)
    the_board_has_no_closed_year_yet(walk)


def told(page: Page, walk: Walk, english: str) -> None:
    expect(page.locator(".note-success")).to_contain_text(walk.words(english))


def stands(page: Page, walk: Walk, state: object) -> None:
    expect(page.locator("h1 .tag")).to_have_text(walk.words(state))


def person(page: Page, field: str, name: str) -> None:
    """Choose somebody whose roles stand behind the name."""
    one = page.locator(f"[name={field}] option", has_text=name)
    page.select_option(f"[name={field}]", one.get_attribute("value"))


def row_of(page: Page, text: str) -> Locator:
    return page.locator("table.data tbody tr", has_text=text)


def answer(walk: Walk, who: str, path: str) -> int:
    """What the site answers somebody who writes an address by hand."""
    page = walk.window(who)
    return page.request.get(f"{walk.site.address}{path}").status


# -- life -------------------------------------------------------------------------------------


def the_union_enters_what_help_is_paid_from(walk: Walk) -> None:
    page = walk.opens("union", "/retention/help/budget/")
    office.follow(page, "main a[href$='/budget/add/']")
    page.fill("[name=name]", SOURCE)
    page.fill("[name=amount]", BUDGET)
    walk.presses(page, "Add")
    expect(row_of(page, SOURCE)).to_be_visible()


def the_officer_applies_to_the_trade_union(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my-help/")
    expect(page.locator("main")).to_contain_text(walk.words("You have not asked for help"))
    walk.follows(page, "Apply for help")
    # Who is in no role of help can't be chosen.
    choices = " ".join(page.locator("[name=turned_to] option").all_inner_texts())
    assert walk.made["names"]["political"] not in choices
    person(page, "turned_to", walk.made["names"]["union"])
    page.select_option("[name=kind]", HardshipCase.Kind.FAMILY_ILLNESS)
    page.fill("[name=story]", STORY)
    walk.presses(page, "Send")
    told(page, walk, "Your application is sent. You can follow it here.")
    stands(page, walk, HardshipCase.State.APPLIED.label)
    expect(page.locator("main")).to_contain_text(STORY)
    walk.addresses["case"] = walk.address_of(page)


def opens_case(walk: Walk, who: str) -> Page:
    """Through the list of the cases somebody has been let into."""
    page = walk.opens(who, "/retention/help/")
    office.follow(page, row_of(page, walk.made["names"]["officer"]).locator("th a"))
    walk.reads(page)
    assert walk.address_of(page) == walk.addresses["case"]
    return page


def the_coordinator_has_it_verified(walk: Walk) -> None:
    # Nobody else who handles hardship opens it yet.
    assert answer(walk, "cadre", walk.addresses["case"]) == 404
    page = opens_case(walk, "union")
    expect(page.locator("main")).to_contain_text(STORY)
    walk.follows(page, "Have it verified")
    person(page, "user_id", walk.made["names"]["cadre"])
    walk.presses(page, "Let in and ask")
    told(page, walk, "The verifier has been asked.")
    stands(page, walk, HardshipCase.State.VERIFYING.label)


def the_verifier_writes_the_finding_and_is_out(walk: Walk) -> None:
    page = opens_case(walk, "cadre")
    walk.follows(page, "Write down what was found")
    page.check("[name=is_true][value=yes]")
    page.fill("[name=words]", FOUND)
    walk.presses(page, "Save the finding")
    told(page, walk, "The finding is saved.")
    expect(row_of(page, walk.made["names"]["officer"])).to_have_count(0)
    assert answer(walk, "cadre", walk.addresses["case"]) == 404
    page = opens_case(walk, "union")
    stands(page, walk, HardshipCase.State.VERIFIED.label)
    expect(page.locator("main")).to_contain_text(FOUND)


def proposes(walk: Walk, kind: HelpMeasure.Kind, text: str) -> Page:
    """Opens the form and fills in what every measure has."""
    page = opens_case(walk, "union")
    walk.follows(page, "Propose a measure")
    page.select_option("[name=kind]", kind)
    person(page, "approver_id", walk.made["names"]["president"])
    page.fill("[name=text]", text)
    return page


def is_approved_and_carried_out(walk: Walk) -> None:
    page = walk.opens("president", "/retention/help/decisions/")
    office.follow(page, row_of(page, walk.made["names"]["officer"]).locator("th a"))
    walk.reads(page)
    page.check("[name=is_approved][value=yes]")
    page.fill("[name=words]", "同意")
    walk.presses(page, "Save the decision")
    told(page, walk, "The decision is saved; coordinator and officer are told.")

    page = opens_case(walk, "union")
    walk.follows(page, "Note as carried out")
    walk.presses(page, "Note as carried out")
    told(page, walk, "Noted as carried out.")


def aid_is_proposed_approved_and_carried_out(walk: Walk) -> None:
    page = proposes(walk, HelpMeasure.Kind.AID, CARE)
    page.fill("[name=amount]", AID)
    person(page, "source_id", SOURCE)
    walk.presses(page, "Propose")
    stands(page, walk, HardshipCase.State.HELPING.label)
    # Who proposes does not decide.
    expect(walk.link(page, "Decide")).to_have_count(0)
    is_approved_and_carried_out(walk)

    page = walk.opens("union", "/retention/help/budget/")
    expect(row_of(page, SOURCE)).to_contain_text("8,000.00")
    page = walk.opens("officer", walk.addresses["case"])
    expect(page.locator("main")).to_contain_text("2,000.00")
    expect(page.locator("main")).to_contain_text(CARE)


def a_visit_is_noted(walk: Walk) -> None:
    page = opens_case(walk, "union")
    walk.follows(page, "Note a visit")
    page.fill("[name=notes]", VISITED)
    walk.presses(page, "Save the visit")
    told(page, walk, "The visit is noted.")
    expect(page.locator(".timeline", has_text=VISITED)).to_be_visible()


def flexible_work_is_agreed(walk: Walk) -> None:
    page = proposes(walk, HelpMeasure.Kind.FLEXIBLE, "陪护期间错时上班")
    page.fill("[name=start]", TODAY.isoformat())
    page.fill("[name=last_day]", LAST_FLEXIBLE_DAY.isoformat())
    page.fill("[name=what]", FROM_HALF_PAST_NINE)
    expect(page.locator("[name=is_shown_to_head]")).to_be_checked()
    walk.presses(page, "Propose")
    # Nothing is agreed yet, so the head has nothing to plan with.
    page = walk.opens("head", "/retention/help/flexible/")
    expect(page.locator("table.data")).to_have_count(0)
    is_approved_and_carried_out(walk)


def the_head_sees_the_days_only(walk: Walk) -> None:
    page = walk.opens("head", "/retention/help/flexible/")
    ((officer, _department, start, last, _state),) = office.rows_of(page)
    assert officer == walk.made["names"]["officer"]
    assert (start, last) == (TODAY.isoformat(), LAST_FLEXIBLE_DAY.isoformat())
    for secret in (STORY, FROM_HALF_PAST_NINE, CARE):
        expect(page.locator("body")).not_to_contain_text(secret)
    assert answer(walk, "head", walk.addresses["case"]) == 404
    assert answer(walk, "head", "/retention/help/") == 403


def the_others_see_nothing(walk: Walk) -> None:
    page = walk.opens("political", "/")
    expect(page.locator("nav a[href='/retention/help/']")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text(walk.words("Hardship cases"))
    for path in ("", "verify/", "measures/propose/"):
        assert answer(walk, "political", f"{walk.addresses['case']}{path}") == 404
    for path in ("", "budget/", "decisions/", "flexible/"):
        assert answer(walk, "political", f"/retention/help/{path}") == 403
    # The secretary may recommend somebody, so has a list; nothing is on it.
    page = walk.opens("secretary", "/retention/help/")
    expect(row_of(page, walk.made["names"]["officer"])).to_have_count(0)
    assert answer(walk, "secretary", walk.addresses["case"]) == 404


def the_officer_is_asked_for_the_last_word(walk: Walk) -> None:
    page = opens_case(walk, "union")
    walk.follows(page, "Ask for the last word")
    page.fill("[name=words]", CLOSING)
    walk.presses(page, pgettext_lazy("in a case", "Ask"))
    told(page, walk, "The officer has been asked.")


def the_officer_rates_and_closes(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my-help/")
    expect(page.locator("tbody")).to_contain_text(walk.words("your answer is awaited"))
    office.follow(page, "tbody th a")
    expect(page.locator("main")).to_contain_text(CLOSING)
    # The officer sees who opened it.
    opened = page.locator("section.panel", has=page.get_by_text(walk.words("Who opened this case")))
    for who in ("union", "cadre", "president"):
        expect(opened).to_contain_text(walk.made["names"][who])
    expect(opened).not_to_contain_text(walk.made["names"]["political"])
    walk.follows(page, "Close with my word")
    page.check("[name=rating][value='5']")
    page.fill("[name=words]", WORD)
    walk.presses(page, "Close the case")
    told(page, walk, "Thank you. The case is closed.")
    stands(page, walk, HardshipCase.State.CLOSED.label)

    page = walk.opens("union", walk.addresses["case"])
    expect(page.locator("main")).to_contain_text(WORD)
    # Everybody but the coordinator has left.
    assert answer(walk, "president", walk.addresses["case"]) == 404


# -- progress: the award ----------------------------------------------------------------------


def the_political_department_sets_up_the_ladder(walk: Walk) -> None:
    page = walk.opens("political", "/retention/awards/ladder/")
    office.follow(page, "form[action$='/seed/'] button")
    expect(row_of(page, RUNG[walk.language])).to_be_visible()


def the_officer_enters_an_achievement(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my-awards/")
    expect(page.locator("main")).to_contain_text(walk.words("Nothing entered yet"))
    walk.follows(page, "Enter an achievement")
    page.fill("[name=title]", TITLE)
    page.select_option("[name=kind]", Achievement.Kind.CASEWORK)
    page.fill("[name=achieved_on]", YESTERDAY.isoformat())
    page.fill("[name=description]", DESCRIPTION)
    walk.presses(page, "Enter")
    told(page, walk, "Entered. Those who may propose an award are told.")
    expect(row_of(page, TITLE)).to_contain_text(walk.words(Achievement.State.ENTERED.label))


def the_head_proposes_an_award(walk: Walk) -> None:
    page = walk.opens("head", "/retention/achievements/")
    office.follow(page, row_of(page, TITLE).locator("th a"))
    expect(page.locator("main")).to_contain_text(DESCRIPTION)
    walk.follows(page, "Propose an award")
    expect(page.locator("[name=achievements]")).to_be_checked()
    person(page, "rung", RUNG[walk.language])
    page.fill("[name=reason]", REASON)
    walk.presses(page, "Propose")
    told(page, walk, "Proposed. The political department checks it next.")
    stands(page, walk, AwardProposal.State.PROPOSED.label)
    walk.addresses["proposal"] = walk.address_of(page)
    # Who proposes neither checks nor decides.
    for step in ("check", "decide"):
        assert answer(walk, "head", f"{walk.addresses['proposal']}{step}/") == 403


def the_political_department_checks(walk: Walk) -> None:
    page = walk.opens("political", "/retention/award-proposals/")
    office.follow(page, row_of(page, walk.made["names"]["officer"]).locator("th a"))
    expect(page.locator("main")).to_contain_text(REASON)
    office.follow(page, walk.link(page, "Checked, pass on"))
    walk.presses(page, "Checked, pass on")
    stands(page, walk, AwardProposal.State.CHECKED.label)
    expect(walk.link(page, "Decide")).to_have_count(0)


def the_president_decides(walk: Walk) -> None:
    page = walk.opens("president", walk.addresses["proposal"])
    office.follow(page, walk.link(page, "Decide"))
    page.check("[name=decision][value=grant]")
    walk.presses(page, "Decide")
    stands(page, walk, AwardProposal.State.GRANTED.label)
    expect(page.locator("aside .timeline > li")).to_have_count(3)
    office.follow(page, walk.link(page, "To the award"))
    walk.addresses["award"] = walk.address_of(page)
    # No certificate without the number that stands on it.
    expect(walk.link(page, "Certificate (Word)")).to_have_count(0)


def the_document_is_entered_and_the_certificate_printed(walk: Walk) -> None:
    page = walk.opens("political", walk.addresses["award"])
    office.follow(page, walk.link(page, "Enter the document"))
    office.enter_document(page, NUMBER, TODAY)
    walk.presses(page, "Enter")
    told(page, walk, "Entered. The certificate can be printed now.")
    is_the_certificate(walk, page)


def is_the_certificate(walk: Walk, page: Page) -> None:
    """It is Chinese whatever the reader's language."""
    kept = office.download(page, "main a[href$='/certificate/']", walk.folder)
    assert kept.suffix == ".docx"
    paragraphs = [one.text for one in Document(str(kept)).paragraphs if one.text.strip()]
    assert paragraphs[:3] == [NUMBER, "奖励证书", f"{walk.made['names']['officer']}同志："]
    assert any(TITLE in one for one in paragraphs)
    assert any(COURT in one for one in paragraphs)
    assert paragraphs[-1] == f"{TODAY.year}年{TODAY.month}月{TODAY.day}日"


def the_officer_has_the_award(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my-awards/")
    expect(row_of(page, TITLE)).to_contain_text(walk.words(Achievement.State.AWARDED.label))
    expect(page.locator("main")).to_contain_text(NUMBER)
    is_the_certificate(walk, page)


# -- progress: the setback --------------------------------------------------------------------


def the_secretary_enters_a_setback(walk: Walk) -> None:
    page = walk.opens("secretary", "/retention/setbacks/")
    office.follow(page, walk.link(page, "Enter a setback").first)
    page.fill("[name=q]", walk.made["names"]["officer"])
    office.follow(page, "main form button")
    (choice,) = page.locator("tbody a[href*='officer=']").all()
    office.follow(page, choice)
    page.select_option("[name=kind]", Setback.Kind.COMPLAINT)
    page.fill("[name=happened_on]", YESTERDAY.isoformat())
    page.fill("[name=detail]", HAPPENED)
    walk.presses(page, "Enter")
    stands(page, walk, Setback.State.OPEN.label)
    # Without a choice the branch secretary talks.
    expect(page.locator("dl.facts").first).to_contain_text(walk.made["names"]["secretary"])
    walk.addresses["setback"] = walk.address_of(page)
    assert answer(walk, "head", walk.addresses["setback"]) == 403

    page = walk.opens("officer", "/retention/my/talks/")
    expect(page.locator("tbody")).to_contain_text(walk.made["names"]["secretary"])
    expect(page.locator("main")).not_to_contain_text(HAPPENED)


def the_talk_is_held(walk: Walk) -> None:
    page = walk.opens("secretary", "/retention/talks/mine/")
    task = row_of(page, walk.made["names"]["officer"])
    office.follow(page, task.get_by_role("link", name=walk.words("Enter the talk")))
    page.fill("[name=place]", "支部活动室")
    page.fill("[name=shared_note]", SHARED)
    page.fill("[name=private_note]", PRIVATE)
    page.fill("[name=agreed-0-text]", AGREED)
    page.fill("[name=agreed-0-due_on]", (TODAY + timedelta(days=14)).isoformat())
    walk.presses(page, "Save the talk")
    told(page, walk, "Saved. The officer is told that the shared note is there.")
    for note in (SHARED, PRIVATE, AGREED):
        expect(page.locator("main")).to_contain_text(note)
    walk.addresses["talk"] = walk.address_of(page)
    page = walk.opens("secretary", walk.addresses["setback"])
    stands(page, walk, Setback.State.TALKED.label)


def the_officer_reads_the_shared_note_and_adds_a_word(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my/talks/")
    held = row_of(page, walk.words("to be read"))
    office.follow(page, held.locator("th a"))
    assert walk.address_of(page) == walk.addresses["talk"]
    for note in (SHARED, AGREED):
        expect(page.locator("main")).to_contain_text(note)
    page.fill("[name=own_word]", OWN_WORD)
    walk.presses(page, "I have read this")
    told(page, walk, "Thank you. Whoever talked with you has been told.")
    expect(page.locator("main")).to_contain_text(OWN_WORD)


def the_private_note_is_its_authors_alone(walk: Walk) -> None:
    page = walk.window("officer")
    for path in (walk.addresses["talk"], "/retention/my/talks/", "/my/"):
        assert PRIVATE not in page.request.get(f"{walk.site.address}{path}").text()
    assert answer(walk, "officer", f"{walk.addresses['talk']}private/") == 404
    for who in ("head", "political", "president", "cadre"):
        assert answer(walk, who, walk.addresses["talk"]) == 404
    # Who follows setbacks may know that there was a talk of care, the others not even that.
    for who, known in (("political", 1), ("president", 0)):
        page = walk.opens(who, "/retention/talks/held/")
        expect(row_of(page, walk.made["names"]["officer"])).to_have_count(known)
        for note in (SHARED, PRIVATE, OWN_WORD):
            expect(page.locator("body")).not_to_contain_text(note)
    page = walk.opens("secretary", walk.addresses["talk"])
    for note in (PRIVATE, OWN_WORD):
        expect(page.locator("main")).to_contain_text(note)


def help_is_arranged_until_it_is_better(walk: Walk) -> None:
    page = walk.opens("secretary", walk.addresses["setback"])
    office.follow(page, walk.link(page, "Arrange help"))
    page.select_option("[name=measure]", "clarifying")
    page.fill("[name=text]", HELP_WORDS)
    person(page, "who_id", walk.made["names"]["head"])
    page.fill("[name=until]", (TODAY + timedelta(days=30)).isoformat())
    walk.presses(page, "Arrange")
    stands(page, walk, Setback.State.HELPING.label)
    expect(row_of(page, HELP_WORDS)).to_contain_text(walk.made["names"]["head"])

    office.follow(page, walk.link(page, "Enter a follow-up"))
    page.check("[name=outcome][value=better]")
    walk.presses(page, "Enter the follow-up")
    stands(page, walk, Setback.State.FOLLOWING.label)
    office.follow(page, walk.link(page, "It is better"))
    walk.presses(page, "It is better")
    stands(page, walk, Setback.State.BETTER.label)

    page = walk.opens("officer", "/retention/my/talks/")
    expect(page.locator("main")).to_contain_text(HELP_WORDS)
    ended = "The care ended on %(day)s. If you need it again, say so to your secretary."
    expect(page.locator("main")).to_contain_text(walk.words(ended, day=TODAY.isoformat()))


def the_board_has_no_closed_year_yet(walk: Walk) -> None:
    page = walk.opens("president", "/retention/board/")
    expect(page.locator("main")).to_contain_text(walk.words("No year is closed yet"))
    expect(page.locator("h1")).to_have_text(re.compile(walk.words("Retention board")))
    expect(page.locator("main")).not_to_contain_text(walk.made["names"]["officer"])
