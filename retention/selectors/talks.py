"""Talks held: the register, which holds no notes, and a talk as its two people read it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from cadres.selectors.officers import searched as officers_searched
from courtparty.accounts.models import User
from courtparty.notices.calendar import working_calendar
from retention.models import (
    PrivateNote,
    Setback,
    SetbackHelp,
    Talk,
    TalkFollowUp,
    TalkTask,
    TalkVersion,
)
from retention.models.talks import TalkQuerySet
from retention.selectors.setbacks import HelpShown, help_shown
from retention.selectors.talk_tasks import TaskRow, task_row

# How a setback is named to the officer it happened to: nothing is judged.
KIND_WORDS = {
    Setback.Kind.DISCIPLINE: _("After a decision that is hard to bear"),
    Setback.Kind.REVISED: _("After a case that was decided differently on appeal"),
    Setback.Kind.COMPLAINT: _("While a complaint is being looked into"),
    Setback.Kind.NOT_PROMOTED: _("After a promotion that did not come this time"),
    Setback.Kind.BEREAVEMENT: _("In a hard time for you and your family"),
    Setback.Kind.OTHER: _("In a hard time"),
}

# The keys of ?sort=.
ORDERS = {
    "officer": "officer__pinyin",
    "holder": "holder__name",
    "held": "held_on",
    "kind": "kind",
}
DEFAULT_ORDER = "-held"


def searched(talks: TalkQuerySet, text: str, *, user: User) -> TalkQuerySet:
    """Those whose officer or holder it names; what was said is no place to search."""
    officers = officers_searched(Officer.objects.all(), text, user=user)
    return talks.filter(Q(officer__in=officers) | Q(holder__name__contains=text))


def ordered(talks: TalkQuerySet, sort: str) -> TalkQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    field, is_down = F(ORDERS[name]), sort.startswith("-")
    return talks.order_by(field.desc() if is_down else field.asc(), "-pk" if is_down else "pk")


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A held talk of the register: with whom, when, of what kind; no word of what was said."""

    pk: int
    officer: str
    place: str
    holder: str
    kind: str
    pair: str
    held_on: date
    is_read: bool


def talk_rows(talks: TalkQuerySet) -> list[TalkRow]:
    """One query, which does not read the notes."""
    listed = talks.select_related("officer__department", "officer__branch", "holder", "task").defer(
        "shared_note", "own_word"
    )
    return [
        TalkRow(
            pk=one.pk,
            officer=one.officer.name,
            place=(one.officer.branch or one.officer.department).display_name,
            holder=str(one.holder),
            kind=one.get_kind_display(),
            pair=str(one.task.get_pair_display()) if one.task and one.task.pair else "",
            held_on=one.held_on,
            is_read=one.acknowledged_at is not None,
        )
        for one in listed
    ]


def held_by(user: User) -> TalkQuerySet:
    """The talks ``user`` held, also after the role is gone; those taken back are left out."""
    return Talk.objects.standing().filter(holder=user).order_by("-held_on", "-pk")


# -- one talk -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TalkShown:
    """A talk as one of its two people reads it; ``private`` is empty for everybody else."""

    talk: Talk
    is_holder: bool
    agreed: list[TalkFollowUp]
    versions: list[TalkVersion]
    private: PrivateNote | None
    private_before: list[PrivateNote]


def talk_shown(talk: Talk, user: User) -> TalkShown:
    """Three queries."""
    notes = list(PrivateNote.objects.visible_to(user).filter(talk=talk).order_by("-pk"))
    return TalkShown(
        talk=talk,
        is_holder=talk.holder_id == user.pk,
        agreed=list(talk.shared_follow_up.select_related("done_by").order_by("due_on", "pk")),
        versions=list(talk.versions.order_by("-number")),
        private=notes[0] if notes else None,
        private_before=notes[1:],
    )


# -- the officer's own page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnSetback:
    """The care after a setback as its officer reads it: kind words and deeds, nothing judged."""

    setback: Setback
    words: str
    help: list[HelpShown]


@dataclass(frozen=True, slots=True)
class MyTalks:
    planned: list[TaskRow]
    talks: list[Talk]
    care: list[OwnSetback]
    agreed: list[TalkFollowUp]


def my_talks(user: User, *, on: date) -> MyTalks:
    """Six queries, however much there is."""
    talks = Talk.objects.standing().filter(officer__user=user)
    planned = (
        TalkTask.objects.open()
        .own(user)
        .select_related("officer__department", "officer__branch", "holder", "setback")
    )
    calendar = working_calendar()
    agreed = TalkFollowUp.objects.filter(
        talk__officer__user=user, talk__taken_back_at=None, done_on=None
    )
    return MyTalks(
        planned=[
            _kindly(one, task_row(one, on=on, calendar=calendar))
            for one in planned.defer("setback__detail").order_by("due_on", "pk")
        ],
        talks=list(talks.select_related("holder").order_by("-held_on", "-pk")),
        care=_own_care(user, on),
        agreed=list(agreed.select_related("talk").order_by("due_on", "pk")),
    )


def _kindly(task: TalkTask, row: TaskRow) -> TaskRow:
    """For its officer a talk after a setback is named in the words of the care."""
    return (
        replace(row, about=str(KIND_WORDS[Setback.Kind(task.setback.kind)]))
        if task.setback
        else row
    )


def _own_care(user: User, on: date) -> list[OwnSetback]:
    setbacks = list(Setback.objects.own(user).defer("detail").order_by("-happened_on", "-pk"))
    given = SetbackHelp.objects.filter(setback__in=setbacks).select_related("who")
    helps: dict[int, list[HelpShown]] = {one.pk: [] for one in setbacks}
    for one in given.order_by("until", "pk"):
        helps[one.setback_id].append(help_shown(one, on=on))
    return [
        OwnSetback(one, str(KIND_WORDS[Setback.Kind(one.kind)]), helps[one.pk]) for one in setbacks
    ]


def task_choices(tasks: Iterable[TalkTask]) -> list[tuple[str, str]]:
    """Planned talks to choose from when one is entered."""
    return [
        (str(one.pk), f"{one.get_pair_display() or one.get_kind_display()} · {one.due_on}")
        for one in tasks
    ]
