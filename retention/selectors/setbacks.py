"""Setbacks as their list and their page need them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer, OfficerQuerySet
from cadres.selectors.officers import searched as officers_searched
from courtparty.accounts.models import User
from courtparty.lib.workdays import Calendar, working_days_until
from courtparty.notices.calendar import working_calendar
from retention.models import Setback, SetbackFollowUp, SetbackHelp, Talk, TalkTask
from retention.models.setbacks import SetbackQuerySet
from retention.rules.setbacks import ACTIONS_SHOWN, actions_in

VIEW = "retention.view_setbacks"
RAISE = "retention.raise_setback"

TONES = {
    "open": "warning",
    "talked": "info",
    "helping": "info",
    "following": "info",
    "better": "success",
    "closed": "neutral",
    "withdrawn": "neutral",
}
OUTCOMES = dict(SetbackFollowUp.Outcome.choices)
OUTCOME_TONES = {"worse": "danger", "same": "neutral", "better": "success"}

# The keys of ?sort=.
ORDERS = {
    "officer": "officer__pinyin",
    "kind": "kind",
    "happened": "happened_on",
    "state": "state",
    "due": "due_on",
}
DEFAULT_ORDER = "-happened"


def searched(setbacks: SetbackQuerySet, text: str, *, user: User) -> SetbackQuerySet:
    return setbacks.filter(officer__in=officers_searched(Officer.objects.all(), text, user=user))


def ordered(setbacks: SetbackQuerySet, sort: str) -> SetbackQuerySet:
    """In the order ?sort= asks for, "-" turned round; an unknown one is the latest first."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    if name == "due":
        setbacks = setbacks.annotate(due_on=_due())
    field, is_down = F(ORDERS[name]), sort.startswith("-")
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)
    return setbacks.order_by(first, "-pk" if is_down else "pk")


def _due() -> Case:
    """The next day something is due: the talk, and after it the follow-up."""
    talk = When(state=Setback.State.OPEN, then=F("talk_due_on"))
    ended = When(state=Setback.State.WITHDRAWN, then=None)
    return Case(talk, ended, default=F("next_follow_up_on"))


@dataclass(frozen=True, slots=True)
class Due:
    """What is due next and how far off, in working days; below zero when overdue."""

    what: str
    day: date
    days: int
    is_late: bool
    is_today: bool

    @property
    def words(self) -> str:
        if self.is_late and not self.days:
            return _("overdue")
        if self.is_late:
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
        return "danger" if self.is_late else "warning" if self.is_today else "neutral"


def due_at(what: str, day: date, *, on: date, calendar: Calendar) -> Due:
    days = working_days_until(on, day, calendar)
    return Due(what, day, days, is_late=day < on, is_today=day == on)


def due_of(setback: Setback, *, on: date, calendar: Calendar) -> Due | None:
    if setback.state == Setback.State.OPEN:
        return due_at(_("talk"), setback.talk_due_on, on=on, calendar=calendar)
    if setback.next_follow_up_on:
        return due_at(_("follow-up"), setback.next_follow_up_on, on=on, calendar=calendar)
    return None


@dataclass(frozen=True, slots=True)
class SetbackRow:
    """A line of the list, in words; ``holder`` is who is asked to talk."""

    pk: int
    officer: str
    place: str
    kind: str
    happened_on: date
    state: str
    tone: str
    due: Due | None
    holder: str
    outcome: str
    outcome_tone: str


def setback_rows(setbacks: SetbackQuerySet, *, on: date) -> list[SetbackRow]:
    """Two queries, however many rows. What is written of a setback is not read."""
    tasks = TalkTask.objects.filter(setback=OuterRef("pk")).order_by("-pk")
    counted = SetbackFollowUp.objects.filter(setback=OuterRef("pk")).order_by("-day", "-pk")
    listed: QuerySet[Any] = (
        setbacks.defer("detail")
        .select_related("officer__department", "officer__branch")
        .annotate(
            holder=Subquery(tasks.values("holder__name")[:1]),
            last_outcome=Subquery(counted.values("outcome")[:1]),
        )
    )
    calendar = working_calendar()
    return [_row(one, on, calendar) for one in listed]


def _row(one: Any, on: date, calendar: Calendar) -> SetbackRow:
    """``one`` is a Setback with what setback_rows adds to it."""
    officer = one.officer
    return SetbackRow(
        pk=one.pk,
        officer=officer.name,
        place=(officer.branch or officer.department).display_name,
        kind=one.get_kind_display(),
        happened_on=one.happened_on,
        state=one.get_state_display(),
        tone=TONES[one.state],
        due=due_of(one, on=on, calendar=calendar),
        holder=one.holder or "",
        outcome=str(OUTCOMES.get(one.last_outcome, "")),
        outcome_tone=OUTCOME_TONES.get(one.last_outcome, ""),
    )


def talks_late(user: User, *, on: date) -> int:
    return Setback.objects.visible_to(user).talk_late(on=on).count()


# -- one setback --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HelpShown:
    help: SetbackHelp
    tone: str
    state: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class FollowUpShown:
    follow_up: SetbackFollowUp
    tone: str


@dataclass(frozen=True, slots=True)
class SetbackShown:
    """One setback with everything done about it, and what may be done next."""

    setback: Setback
    due: Due | None
    task: TalkTask | None
    talks: list[Talk]
    help: list[HelpShown]
    follow_ups: list[FollowUpShown]
    possible: frozenset[str]


def setback_shown(setback: Setback, user: User, *, on: date) -> SetbackShown:
    """Five queries. The talks are read without what was said in them."""
    tasks = list(setback.talk_tasks.select_related("holder").order_by("-pk"))
    talks = Talk.objects.standing().filter(task__setback=setback).order_by("-held_on", "-pk")
    helps = setback.help.select_related("who").order_by("until", "pk")
    follow_ups = setback.follow_ups.select_related("by").order_by("-day", "-pk")
    return SetbackShown(
        setback=setback,
        due=due_of(setback, on=on, calendar=working_calendar()),
        task=tasks[0] if tasks else None,
        talks=list(talks.select_related("holder").defer("shared_note", "own_word")),
        help=[help_shown(one, on=on) for one in helps],
        follow_ups=[FollowUpShown(one, OUTCOME_TONES[one.outcome]) for one in follow_ups],
        possible=possible_steps(setback, user),
    )


def help_shown(one: SetbackHelp, *, on: date) -> HelpShown:
    if one.done_on:
        return HelpShown(one, "success", _("given"), is_late=False)
    if one.is_dropped:
        return HelpShown(one, "neutral", _("not needed any more"), is_late=False)
    late = one.until < on
    return HelpShown(one, "danger" if late else "info", _("late") if late else _("going on"), late)


def possible_steps(setback: Setback, user: User) -> frozenset[str]:
    if not user.has_perm(RAISE):
        return frozenset()
    steps = actions_in(setback.state) & frozenset(ACTIONS_SHOWN)
    return steps | {"change"} if setback.is_running else steps


def officers_to_raise(user: User) -> OfficerQuerySet:
    """The officers in service of whom ``user`` may enter a setback; never oneself."""
    return officers_for(user, RAISE)


def officers_for(user: User, permission: str) -> OfficerQuerySet:
    officers = Officer.objects.visible_to(user, permission).in_service()
    officers = officers.filter(~Q(user=user) | Q(user=None))
    return officers.select_related("court", "department", "branch")
