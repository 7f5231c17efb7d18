"""What waits for a reader in talks and setbacks: to hold, to follow, to read, and the gaps."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User
from retention.models import Setback, SetbackHelp, Talk, TalkFollowUp, TalkTask
from retention.selectors.countable import Countable

SOON = timedelta(days=14)


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    if not user.is_platform:
        yield from _own(user, on)
    if user.has_perm("retention.view_talks"):
        yield from _gaps(user, on)
    if user.has_perm("retention.view_setbacks"):
        yield from _setbacks(user, on)


def _own(user: User, on: date) -> Iterator[Countable]:
    mine = reverse("retention:talk_mine")
    held = TalkTask.objects.open().filter(holder=user)
    yield Countable(
        _("Talks you are to hold are overdue"), mine, held.filter(due_on__lt=on), "danger",
        "chat-dots",
    )  # fmt: skip
    soon = held.filter(due_on__gte=on, due_on__lte=on + SOON)
    yield Countable(_("Talks to hold in the next two weeks"), mine, soon, "warning", "chat-dots")
    helping = SetbackHelp.objects.filter(
        who=user, done_on=None, is_dropped=False, until__lte=on + SOON
    )
    running = helping.filter(setback__in=Setback.objects.running())
    yield Countable(
        _("Help you are to give a colleague ends soon"), mine, running, "warning", "life-preserver"
    )
    unread = Talk.objects.standing().filter(officer__user=user, acknowledged_at=None)
    own = reverse("retention:my_talks")
    yield Countable(_("Notes of talks with you to read"), own, unread, "info", "chat-dots")
    agreed = TalkFollowUp.objects.filter(
        Q(talk__officer__user=user) | Q(talk__holder=user),
        done_on=None,
        due_on__lte=on,
        talk__taken_back_at=None,
    )
    yield Countable(_("Agreed in a talk and due"), own, agreed, "warning", "check-circle")


def _gaps(user: User, on: date) -> Iterator[Countable]:
    register = reverse("retention:talk_list")
    below = TalkTask.objects.in_scope(user)
    late = below.late(on=on).exclude(holder=user)
    yield Countable(
        _("Talks in your scope are overdue"), f"{register}?state=late", late, "danger", "clock"
    )
    nobody = below.open().filter(holder=None)
    yield Countable(
        _("Planned talks that nobody is asked to hold"), f"{register}?state=nobody", nobody,
        "warning", "person",
    )  # fmt: skip


def _setbacks(user: User, on: date) -> Iterator[Countable]:
    url = reverse("retention:setback_list")
    setbacks = Setback.objects.visible_to(user)
    yield Countable(
        _("Setbacks whose talk is overdue"), f"{url}?state=late", setbacks.talk_late(on=on),
        "danger", "life-preserver",
    )  # fmt: skip
    yield Countable(
        _("Ask again how somebody is after a setback"),
        f"{url}?state=follow",
        setbacks.follow_up_due(on=on),
        "warning",
        "life-preserver",
    )
