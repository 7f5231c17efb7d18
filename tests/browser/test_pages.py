"""Every page of every role on the demo site: how it answers, looks, reads and is operated."""

import re
from collections import deque
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import office
from tests.browser.conftest import PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.xdist_group("demo site")]

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PLATFORM = ["system", "security", "auditor"]
COURT = ["president", "secretary", "branch", "cadre", "head", "political", "appraiser", "steward"]
COURT += ["union"]
# Each file is made on demand; downloading them is for other tests.
FILES = re.compile(
    r"/(export|template|errors|letter|file|forms?|workbook|certificate|files/\d+)/($|\?)"
)
# More kinds of pages than any role has.
FOLLOWED = 400
# Widths of an office screen at 125 %, at which a page is opened, and of a phone.
OFFICE, PHONE = 1093, 390

# Pages of posts and allowances that links lead to on the demo site.
READ_POSTS = [
    "posts/", "posts/1/", "documents/", "documents/1/", "appointments/", "appointments/1/",
    "appointments/1/notice/", "terms/", "fulltime/", "fulltime/exceptions/", "requests/",
]  # fmt: skip
READ_RUNS = [
    "allowances/", "allowances/1/", "allowances/1/lines/", "allowances/1/sheet/",
    "allowances/standards/", "allowances/standards/1/",
]  # fmt: skip
KEEP_POSTS = [
    "posts/open/", "posts/1/change/", "posts/1/close/", "documents/1/complete/", "requests/1/",
    "requests/draft/", "requests/draft/?", "requests/1/answer/", "requests/1/chase/",
    "requests/1/withdraw/", "fulltime/exceptions/record/", "fulltime/exceptions/record/?",
    "settings/",
]  # fmt: skip
MAKE_RUNS = [
    "allowances/draft/", "allowances/1/submit/", "allowances/1/recompute/",
    "allowances/1/discard/",
]  # fmt: skip
APPOINT = [
    "appointments/make/", "appointments/1/extend/", "appointments/1/approve/",
    "appointments/1/end/", "appointments/1/void/", "appointments/1/second/", "terms/1/plan/",
    "terms/1/held/", "allowances/standards/set/", "allowances/standards/1/end/",
]  # fmt: skip
LINKED = {
    "president": [*READ_POSTS, "requests/1/", *READ_RUNS],
    "secretary": [*READ_POSTS, "requests/1/"],
    "branch": READ_POSTS,
    "cadre": [*READ_POSTS, *READ_RUNS, *KEEP_POSTS, *MAKE_RUNS],
    "political": [*READ_POSTS, *READ_RUNS, *KEEP_POSTS, *APPOINT],
    "officer": ["my-posts/", "allowances/mine/"],
}
# And those of appraisal.
READ_RESULTS = [
    "figures/", "figures/sheets/1/", "sets/", "sets/1/", "sets/1/print/", "case-points/",
    "case-points/1/", "head-shares/", "cycles/", "cycles/1/", "cycles/1/participants/",
]  # fmt: skip
KEEP_FIGURES = [
    "figures/import/", "figures/import/1/", "figures/entry/", "figures/entry/upload/?",
    "figures/sheets/1/correct/", "cycles/1/missing/",
]  # fmt: skip
KEEP_SETS = [
    "sets/new/", "sets/1/copy/", "sets/1/basics/", "sets/1/groups/",
    "sets/1/indicators/add/", "sets/1/indicators/add/?", "sets/1/indicators/1/",
    "sets/1/indicators/1/words/", "sets/1/indicators/1/remove/", "sets/1/weights/",
    "sets/1/weights/experts/", "sets/1/delete/", "case-points/1/copy/", "case-points/1/describe/",
    "case-points/1/rows/add/", "case-points/1/publish/", "head-shares/add/?", "head-shares/1/",
    "head-shares/1/remove/", "settings/",
]  # fmt: skip
KEEP_CYCLES = [
    "cycles/open/", "cycles/1/move/scoring/", "ratings/", "ratings/cycles/1/progress/",
    "ratings/cycles/1/agreement/",
]  # fmt: skip
APPRAISED = {
    "political": [*READ_RESULTS, *KEEP_FIGURES],
    "appraiser": [*READ_RESULTS, *KEEP_FIGURES, *KEEP_SETS, *KEEP_CYCLES],
    "officer": ["figures/mine/", "ratings/"],
}
# Those that wait for something to happen first, on another court's records.
FURTHER = {
    "cadre": [
        "posts/open/?unit={organisation}&kind=organisation_member",
        "requests/{drafted}/change/",
        "requests/{drafted}/send/",
        "requests/{partly}/",
        "requests/{partly}/resend/",
        "fulltime/exceptions/{exception}/end/",
        "allowances/{checked_run}/pay/",
    ],
    "political": [
        "appointments/make/?post={posts[party_affairs_cadre]}&q={other[name]}",
        "appointments/make/?post={posts[secretary]}&officer={other[pk]}",
        "appointments/make/?post={posts[party_affairs_cadre]}&officer={other[pk]}&start={today}"
        "&nature=regular",
        "appointments/{ended}/",
        "appointments/{ended}/end/change/",
        "appointments/{ended}/reopen/",
        "appointments/{ended}/notice/?of=removal",
        "secondments/{secondment}/end/",
        "allowances/{checked_run}/check/",
        "allowances/{checked_run}/return/",
    ],
    "president": ["allowances/{checked_run}/", "allowances/{checked_run}/approve/"],
}
# The same of appraisal, in a court of its own.
FURTHER_APPRAISED = {
    "appraiser": [
        "sets/{published}/compare/",
        "sets/{published}/report/",
        "sets/{draft}/compare/",
        "sets/{draft}/indicators/{counted}/?kind=ladder",
        "sets/{draft}/indicators/{rated}/words/",
        "sets/{draft}/weights/",
        "sets/{draft}/weights/experts/?q=j",
        "sets/{weighed}/weights/",
        "weights/{expert}/withdraw/",
        "weights/derivations/{derivation}/",
        "figures/sheets/{disputed}/",
        "figures/sheets/{disputed}/correct/",
        "figures/sheets/{disputed}/keep/",
        "cycles/{annual}/",
        "cycles/{annual}/grades/",
        "cycles/{annual}/move/closed/",
        "cycles/{annual}/move/scoring/",
        "cycles/{collecting}/missing/",
        "cycles/{collecting}/move/scoring/",
        "cycles/{collecting}/participants/add/",
        "ratings/cycles/{collecting}/progress/",
        "ratings/cycles/{annual}/agreement/",
    ],
    "political": [
        "results/{result}/",
        "results/{result}/adjust/",
        "results/{result}/exclude/",
        "results/{adjusted}/",
        "adjustments/{adjustment}/revoke/",
        "exclusions/{exclusion}/readmit/",
        "cycles/{annual}/grades/",
        "cycles/{annual}/grades/decide/?all=1",
        "grades/{undecided}/decide/",
        "grades/{decided}/take-back/",
    ],
    "first": [
        "weights/",
        "weights/{expert}/",
        "weights/{expert}/submit/",
        "ratings/",
        "ratings/cycles/{collecting}/",
        "ratings/cycles/{collecting}/submit/",
        "ratings/sheets/{answered}/submit/",
        "ratings/cycles/{annual}/",
        "figures/mine/{own_month}/dispute/",
        "results/{result}/",
    ],
}

