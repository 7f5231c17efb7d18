"""The steward's lists: whose file needs something, follow-ups, and who opened a file."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from cadres.models import Officer
from cadres.models.officers import OfficerQuerySet
from cadres.selectors.readers import readings_of
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.audit.models import Entry
from retention.models import CheckUp, CheckUpResult, FollowUp, HealthCorrection
from retention.models.checkups import KEEP
from retention.models.health_files import FollowUpQuerySet

# The keys of ?sort=.
ORDERS = {
    "name": "pinyin",
    "department": "department__path",
    "checkup": "last_done",
    "recheck": "recheck_on",
    "follow_up": "follow_up_on",
}
DEFAULT_ORDER = "name"
FOLLOW_UP_ORDERS = {
    "due": "due_on",
    "name": "health_file__officer__pinyin",
    "kind": "kind",
    "state": "state",
}
FOLLOW_UP_DEFAULT = "due"
FOLLOW_UP_TONES = {"open": "info", "done": "success", "dropped": "neutral"}


def officers_kept(user: User) -> OfficerQuerySet:
    """The officers of the courts whose health ``user`` keeps; the own record has its own page."""
    officers = Officer.objects.filter(court_scope(user, KEEP)).exclude(user=user)
    done = CheckUp.objects.filter(officer=OuterRef("pk"), state=CheckUp.State.DONE)
    rechecks = CheckUpResult.objects.filter(
        checkup__officer=OuterRef("pk"), rechecked_on=None, recheck_on__isnull=False
    )
    tasks = FollowUp.objects.waiting().filter(health_file__officer=OuterRef("pk"))
    asked = HealthCorrection.objects.awaiting().filter(health_file__officer=OuterRef("pk"))
    lacking = done.filter(result=None)
    return officers.annotate(
        last_done=Subquery(done.order_by("-done_on").values("done_on")[:1]),
        recheck_on=Subquery(rechecks.order_by("recheck_on").values("recheck_on")[:1]),
        follow_up_on=Subquery(tasks.order_by("due_on").values("due_on")[:1]),
        has_correction=Exists(asked),
        lacks_result=Exists(lacking),
    )


def narrowed(officers: OfficerQuerySet, need: str, *, on: date) -> OfficerQuerySet:
    """Those whose file needs this; "" is everybody."""
    needs = {
        "follow_up": Q(follow_up_on__isnull=False),
        "follow_up_due": Q(follow_up_on__lte=on),
        "recheck": Q(recheck_on__isnull=False),
        "recheck_due": Q(recheck_on__lte=on),
        "result": Q(lacks_result=True),
        "correction": Q(has_correction=True),
        "never": Q(last_done=None),
    }
    return officers.filter(needs[need]) if need in needs else officers


def ordered(officers: OfficerQuerySet, sort: str) -> OfficerQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort = name = DEFAULT_ORDER
    field, is_down = F(ORDERS[name]), sort.startswith("-")
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)
    return officers.order_by(first, "pinyin", "pk")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A line of the steward's list: what waits, never what it is about."""

    officer: int
    name: str
    department: str
    has_left: bool
    last_done: date | None
    lacks_result: bool
    recheck_on: date | None
    is_recheck_late: bool
    follow_up_on: date | None
    is_follow_up_late: bool
    has_correction: bool


def file_rows(officers: OfficerQuerySet, *, on: date) -> list[FileRow]:
    """One query."""
    # With what officers_kept adds to each of them.
    listed: Any = officers.select_related("department")
    return [
        FileRow(
            officer=one.pk,
            name=one.name,
            department=one.department.display_name,
            has_left=one.left_on is not None,
            last_done=one.last_done,
            lacks_result=one.lacks_result,
            recheck_on=one.recheck_on,
            is_recheck_late=one.recheck_on is not None and one.recheck_on <= on,
            follow_up_on=one.follow_up_on,
            is_follow_up_late=one.follow_up_on is not None and one.follow_up_on <= on,
            has_correction=one.has_correction,
        )
        for one in listed
    ]


# -- follow-ups ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A line of the steward's tasks; the note stands in the file, which is opened for it."""

    pk: int
    officer: int
    name: str
    department: str
    what: str
    due_on: date
    is_late: bool
    state: str
    label: str
    tone: str
    closed_on: date | None


def follow_ups_kept(user: User) -> FollowUpQuerySet:
    return FollowUp.objects.filter(court_scope(user, KEEP, court="health_file__officer__court"))


def follow_ups_ordered(tasks: FollowUpQuerySet, sort: str) -> FollowUpQuerySet:
    down = "-" if sort.startswith("-") else ""
    first = FOLLOW_UP_ORDERS.get(sort.removeprefix("-"))
    if first is None:
        down, first = "", FOLLOW_UP_ORDERS[FOLLOW_UP_DEFAULT]
    return tasks.order_by(down + first, "pk")


def follow_up_rows(tasks: FollowUpQuerySet, *, on: date) -> list[FollowUpRow]:
    """One query; the encrypted texts are not even read."""
    listed = tasks.select_related("health_file__officer__department").defer("note", "outcome")
    return [
        FollowUpRow(
            pk=one.pk,
            officer=one.health_file.officer_id,
            name=one.health_file.officer.name,
            department=one.health_file.officer.department.display_name,
            what=str(one.get_kind_display()),
            due_on=one.due_on,
            is_late=one.state == FollowUp.State.OPEN and one.due_on < on,
            state=one.state,
            label=str(one.get_state_display()),
            tone=FOLLOW_UP_TONES[one.state],
            closed_on=one.closed_on,
        )
        for one in listed
    ]


# -- who opened it ------------------------------------------------------------------------------


def health_readings(officer: Officer) -> QuerySet[Entry]:
    """Every opening of the health file or a screening by somebody else, newest first."""
    of_health = Q(verb__startswith="health.") | Q(verb__startswith="screening.")
    return readings_of(officer).filter(of_health)
