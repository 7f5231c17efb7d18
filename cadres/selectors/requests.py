"""Staffing requests as their list, their timeline and the letter need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Approval, Post, RequestLine, RequestStep, StaffingRequest
from cadres.models.requests import StaffingRequestQuerySet
from cadres.rules.requests import ANSWERS, actions_in, asked_at
from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import units_with
from courtparty.jobs.models import StoredFile
from courtparty.lib.workdays import Calendar, working_days_until
from courtparty.notices.calendar import is_announced, working_calendar

VIEW = "cadres.view_request"
MANAGE = "cadres.manage_request"

State, Action = StaffingRequest.State, RequestStep.Action
TONES = {
    "drafted": "neutral",
    "sent": "info",
    "approved": "success",
    "partly": "warning",
    "refused": "danger",
    "withdrawn": "neutral",
}
SENDINGS = (Action.SEND, Action.RESEND)

# The keys of ?sort=.
ORDERS = {
    "title": "title",
    "unit": "unit__name",
    "state": "state",
    "due": "reply_due_on",
    "drafted": "created_at",
}
DEFAULT_ORDER = "-drafted"


# -- the list -----------------------------------------------------------------------------------


def searched(requests: StaffingRequestQuerySet, text: str) -> StaffingRequestQuerySet:
    """Those whose subject, addressee, organisation or one of whose document numbers it is in."""
    numbered = RequestStep.objects.filter(request=OuterRef("pk"), number__contains=text)
    words = Q(title__contains=text) | Q(addressee__contains=text) | Q(unit__name__contains=text)
    return requests.filter(words | Exists(numbered))


def overdue(requests: StaffingRequestQuerySet, *, on: date) -> StaffingRequestQuerySet:
    return requests.awaiting_reply().filter(reply_due_on__lt=on)


def ordered(requests: StaffingRequestQuerySet, sort: str) -> StaffingRequestQuerySet:
    """In the order ?sort= asks for, "-" turned round; an unknown one is newest first."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    field = F(ORDERS[name])
    is_down = sort.startswith("-")
    # What has no day for a reply comes last, whichever way round.
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)
    return requests.order_by(first, "-pk" if is_down else "pk")


def replies_overdue(user: User, *, on: date) -> int:
    """How many requests in reach wait for a reply that is overdue. One query, or none."""
    if not user.has_perm(VIEW):
        return 0
    return overdue(StaffingRequest.objects.visible_to(user), on=on).count()


@dataclass(frozen=True, slots=True)
class Due:
    """When a reply is due, and how far off that is in working days; below zero when overdue."""

    day: date
    days: int
    is_past: bool
    is_today: bool

    @property
    def words(self) -> str:
        if self.is_past and not self.days:
            return _("overdue")
        if self.is_past:
            return ngettext(
                "overdue by %(days)s working day", "overdue by %(days)s working days", -self.days
            ) % {"days": -self.days}
        if self.is_today:
            return _("due today")
        return ngettext("in %(days)s working day", "in %(days)s working days", self.days) % {
            "days": self.days
        }

    @property
    def tone(self) -> str:
        return "danger" if self.is_past else "warning" if self.is_today else "neutral"


def due_of(staffing: StaffingRequest, *, on: date, calendar: Calendar) -> Due | None:
    day = staffing.reply_due_on
    if day is None:
        return None
    return Due(day, working_days_until(on, day, calendar), is_past=day < on, is_today=day == on)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A line of the list, in words."""

    pk: int
    title: str
    unit: str
    addressee: str
    asked: int
    approved: int
    state: str
    tone: str
    number: str
    sent_on: date | None
    due: Due | None
    drafted_on: date


def request_rows(requests: StaffingRequestQuerySet, *, on: date) -> list[RequestRow]:
    """Two queries, however many rows."""
    steps = RequestStep.objects.filter(request=OuterRef("pk"))
    sent = steps.filter(action__in=SENDINGS).order_by("-pk")
    lines = RequestLine.objects.filter(request=OuterRef("pk")).order_by().values("request")
    listed = requests.select_related("unit").annotate(
        asked=Subquery(lines.annotate(sum=Sum("count")).values("sum")),
        approved=Subquery(lines.annotate(sum=Sum("approved")).values("sum")),
        sent_number=Subquery(sent.values("number")[:1]),
        sent_on=Subquery(sent.values("on")[:1]),
        drafted_on=Subquery(steps.filter(action=Action.DRAFT).values("on")[:1]),
    )
    calendar = working_calendar()
    return [
        RequestRow(
            pk=one.pk,
            title=one.title,
            unit=one.unit.display_name,
            addressee=one.addressee,
            asked=one.asked or 0,
            approved=one.approved or 0,
            state=one.get_state_display(),
            tone=TONES[one.state],
            number=one.sent_number or "",
            sent_on=one.sent_on,
            due=due_of(one, on=on, calendar=calendar),
            drafted_on=one.drafted_on,
        )
        for one in listed
    ]


def organisations_in(reach: Reach) -> list[Unit]:
    """The Party organisations a reader's requests can be for, as they lie in the tree."""
    units = (unit for unit in reach.inside if unit.kind in Unit.PARTY_KINDS)
    return sorted(units, key=lambda unit: unit.path)


def units_to_ask_for(user: User) -> list[Unit]:
    """The Party organisations in use that ``user`` may draft a request for."""
    organisations = units_with(user, MANAGE).filter(kind__in=Unit.PARTY_KINDS)
    return list(organisations.filter(is_active=True).order_by("path"))


