"""The left navigation: what exists, under which mechanism, and who is shown it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User

GROUPS: dict[str, str | Promise] = {
    "own": "",
    "cadres": _("Cadre team"),
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
    label: str | Promise
    links: list[Link]


ITEMS: list[Item] = [
    Item("own", _("Home"), "home", "house"),
    Item("own", _("My records"), "my_records", "person-vcard", officers_only=True),
    Item("own", _("My figures"), "appraisal:my_figures", "bar-chart", officers_only=True),
    Item("own", _("Ratings to give"), "appraisal:rating_list", "list-check", officers_only=True),
    Item("own", _("My posts"), "cadres:my_posts", "briefcase", officers_only=True),
    Item("own", _("My allowances"), "cadres:my_allowances", "cash-coin", officers_only=True),
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
    groups = []
    for key, label in GROUPS.items():
        links = [
            Link(item.label, url, item.icon, item is current)
            for item, url in shown
            if item.group == key
        ]
        if links:
            groups.append(Group(label, links))
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