# A fourth row is like the third, and the navigation is looked at on the start page.
PROBLEMS = """
    async () => {
        const exclude = [["main tbody tr:nth-child(n+4)"]];
        if (location.pathname !== "/") exclude.push(["#navigation"]);
        const found = await axe.run({exclude}, {resultTypes: ["violations"], preload: false});
        return found.violations.map(
            one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.target).join(" | ")
        );
    }
"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def looked_at() -> set[str]:
    """Kinds of pages that were looked at for one role already."""
    return set()


def officer_of(site: Site) -> str:
    """The demo's one officer without a role stands last in the list of accounts."""
    return site.printed.strip().splitlines()[-1].split()[0]


def kind_of(address: str) -> str:
    """The same for two pages that show different records of one kind."""
    parts = urlsplit(address)
    is_filtered = bool(parts.query) and not parts.path.startswith("/admin/")
    return re.sub(r"\d+", "1", parts.path) + ("?" if is_filtered else "")


def links_on(site: Site, address: str, html: str) -> list[str]:
    found = (urljoin(site.address + address, href) for href in re.findall(r'href="([^"#]+)', html))
    return [
        link.removeprefix(site.address).replace("&amp;", "&")
        for link in found
        if link.startswith(site.address) and "/static/" not in link and not FILES.search(link)
    ]


