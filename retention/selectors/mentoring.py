"""Pairs of mentor and new officer, and who still has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.selectors.officers import searched as searched_officers
from courtparty.accounts.models import User
from courtparty.accounts.scope import unit_scope
from retention.models import Mentoring
from retention.models.mentoring import MentoringQuerySet
from retention.rules.mentoring import joined_after, quiet_rung

MANAGE = "retention.manage_mentoring"
State = Mentoring.State
TONES = {State.ACTIVE: "success", State.ENDED: "neutral", State.VOID: "neutral"}

ORDERS = {
    "mentee": "mentee__pinyin",
    "mentor": "mentor__pinyin",
    "start": "start",
    "met": "last_met",
    "meetings": "meetings",
}
DEFAULT_ORDER = "mentee"


def with_meetings(pairs: MentoringQuerySet) -> MentoringQuerySet:
    return pairs.annotate(last_met=Max("notes__met_on"), meetings=Count("notes"))


def searched(pairs: MentoringQuerySet, text: str, *, user: User) -> MentoringQuerySet:
    officers = searched_officers(Officer.objects.all(), text, user=user).values("pk")
    return pairs.filter(Q(mentor__in=officers) | Q(mentee__in=officers))


def ordered(pairs: MentoringQuerySet, sort: str) -> MentoringQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER
    field = F(ORDERS[name])
    down = sort.startswith("-")
    first = field.desc(nulls_last=True) if down else field.asc(nulls_first=True)
    return pairs.order_by(first, "-pk" if down else "pk")


@dataclass(frozen=True, slots=True)
class PairRow:
    """A line of the list of pairs, in words."""

    pk: int
    mentor: str
    mentee: str
    department: str
    start: date
    last_day: date | None
    last_met: date | None
    meetings: int
    state: str
    tone: str
    warning: str


def pair_rows(pairs: Iterable[Mentoring], *, on: date) -> list[PairRow]:
    """Reads nothing beside ``pairs``, which come from ``with_meetings``."""
    return [_row(pair, on) for pair in pairs]


def _row(pair: Mentoring, on: date) -> PairRow:
    last_met: date | None = pair.last_met  # type: ignore[attr-defined]
    return PairRow(
        pk=pair.pk,
        mentor=pair.mentor.name,
        mentee=pair.mentee.name,
        department=pair.mentee.department.display_name,
        start=pair.start,
        last_day=pair.end - timedelta(days=1) if pair.end else None,
        last_met=last_met,
        meetings=pair.meetings,  # type: ignore[attr-defined]
        state=str(pair.get_state_display()),
        tone=TONES[State(pair.state)],
        warning=warning_of(pair, last_met, on=on),
    )


def warning_of(pair: Mentoring, last_met: date | None, *, on: date) -> str:
    """What is amiss with a running pair: past its end, or not met for a quarter."""
    if pair.state != State.ACTIVE:
        return ""
    if pair.end and pair.end <= on:
        return _("past its last day, not ended")
    return _("no meeting for a quarter") if quiet_rung(last_met or pair.start, on) else ""


def quiet_pairs(pairs: MentoringQuerySet, *, since: date) -> MentoringQuerySet:
    """Running pairs that have not met from ``since`` on. Two subqueries, countable."""
    met = Mentoring.objects.filter(pk=OuterRef("pk"), notes__met_on__gt=since)
    return pairs.active().filter(start__lte=since).exclude(Exists(met))


def without_mentor(user: User, *, on: date) -> QuerySet[Officer]:
    """Officers in reach with fewer than two years of service and no running pair as mentee."""
    paired = Mentoring.objects.active().filter(mentee=OuterRef("pk"))
    reach = unit_scope(user, MANAGE, court="court", units=("department", "branch"))
    new = Officer.objects.filter(reach, work_since__gte=joined_after(on)).in_service()
    return new.exclude(Exists(paired)).select_related("department").order_by("pinyin", "pk")


def officers_to_pair(user: User) -> QuerySet[Officer]:
    """Who may be mentor or mentee: officers in reach. A pair across divisions is the court's."""
    reach = unit_scope(user, MANAGE, court="court", units=("department", "branch"))
    found = Officer.objects.filter(reach).in_service().select_related("department")
    return found.order_by("department__path", "pinyin", "pk")
