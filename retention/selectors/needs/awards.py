"""What waits for a reader on the way from achievements to awards, and in mentoring."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User
from retention.models import Achievement, Award, AwardProposal, Mentoring
from retention.rules.awards import free_again
from retention.rules.mentoring import QUIET_MONTHS
from retention.selectors.achievements import PROPOSE
from retention.selectors.award_proposals import CHECK, DECIDE, waiting_for
from retention.selectors.countable import Countable
from retention.selectors.mentoring import MANAGE, quiet_pairs, without_mentor

State = AwardProposal.State


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    """As a role holder, and as one of a pair. Reads nothing yet."""
    if user.has_perm(PROPOSE):
        yield from _to_propose(user, on)
    if user.has_perm(CHECK) or user.has_perm(DECIDE) or user.has_perm(PROPOSE):
        yield Countable(
            _("Proposals for awards that wait for you"),
            f"{reverse('retention:proposal_list')}?waiting=me",
            waiting_for(AwardProposal.objects.visible_to(user), user),
            icon="award",
        )
    if user.has_perm(CHECK):
        without = Award.objects.within(user, CHECK).in_force().filter(document_number="")
        yield Countable(
            _("Awards without their document"),
            f"{reverse('retention:award_list')}?document=no",
            without.exclude(officer__user=user),
            icon="file-earmark-text",
        )
    yield from _of_mentoring(user, on)


def _to_propose(user: User, on: date) -> Iterator[Countable]:
    entered = Achievement.objects.within(user, PROPOSE).filter(state=Achievement.State.ENTERED)
    entered = entered.exclude(officer__user=user)
    address = f"{reverse('retention:achievement_list')}?desk=proposer"
    yield Countable(_("Achievements to propose for an award"), address, entered, icon="award")
    yield Countable(
        _("Achievements whose decision is overdue"),
        f"{reverse('retention:achievement_list')}?late=yes",
        Achievement.objects.within(user, PROPOSE).under_way().filter(due_on__lt=on),
        tone="danger",
        icon="clock-history",
    )


def _of_mentoring(user: User, on: date) -> Iterator[Countable]:
    since = free_again(on, -QUIET_MONTHS)
    if user.has_perm(MANAGE):
        yield Countable(
            _("New officers without a mentor"),
            reverse("retention:mentoring_list"),
            without_mentor(user, on=on).order_by(),
            icon="people",
        )
        yield Countable(
            _("Pairs that have not met for a quarter"),
            f"{reverse('retention:mentoring_list')}?quiet=yes",
            quiet_pairs(Mentoring.objects.managed_by(user), since=since),
            tone="warning",
            icon="people",
        )
    yield Countable(
        _("Meet with your mentor or the officer you lead: a quarter has passed"),
        reverse("retention:my_awards"),
        quiet_pairs(Mentoring.objects.of_officer(user), since=since),
        tone="warning",
        icon="people",
    )
