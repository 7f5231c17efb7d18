"""Two of the four concerns in either language, from both sides: health, and what is due."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils.text import capfirst
from playwright.sync_api import Locator, Page, expect

from cadres.selectors.readers import READ_REASONS
from courtparty.notices.wording import KINDS
from retention.models import (
    BreakGlass,
    CheckUp,
    CheckUpCampaign,
    Entitlement,
    EntitlementKind,
    FollowUp,
    HealthEntry,
    LeaveRequest,
    Overtime,
    ScreeningAlert,
)
from retention.models.leave import Kind, Level
from retention.selectors.health_values import label_with_unit
from retention.selectors.screening_words import ADVICE, CALL_ADVICE, who_learns
from tests.browser import office
from tests.browser.walk import LANGUAGES, Walk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo site")]

DAY = timedelta(days=1)
# Each spelt so that it can be found wherever it must not be.
FINDING, ADVISED = "右肺小结节六毫米", "三个月后复查胸部平扫"
ALLERGY, MEASURED = "青霉素过敏史", "151"
SYSTOLIC, DIASTOLIC = "163", "98"
TASK = "提醒预约胸部平扫"
WHAT_HAPPENED = "在法庭上昏倒，需要知道用药和过敏史"
CALLED = "已通话，本人愿意去看医生"
# Once each in the last two weeks: nine of twenty-seven, mild, and a call because of the last.
ANSWERED, SCORE, MOST = "1", 9, 27
DOCUMENT = "示组职〔2026〕31号"
# After more than twenty years of work, by law; and what is left of it after twelve days.
DUE, TAKEN, LEFT = "15", "12", "3"
HOURS, WORK = "3.5", "执行局夜间值班"


@pytest.mark.parametrize("language", LANGUAGES)
def test_health_from_a_planned_check_up_to_an_emergency(
    language, demo_site, cared, visitor, tmp_path
):
    walk = Walk(demo_site, visitor, language, tmp_path, cared(language))

    the_steward_plans_and_opens_a_campaign(walk)
    the_officer_is_noted_as_done(walk)
    the_steward_enters_the_result(walk)
    the_steward_plans_a_follow_up(walk)
    the_head_sees_who_is_done_and_nothing_else(walk)
    the_officer_reads_it_and_who_opened_it(walk)
    the_officer_adds_what_helps_in_an_emergency(walk)
    the_officer_consents_and_answers(walk)
    the_steward_calls_without_a_score(walk)
    the_officer_withdraws(walk)
    the_head_asks_to_open_the_file(walk)
    the_president_approves(walk)
    the_head_reads_the_file(walk)
    the_officer_sees_the_opening(walk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_treatment_from_default_rules_to_rest_for_overtime(
    language, demo_site, cared, visitor, tmp_path
):
    walk = Walk(demo_site, visitor, language, tmp_path, cared(language))

    the_default_rules_are_added(walk)
    what_is_due_is_computed(walk)
    the_gap_is_listed(walk)
    the_rank_step_is_entered_as_received(walk)
    the_officer_sees_it_explained(walk)
    the_officer_asks_for_twelve_days(walk)
    head_political_department_and_president_approve(walk)
    the_officer_sees_the_balance(walk)
    the_officer_enters_overtime(walk)
    the_head_confirms_it(walk)
    the_officer_asks_for_the_rest(walk)
    the_head_grants_it(walk)
    the_officer_has_rested(walk)


def told(page: Page) -> Locator:
    return page.locator(".note-success")


def row_of(page: Page, text: str) -> Locator:
    return page.locator("table.data tbody tr", has_text=text)


def person(walk: Walk) -> str:
    return walk.made["officer"]["name"]


# -- health: the steward ----------------------------------------------------------------------


def the_steward_plans_and_opens_a_campaign(walk: Walk) -> None:
    page, today = walk.opens("steward", "/retention/check-ups/"), date.today()
    office.follow(page, walk.link(page, "Plan a campaign").first)
    walk.reads(page)
    walk.made["campaign"] = "年度体检" if walk.language == "zh-Hans" else "Yearly check-up"
    page.fill("[name=name]", walk.made["campaign"])
    page.fill("[name=year]", f"{today.year}")
    page.fill("[name=start]", today.isoformat())
    page.fill("[name=last]", (today + 14 * DAY).isoformat())
    page.fill("[name=provider]", "示例县人民医院")
    page.fill("[name=place]", "门诊楼三层")
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words(CheckUpCampaign.State.PLANNED.label))
    walk.addresses["campaign"] = walk.address_of(page)

    walk.follows(page, "Open the campaign")
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words(CheckUpCampaign.State.OPEN.label))
    for name in (person(walk), walk.made["colleague"], walk.made["names"]["head"]):
        expect(row_of(page, name)).to_have_count(1)


def the_officer_is_noted_as_done(walk: Walk) -> None:
    page = walk.opens("steward", walk.addresses["campaign"])
    row_of(page, person(walk)).locator("[name=checkups]").check()
    walk.presses(page, "Note as done")
    expect(told(page)).to_be_visible()
    row = row_of(page, person(walk))
    expect(row).to_contain_text(walk.words(CheckUp.State.DONE.label))
    expect(row).to_contain_text(date.today().isoformat())


def the_steward_enters_the_result(walk: Walk) -> None:
    page = walk.window("steward")
    office.follow(page, row_of(page, person(walk)).locator("a[href$='/result/']"))
    page.fill("[name=v_systolic]", SYSTOLIC)
    page.fill("[name=v_diastolic]", DIASTOLIC)
    page.fill("[name=findings]", FINDING)
    page.fill("[name=advice]", ADVISED)
    page.fill("[name=recheck_on]", (date.today() + 90 * DAY).isoformat())
    walk.presses(page, "Save the result")
    expect(told(page)).to_contain_text(
        walk.words("The result is in the health file; the officer has been told.")
    )


def the_steward_plans_a_follow_up(walk: Walk) -> None:
    page = walk.window("steward")
    office.follow(page, walk.link(page, "Open the health file"))
    walk.addresses["file"] = walk.address_of(page)
    # Nothing of it is shown before a reason is given.
    expect(page.locator("main")).not_to_contain_text(FINDING)
    page.select_option("[name=reason]", "follow_up")
    walk.presses(page, "Open")
    expect(page.locator("main")).to_contain_text(FINDING)
    expect(page.locator("main")).to_contain_text(walk.words(READ_REASONS["follow_up"]))

    office.follow(page, walk.link(page, "Plan a follow-up"))
    page.select_option("[name=kind]", FollowUp.Kind.RECHECK)
    page.fill("[name=due_on]", (date.today() + 90 * DAY).isoformat())
    page.fill("[name=note]", TASK)
    office.confirm(page)
    expect(told(page)).to_contain_text(walk.words("Planned. You will be reminded."))

    page = walk.opens("steward", "/retention/health/follow-ups/")
    expect(row_of(page, person(walk))).to_contain_text(walk.words(FollowUp.Kind.RECHECK.label))
    expect(page.locator("main")).not_to_contain_text(TASK)


# -- health: the head and the officer ---------------------------------------------------------


def the_head_sees_who_is_done_and_nothing_else(walk: Walk) -> None:
    page = walk.opens("head", "/retention/check-ups/")
    office.follow(page, page.locator("tbody th a", has_text=walk.made["campaign"]))
    walk.reads(page)
    expect(row_of(page, person(walk))).to_contain_text(walk.words(CheckUp.State.DONE.label))
    expect(row_of(page, walk.made["colleague"])).to_contain_text(
        walk.words(CheckUp.State.DUE.label)
    )
    expect(page.locator("main")).not_to_contain_text(FINDING)
    expect(page.locator("main")).not_to_contain_text(SYSTOLIC)
    expect(page.locator("main a[href*='/result/'], main a[href*='/health/']")).to_have_count(0)
    for closed in (walk.addresses["file"], "/retention/health/"):
        assert page.request.get(f"{walk.site.address}{closed}").status == 403


def the_officer_reads_it_and_who_opened_it(walk: Walk) -> None:
    page = walk.opens("officer", "/")
    office.follow(page, "nav a[href='/retention/my-health/']")
    walk.reads(page)
    main = page.locator("main")
    for text in (FINDING, ADVISED, TASK):
        expect(main).to_contain_text(text)
    value = row_of(page, SYSTOLIC).first
    expect(value.locator("td.num strong")).to_have_text(SYSTOLIC)
    opened = page.locator("#readings tbody tr").first
    expect(opened).to_contain_text(walk.made["names"]["steward"])
    expect(opened).to_contain_text(walk.words(READ_REASONS["follow_up"]))


def the_officer_adds_what_helps_in_an_emergency(walk: Walk) -> None:
    page = walk.window("officer")
    office.follow(page, walk.link(page, "Add an entry").first)
    walk.reads(page)
    page.select_option("[name=kind]", HealthEntry.Kind.ALLERGY)
    page.fill("[name=text]", ALLERGY)
    office.confirm(page)
    expect(told(page)).to_contain_text(walk.words("Added to your health file."))
    expect(row_of(page, ALLERGY)).to_have_count(1)

    # A value of one's own beside that of the check-up makes a line.
    expect(page.locator("main svg[role=img]")).to_have_count(0)
    office.follow(page, walk.link(page, "Add an entry").first)
    page.select_option("[name=kind]", HealthEntry.Kind.MEASUREMENT)
    page.fill("[name=on]", (date.today() - DAY).isoformat())
    page.fill("[name=v_systolic]", MEASURED)
    # One half of a blood pressure says nothing.
    walk.presses(page, "Save")
    expect(page.locator("[name=v_diastolic].is-invalid")).to_be_visible()
    page.fill("[name=v_diastolic]", "92")
    office.confirm(page)
    trends = page.locator("main .columns section.panel")
    expect(trends).to_have_count(2)
    trend = trends.filter(has_text=in_words(walk, label_with_unit, "systolic"))
    expect(trend.locator("svg[role=img]")).to_be_visible()
    trend.locator("summary").click()
    expect(trend.locator("tbody tr")).to_have_count(2)
    measured = trend.locator("tbody tr td.num").all_inner_texts()
    assert sorted(measured) == sorted([MEASURED, SYSTOLIC])


def in_words(walk: Walk, words: Callable[..., object], *of: object, **also: object) -> str:
    with office.translation.override(walk.language):
        return " ".join(str(words(*of, **also)).split())


# -- health: the self-screening ---------------------------------------------------------------


def the_officer_consents_and_answers(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my-screening/")
    office.follow(page, "a[href='/retention/my-screening/phq9/consent/']")
    walk.reads(page)
    # That question 9 may lead to a call is said before the first question, and with the last.
    told_beforehand = in_words(walk, who_learns, "phq9", has_steward=True)
    expect(page.locator(".consequences")).to_contain_text(told_beforehand)
    walk.presses(page, "I consent and begin")
    expect(page.locator("main")).to_contain_text(told_beforehand)

    questions = page.locator(".rating-card")
    expect(questions).to_have_count(9)
    # One question left out is asked for again, and nothing is kept of the answers.
    answers(page, range(1, 9))
    walk.presses(page, "Send and read the advice")
    expect(questions.last.locator(".field-error")).to_be_visible()
    answers(page, [9])
    walk.presses(page, "Send and read the advice")

    expect(page).to_have_url(re.compile(r"/my-screening/results/\d+/$"))
    walk.addresses["screening"] = walk.address_of(page)
    main = page.locator("main")
    for line in (*CALL_ADVICE, *ADVICE["phq9", "mild"]):
        expect(main).to_contain_text(walk.words(line))
    expect(page.locator("table.data td.num strong")).to_have_text(f"{SCORE}")


def answers(page: Page, numbers) -> None:
    for number in numbers:
        chosen = page.locator(f"[name=answer_{number}][value='{ANSWERED}']")
        page.locator("label.rating-word").filter(has=chosen).click()
        expect(chosen).to_be_checked()


def the_steward_calls_without_a_score(walk: Walk) -> None:
    page = walk.opens("steward", "/retention/calls/")
    row = row_of(page, person(walk))
    expect(row).to_contain_text(walk.made["officer"]["phone"])
    expect(row).to_contain_text(walk.words(ScreeningAlert.Why.ITEM9.label))
    expect(row).to_contain_text(walk.words(ScreeningAlert.State.OPEN.label))
    nothing_of_the_answers(walk, page)
    office.follow(page, row.locator("a"))
    expect(page.locator("h1")).to_contain_text(person(walk))
    number = walk.made["officer"]["phone"]
    expect(page.locator(f"a[href='tel:{number}']")).to_be_visible()
    nothing_of_the_answers(walk, page)
    refused = page.request.get(f"{walk.site.address}{walk.addresses['screening']}")
    assert refused.status == 404

    office.follow(page, walk.link(page, "Note as called"))
    page.fill("[name=note]", CALLED)
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words(ScreeningAlert.State.CALLED.label))
    page = walk.opens("steward", walk.addresses["file"])
    nothing_of_the_answers(walk, page)

    page = walk.opens("officer", "/retention/my-screening/")
    call = page.locator("[aria-labelledby=calls] tbody tr")
    expect(call).to_contain_text(CALLED)
    expect(call).to_contain_text(walk.made["names"]["steward"])


def nothing_of_the_answers(walk: Walk, page: Page) -> None:
    main = page.locator("main")
    expect(main).not_to_contain_text(f"/ {MOST}")
    expect(main).not_to_contain_text("PHQ")
    expect(main.locator("a[href*='/my-screening/']")).to_have_count(0)


def the_officer_withdraws(walk: Walk) -> None:
    page = walk.window("officer")
    walk.follows(page, "Withdraw consent and delete")
    office.confirm(page)
    expect(page.locator("dl.facts dd").first).to_have_text("0")
    gone = page.request.get(f"{walk.site.address}{walk.addresses['screening']}")
    assert gone.status == 404
    walk.follows(page, "Back")
    expect(page.locator("a[href$='/phq9/consent/']")).to_be_visible()
    expect(page.locator("section[aria-labelledby=phq9] table")).to_have_count(0)


# -- health: an emergency ---------------------------------------------------------------------


def the_head_asks_to_open_the_file(walk: Walk) -> None:
    page = walk.opens("head", "/retention/emergency/")
    office.follow(page, walk.link(page, "Ask to open a file").first)
    walk.reads(page)
    page.fill("[name=q]", person(walk))
    office.follow(page, "form.filters button")
    office.follow(page, page.locator(".attention a", has_text=person(walk)))
    page.fill("[name=reason]", WHAT_HAPPENED)
    office.confirm(page)
    expect(told(page)).to_be_visible()
    expect(page.locator("h1 .tag")).to_have_text(walk.words(BreakGlass.State.ASKED.label))
    walk.addresses["opening"] = walk.address_of(page)
    expect(walk.button(page, "Read the file")).to_have_count(0)
    refused = page.request.get(f"{walk.site.address}{walk.addresses['opening']}approve/")
    assert refused.status == 403


def the_president_approves(walk: Walk) -> None:
    page = walk.opens("president", "/retention/emergency/to-decide/")
    office.follow(page, row_of(page, person(walk)).locator("a"))
    expect(page.locator("main")).to_contain_text(WHAT_HAPPENED)
    walk.follows(page, "Open the file")
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words(BreakGlass.State.APPROVED.label))
    # Whoever decides learns nothing of the file by it.
    expect(walk.button(page, "Read the file")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text(ALLERGY)


def the_head_reads_the_file(walk: Walk) -> None:
    page = walk.opens("head", walk.addresses["opening"])
    expect(page.locator("main")).not_to_contain_text(ALLERGY)
    walk.presses(page, "Read the file")
    walk.reads(page)
    main = page.locator("main")
    for text in (ALLERGY, FINDING, f"{SYSTOLIC} mmHg"):
        expect(main).to_contain_text(text)
    nothing_of_the_answers(walk, page)


def the_officer_sees_the_opening(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/my-health/")
    head = walk.made["names"]["head"]
    opened = page.locator("#readings tbody tr", has_text=head)
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text(walk.words(READ_REASONS["emergency"]))
    page = walk.opens("officer", "/retention/my-screening/")
    opening = page.locator("[aria-labelledby=openings] tbody tr")
    expect(opening).to_contain_text(head)
    expect(opening.locator("td.num")).to_have_text("1")
    office.follow(page, opening.locator("a"))
    expect(page.locator("main")).to_contain_text(WHAT_HAPPENED)
    # Told at each step, without having looked.
    inbox = walk.opens("officer", "/inbox/").locator(".attention-title")
    for kind in ("asked", "approved", "opened"):
        sentence = walk.words(KINDS[f"break_glass_{kind}_own"])
        expect(inbox.filter(has_text=sentence)).to_have_count(1)


# -- treatment: what is due -------------------------------------------------------------------


def the_default_rules_are_added(walk: Walk) -> None:
    page = walk.opens("political", "/retention/entitlements/")
    walk.follows(page, "Add the default rules")
    expect(page.locator("table.data tbody tr")).to_have_count(0)
    walk.presses(page, "Add missing defaults")
    expect(page.locator("table.data tbody tr")).to_have_count(len(EntitlementKind))
    # What nobody at this court has looked at says so.
    expect(page.locator(".note-warning")).to_be_visible()


def what_is_due_is_computed(walk: Walk) -> None:
    page = walk.opens("political", "/retention/entitlements/")
    walk.presses(page, "Compute now")
    office.wait_for_job(page)
    expect(page).to_have_url(re.compile(r"/retention/entitlements/$"))


def the_gap_is_listed(walk: Walk) -> None:
    page = walk.opens(
        "political", f"/retention/entitlements/?q={person(walk)}&kind={EntitlementKind.RANK_STEP}"
    )
    row = row_of(page, person(walk))
    expect(row).to_have_count(1)
    expect(row).to_contain_text(walk.words("late"))
    office.follow(page, row.locator("a[href^='/retention/entitlements/']").last)
    expect(page.locator("main .panel-body li").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(walk.made["rank"])


def the_rank_step_is_entered_as_received(walk: Walk) -> None:
    page = walk.window("political")
    office.follow(page, walk.link(page, "Enter as received"))
    received = date.today() - 30 * DAY
    page.fill("[name=received_on]", received.isoformat())
    page.fill("[name=document]", DOCUMENT)
    office.confirm(page)
    expect(told(page)).to_contain_text(walk.words("Entered. What is due has been computed anew."))
    expect(row_of(page, DOCUMENT)).to_contain_text(received.isoformat())


def the_officer_sees_it_explained(walk: Walk) -> None:
    page = walk.opens("officer", "/")
    office.follow(page, "nav a[href='/retention/my/entitlements/']")
    walk.reads(page)
    kind = capfirst(walk.words(EntitlementKind.RANK_STEP.label))
    steps = page.locator(f".table-region[aria-label='{kind}' i] tbody tr")
    expect(steps).to_have_count(2)
    received = date.today() - 30 * DAY
    before, rank = steps.last, walk.made["rank"]
    expect(before).to_contain_text(walk.words(Entitlement.State.RECEIVED.label))
    for sentence, facts in (
        ("The rule asks for %(months)s months in the rank %(rank)s before the next.",
         {"months": 24, "rank": rank}),
        ("Received on %(day)s.", {"day": received.isoformat()}),
    ):  # fmt: skip
        expect(before).to_contain_text(walk.words(sentence, **facts))
    # The next term is counted from that day.
    sentence = "Counted from %(day)s, when the last one was received."
    expect(steps.first).to_contain_text(walk.words(sentence, day=received.isoformat()))
    expect(row_of(page, DOCUMENT)).to_contain_text(walk.made["names"]["political"])


# -- treatment: leave -------------------------------------------------------------------------


def the_officer_asks_for_twelve_days(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/leave/mine/")
    first, last = walk.made["leave"]
    walk.follows(page, "Ask for leave")
    page.select_option("[name=kind]", Kind.ANNUAL)
    page.fill("[name=start]", first)
    page.fill("[name=last]", last)
    page.locator("[name=last]").blur()
    # Counted while the days are chosen, with who decides them and what would be left.
    count = page.locator("#leave-count")
    expect(count.locator("strong")).to_contain_text(TAKEN)
    expect(count).to_contain_text(walk.words(Level.PRESIDENT.label))
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words(LeaveRequest.State.ASKED.label))
    walk.addresses["leave"] = walk.address_of(page)
    expect(page.locator("[name=decision]")).to_have_count(0)


def head_political_department_and_president_approve(walk: Walk) -> None:
    for who, state in (
        ("head", LeaveRequest.State.ASKED),
        ("political", LeaveRequest.State.ASKED),
        ("president", LeaveRequest.State.APPROVED),
    ):
        page = walk.opens(who, "/retention/leave/?waiting=mine")
        office.follow(page, row_of(page, person(walk)).locator("th a"))
        walk.reads(page)
        page.check("[name=decision][value=approve]")
        walk.presses(page, "Decide")
        expect(page.locator("h1 .tag")).to_have_text(walk.words(state.label))
        expect(page.locator("[name=decision]")).to_have_count(0)


def the_officer_sees_the_balance(walk: Walk) -> None:
    page = walk.opens("officer", walk.addresses["leave"])
    expect(page.locator(".timeline > li")).to_have_count(4)
    year = walk.made["leave"][0][:4]
    page = walk.opens("officer", f"/retention/leave/mine/?year={year}")
    left, due, taken, *_rest = office.figures_on_cards(page)
    assert [re.match(r"\d+", figure)[0] for figure in (left, due, taken)] == [LEFT, DUE, TAKEN]
    request = page.locator(f"tbody tr:has(a[href='{walk.addresses['leave']}'])")
    expect(request).to_contain_text(walk.words(LeaveRequest.State.APPROVED.label))


# -- treatment: overtime ----------------------------------------------------------------------


def the_officer_enters_overtime(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/leave/mine/")
    walk.follows(page, "Enter overtime")
    page.fill("[name=day]", (date.today() - DAY).isoformat())
    page.fill("[name=hours]", HOURS)
    page.fill("[name=work]", WORK)
    office.confirm(page)
    expect(told(page)).to_contain_text(walk.words("Entered. Somebody else confirms it now."))
    expect(row_of(page, WORK)).to_contain_text(walk.words(Overtime.State.ENTERED.label))
    assert not office.figures_on_cards(page)[-1].startswith(HOURS)


def the_head_confirms_it(walk: Walk) -> None:
    page = walk.opens("head", "/retention/leave/overtime/?waiting=mine")
    with page.expect_navigation():
        row_of(page, WORK).locator("button[formaction$='/confirm/']").click()
    expect(told(page)).to_be_visible()
    page = walk.opens("head", "/retention/leave/overtime/")
    expect(row_of(page, WORK)).to_contain_text(walk.words(Overtime.State.CONFIRMED.label))


def the_officer_asks_for_the_rest(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/leave/mine/")
    expect(row_of(page, WORK)).to_contain_text(walk.words(Overtime.State.CONFIRMED.label))
    assert office.figures_on_cards(page)[-1].startswith(HOURS)
    walk.follows(page, "Ask for leave")
    page.select_option("[name=kind]", Kind.REST)
    page.fill("[name=hours]", HOURS)
    page.fill("[name=start]", walk.made["rest"])
    page.fill("[name=last]", walk.made["rest"])
    page.locator("[name=last]").blur()
    # So short a rest needs nobody but the head.
    expect(page.locator("#leave-count")).to_contain_text(walk.words(Level.HEAD.label))
    office.confirm(page)
    expect(page.locator("h1 .tag")).to_have_text(walk.words(LeaveRequest.State.ASKED.label))
    walk.addresses["rest"] = walk.address_of(page)


def the_head_grants_it(walk: Walk) -> None:
    page = walk.opens("head", walk.addresses["rest"])
    page.check("[name=decision][value=approve]")
    walk.presses(page, "Decide")
    # So short a rest needs nobody else.
    expect(page.locator("h1 .tag")).to_have_text(walk.words(LeaveRequest.State.APPROVED.label))


def the_officer_has_rested(walk: Walk) -> None:
    page = walk.opens("officer", "/retention/leave/mine/")
    worked, rested = row_of(page, WORK).locator("td.num").all_inner_texts()
    assert (worked, rested) == (HOURS, HOURS)
    assert not office.figures_on_cards(page)[-1].startswith(HOURS)
