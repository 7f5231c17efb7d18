"""What waits in check-ups and health files, for the steward and for officers."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from retention.models import CheckUp, CheckUpCampaign, CheckUpResult, FollowUp, HealthCorrection
from retention.models.checkups import KEEP, VIEW
from retention.selectors.countable import Countable

WAITING = Q(state=CheckUp.State.DUE, campaign__state=CheckUpCampaign.State.OPEN)


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    """What is late or due for a reader: as health steward, in a scope, and for oneself."""
    if user.has_perm(KEEP):
        yield from _of_steward(user, on=on)
    elif user.has_perm(VIEW):
        own = Officer.objects.filter(user=user)
        late = CheckUp.objects.visible_to(user, VIEW).exclude(officer__in=own)
        yield Countable(
            _("Check-ups overdue in your scope"),
            reverse("retention:checkup_campaigns"),
            late.filter(WAITING, due_on__lt=on),
            tone="warning",
            icon="heart-pulse",
        )
    yield from _of_officer(user, on=on)


def _of_steward(user: User, *, on: date) -> Iterator[Countable]:
    of_file = court_scope(user, KEEP, court="health_file__officer__court")
    health_list = reverse("retention:health_list")
    tasks = FollowUp.objects.filter(of_file, due_on__lte=on).waiting()
    yield Countable(
        _("Health follow-ups due"),
        reverse("retention:follow_up_list"),
        tasks,
        tone="warning",
        icon="list-check",
    )
    yield Countable(
        _("Corrections of health files asked for"),
        f"{health_list}?need=correction",
        HealthCorrection.objects.filter(of_file).awaiting(),
        icon="pencil-square",
    )
    of_checkup = court_scope(user, KEEP, court="campaign__court")
    yield Countable(
        _("Check-ups done, without a result"),
        f"{health_list}?need=result",
        CheckUp.objects.filter(of_checkup, state=CheckUp.State.DONE, result=None),
        icon="clipboard-data",
    )
    yield Countable(
        _("Check-ups overdue"),
        reverse("retention:checkup_campaigns"),
        CheckUp.objects.filter(of_checkup, WAITING, due_on__lt=on),
        tone="warning",
        icon="heart-pulse",
    )


def _of_officer(user: User, *, on: date) -> Iterator[Countable]:
    own_page = reverse("retention:my_health")
    yield Countable(
        _("Your check-up is due"),
        own_page,
        CheckUp.objects.filter(WAITING, officer__user=user),
        icon="heart-pulse",
    )
    yield Countable(
        _("Something in your health file is due"),
        own_page,
        CheckUpResult.objects.filter(
            checkup__officer__user=user, rechecked_on=None, recheck_on__lte=on
        ),
        tone="warning",
        icon="heart-pulse",
    )
