"""The pages of leave as tabs: those the reader may open."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from retention.selectors.leave import DECIDE, MANAGE, VIEW


def leave_tabs(request: HttpRequest, current: str) -> list[tuple[str, str, bool]]:
    pages = [
        ("leave_list", _("Requests"), VIEW),
        ("leave_calendar", _("Calendar"), VIEW),
        ("leave_overtime_list", _("Overtime"), VIEW),
        ("leave_account_list", pgettext("of leave", "Accounts"), VIEW),
        ("leave_plan_list", _("Plans"), DECIDE),
        ("leave_round_list", _("Planning in autumn"), VIEW),
        ("leave_kind_list", _("Kinds of leave"), MANAGE),
        ("leave_team", _("Teams"), MANAGE),
    ]
    return [
        (label, reverse(f"retention:{name}"), name == current)
        for name, label, permission in pages
        if request.user.has_perm(permission)
    ]


def own_tabs(current: str) -> list[tuple[str, str, bool]]:
    pages = [
        ("my_leave", _("My leave"), ""),
        ("leave_calendar", _("Calendar of my department"), "?own=1"),
    ]
    return [
        (label, reverse(f"retention:{name}") + query, name == current)
        for name, label, query in pages
    ]


def leave_crumbs(request: HttpRequest) -> list[tuple[str, str]]:
    if request.user.has_perm(VIEW):
        return [(_("Retention"), ""), (_("Leave"), reverse("retention:leave_list"))]
    return [(_("My leave"), reverse("retention:my_leave"))]


def sent(request: HttpRequest) -> Any:
    """What a form is made of: nothing unless it was sent."""
    return request.POST if request.method == "POST" else None