def pages_of(page: Page, site: Site) -> list[str]:
    """One address of each kind of page that links lead to, from the start page on."""
    kinds, reached, waiting = {"/"}, [], deque(["/"])
    while waiting:
        address = waiting.popleft()
        assert len(reached) < FOLLOWED, f"links lead on and on, to {address}"
        answer = page.request.get(site.address + address)
        assert answer.status < 400, f"a link leads to {address}: {answer.status}"
        reached.append(address)
        for link in links_on(site, address, answer.text()):
            if kind_of(link) not in kinds:
                kinds.add(kind_of(link))
                waiting.append(link)
    return reached


def defects_of(page: Page, *, with_axe: bool = True) -> list[str]:
    """What is wrong with the page as it stands, at each width; it ends as on a phone."""
    defects = []
    for width in (OFFICE, PHONE):
        page.set_viewport_size({"width": width, "height": 768})
        if excess := page.evaluate(TOO_WIDE):
            defects.append(f"{excess} pixels too wide at {width}")
        if with_axe and width == OFFICE:
            page.evaluate(AXE)
            defects += page.evaluate(PROBLEMS)
    return defects


@pytest.mark.parametrize("role", [*PLATFORM, *COURT, "officer"])
def test_pages_of_a_role_answer_and_have_no_defect(role, demo_site, page, looked_at):
    elsewhere = []
    page.on("request", lambda request: elsewhere.append(request.url))
    username = officer_of(demo_site) if role == "officer" else role
    office.sign_in(page, demo_site.address, username, demo_site.password)
    reached = {kind_of(one): one for one in pages_of(page, demo_site)}
    linked = {f"/cadres/{kind}" for kind in LINKED.get(role, [])}
    linked |= {f"/appraisal/{kind}" for kind in APPRAISED.get(role, [])}
    assert linked - reached.keys() == set()
    # A list that is filtered or sorted looks like the whole one.
    addresses = [
        one
        for kind, one in reached.items()
        if kind not in looked_at and not (kind.endswith("?") and kind[:-1] in reached)
    ]
    looked_at.update(reached)

    assert defects_on(page, demo_site, addresses) == {}
    assert [url for url in elsewhere if not url.startswith((demo_site.address, "data:"))] == []


def defects_on(page: Page, site: Site, addresses: list[str]) -> dict[tuple[str, str], list[str]]:
    """What is wrong with pages, in each language.

    Words make a page wider, not harder to operate: axe looks at the Chinese page only.
    """
    defects = {}
    for language in ("zh-Hans", "en"):
        page.goto(site.address)
        office.read_in(page, language)
        for address in addresses:
            page.goto(site.address + address)
            if found := defects_of(page, with_axe=language == "zh-Hans"):
                defects[language, address] = found
    return defects


@pytest.mark.parametrize("who", FURTHER)
def test_pages_of_later_steps_have_no_defect(who, demo_site, settled, page):
    office.sign_in(page, demo_site.address, settled["usernames"][who], PASSWORD)
    facts = settled | {"today": date.today().isoformat()}
    addresses = ["/cadres/" + address.format(**facts) for address in FURTHER[who]]

    assert elsewhere_led(page, demo_site, addresses) == []
    assert defects_on(page, demo_site, addresses) == {}


