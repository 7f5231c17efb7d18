"""How the four concerns stand in a reader's scope, as cards of the start page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User
from retention.models import (
    Award,
    CheckUp,
    Entitlement,
    LeaveRequest,
    Setback,
    Talk,
    TalkTask,
)


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with a second one in its note; ``note`` holds %(count)s for it."""

    label: str | Promise
    url: str
    rows: QuerySet[Any]
    note: str | Promise
    note_rows: QuerySet[Any]
    # Of the two, the one that should be zero colours the card when it is not.
    is_note_bad: bool = True


def cards_of(user: User, *, on: date) -> Iterator[Card]:
    """Cards of what ``user`` may see, each cut to the user's scope. No query."""
    year = date(on.year, 1, 1)
    if user.has_perm("retention.view_checkups"):
        seen = CheckUp.objects.visible_to(user).told_to_others().filter(campaign__year=on.year)
        yield Card(
            _("Check-ups of this year done"),
            reverse("retention:checkup_campaigns"),
            seen.filter(state=CheckUp.State.DONE),
            _("%(count)s still due"),
            seen.outstanding(),
            is_note_bad=False,
        )
    if user.has_perm("retention.view_entitlements"):
        due = Entitlement.objects.visible_to(user)
        yield Card(
            _("Entitlements that are due"),
            reverse("retention:entitlement_list"),
            due.open(),
            _("%(count)s late"),
            due.late(on=on),
        )
    if user.has_perm("retention.view_leave"):
        leave = LeaveRequest.objects.visible_to(user).exclude(officer__user=user)
        yield Card(
            _("Away on leave today"),
            reverse("retention:leave_calendar"),
            leave.filter(state=LeaveRequest.State.APPROVED, start__lte=on, end__gt=on),
            _("waiting for a decision: %(count)s"),
            leave.filter(state=LeaveRequest.State.ASKED),
            is_note_bad=False,
        )
    if user.has_perm("retention.view_awards"):
        awards = Award.objects.within(user, "retention.view_awards").in_force()
        yield Card(
            _("Awards of this year"),
            reverse("retention:award_list"),
            awards.filter(decided_on__gte=year),
            _("%(count)s in the last 30 days"),
            awards.filter(decided_on__gt=date.fromordinal(on.toordinal() - 30)),
            is_note_bad=False,
        )
    if user.has_perm("retention.view_setbacks"):
        setbacks = Setback.objects.visible_to(user)
        yield Card(
            _("Officers cared for after a setback"),
            reverse("retention:setback_list"),
            setbacks.running(),
            _("%(count)s talks overdue"),
            setbacks.talk_late(on=on),
        )
    if user.has_perm("retention.view_talks"):
        yield Card(
            _("Talks held this year"),
            reverse("retention:talk_list"),
            Talk.objects.in_register(user).standing().filter(held_on__gte=year),
            _("%(count)s overdue"),
            TalkTask.objects.in_scope(user).late(on=on),
        )
