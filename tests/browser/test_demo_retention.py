"""The demo court shows something on each page of the four concerns: nobody opens an empty one."""

import re

import pytest

from tests.browser import office
from tests.browser.test_pages import officer_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.xdist_group("demo site")]

# The lists of each main role, below /retention/.
LISTS = {
    "political": [
        "entitlements/", "entitlements/kinds/", "entitlements/rules/", "entitlements/received/",
        "entitlements/received/imports/", "leave/", "leave/calendar/", "leave/plans/",
        "leave/overtime/", "leave/rounds/", "leave/accounts/", "leave/kinds/", "leave/teams/",
        "achievements/", "award-proposals/", "awards/", "awards/figures/", "awards/ladder/",
        "mentoring/", "setbacks/", "talks/", "talks/held/", "talks/calendar/", "talks/coverage/",
        "talks/rules/", "talks/mine/", "pressure/", "board/", "caseload/", "pauses/",
        "departures/", "departures/causes/", "interviews/", "actions/",
    ],
    "steward": [
        "check-ups/", "health/", "health/follow-ups/", "health/ranges/", "calls/",
        "screening/invitations/", "emergency/to-decide/",
    ],
    "union": ["help/", "help/budget/"],
    "president": [
        "board/", "pressure/", "help/decisions/", "award-proposals/", "award-proposals/meeting/",
        "talks/mine/", "actions/", "emergency/to-decide/",
    ],
    "head": [
        "leave/", "leave/overtime/", "leave/plans/", "help/flexible/", "pauses/", "caseload/",
        "mentoring/", "talks/mine/", "actions/", "emergency/",
    ],
    "branch": ["setbacks/", "talks/", "talks/held/", "talks/coverage/", "talks/mine/"],
    "secretary": ["setbacks/", "talks/", "achievements/", "awards/"],
    "officer": [
        "my-health/", "my-screening/", "my/entitlements/", "leave/mine/", "my-help/",
        "my-awards/", "my/talks/",
    ],
}  # fmt: skip
# Addresses whose list is no table, and what it says then.
SAID = {"officer": {"my-pauses/": "参加省法官学院培训（演示）"}}


def rows_in(html: str) -> int:
    """Rows of records: those below the headings of the page's tables."""
    main = html[html.index("<main") :]
    bodies = re.findall(r"<tbody.*?</tbody>", main, re.DOTALL)
    return sum(body.count("<tr") for body in bodies)


@pytest.mark.parametrize("role", LISTS)
def test_lists_of_a_role_show_records(role, demo_site, page):
    username = officer_of(demo_site) if role == "officer" else role
    office.sign_in(page, demo_site.address, username, demo_site.password)
    answers = {
        one: page.request.get(f"{demo_site.address}/retention/{one}")
        for one in [*LISTS[role], *SAID.get(role, {})]
    }

    assert {one: answer.status for one, answer in answers.items() if answer.status != 200} == {}
    assert [one for one in LISTS[role] if not rows_in(answers[one].text())] == []
    lacking = [one for one, text in SAID.get(role, {}).items() if text not in answers[one].text()]
    assert lacking == []