@pytest.mark.parametrize("who", FURTHER_APPRAISED)
def test_pages_of_an_appraisal_have_no_defect(who, demo_site, appraised, page):
    office.sign_in(page, demo_site.address, appraised["usernames"][who], PASSWORD)
    addresses = ["/appraisal/" + one.format(**appraised) for one in FURTHER_APPRAISED[who]]

    assert elsewhere_led(page, demo_site, addresses) == []
    assert defects_on(page, demo_site, addresses) == {}


def elsewhere_led(page: Page, site: Site, addresses: list[str]) -> list[str]:
    """The addresses that answer with another page than what they say, or with none."""
    led = []
    for address in addresses:
        answer = page.goto(site.address + address)
        if answer is None or answer.status >= 400 or unquote(page.url) != site.address + address:
            led.append(address)
    return led


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_door_has_no_defect(locale, demo_site, visitor):
    page = visitor(locale)
    page.goto(demo_site.address)
    expect(page.locator("html")).to_have_attribute("lang", "en" if locale == "en-US" else "zh-Hans")
    assert defects_of(page) == []


def test_officer_list_is_light_when_cold(demo_site, visitor):
    first = visitor()
    office.sign_in(first, demo_site.address, "political", demo_site.password)
    page = visitor()
    page.context.add_cookies(first.context.cookies())
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes = []
    network.on("Network.loadingFinished", lambda end: sizes.append(end["encodedDataLength"]))

    page.goto(f"{demo_site.address}/cadres/officers/", wait_until="networkidle")

    assert len(sizes) <= 30
    assert sum(sizes) <= 500 * 1024


# -- the keyboard -----------------------------------------------------------------------------

# What has the focus, whether the focus can be told from its look, and whether something hides it.
FOCUSED = """
    () => {
        const one = document.activeElement;
        const name = one.tagName + " " + (one.innerText || one.name || one.id || "").slice(0, 30);
        const look = () => {
            const style = getComputedStyle(one);
            return [style.outlineStyle, style.outlineColor, style.outlineWidth, style.boxShadow,
                    style.borderColor, style.backgroundColor].join();
        };
        const focused = look();
        const box = one.getClientRects()[0];
        const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
        const above = Math.max(box.top, 0), below = Math.min(box.bottom, innerHeight);
        const top = document.elementFromPoint((left + right) / 2, (above + below) / 2);
        const hidden = !top || !(one.contains(top) || top.contains(one));
        one.blur();
        const plain = look();
        one.focus();
        return {name, shown: focused !== plain, hidden};
    }
"""
BY_KEYBOARD = [
    ("political", "/cadres/officers/"),
    ("political", "/cadres/roster/"),
    ("political", "/cadres/allowances/standards/set/"),
    ("cadre", "/cadres/requests/draft/"),
    ("appraiser", "/appraisal/cycles/open/"),
    ("appraiser", "/appraisal/sets/new/"),
    ("appraiser", "/appraisal/figures/entry/"),
    ("security", "/accounts/grants/"),
]


@pytest.mark.parametrize(("username", "address"), BY_KEYBOARD)
def test_keyboard_starts_at_the_skip_link_and_focus_is_seen(username, address, demo_site, visitor):
    page = visitor()
    office.sign_in(page, demo_site.address, username, demo_site.password)
    page.emulate_media(reduced_motion="reduce")
    page.goto(demo_site.address + address)

    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip-link"
    unseen = []
    for _step in range(40):
        focused = page.evaluate(FOCUSED)
        if focused["hidden"] or not focused["shown"]:
            unseen.append(focused)
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break
    assert unseen == []


def test_skip_link_leads_to_the_content(demo_site, visitor):
    page = visitor()
    office.sign_in(page, demo_site.address, "political", demo_site.password)
    page.goto(f"{demo_site.address}/cadres/officers/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("() => document.activeElement.id") == "main"