# -- one request --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineShown:
    """Posts asked for, and those opened for them so far. ``is_fulltime``: needs to be said."""

    pk: int
    unit: str
    title: str
    is_fulltime: bool
    asked: int
    approved: int
    posts: list[Post]

    @property
    def left(self) -> int:
        return self.asked - self.approved


def lines_shown(staffing: StaffingRequest) -> list[LineShown]:
    """Two queries."""
    lines = staffing.lines.select_related("unit").prefetch_related("posts").order_by("pk")
    return [
        LineShown(
            pk=line.pk,
            unit=line.unit.display_name,
            title=Post(kind=line.kind, name=line.name).title,
            # The full-time kinds say so in their names.
            is_fulltime=line.is_fulltime and line.kind not in Post.FULLTIME_KINDS,
            asked=line.count,
            approved=line.approved,
            posts=sorted(line.posts.all(), key=lambda post: post.pk),
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class DraftContents:
    """A draft as its form takes it."""

    texts: dict[str, object]
    lines: list[dict[str, object]]
    file_name: str
    seen: int | None


def draft_contents(staffing: StaffingRequest) -> DraftContents:
    drafted = steps_of(staffing).get(action=Action.DRAFT)
    lines = staffing.lines.order_by("pk").values("unit", "kind", "name", "count", "is_fulltime")
    return DraftContents(
        texts={
            "unit": str(staffing.unit_id),
            "addressee": staffing.addressee,
            "title": staffing.title,
            "reason": staffing.reason,
            "on": drafted.on,
        },
        # The organisation itself is "as above".
        lines=[
            {**line, "unit": "" if line["unit"] == staffing.unit_id else str(line["unit"])}
            for line in lines
        ],
        file_name=drafted.file.name if drafted.file else "",
        seen=version_of(staffing),
    )


def version_of(staffing: StaffingRequest) -> int | None:
    """Of a draft: each change writes its lines anew, so the last of them tells one from another."""
    version: int | None = staffing.lines.aggregate(last=Max("pk"))["last"]
    return version


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the timeline, in words. ``lacks_file``: a reply whose document has no file."""

    pk: int
    title: str
    tone: str
    on: date
    number: str
    approval: Approval | None
    person: str
    at: datetime
    note: str
    granted: list[str]
    file: StoredFile | None
    lacks_file: bool


def steps_of(staffing: StaffingRequest) -> QuerySet[RequestStep]:
    """The steps of a request, oldest first, without the contents of their files."""
    steps = staffing.steps.select_related("by", "file", "approval__file")
    return steps.defer("file__sealed", "approval__file__sealed").order_by("pk")


def timeline(steps: Iterable[RequestStep], lines: Iterable[LineShown]) -> list[StepShown]:
    """The steps in words, newest first. No query."""
    titles = {line.pk: line.title for line in lines}
    shown = [_step_shown(step, titles) for step in steps]
    return shown[::-1]


def _step_shown(step: RequestStep, titles: dict[int, str]) -> StepShown:
    granted = {int(line): count for line, count in step.granted.items() if count}
    file = file_of(step)
    return StepShown(
        pk=step.pk,
        title=_title_of(step, is_empty=not granted),
        tone=TONES[step.state],
        on=step.on,
        number=step.number,
        approval=step.approval,
        person=str(step.by or ""),
        at=step.at,
        note=step.note,
        granted=[f"{titles.get(line, '')} × {count}" for line, count in granted.items()],
        file=file,
        lacks_file=step.action in ANSWERS and file is None,
    )


def file_of(step: RequestStep) -> StoredFile | None:
    """A step's own file, or the one its document has been given since."""
    return step.file or (step.approval.file if step.approval else None)


def _title_of(step: RequestStep, *, is_empty: bool) -> str:
    if step.action == Action.PARTLY and is_empty:
        return _("refused; what was approved before stands")
    return step.get_action_display()


def possible_steps(staffing: StaffingRequest, user: User) -> set[str]:
    """What ``user`` may do next: names of pages, ``request_…``."""
    if not user.has_perm(MANAGE):
        return set()
    actions = set(actions_in(staffing.state))
    pages = {"answer"} if actions & ANSWERS else set()
    if staffing.state == State.DRAFTED:
        pages.add("change")
    return pages | actions - ANSWERS


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the reply is due. ``is_uncertain``: that year's holidays are not known yet."""

    due: Due
    is_uncertain: bool


def deadline_of(staffing: StaffingRequest, *, on: date) -> Deadline | None:
    """One query, or none while no reply is due."""
    if staffing.reply_due_on is None:
        return None
    calendar = working_calendar()
    due = due_of(staffing, on=on, calendar=calendar)
    return Deadline(due, not is_announced(due.day.year, calendar)) if due else None


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending of a request: what that letter asks for, and what went before it.

    ``sent`` is None for a letter that has still to go out; ``reply`` the last reply before it.
    """

    sent: RequestStep | None
    counts: dict[int, int]
    earlier: RequestStep | None
    reply: RequestStep | None


def last_sending(staffing: StaffingRequest, steps: list[RequestStep]) -> Sending:
    """The letter that is out, or the next one where a reply has come in that left posts open."""
    sent = next((step for step in reversed(steps) if step.action in SENDINGS), None)
    if staffing.state in (State.PARTLY, State.REFUSED):
        sent = None
    before = steps[: steps.index(sent)] if sent else steps
    sendings = [step for step in before if step.action in SENDINGS]
    replies = [step for step in before if step.action in ANSWERS]
    counts = dict(staffing.lines.values_list("pk", "count"))
    return Sending(
        sent=sent,
        counts=asked_at(counts, [reply.granted for reply in replies]),
        earlier=sendings[-1] if sendings else None,
        reply=replies[-1] if replies else None,
    )
