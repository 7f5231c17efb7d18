"""Who opened an officer's records, as that officer may read it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import Grant
from courtparty.audit.models import Entry
from courtparty.audit.wording import VERBS

# Why a number was opened: a code in the log, words on the page.
REVEAL_REASONS = {
    "roster": _("Checking the roster"),
    "posting": _("Appointment or transfer"),
    "party": _("Party membership records"),
    "pay": _("Pay, insurance or check-up"),
    "contact": _("Reaching the person"),
    "inquiry": _("A request of a higher body"),
}
# Why other records were opened: the codes of the four concerns beside those above.
READ_REASONS = REVEAL_REASONS | {
    "checkup": _("Check-up or its result"),
    "recheck": _("A re-check that is due"),
    "follow_up": _("Follow-up"),
    "health_correction": _("A correction you asked for"),
    "alert": _("An alert of a self-screening"),
    "asked": _("You asked for it"),
    "emergency": _("Emergency"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One opening of one's records by somebody else."""

    at: datetime
    reader: str
    roles: str
    what: str
    reason: str


def readings_of(officer: Officer) -> QuerySet[Entry]:
    """The log's entries on readings of ``officer``'s records by others, newest first."""
    entries = Entry.objects.about(officer).reads().exclude(actor=None)
    return entries.exclude(actor=officer.user).select_related("actor").order_by("-at", "-pk")


def in_words(entries: Iterable[Entry], officer: Officer) -> list[Reading]:
    """The same with the roles each reader held then in the officer's court. One query."""
    listed = list(entries)
    held: defaultdict[int | None, list[Grant]] = defaultdict(list)
    readers = {entry.actor_id for entry in listed}
    for grant in Grant.objects.filter(user__in=readers).select_related("unit"):
        if grant.unit and grant.unit.path.startswith(officer.court.path):
            held[grant.user_id].append(grant)
    return [
        Reading(
            at=entry.at,
            reader=str(entry.actor),
            roles=_roles_at(held[entry.actor_id], entry.at),
            what=str(VERBS.get(entry.verb, entry.verb)),
            reason=str(READ_REASONS.get(entry.detail.get("reason", ""), "")),
        )
        for entry in listed
    ]


def _roles_at(grants: list[Grant], at: datetime) -> str:
    day = timezone.localdate(at)
    roles = {
        str(grant.get_role_display()): None
        for grant in grants
        if grant.starts_on <= day and (grant.ends_on is None or day < grant.ends_on)
    }
    return " · ".join(roles)
