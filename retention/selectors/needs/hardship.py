"""What waits for a reader in hardship help: to take up, verify, decide or answer; what is late."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import User
from retention.models import CaseMember, HardshipCase, HelpMeasure
from retention.models.hardship import APPROVE, HANDLE, RECOMMEND
from retention.selectors.countable import Countable
from retention.selectors.hardship import orphans_seen_by

ICON = "life-preserver"


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    if user.is_platform:
        return
    yield from _own(user)
    cases, mine = HardshipCase.objects.handled_by(user), reverse("retention:help_list")
    if user.has_perm(HANDLE):
        yield from _handled(user, on)
    if user.has_perm(RECOMMEND):
        verifying = cases.filter(state="verifying", verifier=user)
        url = f"{mine}?state=verifying"
        yield Countable(_("Hardships you are to verify"), url, verifying, "warning", ICON)
    if user.has_perm(APPROVE):
        asked = HelpMeasure.objects.awaiting(user)
        title, url = _("Measures of help to decide"), reverse("retention:help_decision_list")
        yield Countable(title, url, asked, "warning", ICON)
        orphans = orphans_seen_by(user, on=on)
        title, url = _("Hardship cases nobody handles"), reverse("retention:help_orphan_list")
        yield Countable(title, url, orphans, "danger", ICON)


def _own(user: User) -> Iterator[Countable]:
    own = HardshipCase.objects.filter(officer__user=user)
    asked = own.filter(Q(state="recommended") | Q(word_asked_on__isnull=False))
    title = _("Help in a hardship: your answer is awaited")
    yield Countable(title, reverse("retention:my_help"), asked, "warning", ICON)


def _handled(user: User, on: date) -> Iterator[Countable]:
    mine = reverse("retention:help_list")
    members = CaseMember.objects.current().filter(user=user, part="coordinator")
    cases = HardshipCase.objects.handled_by(user).filter(pk__in=members.values("case"))
    late = cases.late(on=on)
    yield Countable(_("Hardship cases that are late"), f"{mine}?clock=late", late, "danger", ICON)
    new = cases.filter(state="applied")
    title = _("Hardship cases to take up")
    yield Countable(title, f"{mine}?state=applied", new, "warning", ICON)
    asked = CaseMember.objects.current().filter(case__in=cases.values("pk"))
    asked = asked.exclude(removal_asked_at=None)
    title = _("Officers ask that a member leave their hardship case")
    yield Countable(title, mine, asked, "warning", ICON)
