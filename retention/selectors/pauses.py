"""Pauses in the assignment of cases, as lists and pages need them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from cadres.selectors.officers import has_reach
from courtparty.accounts.models import User
from courtparty.accounts.scope import is_court_path, paths_with
from retention.models import AssignmentPause
from retention.models.pauses import BOARD, DECIDE, AssignmentPauseQuerySet
from retention.rules.caseload import Days

State = AssignmentPause.State
TONES = {
    "suggested": "warning",
    "paused": "info",
    "declined": "neutral",
    "ended": "neutral",
    "called_off": "neutral",
    "lapsed": "neutral",
}
ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__path",
    "basis": "basis",
    "state": "state",
    "start": "start",
    "end": "end",
}
DEFAULT_ORDER = "-start"
# Days that stand in the calendar: decided, or ended early.
HELD = (State.PAUSED, State.ENDED)


def may_read_pauses(user: User) -> bool:
    """Heads; and who reads the board of a whole court, which is not a Party organisation's."""
    if user.has_perm(DECIDE):
        return True
    return any(is_court_path(path) for path in paths_with(user, BOARD))


def pauses_listed(user: User) -> AssignmentPauseQuerySet:
    """Those in the reader's reach; one's own are on the own page."""
    return AssignmentPause.objects.visible_to(user).exclude(officer__user=user)


def searched(pauses: AssignmentPauseQuerySet, text: str) -> AssignmentPauseQuerySet:
    plain = "".join(text.split())
    letters = plain.lower()
    words = Q(officer__name__contains=plain)
    return pauses.filter(
        words | Q(officer__pinyin__startswith=letters) | Q(officer__initials__startswith=letters)
    )


def standing_at(
    pauses: AssignmentPauseQuerySet, phase: str, *, on: date
) -> AssignmentPauseQuerySet:
    """Those of one phase: suggested, planned, running, over, declined."""
    if phase == "suggested":
        return pauses.suggested()
    if phase == "running":
        return pauses.running(on=on)
    if phase == "planned":
        return pauses.filter(state=State.PAUSED, start__gt=on)
    if phase == "over":
        return pauses.filter(Q(state=State.PAUSED, end__lte=on) | Q(state=State.ENDED))
    return pauses.filter(state__in=[State.DECLINED, State.CALLED_OFF, State.LAPSED])


def ordered(pauses: AssignmentPauseQuerySet, sort: str) -> AssignmentPauseQuerySet:
    """In the order ?sort= asks for; without one suggestions first, then the latest begun."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    field = F(ORDERS[name])
    if sort.startswith("-"):
        return pauses.order_by(field.desc(nulls_first=True), "-pk")
    return pauses.order_by(field.asc(nulls_first=True), "pk")


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A line of the list, in words. Reasons are not in it: they are on the page of each."""

    pk: int
    name: str
    department: str
    basis: str
    state: str
    tone: str
    start: date | None
    last_day: date | None
    left: str


def pause_rows(pauses: AssignmentPauseQuerySet, *, on: date) -> list[PauseRow]:
    """One query."""
    listed = pauses.select_related("officer__department").defer("reason", "end_reason")
    return [_row(one, on=on) for one in listed]


def _row(pause: AssignmentPause, *, on: date) -> PauseRow:
    state, tone = state_of(pause, on=on)
    return PauseRow(
        pk=pause.pk,
        name=pause.officer.name,
        department=pause.officer.department.display_name,
        basis=pause.get_basis_display(),
        state=state,
        tone=tone,
        start=pause.start,
        last_day=last_day_of(pause),
        left=_days_left(pause, on=on),
    )


def last_day_of(pause: AssignmentPause) -> date | None:
    return pause.end - timedelta(days=1) if pause.end else None


def state_of(pause: AssignmentPause, *, on: date) -> tuple[str, str]:
    """How a pause stands on a day: a decided one is planned, running, or over by itself."""
    if pause.state != State.PAUSED or pause.start is None or pause.end is None:
        return pause.get_state_display(), TONES[pause.state]
    if on < pause.start:
        return _("planned"), "info"
    if on < pause.end:
        return _("running"), "warning"
    return _("over"), "neutral"


def _days_left(pause: AssignmentPause, *, on: date) -> str:
    if pause.state != State.PAUSED or not (pause.start and pause.end):
        return ""
    if not pause.start <= on < pause.end:
        return ""
    days = (pause.end - on).days
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def days_taken(officer_id: int, *, beside: int | None = None) -> list[Days]:
    """The days of this officer's pauses that stand."""
    pauses = AssignmentPause.objects.filter(officer=officer_id, state__in=HELD)
    if beside:
        pauses = pauses.exclude(pk=beside)
    found = pauses.order_by("start").values_list("start", "end")
    return [Days(start, end) for start, end in found if start and end]


def may_decide(user: User, officer: Officer) -> bool:
    """A head decides for the own department, and nobody for themselves."""
    return officer.user_id != user.pk and has_reach(user, DECIDE, officer)


def judges_to_pause(user: User) -> QuerySet[Officer]:
    """The quota judges in service for whom ``user`` decides, without the user."""
    judges = Officer.objects.visible_to(user, DECIDE).in_service()
    judges = judges.filter(category=Officer.Category.QUOTA_JUDGE).exclude(user=user)
    return judges.select_related("department").order_by("department__path", "pinyin", "pk")


@dataclass(frozen=True, slots=True)
class OwnPause:
    """One of the reader's own, with everything that was written about it."""

    basis: str
    state: str
    tone: str
    start: date | None
    last_day: date | None
    left: str
    decided_by: str
    reason: str
    end_reason: str


def own_pause_rows(user: User, *, on: date) -> list[OwnPause]:
    """The reader's own, as decided; suggestions nobody took up say nothing about anybody."""
    own = AssignmentPause.objects.filter(officer__user=user, state__in=[*HELD, State.CALLED_OFF])
    return [_own(one, on=on) for one in own.select_related("decided_by").order_by("-start", "-pk")]


def _own(pause: AssignmentPause, *, on: date) -> OwnPause:
    state, tone = state_of(pause, on=on)
    return OwnPause(
        basis=pause.get_basis_display(),
        state=state,
        tone=tone,
        start=pause.start,
        last_day=last_day_of(pause),
        left=_days_left(pause, on=on),
        decided_by=str(pause.decided_by or ""),
        reason=pause.reason,
        end_reason=pause.end_reason,
    )
