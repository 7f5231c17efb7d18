"""The left navigation: what exists, under which mechanism, and who is shown it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courtparty.accounts.models import User

GROUPS: dict[str, str | Promise] = {
    "own": "",
    "mine": _("Mine"),
    "cadres": _("Cadre team"),
    # The four concerns, each by itself, and what tells whether they work.
    "health": _("Health"),
    "treatment": _("Treatment"),
    "life": _("Life"),
    "progress": pgettext_lazy("a concern", "Progress"),
    "retention": _("Retention"),
    "appraisal": _("Appraisal"),
    "platform": _("Platform"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the navigation; ``permission`` None means everyone who is signed in."""

    group: str
    label: str | Promise
    url_name: str
    icon: str
    permission: str | None = None
    # A platform account has no records of its own in any court.
    officers_only: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    label: str | Promise
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Links under a heading; without a heading they are always in sight."""

    label: str | Promise
    links: list[Link]
    is_open: bool = True


# With more links than a screen holds only the group one is in is unfolded.
LINKS_WITHOUT_FOLDING = 18

ITEMS: list[Item] = [
    Item("own", _("Home"), "home", "house"),
    Item("own", _("My records"), "my_records", "person-vcard", officers_only=True),
    Item("mine", _("My figures"), "appraisal:my_figures", "bar-chart", officers_only=True),
    Item("mine", _("Ratings to give"), "appraisal:rating_list", "list-check", officers_only=True),
    Item("mine", _("My posts"), "cadres:my_posts", "briefcase", officers_only=True),
    Item("mine", _("My allowances"), "cadres:my_allowances", "cash-coin", officers_only=True),
    Item(
        "mine",
        _("My entitlements"),
        "retention:my_entitlements",
        "clipboard-check",
        officers_only=True,
    ),
    Item("mine", _("My health"), "retention:my_health", "heart-pulse", officers_only=True),
    Item("mine", _("My awards"), "retention:my_awards", "award", officers_only=True),
    Item("mine", _("My leave"), "retention:my_leave", "calendar-event", officers_only=True),
    Item("mine", _("My help"), "retention:my_help", "life-preserver", officers_only=True),
    Item("mine", _("My talks"), "retention:my_talks", "chat-dots", officers_only=True),
    Item("mine", _("Talks to hold"), "retention:talk_mine", "calendar-event", officers_only=True),
    Item("mine", _("My pauses"), "retention:my_pauses", "sliders", officers_only=True),
    Item("own", _("Inbox"), "notices:inbox", "bell"),
    Item("cadres", _("Officers"), "cadres:officer_list", "people", "cadres.view_officer"),
    Item(
        "cadres",
        _("Roster import"),
        "cadres:roster_import",
        "file-earmark-arrow-up",
        "cadres.import_roster",
    ),
    Item(
        "cadres",
        _("Corrections"),
        "cadres:correction_list",
        "pencil-square",
        "cadres.decide_correction",
    ),
    Item("cadres", _("Establishment"), "cadres:post_list", "diagram-3", "cadres.view_post"),
    Item(
        "cadres",
        _("Staffing requests"),
        "cadres:request_list",
        "envelope",
        "cadres.view_request",
    ),
    Item(
        "cadres",
        _("Appointments"),
        "cadres:appointment_list",
        "briefcase",
        "cadres.view_appointment",
    ),
    Item(
        "cadres",
        _("Terms and elections"),
        "cadres:term_list",
        "calendar-event",
        "cadres.view_appointment",
    ),
    Item(
        "cadres",
        _("Full-time check"),
        "cadres:fulltime_check",
        "clipboard-check",
        "cadres.view_fulltime",
    ),
    Item("cadres", _("Allowance runs"), "cadres:run_list", "cash-coin", "cadres.view_run"),
    Item(
        "cadres",
        _("Allowance standards"),
        "cadres:standard_list",
        "sliders",
        "cadres.view_standard",
    ),
    Item(
        "cadres",
        _("Documents"),
        "cadres:approval_list",
        "file-earmark-text",
        "cadres.view_approval",
    ),
    Item(
        "cadres",
        _("Settings of the cadre team"),
        "cadres:settings_edit",
        "gear",
        "cadres.manage_settings",
    ),
    Item("treatment", _("Leave"), "retention:leave_list", "calendar-event", "retention.view_leave"),
    Item(
        "progress",
        _("Achievements"),
        "retention:achievement_list",
        "flag",
        "retention.view_awards",
    ),
    Item(
        "progress",
        _("Proposals for awards"),
        "retention:proposal_list",
        "clipboard-check",
        "retention.view_awards",
    ),
    Item("progress", _("Awards"), "retention:award_list", "award", "retention.view_awards"),
    Item(
        "progress",
        _("Ladder of awards"),
        "retention:rung_list",
        "graph-up",
        "retention.view_awards",
    ),
    Item(
        "progress",
        _("Mentoring"),
        "retention:mentoring_list",
        "people",
        "retention.manage_mentoring",
    ),
    Item(
        "health",
        _("Calls to make"),
        "retention:alert_list",
        "life-preserver",
        "retention.answer_alerts",
    ),
    Item(
        "health",
        _("Invitations to screening"),
        "retention:screening_campaign_list",
        "envelope",
        "retention.answer_alerts",
    ),
    Item(
        "health",
        _("Emergency openings"),
        "retention:break_glass_list",
        "key",
        "retention.ask_break_glass",
    ),
    Item(
        "health",
        _("Emergency openings to decide"),
        "retention:break_glass_queue",
        "shield-lock",
        "retention.approve_break_glass",
    ),
    Item(
        "retention",
        _("Pressure"),
        "retention:pressure_board",
        "graph-up",
        "retention.view_board",
    ),
    Item(
        "life",
        _("Hardship cases"),
        "retention:help_list",
        "life-preserver",
        "retention.handle_hardship",
    ),
    Item(
        "life",
        _("Recommend for help"),
        "retention:help_recommend",
        "heart",
        "retention.recommend_hardship",
    ),
    Item(
        "life",
        _("Help to decide"),
        "retention:help_decision_list",
        "clipboard-check",
        "retention.approve_help",
    ),
    Item(
        "life",
        _("Hardship cases nobody handles"),
        "retention:help_orphan_list",
        "question-circle",
        "retention.approve_help",
    ),
    Item(
        "life",
        _("Budget sources of help"),
        "retention:help_budget_list",
        "cash-coin",
        "retention.handle_hardship",
    ),
    Item(
        "life",
        _("Flexible hours"),
        "retention:help_flexible_list",
        "clock",
        "retention.decide_pause",
    ),
    Item(
        "life",
        _("Report on help in hardship"),
        "retention:help_report",
        "bar-chart",
        "retention.view_board",
    ),
    Item(
        "health",
        _("Check-ups"),
        "retention:checkup_campaigns",
        "heart-pulse",
        "retention.view_checkups",
    ),
    Item(
        "health",
        _("Health files"),
        "retention:health_list",
        "clipboard-data",
        "retention.keep_health",
    ),
    Item(
        "health",
        _("Health follow-ups"),
        "retention:follow_up_list",
        "list-check",
        "retention.keep_health",
    ),
    Item(
        "progress",
        _("Setbacks"),
        "retention:setback_list",
        "life-preserver",
        "retention.view_setbacks",
    ),
    Item(
        "progress", _("Talk register"), "retention:talk_list", "chat-dots", "retention.view_talks"
    ),
    Item("retention", _("Retention board"), "retention:board", "graph-up", "retention.view_board"),
    Item(
        "retention",
        _("Assignment pauses"),
        "retention:pause_list",
        "sliders",
        "retention.decide_pause",
    ),
    Item(
        "retention",
        _("Departures"),
        "retention:departure_list",
        "box-arrow-right",
        "retention.manage_departures",
    ),
    Item(
        "retention",
        _("Settings of retention"),
        "retention:settings_edit",
        "gear",
        "retention.manage_settings",
    ),
    Item(
        "treatment",
        _("Entitlements"),
        "retention:entitlement_list",
        "clipboard-check",
        "retention.view_entitlements",
    ),
    Item(
        "treatment",
        _("Received"),
        "retention:received_list",
        "check-circle",
        "retention.view_entitlements",
    ),
    Item(
        "treatment",
        _("Rules of entitlements"),
        "retention:entitlement_rule_list",
        "sliders",
        "retention.view_entitlements",
    ),
    Item(
        "appraisal",
        _("Case figures"),
        "appraisal:figure_list",
        "clipboard-data",
        "appraisal.view_figures",
    ),
    Item(
        "appraisal",
        _("Figures import"),
        "appraisal:figure_import",
        "file-earmark-spreadsheet",
        "appraisal.import_figures",
    ),
    Item(
        "appraisal",
        _("Figures by hand"),
        "appraisal:figure_entry",
        "pencil-square",
        "appraisal.import_figures",
    ),
    Item(
        "appraisal",
        _("Index sets"),
        "appraisal:index_set_list",
        "list-check",
        "appraisal.view_index_set",
    ),
    Item(
        "appraisal",
        _("Case points"),
        "appraisal:case_weights_list",
        "graph-up",
        "appraisal.view_index_set",
    ),
    Item(
        "appraisal",
        _("Heads' shares"),
        "appraisal:head_share_list",
        "sliders",
        "appraisal.view_index_set",
    ),
    Item(
        "appraisal", _("Cycles"), "appraisal:cycle_list", "calendar-range", "appraisal.view_cycle"
    ),
    Item(
        "appraisal",
        _("Appraisal settings"),
        "appraisal:appraisal_settings",
        "gear",
        "appraisal.manage_cycle",
    ),
    Item("platform", _("Accounts"), "accounts:user_list", "person-gear", "accounts.manage_users"),
    Item("platform", _("Grants"), "accounts:grant_list", "key", "accounts.manage_grants"),
    Item("platform", _("Audit log"), "audit:entry_list", "journal-text", "audit.view_entries"),
    Item("platform", _("Reference tables"), "admin:index", "gear", "accounts.use_admin"),
]


def navigation(request: HttpRequest) -> dict[str, Callable[[], list[Group]]]:
    """Context processor. Callable, so that only a page that shows the navigation pays for it."""
    return {"navigation": partial(_navigation_of, request)}


def _navigation_of(request: HttpRequest) -> list[Group]:
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    match = request.resolver_match
    return navigation_for(user, view_name=match.view_name if match else "")


def navigation_for(user: User, *, view_name: str = "") -> list[Group]:
    """What ``user`` may open, by group, with the line ``view_name`` belongs to marked."""
    shown = [(item, url) for item in ITEMS if _is_shown(item, user) and (url := _url(item))]
    current = _current([item for item, _url_of_item in shown], view_name)
    has_room = len(shown) <= LINKS_WITHOUT_FOLDING
    groups = []
    for key, label in GROUPS.items():
        links = [
            Link(item.label, url, item.icon, item is current)
            for item, url in shown
            if item.group == key
        ]
        if links:
            is_here = any(link.is_current for link in links)
            groups.append(Group(label, links, has_room or is_here or not label))
    return groups


def _is_shown(item: Item, user: User) -> bool:
    if item.officers_only and user.is_platform:
        return False
    return item.permission is None or user.has_perm(item.permission)


def _url(item: Item) -> str | None:
    try:
        return _address(item.url_name)
    except NoReverseMatch:
        return None


@cache
def _address(url_name: str) -> str:
    """The same in every request: looking up twenty of them would take a tenth of a page."""
    return reverse(url_name)


def _current(items: list[Item], view_name: str) -> Item | None:
    """The item of this very page, else the page's own start page, else the list of its noun."""
    exact = [item for item in items if item.url_name == view_name]
    below = [item for item in items if view_name.startswith(f"{item.url_name}_")]
    kin = [item for item in items if view_name.startswith(_stem(item.url_name))]
    return next(iter(exact + below + kin), None)


def _stem(url_name: str) -> str:
    """``cadres:officer_list`` stands for ``cadres:officer_…``; ``admin:index`` for its site."""
    for ending in ("list", "index", "import"):
        if url_name.endswith(ending):
            return url_name.removesuffix(ending)
    return url_name
