"""What waits for a reader on the retention board: departures, interviews, pauses, actions."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from retention.models import AssignmentPause, Departure, RetentionAction
from retention.models.pauses import DECIDE
from retention.selectors.causes import MANAGE
from retention.selectors.countable import Countable
from retention.selectors.departures import left_without_departure, uncoded
from retention.selectors.interviews import to_hold, waiting_for_officer

SOON_DAYS = 7


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    if user.is_platform:
        return
    yield Countable(
        _("Your exit interview: a word from you is awaited"),
        reverse("retention:my_pauses"),
        waiting_for_officer(user),
        tone="warning",
        icon="chat-dots",
    )
    yield Countable(
        _("Exit interviews for you to hold"),
        reverse("retention:interview_list"),
        to_hold(user),
        icon="chat-dots",
    )
    yield Countable(
        _("Actions you are responsible for, due within a week or overdue"),
        reverse("retention:action_list") + "?mine=due",
        RetentionAction.objects.unfinished().filter(
            responsible=user, due_on__lte=on + timedelta(days=SOON_DAYS)
        ),
        tone="warning",
        icon="flag",
    )
    yield from _needs_of_roles(user)


def _needs_of_roles(user: User) -> Iterator[Countable]:
    if user.has_perm(DECIDE):
        yield Countable(
            _("Pauses in the assignment of cases to decide"),
            reverse("retention:pause_list") + "?phase=suggested",
            AssignmentPause.objects.decidable_by(user).suggested().exclude(officer__user=user),
            tone="warning",
            icon="sliders",
        )
    if user.has_perm(MANAGE):
        yield Countable(
            _("Officers who left, without a departure on record"),
            reverse("retention:departure_list"),
            left_without_departure(user),
            tone="warning",
            icon="person-gear",
        )
        yield Countable(
            _("Departures whose causes are not coded"),
            reverse("retention:departure_list") + "?coding=open",
            uncoded(Departure.objects.visible_to(user)),
            icon="pencil-square",
        )
